//! Reads how many people come.
//!
//! Owns counting people: by number, by naming them, adults and children apart, ranges. Called by
//! `understand`. Never takes a number that a time or a day was read from.

use super::numbers;
use super::party_bare;
use super::people::{self, Who};
use super::reading::{Context, Found, PartySize, Slot};
use super::repair;
use super::tokens::{Token, says, word, word_before};

/// A count of people and the tokens it came from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Count {
    /// Whom.
    pub who: Who,
    /// How many; the upper end of a range.
    pub count: u32,
    /// The lower end of a range.
    pub low: Option<u32>,
    /// Whether it is the caller.
    pub me: bool,
    /// Whether the words can mean nothing but a party.
    pub sure: bool,
    /// First token.
    pub start: usize,
    /// Token after the last.
    pub end: usize,
}

/// A party put together from its counts.
#[derive(Clone, Debug)]
struct Party {
    size: PartySize,
    start: usize,
    end: usize,
}

/// Reads the party; `taken` are the token spans of days and times.
pub(super) fn read(
    tokens: &[Token],
    taken: &[(usize, usize)],
    context: &Context,
) -> Option<Found<PartySize>> {
    let counts = scan(tokens, taken, context.asked);
    let parties = gather(tokens, &counts);
    let party = repair::choose(tokens, &parties, |party| (party.start, party.end))?;
    Some(Found {
        value: party.size.clone(),
        start: tokens.get(party.start)?.start,
        end: tokens.get(party.end.checked_sub(1)?)?.end,
        confidence: 0.9,
    })
}

fn scan(tokens: &[Token], taken: &[(usize, usize)], asked: Option<Slot>) -> Vec<Count> {
    let mut counts: Vec<Count> = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        if let Some((_, end)) = taken
            .iter()
            .find(|(start, end)| (*start..*end).contains(&i))
        {
            i = *end;
            continue;
        }
        let count = counted(tokens, i)
            .or_else(|| related(tokens, i))
            .or_else(|| myself(tokens, i))
            .or_else(|| party_bare::bare(tokens, i, taken, asked));
        match count {
            Some(count) if !overlaps(taken, count.start, count.end) => {
                i = count.end.max(i + 1);
                counts.push(count);
            }
            _ => i += 1,
        }
    }
    // An answer, or an utterance that is nothing but a number.
    if counts.is_empty() && matches!(asked, Some(Slot::PartySize) | None) {
        counts.extend(party_bare::any_number(tokens, taken, asked.is_some()));
    }
    counts
}

fn overlaps(taken: &[(usize, usize)], start: usize, end: usize) -> bool {
    taken.iter().any(|(from, to)| start < *to && *from < end)
}

