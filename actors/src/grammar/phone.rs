//! Reads a telephone number as it is said: digit by digit, in groups, doubled.
//!
//! Owns how digits are read out. Called by `understand`. Never checks whether the number exists.

use super::context::Context;
use super::numbers;
use super::reading::{Found, Slot};
use super::repair;
use super::tokens::{Kind, Token, says, word, word_before};

/// Digits said in one breath and the token span they came from.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// The digits.
    pub digits: String,
    /// First token.
    pub start: usize,
    /// Token after the last.
    pub end: usize,
}

/// A candidate number.
#[derive(Clone, Debug)]
struct Number {
    digits: String,
    start: usize,
    end: usize,
    sure: bool,
}

/// The number that was meant, and where every telephone number stands, that one or another.
pub(super) type Numbers = (Option<Found<String>>, Vec<Option<(usize, usize)>>);

/// Reads the number, ten digits long or with a leading `+`; also gives the byte spans of all numbers.
pub(super) fn read(tokens: &[Token], runs: &[Vec<Group>], context: &Context) -> Numbers {
    let asked = context.asked == Some(Slot::Phone);
    let numbers: Vec<Number> = runs
        .iter()
        .filter_map(|run| number_in(tokens, run, asked))
        .collect();
    let span = |number: &Number| Some((tokens[number.start].start, tokens[number.end - 1].end));
    let spans = numbers.iter().map(span).collect();
    (meant(tokens, numbers), spans)
}

/// The number that the caller means among several.
fn meant(tokens: &[Token], numbers: Vec<Number>) -> Option<Found<String>> {
    let best = numbers.iter().any(|number| number.sure);
    let numbers: Vec<Number> = numbers
        .into_iter()
        .filter(|number| number.sure == best)
        .collect();
    let number = repair::choose(tokens, &numbers, |number| (number.start, number.end))?;
    Some(Found {
        value: number.digits.clone(),
        start: tokens.get(number.start)?.start,
        end: tokens.get(number.end.checked_sub(1)?)?.end,
        confidence: if number.sure { 0.9 } else { 0.6 },
    })
}

/// Reports whether the caller means the number they call from.
pub(super) fn is_same_number(tokens: &[Token], context: &Context) -> bool {
    let asked = context.asked == Some(Slot::Phone);
    (0..tokens.len()).any(|i| {
        says(tokens, i, &["same", "number"])
            || says(tokens, i, &["calling", "from"])
            || says(tokens, i, &["call", "from"])
            || says(tokens, i, &["called", "from"])
            || says(tokens, i, &["calling", "on"]) && asked
            || says(tokens, i, &["calling", "you", "from"])
            || says(tokens, i, &["calling", "you", "on"])
            || says(tokens, i, &["caller", "id"])
            || asked
                && (says(tokens, i, &["this", "number"])
                    || says(tokens, i, &["this", "one"])
                    || says(tokens, i, &["this", "phone"])
                    || says(tokens, i, &["the", "same"])
                    || says(tokens, i, &["number", "you", "have"])
                    || says(tokens, i, &["same", "one"]))
    })
}

/// Groups of digits that follow each other with nothing but separators between them.
pub(super) fn runs(tokens: &[Token]) -> Vec<Vec<Group>> {
    let mut runs: Vec<Vec<Group>> = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let run = run_at(tokens, i);
        i = run.last().map_or(i + 1, |last| last.end);
        runs.extend((!run.is_empty()).then_some(run));
    }
    runs
}

/// The run that begins at `i`; empty where none does.
pub(super) fn run_at(tokens: &[Token], i: usize) -> Vec<Group> {
    let mut run = Vec::new();
    let mut at = i;
    while at < tokens.len() {
        if let Some(group) = group_at(tokens, at) {
            at = group.end;
            run.push(group);
        } else if run.is_empty() {
            break;
        } else if says(tokens, at, &["and", "then"]) {
            at += 2;
        } else if separates(&tokens[at]) {
            at += 1;
        } else {
            break;
        }
    }
    run
}

fn separates(token: &Token) -> bool {
    token.is_any("-|.|,|(|)|–|dash|space|hyphen|then|dot|okay|ok")
}

/// One group at `i`: "five", "forty four", "double two", "eight hundred", "415".
fn group_at(tokens: &[Token], i: usize) -> Option<Group> {
    let group = |digits: String, end| {
        Some(Group {
            digits,
            start: i,
            end,
        })
    };
    let token = &tokens[i];
    if token.kind == Kind::Digits {
        return group(token.word.clone(), i + 1);
    }
    let times = match token.word.as_str() {
        "double" | "dubble" => 2,
        "triple" | "treble" => 3,
        "quadruple" => 4,
        _ => 1,
    };
    if times > 1 {
        let digit = digit_at(tokens, i + 1)?;
        return group(digit.repeat(times), i + 2);
    }
    if let Some(digit) = digit_at(tokens, i) {
        let scale = match word(tokens, i + 1) {
            "hundred" => Some("00"),
            "thousand" => Some("000"),
            _ => None,
        };
        return match scale {
            Some(zeros) => group(digit + zeros, i + 2),
            None => group(digit, i + 1),
        };
    }
    let (value, next) = numbers::below_hundred(tokens, i)?;
    let digits = value.to_string();
    match word(tokens, next) {
        "hundred" => group(digits + "00", next + 1),
        _ => group(digits, next),
    }
}

