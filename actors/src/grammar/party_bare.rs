//! Reads a number of people said without a noun: "for four", "party of six", "there will be eight".
//!
//! Owns the company in which a bare number counts people. Called by `party`. Never adds counts up.

use super::clocks;
use super::numbers;
use super::party::Count;
use super::party_changes::{corrects, counted_before, resized};
use super::party_counts::number_or_range;
use super::people::{self, Who};
use super::reading::Slot;
use super::tokens::{Kind, Token, says, word, word_before};

/// Reads a bare number of people at `i`.
pub(super) fn bare(tokens: &[Token], i: usize, asked: Option<Slot>) -> Option<Count> {
    if let Some(count) = us(tokens, i) {
        return Some(count);
    }
    if !starts_number(tokens, i) {
        return None;
    }
    let (low, count, next) = number_or_range(tokens, i)?;
    if count > 2000 || !is_free(tokens, i, next) || pronoun(tokens, i) {
        return None;
    }
    if says(tokens, next, &["plus", "me"]) || says(tokens, next, &["plus", "myself"]) {
        return Some(Count {
            who: Who::Anyone,
            count: count + 1,
            low,
            me: false,
            half: false,
            sure: true,
            start: i,
            end: next + 2,
        });
    }
    let led = led(tokens, i, next)
        || followed(tokens, next)
        || counted_before(tokens, i, next)
        || corrects(tokens, i, next);
    let answered = asked == Some(Slot::PartySize) && is_answer(tokens, i, next);
    (led || answered).then_some(Count {
        who: Who::Anyone,
        count,
        low,
        me: false,
        half: false,
        sure: true,
        start: i,
        end: next,
    })
}

/// Numbers only: "a" and "no" count nothing by themselves.
fn starts_number(tokens: &[Token], i: usize) -> bool {
    let collective = matches!(word(tokens, i), "a" | "half") && numbers::small(tokens, i).is_some();
    // "Five thousand" counts by its whole.
    let part = i > 0
        && numbers::cardinal(tokens, i - 1).is_some_and(|(_, next)| next > i)
        && !matches!(word(tokens, i - 1), "a" | "half");
    let number =
        !part && numbers::small(tokens, i).is_some() && !matches!(word(tokens, i), "a" | "half");
    let inside = tokens[i].glued
        && matches!(
            word_before(tokens, i, 1),
            "." | ":" | "/" | "-" | "$" | "#" | "+"
        );
    let ordinal =
        matches!(tokens[i].kind, Kind::Ordinal(_)) || numbers::ordinal(tokens, i).is_some();
    (number || collective)
        && !inside
        && !ordinal
        && tokens[i].word.len() <= 9
        && !(tokens[i].kind == Kind::Digits && tokens[i].word.len() > 3)
}

/// "Just us two", "us 2", "all three of us", "both of us", "two of them".
fn us(tokens: &[Token], i: usize) -> Option<Count> {
    let make = |count, end| {
        Some(Count {
            who: Who::Anyone,
            count,
            low: None,
            me: false,
            half: false,
            sure: true,
            start: i,
            end,
        })
    };
    if says(tokens, i, &["both", "of", "us"]) {
        return make(2, i + 3);
    }
    if matches!(word(tokens, i), "us" | "all" | "we" | "you") {
        let the = word(tokens, i) == "all" && word(tokens, i + 1) == "the";
        let (count, next) = numbers::small(tokens, i + 1 + usize::from(the))?;
        let all = word(tokens, i) == "all" && !clocks::counts_something(word(tokens, next));
        let you = word(tokens, i) == "you" && matches!(word(tokens, next), "will" | "are" | "at");
        return (all || you || word(tokens, i) == "us").then(|| make(count, next))?;
    }
    None
}

/// A number that nothing else claims: no unit, no clock, no money, no address.
fn is_free(tokens: &[Token], i: usize, next: usize) -> bool {
    let after = word(tokens, next);
    let unit = clocks::counts_something(after) && !matches!(after, "or" | "more" | "of");
    let marked = matches!(after, ":" | "/" | "%" | "+" | "=" | "*")
        || (matches!(after, "." | "-" | ",")
            && tokens
                .get(next + 1)
                .is_some_and(|token| token.glued && token.kind == Kind::Digits));
    let clock = matches!(after, "am" | "pm" | "oclock" | "ish" | "noon") && after != "ish";
    let money = matches!(
        word_before(tokens, i, 1),
        "$" | "£" | "#" | "room" | "number" | "no"
    );
    !unit && !marked && !clock && !money
}

