//! Reads one utterance: runs the readers and weighs what they found against what was asked.
//!
//! Owns the order of the readers. Called by everybody through `grammar::understand`. Never holds rules
//! of its own about any one slot.

use jiff::civil::Date;

use super::context::Context;
use super::reading::{DateReading, Found, Intent, Language, Scored, Slot, Understanding};
use super::wording::Wording;
use super::{
    address, datetime, email, intents, menu, names, party, phone, spanish, tokens, wishes,
};

/// Guesses of the recogniser looked at beyond the first.
const GUESSES_MAX: usize = 8;
/// Words and marks of an utterance that are read: what is said in five minutes. Bounds the time that a reading takes.
const WORDS_MAX: usize = 800;
/// What a reading from a lesser guess keeps of its confidence.
const LESSER_GUESS: f32 = 0.6;

/// Reads `text` (the recogniser's best guess, with its other guesses in `nbest`) into intents and slots.
///
/// An answer that the best guess does not hold is looked for in the others; its span is then all of `text`.
#[must_use]
pub fn understand(text: &str, nbest: &[String], context: &Context) -> Understanding {
    let mut understood = read(text, nbest, context);
    let Some(asked) = context
        .asked
        .filter(|asked| !answers(&understood, *asked) || is_lacking(text, &understood, *asked))
    else {
        return understood;
    };
    let others = nbest
        .iter()
        .take(GUESSES_MAX)
        .filter(|guess| *guess != text);
    for guess in others {
        let other = read(guess, &[], context);
        if answers(&other, asked) && !is_lacking(guess, &other, asked) {
            take(&mut understood, other, asked, text.len());
            break;
        }
    }
    understood
}

/// Whether another guess may have more of the answer.
fn is_lacking(text: &str, understood: &Understanding, asked: Slot) -> bool {
    is_vague(understood, asked) || asked == Slot::Date && leaves_year(text, understood)
}

/// Whether a year was heard that belongs to no day: "9th of me 1973".
fn leaves_year(text: &str, understood: &Understanding) -> bool {
    let read = |token: &tokens::Token| {
        understood
            .date
            .as_ref()
            .is_some_and(|date| date.start <= token.start && token.end <= date.end)
    };
    let is_year = |token: &tokens::Token| {
        token.word.len() == 4
            && token
                .digits()
                .is_some_and(|year| (1880..2020).contains(&year))
    };
    tokens::tokenise(text)
        .iter()
        .any(|token| is_year(token) && !read(token))
}

/// Whether a day was asked for and a whole month heard, of which another guess may have the day.
fn is_vague(understood: &Understanding, asked: Slot) -> bool {
    let date = understood.date.as_ref().map(|found| &found.value);
    let month = |from: &Date, to: &Date| from.day() == 1 && to.day() == to.days_in_month();
    asked == Slot::Date
        && matches!(date, Some(DateReading::Between { from, to }) if month(from, to))
}

fn read(text: &str, nbest: &[String], context: &Context) -> Understanding {
    let mut tokens = tokens::tokenise(text);
    tokens.truncate(WORDS_MAX);
    if spanish::is_spanish(&tokens) {
        return foreign(&Wording::new(&tokens), context);
    }
    let email = email::read(&tokens, context);
    let runs = phone::runs(&tokens);
    let (phone, mut claimed) = phone::read(&tokens, &runs, context);
    let address = address::read(text, &tokens, &runs, context);
    claimed.push(email.as_ref().map(|found| (found.start, found.end)));
    claimed.push(address.as_ref().map(|found| (found.start, found.end)));
    let food = menu::read(&tokens, &context.vocabulary);
    let budget = wishes::budget(&tokens);
    claimed.extend(food.taken.iter().copied().map(Some));
    claimed.push(budget.as_ref().map(|found| (found.start, found.end)));
    let free = tokens::without(&tokens, &claimed);
    let when = datetime::read(&free, context);
    let party_size = party::read(&free, &when.taken, context);
    let asked_name = context.asked == Some(Slot::Name);
    let name = names::read(text, &free, nbest, context)
        .filter(|name| asked_name || !within(name, when.date.as_ref()));
    let mut understood = Understanding {
        date: when.date,
        time: when.time,
        party_size,
        name,
        same_number: phone.is_none() && phone::is_same_number(&tokens, context),
        phone,
        email,
        address,
        occasion: wishes::occasion(&tokens, &context.vocabulary),
        menu: food.menu,
        dietary: food.dietary,
        budget,
        ..Understanding::default()
    };
    let contact = [Slot::Phone, Slot::Email, Slot::Address]
        .iter()
        .any(|slot| answers(&understood, *slot));
    let slots = has_slots(&understood);
    let wording = Wording::new(&tokens);
    understood.intents = intents::read(&wording, (slots, contact), context);
    if understood.menu.iter().any(|dish| dish.value.declined) {
        intents::of_a_dish(&mut understood.intents, &wording);
    }
    understood.confidence = confidence(&understood, context);
    understood
}

