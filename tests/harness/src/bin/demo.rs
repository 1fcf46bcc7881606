//! The demo call.
fn main() {}
