//! A caller gives up while the phone rings.

use crate::ending::Ending;
use jiff::civil::Date;
use maitred_harness::{Caller, DEADLINE, Setup};
use ringcentral_sim::DialPlan;
use ringcentral_sim::phone::{End, PhoneEvent};

/// Tells the story, in a house that lets the phone ring.
pub async fn story(plan: DialPlan, _day: Date) -> (Caller, Ending) {
    let caller = Caller::ring(plan).await;
    let rings = |event: &PhoneEvent| (*event == PhoneEvent::Ringing).then_some(());
    let mut events = caller.phone.events();
    events
        .until(DEADLINE, |happened| rings(&happened.event))
        .await
        .expect("the phone rings");
    let end = caller.phone.cancel().await;
    assert_eq!(end.expect("the cancel is confirmed"), End::Cancelled);
    (caller, Ending::without_booking("not_answered"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_hangs_up_before_the_answer() {
    let house = Setup::default()
        .with("RC_AUTO_ANSWER", "false")
        .open()
        .await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let (caller, ending) = story(plan, Date::ZERO).await;
    ending.check(&house, &caller, &from).await;
    assert_eq!(caller.everything_heard(), "");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_gives_up_at_once_leaves_nothing_behind() {
    let house = Setup::default().open().await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let caller = Caller::ring(plan).await;
    let end = caller.phone.cancel().await.expect("the call ends");
    assert!(matches!(end, End::Cancelled | End::HungUp), "{end:?}");
    let outcome = house.record_of(&from).await["outcome"].clone();
    assert!(
        ["cancelled", "hung_up", "failed"]
            .iter()
            .any(|known| outcome == *known),
        "{outcome}"
    );
    house.close().await;
}
