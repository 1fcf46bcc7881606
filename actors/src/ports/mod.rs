//! What the heart asks of the world: traits, their data, and errors that a decision can act on.
//! The edge (`src/adapters`) implements them, one file per vendor.

pub mod archive;
pub mod audio;
pub mod booking;
pub mod carrier;
pub mod clock;
pub mod hearing;
pub mod journal;
pub mod language;
pub mod observer;
pub mod speaking;
pub mod telephony;
pub mod work_list;

/// A future that owns all it needs, so that it can run on a task of its own.
pub type PortFuture<T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'static>>;
