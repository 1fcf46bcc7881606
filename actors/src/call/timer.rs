//! Owns the names of the moments at which a call's state wants to be woken. The state holds them with their time;
//! the `CallSupervisor` keeps the clock, so that they outlive the `Call`.

use crate::types::QuestionNo;
use serde::{Deserialize, Serialize};

/// What a moment is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timer {
    /// A question has gone unanswered for too long.
    Deadline(QuestionNo),
    /// The caller has been silent since our last prompt.
    CallerSilent,
    /// The caller began to speak, and no words came of it.
    NoWords,
    /// The caller waits for an answer of ours; time to say that we are at it.
    StillWorking,
    /// The call has lasted as long as any call may.
    CallTooLong,
    /// The call is over; reports of its session that are late or out of order have come by now.
    Linger,
    /// It rings for us in RingCentral's view, and no INVITE has come.
    Summon,
    /// Time to compare RingCentral's view of the call with ours.
    Recheck,
    /// RingCentral says that the call is over, and no BYE has come.
    Ghost,
}
