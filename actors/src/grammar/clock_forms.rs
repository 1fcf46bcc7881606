//! Reads the forms in which a clock is said: named hours, past and to, digits, hour and minutes.
//!
//! Owns those forms. Called by `clocks`. Never settles a.m. or p.m. where it was not said.

use super::calendar;
use super::clocks::{Clock, Half, counts_something, part_at, part_of_day};
use super::numbers::{self, Read};
use super::plain_words::is_plain;
use super::tokens::{Kind, Token, word, word_before};

pub(super) fn skip_ish(tokens: &[Token], i: usize) -> usize {
    i + usize::from(matches!(word(tokens, i), "ish" | "sharp" | "approximately"))
}

pub(super) fn with_half(mut clock: Clock, tokens: &[Token], i: usize) -> (Clock, usize) {
    let at = skip_ish(tokens, i);
    let at = at + usize::from(word(tokens, at) == "oclock");
    let dotted =
        at + usize::from(word(tokens, at) == "." && matches!(word(tokens, at + 1), "am" | "pm"));
    let half = match word(tokens, dotted) {
        "am" => Some(Half::Am),
        "pm" => Some(Half::Pm),
        _ => None,
    };
    // "I am": a word of its own unless a number stands before it, which the tokens see to.
    match half {
        Some(half) => {
            clock.half = Some(half);
            (clock, dotted + 1)
        }
        None => (clock, at),
    }
}

/// "Noon", "midnight", "midday", "mid-morning".
pub(super) fn named(tokens: &[Token], i: usize) -> Read<Clock> {
    let set = |hour, half| Clock {
        hour,
        minute: 0,
        half: Some(half),
        sure: true,
        spoken: false,
        nought: false,
    };
    let two = |second: &str| word(tokens, i) == "mid" && word(tokens, i + 1) == second;
    if two("day") {
        return Some((set(12, Half::Pm), i + 2));
    }
    if two("night") {
        return Some((set(12, Half::Am), i + 2));
    }
    if two("morning") {
        return Some((set(10, Half::Am), i + 2));
    }
    if two("afternoon") {
        return Some((set(2, Half::Pm), i + 2));
    }
    let clock = match word(tokens, i) {
        "noon" | "midday" | "noontime" | "noonish" => set(12, Half::Pm),
        "midnight" => set(12, Half::Am),
        "midmorning" => set(10, Half::Am),
        "midafternoon" => set(2, Half::Pm),
        "twelvish" => Clock {
            half: None,
            ..set(12, Half::Pm)
        },
        other => {
            // "two-ish" is two words; "twoish" one.
            let hour = other.strip_suffix("ish").and_then(|stem| {
                let stem = if stem == "fiv" || stem == "nin" {
                    format!("{stem}e")
                } else {
                    stem.to_owned()
                };
                numbers::unit(&stem).or_else(|| numbers::teen(&stem))
            })?;
            Clock::new(u32::try_from(hour).ok()?, 0)?
                .vague()
                .filter(|clock| !counts_something(word(tokens, i + 1)) && clock.hour > 0)?
        }
    };
    Some((clock, i + 1))
}

/// "Half past six", "quarter to eight", "ten past three", "twenty-five minutes to 8".
pub(super) fn past_or_to(tokens: &[Token], i: usize) -> Read<Clock> {
    let (minutes, at, named) = minutes_at(tokens, i)?;
    let with_unit = matches!(word(tokens, at), "minutes" | "minute" | "mins" | "min");
    let at = at + usize::from(with_unit);
    let to = match word(tokens, at) {
        "past" | "after" => false,
        "to" | "til" | "till" | "of" | "before" => true,
        _ => return half_hour(tokens, i),
    };
    let approached = matches!(
        word_before(tokens, i, 1),
        "at" | "around" | "about" | "like"
    ) && minutes % 5 == 0;
    let of = matches!(word(tokens, at), "of" | "before" | "after" | "til" | "till")
        && !named
        && !with_unit
        && !approached;
    let led = matches!(word_before(tokens, i, 1), "from" | "between");
    // "5 to 7" is a stretch of two hours, "25 to 7" a time.
    let bare_five = minutes == 5
        && !with_unit
        && !matches!(word_before(tokens, i, 1), "at" | "around" | "about" | "my");
    let (hour, next) = bare_hour(tokens, at + 1).or_else(|| named_hour(tokens, at + 1))?;
    let halved = minutes % 5 == 0
        && (matches!(word(tokens, next), "am" | "pm") || part_at(tokens, next).is_some());
    if of && !halved
        || (to && !named && !with_unit && (led || bare_five || (minutes % 5 != 0 && minutes < 13)))
    {
        return None;
    }
    if hour.minute != 0 || counts_something(word(tokens, next)) {
        return None;
    }
    let total = if to {
        hour.hour * 60 + 24 * 60 - minutes
    } else {
        hour.hour * 60 + minutes
    };
    let (half, next) = match hour.half {
        Some(half) => (Some(half), next),
        None => {
            let (clock, next) = with_half(hour, tokens, next);
            (clock.half, next)
        }
    };
    let mut value = total / 60 % 24;
    // A quarter to one in the afternoon: the half said belongs to the hour it is before.
    let half = if to && hour.hour == 12 {
        half.map(other_half_at_twelve)
    } else {
        half
    };
    if value == 0 && hour.hour <= 12 {
        value = 12;
    }
    let clock = Clock {
        half,
        ..Clock::new(value, total % 60)?
    };
    Some((clock, next))
}

