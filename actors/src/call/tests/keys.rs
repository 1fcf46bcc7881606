//! Keys of the telephone as answers.

use super::*;

/// A call from a withheld number, in which everything but the number to reach the caller is known.
fn asked_for_a_number() -> Rehearsal {
    let mut call = Rehearsal::begin(settings());
    let offer = Offer {
        sip_call_id: SipCallId::new("sip-1"),
        from: None,
        from_name: None,
        to: "15551230001".to_owned(),
        auto_answer: false,
    };
    call.happens(Event::Rang { offer });
    call.says("book Saturday at six pm for ten people under the name John Smith");
    assert!(call.last_said().contains("number"), "{}", call.last_said());
    call
}

fn press(call: &mut Rehearsal, keys: &str) {
    for key in keys.chars() {
        call.happens(Event::KeyPressed { key });
    }
}

/// Gives the number that is agreed on.
fn phone(call: &Rehearsal) -> Option<String> {
    let Phase::Talking(talk) = &call.state.phase else {
        panic!("the conversation goes on");
    };
    let phone = talk.dialogue.slots().phone.as_ref();
    phone.map(|phone| phone.as_str().to_owned())
}

#[test]
fn a_whole_number_is_taken_with_or_without_the_one_before_it() {
    for keys in ["4155550198", "14155550198", "999*4155550198", "4155550198#"] {
        let mut call = asked_for_a_number();
        press(&mut call, keys);
        assert_eq!(phone(&call).as_deref(), Some("+14155550198"), "{keys}");
        assert!(call.last_said().starts_with("Let me read that back"));
    }
    let mut call = asked_for_a_number();
    press(&mut call, "415555019");
    call.feed(Event::KeyPressed { key: '8' });
    call.todo.clear();
    call.feed(Event::KeyPressed { key: '#' });
    assert!(call.todo.is_empty(), "a sign too many stops nothing");
}

#[test]
fn a_number_that_is_not_whole_is_asked_for_again_once_no_key_follows() {
    let mut call = asked_for_a_number();
    press(&mut call, "415555");
    let said = call.said.len();
    call.time_passes();
    assert_eq!(phone(&call), None);
    assert_eq!(call.said.len(), said + 1);
    assert!(call.last_said().starts_with("I can't use that number."));
    press(&mut call, "4155550198");
    assert_eq!(phone(&call).as_deref(), Some("+14155550198"));
}

#[test]
fn guests_are_taken_at_the_sign_or_after_a_pause() {
    for ended in [true, false] {
        let mut call = Rehearsal::answered(settings());
        call.says("book Saturday at six pm");
        press(&mut call, "20");
        assert_eq!(call.last_said(), "How many people will there be?");
        if ended {
            press(&mut call, "#");
        } else {
            call.time_passes();
        }
        assert_eq!(call.last_said(), "What name should I put it under?");
    }
}

#[test]
fn keys_where_words_are_wanted_are_answered_once_and_zero_still_finds_a_person() {
    let mut call = Rehearsal::answered(settings());
    call.says("I want to book");
    for key in ['6', '2', '9'] {
        call.feed(Event::KeyPressed { key });
    }
    let says = |effect: &&Effect| matches!(effect, Effect::Say { .. });
    assert_eq!(call.todo.iter().filter(says).count(), 1);
    let effects = call.todo.drain(..).collect();
    call.carry_out(effects);
    assert!(call.last_said().starts_with("Please tell me in words"));
    press(&mut call, "0");
    assert!(call.last_said().contains("nobody can take your call"));
}

#[test]
fn a_key_stops_the_prompt_and_does_not_disturb_a_booking_that_is_being_made() {
    let mut call = Rehearsal::answered(settings());
    let (question, _) =
        call.until_said("book Saturday at six pm for ten people under the name John Smith");
    call.feed(Event::PromptStarted { question });
    call.feed(Event::KeyPressed { key: '5' });
    let up_to = question;
    assert_eq!(call.todo.pop_front(), Some(Effect::StopSpeaking { up_to }));
    let effects = call.todo.drain(..).collect();
    call.feed(Event::PromptStopped {
        question,
        heard_ms: 100,
    });
    call.carry_out(effects);
    call.feed(Event::SpeechStarted);
    call.feed(said("yes"));
    let interpret = call.todo.pop_front().unwrap();
    call.answer(interpret);
    let book = call.todo.pop_front().unwrap();
    assert!(matches!(book, Effect::Book { .. }), "{book:?}");
    call.feed(Event::KeyPressed { key: '0' });
    assert!(call.todo.is_empty());
    call.carry_out(vec![book]);
    assert_eq!(call.outcome(), Some(Outcome::Booked));
}

#[test]
fn the_ears_are_patient_while_a_number_is_dictated_and_not_after() {
    let mut call = asked_for_a_number();
    let asks = |effect: &&Effect| matches!(effect, Effect::BePatient(_));
    call.feed(Event::SpeechStarted);
    call.feed(said("four one five five five five zero one nine eight"));
    let interpret = call.todo.pop_front().unwrap();
    call.answer(interpret);
    let told: Vec<&Effect> = call.todo.iter().filter(asks).collect();
    let usual = Effect::BePatient(crate::ports::hearing::Patience::Usual);
    assert_eq!(told, [&usual]);
    let for_a_number = crate::ports::hearing::Patience::Number;
    let mut again = asked_for_a_number();
    again.feed(Event::Resumed {
        reason: "killed".to_owned(),
    });
    assert!(again.todo.contains(&Effect::BePatient(for_a_number)));
}
