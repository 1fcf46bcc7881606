//! Owns what the heart tells of itself to metrics. Implemented by `src/telemetry`; called by every actor. Never
//! carries a caller's words, name or number.

use super::audio::LegStats;
use std::time::Duration;

/// One thing worth counting.
#[derive(Clone, Debug, PartialEq)]
pub enum Signal {
    /// A call entered a phase.
    PhaseEntered {
        /// Phase it left, if any.
        from: Option<&'static str>,
        /// Phase it entered.
        to: &'static str,
    },
    /// A call is in no phase any more: its actor ended before the call was over.
    PhaseLeft(&'static str),
    /// A call was admitted.
    CallBegan {
        /// AI mode with which it began.
        mode: &'static str,
    },
    /// A call ended.
    CallEnded {
        /// `inbound` or `outbound`; `unknown` where only a supervisor was left to tell.
        direction: &'static str,
        /// AI mode with which it began, or `unknown`.
        mode: &'static str,
        /// How it ended.
        outcome: &'static str,
    },
    /// A call was refused at the door.
    CallRefused {
        /// Why.
        reason: &'static str,
    },
    /// The time from ringing to the answer.
    Answered(Duration),
    /// The time from the end of the caller's turn to the first sound of the reply.
    TurnServed(Duration),
    /// A part of that time.
    TurnPart {
        /// Which part.
        part: TurnPart,
        /// How long it took.
        took: Duration,
    },
    /// A reply that was prepared before the caller's turn was over was said, or was dropped.
    Prepared {
        /// Whether it was said.
        used: bool,
    },
    /// Neither side spoke for so long though it was ours to speak.
    Silence(Duration),
    /// A prompt was stopped because the caller spoke over it, or pressed a key.
    BargedIn,
    /// The caller made a sound over a prompt: from the recogniser's notice of it to our silence.
    FellSilent(Duration),
    /// The caller said something of which nothing could be made.
    NotUnderstood,
    /// The caller spoke and no words came of it.
    WordsLost {
        /// `no_words` (the recogniser noticed speech and gave no words) or `ears_failed` (no recogniser was left).
        reason: &'static str,
    },
    /// Sound of the caller that no recogniser was given, because none was there for too long.
    Unheard(Duration),
    /// The audio of a call is over.
    LegEnded(LegStats),
    /// The book was asked to change something.
    BookAsked {
        /// `booked`, `changed`, `cancelled`, `held`, or why not.
        outcome: &'static str,
    },
    /// An actor was started again.
    Restarted {
        /// Which actor.
        actor: &'static str,
        /// Why: `panic`, `killed`, `error`.
        reason: &'static str,
    },
    /// An event was set aside because it crashed its call twice.
    Poisoned,
    /// A group of journal entries was written.
    Committed {
        /// How many entries.
        entries: usize,
        /// How long it took.
        took: Duration,
    },
    /// The journal could not be written or read; it is tried again.
    JournalFailed,
    /// Entries that wait to be written.
    Backlog(usize),
    /// A provider was asked for something.
    Vendor {
        /// Name of the provider.
        provider: &'static str,
        /// `ok` or the kind of error.
        result: &'static str,
        /// How long it took to begin to serve.
        took: Duration,
    },
    /// A provider is left alone after failures in a row, or has served again since.
    Breaker {
        /// Name of the provider.
        provider: &'static str,
        /// Whether it is left alone.
        open: bool,
    },
    /// RingCentral's view and ours had drifted apart, and were brought together again.
    Drift {
        /// What had drifted: `ghost` (a call that was over), `missed_report` (a party that had moved on).
        kind: &'static str,
    },
    /// The line is registered, or not.
    Registered(bool),
    /// A stage of the work after a call was tried.
    Archived {
        /// `card`, `recording`, `transcript` or `deletion`.
        stage: &'static str,
        /// `ok`, or why not.
        result: &'static str,
    },
    /// A stage of the work after a call will not be tried any more.
    GivenUp {
        /// `card`, `recording` or `transcript`.
        stage: &'static str,
        /// Why.
        reason: &'static str,
    },
    /// How much of that work waits.
    ArchiveBacklog {
        /// Cards, recordings and transcripts that are still to come.
        entries: u64,
        /// How long the oldest of them is over.
        oldest: Duration,
        /// Notices that the owner has not had.
        notices: u64,
    },
    /// The owner was told of a call, or was not.
    OwnerTold {
        /// `ok`, or why not.
        result: &'static str,
    },
}

/// Parts of the time between the end of the caller's turn and our first sound, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnPart {
    /// From the end of the speech to the recogniser's text of it.
    Recognition,
    /// From that text to the recogniser's being sure that the turn is over.
    EndOfTurn,
    /// From there to the reading of the words.
    Understanding,
    /// From there to knowing what to say, the book's answer included.
    Decision,
    /// From there to the first sound.
    FirstAudio,
}

impl TurnPart {
    /// Every part, in order.
    pub const ALL: [Self; 5] = [
        Self::Recognition,
        Self::EndOfTurn,
        Self::Understanding,
        Self::Decision,
        Self::FirstAudio,
    ];

    /// Gives the name used in the metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recognition => "recognition",
            Self::EndOfTurn => "end_of_turn",
            Self::Understanding => "understanding",
            Self::Decision => "decision",
            Self::FirstAudio => "first_audio",
        }
    }
}

/// Takes signals; must return at once.
pub trait Observer: Send + Sync + 'static {
    /// Notes one signal.
    fn note(&self, signal: Signal);
}
