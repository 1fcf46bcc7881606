//! Cards by example: what an owner reads after a call.
#![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

use super::Card;
use crate::call::consent::REFUSED_KEY;
use crate::call::tests::settings;
use crate::call::{Event, Recorded};
use crate::dialogue::phrases;
use crate::grammar::{self, Context};
use crate::ports::archive::Case;
use crate::ports::carrier;
use crate::ports::hearing::Utterance;
use crate::ports::journal::{CallRecord, RecordState, TranscriptTurn, TurnSpeaker};
use crate::ports::telephony;
use crate::types::{Booking, BookingDetails, BookingKey, CallId, PhoneNumber, QuestionNo};
use jiff::Timestamp;
use jiff::civil::date;

fn case(outcome: &str, events: Vec<Event>) -> Case {
    let call = CallId::new("call_1");
    let at: Timestamp = "2026-11-22T20:00:00Z".parse().unwrap();
    let admitted = Event::Admitted {
        settings: Box::new(settings()),
    };
    let journal = std::iter::once(admitted)
        .chain(events)
        .zip(1_u64..)
        .map(|(event, seq)| Recorded {
            call: call.clone(),
            seq,
            at,
            event,
        });
    Case {
        journal: journal.collect(),
        journal_whole: true,
        turns: Vec::new(),
        bookings: Vec::new(),
        recordings: Vec::new(),
        record: CallRecord {
            call,
            session: None,
            sip_call_id: None,
            direction: "Inbound".to_owned(),
            from_number: PhoneNumber::parse("+14155550198"),
            to_number: None,
            status: None,
            state: RecordState::InProgress,
            outcome: Some(outcome.to_owned()),
            mode: "full_auto".to_owned(),
            turns: 1,
            handed_over_to: None,
            recording_path: None,
            recording_consent: None,
            started_at: at,
            ended_at: Some(at),
        },
    }
}

/// What the journal has of something that was said.
fn said(text: &str) -> Vec<Event> {
    let context = Context::new(date(2026, 11, 22).at(12, 0, 0, 0));
    let utterance = Utterance {
        text: text.to_owned(),
        nbest: Vec::new(),
        confidence: 1.0,
        speech_end_ms: 0,
    };
    vec![
        Event::CallerSaid {
            utterance,
            recognised_ms: 0,
        },
        Event::Understood {
            question: QuestionNo(1),
            reading: Box::new(grammar::understand(text, &[], &context)),
        },
    ]
}

fn booking() -> Booking {
    Booking {
        number: "MH4821".to_owned(),
        key: BookingKey::new("call_1/1"),
        call: CallId::new("call_1"),
        details: BookingDetails {
            starts: date(2026, 11, 28).at(18, 0, 0, 0),
            party_size: 12,
            name: "Maria Delgado".to_owned(),
            phone: None,
            ..BookingDetails::default()
        },
        cancelled: false,
    }
}

#[test]
fn a_booking_is_promised_and_nothing_is_missing() {
    let mut events = said("I'd like to book a party on November 28th at 6 pm for twelve people");
    events.push(Event::BookingAnswered {
        question: QuestionNo(2),
        result: Ok(booking()),
    });
    let card = Card::write(&case("booked", events));
    assert_eq!(card.name.as_deref(), Some("Maria Delgado"));
    assert_eq!(card.wanted, "a booking (Sat 28 Nov 2026, 18:00, 12 people)");
    let promised = "booking MH4821: Sat 28 Nov 2026 18:00, 12 people, Maria Delgado";
    assert_eq!(card.promised.as_deref(), Some(promised));
    assert_eq!(card.missing, None);
    assert!(
        card.text().contains("Maria Delgado, +14155550198"),
        "{}",
        card.text()
    );
}

#[test]
fn a_booking_that_was_not_made_says_what_is_not_known() {
    let card = Card::write(&case(
        "hung_up",
        said("a table for eight on November 28th please"),
    ));
    assert_eq!(card.promised, None);
    let missing = card.missing.unwrap();
    assert!(missing.contains("hung up before the end"), "{missing}");
    assert!(
        missing.contains("no booking was made; not known: time, name"),
        "{missing}"
    );
}

#[test]
fn whoever_wants_a_person_is_to_be_called_back() {
    let mut events = said("can I talk to a person please");
    events.push(Event::TransferAnswered {
        question: QuestionNo(2),
        result: Err(telephony::Error::Timeout),
    });
    let card = Card::write(&case("person_wanted", events));
    assert_eq!(card.wanted, "to talk to a person");
    assert!(card.missing.unwrap().starts_with("call back"));
}

