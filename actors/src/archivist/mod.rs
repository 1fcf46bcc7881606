//! What is done for a call after its end: the card for the owner, its recording found and stored, both transcripts
//! merged into one. `actor` does it bit by bit (`work`), patiently (`plan`); the rest is pure.

mod actor;
mod align;
mod card;
mod differ;
mod facts;
mod notices;
mod plan;
mod retention;
mod summary;
mod transcript;
mod words;
mod work;

pub use actor::{Archivist, ArchivistMsg};
pub use align::{Heard, align};
pub use card::Card;
pub use differ::differ;
pub use transcript::{FinalTranscript, Flag, Part, Source, Speaker};
