//! The look ahead: what it tells, and that nothing comes of it.

use super::*;
use crate::call::foresee::foresee;

/// Begins to speak, and asks what would be said if the turn ended with these words.
fn foreseen(call: &mut Rehearsal, text: &str) -> Option<String> {
    call.feed(Event::SpeechStarted);
    let before = call.state.clone();
    let line = foresee(&call.state, text, call.at);
    assert_eq!(call.state, before, "looking ahead changes nothing");
    line.map(|line| line.text)
}

#[test]
fn what_is_foreseen_is_what_is_then_said() {
    let mut call = Rehearsal::answered(settings());
    for text in [
        "I want to make a booking",
        "on Saturday",
        "at six pm",
        "twelve people",
        "Maria Delgado",
        "no, make it Sunday",
        "what do you charge",
        "hm?",
    ] {
        let line = foreseen(&mut call, text);
        call.says(text);
        assert_eq!(line.as_deref(), Some(call.last_said()), "{text}");
    }
}

#[test]
fn a_booking_is_never_foreseen() {
    let mut call = Rehearsal::answered(settings());
    call.says("book Saturday at six pm for ten people under the name John Smith");
    assert_eq!(foreseen(&mut call, "yes"), None);
    assert!(call.booked.is_empty());
    call.says("yes");
    assert_eq!(call.booked.len(), 1);
}

#[test]
fn before_and_after_the_conversation_nothing_is_foreseen() {
    let mut call = Rehearsal::begin(settings());
    assert_eq!(foreseen(&mut call, "hello"), None);
    call.rings();
    call.says("goodbye");
    assert_eq!(foreseen(&mut call, "hello"), None);
}
