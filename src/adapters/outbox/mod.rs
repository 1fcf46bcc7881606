//! Sending of texts that the calls decided on: each once, however often the server or the network breaks. Owns no
//! decision on what is sent; the rows come with the journal's commit.

mod sender;
mod verdict;

pub use sender::{Sender, SenderParts};
pub use verdict::Timing;
