//! Reads how many people come.
//!
//! Owns counting people: by number, by naming them, adults and children apart, ranges. Called by
//! `understand`. Never takes a number that a time or a day was read from.

use super::context::Context;
use super::numbers;
use super::party_bare;
use super::party_counts;
use super::party_more;
use super::people::{self, Who};
use super::reading::{Found, PartySize, Slot};
use super::repair;
use super::tokens::{Token, says, word_before};

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
    /// Whether it is half of the party, whatever its number.
    pub half: bool,
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
    if let Some(changed) = party_more::read(tokens, context) {
        return Some(changed);
    }
    let counts = scan(tokens, taken, context.asked);
    let parties = merged(gather(tokens, &counts));
    let parties = named_first(tokens, parties);
    let party = repair::choose(tokens, &parties, |party| (party.start, party.end))?;
    let before = parties.iter().rfind(|before| before.end <= party.start);
    let corrected = before.and_then(|before| corrected(&before.size, &party.size));
    Some(Found {
        value: corrected.unwrap_or_else(|| party.size.clone()),
        start: tokens.get(party.start)?.start,
        end: tokens.get(party.end.checked_sub(1)?)?.end,
        confidence: if is_lone_number(tokens, party, context) {
            LONE_NUMBER
        } else {
            SURE
        },
    })
}

/// How sure a number of people is, and one that nobody asked for and that no noun follows.
const SURE: f32 = 0.9;
const LONE_NUMBER: f32 = 0.4;

/// "Twelve", where nothing was asked: it may as well be an hour.
fn is_lone_number(tokens: &[Token], party: &Party, context: &Context) -> bool {
    let said = &tokens[party.start..party.end];
    let others = tokens[..party.start].iter().chain(&tokens[party.end..]);
    context.asked.is_none()
        && others.into_iter().all(Token::is_mark)
        && said.iter().all(|token| {
            token.digits().is_some() || token.is_mark() || numbers::is_number_word(&token.word)
        })
}

/// "A table for 16 for five people": a number with its noun outweighs one without, where neither corrects the other.
fn named_first(tokens: &[Token], parties: Vec<Party>) -> Vec<Party> {
    let named = |party: &Party| {
        party.size.adults.is_some()
            || party.size.children.is_some()
            || tokens[party.start..party.end]
                .iter()
                .any(|token| people::counted(&token.word).is_some())
    };
    let repaired = parties.windows(2).any(|pair| {
        let gap = tokens.get(pair[0].end..pair[1].start).unwrap_or_default();
        repair::marked(gap)
    });
    if repaired || !parties.iter().any(named) {
        return parties;
    }
    parties.into_iter().filter(named).collect()
}

/// "Two adults and three kids, no, four kids": what was not corrected stands.
fn corrected(before: &PartySize, after: &PartySize) -> Option<PartySize> {
    let (adults, children) = match (before, after) {
        (
            PartySize {
                adults: Some(adults),
                children: Some(_),
                ..
            },
            PartySize {
                adults: None,
                children: Some(children),
                ..
            },
        ) => (*adults, *children),
        (
            PartySize {
                adults: Some(_),
                children: Some(children),
                ..
            },
            PartySize {
                adults: Some(adults),
                children: None,
                ..
            },
        ) => (*adults, *children),
        _ => return None,
    };
    Some(PartySize {
        total: adults.saturating_add(children),
        adults: Some(adults),
        children: Some(children),
        ..PartySize::default()
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
        let count = party_counts::half(tokens, i)
            .or_else(|| party_counts::counted(tokens, i))
            .or_else(|| party_counts::related(tokens, i))
            .or_else(|| party_counts::myself(tokens, i))
            .or_else(|| party_bare::bare(tokens, i, asked));
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

/// Words that join the members of one party.
fn joins(token: &Token) -> bool {
    token.is_any(
        "and|,|plus|with|&|as|well|also|along|including|just|both|of|them|will|come|\
             coming|the|for|are|there|be|traveling|one|we|have|to|bring|bringing|adults|\
             total|counting|would|whom|which|(|maybe|around|about|is",
    )
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
    let size = bounded(tokens, first.start, sum(tokens, counts, with_me));
    Some(Party {
        size,
        start: first.start,
        end: last.end,
    })
}

/// "At least ten", "up to thirty": a number that is one end of a range.
fn bounded(tokens: &[Token], start: usize, size: PartySize) -> PartySize {
    if size.at_least.is_some() || size.at_most.is_some() {
        return size;
    }
    let back = |count: usize, phrase: &[&str]| {
        start
            .checked_sub(count)
            .is_some_and(|at| says(tokens, at, phrase))
    };
    let least = back(2, &["at", "least"])
        || back(3, &["no", "fewer", "than"])
        || back(3, &["no", "less", "than"]);
    let most = back(2, &["up", "to"])
        || back(2, &["at", "most"])
        || back(3, &["no", "more", "than"])
        || back(3, &["not", "more", "than"])
        || back(2, &["maximum", "of"]);
    PartySize {
        at_least: least.then_some(size.total),
        at_most: most.then_some(size.total),
        ..size
    }
}

/// A party told twice, first its number and then who they are, is one: "nine in total, four adults five kids".
fn merged(parties: Vec<Party>) -> Vec<Party> {
    let mut merged: Vec<Party> = Vec::with_capacity(parties.len());
    for party in parties {
        let detailed = |size: &PartySize| size.adults.is_some() && size.children.is_some();
        match merged.last_mut() {
            Some(last)
                if last.size.total == party.size.total
                    && detailed(&party.size)
                    && !detailed(&last.size) =>
            {
                last.size = party.size;
                last.end = party.end;
            }
            _ => merged.push(party),
        }
    }
    merged
}

fn table_before(tokens: &[Token], start: usize) -> bool {
    (2..4).any(|back| matches!(word_before(tokens, start, back), "table" | "room" | "spot"))
}

/// "Fifteen people including six kids": the children are some of those counted before.
fn children_included(tokens: &[Token], counts: &[Count]) -> bool {
    counts.windows(2).any(|pair| {
        let gap = tokens.get(pair[0].end..pair[1].end).unwrap_or_default();
        let says_so = gap
            .iter()
            .any(|token| token.is(&["including", "counting", "them", "whom", "which"]));
        pair[1].who == Who::Child && says_so
    })
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
    let included = children_included(tokens, counts);
    if let (Some(all), true) = (anyone, counts.iter().any(|count| count.half)) {
        let children = all / 2;
        return PartySize {
            total: all,
            adults: Some(all - children),
            children: Some(children),
            ..base
        };
    }
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
