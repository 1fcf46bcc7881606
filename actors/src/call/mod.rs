//! One call: `event → state → decide → effect → perform`. Read in that order.

pub(crate) mod actor;
mod budget;
pub(crate) mod consent;
mod decide;
mod effect;
mod event;
mod foresee;
mod perform;
mod phases;
mod projection;
mod questions;
mod session;
mod state;
pub(crate) mod supervisor;
mod talk;
#[cfg(test)]
pub(crate) mod tests;
mod texting;
mod timer;
mod trace;
mod witness;

pub use actor::{Call, CallArgs, CallMsg, Start};
pub use budget::Budget;
pub use consent::Consent;
pub use decide::{CALL_MS_MAX, decide};
pub use effect::Effect;
pub use event::{Event, PartyStatus, Recorded, RecordingRef};
pub use projection::{record, text, turn};
pub use questions::Questions;
pub use session::{Ending, Session, Standing};
pub use state::{CallState, LineFacts, Outcome, Phase, Text, Then, Turn};
pub use supervisor::{CallSupervisor, SupervisorArgs, SupervisorMsg};
pub use talk::{BookQuestion, Talk};
pub use timer::Timer;
