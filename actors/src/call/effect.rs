//! Owns what a decision asks for. Made by `decide`, carried out by `perform`. An effect with a question is kept by
//! the state until its answer comes, and asked for again, unchanged, when the call is restarted.

use crate::grammar::Context;
use crate::ports::booking::{Search, Wanted};
use crate::ports::carrier::{Command, PartyRef};
use crate::ports::hearing::Patience;
use crate::types::{BookingDetails, BookingKey, PhoneNumber, QuestionNo, SessionId};

/// Something to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Answer the ringing call.
    Answer {
        /// Number of the question.
        question: QuestionNo,
    },
    /// Take up the dialog of a call that an earlier process answered. Answered like `Answer`.
    Reattach {
        /// Number of the question.
        question: QuestionNo,
    },
    /// Speak to the caller, after what is being spoken already.
    Say {
        /// Number of the question.
        question: QuestionNo,
        /// The words.
        text: String,
        /// Whether the words are the same in every call, so that their sound may be kept.
        fixed: bool,
    },
    /// Have the ears wait so long for the end of the caller's turn, from now on.
    BePatient(Patience),
    /// Fall silent, and keep what was still to be said.
    PauseSpeaking,
    /// Go on with what was paused.
    ResumeSpeaking,
    /// Fall silent, and drop what was still to be said up to this question.
    StopSpeaking {
        /// Question of the last prompt that is not wanted any more.
        up_to: QuestionNo,
    },
    /// Read what the caller said.
    Interpret {
        /// Number of the question.
        question: QuestionNo,
        /// Best transcript.
        text: String,
        /// Other transcripts, best first.
        nbest: Vec<String>,
        /// What was asked, and when.
        context: Box<Context>,
    },
    /// Hold a place in the book, if it is free; answered by `SlotChecked`. It is let go when the call is over.
    HoldSlot {
        /// Number of the question.
        question: QuestionNo,
        /// The place.
        wanted: Wanted,
    },
    /// Ask the book which starts of a day are free; answered by `OpeningsFound`.
    FindOpenings {
        /// Number of the question.
        question: QuestionNo,
        /// The party, on that day.
        wanted: Wanted,
    },
    /// Search the book; answered by `BookingsFound`.
    FindBookings {
        /// Number of the question.
        question: QuestionNo,
        /// What is known of the booking.
        search: Search,
    },
    /// Make the booking that the caller confirmed.
    Book {
        /// Number of the question.
        question: QuestionNo,
        /// Key under which it is made at most once.
        key: BookingKey,
        /// What was confirmed.
        details: BookingDetails,
    },
    /// Change a booking as the caller confirmed; answered by `BookingChanged`.
    ChangeBooking {
        /// Number of the question.
        question: QuestionNo,
        /// Key under which it is changed at most once.
        key: BookingKey,
        /// Number of the booking.
        number: String,
        /// What was confirmed, whole.
        details: BookingDetails,
    },
    /// Cancel a booking as the caller confirmed; answered by `BookingCancelled`.
    CancelBooking {
        /// Number of the question.
        question: QuestionNo,
        /// Key under which it is cancelled at most once.
        key: BookingKey,
        /// Number of the booking.
        number: String,
    },
    /// Send the caller to another number, unannounced.
    Transfer {
        /// Number of the question.
        question: QuestionNo,
        /// The number.
        to: PhoneNumber,
        /// Our party, where RingCentral's session is known.
        party: Option<PartyRef>,
    },
    /// Call a person, tell them who is calling and why, and connect the caller with them. Answered like a transfer.
    Consult {
        /// Number of the question.
        question: QuestionNo,
        /// The person's number.
        to: PhoneNumber,
        /// What the person hears before the caller.
        whisper: String,
        /// How long it may ring, in milliseconds.
        ring_ms: i64,
        /// Our party, where RingCentral's session is known.
        party: Option<PartyRef>,
    },
    /// Record what both sides say from now on; answered by `RecordingStarted`.
    StartRecording {
        /// Number of the question.
        question: QuestionNo,
        /// Name of the file.
        file: String,
    },
    /// Stop recording and delete what was recorded; answered by `RecordingDiscarded`.
    DiscardRecording {
        /// Number of the question.
        question: QuestionNo,
        /// Names of all files that were begun.
        files: Vec<String>,
    },
    /// Give up calling the person, unless the caller is being connected already.
    StopConsult,
    /// Read the session over REST.
    ReadSession {
        /// Number of the question.
        question: QuestionNo,
        /// The session.
        session: SessionId,
    },
    /// Have RingCentral carry out a command.
    Command {
        /// Number of the question.
        question: QuestionNo,
        /// Key under which the API asked for it.
        key: Option<String>,
        /// Our party and `status.code` of it, where RingCentral's session is known.
        party: Option<(PartyRef, String)>,
        /// The command.
        command: Command,
    },
    /// End the call.
    HangUp {
        /// Number of the question.
        question: QuestionNo,
    },
}

