//! Owns what is known of one call: the fold of its journal through `decide`. Read by the projection. Never holds
//! anything that the journal does not.

use super::session::{Ending, Session};
use super::{Consent, Event, Questions, Recorded, talk::Talk};
use crate::ports::journal::TurnSpeaker;
use crate::ports::telephony::{Dialog, Offer};
use crate::types::{CallId, CallSettings, PhoneNumber, QuestionNo, SipCallId};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// How a call ended, for the record and the metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A booking was made.
    Booked,
    /// A booking was changed.
    BookingChanged,
    /// A booking was cancelled.
    BookingCancelled,
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
    /// The caller left a message.
    MessageTaken,
    /// Maitred was not to answer, and nothing more is known.
    NotAnswered,
    /// A person answered.
    AnsweredByPerson,
    /// Nobody answered.
    Missed,
    /// The caller was sent to voicemail.
    Voicemail,
    /// The call was turned away.
    Rejected,
    /// RingCentral spoke a reply to the caller, because no voice of ours worked.
    Replied,
    /// The call was sent on to somebody else, unannounced.
    Forwarded,
    /// The call was parked and not taken back by us.
    Parked,
    /// The call went into a conference.
    Conference,
    /// The server stopped or started again in mid call.
    Interrupted,
    /// The call could not be served.
    Failed,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 22] = [
        Self::Booked,
        Self::BookingChanged,
        Self::BookingCancelled,
        Self::NoBooking,
        Self::HungUp,
        Self::Cancelled,
        Self::Silent,
        Self::PersonWanted,
        Self::HandedOver,
        Self::TurnLimit,
        Self::MessageTaken,
        Self::NotAnswered,
        Self::AnsweredByPerson,
        Self::Missed,
        Self::Voicemail,
        Self::Rejected,
        Self::Replied,
        Self::Forwarded,
        Self::Parked,
        Self::Conference,
        Self::Interrupted,
        Self::Failed,
    ];

    /// Corrects what the line saw by how the call ended in RingCentral's view: a call that the line lost may have been
    /// answered, missed or sent on elsewhere.
    fn corrected(self, ending: Option<Ending>) -> Self {
        let Some(ending) = ending else {
            return self;
        };
        match (self, ending) {
            (
                Self::HungUp,
                Ending::Transferred | Ending::Forwarded | Ending::Parked | Ending::Conferenced,
            ) => Self::HandedOver,
            (Self::NotAnswered | Self::Cancelled, Ending::Completed) => Self::AnsweredByPerson,
            (Self::NotAnswered | Self::Cancelled, Ending::AnsweredElsewhere) => {
                Self::AnsweredByPerson
            }
            (Self::NotAnswered, Ending::Missed) => Self::Missed,
            (Self::NotAnswered | Self::Cancelled, Ending::Rejected) => Self::Rejected,
            (Self::NotAnswered | Self::Cancelled, Ending::Voicemail) => Self::Voicemail,
            (Self::NotAnswered | Self::Cancelled, Ending::Replied) => Self::Replied,
            (Self::NotAnswered | Self::Cancelled, Ending::Forwarded) => Self::Forwarded,
            (Self::NotAnswered | Self::Cancelled, Ending::Transferred) => Self::HandedOver,
            (Self::NotAnswered | Self::Cancelled, Ending::Parked) => Self::Parked,
            (Self::NotAnswered | Self::Cancelled, Ending::Conferenced) => Self::Conference,
            _ => self,
        }
    }

    /// Gives the name used in the database, the API and the metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::BookingChanged => "booking_changed",
            Self::BookingCancelled => "booking_cancelled",
            Self::NoBooking => "no_booking",
            Self::HungUp => "hung_up",
            Self::Cancelled => "cancelled",
            Self::Silent => "silent",
            Self::PersonWanted => "person_wanted",
            Self::HandedOver => "handed_over",
            Self::TurnLimit => "turn_limit",
            Self::MessageTaken => "message_taken",
            Self::NotAnswered => "not_answered",
            Self::AnsweredByPerson => "answered_by_person",
            Self::Missed => "missed",
            Self::Voicemail => "voicemail",
            Self::Rejected => "rejected",
            Self::Replied => "replied",
            Self::Forwarded => "forwarded",
            Self::Parked => "parked",
            Self::Conference => "conference",
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

/// A text message that the call wants sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What it is for, as in `outbox.kind`; a call sends one of each kind at most.
    pub kind: &'static str,
    /// Where it goes.
    pub to: PhoneNumber,
    /// The words.
    pub body: String,
    /// When it was decided on.
    pub at: Timestamp,
}

