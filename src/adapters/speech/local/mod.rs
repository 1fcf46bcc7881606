//! Owns the local engines behind the speech ports: a pool of threads that runs the models, ears that find the turns,
//! a mouth that speaks sentence by sentence. Called through the ports by the `SpeechDesk`; the models never run on
//! the runtime's threads.

mod ear;
mod hearing;
mod overhearing;
mod recorded;
mod sound;
mod speaking;
mod turns;
mod waits;
mod workers;

pub use hearing::LocalHearing;
pub use overhearing::{Overheard, Turn, overhear};
pub use recorded::LocalTranscriber;
pub use speaking::LocalSpeaking;
pub use workers::LocalSpeech;
