//! The whole process ends in mid call: the next one ends the call's record, keeps what was booked, and serves on.

use crate::ending::day;
use maitred_harness::{Caller, House};

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_a_dead_process_left_is_brought_to_its_end() {
    let house = House::open().await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let mut caller = Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    let house = house.restart().await;
    assert_eq!(house.record_of(&from).await["outcome"], "interrupted");
    let plan = house.plan();
    let from = plan.from_number.clone();
    let (next, ending) = crate::books::story(plan, day(0)).await;
    ending.check(&house, &next, &from).await;
    house.close().await;
}