#[test]
fn there_is_a_card_whatever_failed() {
    for outcome in [
        "failed",
        "interrupted",
        "cancelled",
        "silent",
        "not_answered",
        "unknown",
    ] {
        let mut case = case(outcome, Vec::new());
        case.journal.clear();
        case.journal_whole = false;
        case.record.from_number = None;
        case.record.outcome = (outcome != "unknown").then(|| outcome.to_owned());
        let card = Card::write(&case);
        assert!(
            card.missing.is_some() && card.wanted.starts_with("not known"),
            "{card:?}"
        );
        assert_eq!(card.outcome, outcome);
        assert!(card.text().contains("number withheld"), "{}", card.text());
    }
}

#[test]
fn a_booking_that_was_changed_or_cancelled_is_told_as_it_is_now() {
    let mut changed = booking();
    changed.details.party_size = 14;
    let answer = |result| Event::BookingChanged {
        question: QuestionNo(2),
        result,
    };
    let card = Card::write(&case("changed", vec![answer(Ok(changed.clone()))]));
    let promised = "booking MH4821 changed: Sat 28 Nov 2026 18:00, 14 people, Maria Delgado";
    assert_eq!(card.promised.as_deref(), Some(promised));
    let made = Event::BookingAnswered {
        question: QuestionNo(1),
        result: Ok(booking()),
    };
    let card = Card::write(&case("booked", vec![made.clone(), answer(Ok(changed))]));
    let promised = "booking MH4821: Sat 28 Nov 2026 18:00, 14 people, Maria Delgado";
    assert_eq!(
        card.promised.as_deref(),
        Some(promised),
        "one booking, as it stands"
    );
    let cancelled = Event::BookingCancelled {
        question: QuestionNo(3),
        result: Ok(booking()),
    };
    let card = Card::write(&case("no_booking", vec![made, cancelled]));
    assert_eq!(card.promised.as_deref(), Some("booking MH4821 cancelled"));
}

#[test]
fn a_message_is_on_the_card_and_a_long_one_is_cut() {
    let turn = |speaker, text: &str| TranscriptTurn {
        call: CallId::new("call_1"),
        index: 0,
        speaker,
        text: text.to_owned(),
        started_ms: 0,
        latency_ms: None,
        interrupted: false,
    };
    let long = format!("please tell Ken that {} is fine", "very ".repeat(200));
    let asked = phrases::what_message().wordings()[0].text.clone();
    for (message, quoted) in [
        ("tell Ken I am late", "tell Ken I am late"),
        (&*long, "very very "),
    ] {
        let mut case = case("message_taken", said("goodbye then"));
        case.turns = vec![
            turn(TurnSpeaker::Agent, &asked),
            turn(TurnSpeaker::Caller, message),
            turn(TurnSpeaker::Agent, "I'll pass this on. Is that right?"),
            turn(TurnSpeaker::Caller, "yes"),
            turn(TurnSpeaker::Agent, phrases::MESSAGE_TAKEN),
            turn(TurnSpeaker::Caller, "goodbye then"),
        ];
        let card = Card::write(&case);
        assert!(card.wanted.contains(quoted), "{}", card.wanted);
        assert!(card.text().chars().count() <= 480);
        assert_eq!(
            card.missing.as_deref(),
            Some("call back: the caller left a message")
        );
    }
}

#[test]
fn a_refusal_to_be_recorded_is_promised_and_what_is_kept_elsewhere_is_to_do() {
    let mut events = said("please cancel the recording");
    let card = Card::write(&case("no_booking", events.clone()));
    let promised = card.promised.unwrap();
    assert!(promised.contains("refused to be recorded"), "{promised}");
    assert_eq!(card.missing, None);
    assert!(!card.wanted.contains("cancel a booking"), "{}", card.wanted);
    events.push(Event::CommandAnswered {
        question: QuestionNo(9),
        key: None,
        result: Ok(carrier::Done {
            park: None,
            recording: Some("9912".to_owned()),
        }),
    });
    let card = Card::write(&case("no_booking", events.clone()));
    let missing = card.missing.unwrap();
    assert_eq!(missing, "delete RingCentral's recording 9912");
    events.push(Event::CommandAnswered {
        question: QuestionNo(10),
        key: Some(format!("{REFUSED_KEY}9912")),
        result: Err(carrier::Error::Refused {
            status: 403,
            code: "TAS-115".to_owned(),
        }),
    });
    events.push(Event::RecordingDiscarded {
        question: QuestionNo(11),
        result: Err("disk".to_owned()),
    });
    let missing = Card::write(&case("no_booking", events)).missing.unwrap();
    assert!(missing.contains("could not be deleted yet"), "{missing}");
    assert!(
        missing.contains("9912, which could not be paused"),
        "{missing}"
    );
}
