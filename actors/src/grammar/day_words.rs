//! Tells days of the month from other numbers.
//!
//! Owns what may stand after a day. Called by `days`. Never computes a date.

use super::calendar;
use super::numbers::{self, Read};
use super::tokens::{Kind, Token, word};

pub(super) fn fraction_follows(tokens: &[Token], i: usize) -> bool {
    word(tokens, i) == "."
        && tokens
            .get(i + 1)
            .is_some_and(|token| token.glued && token.kind == Kind::Digits)
}

/// Months whose names are verbs too.
pub(super) fn is_verb_too(month: &str) -> bool {
    matches!(month, "may" | "march" | "mar")
}

/// A number that can count the days of a month, in words or digits; 32 to 39 are kept to be told
/// impossible.
pub(super) fn number_of_day(tokens: &[Token], i: usize) -> Read<u32> {
    if let Some((day, next)) = numbers::ordinal(tokens, i) {
        return (1..40).contains(&day).then_some((day, next));
    }
    let token = tokens.get(i)?;
    if token.kind == Kind::Digits {
        let day = u32::try_from(token.digits()?).ok()?;
        return (token.word.len() <= 2 && (1..40).contains(&day)).then_some((day, i + 1));
    }
    let (day, next) = numbers::below_hundred(tokens, i)?;
    let day = u32::try_from(day).ok()?;
    (1..=31).contains(&day).then_some((day, next))
}

/// "10:30" and "3pm" after a month are no days.
pub(super) fn looks_like_clock(tokens: &[Token], i: usize, next: usize) -> bool {
    let digits = tokens
        .get(i)
        .is_some_and(|token| token.kind == Kind::Digits);
    let colon = word(tokens, next) == ":" && tokens.get(next).is_some_and(|token| token.glued);
    (digits && colon) || matches!(word(tokens, next), "am" | "pm" | "oclock")
}

pub(super) fn year_after(tokens: &[Token], i: usize) -> (Option<i16>, usize) {
    let mut at = i;
    while matches!(word(tokens, at), "," | "." | "in" | "of" | "-" | "/") && at < i + 2 {
        at += 1;
    }
    match calendar::year_at(tokens, at) {
        // "at 2030" is an hour; a year follows its day directly or after "in" and "of".
        Some((year, end))
            if word(tokens, end) != ":" && !matches!(word(tokens, end), "am" | "pm") =>
        {
            (Some(year), end)
        }
        _ => (None, i),
    }
}

/// Things that are numbered with ordinals and are not days.
pub(super) fn counted_noun(word: &str) -> bool {
    matches!(
        word,
        "street"
            | "st"
            | "avenue"
            | "ave"
            | "floor"
            | "birthday"
            | "grade"
            | "grader"
            | "anniversary"
            | "party"
            | "time"
            | "one"
            | "person"
            | "class"
            | "name"
            | "line"
            | "road"
            | "rd"
            | "place"
            | "ct"
            | "court"
            | "blvd"
            | "drive"
            | "row"
    )
}

/// Whether a phrase may end before `i`: nothing, a mark, or a word that begins another.
pub(super) fn ends_phrase(tokens: &[Token], i: usize) -> bool {
    tokens.get(i).is_none_or(|token| {
        (token.is_mark()
            && !tokens
                .get(i + 1)
                .is_some_and(|next| token.glued && next.glued))
            || token.is_any(
                "at|in|for|of|please|around|about|is|would|and|to|with|or|night|evening|\
             morning|afternoon|works|if|maybe|it's|its|from|until|till|through|thru|\
             because|would|will|should|sounds|day|after|before|between|this|next|instead|\
             i|we|not|no|actually|sorry|wait|can|could|thanks|thank|that|that's|then|\
             what|are|do|but|so|good|on|noon|by|ok|okay|which|like|either|also|my|\
             possibly|preferably|sometime|anytime|we're|there|was|work|fits|suits",
            )
            || calendar::weekday(&token.word).is_some()
            || numbers::is_number_word(&token.word)
            || token.kind == Kind::Digits
    })
}

/// "One is the Grange and the second is the Mill": one of several things, not a day.
pub(super) fn picks_one(tokens: &[Token], i: usize, next: usize) -> bool {
    let several = |at: usize| {
        matches!(
            word(tokens, at),
            "one" | "first" | "options" | "option" | "choices" | "choice" | "places"
        )
    };
    word(tokens, next) == "is" && (i.saturating_sub(16)..i).any(several)
}
