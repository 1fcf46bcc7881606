//! The ears and the mouth of one call, and the audio between them and the line.

mod listener;
mod media_leg;
mod parts;
mod prepared;
mod speaker;

pub use listener::{Listener, ListenerMsg};
pub use media_leg::{MediaLeg, MediaLegMsg};
pub use parts::Voice;
pub use prepared::Words;
pub use speaker::{Speaker, SpeakerMsg};
