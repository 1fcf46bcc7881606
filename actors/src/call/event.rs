//! Owns what can happen to a call. Written to the journal by whoever learns of it, read back by the `Call` in the
//! same order. Stored as JSON for ever: fields may be added with a default, never renamed.

use crate::grammar::Understanding;
use crate::ports::carrier::{self, PartyRef};
use crate::ports::{booking, hearing::Utterance, telephony};
use crate::types::{Booking, CallId, CallSettings, PhoneNumber, QuestionNo, SessionId, SipCallId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One entry of the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// The call.
    pub call: CallId,
    /// Number within the call, from 1, without gaps.
    pub seq: u64,
    /// When it was learnt of.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

/// What RingCentral says of one party of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyStatus {
    /// Session the party belongs to.
    pub session: SessionId,
    /// `partyId`.
    pub party: String,
    /// `sequence` of the notification; higher is later for the same party.
    pub sequence: u64,
    /// `status.code` as sent.
    pub code: String,
    /// `status.reason` as sent.
    pub reason: Option<String>,
    /// `Inbound` or `Outbound`, as sent.
    pub direction: Option<String>,
    /// Caller's number.
    pub from: Option<PhoneNumber>,
    /// Number that was called.
    pub to: Option<String>,
    /// `sipData.callId`, if sent.
    pub sip_call_id: Option<String>,
    /// `extensionId` of the party, else `to.extensionId` of an inbound one; `None` for outside parties.
    #[serde(default)]
    pub extension: Option<String>,
    /// Name shown for the caller.
    #[serde(default)]
    pub from_name: Option<String>,
    /// `queueCall`: the leg came through a call queue.
    #[serde(default)]
    pub queue: bool,
    /// `missedCall`.
    #[serde(default)]
    pub missed: bool,
    /// Orbit on which the party is parked, for example `*801`.
    #[serde(default)]
    pub park: Option<String>,
    /// `status.peerId`: where a party that is `Gone` goes on.
    #[serde(default)]
    pub peer: Option<PartyRef>,
    /// Recordings of the party.
    #[serde(default)]
    pub recordings: Vec<RecordingRef>,
}

/// A recording that RingCentral makes of a party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingRef {
    /// Id of the recording.
    pub id: String,
    /// `false` while it is paused or stopped.
    pub active: bool,
}

impl PartyStatus {
    /// Tells whether the party is over, or goes on elsewhere: `Disconnected` or `Gone`, however written.
    pub fn is_over(&self) -> bool {
        ["disconnected", "gone"].contains(&self.code.to_lowercase().as_str())
    }
}

