//! Reads single counts of people: by number, by relation, the caller.
//!
//! Owns the forms of one count. Called by `party`. Never adds counts up.

use super::numbers;
use super::party::Count;
use super::people::{self, Who};
use super::tokens::{Token, says, word, word_before};

/// "Four people", "no kids", "ten to twelve guests", "two of my friends".
pub(super) fn counted(tokens: &[Token], i: usize) -> Option<Count> {
    let (low, count, at) = number_or_range(tokens, i)?;
    // "Forty plus people".
    let plus = word(tokens, at) == "plus" && people::counted(word(tokens, at + 1)).is_some();
    let mut at = at + usize::from(plus);
    while people::describes(word(tokens, at))
        && at < i + 8
        && people::counted(word(tokens, at)).is_none()
    {
        at += 1;
    }
    if word(tokens, at) == "us" && word_before(tokens, at, 1) == "of" {
        if is_share(tokens, count, at + 1) {
            return None;
        }
        return Some(Count {
            who: Who::Anyone,
            count,
            low,
            me: false,
            half: false,
            sure: true,
            start: i,
            end: at + 1,
        });
    }
    if let Some((count, end)) = by_group(tokens, at, count) {
        return Some(Count {
            sure: true,
            ..person(Who::Anyone, count, i, end)
        });
    }
    let article = matches!(word(tokens, i), "a" | "an" | "another");
    if let Some(end) = by_age(tokens, at).filter(|_| !article) {
        return Some(Count {
            sure: true,
            ..person(Who::Child, count, i, end)
        });
    }
    if matches!(word(tokens, at), "them" | "ones" | "which" | "whom") {
        return one_of_them(tokens, i, count, at);
    }
    let (who, each) = people::counted(word(tokens, at)).or_else(|| little(tokens, at))?;
    let young = (i..at).any(|at| matches!(word(tokens, at), "little" | "young" | "small"));
    let who = if young && who == Who::Anyone {
        Who::Child
    } else {
        who
    };
    let birthday = matches!(word(tokens, at + 1), "birthday" | "meal" | "menu");
    let article =
        matches!(word(tokens, i), "a" | "an" | "another") && numbers::small(tokens, i).is_none();
    if article && who != Who::Child || added(tokens, i) || is_share(tokens, count, at + 1) {
        return None;
    }
    let age = word(tokens, at) == "year";
    (!birthday && !age).then_some(Count {
        who,
        count: count.checked_mul(each)?,
        low: low.map(|low| low * each),
        me: false,
        half: false,
        sure: true,
        start: i,
        end: at + 1,
    })
}

/// "Two families of four", "three tables of eight": people by the group; how many, and where the words end.
fn by_group(tokens: &[Token], i: usize, count: u32) -> Option<(u32, usize)> {
    let groups = matches!(
        word(tokens, i),
        "families" | "groups" | "tables" | "parties" | "teams" | "sets"
    );
    if !groups || word(tokens, i + 1) != "of" {
        return None;
    }
    let (each, next) = numbers::small(tokens, i + 2)?;
    Some((count.checked_mul(each)?, next))
}

/// "Four under ten", "one eight year old": children by their age; where the words end.
fn by_age(tokens: &[Token], i: usize) -> Option<usize> {
    if let Some((1..=17, next)) = numbers::small(tokens, i)
        && matches!(word(tokens, next), "year" | "years")
        && matches!(word(tokens, next + 1), "old" | "olds")
    {
        return Some(next + 2);
    }
    if !matches!(word(tokens, i), "under" | "below") {
        return None;
    }
    let at = i + 1 + usize::from(says(tokens, i + 1, &["the", "age", "of"])) * 3;
    let (_, next) = numbers::small(tokens, at).filter(|(age, _)| (1..=18).contains(age))?;
    Some(next + usize::from(says(tokens, next, &["years", "old"])) * 2)
}

/// "Half of them kids": a share whose number follows from the whole party.
pub(super) fn half(tokens: &[Token], i: usize) -> Option<Count> {
    if word(tokens, i) != "half" {
        return None;
    }
    let mut at = i + 1;
    while at < i + 6
        && matches!(
            word(tokens, at),
            "of" | "them"
                | "us"
                | "whom"
                | "are"
                | "is"
                | "being"
                | "the"
                | "will"
                | "be"
                | "which"
        )
    {
        at += 1;
    }
    let (who, _) = people::counted(word(tokens, at))?;
    (who == Who::Child).then(|| Count {
        half: true,
        sure: true,
        ..person(Who::Child, 0, i, at + 1)
    })
}

