//! Ten callers at once: each gets the booking that was meant.

use crate::ending::day;
use maitred_harness::House;
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread")]
async fn ten_callers_at_once_are_all_served() {
    let house = House::open().await;
    let mut stories = JoinSet::new();
    for run in 0..10 {
        let plan = house.plan();
        stories.spawn(async move {
            let from = plan.from_number.clone();
            let (caller, ending) = crate::books::story(plan, day(run)).await;
            (from, caller, ending)
        });
    }
    while let Some(told) = stories.join_next().await {
        let (from, caller, ending) = told.unwrap();
        ending.check(&house, &caller, &from).await;
    }
    house.close().await;
}
