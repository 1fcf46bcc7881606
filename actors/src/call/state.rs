//! Owns what is known of one call: the fold of its journal through `decide`. Read by the projection. Never holds
//! anything that the journal does not.

use super::{Event, Questions, Recorded, talk::Talk};
use crate::ports::journal::TurnSpeaker;
use crate::ports::telephony::{Dialog, Offer};
use crate::types::{CallId, CallSettings, PhoneNumber, QuestionNo, SessionId};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// How a call ended, for the record and the metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A booking was made.
    Booked,
    /// The caller ended the conversation without a booking.
    NoBooking,
    /// The caller hung up in mid conversation.
    HungUp,
    /// The caller hung up before the answer.
    Cancelled,
    /// The caller never said anything.
    Silent,
    /// The caller wants a person, and none could be reached.
    PersonWanted,
    /// The caller was put through to a person.
    HandedOver,
    /// The conversation reached its limit of turns.
    TurnLimit,
    /// Maitred was not to answer; somebody else did, or nobody.
    NotAnswered,
    /// The server stopped or started again in mid call.
    Interrupted,
    /// The call could not be served.
    Failed,
}

impl Outcome {
    /// Gives the name used in the database, the API and the metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::NoBooking => "no_booking",
            Self::HungUp => "hung_up",
            Self::Cancelled => "cancelled",
            Self::Silent => "silent",
            Self::PersonWanted => "person_wanted",
            Self::HandedOver => "handed_over",
            Self::TurnLimit => "turn_limit",
            Self::NotAnswered => "not_answered",
            Self::Interrupted => "interrupted",
            Self::Failed => "failed",
        }
    }
}

/// What is to be done when the last words have been said.
#[derive(Clone, Debug, PartialEq)]
pub enum Then {
    /// End the call.
    HangUp(Outcome),
    /// Send the caller to a person.
    Transfer(PhoneNumber),
}

/// Where a call stands. A variant holds just what it needs.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// The call is known and has not been answered.
    Arriving,
    /// We are answering.
    Answering,
    /// The caller and Maitred talk.
    Talking(Box<Talk>),
    /// The last words are being said.
    Leaving(Then),
    /// The caller is being sent to a person.
    HandingOver {
        /// Where to.
        to: PhoneNumber,
    },
    /// We are hanging up.
    HangingUp(Outcome),
    /// The call is over.
    Over(Outcome),
}

impl Phase {
    /// Gives the name used in metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Arriving => "arriving",
            Self::Answering => "answering",
            Self::Talking(_) => "talking",
            Self::Leaving(_) => "leaving",
            Self::HandingOver { .. } => "handing_over",
            Self::HangingUp(_) => "hanging_up",
            Self::Over(_) => "over",
        }
    }
}

/// What is known of a party of the RingCentral session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Highest sequence seen.
    pub sequence: u64,
    /// `status.code` of it.
    pub code: String,
    /// Whether the party is over.
    pub ended: bool,
}

/// What is known of the line: both views of the same call, SIP's and RingCentral's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineFacts {
    /// The INVITE.
    pub offer: Option<Offer>,
    /// The dialog, once answered.
    pub dialog: Option<Dialog>,
    /// RingCentral's session.
    pub session: Option<SessionId>,
    /// Its parties.
    pub parties: BTreeMap<String, Party>,
    /// Last status that RingCentral gave to any party.
    pub status: Option<String>,
    /// `Inbound` or `Outbound`, as RingCentral said of our party.
    pub direction: Option<String>,
    /// Caller's number.
    pub from: Option<PhoneNumber>,
    /// Number that was called.
    pub to: Option<String>,
    /// File into which the call is recorded.
    pub recording: Option<String>,
    /// Whether the other side holds the call.
    pub held: bool,
}

/// One turn of the conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// Who spoke.
    pub speaker: TurnSpeaker,
    /// What was said.
    pub text: String,
    /// When it began, or for the caller when it ended.
    pub at: Timestamp,
    /// For a reply: milliseconds since the caller stopped.
    pub latency_ms: Option<i64>,
    /// Question under which it was spoken.
    pub question: Option<QuestionNo>,
    /// Whether it was cut short.
    pub interrupted: bool,
}

/// One call.
#[derive(Clone, Debug, PartialEq)]
pub struct CallState {
    /// Its id.
    pub call: CallId,
    /// Settings with which it began.
    pub settings: CallSettings,
    /// What is known of the line.
    pub line: LineFacts,
    /// Where it stands.
    pub phase: Phase,
    /// Open questions and timers.
    pub questions: Questions,
    /// What was said.
    pub transcript: Vec<Turn>,
    /// When the caller last stopped speaking and still waits for a reply.
    pub waiting_since: Option<Timestamp>,
    /// Whether something went wrong that the caller had to be spared.
    pub failed: bool,
    /// Whom it was handed to.
    pub handed_over_to: Option<PhoneNumber>,
    /// When it rang.
    pub started_at: Timestamp,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
}

impl CallState {
    /// Begins a call with the first entry of its journal; `None` if that is not an admission.
    pub fn begin(first: &Recorded) -> Option<Self> {
        let Event::Admitted { settings } = &first.event else {
            return None;
        };
        let mut questions = Questions::default();
        questions.wake(super::Timer::CallTooLong, first.at, super::CALL_MS_MAX);
        Some(Self {
            call: first.call.clone(),
            settings: settings.as_ref().clone(),
            line: LineFacts::default(),
            phase: Phase::Arriving,
            questions,
            transcript: Vec::new(),
            waiting_since: None,
            failed: false,
            handed_over_to: None,
            started_at: first.at,
            answered_at: None,
            ended_at: None,
        })
    }

    /// Tells whether nothing more is to be expected of the call.
    pub fn is_finished(&self) -> bool {
        matches!(self.phase, Phase::Over(_))
            && !self.questions.timers().contains_key(&super::Timer::Linger)
            && self.questions.open().next().is_none()
    }

    /// Tells whether audio flows.
    pub fn has_audio(&self) -> bool {
        matches!(
            self.phase,
            Phase::Talking(_) | Phase::Leaving(_) | Phase::HandingOver { .. }
        )
    }
}