/// Eleven forty-five said as "quarter to noon" is a.m.; as "quarter to midnight", p.m.
fn other_half_at_twelve(half: Half) -> Half {
    match half {
        Half::Am => Half::Pm,
        Half::Pm => Half::Am,
    }
}

fn named_hour(tokens: &[Token], i: usize) -> Read<Clock> {
    named(tokens, i)
}

/// The minutes before "past" or "to", and whether they are a fraction of the hour by name.
fn minutes_at(tokens: &[Token], i: usize) -> Option<(u32, usize, bool)> {
    let at = i + usize::from(word(tokens, i) == "a");
    match word(tokens, at) {
        "quarter" => return Some((15, at + 1, true)),
        "half" => return Some((30, at + 1, true)),
        "three" | "3" if matches!(word(tokens, at + 1), "quarters" | "quarter") => {
            return Some((45, at + 2, true));
        }
        _ => {}
    }
    let (minutes, next) = hour_or_minute(tokens, i)?;
    (1..60).contains(&minutes).then_some((minutes, next, false))
}

/// British "half six".
fn half_hour(tokens: &[Token], i: usize) -> Read<Clock> {
    if word(tokens, i) != "half" {
        return None;
    }
    let (hour, next) = bare_hour(tokens, i + 1)?;
    Some((
        Clock {
            minute: 30,
            ..sure(hour)
        },
        next,
    ))
    .filter(|(clock, _)| clock.hour <= 12)
}

fn hour_or_minute(tokens: &[Token], i: usize) -> Read<u32> {
    let token = tokens.get(i)?;
    if token.kind == Kind::Digits {
        let value = u32::try_from(token.digits()?).ok()?;
        return (token.word.len() <= 2).then_some((value, i + 1));
    }
    let (value, next) = numbers::below_hundred(tokens, i)?;
    Some((u32::try_from(value).ok()?, next))
}

/// An hour by itself, 1 to 24 (0 only in digits).
pub(super) fn bare_hour(tokens: &[Token], i: usize) -> Read<Clock> {
    let (hour, next) = hour_or_minute(tokens, i)?;
    let clock = Clock::new(hour, 0)?;
    (hour > 0 || tokens[i].kind == Kind::Digits).then_some((
        Clock {
            sure: false,
            ..clock
        },
        next,
    ))
}

/// "6:30", "18:45", "6.30 pm".
pub(super) fn colon(tokens: &[Token], i: usize) -> Read<Clock> {
    let hour = tokens
        .get(i)
        .filter(|token| token.word.len() <= 2)?
        .digits()?;
    let mark = tokens
        .get(i + 1)
        .filter(|token| token.glued || token.word == ":")?;
    let minute = tokens
        .get(i + 2)
        .filter(|token| token.glued && token.word.len() == 2)?;
    let clock = Clock::new(
        u32::try_from(hour).ok()?,
        u32::try_from(minute.digits()?).ok()?,
    )?;
    let more = word(tokens, i + 3) == ":" && tokens[i + 3].glued;
    let next = if more { i + 5 } else { i + 3 };
    match mark.word.as_str() {
        "h" if mark.glued => Some((clock, next)),
        ":" => Some((
            Clock {
                nought: tokens[i].word.starts_with('0'),
                ..clock
            },
            next,
        )),
        "." => {
            let half = matches!(word(tokens, next), "am" | "pm");
            let led = matches!(
                word_before(tokens, i, 1),
                "at" | "around" | "about" | "by" | "@"
            );
            let unit = matches!(
                word(tokens, next),
                "percent" | "%" | "dollars" | "hours" | "hrs" | "miles"
            );
            let part = part_at(tokens, next).is_some();
            (half || part || (led && !unit)).then_some((clock, next))
        }
        _ => None,
    }
}