/// "That one", "which one": a pronoun.
fn pronoun(tokens: &[Token], i: usize) -> bool {
    let one = word(tokens, i) == "one";
    let before = word_before(tokens, i, 1);
    let after = word(tokens, i + 1);
    one && (matches!(
        before,
        "that"
            | "this"
            | "which"
            | "the"
            | "no"
            | "another"
            | "different"
            | "other"
            | "any"
            | "every"
            | "good"
            | "new"
            | "first"
            | "second"
            | "last"
            | "next"
            | "nice"
            | "cheap"
            | "a"
            | "some"
            | "right"
    ) || matches!(
        after,
        "of" | "that"
            | "more"
            | "thing"
            | "sounds"
            | "second"
            | "moment"
            | "with"
            | "is"
            | "which"
            | "day"
            | "else"
            | "quick"
            | "other"
            | "in"
            | "near"
            | "called"
    )) && !matches!(before, "for")
        && !(before == "the" && matches!(word_before(tokens, i, 2), "just" | "only"))
        || one
            && before == "for"
            && matches!(
                word_before(tokens, i, 2),
                "i" | "look" | "looking" | "search" | "searching" | "ask" | "asking"
            )
}

/// Whether the words before say that people are counted.
fn led(tokens: &[Token], i: usize, next: usize) -> bool {
    let at = before_hedges(tokens, i);
    let before = word_before(tokens, at, 1);
    let second = word_before(tokens, at, 2);
    match before {
        "for" | "fore" => !is_length(tokens, next),
        "of" => is_gathering(second),
        "is" | "are" | "be" | "was" | "were" => {
            counted_subject(tokens, at) && !names_thing(tokens, i, next)
        }
        "we're" | "there's" | "we'll" => !names_thing(tokens, i, next),
        "these" | "those" => closes(tokens, next),
        "plus" | "and" | "&" if matches!(second, "me" | "myself" | "us") => closes(tokens, next),
        "it" | "that" => second == "make",
        "want" | "need" | "like" | "have" | "get" | "needing"
            if word(tokens, i) != "one"
                || tokens.get(next).is_none_or(Token::is_mark) && before != "have" =>
        {
            closes(tokens, next)
        }
        _ if at < i && matches!(word(tokens, at), "just" | "only") => closes(tokens, next),
        "seat" | "seats" | "accommodate" | "host" | "serve" | "fit" | "bring" => true,
        "to" if resized(tokens, i) => true,
        "to" => matches!(
            second,
            "size" | "party" | "guests" | "people" | "number" | "booking" | "reservation" | "table"
        ),
        "it's" => matches!(word(tokens, at), "just" | "only") || at < i,
        _ => false,
    }
}

/// Where the words that make a number vague begin: "about", "just the".
fn before_hedges(tokens: &[Token], i: usize) -> usize {
    let mut at = i;
    let hedge = |token: &Token| {
        token.is_any("about|around|just|only|the|maybe|approximately|roughly|like|say|exactly|probably|now|least|up|at")
    };
    while at > 0 && at + 4 > i && hedge(&tokens[at - 1]) {
        at -= 1;
    }
    at
}

/// "There's one place", "there are two options": a noun that is no person follows.
fn names_thing(tokens: &[Token], i: usize, next: usize) -> bool {
    let Some(token) = tokens.get(next).filter(|token| token.kind == Kind::Word) else {
        return false;
    };
    let one = word(tokens, i) == "one" || word(tokens, i) == "1";
    let things = token.word.len() > 3 && token.word.ends_with('s') && !token.word.ends_with("ss");
    let goes_on = closes(tokens, next)
        || token
            .is_any("and|plus|with|including|coming|altogether|more|this|who|but|so|or|only|just");
    let thing = one && token.word.len() > 3 && !goes_on;
    let things =
        things && !token.is_any("this|does|plus|us|always|perhaps|besides|sometimes|thanks|guests");
    (thing || things) && people::counted(&token.word).is_none()
}

/// Nouns for a party as a whole.
fn is_gathering(word: &str) -> bool {
    matches!(
        word,
        "party"
            | "group"
            | "family"
            | "table"
            | "consisting"
            | "reservation"
            | "booking"
            | "team"
            | "total"
    )
}

/// Whether nothing that could be counted follows a number.
pub(super) fn closes(tokens: &[Token], i: usize) -> bool {
    tokens.get(i).is_none_or(|token| {
        token.is_mark()
            || token
                .is_any("please|in|for|at|on|will|tonight|today|tomorrow|total|instead|thanks|now")
    }) || says(tokens, i, &["of", "them"])
}

