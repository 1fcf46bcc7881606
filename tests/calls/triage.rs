//! In triage the AI learns who and why, calls a person, tells them, and connects the caller; where nobody takes the call,
//! the caller is back with the AI.

use crate::ending::{day, told};
use maitred_harness::{Caller, DEADLINE, House, Setup, day_in_words};
use ringcentral_sim::phone::{End, Reaction};

const PERSON: &str = "+14155550177";

async fn house() -> House {
    Setup::default()
        .at_ringcentral()
        .with("RC_AI_MODE", "triage")
        .with("FALLBACK_NUMBER", PERSON)
        .with("HANDOVER_RING_SECONDS", "5")
        .open()
        .await
}

/// Says who and why, up to where the person is called.
async fn asks_for_somebody(house: &House) -> (Caller, String) {
    let plan = house.exchange().plan();
    let from = plan.from_number.clone();
    let mut caller = house.exchange().ring(plan).await;
    caller.is_answered().await;
    caller.hears("How can I help you?").await;
    caller
        .says("I have a question about my invoice from last week")
        .await;
    caller.hears("who may I say is calling").await;
    caller.says("Maria Delgado").await;
    caller.hears("try to reach someone").await;
    (caller, from)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_person_is_told_and_connected() {
    let house = house().await;
    let mut person = house.exchange().person(PERSON, Reaction::Answer).await;
    let (mut caller, from) = asks_for_somebody(&house).await;
    let mut called = person.is_called().await;
    called.hears("You have a call from Maria Delgado").await;
    called
        .hears("question about my invoice from last week")
        .await;
    let record = house.record_of(&from).await;
    assert_eq!(
        record["outcome"],
        "handed_over",
        "{}",
        told(&house.story_of(&from).await)
    );
    assert_eq!(record["handed_over_to"], PERSON);
    let bridged = house.record_where(&from, |record| record["status"] == "Gone");
    assert_eq!(
        bridged.await["outcome"],
        "handed_over",
        "REST connected them"
    );
    // They talk with each other, without us.
    called.says("hello Maria this is Tom").await;
    caller.hears("hello Maria this is Tom").await;
    caller.says("hello Tom").await;
    called.hears("hello Tom").await;
    let texts = house.exchange().sim.exchange().texts();
    let text = texts
        .iter()
        .find(|text| text.to.contains(&PERSON.to_owned()));
    let text = text.expect("the person has a text of it");
    assert!(
        text.text.contains("Maria Delgado") && text.text.contains("invoice"),
        "{text:?}"
    );
    let calls = house.get("/api/v1/calls").await;
    let count = calls["items"].as_array().map(Vec::len);
    assert_eq!(
        count,
        Some(1),
        "calling the person is no call of its own: {calls}"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_caller_is_back_with_the_ai_where_nobody_answers() {
    let house = house().await;
    let mut person = house.exchange().person(PERSON, Reaction::Ring).await;
    let (mut caller, from) = asks_for_somebody(&house).await;
    let called = person.is_called().await;
    caller.hears("nobody can come to the phone right now").await;
    let end = called
        .leg
        .ended(DEADLINE)
        .await
        .expect("the phone stops ringing");
    assert_eq!(end, End::Cancelled);
    caller.says("then book a party please").await;
    caller.hears("What day").await;
    let day = day_in_words(day(0));
    caller
        .says(&format!("{day} at six pm for twelve people"))
        .await;
    caller.hears("Is that right?").await;
    caller.says("yes").await;
    caller.hears("Goodbye").await;
    caller.is_let_go().await;
    let record = house.record_of(&from).await;
    assert_eq!(record["outcome"], "booked");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_caller_leaves_a_message_where_the_person_is_busy() {
    let house = house().await;
    let _person = house.exchange().person(PERSON, Reaction::Refuse(486)).await;
    let (mut caller, from) = asks_for_somebody(&house).await;
    caller.hears("nobody can come to the phone right now").await;
    caller.says("please take a message").await;
    caller.hears("What would you like me to pass on?").await;
    caller.says("the invoice has the wrong address").await;
    caller
        .hears("I'll pass this on from Maria Delgado: the invoice has the wrong address.")
        .await;
    caller.says("yes").await;
    caller.hears("Goodbye").await;
    caller.is_let_go().await;
    let record = house.record_of(&from).await;
    assert_eq!(record["outcome"], "message_taken");
    let find = async {
        let mut look = tokio::time::interval(std::time::Duration::from_millis(20));
        loop {
            look.tick().await;
            let texts = house.exchange().sim.exchange().texts();
            if texts.iter().any(|text| text.text.contains("wrong address")) {
                return;
            }
        }
    };
    let found = tokio::time::timeout(DEADLINE, find).await;
    found.expect("the message is passed on by text");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_hangs_up_meanwhile_lets_the_person_go() {
    let house = house().await;
    let mut person = house.exchange().person(PERSON, Reaction::Ring).await;
    let (caller, from) = asks_for_somebody(&house).await;
    let called = person.is_called().await;
    caller.hangs_up().await;
    let end = called
        .leg
        .ended(DEADLINE)
        .await
        .expect("the phone stops ringing");
    assert_eq!(end, End::Cancelled);
    let record = house.record_of(&from).await;
    assert_eq!(record["outcome"], "person_wanted");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_person_is_connected_by_sip_where_rest_is_down() {
    let house = house().await;
    let mut person = house.exchange().person(PERSON, Reaction::Answer).await;
    let (mut caller, from) = asks_for_somebody(&house).await;
    house
        .exchange()
        .sim
        .exchange()
        .set_fault(Some(ringcentral_sim::rest::RestFault::Unavailable));
    let mut called = person.is_called().await;
    called.hears("You have a call from Maria Delgado").await;
    let record = house.record_of(&from).await;
    assert_eq!(record["outcome"], "handed_over");
    called.says("hello Maria").await;
    caller.hears("hello Maria").await;
    house.exchange().sim.exchange().set_fault(None);
    house.close().await;
}
