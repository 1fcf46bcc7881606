//! Where effects go out: one folder for each port, one file or folder for each vendor. Owns no decision; the heart
//! calls it through the ports of `maitred_actors`.

pub mod archive;
pub(crate) mod backoff;
pub mod booking;
pub mod clock;
pub mod language;
pub mod outbox;
pub mod ringcentral;
pub mod speech;
pub mod store;
pub mod telephony;
