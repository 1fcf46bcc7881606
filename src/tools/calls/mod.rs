//! Calls as they stand in the database, told and decided again: `maitred call`, `maitred replay`. They read; they never
//! write.

mod booked;
mod describe;
mod find;
mod replay;
mod retrace;
mod rows;
mod steps;
mod story;
mod timeline;

pub use replay::{Difference, Replay, replay_calls};
pub use steps::TurnSteps;
pub use timeline::{Answered, Asked, Entry, Timeline};
