//! Finds every expression of a day or a time in an utterance, from left to right.
//!
//! Owns the choice between overlapping readings and what a bare number next to them is. Called by
//! `datetime`. Never joins two expressions.

use jiff::civil::Date;
use jiff::civil::{DateTime, Time};

use super::clocks::{self, Clock};
use super::day_parts::{early_or_late, end_of_day, meal_at, part_of_today, rest_of_day};
use super::days::{self, Day};
use super::lengths::{lasting_at, lasting_days_at, moment_at};
use super::numbers::{self, Read};
use super::reading::{PartOfDay, Slot};
use super::repair;
use super::tokens::{Kind, Token, says, word, word_before};

/// What one expression says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum What {
    /// A day, a week, a month.
    Day(Day),
    /// A time of day.
    Clock(Clock),
    /// A part of the day.
    Part(PartOfDay),
    /// A moment reckoned from now: "in two hours".
    Moment(DateTime),
    /// A number that may be an hour or a day.
    Bare(u32),
    /// A stretch of the day with a name: a meal, the rest of the day.
    Window(Time, Time),
    /// A number of days after "for".
    LastingDays(u32),
    /// A length of time after "for", in minutes.
    Lasting(u32),
}

/// One expression and the tokens it came from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Piece {
    /// What it says.
    pub what: What,
    /// First token.
    pub start: usize,
    /// Token after the last.
    pub end: usize,
}

/// Finds the pieces of an utterance said at `now`, in answer to `asked`.
pub(super) fn find(tokens: &[Token], now: DateTime, asked: Option<Slot>) -> Vec<Piece> {
    let mut pieces = scan(tokens, now);
    settle_bare(tokens, &mut pieces, asked);
    pieces.retain(|piece| match piece.what {
        What::Clock(clock) => clock.sure,
        What::Bare(_) => false,
        _ => true,
    });
    pieces
}

fn scan(tokens: &[Token], now: DateTime) -> Vec<Piece> {
    let today = now.date();
    let mut pieces = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        match best_at(tokens, i, now, today) {
            Some((found, next)) => {
                for what in found.into_iter().flatten() {
                    pieces.push(Piece {
                        what,
                        start: i,
                        end: next,
                    });
                }
                i = next;
            }
            None => i += 1,
        }
    }
    pieces
}

fn best_at(tokens: &[Token], i: usize, now: DateTime, today: Date) -> Read<[Option<What>; 2]> {
    if let Some((part, next)) = part_of_today(tokens, i, today) {
        return Some((part, next));
    }
    if let Some(read) = rest_of_day(tokens, i, now).or_else(|| end_of_day(tokens, i, today)) {
        return Some(read);
    }
    if let Some((moment, next)) = moment_at(tokens, i, now) {
        return Some(([Some(What::Moment(moment)), None], next));
    }
    if let Some((minutes, next)) = lasting_at(tokens, i) {
        return Some(([Some(What::Lasting(minutes)), None], next));
    }
    if let Some((meal, next)) = meal_at(tokens, i) {
        return Some(([Some(meal), None], next));
    }
    if let Some((days, next)) = lasting_days_at(tokens, i) {
        return Some(([Some(What::LastingDays(days)), None], next));
    }
    if let Some(part) = early_or_late(tokens, i) {
        return Some(([Some(What::Part(part)), None], i + 1));
    }
    let one = |(what, next)| ([Some(what), None], next);
    let day = days::day_at(tokens, i, today).map(|(day, next)| (What::Day(day), next));
    let clock = clocks::clock_at(tokens, i).map(|(clock, next)| (What::Clock(clock), next));
    let part = clocks::part_at(tokens, i).map(|(part, next)| (What::Part(part), next));
    let best = [day, clock, part]
        .into_iter()
        .flatten()
        .reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.or_else(|| bare_at(tokens, i)).map(one)
}

fn bare_at(tokens: &[Token], i: usize) -> Read<What> {
    let token = tokens.get(i)?;
    let before = word_before(tokens, i, 1);
    let after_point = matches!(before, "." | "/" | ":" | "$" | "#" | "+") && token.glued;
    if token.kind == Kind::Digits && (token.word.len() > 2 || after_point) {
        return None;
    }
    let (value, next) = numbers::small(tokens, i)?;
    let money = matches!(word(tokens, next), "." | "/" | ":")
        && tokens
            .get(next + 1)
            .is_some_and(|t| t.glued && t.kind == Kind::Digits);
    let counted =
        clocks::counts_something(word(tokens, next)) && !says(tokens, next, &["or", "so"]);
    let dozens = (i..next).any(|at| matches!(word(tokens, at), "dozen" | "dozens"));
    (value <= 31 && !counted && !money && !dozens).then_some((What::Bare(value), next))
}

