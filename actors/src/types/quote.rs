//! Owns what a party costs, line by line, by the price rules of a profile. Called by the dialogue. Pure: no clock, no I/O.

use super::{Cents, Choice, Dish, Profile};
use serde::{Deserialize, Serialize};

/// What a party costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// What is charged, in the order in which it is told; the lines add up to the total.
    pub lines: Vec<QuoteLine>,
    /// Whether the guests alone would have cost less than the minimum.
    pub minimum_applied: bool,
    /// The fee for travelling; `None`: it is not known without the ZIP, and not part of the total.
    pub travel: Option<Cents>,
    /// Everything together.
    pub total: Cents,
}

/// One line of a quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteLine {
    /// What it is for.
    pub what: Charge,
    /// How many.
    pub count: u32,
    /// Price of each.
    pub each: Cents,
    /// Price of all.
    pub amount: Cents,
}

/// What a line is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Charge {
    /// Guests who are grown up.
    Adults,
    /// Guests who are children.
    Children,
    /// What is missing to the minimum.
    Minimum,
    /// An upgrade, by its name.
    Upgrade(String),
    /// Travelling, to the zone of this name.
    Travel(String),
}

/// Why there is no quote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoQuote {
    /// The profile has no prices: a person tells them.
    #[error("no prices are configured")]
    NoPrices,
    /// The place is not served.
    #[error("outside the area")]
    OutOfArea,
}

/// Tells what a party costs. Choices that the menu does not have, or that cost nothing, are passed over.
pub fn quote(
    profile: &Profile,
    adults: u32,
    children: u32,
    zip: Option<&str>,
    choices: &[Choice],
) -> Result<Quote, NoQuote> {
    let prices = profile.prices.as_ref().ok_or(NoQuote::NoPrices)?;
    if zip.is_some_and(|zip| !profile.area.serves(zip)) {
        return Err(NoQuote::OutOfArea);
    }
    let mut lines = Vec::new();
    if adults > 0 {
        lines.push(QuoteLine::new(Charge::Adults, adults, prices.adult));
    }
    if children > 0 {
        lines.push(QuoteLine::new(Charge::Children, children, prices.child));
    }
    let missing = prices.minimum.saturating_sub(sum(&lines));
    if missing > 0 {
        lines.push(QuoteLine::new(Charge::Minimum, 1, missing));
    }
    let guests = adults.saturating_add(children);
    for choice in choices {
        if let Some(dish) = profile.menu.dish(&choice.name) {
            lines.extend(upgrade(dish, choice.guests.unwrap_or(guests).min(guests)));
        }
    }
    let (travel, line) = travel(profile, zip);
    lines.extend(line);
    Ok(Quote {
        minimum_applied: missing > 0,
        travel,
        total: sum(&lines),
        lines,
    })
}

impl QuoteLine {
    fn new(what: Charge, count: u32, each: Cents) -> Self {
        Self {
            what,
            count,
            each,
            amount: each.saturating_mul(Cents::from(count)),
        }
    }
}

fn sum(lines: &[QuoteLine]) -> Cents {
    lines
        .iter()
        .fold(0, |total, line| total.saturating_add(line.amount))
}

/// Charges a dish for its guests, and once for the party.
fn upgrade(dish: &Dish, guests: u32) -> impl Iterator<Item = QuoteLine> {
    let charge = |count, each| {
        let what = Charge::Upgrade(dish.name.clone());
        (count > 0 && each > 0).then(|| QuoteLine::new(what, count, each))
    };
    let lines = [charge(guests, dish.per_guest), charge(1, dish.per_party)];
    lines.into_iter().flatten()
}

