//! The library of callers: whole calls through the real server, as people really talk. A file for each kind of caller; its
//! stories are told at once, each by a caller of its own, in one house. How a story reads is told in the README beside.
#![expect(clippy::unwrap_used, reason = "a story fails by panicking")]

mod asking;
mod booking;
mod correcting;
mod days;
mod existing;
mod full;
mod moods;
mod people;
mod strangers;