/// Decides for each bare number, and each unsure clock, whether its company makes it an hour or a day.
fn settle_bare(tokens: &[Token], pieces: &mut [Piece], asked: Option<Slot>) {
    let sized = sized_from(tokens);
    let only_numbers = only_numbers(pieces);
    for at in 0..pieces.len() {
        let piece = pieces[at];
        let before = word_before(tokens, piece.start, 1);
        let described = matches!(
            word(tokens, piece.end),
            "that" | "which" | "with" | "who" | "of"
        );
        let pronoun = word(tokens, piece.start) == "one" && described
            || word(tokens, piece.start) == "one"
                && matches!(before, "the" | "that" | "this" | "which");
        let hour = match piece.what {
            What::Bare(value) if !pronoun => clock_of(value),
            What::Clock(clock) if !clock.sure => Some(clock),
            _ => continue,
        };
        let all_the = before == "the" && word_before(tokens, piece.start, 2) == "all";
        let day_led = matches!(before, "on" | "the")
            && matches!(piece.what, What::Bare(_))
            && !pronoun
            && !all_the;
        if day_led && let What::Bare(value @ 1..) = piece.what {
            pieces[at].what = What::Day(Day::Number(value));
            continue;
        }
        if let What::Bare(value @ 1..) = piece.what
            && in_day_range(tokens, pieces, at)
        {
            pieces[at].what = What::Day(Day::Number(value));
            continue;
        }
        let people = asked == Some(Slot::PartySize) || sized.is_some_and(|from| from < piece.start);
        let company = time_company(tokens, pieces, at) && !(people && only_numbers);
        let wanted = asked == Some(Slot::Time) && !counts_people(tokens, piece.start)
            || !people && corrects_clock(tokens, pieces, at)
            || led_to_hour(tokens, piece.start)
                && !(people && word_before(tokens, piece.start, 1) != "at")
            || company;
        // "Six thirty" is a time unless something else that is said in numbers was asked for.
        let spoken = matches!(piece.what, What::Clock(clock) if clock.spoken);
        let wanted = wanted || spoken && matches!(asked, None | Some(Slot::Time));
        match (hour, piece.what) {
            (Some(clock), _) if wanted => {
                pieces[at].what = What::Clock(Clock {
                    sure: true,
                    ..clock
                })
            }
            // "Five sixteen" for the sixteenth of May.
            (Some(clock), What::Clock(_)) if asked == Some(Slot::Date) && alone(tokens, piece) => {
                if let Ok(month @ 1..=12) = i8::try_from(clock.hour) {
                    pieces[at].what = What::Day(Day::InMonth(month, clock.minute, None));
                }
            }
            (_, What::Bare(value @ 1..)) if asked == Some(Slot::Date) && alone(tokens, piece) => {
                pieces[at].what = What::Day(Day::Number(value));
            }
            _ => {}
        }
    }
}

/// "Change the party size from six to eight": where it was said that numbers count people.
fn sized_from(tokens: &[Token]) -> Option<usize> {
    (0..tokens.len()).find(|at| {
        let at = *at;
        says(tokens, at, &["party", "size"])
            || says(tokens, at, &["head", "count"])
            || matches!(word(tokens, at), "headcount" | "attendance")
            || says(tokens, at, &["number", "of", "people"])
            || says(tokens, at, &["number", "of", "guests"])
    })
}

/// Whether nothing but bare numbers was said of days and times.
fn only_numbers(pieces: &[Piece]) -> bool {
    pieces.iter().all(|piece| match piece.what {
        What::Bare(_) => true,
        What::Clock(clock) => !clock.sure,
        _ => false,
    })
}

fn clock_of(value: u32) -> Option<Clock> {
    (1..=24).contains(&value).then_some(Clock {
        hour: value,
        minute: 0,
        half: None,
        sure: false,
        spoken: false,
        nought: false,
    })
}

/// "August 10 to 22", "9 to 12 of June": a number at the other end of a range from a day.
fn in_day_range(tokens: &[Token], pieces: &[Piece], at: usize) -> bool {
    let numbered =
        |piece: &Piece| matches!(piece.what, What::Day(Day::InMonth(..) | Day::Number(_)));
    let before = at.checked_sub(1).is_some_and(|before| {
        numbered(&pieces[before]) && links(tokens, pieces[before].end, pieces[at].start)
    });
    let next = pieces
        .get(at + 1)
        .is_some_and(|next| numbered(next) && links(tokens, pieces[at].end, next.start));
    before || next
}

/// "A table for four" in answer to "what time": people all the same.
fn counts_people(tokens: &[Token], start: usize) -> bool {
    let led = matches!(word_before(tokens, start, 1), "for" | "of");
    led && matches!(
        word_before(tokens, start, 2),
        "table" | "party" | "group" | "reservation" | "booking"
    )
}

/// "At five, no, make it six": a number in the place of the clock before it.
fn corrects_clock(tokens: &[Token], pieces: &[Piece], at: usize) -> bool {
    let Some(previous) = at.checked_sub(1).map(|before| pieces[before]) else {
        return false;
    };
    let gap = tokens
        .get(previous.end..pieces[at].start)
        .unwrap_or_default();
    let clock = matches!(previous.what, What::Clock(clock) if clock.sure);
    let closes = tokens
        .get(pieces[at].end)
        .is_none_or(|token| token.is_mark() || token.is(&["please", "instead"]));
    clock
        && closes
        && repair::marked(gap)
        && gap.iter().all(|token| {
            token.is_mark()
                || token.is_any(
                    "no|wait|sorry|actually|make|it|that|i|mean|meant|at|rather|well|let's|say|not",
                )
        })
}

