//! Owns how dates, times and numbers are written so that a voice reads them as people say them. Called by
//! `phrases`.

use jiff::civil::{Date, DateTime, Time, Weekday};

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Says a whole number below a million in words; larger ones, which nobody is told, in digits.
pub fn number(n: u32) -> String {
    let word = |table: &[&str], at: u32| table.get(at as usize).copied().unwrap_or("").to_owned();
    match n {
        0..20 => word(&ONES, n),
        20..100 if n.is_multiple_of(10) => word(&TENS, n / 10),
        20..100 => format!("{}-{}", word(&TENS, n / 10), word(&ONES, n % 10)),
        100..1000 if n.is_multiple_of(100) => format!("{} hundred", word(&ONES, n / 100)),
        100..1000 => format!("{} hundred {}", word(&ONES, n / 100), number(n % 100)),
        1_000..1_000_000 if n.is_multiple_of(1_000) => format!("{} thousand", number(n / 1_000)),
        1_000..1_000_000 => format!("{} thousand {}", number(n / 1_000), number(n % 1_000)),
        _ => n.to_string(),
    }
}

/// "An hour and a half", "two hours", "two and a half hours", "forty minutes", from minutes.
pub fn length(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{} minutes", number(minutes)),
        (1, 0) => "an hour".to_owned(),
        (1, 30) => "an hour and a half".to_owned(),
        (hours, 0) => format!("{} hours", number(hours)),
        (hours, 30) => format!("{} and a half hours", number(hours)),
        (1, minutes) => format!("an hour and {} minutes", number(minutes)),
        (hours, minutes) => format!("{} hours and {} minutes", number(hours), number(minutes)),
    }
}

/// Says the place of a day in its month: "first", "twenty-third".
pub fn ordinal(n: u32) -> String {
    let last = match n % 100 {
        below @ 0..20 => below,
        above => above % 10,
    };
    let cardinal = number(n);
    let stem = |cut: &str, ending: &str| {
        format!(
            "{}{ending}",
            cardinal.strip_suffix(cut).unwrap_or(&cardinal)
        )
    };
    match last {
        0 => stem("y", "ieth"),
        1 => stem("one", "first"),
        2 => stem("two", "second"),
        3 => stem("three", "third"),
        5 => stem("five", "fifth"),
        8 => stem("eight", "eighth"),
        9 => stem("nine", "ninth"),
        12 => stem("twelve", "twelfth"),
        _ => format!("{cardinal}th"),
    }
}

/// Says a weekday.
pub fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

/// Says a day: "Saturday, June sixth".
pub fn date(date: Date) -> String {
    let month = MONTHS
        .get(date.month().unsigned_abs() as usize - 1)
        .copied()
        .unwrap_or("");
    let day = ordinal(u32::from(date.day().unsigned_abs()));
    format!("{}, {month} {day}", weekday(date.weekday()))
}

/// Says a time: "six p.m.", "six thirty p.m.", "noon".
pub fn time(time: Time) -> String {
    let hour = u32::from(time.hour().unsigned_abs());
    let minute = u32::from(time.minute().unsigned_abs());
    match (hour, minute) {
        (12, 0) => return "noon".to_owned(),
        (0, 0) => return "midnight".to_owned(),
        _ => {}
    }
    let half = if hour < 12 { "a.m." } else { "p.m." };
    let hour = number(if hour % 12 == 0 { 12 } else { hour % 12 });
    match minute {
        0 => format!("{hour} {half}"),
        1..10 => format!("{hour} oh {} {half}", number(minute)),
        _ => format!("{hour} {} {half}", number(minute)),
    }
}

/// Says a start: "Saturday, June sixth at six p.m.".
pub fn start(starts: DateTime) -> String {
    format!("{} at {}", date(starts.date()), time(starts.time()))
}

/// Ends a sentence with a full stop, unless its last word has one.
pub fn ended(sentence: String) -> String {
    if sentence.ends_with('.') {
        sentence
    } else {
        format!("{sentence}.")
    }
}