/// "At 1512 Barber Shop": a word that neither time nor talk goes on with.
fn names_a_thing(tokens: &[Token], i: usize) -> bool {
    tokens.get(i).is_some_and(|token| {
        token.kind == Kind::Word
            && !is_plain(&token.word)
            && calendar::weekday(&token.word).is_none()
            && calendar::month(&token.word).is_none()
            && part_of_day(&token.word).is_none()
    })
}

/// "630 pm", "1925", "0710", "1140 a.m.": digits run together.
pub(super) fn run_on(tokens: &[Token], i: usize) -> Read<Clock> {
    let token = tokens.get(i)?;
    let value = u32::try_from(token.digits()?).ok()?;
    let clock = Clock::new(value / 100, value % 100)?;
    let half = matches!(word(tokens, i + 1), "am" | "pm" | "hours" | "hrs");
    let before = word_before(tokens, i, 1);
    let led = matches!(
        before,
        "at" | "around"
            | "about"
            | "by"
            | "after"
            | "before"
            | "until"
            | "till"
            | "@"
            | "from"
            | "approximately"
    );
    match token.word.len() {
        3 if half || led => Some((clock, i + 1)),
        3 if clock.hour <= 12 && clock.minute % 5 == 0 => {
            let fits = matches!(word(tokens, i + 1), "is" | "works" | "would" | "sounds");
            Some((
                Clock {
                    sure: fits,
                    ..clock
                },
                i + 1,
            ))
        }
        4 if !half && names_a_thing(tokens, i + 1) => None,
        4 if half || led => Some((clock, i + 1)),
        // Four digits alone may be a year; the reader of days has had its turn.
        4 if !(1900..2100).contains(&value) => Some((
            Clock {
                sure: token.word.starts_with('0'),
                nought: token.word.starts_with('0'),
                ..clock
            },
            i + 1,
        )),
        4 => Some((
            Clock {
                sure: false,
                ..clock
            },
            i + 1,
        )),
        _ => None,
    }
}

/// "Six thirty", "twelve forty-five", "six oh five", "3 15".
pub(super) fn hour_minutes(tokens: &[Token], i: usize) -> Read<Clock> {
    let (hour, next) = bare_hour(tokens, i)?;
    let token = tokens.get(next)?;
    let hour_digits = tokens[i].kind == Kind::Digits;
    if matches!(token.word.as_str(), "oh" | "o" | "zero") {
        let (minute, end) = numbers::below_hundred(tokens, next + 1)?;
        let minute = u32::try_from(minute)
            .ok()
            .filter(|minute| (1..10).contains(minute))?;
        return Some((
            Clock {
                minute,
                ..sure(hour)
            },
            end,
        ));
    }
    if token.is(&["hundred"]) {
        let hours = next + 1 + usize::from(matches!(word(tokens, next + 1), "hours" | "hour"));
        return (hours > next + 1).then_some((sure(hour), hours));
    }
    let (minute, end) = if token.kind == Kind::Digits {
        if token.word.len() != 2 || token.glued || !hour_digits {
            return None;
        }
        (u32::try_from(token.digits()?).ok()?, next + 1)
    } else if hour_digits {
        return None;
    } else {
        let (minute, end) = numbers::below_hundred(tokens, next)?;
        // "Seven thirty, eight o'clock": the last number is the next clock's hour.
        match numbers::tens(&token.word) {
            Some(tens) if end > next + 1 && word(tokens, end) == "oclock" => {
                (u32::try_from(tens).ok()?, next + 1)
            }
            _ => (u32::try_from(minute).ok()?, end),
        }
    };
    let minutes = (10..60).contains(&minute) || (hour_digits && minute == 0);
    let ten = hour.hour <= 23 && minutes;
    let followed = counts_something(word(tokens, end)) || word(tokens, end) == "hundred";
    let clear = matches!(word(tokens, end), "am" | "pm") || !followed;
    (ten && clear && word(tokens, end) != "/").then_some((
        Clock {
            minute,
            spoken: !hour_digits || minute % 5 == 0,
            ..hour
        },
        end,
    ))
}

fn sure(clock: Clock) -> Clock {
    Clock {
        sure: true,
        ..clock
    }
}

/// "3 pm", "7 o'clock", "@ 3": an hour marked as one.
pub(super) fn hour_form(tokens: &[Token], i: usize) -> Read<Clock> {
    let (hour, next) = bare_hour(tokens, i)?;
    let ish = skip_ish(tokens, next);
    let dotted =
        ish + usize::from(word(tokens, ish) == "." && matches!(word(tokens, ish + 1), "am" | "pm"));
    if matches!(word(tokens, dotted), "am" | "pm") || word(tokens, ish) == "oclock" {
        return Some((sure(hour), next));
    }
    let ish = word(tokens, next) == "ish" && !counts_something(word(tokens, next + 1));
    Some((hour.vague().filter(|_| ish)?, next))
}
