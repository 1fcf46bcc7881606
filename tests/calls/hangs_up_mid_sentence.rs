//! A caller hangs up in the middle of a sentence; nothing is booked, and nothing is left behind.

use crate::ending::Ending;
use jiff::civil::Date;
use maitred_harness::{Caller, House};
use ringcentral_sim::DialPlan;

/// Tells the story.
pub async fn story(plan: DialPlan, _day: Date) -> (Caller, Ending) {
    let mut caller = Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    caller.says("I'd like to make a booking").await;
    caller.hears("What day would you like the party?").await;
    caller.begins_to_say(
        "well let me see it should be on the first Saturday of the month after next",
    );
    caller.hangs_up().await;
    (caller, Ending::without_booking("hung_up"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_hangs_up_mid_sentence() {
    let house = House::open().await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let (caller, ending) = story(plan, Date::ZERO).await;
    ending.check(&house, &caller, &from).await;
    house.close().await;
}