impl Effect {
    /// Names the kind of effect, for logs and tools.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Answer { .. } => "answer",
            Self::Reattach { .. } => "reattach",
            Self::Say { .. } => "say",
            Self::BePatient(_) => "be_patient",
            Self::PauseSpeaking => "pause_speaking",
            Self::ResumeSpeaking => "resume_speaking",
            Self::StopSpeaking { .. } => "stop_speaking",
            Self::Interpret { .. } => "interpret",
            Self::HoldSlot { .. } => "hold_slot",
            Self::FindOpenings { .. } => "find_openings",
            Self::FindBookings { .. } => "find_bookings",
            Self::ChangeBooking { .. } => "change_booking",
            Self::CancelBooking { .. } => "cancel_booking",
            Self::Book { .. } => "book",
            Self::Transfer { .. } => "transfer",
            Self::Consult { .. } => "consult",
            Self::StartRecording { .. } => "start_recording",
            Self::DiscardRecording { .. } => "discard_recording",
            Self::StopConsult => "stop_consult",
            Self::ReadSession { .. } => "read_session",
            Self::Command { .. } => "command",
            Self::HangUp { .. } => "hang_up",
        }
    }

    /// Gives the number under which its answer is awaited; none where nothing answers it.
    pub fn question(&self) -> Option<QuestionNo> {
        match self {
            Self::Answer { question }
            | Self::Reattach { question }
            | Self::Say { question, .. }
            | Self::Interpret { question, .. }
            | Self::HoldSlot { question, .. }
            | Self::FindOpenings { question, .. }
            | Self::FindBookings { question, .. }
            | Self::Book { question, .. }
            | Self::ChangeBooking { question, .. }
            | Self::CancelBooking { question, .. }
            | Self::Transfer { question, .. }
            | Self::Consult { question, .. }
            | Self::StartRecording { question, .. }
            | Self::DiscardRecording { question, .. }
            | Self::ReadSession { question, .. }
            | Self::Command { question, .. }
            | Self::HangUp { question } => Some(*question),
            Self::BePatient(_)
            | Self::PauseSpeaking
            | Self::ResumeSpeaking
            | Self::StopSpeaking { .. }
            | Self::StopConsult => None,
        }
    }

    /// Tells whether the book is to be changed by it: its answer is taken even when the call is over.
    pub fn commits(&self) -> bool {
        matches!(
            self,
            Self::Book { .. } | Self::ChangeBooking { .. } | Self::CancelBooking { .. }
        )
    }

    /// How long its answer may take before the state is woken, in milliseconds.
    pub fn deadline_ms(&self) -> i64 {
        match self {
            Self::Answer { .. } => 40_000,
            Self::Reattach { .. } => 30_000,
            Self::Say { text, .. } => 15_000 + 150 * text.len() as i64,
            Self::Interpret { .. } => 1_500,
            Self::HoldSlot { .. }
            | Self::FindOpenings { .. }
            | Self::FindBookings { .. }
            | Self::Book { .. }
            | Self::ChangeBooking { .. }
            | Self::CancelBooking { .. } => 8_000,
            // The other side may report success only when somebody picks up.
            Self::Transfer { .. } => 45_000,
            Self::Command { .. }
            | Self::ReadSession { .. }
            | Self::StartRecording { .. }
            | Self::DiscardRecording { .. } => 15_000,
            Self::Consult { ring_ms, .. } => ring_ms + 60_000,
            Self::BePatient(_)
            | Self::PauseSpeaking
            | Self::ResumeSpeaking
            | Self::StopSpeaking { .. }
            | Self::StopConsult => 0,
            Self::HangUp { .. } => 5_000,
        }
    }
}