/// Words after which a number is an hour.
fn led_to_hour(tokens: &[Token], start: usize) -> bool {
    let before = word_before(tokens, start, 1);
    let second = word_before(tokens, start, 2);
    match before {
        "at" | "@" => true,
        "around" | "about" | "by" | "till" | "until" | "til" => second != "of" && second != "for",
        "after" | "before" | "past" => true,
        "try" => tokens
            .get(start + 1)
            .is_none_or(|token| token.is_mark() || token.is(&["instead", "please", "then"])),
        "from" => matches!(word(tokens, start + 1), "on" | "onwards" | "onward"),
        "than" => matches!(second, "later" | "earlier"),
        // "Push it back to seven".
        "to" if matches!(second, "back" | "up" | "forward" | "later" | "earlier") => {
            (3..7).any(|back| {
                matches!(
                    word_before(tokens, start, back),
                    "push" | "move" | "bump" | "pushed" | "moved"
                )
            })
        }
        _ => false,
    }
}

/// Whether the neighbours of a number say that it is a time.
fn time_company(tokens: &[Token], pieces: &[Piece], at: usize) -> bool {
    let piece = pieces[at];
    let bare_range = |first: usize| {
        let led = matches!(
            word_before(tokens, pieces[first].start, 1),
            "from" | "between"
        );
        let day_after = pieces.get(first + 2).is_some_and(|day| {
            matches!(day.what, What::Day(Day::On(_) | Day::Weekday(_)))
                && only(tokens, pieces[first + 1].end, day.start, &["on"])
        });
        led || day_after || follows_day(pieces, first, tokens)
    };
    let next = pieces.get(at + 1).is_some_and(|next| match next.what {
        What::Part(_) => beside_part(tokens, pieces, at),
        What::Clock(_) => links(tokens, piece.end, next.start),
        What::Bare(_) => links(tokens, piece.end, next.start) && bare_range(at),
        What::Day(Day::On(_)) => {
            let people = matches!(
                word_before(tokens, piece.start, 1),
                "for" | "of" | "we" | "us"
            );
            !people && only(tokens, piece.end, next.start, &[","])
        }
        What::Lasting(_) => matches!(word_before(tokens, piece.start, 1), "from" | "at"),
        _ => false,
    });
    let previous = at.checked_sub(1).is_some_and(|before| {
        let previous = pieces[before];
        match previous.what {
            What::Part(_) => only(tokens, previous.end, piece.start, FILLERS),
            What::Clock(clock) => clock.sure && links(tokens, previous.end, piece.start),
            _ => false,
        }
    });
    let lunch = word(tokens, piece.end) == "lunchtime";
    next || previous || lunch || follows_day(pieces, at, tokens)
}

const FILLERS: &[&str] = &[
    "in", "the", "at", "on", "of", ",", "around", "about", "that", "early", "late",
];

/// Whether nothing but some of `words` stands between two positions.
fn only(tokens: &[Token], from: usize, to: usize, words: &[&str]) -> bool {
    tokens
        .get(from..to)
        .is_some_and(|gap| gap.iter().all(|token| token.is(words)))
}

/// Whether one word that joins the ends of a range stands between two positions.
fn links(tokens: &[Token], from: usize, to: usize) -> bool {
    tokens.get(from..to).is_some_and(|gap| {
        gap.len() == 1 && gap[0].is_any("to|-|–|until|till|til|through|thru|and")
    })
}

/// "Eight in the evening", but not "for two at evening 6:15", where the evening is another's.
fn beside_part(tokens: &[Token], pieces: &[Piece], at: usize) -> bool {
    let part = pieces[at + 1];
    let claimed = pieces.get(at + 2).is_some_and(|other| {
        matches!(other.what, What::Clock(_) | What::Bare(_))
            && only(tokens, part.end, other.start, &["at", ","])
    });
    !claimed && only(tokens, pieces[at].end, part.start, FILLERS)
}

/// "Friday 8": an hour right after a day.
fn follows_day(pieces: &[Piece], at: usize, tokens: &[Token]) -> bool {
    at.checked_sub(1).is_some_and(|before| {
        let gap = tokens
            .get(pieces[before].end..pieces[at].start)
            .unwrap_or_default();
        let day = matches!(pieces[before].what, What::Day(day) if !matches!(day, Day::Span(..)));
        day && gap.iter().all(|token| token.is(&[","])) && gap.len() < 2
    })
}

/// Whether nothing of weight stands beside the number.
fn alone(tokens: &[Token], piece: Piece) -> bool {
    let rest = tokens.len() - (piece.end - piece.start);
    rest <= 4 && !matches!(word_before(tokens, piece.start, 1), "at" | "for")
}
