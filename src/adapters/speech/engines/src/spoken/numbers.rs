//! Owns English number words: counting, ordering, years, digit by digit.
//!
//! Called by the other rules. Never looks at the words around a number. Follows Hibari's
//! `numbers.py` (Apache-2.0).

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
const SCALES: [&str; 7] = [
    "",
    " thousand",
    " million",
    " billion",
    " trillion",
    " quadrillion",
    " quintillion",
];

fn below_hundred(n: u64) -> String {
    let (tens, ones) = (TENS[(n / 10) as usize], ONES[(n % 10) as usize]);
    match n {
        0..20 => ONES[n as usize].to_owned(),
        _ if n.is_multiple_of(10) => tens.to_owned(),
        _ => format!("{tens}-{ones}"),
    }
}

fn below_thousand(n: u64) -> String {
    let hundreds = ONES[(n / 100) as usize];
    match (n / 100, n % 100) {
        (0, rest) => below_hundred(rest),
        (_, 0) => format!("{hundreds} hundred"),
        (_, rest) => format!("{hundreds} hundred and {}", below_hundred(rest)),
    }
}

/// 1234 is "one thousand, two hundred and thirty-four".
pub fn cardinal(n: u64) -> String {
    if n < 1000 {
        return below_thousand(n);
    }
    let mut groups = Vec::new();
    let (mut rest, mut scale) = (n, 0);
    while rest > 0 {
        let group = rest % 1000;
        if group > 0 {
            groups.push(format!("{}{}", below_thousand(group), SCALES[scale]));
        }
        rest /= 1000;
        scale += 1;
    }
    groups.reverse();
    let small_end = (1..100).contains(&(n % 1000));
    match groups.split_last() {
        Some((last, before)) if small_end => format!("{} and {last}", before.join(", ")),
        _ => groups.join(", "),
    }
}

/// 23 is "twenty-third".
pub fn ordinal(n: u64) -> String {
    let words = cardinal(n);
    let cut = words.rfind([' ', '-']).map_or(0, |i| i + 1);
    let (head, last) = words.split_at(cut);
    let last = match last {
        "one" => "first".to_owned(),
        "two" => "second".to_owned(),
        "three" => "third".to_owned(),
        "five" => "fifth".to_owned(),
        "eight" => "eighth".to_owned(),
        "nine" => "ninth".to_owned(),
        "twelve" => "twelfth".to_owned(),
        other => match other.strip_suffix('y') {
            Some(stem) => format!("{stem}ieth"),
            None => format!("{other}th"),
        },
    };
    format!("{head}{last}")
}

/// 1905 is "nineteen oh-five", 2026 "twenty twenty-six", 2005 "two thousand and five".
pub fn year(n: u64) -> String {
    let (high, low) = (n / 100, n % 100);
    if high == 0 || high >= 100 || (high % 10 == 0 && low < 10) {
        return cardinal(n);
    }
    let low = match low {
        0 => "hundred".to_owned(),
        1..10 => format!("oh-{}", cardinal(low)),
        _ => cardinal(low),
    };
    format!("{} {low}", cardinal(high))
}

/// Each digit by its name; other characters are skipped.
pub fn digits(text: &str) -> String {
    let names = text
        .chars()
        .filter_map(|c| c.to_digit(10))
        .map(|d| ONES[d as usize]);
    names.collect::<Vec<_>>().join(" ")
}

/// Parses "1,250" or "1250"; `None` for anything else, or beyond eighteen digits.
pub fn whole(text: &str) -> Option<u64> {
    let mut groups = text.split(',');
    let first = groups.next()?;
    let grouped = text.contains(',');
    if first.is_empty() || (grouped && first.len() > 3) || groups.any(|group| group.len() != 3) {
        return None;
    }
    let bare: String = text.chars().filter(|c| *c != ',').collect();
    let fits = bare.len() <= 18 && bare.bytes().all(|b| b.is_ascii_digit());
    bare.parse().ok().filter(|_| fits)
}

/// Reads "1,250", "3.5" or "-5"; `None` for anything else.
pub fn number(text: &str) -> Option<String> {
    if let Some(rest) = text.strip_prefix(['-', '−']) {
        return number(rest).map(|words| format!("minus {words}"));
    }
    let Some((before, after)) = text.split_once('.') else {
        return whole(text).map(cardinal);
    };
    let before = if before.is_empty() { 0 } else { whole(before)? };
    if after.is_empty() || !after.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(format!("{} point {}", cardinal(before), digits(after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting() {
        for (n, words) in [
            (0, "zero"),
            (21, "twenty-one"),
            (100, "one hundred"),
            (134, "one hundred and thirty-four"),
            (1_001, "one thousand and one"),
            (1_234, "one thousand, two hundred and thirty-four"),
            (2_000_000, "two million"),
        ] {
            assert_eq!(cardinal(n), words);
        }
    }

    #[test]
    fn ordering() {
        for (n, words) in [
            (1, "first"),
            (12, "twelfth"),
            (20, "twentieth"),
            (23, "twenty-third"),
            (101, "one hundred and first"),
            (1_000, "one thousandth"),
        ] {
            assert_eq!(ordinal(n), words);
        }
    }

    #[test]
    fn years() {
        for (n, words) in [
            (1_905, "nineteen oh-five"),
            (1_900, "nineteen hundred"),
            (2_005, "two thousand and five"),
            (2_026, "twenty twenty-six"),
        ] {
            assert_eq!(year(n), words);
        }
    }

    #[test]
    fn written_numbers() {
        assert_eq!(
            number("1,250").as_deref(),
            Some("one thousand, two hundred and fifty")
        );
        assert_eq!(
            number("-3.50").as_deref(),
            Some("minus three point five zero")
        );
        assert_eq!(number(".5").as_deref(), Some("zero point five"));
        for other in ["", "-", "1,25", "12,3456", "3.", "a", "1e3", "1.2.3"] {
            assert_eq!(number(other), None, "{other}");
        }
    }
}
