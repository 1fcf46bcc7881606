//! Owns how amounts are read: money, measures, percentages, ordinals, ranges, fractions, plain numbers.
//!
//! Called by `spoken`. Never reads a number that is a name, such as a telephone number or a code.

use super::dates::day_of_month;
use super::numbers::{cardinal, digits, number, ordinal, whole, year};
use super::words::{Reading, Word};

/// Unit as written, said of one, said of several.
const UNITS: [(&str, &str, &str); 30] = [
    ("km", "kilometer", "kilometers"),
    ("cm", "centimeter", "centimeters"),
    ("mm", "millimeter", "millimeters"),
    ("kg", "kilogram", "kilograms"),
    ("mg", "milligram", "milligrams"),
    ("g", "gram", "grams"),
    ("lb", "pound", "pounds"),
    ("lbs", "pound", "pounds"),
    ("oz", "ounce", "ounces"),
    ("ft", "foot", "feet"),
    ("yd", "yard", "yards"),
    ("mi", "mile", "miles"),
    ("ml", "milliliter", "milliliters"),
    ("mph", "mile per hour", "miles per hour"),
    ("hr", "hour", "hours"),
    ("hrs", "hour", "hours"),
    ("h", "hour", "hours"),
    ("min", "minute", "minutes"),
    ("mins", "minute", "minutes"),
    ("sec", "second", "seconds"),
    ("secs", "second", "seconds"),
    ("MB", "megabyte", "megabytes"),
    ("GB", "gigabyte", "gigabytes"),
    ("%", "percent", "percent"),
    ("pct", "percent", "percent"),
    ("¢", "cent", "cents"),
    ("°", "degree", "degrees"),
    ("°F", "degree Fahrenheit", "degrees Fahrenheit"),
    ("°C", "degree Celsius", "degrees Celsius"),
    ("USD", "dollar", "dollars"),
];

/// Reads an amount at `at`.
pub fn read(words: &[Word], at: usize) -> Option<Reading> {
    let core = words[at].core;
    if !core.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let one = |text: String| Reading::of(1, text);
    money(words, at)
        .or_else(|| measure(words, at))
        .or_else(|| ordinal_or_decade(core).map(one))
        .or_else(|| counted(core).map(one))
        .or_else(|| range(core).map(one))
        .or_else(|| fraction(core).map(one))
        .or_else(|| plain(core).map(one))
}

fn plural(text: &str, single: &str, many: &str) -> String {
    let unit = if text == "1" { single } else { many };
    format!(" {unit}")
}

fn scale(text: &str) -> Option<&'static str> {
    match text {
        "hundred" => Some("hundred"),
        "thousand" | "k" | "K" => Some("thousand"),
        "million" | "m" | "M" => Some("million"),
        "billion" | "b" | "B" => Some("billion"),
        _ => None,
    }
}

/// "$45", "$45.50", "$5k", "$3 million", "$20/hour".
fn money(words: &[Word], at: usize) -> Option<Reading> {
    let core = words[at].core;
    let (currency, parts) = match core.chars().next()? {
        '$' => (("dollar", "dollars"), ("cent", "cents")),
        '£' => (("pound", "pounds"), ("penny", "pence")),
        '€' => (("euro", "euros"), ("cent", "cents")),
        _ => return None,
    };
    let amount = core.trim_start_matches(['$', '£', '€']);
    let (amount, per) = match amount.split_once('/') {
        Some((amount, unit)) => (amount, format!(" per {unit}")),
        None => (amount, String::new()),
    };
    let next = words.get(at + 1).filter(|_| words[at].tail.is_empty());
    if let Some(big) = next.and_then(|next| scale(next.core).filter(|_| next.core.len() > 1)) {
        return Some(Reading::of(
            2,
            format!("{} {big} {}", number(amount)?, currency.1),
        ));
    }
    let end = amount.len() - amount.chars().next_back()?.len_utf8();
    if let Some(big) = scale(&amount[end..]) {
        let text = format!("{} {big} {}{per}", number(&amount[..end])?, currency.1);
        return Some(Reading::of(1, text));
    }
    let text = match amount.split_once('.') {
        Some((coins, cents)) if cents.len() == 2 => {
            let (coins, cents) = (whole(coins)?, whole(cents)?);
            let coin_words = cardinal(coins) + &plural(&coins.to_string(), currency.0, currency.1);
            let cent_words = cardinal(cents) + &plural(&cents.to_string(), parts.0, parts.1);
            match (coins, cents) {
                (_, 0) => coin_words,
                (0, _) => cent_words,
                _ => format!("{coin_words} and {cent_words}"),
            }
        }
        _ => number(amount)? + &plural(amount, currency.0, currency.1),
    };
    Some(Reading::of(1, text + &per))
}

