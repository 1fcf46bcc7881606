//! A caller gives up while the phone rings.

use maitred_harness::{Caller, DEADLINE, Setup};
use ringcentral_sim::phone::{End, PhoneEvent};

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_hangs_up_before_the_answer() {
    let house = Setup::default()
        .with("RC_AUTO_ANSWER", "false")
        .open()
        .await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let caller = Caller::ring(plan).await;
    let rings = |event: &PhoneEvent| (*event == PhoneEvent::Ringing).then_some(());
    let mut events = caller.phone.events();
    events
        .until(DEADLINE, |happened| rings(&happened.event))
        .await
        .expect("the phone rings");
    assert_eq!(
        caller
            .phone
            .cancel()
            .await
            .expect("the cancel is confirmed"),
        End::Cancelled
    );
    let story = house.story_of(&from).await;
    assert_eq!(story["record"]["outcome"], "not_answered");
    assert_eq!(story["transcript"].as_array().map(Vec::len), Some(0));
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
