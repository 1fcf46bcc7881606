//! Stories: whole calls through the real server, over real sockets, told from the caller's side. One file each.
//! `crashes` tells them again with an actor killed after each event.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a story fails by panicking"
)]

mod archived;
mod books;
mod commanded;
mod corrects_the_day;
mod crashes;
mod ending;
mod hangs_up_before_the_answer;
mod hangs_up_mid_sentence;
mod is_silent;
mod language_model;
mod many_at_once;
mod on_postgres;
mod poisoned;
mod prepares_ahead;
mod presses_keys;
mod profile_changes;
mod recorded;
mod restarts;
mod retold;
mod settings_change;
mod settings_mistakes;
mod shared_actors_end;
mod slot_full;
mod speaks_over_the_prompt;
mod texts;
mod triage;
mod two_want_the_last_crew;
mod vendor_faults;
mod wants_a_person;
mod watched;
mod webhook_and_sip;
mod without_a_voice;