/// Something that happened to a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The switchboard admitted the call. Always the first event.
    Admitted {
        /// Settings that the call keeps.
        settings: Box<CallSettings>,
    },
    /// The call rings on our line.
    Rang {
        /// What the line offers.
        offer: telephony::Offer,
    },
    /// RingCentral reported a party.
    SessionChanged {
        /// The report.
        status: Box<PartyStatus>,
    },
    /// The session was read over REST.
    SessionRead {
        /// Question that asked for it.
        question: QuestionNo,
        /// Its parties, or why they could not be read.
        result: Result<Vec<PartyStatus>, carrier::Error>,
    },
    /// Somebody wants a command carried out on the call, by the API.
    CommandAsked {
        /// Key under which it is carried out once.
        key: String,
        /// The command.
        command: carrier::Command,
    },
    /// A command was carried out, or was not.
    CommandAnswered {
        /// Question that asked for it.
        question: QuestionNo,
        /// Key under which it was asked for, if by the API.
        #[serde(default)]
        key: Option<String>,
        /// Done, or why not.
        result: Result<carrier::Done, carrier::Error>,
    },
    /// No recogniser or no voice works now, so that the call should not be answered.
    VoiceDown,
    /// Our answer was accepted, and audio flows.
    Answered {
        /// Question that asked for it.
        question: QuestionNo,
        /// What it takes to speak on the dialog again.
        dialog: Box<telephony::Dialog>,
        /// File into which the call is recorded from here on; only in journals older than consent.
        #[serde(default)]
        recording: Option<String>,
    },
    /// The line began to record, or could not.
    RecordingStarted {
        /// Question that asked for it.
        question: QuestionNo,
        /// Name of the file.
        file: String,
        /// Done, or why not.
        result: Result<(), telephony::Error>,
    },
    /// What was recorded was deleted, or could not be.
    RecordingDiscarded {
        /// Question that asked for it.
        question: QuestionNo,
        /// Done, or why not.
        result: Result<(), String>,
    },
    /// Our answer failed.
    AnswerFailed {
        /// Question that asked for it.
        question: QuestionNo,
        /// Why.
        error: telephony::Error,
    },
    /// The caller gave up before the answer, or another device answered.
    CallerCancelled {
        /// The dialog; `None` in old journals.
        #[serde(default)]
        dialog: Option<SipCallId>,
    },
    /// The other side hung up, or the dialog was lost.
    CallerHungUp {
        /// The dialog; `None` in old journals.
        #[serde(default)]
        dialog: Option<SipCallId>,
        /// Why, in short.
        reason: String,
    },
    /// The other side put us on hold, or took us back.
    HoldChanged {
        /// Whether we are on hold now.
        held: bool,
    },
    /// Our first sound of a prompt left for the caller.
    PromptStarted {
        /// Question under which it is spoken.
        question: QuestionNo,
    },
    /// A prompt was played to its end.
    PromptPlayed {
        /// Question under which it is spoken.
        question: QuestionNo,
    },
    /// A prompt fell silent for the caller, and may go on.
    PromptPaused {
        /// Question under which it is spoken.
        question: QuestionNo,
        /// Milliseconds of it that left for the caller.
        heard_ms: u64,
        /// Milliseconds of it that did not, where its length was known.
        left_ms: Option<u64>,
    },
    /// A prompt was cut short.
    PromptStopped {
        /// Question under which it is spoken.
        question: QuestionNo,
        /// Milliseconds of it that left for the caller.
        heard_ms: u64,
    },
    /// A prompt could not be synthesised by any provider.
    PromptFailed {
        /// Question under which it was to be spoken.
        question: QuestionNo,
        /// Why.
        reason: String,
    },
    /// The caller began to speak.
    SpeechStarted,
    /// The caller said something.
    CallerSaid {
        /// What was heard.
        utterance: Utterance,
        /// Milliseconds between the end of the speech and this event: the recogniser's share.
        #[serde(default)]
        recognised_ms: u64,
    },
    /// The caller pressed a key.
    KeyPressed {
        /// The key.
        key: char,
    },
    /// An utterance was read.
    Understood {
        /// Question that asked for it.
        question: QuestionNo,
        /// The reading.
        reading: Box<Understanding>,
    },
    /// The book was asked to hold a place.
    SlotChecked {
        /// Question that asked for it.
        question: QuestionNo,
        /// Held, or not and why.
        result: Result<(), booking::Error>,
    },
    /// The book was asked which starts of a day are free.
    OpeningsFound {
        /// Question that asked for it.
        question: QuestionNo,
        /// The free starts, earliest first, or why there is no answer.
        result: Result<Vec<jiff::civil::DateTime>, booking::Error>,
    },
    /// The book was searched.
    BookingsFound {
        /// Question that asked for it.
        question: QuestionNo,
        /// The bookings that fit, the next one first, or why there is no answer.
        result: Result<Vec<Booking>, booking::Error>,
    },
    /// The book changed a booking, or did not.
    BookingChanged {
        /// Question that asked for it.
        question: QuestionNo,
        /// The booking as it is now, or why it is as it was.
        result: Result<Booking, booking::Error>,
    },
    /// The book cancelled a booking, or did not.
    BookingCancelled {
        /// Question that asked for it.
        question: QuestionNo,
        /// The booking that was cancelled, or why it stands.
        result: Result<Booking, booking::Error>,
    },
    /// The book took the booking, or did not.
    BookingAnswered {
        /// Question that asked for it.
        question: QuestionNo,
        /// The booking, or why there is none.
        result: Result<Booking, booking::Error>,
    },
    /// The caller was sent to another number, or was not.
    TransferAnswered {
        /// Question that asked for it.
        question: QuestionNo,
        /// Done, or why not.
        result: Result<(), telephony::Error>,
    },
    /// Our hanging up was carried out.
    HungUp {
        /// Question that asked for it.
        question: QuestionNo,
    },
    /// A moment came that the state had asked to be woken at.
    TimeCame {
        /// What the moment was for.
        timer: super::Timer,
    },
    /// Nobody hears the caller any more: every provider of recognition failed.
    EarsFailed {
        /// Why.
        reason: String,
    },
    /// The mouth was started again; prompts not yet played must be asked for once more.
    MouthRestarted,
    /// The actor of the call was started again and has read its journal.
    Resumed {
        /// Why it had ended: `panic`, `killed`, `error`.
        reason: String,
    },
    /// The whole process was started again; the audio of the call is gone.
    ProcessRestarted,
    /// An event crashed the call twice and is passed over from now on.
    Poisoned {
        /// Number of that event.
        seq: u64,
    },
    /// The call could not be kept going; its supervisor handed the caller over.
    Abandoned {
        /// Why.
        reason: String,
    },
    /// The server is about to stop.
    ServerClosing,
}

