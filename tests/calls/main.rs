//! Stories: whole calls through the real server, over real sockets, told from the caller's side. One file each.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a story fails by panicking"
)]

mod books;