/// "Add two guests": people besides a number that is not said here.
fn added(tokens: &[Token], i: usize) -> bool {
    (1..3).any(|back| {
        matches!(
            word_before(tokens, i, back),
            "add" | "adding" | "added" | "extra"
        )
    })
}

/// "One of us is vegan", "two people have a nut allergy": some of the party, not all of it.
fn is_share(tokens: &[Token], count: u32, next: usize) -> bool {
    let has = matches!(
        word(tokens, next),
        "has" | "have" | "eats" | "can't" | "cannot"
    );
    let is = matches!(word(tokens, next), "is" | "are") && !word(tokens, next + 1).ends_with("ing");
    let has = has || says(tokens, next, &["only", "eats"]) || says(tokens, next, &["only", "eat"]);
    (has && (count < 3 || word(tokens, next) != "have"))
        || (is && count < 4 && next + 1 < tokens.len())
}

/// "Half of them kids", "three of them children", "two little ones".
fn one_of_them(tokens: &[Token], i: usize, count: u32, at: usize) -> Option<Count> {
    let child = word(tokens, at) == "ones" && word_before(tokens, at, 1) == "little";
    let next = (at + 1..at + 4).find(|next| {
        people::counted(word(tokens, *next)).is_some_and(|(who, _)| who == Who::Child)
    });
    let end = if child { at + 1 } else { next? + 1 };
    Some(Count {
        who: Who::Child,
        count,
        low: None,
        me: false,
        half: false,
        sure: true,
        start: i,
        end,
    })
}

fn little(tokens: &[Token], at: usize) -> Option<(Who, u32)> {
    (word(tokens, at) == "kiddies" || word(tokens, at) == "littles").then_some((Who::Child, 1))
}

/// A number, or the two ends of a range: low end if any, upper end, where it stops.
pub(super) fn number_or_range(tokens: &[Token], i: usize) -> Option<(Option<u32>, u32, usize)> {
    if word(tokens, i) == "no" || word(tokens, i) == "zero" {
        return Some((None, 0, i + 1));
    }
    let (first, next) = match numbers::small(tokens, i) {
        Some(read) => read,
        None if matches!(word(tokens, i), "a" | "an" | "another" | "single") => (1, i + 1),
        None => return None,
    };
    let link = word(tokens, next);
    let linked = matches!(
        link,
        "to" | "-" | "–" | "or" | "," | "maybe" | "perhaps" | "and"
    );
    let mut second = next + usize::from(linked);
    while linked
        && matches!(
            word(tokens, second),
            "maybe" | "perhaps" | "possibly" | "even"
        )
    {
        second += 1;
    }
    let between = word_before(tokens, i, 1) == "between";
    if linked
        && (link != "and" || between)
        && let Some((last, end)) = numbers::small(tokens, second)
    {
        let close = last > first && last <= first * 2 + 2;
        // "Fourteen, fifteen people": a list of two neighbours is a range.
        if close && (link != "," || last - first <= 3) && word(tokens, end) != ":" {
            return Some((Some(first), last, end));
        }
    }
    // "Fifteen sixteen people": two neighbours in one breath.
    if !linked
        && let Some((last, end)) = numbers::small(tokens, next)
        && (first + 1..=first + 2).contains(&last)
        && first > 2
        && (end >= tokens.len() || people::counted(word(tokens, end)).is_some())
    {
        return Some((Some(first), last, end));
    }
    let ish = next
        + usize::from(
            word(tokens, next) == "ish"
                || (word(tokens, next) == "or" && word(tokens, next + 1) == "so"),
        );
    Some((
        None,
        first,
        ish + usize::from(word(tokens, ish) == "so" && word_before(tokens, ish, 1) == "or"),
    ))
}

