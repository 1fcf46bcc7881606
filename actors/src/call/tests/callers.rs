//! Callers made up by chance: what they may say and do, of which business, in which mode, and how the book takes it. Called by
//! the properties of whole conversations.

use super::goals::{business, party, with_area};
use super::*;
use crate::types::{Consult, Person};
use proptest::prelude::*;
use proptest::sample::select;

/// Something that a caller does.
#[derive(Clone, Debug)]
pub enum Act {
    Say(&'static str),
    /// Says nothing until asked again.
    Wait,
    /// Coughs over the prompt.
    Cough,
    /// Nods over the prompt.
    Nod,
    Press(char),
}

/// What belongs to a new booking, and nothing else.
pub const BOOKING: &[&str] = &[
    "hi I'd like to book a party",
    "book a hibachi party for Saturday at six pm for twelve people",
    "on June thirteenth",
    "no, make it Sunday",
    "actually the twentieth of June",
    "next Friday",
    "half past five",
    "let's say seven pm instead",
    "make it noon",
    "we'll be fifteen people",
    "ten adults and five kids",
    "twenty, half of them kids",
    "sorry, eighteen people",
    "my name is Maria Delgado",
    "no, the name is Tom Brown",
    "four one five five five five zero one two three",
    "the number I'm calling from",
    "nine five one one two",
    "it's at forty two Oak Street in San Jose",
    "yes",
    "yes please",
    "no",
    "that's right",
    "okay",
    "wait, not Saturday, Friday",
    "June thirteenth at 6 pm for ten people under the name John Smith",
];

/// What else callers say: every goal, and what is none.
const REST: &[&str] = &[
    "I need to cancel my booking",
    "I'd like to change my booking",
    "move my party to the twentieth",
    "make it fifteen people instead on my booking",
    "it's under Maria Delgado for June thirteenth",
    "it's under Tom Brown",
    "the twentieth",
    "how much is it",
    "how much for ten adults and five kids",
    "what times do you have on June thirteenth",
    "do you have any Saturday available in June",
    "when is your next available day",
    "what are your hours",
    "do you come to San Jose",
    "what's on the menu",
    "my son is allergic to shellfish",
    "are you vegan friendly",
    "is there a deposit",
    "filet mignon for four",
    "it's my daughter's birthday",
    "let me talk to a person",
    "I have a question about a corporate event",
    "take a message please",
    "please tell the owner that the invoice is wrong",
    "what",
    "can you repeat that",
    "sorry I didn't catch that",
    "hello",
    "how are you",
    "are you a robot",
    "who is this",
    "sorry wrong number",
    "florb the wuggly snark",
    "play some jazz music",
    "this is bullshit",
    "goodbye",
    "never mind",
    "I don't know",
    "June thirty-first",
    "Friday June thirteenth",
    "yesterday",
    "sometime next week",
    "in the evening",
    "at three in the morning",
    "nine hundred people",
    "the first one",
    "the second one",
    "hola quiero hacer una reservación para el sábado",
    "we've been trying to reach you about your car's extended warranty press one to speak to a representative",
    "um",
    "",
];

pub fn booking_words() -> impl Strategy<Value = &'static str> {
    select(BOOKING)
}

pub fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        8 => select(BOOKING).prop_map(Act::Say),
        10 => select(REST).prop_map(Act::Say),
        1 => Just(Act::Wait),
        1 => Just(Act::Cough),
        1 => Just(Act::Nod),
        2 => select(vec!['0', '1', '2', '4', '5', '9', '#', '*']).prop_map(Act::Press),
    ]
}

/// How the book takes one question after the other: mostly well.
pub fn moods() -> impl Strategy<Value = Vec<Mood>> {
    let mood = prop_oneof![
        12 => Just(Mood::Fine),
        3 => (0_usize..4).prop_map(Mood::Taken),
        1 => select(vec![
            Mood::Closed, Mood::TooSoon, Mood::TooFar, Mood::TooMany, Mood::OutOfArea, Mood::Broken, Mood::Late,
        ]),
    ];
    prop::collection::vec(mood, 0..12)
}

/// A business of some kind, in some mode, with or without people to hand over to.
pub fn house() -> impl Strategy<Value = CallSettings> {
    let mode = select(vec![AiMode::FullAuto, AiMode::FullAuto, AiMode::Triage]);
    let (kind, people, consult, turns) = (0_u8..4, 0_u8..3, any::<bool>(), 3_u32..30);
    (mode, kind, people, consult, turns).prop_map(|(mode, kind, people, consult, turns_max)| {
        let base = match kind {
            0 => settings(),
            1 => business(),
            2 => with_area(business()),
            _ => asking_where(business()),
        };
        let mut profile = base.profile.as_ref().clone();
        if people > 0 {
            profile.people = vec![somebody(&["corporate"]), somebody(&[])];
        }
        CallSettings {
            mode,
            turns_max,
            profile: Arc::new(profile),
            consult: consult.then_some(Consult { ring_ms: 20_000 }),
            fallback: PhoneNumber::parse("+15551230099").filter(|_| people == 2),
            ..base
        }
    })
}

/// The same business, which asks for the address.
pub fn asking_where(settings: CallSettings) -> CallSettings {
    let settings = with_area(settings);
    let mut profile = settings.profile.as_ref().clone();
    profile.area.asks_address = true;
    CallSettings {
        profile: Arc::new(profile),
        ..settings
    }
}

fn somebody(topics: &[&str]) -> Person {
    Person {
        name: "the owner".to_owned(),
        number: PhoneNumber::parse("+15551230001").unwrap(),
        hours: crate::types::Hours::daily(
            jiff::civil::time(0, 0, 0, 0),
            jiff::civil::time(23, 59, 0, 0),
        ),
        topics: topics.iter().map(|&topic| topic.to_owned()).collect(),
    }
}

/// A call of such a caller, answered and greeted.
pub fn ring(settings: CallSettings, moods: Vec<Mood>, comes: bool) -> Rehearsal {
    let mut call = Rehearsal::begin(settings);
    call.stands = vec![
        party("MH1000", 13, "Maria Delgado"),
        party("MH2000", 20, "Maria Delgado"),
    ];
    call.past = vec![party("MH0001", 1, "Maria Delgado")];
    call.moods = moods.into();
    if !comes {
        call.person = Err(crate::ports::telephony::Error::Timeout);
    }
    call.rings();
    call
}

pub fn act_out(call: &mut Rehearsal, act: &Act) {
    match act {
        Act::Say(words) => call.says(words),
        Act::Wait => {
            if call
                .state
                .questions
                .timers()
                .contains_key(&Timer::CallerSilent)
            {
                call.silence_passes();
            }
        }
        Act::Cough => call.sounds(""),
        Act::Nod => call.sounds("mm-hmm"),
        Act::Press(key) => call.presses(*key),
    }
}
