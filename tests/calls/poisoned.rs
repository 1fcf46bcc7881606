//! An event crashes its call each time it is decided: it is set aside, the caller is handed to the fall-back number,
//! the call is marked as failed, and other calls do not notice.

use crate::ending::day;
use crate::wants_a_person::referred_to;
use maitred_harness::{Caller, How, Setup};

/// Number of the entry in which the caller's first words are read: admitted, rang, answered, prompt started and
/// played, speech started, caller said.
const CALLER_SAID: u64 = 7;

#[tokio::test(flavor = "multi_thread")]
async fn a_poisoned_event_is_set_aside_and_the_caller_handed_over() {
    let house = Setup::default()
        .with("FALLBACK_NUMBER", "+15551230099")
        .open()
        .await;
    let poisoned = house.plan();
    let from = poisoned.from_number.clone();
    house.crashes.plan(&from, CALLER_SAID, How::Poison);
    let other = tokio::spawn(crate::books::story(house.plan(), day(0)));
    let mut caller = Caller::dial(poisoned).await;
    caller.hears("How can I help you?").await;
    caller.says("I'd like to book").await;
    assert!(referred_to(&caller).await.contains("15551230099"));
    let record = house.record_of(&from).await;
    assert_eq!(record["state"], "FAILED");
    assert_eq!(record["outcome"], "failed");
    let metrics = house.text("/metrics").await;
    assert!(
        metrics.contains("maitred_events_poisoned_total 1"),
        "{metrics}"
    );
    let (other, ending) = other.await.unwrap();
    ending.check(&house, &other, "+15557650001").await;
    house.close().await;
}