/// "Four people", "no kids", "ten to twelve guests", "two of my friends".
fn counted(tokens: &[Token], i: usize) -> Option<Count> {
    let (low, count, at) = number_or_range(tokens, i)?;
    let mut at = at;
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
            sure: true,
            start: i,
            end: at + 1,
        });
    }
    if word(tokens, at) == "them" || word(tokens, at) == "ones" {
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
        sure: true,
        start: i,
        end: at + 1,
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
    if linked && (link != "and" || between) {
        if let Some((last, end)) = numbers::small(tokens, second) {
            let close = last > first && last <= first * 2 + 2;
            // "Fourteen, fifteen people": a list of two neighbours is a range.
            if close && (link != "," || last - first <= 3) && word(tokens, end) != ":" {
                return Some((Some(first), last, end));
            }
        }
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
fn related(tokens: &[Token], i: usize) -> Option<Count> {
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
    let article = matches!(word(tokens, i), "a" | "the");
    (!article || who == Who::Child).then(|| person(who, each, i, at + 1))
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

fn person(who: Who, count: u32, start: usize, end: usize) -> Count {
    Count {
        who,
        count,
        low: None,
        me: false,
        sure: false,
        start,
        end,
    }
}

/// "Me", "myself", and "I" where it stands in a list.
fn myself(tokens: &[Token], i: usize) -> Option<Count> {
    let listed = word_before(tokens, i, 1) == "and"
        || word(tokens, i + 1) == "and"
        || says(tokens, i + 1, &[",", "my"]);
    let is = match word(tokens, i) {
        "myself" => true,
        "me" => listed || is_only_me(tokens, i) || word(tokens, i + 1) == ",",
        "i" => word_before(tokens, i, 1) == "and" && !verb_follows(word(tokens, i + 1)),
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

/// Words that join the members of one party.
fn joins(token: &Token) -> bool {
    token.is(&[
        "and",
        ",",
        "plus",
        "with",
        "&",
        "as",
        "well",
        "also",
        "along",
        "including",
        "just",
        "both",
        "of",
        "them",
        "will",
        "come",
        "coming",
        "the",
        "for",
        "are",
        "there",
        "be",
        "traveling",
        "one",
        "we",
        "have",
        "to",
        "bring",
        "bringing",
        "adults",
        "total",
        "counting",
        "would",
        "whom",
        "which",
        "(",
        "maybe",
        "around",
        "about",
        "is",
    ])
}

/// Puts counts that stand in one list together.
fn gather(tokens: &[Token], counts: &[Count]) -> Vec<Party> {
    let mut parties = Vec::new();
    let mut i = 0;
    while i < counts.len() {
        let mut end = i + 1;
        while end < counts.len() {
            let gap = tokens
                .get(counts[end - 1].end..counts[end].start)
                .unwrap_or_default();
            let linked = gap.len() < 6
                && gap.iter().all(joins)
                && !(gap.is_empty() && same_kind(&counts[end - 1], &counts[end]));
            if !linked || repeats(gap, &counts[i..end], &counts[end]) {
                break;
            }
            end += 1;
        }
        parties.extend(party(tokens, &counts[i..end]));
        i = end;
    }
    parties
}

fn same_kind(first: &Count, next: &Count) -> bool {
    first.who == next.who && first.who == Who::Anyone
}

/// Whether a count says the number of the whole party anew rather than adding to it.
fn repeats(gap: &[Token], before: &[Count], next: &Count) -> bool {
    let plain = |count: &Count| count.who == Who::Anyone && !count.me;
    let adds = gap
        .iter()
        .any(|token| token.is(&["and", "plus", "with", "&", "including"]));
    before.iter().any(plain) && plain(next) && !adds
}

/// Adds the counts of one list up; nothing if naming people was not meant as counting them.
fn party(tokens: &[Token], counts: &[Count]) -> Option<Party> {
    let (first, last) = (counts.first()?, counts.last()?);
    let before = word_before(tokens, first.start, 1);
    let company = matches!(before, "with" | "bring" | "bringing")
        && (2..6).any(|back| {
            matches!(
                word_before(tokens, first.start, back),
                "come" | "coming" | "arriving" | "going" | "dine" | "eating" | "i'm" | "i"
            )
        });
    let with_me =
        company && !counts.iter().any(|count| count.me) && counts.iter().all(|count| !count.sure);
    let just = matches!(before, "just" | "only" | "both")
        || (before == "for" && table_before(tokens, first.start));
    let listed = counts.len() > 1
        && counts
            .iter()
            .any(|count| count.me || count.sure || count.who == Who::Adult);
    if !(counts.iter().any(|count| count.sure) || listed || just || with_me) {
        return None;
    }
    let size = sum(tokens, counts, with_me);
    Some(Party {
        size,
        start: first.start,
        end: last.end,
    })
}

fn table_before(tokens: &[Token], start: usize) -> bool {
    (2..4).any(|back| matches!(word_before(tokens, start, back), "table" | "room" | "spot"))
}

fn sum(tokens: &[Token], counts: &[Count], with_me: bool) -> PartySize {
    let total_of = |who: Who| -> Option<u32> {
        let mut of = counts.iter().filter(|count| count.who == who).peekable();
        of.peek()?;
        Some(of.map(|count| count.count).fold(0, u32::saturating_add))
    };
    let anyone = total_of(Who::Anyone);
    let adults = total_of(Who::Adult)
        .map(|adults| adults + u32::from(with_me))
        .or(with_me.then_some(1));
    let children = total_of(Who::Child);
    let low = counts
        .iter()
        .find_map(|count| count.low.map(|low| (low, count.count)));
    let (at_least, at_most) = low.map_or((None, None), |(low, high)| (Some(low), Some(high)));
    let base = PartySize {
        at_least,
        at_most,
        ..PartySize::default()
    };
    let included = counts.windows(2).any(|pair| {
        let gap = tokens.get(pair[0].end..pair[1].end).unwrap_or_default();
        pair[1].who == Who::Child
            && gap
                .iter()
                .any(|token| token.is(&["including", "counting", "them", "whom", "which"]))
    });
    match (anyone, adults, children) {
        (Some(all), None, None) => PartySize { total: all, ..base },
        (Some(all), None, Some(children)) if included && children <= all => PartySize {
            total: all,
            adults: Some(all - children),
            children: Some(children),
            ..base
        },
        (Some(all), None, Some(children)) => PartySize {
            total: all.saturating_add(children),
            adults: Some(all),
            children: Some(children),
            ..base
        },
        (Some(all), Some(adults), children) if counts.iter().any(|count| count.me) || with_me => {
            // "Me and five others": their ages are not known.
            let total = all
                .saturating_add(adults)
                .saturating_add(children.unwrap_or(0));
            PartySize { total, ..base }
        }
        (Some(all), Some(adults), children) => {
            let split = adults.saturating_add(children.unwrap_or(0));
            PartySize {
                total: all.max(split),
                adults: Some(adults),
                children,
                ..base
            }
        }
        (None, adults, children) => {
            let total = adults.unwrap_or(0).saturating_add(children.unwrap_or(0));
            PartySize {
                total,
                adults,
                children,
                ..base
            }
        }
    }
}
