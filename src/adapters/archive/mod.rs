//! What is kept of a call after its end: the list of work in the database, recordings on the disk, the way to the
//! owner's server. Behind the ports of `maitred_actors::ports::archive`.

mod case;
mod check;
mod download;
mod fetching;
mod held;
mod jobs;
mod list;
mod owner;
mod results;
mod shelf;

pub use download::Pace;
pub use fetching::{Fetcher, RECORDING_BYTES_MAX};
pub use list::SqlList;
pub use owner::OwnerWebhook;
pub use results::Telling;
pub use shelf::DiskShelf;