/// Gives the fee for travelling, and its line where there is one: the zone's own fee, or that by distance.
fn travel(profile: &Profile, zip: Option<&str>) -> (Option<Cents>, Option<QuoteLine>) {
    let Some(prices) = profile.prices.as_ref() else {
        return (None, None);
    };
    if profile.area.zones.is_empty() {
        return (Some(0), None);
    }
    let Some(zone) = zip.and_then(|zip| profile.area.zone(zip)) else {
        return (None, None);
    };
    let what = Charge::Travel(zone.name.clone());
    let line = match zone.travel_fee {
        Some(fee) => QuoteLine::new(what, 1, fee),
        None => {
            let miles = zone.miles.saturating_sub(prices.travel_free_miles);
            QuoteLine::new(what, miles, prices.travel_per_mile)
        }
    };
    let fee = line.amount;
    (Some(fee), (fee > 0).then_some(line))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

    use super::*;
    use crate::types::{Area, Menu, Prices, Zone};
    use proptest::prelude::*;

    /// $60 an adult, $30 a child, $600 at least, $2 a mile beyond 20.
    fn profile() -> Profile {
        let zone = |name: &str, zip: &str, miles, travel_fee| Zone {
            name: name.into(),
            zips: vec![zip.into()],
            miles,
            travel_fee,
        };
        let dish = |name: &str, per_guest, per_party| Dish {
            name: name.into(),
            words: vec![],
            per_guest,
            per_party,
        };
        Profile {
            prices: Some(Prices {
                adult: 6_000,
                child: 3_000,
                child_age_max: 12,
                minimum: 60_000,
                travel_free_miles: 20,
                travel_per_mile: 200,
            }),
            area: Area {
                description: String::new(),
                zones: vec![
                    zone("near", "950", 12, None),
                    zone("far", "949", 70, None),
                    zone("farthest", "958", 115, Some(22_000)),
                ],
                ..Area::default()
            },
            menu: Menu {
                proteins: vec![dish("chicken", 0, 0)],
                upgrades: vec![dish("filet mignon", 500, 0), dish("tables", 0, 15_000)],
                ..Menu::default()
            },
            ..Profile::default()
        }
    }

    fn choice(name: &str, guests: Option<u32>) -> Choice {
        Choice {
            name: name.into(),
            guests,
        }
    }

    fn told(quote: &Quote) -> Vec<(Charge, u32, Cents)> {
        let lines = quote.lines.iter();
        lines
            .map(|line| (line.what.clone(), line.count, line.amount))
            .collect()
    }

    #[test]
    fn adults_and_children_have_their_prices() {
        // 12 x 60 + 6 x 30 = 720 + 180 = 900
        let quote = quote(&profile(), 12, 6, Some("95014"), &[]).unwrap();
        let lines = [(Charge::Adults, 12, 72_000), (Charge::Children, 6, 18_000)];
        assert_eq!(told(&quote), lines);
        assert_eq!((quote.total, quote.minimum_applied), (90_000, false));
        assert_eq!(quote.travel, Some(0));
    }

    #[test]
    fn a_small_party_pays_the_minimum_and_upgrades_and_travel_beside_it() {
        // 6 x 60 + 2 x 30 = 420, so 180 are missing to 600; filet for 3: 15; 50 miles beyond 20 at 2: 100
        let choices = [choice("Filet Mignon", Some(3)), choice("chicken", None)];
        let quote = quote(&profile(), 6, 2, Some("94903"), &choices).unwrap();
        let lines = [
            (Charge::Adults, 6, 36_000),
            (Charge::Children, 2, 6_000),
            (Charge::Minimum, 1, 18_000),
            (Charge::Upgrade("filet mignon".into()), 3, 1_500),
            (Charge::Travel("far".into()), 50, 10_000),
        ];
        assert_eq!(told(&quote), lines);
        assert!(quote.minimum_applied);
        assert_eq!((quote.travel, quote.total), (Some(10_000), 71_500));
    }

    #[test]
    fn a_zone_may_have_a_fee_of_its_own_and_a_choice_a_price_for_the_party() {
        // 10 x 60 = 600 is just the minimum; filet for all ten: 50; tables once: 150; Sacramento: 220
        let choices = [choice("filet mignon", None), choice("tables", None)];
        let quote = quote(&profile(), 10, 0, Some("95814"), &choices).unwrap();
        let lines = [
            (Charge::Adults, 10, 60_000),
            (Charge::Upgrade("filet mignon".into()), 10, 5_000),
            (Charge::Upgrade("tables".into()), 1, 15_000),
            (Charge::Travel("farthest".into()), 1, 22_000),
        ];
        assert_eq!(told(&quote), lines);
        assert!(!quote.minimum_applied);
        assert_eq!(quote.total, 102_000);
    }

    #[test]
    fn what_is_not_known_is_not_made_up() {
        let without_zip = quote(&profile(), 10, 0, None, &[]).unwrap();
        assert_eq!((without_zip.travel, without_zip.total), (None, 60_000));
        let elsewhere = quote(&profile(), 10, 0, Some("10001"), &[]);
        assert_eq!(elsewhere, Err(NoQuote::OutOfArea));
        let no_prices = quote(&Profile::default(), 10, 0, None, &[]);
        assert_eq!(no_prices, Err(NoQuote::NoPrices));
        let unknown = [choice("caviar", None)];
        let quote = quote(&profile(), 10, 0, None, &unknown).unwrap();
        assert_eq!(quote.total, 60_000);
    }

    proptest! {
        #[test]
        fn the_lines_add_up_and_never_fall_below_the_minimum(
            adults in 0_u32..200, children in 0_u32..200, filet in prop::option::of(0_u32..300),
        ) {
            let choices = [choice("filet mignon", filet)];
            let quote = quote(&profile(), adults, children, Some("94903"), &choices).unwrap();
            let lines: Cents = quote.lines.iter().map(|line| line.amount).sum();
            prop_assert_eq!(lines, quote.total);
            prop_assert!(quote.total >= 60_000 + 10_000);
            let each = |line: &QuoteLine| line.amount == line.each * Cents::from(line.count);
            prop_assert!(quote.lines.iter().all(each));
        }
    }
}