/// A single digit in words, with the letters that stand for nought.
fn digit_at(tokens: &[Token], i: usize) -> Option<String> {
    let token = tokens.get(i)?;
    if token.kind == Kind::Digits && token.word.len() == 1 {
        return Some(token.word.clone());
    }
    match token.word.as_str() {
        "oh" | "o" | "ow" => {
            // A nought only next to another digit; "oh hello" is none.
            let near = |at: usize| {
                tokens.get(at).is_some_and(|token| {
                    token.kind == Kind::Digits
                        || numbers::is_number_word(&token.word)
                        || token.is(&["oh", "o", "double", "triple"])
                })
            };
            (near(i + 1) || i > 0 && near(i - 1)).then(|| "0".to_owned())
        }
        other => numbers::unit(other).map(|digit| digit.to_string()),
    }
}

/// The telephone number in a run, if it holds one.
fn number_in(tokens: &[Token], run: &[Group], asked: bool) -> Option<Number> {
    let first = run.first()?;
    if !asked && names_other(tokens, first.start) {
        return None;
    }
    let named = names_phone(tokens, first.start);
    let plus = matches!(word_before(tokens, first.start, 1), "+" | "plus");
    let all: String = run.iter().map(|group| group.digits.as_str()).collect();
    let last = run.last()?;
    let whole = |digits: String, sure| {
        Some(Number {
            digits,
            start: first.start,
            end: last.end,
            sure,
        })
    };
    if plus && (11..=15).contains(&all.len()) {
        return whole(national(&all), true);
    }
    // British numbers are dialled with a nought before ten digits.
    if all.len() == 11 && all.starts_with('0') {
        return whole(all, true);
    }
    if all.len() == 11 && all.starts_with('1') {
        return whole(all[1..].to_owned(), true);
    }
    if let Some(number) = ten_digits(run) {
        let formula =
            word_before(tokens, number.start, 1) == "+" || word(tokens, number.end) == "=";
        let summed = tokens[number.start..number.end]
            .iter()
            .any(|token| token.is(&["+", "*", "="]));
        return (!formula && !summed).then_some(number);
    }
    let seven = all.len() == 7 && (asked || named);
    if seven {
        return whole(all, asked);
    }
    None
}

/// A number with its country: the plus stays, save for our own country.
fn national(all: &str) -> String {
    match all.strip_prefix('1') {
        Some(rest) if rest.len() == 10 => rest.to_owned(),
        _ => format!("+{all}"),
    }
}

/// Whole groups of a run that make exactly ten digits; one group of ten before any other.
fn ten_digits(run: &[Group]) -> Option<Number> {
    let number = |from: usize, to: usize| {
        let digits: String = run[from..to]
            .iter()
            .map(|group| group.digits.as_str())
            .collect();
        Number {
            digits,
            start: run[from].start,
            end: run[to - 1].end,
            sure: true,
        }
    };
    if let Some(at) = run.iter().position(|group| group.digits.len() == 10) {
        return Some(number(at, at + 1));
    }
    let mixed = run.iter().any(|group| group.digits.len() > 2);
    let total: usize = run.iter().map(|group| group.digits.len()).sum();
    if total == 10 {
        return Some(number(0, run.len()));
    }
    if !mixed || total > 16 {
        return None;
    }
    (0..run.len()).find_map(|from| {
        let mut length = 0;
        (from..run.len()).find_map(|to| {
            length += run[to].digits.len();
            (length == 10 && run[from].digits.len() == 3).then(|| number(from, to + 1))
        })
    })
}

/// Whether the words before digits say that they are a telephone number, or another number of some kind.
pub(super) fn is_named(tokens: &[Token], start: usize) -> bool {
    names_phone(tokens, start) || names_other(tokens, start)
}

/// "Order number", "room": digits that are no telephone number, however long.
fn names_other(tokens: &[Token], start: usize) -> bool {
    (1..4).any(|back| {
        matches!(
            word_before(tokens, start, back),
            "order"
                | "confirmation"
                | "account"
                | "reference"
                | "card"
                | "pin"
                | "invoice"
                | "room"
                | "tracking"
                | "ssn"
        )
    })
}

fn names_phone(tokens: &[Token], start: usize) -> bool {
    (1..5).any(|back| {
        matches!(
            word_before(tokens, start, back),
            "phone"
                | "number"
                | "call"
                | "reach"
                | "mobile"
                | "cell"
                | "telephone"
                | "contact"
                | "text"
                | "ph"
        )
    })
}
