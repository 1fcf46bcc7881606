//! Where effects go out: the ports of the heart, one folder a port, one file a vendor.

pub mod telephony;
