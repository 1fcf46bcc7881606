//! Owns how names made of signs are read: telephone numbers, e-mail and web addresses, booking codes.
//!
//! Called by `spoken`. Never reads an amount; what it spells, it spells sign by sign.

use super::numbers::{cardinal, digits, whole};
use super::words::{Reading, Word, plain};

/// Spells letters one by one.
///
/// A lone "A" would be read as the article, so its sound is given in the lexicons' own notation.
pub fn letters(text: &str) -> String {
    let name = |c: char| match c.to_ascii_uppercase() {
        'A' => "[A](/ˈA/)".to_owned(),
        other => other.to_string(),
    };
    text.chars().map(name).collect::<Vec<_>>().join(" ")
}

/// Spells letters and digits one by one.
fn spell(text: &str) -> String {
    let one = |c: char| {
        if c.is_ascii_digit() {
            digits(&c.to_string())
        } else {
            letters(&c.to_string())
        }
    };
    text.chars().map(one).collect::<Vec<_>>().join(" ")
}

/// Reads a North American telephone number, digit by digit in its groups: "415-555-0198",
/// "(415) 555-0198", "+1 415 555 0198", "4155550198".
pub fn telephone(words: &[Word], at: usize) -> Option<Reading> {
    let mut number = String::new();
    for (i, word) in words[at..].iter().take(4).enumerate() {
        let sign =
            |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | '(' | ')' | '‑' | '–');
        if word.core.is_empty() || !word.core.chars().all(sign) {
            break;
        }
        number.push_str(word.core);
        let more = words
            .get(at + i + 1)
            .is_some_and(|next| next.core.starts_with(|c: char| c.is_ascii_digit()));
        let goes_on = more && matches!(word.tail, "" | ")") && number.len() < 12;
        if let Some(text) = groups(&number, i > 0 || words[at].core.len() != number.len()) {
            return Some(Reading::of(i + 1, text));
        }
        if !goes_on {
            break;
        }
    }
    None
}

/// The groups of a telephone number, or `None` if it is not one; `joined` from several words.
fn groups(written: &str, joined: bool) -> Option<String> {
    let bare: String = written.chars().filter(char::is_ascii_digit).collect();
    let marked = written.starts_with('+');
    let grouped = joined || written.contains(['-', '.', '‑', '–']);
    let sizes: &[usize] = match bare.len() {
        7 if written.find('-') == Some(3) && !joined => &[3, 4],
        10 if !marked => &[3, 3, 4],
        11 if bare.starts_with('1') && (marked || grouped) => &[1, 3, 3, 4],
        9 | 11..=15 if marked => &[3, 3, 3, 3, 3],
        _ => return None,
    };
    let mut rest = bare.as_str();
    let mut said = Vec::new();
    for size in sizes {
        let (group, after) = rest.split_at((*size).min(rest.len()));
        rest = after;
        if !group.is_empty() {
            said.push(digits(group));
        }
    }
    let plus = if marked && !(bare.len() == 11 && bare.starts_with('1')) {
        "plus "
    } else {
        ""
    };
    Some(format!("{plus}{}", said.join(", ")))
}

/// Reads an e-mail address or the name of a web page.
pub fn address(words: &[Word], at: usize) -> Option<Reading> {
    let core = words[at].core;
    let bare = core
        .trim_start_matches("https://")
        .trim_start_matches("http://");
    let (name, host) = bare.split_once('@').unwrap_or(("", bare));
    let host_end = host.find('/').unwrap_or(host.len());
    let ending = host[..host_end]
        .rsplit_once('.')
        .filter(|(before, _)| !before.is_empty());
    let (_, ending) =
        ending.filter(|(_, e)| e.len() >= 2 && e.bytes().all(|b| b.is_ascii_lowercase()))?;
    let known = [
        "com", "org", "net", "edu", "gov", "io", "co", "us", "uk", "biz", "info", "app",
    ];
    if name.is_empty() && !bare.starts_with("www.") && !known.contains(&ending) {
        return None;
    }
    let mut text = String::new();
    let mut run = String::new();
    for c in bare.chars() {
        let sign = match c {
            '@' => "at",
            '.' => "dot",
            '_' => "underscore",
            '-' => "dash",
            '+' => "plus",
            '/' => "slash",
            c if c.is_ascii_digit() => {
                flush(&mut run, &mut text);
                text.push_str(&format!("{} ", digits(&c.to_string())));
                continue;
            }
            c => {
                run.push(c);
                continue;
            }
        };
        flush(&mut run, &mut text);
        text.push_str(&format!("{sign} "));
    }
    flush(&mut run, &mut text);
    Some(Reading::of(1, text.trim_end()))
}

/// Adds the letters gathered so far: as a word if they could be one, else spelled.
fn flush(run: &mut String, text: &mut String) {
    let vowel = |c: char| "aeiouyAEIOUY".contains(c);
    let pronounceable = run.len() > 2 && run.contains(vowel) || run == "co";
    match run.as_str() {
        "" => return,
        word if pronounceable => text.push_str(word),
        short => text.push_str(&letters(short)),
    }
    text.push(' ');
    run.clear();
}

/// Reads a code of capital letters and digits sign by sign: "MH-4821", "7F3K"; "12B" stays "twelve B".
pub fn code(words: &[Word], at: usize) -> Option<Reading> {
    let core = words[at].core.trim_start_matches('#');
    let sign = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase() || c == '-';
    let has = |test: fn(&char) -> bool| core.chars().any(|c| test(&c));
    if !core.chars().all(sign) || !has(char::is_ascii_digit) || !has(char::is_ascii_uppercase) {
        return None;
    }
    // "COVID-19", "MAY-5": a word with a number, not a code.
    let word_like = |part: &str| part.len() > 3 && part.bytes().all(|b| b.is_ascii_uppercase());
    if core.split('-').any(word_like) {
        return None;
    }
    let number = core.trim_matches(|c: char| c.is_ascii_uppercase());
    let short = core.len() - number.len() == 1 && number.len() <= 2 && !number.starts_with('0');
    if let Some(n) = whole(number).filter(|_| short) {
        let (before, after) = core.split_once(number)?;
        let text = format!("{} {} {}", letters(before), cardinal(n), letters(after));
        return Some(Reading::of(1, text));
    }
    let parts: Vec<String> = core.split('-').map(spell).collect();
    Some(Reading::of(1, parts.join(", ")))
}

/// Reads any word that still has digits in it: runs of digits as numbers, the rest as it is.
pub fn digits_left_over(words: &[Word], at: usize) -> Option<Reading> {
    let core = words[at].core;
    if !core.contains(char::is_numeric) {
        return None;
    }
    let mut text = String::new();
    let mut rest = core;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let run = &rest[start..];
        let end = run.find(|c: char| !c.is_ascii_digit()).unwrap_or(run.len());
        text.push_str(&plain(rest[..start].trim_end_matches('-')).text);
        let short = whole(&run[..end]).filter(|_| end <= 3 && !run.starts_with('0'));
        text.push_str(&format!(
            " {} ",
            short.map_or_else(|| digits(&run[..end]), cardinal)
        ));
        rest = &run[end..];
    }
    text.push_str(&plain(rest).text);
    Some(Reading::of(1, text))
}