/// Where a call stands. A variant holds just what it needs.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// The call is known and has not been answered.
    Arriving,
    /// We are answering.
    Answering,
    /// A person talks with the caller; the call is only followed in RingCentral's view.
    Watching,
    /// The caller and Maitred talk.
    Talking(Box<Talk>),
    /// The last words are being said.
    Leaving(Then),
    /// The caller is being sent to a person.
    HandingOver {
        /// Where to.
        to: PhoneNumber,
        /// The conversation, to be gone on with if the person does not take the call.
        back: Option<Box<Talk>>,
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
            Self::Watching => "watching",
            Self::Talking(_) => "talking",
            Self::Leaving(_) => "leaving",
            Self::HandingOver { .. } => "handing_over",
            Self::HangingUp(_) => "hanging_up",
            Self::Over(_) => "over",
        }
    }
}

/// What is known of the line: both views of the same call, SIP's and RingCentral's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineFacts {
    /// The INVITE.
    pub offer: Option<Offer>,
    /// The dialog, once answered.
    pub dialog: Option<Dialog>,
    /// RingCentral's session.
    pub session: Session,
    /// Whether the other side holds the call.
    pub held: bool,
}

impl LineFacts {
    /// Gives the caller's number: as the INVITE has it, else as RingCentral says.
    pub fn from(&self) -> Option<&PhoneNumber> {
        let offered = self.offer.as_ref().and_then(|offer| offer.from.as_ref());
        offered.or_else(|| self.session.from())
    }

    /// Gives the number that was called.
    pub fn to(&self) -> Option<&String> {
        let offered = self.offer.as_ref().map(|offer| &offer.to);
        offered.or_else(|| self.session.to())
    }

    /// Tells whether an event of a dialog is about the one that counts now. Old journals name none.
    pub fn is_current(&self, dialog: Option<&SipCallId>) -> bool {
        match (dialog, &self.offer) {
            (Some(dialog), Some(offer)) => offer.sip_call_id == *dialog,
            _ => true,
        }
    }
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
    /// Whether no voice of ours worked when the call came.
    pub voice_down: bool,
    /// Whether RingCentral was asked to ring our device.
    pub summoned: bool,
    /// Keys of the commands that the API asked for.
    pub commands: BTreeSet<String>,
    /// What stands of the recording of the call.
    pub consent: Consent,
    /// Texts to be sent.
    pub texts: Vec<Text>,
    /// Whether the server is about to stop.
    pub closing: bool,
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
            line: LineFacts {
                session: Session::new(settings.own_extension.clone()),
                ..LineFacts::default()
            },
            settings: settings.as_ref().clone(),
            phase: Phase::Arriving,
            questions,
            transcript: Vec::new(),
            waiting_since: None,
            failed: false,
            handed_over_to: None,
            voice_down: false,
            summoned: false,
            commands: BTreeSet::new(),
            consent: Consent::default(),
            texts: Vec::new(),
            closing: false,
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

    /// Tells how the call ended, once it is over: what the line saw, corrected by what RingCentral saw.
    pub fn outcome(&self) -> Option<Outcome> {
        match &self.phase {
            Phase::Over(outcome) => Some(outcome.corrected(self.line.session.ending())),
            _ => None,
        }
    }

    /// Tells whether audio flows.
    pub fn has_audio(&self) -> bool {
        matches!(
            self.phase,
            Phase::Talking(_) | Phase::Leaving(_) | Phase::HandingOver { .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Outcome;

    /// Leads from each outcome to the next; a new one does not compile before it has its place here.
    fn next(outcome: Outcome) -> Option<Outcome> {
        use Outcome as O;
        Some(match outcome {
            O::Booked => O::BookingChanged,
            O::BookingChanged => O::BookingCancelled,
            O::BookingCancelled => O::NoBooking,
            O::NoBooking => O::HungUp,
            O::HungUp => O::Cancelled,
            O::Cancelled => O::Silent,
            O::Silent => O::PersonWanted,
            O::PersonWanted => O::HandedOver,
            O::HandedOver => O::TurnLimit,
            O::TurnLimit => O::MessageTaken,
            O::MessageTaken => O::NotAnswered,
            O::NotAnswered => O::AnsweredByPerson,
            O::AnsweredByPerson => O::Missed,
            O::Missed => O::Voicemail,
            O::Voicemail => O::Rejected,
            O::Rejected => O::Replied,
            O::Replied => O::Forwarded,
            O::Forwarded => O::Parked,
            O::Parked => O::Conference,
            O::Conference => O::Interrupted,
            O::Interrupted => O::Failed,
            O::Failed => return None,
        })
    }

    #[test]
    fn every_outcome_is_among_all() {
        let every: Vec<Outcome> =
            std::iter::successors(Some(Outcome::Booked), |one| next(*one)).collect();
        assert_eq!(every, Outcome::ALL);
    }
}
