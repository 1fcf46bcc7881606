//! A caller wants a person: is told honestly where there is none, and is put through where there is one.

use crate::ending::Ending;
use jiff::civil::Date;
use maitred_harness::{Caller, DEADLINE, House, Setup};
use ringcentral_sim::DialPlan;
use ringcentral_sim::phone::PhoneEvent;

/// Tells the story, in a house where nobody takes calls.
pub async fn story(plan: DialPlan, _day: Date) -> (Caller, Ending) {
    let mut caller = Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    caller.says("can I talk to a real person please").await;
    caller.hears("nobody can take your call right now.").await;
    caller.hears("or take a message.").await;
    caller.says("no thanks goodbye").await;
    caller.hears("Goodbye.").await;
    caller.is_let_go().await;
    (caller, Ending::without_booking("person_wanted"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_wants_a_person_is_told_the_truth() {
    let house = House::open().await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let (caller, ending) = story(plan, Date::ZERO).await;
    ending.check(&house, &caller, &from).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_wants_a_person_is_put_through() {
    let house = Setup::default()
        .with("FALLBACK_NUMBER", "+15551230099")
        .open()
        .await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let mut caller = Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    caller.says("let me speak to a human").await;
    caller.hears("I'll put you through.").await;
    assert!(referred_to(&caller).await.contains("15551230099"));
    let record = house.record_of(&from).await;
    assert_eq!(record["outcome"], "handed_over");
    assert_eq!(record["handed_over_to"], "+15551230099");
    house.close().await;
}

/// Waits until the caller's phone is asked to call somebody else, and tells whom.
pub async fn referred_to(caller: &Caller) -> String {
    let referred = |event: &PhoneEvent| match event {
        PhoneEvent::Referred { to } => Some(to.clone()),
        _ => None,
    };
    let mut events = caller.phone.events();
    events
        .until(DEADLINE, |happened| referred(&happened.event))
        .await
        .expect("a transfer")
}
