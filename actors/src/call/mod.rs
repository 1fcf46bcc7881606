//! One call: `event → state → decide → effect → perform`. Read in that order.

mod event;
mod timer;

pub use event::{Event, PartyStatus, Recorded};
pub use timer::Timer;
