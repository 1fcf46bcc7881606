//! A caller hears the read-back, corrects the day, and gets the day that was meant.

use crate::ending::{Ending, day};
use jiff::ToSpan;
use jiff::civil::Date;
use maitred_harness::{Caller, House, day_in_words};
use ringcentral_sim::DialPlan;

/// Tells the story.
pub async fn story(plan: DialPlan, day: Date) -> (Caller, Ending) {
    let mut caller = Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    let wrong = day_in_words(day.checked_add(1.days()).expect("a day"));
    caller
        .says(&format!(
            "a party on {wrong} at noon for eight people under the name John Smith"
        ))
        .await;
    caller.hears("Is that right?").await;
    caller
        .says(&format!("no, I meant {}", day_in_words(day)))
        .await;
    caller.hears(&day_in_words(day)).await;
    caller.hears("Is that right?").await;
    caller.says("yes").await;
    caller.hears("Goodbye.").await;
    caller.is_let_go().await;
    (caller, Ending::booked(day, 12, 8, "John Smith"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_corrects_the_day() {
    let house = House::open().await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let (caller, ending) = story(plan, day(0)).await;
    ending.check(&house, &caller, &from).await;
    house.close().await;
}