/// "My wife", "our two boys", "the little one", "mum".
pub(super) fn related(tokens: &[Token], i: usize) -> Option<Count> {
    let owned = matches!(
        word(tokens, i),
        "my" | "our" | "his" | "her" | "their" | "a" | "the"
    );
    if !owned {
        return bare_relation(tokens, i);
    }
    let mut at = i + 1;
    let number =
        numbers::small(tokens, at).or_else(|| (word(tokens, at) == "other").then_some((1, at)));
    if let Some((_, next)) = number {
        at = next;
    }
    while matches!(
        word(tokens, at),
        "little"
            | "young"
            | "older"
            | "younger"
            | "baby"
            | "best"
            | "old"
            | "lovely"
            | "new"
            | "other"
            | "dear"
            | "small"
    ) && people::relation(word(tokens, at + 1))
        .or_else(|| people::counted(word(tokens, at + 1)))
        .is_some()
        || matches!(
            (word(tokens, at), word(tokens, at + 1)),
            ("little", "one" | "ones" | "man" | "girl" | "boy")
        )
    {
        at += 1;
    }
    if word_before(tokens, at, 1) == "little" && matches!(word(tokens, at), "one" | "man") {
        return Some(person(Who::Child, 1, i, at + 1));
    }
    if let Some((count, _)) = number {
        let (who, each) =
            people::counted(word(tokens, at)).or_else(|| people::relation(word(tokens, at)))?;
        return Some(Count {
            sure: true,
            ..person(who, count * each, i, at + 1)
        });
    }
    let (who, each) = people::relation(word(tokens, at))?;
    let article = matches!(word(tokens, i), "a" | "the") && !goes_on_from_me(tokens, i);
    (!article || who == Who::Child).then(|| person(who, each, i, at + 1))
}

/// "Me and a friend", "me, the wife and our kid": in a list that the caller opened with themselves.
fn goes_on_from_me(tokens: &[Token], i: usize) -> bool {
    let member = word_before(tokens, i, 2);
    matches!(word_before(tokens, i, 1), "and" | "plus" | "&" | ",")
        && (matches!(member, "me" | "myself" | "i") || people::relation(member).is_some())
}

fn bare_relation(tokens: &[Token], i: usize) -> Option<Count> {
    if says(tokens, i, &["a", "couple"]) && !matches!(word(tokens, i + 2), "of" | "more") {
        return Some(person(Who::Adult, 2, i, i + 2));
    }
    let name = matches!(
        word(tokens, i),
        "mum" | "mom" | "dad" | "grandma" | "grandpa"
    );
    name.then(|| person(Who::Adult, 1, i, i + 1))
}

pub(super) fn person(who: Who, count: u32, start: usize, end: usize) -> Count {
    Count {
        who,
        count,
        low: None,
        me: false,
        half: false,
        sure: false,
        start,
        end,
    }
}

/// "Me", "myself", and "I" where it stands in a list.
pub(super) fn myself(tokens: &[Token], i: usize) -> Option<Count> {
    let after_and = matches!(word_before(tokens, i, 1), "and" | "plus" | "&");
    let others = |at: usize| {
        matches!(
            word(tokens, at),
            "my" | "our" | "his" | "her" | "a" | "the" | "another" | "some" | "one"
        ) || numbers::small(tokens, at).is_some()
    };
    let before_and = matches!(word(tokens, i + 1), "and" | "plus" | ",") && others(i + 2);
    let listed = after_and || before_and || matches!(word(tokens, i + 1), "my" | "our");
    // "I invited 40 people and I expect them all".
    let crowd =
        people::counted(word_before(tokens, i, 2)).is_some_and(|(who, _)| who == Who::Anyone);
    let is = match word(tokens, i) {
        "myself" => true,
        "me" => listed || is_only_me(tokens, i),
        "i" => word_before(tokens, i, 1) == "and" && !crowd && !verb_follows(word(tokens, i + 1)),
        _ => false,
    };
    is.then(|| Count {
        me: true,
        sure: is_only_me(tokens, i),
        ..person(Who::Adult, 1, i, i + 1)
    })
}

fn verb_follows(word: &str) -> bool {
    matches!(
        word,
        "need"
            | "want"
            | "would"
            | "have"
            | "was"
            | "am"
            | "can't"
            | "cannot"
            | "don't"
            | "think"
            | "like"
            | "had"
            | "booked"
            | "prefer"
            | "made"
            | "can"
            | "could"
            | "wanted"
            | "just"
            | "also"
            | "do"
            | "did"
            | "know"
            | "hope"
    )
}

/// "Just me", "only myself", "by myself", "me only".
fn is_only_me(tokens: &[Token], i: usize) -> bool {
    let before = word_before(tokens, i, 1);
    if word(tokens, i) == "myself" && tokens.len() <= 2 {
        return true;
    }
    let alone = word(tokens, i) == "myself" && matches!(before, "by" | "just" | "only" | "for");
    alone
        || matches!(word(tokens, i + 1), "only" | "alone")
        || (matches!(before, "just" | "only")
            && (i + 1 >= tokens.len()
                || tokens[i + 1].is_mark()
                || matches!(
                    word(tokens, i + 1),
                    "and" | "please" | "for" | "at" | "tonight" | "this" | "coming"
                )))
}