/// Lists things: "a, b or c".
pub fn listed(things: &[String], word: &str) -> String {
    match things {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}

/// Says an amount of cents as dollars: "sixty dollars", "twelve dollars and fifty cents".
pub fn dollars(cents: u64) -> String {
    let whole = u32::try_from(cents / 100).unwrap_or(u32::MAX);
    let dollars = match whole {
        1 => "one dollar".to_owned(),
        _ => format!("{} dollars", number(whole)),
    };
    match u32::try_from(cents % 100).unwrap_or(0) {
        0 => dollars,
        1 => format!("{dollars} and one cent"),
        rest => format!("{dollars} and {} cents", number(rest)),
    }
}

/// Says letters and digits one by one: "M, H, four, eight, two, one".
pub fn spelled(text: &str) -> String {
    let parts: Vec<String> = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_digit(10).map_or_else(|| c.to_string(), number))
        .collect();
    parts.join(", ")
}

/// Says an address as it was said, its numbers digit by digit: "one four two zero Oak Street".
pub fn address(text: &str) -> String {
    let word = |word: &str| {
        let nth = ["st", "nd", "rd", "th"]
            .iter()
            .find_map(|end| word.strip_suffix(end)?.parse().ok());
        match nth {
            Some(nth) => capitalised(&ordinal(nth)),
            None if word.contains(|one: char| one.is_ascii_digit()) => {
                spelled(word).replace(',', "")
            }
            None => capitalised(word),
        }
    };
    text.split_whitespace()
        .map(word)
        .collect::<Vec<_>>()
        .join(" ")
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// Says a telephone number digit by digit, in groups of three, three and four where it has ten digits.
pub fn phone(digits: &str) -> String {
    let words: Vec<String> = digits
        .chars()
        .filter_map(|c| c.to_digit(10))
        .map(number)
        .collect();
    let groups = if words.len() == 10 {
        vec![3, 3, 4]
    } else {
        vec![words.len()]
    };
    let mut rest = words.as_slice();
    let mut said = Vec::new();
    for length in groups {
        let (group, after) = rest.split_at(length.min(rest.len()));
        said.push(group.join(" "));
        rest = after;
    }
    said.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date as day, time as clock};

    #[test]
    fn numbers_are_said_as_people_say_them() {
        assert_eq!(number(21), "twenty-one");
        assert_eq!(number(115), "one hundred fifteen");
        assert_eq!(number(12_080), "twelve thousand eighty");
        assert_eq!(
            dollars(1_234_550),
            "twelve thousand three hundred forty-five dollars and fifty cents"
        );
        let said: Vec<String> = [1, 2, 3, 5, 8, 9, 11, 12, 20, 23, 30, 31]
            .map(ordinal)
            .into();
        assert_eq!(
            said.join(" "),
            "first second third fifth eighth ninth eleventh twelfth twentieth twenty-third thirtieth thirty-first"
        );
    }

    #[test]
    fn starts_are_said_as_people_say_them() {
        assert_eq!(
            start(day(2026, 6, 6).at(18, 0, 0, 0)),
            "Saturday, June sixth at six p.m."
        );
        assert_eq!(time(clock(18, 30, 0, 0)), "six thirty p.m.");
        assert_eq!(time(clock(12, 5, 0, 0)), "twelve oh five p.m.");
        assert_eq!(time(clock(12, 0, 0, 0)), "noon");
    }

    #[test]
    fn an_address_is_said_with_its_numbers_digit_by_digit() {
        assert_eq!(
            address("1420 oak street san jose"),
            "one four two zero Oak Street San Jose"
        );
        assert_eq!(address("12b 5th avenue"), "one two b Fifth Avenue");
    }

    #[test]
    fn codes_and_numbers_are_said_digit_by_digit() {
        assert_eq!(spelled("MH4821"), "M, H, four, eight, two, one");
        assert_eq!(
            phone("4155550198"),
            "four one five, five five five, zero one nine eight"
        );
    }
}
