//! Owns finding a booking by what a caller says of it. Called by the ledger. Never finds anything by nothing.

use super::ledger::{Ledger, unavailable};
use super::rows::{CONFIRMED, read_booking};
use crate::adapters::store::civil_to_sql;
use crate::adapters::store::entities::bookings;
use jiff::{SignedDuration, ToSpan as _};
use maitred_actors::ports::booking::{Error, Search};
use maitred_actors::types::Booking;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, Order, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

/// Bookings that are given at most.
const FOUND_MAX: usize = 10;
/// Bookings that are looked through at most, those that come next.
const LOOKED_THROUGH_MAX: u64 = 5_000;
/// Hours after its start for which a party may still be asked about.
const OVER_AFTER_HOURS: i64 = 3;
/// Shortest word in which one letter may differ.
const FORGIVING_FROM: usize = 5;

/// Finds bookings that stand and fit.
pub(super) async fn find(ledger: &Ledger, search: &Search) -> Result<Vec<Booking>, Error> {
    let Search {
        number,
        phone,
        name,
        day,
        past,
    } = search;
    if number.is_none() && phone.is_none() && name.is_none() && day.is_none() {
        return Ok(Vec::new());
    }
    use bookings::Column as C;
    let since = ledger
        .local_now()
        .saturating_sub(SignedDuration::from_hours(OVER_AFTER_HOURS));
    let mut query = bookings::Entity::find()
        .filter(C::Status.eq(CONFIRMED))
        .filter(if *past {
            C::StartsLocal.lt(civil_to_sql(since))
        } else {
            C::StartsLocal.gte(civil_to_sql(since))
        });
    if let Some(phone) = phone {
        query = query.filter(C::Phone.eq(phone.as_str()));
    }
    if let Some(from) = day {
        let until = from.saturating_add(1.day());
        query = query
            .filter(C::StartsLocal.gte(civil_to_sql(from.at(0, 0, 0, 0))))
            .filter(C::StartsLocal.lt(civil_to_sql(until.at(0, 0, 0, 0))));
    }
    let rows = query
        .order_by(C::StartsLocal, if *past { Order::Desc } else { Order::Asc })
        .order_by_asc(C::Number)
        .limit(LOOKED_THROUGH_MAX)
        .all(ledger.database.reader())
        .await
        .map_err(unavailable)?;
    let fits = |row: &bookings::Model| {
        let (number, name) = (number.as_deref(), name.as_deref());
        number.is_none_or(|said| is_number(&row.number, said))
            && name.is_none_or(|said| is_name(&row.name, said))
    };
    rows.into_iter()
        .filter(fits)
        .take(FOUND_MAX)
        .map(read_booking)
        .collect()
}

/// Compares confirmation numbers without blanks and case; the digits alone will do.
fn is_number(number: &str, said: &str) -> bool {
    let plain = |text: &str| -> String {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|one| one.to_ascii_uppercase())
            .collect()
    };
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let (number, said) = (plain(number), plain(said));
    !said.is_empty() && (number == said || digits(&number) == said)
}

/// Tells whether the words of the shorter name are all in the longer one, give or take a letter in long words.
fn is_name(name: &str, said: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let text = text.to_lowercase();
        let parts = text.split(|one: char| one.is_whitespace() || one == '-');
        let letters = parts.map(|part| part.chars().filter(|one| one.is_alphanumeric()).collect());
        letters.filter(|word: &String| !word.is_empty()).collect()
    };
    let (one, other) = (words(name), words(said));
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let is_in_long = |word: &String| long.iter().any(|other| sounds_like(word, other));
    !short.is_empty() && short.iter().all(is_in_long)
}

/// Tells whether two words are the same, or differ by one letter that is another, missing or added.
fn sounds_like(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    if short.len() < FORGIVING_FROM || long.len() - short.len() > 1 {
        return false;
    }
    let same = short.iter().zip(&long).take_while(|(a, b)| a == b).count();
    let skipped = usize::from(short.len() == long.len());
    short[same + skipped..] == long[same + 1..]
}

#[cfg(test)]
mod tests {
    use super::{is_name, is_number};

    #[test]
    fn a_name_may_be_said_in_part_and_heard_a_little_wrong() {
        for said in [
            "Maria Delgado",
            "delgado",
            "maria",
            "Maria Delgato",
            "Delgados",
        ] {
            assert!(is_name("María-Maria Delgado", said), "{said}");
        }
        for said in ["", "-", "Anna Delgado Perez", "Smith", "Mary", "Delgadillo"] {
            assert!(!is_name("Maria Delgado", said), "{said}");
        }
    }

    #[test]
    fn a_number_may_be_said_without_its_letters() {
        for said in ["MH4821", "mh 4821", "4 8 2 1", "M H 48-21"] {
            assert!(is_number("MH4821", said), "{said}");
        }
        for said in ["", "482", "MH", "48211"] {
            assert!(!is_number("MH4821", said), "{said}");
        }
    }
}