impl Event {
    /// Names the kind of event, for logs and labels.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Admitted { .. } => "admitted",
            Self::Rang { .. } => "rang",
            Self::SessionChanged { .. } => "session_changed",
            Self::SessionRead { .. } => "session_read",
            Self::CommandAsked { .. } => "command_asked",
            Self::CommandAnswered { .. } => "command_answered",
            Self::VoiceDown => "voice_down",
            Self::Answered { .. } => "answered",
            Self::RecordingStarted { .. } => "recording_started",
            Self::RecordingDiscarded { .. } => "recording_discarded",
            Self::AnswerFailed { .. } => "answer_failed",
            Self::CallerCancelled { .. } => "caller_cancelled",
            Self::CallerHungUp { .. } => "caller_hung_up",
            Self::HoldChanged { .. } => "hold_changed",
            Self::PromptStarted { .. } => "prompt_started",
            Self::PromptPlayed { .. } => "prompt_played",
            Self::PromptPaused { .. } => "prompt_paused",
            Self::PromptStopped { .. } => "prompt_stopped",
            Self::PromptFailed { .. } => "prompt_failed",
            Self::SpeechStarted => "speech_started",
            Self::CallerSaid { .. } => "caller_said",
            Self::KeyPressed { .. } => "key_pressed",
            Self::Understood { .. } => "understood",
            Self::SlotChecked { .. } => "slot_checked",
            Self::OpeningsFound { .. } => "openings_found",
            Self::BookingsFound { .. } => "bookings_found",
            Self::BookingChanged { .. } => "booking_changed",
            Self::BookingCancelled { .. } => "booking_cancelled",
            Self::BookingAnswered { .. } => "booking_answered",
            Self::TransferAnswered { .. } => "transfer_answered",
            Self::HungUp { .. } => "hung_up",
            Self::TimeCame { .. } => "time_came",
            Self::EarsFailed { .. } => "ears_failed",
            Self::MouthRestarted => "mouth_restarted",
            Self::Resumed { .. } => "resumed",
            Self::ProcessRestarted => "process_restarted",
            Self::Poisoned { .. } => "poisoned",
            Self::Abandoned { .. } => "abandoned",
            Self::ServerClosing => "server_closing",
        }
    }
}