/// Whether the subject before "is" or "will be" stands for the party: not "she will be forty".
fn counted_subject(tokens: &[Token], at: usize) -> bool {
    let skip = usize::from(matches!(
        word_before(tokens, at, 2),
        "will" | "would" | "to" | "should" | "might" | "could" | "may" | "can"
    ));
    let subject = word_before(tokens, at, 2 + skip);
    let time = word_before(tokens, at, 3 + skip) == "time";
    !time
        && matches!(
            subject,
            "we" | "they"
                | "it"
                | "there"
                | "that"
                | "this"
                | "party"
                | "group"
                | "people"
                | "guests"
                | "us"
                | "which"
                | "total"
                | "going"
                | "reservation"
                | "booking"
        )
        && (skip > 0 || !matches!(subject, "that" | "this" | "reservation" | "booking"))
}

/// "For two hours", "for 5 nights", "for 10 minutes": a length, not people.
fn is_length(tokens: &[Token], next: usize) -> bool {
    matches!(
        word(tokens, next),
        "hours"
            | "hour"
            | "minutes"
            | "days"
            | "day"
            | "nights"
            | "night"
            | "weeks"
            | "week"
            | "years"
            | "months"
            | "hrs"
            | "rooms"
            | "dollars"
            | "bucks"
            | "percent"
    )
}

fn followed(tokens: &[Token], next: usize) -> bool {
    says(tokens, next, &["of", "us"])
        || says(tokens, next, &["in", "total"])
        || says(tokens, next, &["in", "all"])
        || says(tokens, next, &["in", "our", "party"])
        || says(tokens, next, &["in", "my", "party"])
        || says(tokens, next, &["top"])
        || says(tokens, next, &["to", "show", "up"])
        || says(tokens, next, &["to", "come"])
        || says(tokens, next, &["to", "attend"])
        || says(tokens, next, &["altogether"])
        || says(tokens, next, &["coming"])
        || says(tokens, next, &["are", "coming"])
        || says(tokens, next, &["will", "be", "coming"])
        || says(tokens, next, &["attending"])
        || says(tokens, next, &["will", "be", "attending"])
        || says(tokens, next, &["all", "together"])
        || says(tokens, next, &["in", "the", "group"])
        || says(tokens, next, &["is", "the", "number"])
        || next >= tokens.len() && says(tokens, next.saturating_sub(3), &["just", "the"])
}

/// Whether a number is the answer to "how many": the utterance holds little else of its kind.
fn is_answer(tokens: &[Token], i: usize, next: usize) -> bool {
    let before = word_before(tokens, i, 1);
    let ordinal = matches!(word(tokens, next), "th" | "st" | "nd" | "rd");
    !ordinal && !matches!(before, "room" | "at" | "under" | "on")
}

/// The first number of an answer to "how many", whatever stands around it; unasked, of an utterance that
/// is a number and nothing else.
pub(super) fn any_number(tokens: &[Token], taken: &[(usize, usize)], asked: bool) -> Option<Count> {
    let spare = if asked { 4 } else { 1 };
    let free = |i: &usize| !taken.iter().any(|(start, end)| (*start..*end).contains(i));
    let make = |count, start, end| Count {
        who: Who::Anyone,
        count,
        low: None,
        me: false,
        half: false,
        sure: true,
        start,
        end,
    };
    if let (true, [only]) = (asked, tokens) {
        // What a recogniser makes of a number said alone.
        let count = match only.word.as_str() {
            "to" | "too" => Some(2),
            "tree" => Some(3),
            "for" | "fore" => Some(4),
            "ate" => Some(8),
            "won" | "me" | "myself" => Some(1),
            _ => None,
        };
        if let Some(count) = count {
            return Some(make(count, 0, 1));
        }
    }
    (0..tokens.len()).filter(free).find_map(|i| {
        let word_count = match word(tokens, i) {
            "single" | "alone" | "solo" => Some(1),
            "none" | "nobody" => Some(0),
            _ => None,
        };
        if let Some(count) = word_count.filter(|_| tokens.len() <= 3 && asked) {
            return Some(make(count, i, i + 1));
        }
        let (value, next) = numbers::cardinal(tokens, i).filter(|_| !pronoun(tokens, i))?;
        let said = word(tokens, i);
        let closing = |token: &Token| token.is_mark() || token.is(&["please", "of"]);
        if !asked && (i > 0 || !tokens[next..].iter().all(closing)) {
            return None;
        }
        let long = said.len() > 6 && tokens[i].kind == Kind::Digits;
        (tokens.len() <= next - i + spare && !long)
            .then(|| Some(make(u32::try_from(value).ok()?, i, next)))
            .flatten()
    })
}
