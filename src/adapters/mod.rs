//! Where effects go out: one folder per port, one file or folder per vendor. Owns no decision; the heart calls it
//! through the ports of `maitred_actors`.

pub mod speech;
