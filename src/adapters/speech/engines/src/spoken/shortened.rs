//! Owns titles and abbreviations: "Dr. Lee", "12 Elm Dr.", "Tue.", "w/".
//!
//! Called by `spoken` and, for titles, by the sentence cutter. Never touches a word with digits.
//! The tables follow Hibari's `normalize.json` (Apache-2.0).

use super::dates::month;
use super::words::{Reading, Word};

/// Said before a name.
const TITLES: [(&str, &str); 20] = [
    ("Mr", "Mister"),
    ("Mrs", "Missus"),
    ("Ms", "Miz"),
    ("Dr", "Doctor"),
    ("Prof", "Professor"),
    ("St", "Saint"),
    ("Mt", "Mount"),
    ("Ft", "Fort"),
    ("Gen", "General"),
    ("Gov", "Governor"),
    ("Sen", "Senator"),
    ("Rep", "Representative"),
    ("Capt", "Captain"),
    ("Lt", "Lieutenant"),
    ("Col", "Colonel"),
    ("Sgt", "Sergeant"),
    ("Rev", "Reverend"),
    ("Hon", "Honorable"),
    ("Fr", "Father"),
    ("Pres", "President"),
];

/// Said after a name.
const AFTER_NAME: [(&str, &str); 13] = [
    ("Dr", "Drive"),
    ("St", "Street"),
    ("Ave", "Avenue"),
    ("Blvd", "Boulevard"),
    ("Rd", "Road"),
    ("Ln", "Lane"),
    ("Ct", "Court"),
    ("Pl", "Place"),
    ("Hwy", "Highway"),
    ("Pkwy", "Parkway"),
    ("Jr", "Junior"),
    ("Sr", "Senior"),
    ("Sq", "Square"),
];

/// Said anywhere; `true` where only the form with a full stop is meant.
const ANYWHERE: [(&str, &str, bool); 32] = [
    ("Ste", "Suite", true),
    ("Apt", "Apartment", true),
    ("Bldg", "Building", false),
    ("Ltd", "Limited", false),
    ("Inc", "Incorporated", false),
    ("Corp", "Corporation", false),
    ("Co", "Company", true),
    ("Bros", "Brothers", false),
    ("Dept", "Department", false),
    ("approx", "approximately", true),
    ("appt", "appointment", false),
    ("vs", "versus", false),
    ("vol", "volume", true),
    ("no", "number", true),
    ("No", "Number", true),
    ("ext", "extension", false),
    ("Ext", "Extension", false),
    ("etc", "et cetera", false),
    ("e.g", "for example", false),
    ("i.e", "that is", false),
    ("w/", "with", false),
    ("w/o", "without", false),
    ("&", "and", false),
    ("aka", "also known as", false),
    ("Mon", "Monday", true),
    ("Tue", "Tuesday", false),
    ("Tues", "Tuesday", false),
    ("Wed", "Wednesday", true),
    ("Thu", "Thursday", false),
    ("Thurs", "Thursday", false),
    ("Fri", "Friday", false),
    ("Sat", "Saturday", true),
];

/// Tells whether a full stop after this word belongs to a title ("Dr").
pub fn is_title(word: &str) -> bool {
    TITLES.iter().any(|(title, _)| *title == word)
}

fn is_name(word: &Word) -> bool {
    word.core.starts_with(char::is_uppercase)
}

/// Reads an abbreviation at `at`.
pub fn read(words: &[Word], at: usize) -> Option<Reading> {
    let Word { core, tail, .. } = words[at];
    let stop = tail.starts_with('.');
    let said = |text: &str| Some(Reading::short(1, text));
    if let Some(text) = after_name(words, at) {
        return said(text);
    }
    let before_name = words.get(at + 1).is_some_and(is_name) && matches!(tail, "" | ".");
    if let Some((_, text)) = TITLES
        .iter()
        .find(|(title, _)| *title == core && before_name)
    {
        return said(text);
    }
    let anywhere = ANYWHERE
        .iter()
        .find(|(short, _, dotted)| *short == core && (stop || !dotted));
    if let Some((_, text, _)) = anywhere {
        // "No." at the end of a sentence is an answer, not a number.
        let answer = matches!(core, "No" | "no") && at + 1 == words.len();
        return if answer { None } else { said(text) };
    }
    if core == "Sun" && stop && at + 1 < words.len() {
        return said("Sunday");
    }
    month(core)
        .filter(|name| *name != core && stop)
        .and_then(said)
}

/// A street or a suffix: it follows a name, and what comes next does not look like the title's own name.
fn after_name<'a>(words: &[Word], at: usize) -> Option<&'a str> {
    let (_, text) = AFTER_NAME
        .iter()
        .find(|(short, _)| *short == words[at].core)?;
    let before = words[..at]
        .last()
        .filter(|before| is_name(before) && before.tail.is_empty())?;
    let numbered = at >= 2 && words[at - 2].core.ends_with(|c: char| c.is_ascii_digit());
    let ordinal = before.core.starts_with(|c: char| c.is_ascii_digit());
    let next_name = words[at].tail.len() <= 1 && words.get(at + 1).is_some_and(is_name);
    let only_suffix = !is_title(words[at].core);
    (only_suffix || numbered || ordinal || !next_name).then_some(text)
}
