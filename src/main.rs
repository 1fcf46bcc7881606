//! The `maitred` program.
fn main() {}