/// Reads no more of Spanish than whether a person is wanted.
fn foreign(wording: &Wording, context: &Context) -> Understanding {
    let human = intents::read(wording, (false, false), context)
        .into_iter()
        .find(|scored| scored.value == Intent::TalkToHuman);
    let intent = human.unwrap_or(Scored {
        value: Intent::OutOfScope,
        confidence: 0.85,
    });
    Understanding {
        confidence: intent.confidence,
        intents: vec![intent],
        language: Some(Language::Spanish),
        ..Understanding::default()
    }
}

/// Whether a reading lies within another: "Christmas Eve" is a day and no name.
fn within<A, B>(one: &Found<A>, other: Option<&Found<B>>) -> bool {
    other.is_some_and(|other| other.start < one.end && one.start < other.end)
}

/// Reports whether anything of a booking was said.
pub(crate) fn has_slots(understood: &Understanding) -> bool {
    let wishes = !understood.menu.is_empty()
        || !understood.dietary.is_empty()
        || understood.occasion.is_some()
        || understood.budget.is_some();
    wishes || understood.same_number || SLOTS.iter().any(|slot| answers(understood, *slot))
}

const SLOTS: [Slot; 7] = [
    Slot::Date,
    Slot::Time,
    Slot::PartySize,
    Slot::Name,
    Slot::Phone,
    Slot::Email,
    Slot::Address,
];

/// Whether a reading holds a value for a slot.
fn answers(understood: &Understanding, slot: Slot) -> bool {
    match slot {
        Slot::Date => understood.date.is_some(),
        Slot::Time => understood.time.is_some(),
        Slot::PartySize => understood.party_size.is_some(),
        Slot::Name => understood.name.is_some(),
        Slot::Phone => understood.phone.is_some() || understood.same_number,
        Slot::Email => understood.email.is_some(),
        Slot::Address => understood.address.is_some(),
    }
}

/// Takes a slot over from the reading of another guess.
fn take(understood: &mut Understanding, other: Understanding, slot: Slot, length: usize) {
    match slot {
        Slot::Date => understood.date = lesser(other.date, length),
        Slot::Time => understood.time = lesser(other.time, length),
        Slot::PartySize => understood.party_size = lesser(other.party_size, length),
        Slot::Name => understood.name = lesser(other.name, length),
        Slot::Phone => {
            understood.phone = lesser(other.phone, length);
            understood.same_number = other.same_number;
        }
        Slot::Email => understood.email = lesser(other.email, length),
        Slot::Address => understood.address = lesser(other.address, length),
    }
}

fn lesser<T>(found: Option<Found<T>>, length: usize) -> Option<Found<T>> {
    found.map(|found| Found {
        start: 0,
        end: length,
        confidence: found.confidence * LESSER_GUESS,
        ..found
    })
}

/// The surest thing in a reading; what was asked for counts before the rest.
fn confidence(understood: &Understanding, context: &Context) -> f32 {
    let slots = [
        understood.date.as_ref().map(|found| found.confidence),
        understood.time.as_ref().map(|found| found.confidence),
        understood.party_size.as_ref().map(|found| found.confidence),
        understood.name.as_ref().map(|found| found.confidence),
        understood.phone.as_ref().map(|found| found.confidence),
        understood.email.as_ref().map(|found| found.confidence),
        understood.address.as_ref().map(|found| found.confidence),
        understood.same_number.then_some(0.9),
    ];
    let best_slot = slots.into_iter().flatten().fold(0.0, f32::max);
    let best_intent = understood
        .intents
        .iter()
        .map(|scored| scored.confidence)
        .fold(0.0, f32::max);
    let answered = context
        .asked
        .is_some_and(|asked| answers(understood, asked));
    if answered {
        best_slot
    } else {
        best_slot.max(best_intent)
    }
}