/// "5km", "30 min.", "72°F", "20%", "5-10 min".
fn measure(words: &[Word], at: usize) -> Option<Reading> {
    let core = words[at].core;
    let digit = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '–');
    let amount = core.trim_end_matches(|c| !digit(c));
    let unit = |text: &str| UNITS.iter().find(|(written, _, _)| *written == text);
    let say = |(_, single, many): &(&str, &str, &str)| {
        let words = number(amount).or_else(|| range(amount))?;
        Some(words + &plural(amount, single, many))
    };
    if amount.len() < core.len() {
        return Some(Reading::of(1, say(unit(&core[amount.len()..])?)?));
    }
    let next = words.get(at + 1).filter(|_| words[at].tail.is_empty())?;
    // A lone letter after a number is more often a name ("Suite 4 g") than a unit.
    let named = unit(next.core).filter(|_| next.core.len() > 1)?;
    Some(Reading::short(2, say(named)?))
}

/// "3rd", "1990s", "90s".
fn ordinal_or_decade(core: &str) -> Option<String> {
    let ends = ["st", "nd", "rd", "th"];
    if let Some(bare) = ends.iter().find_map(|end| core.strip_suffix(end)) {
        return whole(bare).map(ordinal);
    }
    let bare = core.strip_suffix("'s").or_else(|| core.strip_suffix('s'))?;
    let n = whole(bare).filter(|n| n % 10 == 0 && matches!(bare.len(), 2 | 4))?;
    let words = if bare.len() == 4 {
        year(n)
    } else {
        cardinal(n)
    };
    Some(match words.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{words}s"),
    })
}

/// "#4", "10k", "+5", "10+".
fn counted(core: &str) -> Option<String> {
    if let Some(rest) = core.strip_prefix('#') {
        return plain(rest).map(|words| format!("number {words}"));
    }
    if let Some(rest) = core.strip_suffix('+') {
        return number(rest).map(|words| format!("{words} plus"));
    }
    if let Some(rest) = core.strip_prefix('+').filter(|rest| rest.len() < 7) {
        return number(rest).map(|words| format!("plus {words}"));
    }
    let thousands = core.strip_suffix(['k', 'K'])?;
    number(thousands).map(|words| format!("{words} thousand"))
}

/// "5-7", "2024–2026".
fn range(core: &str) -> Option<String> {
    let (from, to) = core.split_once(['-', '–'])?;
    let end = |text: &str| {
        whole(text)
            .filter(|_| text.len() <= 4)
            .map(|n| count_or_year(n, text))
    };
    Some(format!("{} to {}", end(from)?, end(to)?))
}

/// "1/2", "3/4", "24/7", "11/24" (a day of a month).
fn fraction(core: &str) -> Option<String> {
    const PARTS: [&str; 9] = [
        "half", "third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    ];
    let (a, b) = core.split_once('/')?;
    let (a, b) = (whole(a)?, whole(b)?);
    Some(match (a, b) {
        (24, 7) => "twenty-four seven".to_owned(),
        (1, 2..=10) => format!("one {}", PARTS[b as usize - 2]),
        (_, 3..=10) if 0 < a && a < b => format!("{} {}s", cardinal(a), PARTS[b as usize - 2]),
        _ => day_of_month(a, b).unwrap_or_else(|| format!("{} slash {}", cardinal(a), cardinal(b))),
    })
}

fn count_or_year(n: u64, text: &str) -> String {
    let as_year = text.len() == 4 && (1_100..2_100).contains(&n);
    if as_year { year(n) } else { cardinal(n) }
}

/// "7", "1,250", "3.5"; five and more digits without commas are read one by one, in threes.
fn plain(core: &str) -> Option<String> {
    if !core.bytes().all(|b| b.is_ascii_digit()) {
        return number(core);
    }
    let name = core.len() >= 5 || (core.len() > 1 && core.starts_with('0'));
    if !name {
        return whole(core).map(|n| count_or_year(n, core));
    }
    if core.len() < 6 {
        return Some(digits(core));
    }
    let chunks = core.as_bytes().chunks(3);
    let groups = chunks.map(|chunk| digits(&String::from_utf8_lossy(chunk)));
    Some(groups.collect::<Vec<_>>().join(", "))
}
