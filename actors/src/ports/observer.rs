//! Owns what the heart tells of itself to metrics. Implemented by `src/telemetry`; called by every actor. Never
//! carries a caller's words, name or number.

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
    /// A call ended.
    CallEnded {
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
    /// The journal could not be written; it is tried again.
    CommitFailed,
    /// Entries that wait to be written.
    Backlog(usize),
    /// A provider was asked for something.
    Vendor {
        /// Name of the provider.
        provider: &'static str,
        /// `ok` or the kind of error.
        result: &'static str,
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

/// Takes signals; must return at once.
pub trait Observer: Send + Sync + 'static {
    /// Notes one signal.
    fn note(&self, signal: Signal);
}
