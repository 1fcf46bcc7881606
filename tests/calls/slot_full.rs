//! The slot that a caller wants is full: nothing is overbooked, an alternative is offered and taken.

use crate::ending::{Ending, day};
use jiff::civil::Date;
use maitred_harness::{Caller, Setup, day_in_words};
use ringcentral_sim::DialPlan;

/// Tells the story.
pub async fn story(plan: DialPlan, day: Date) -> (Caller, Ending) {
    let mut caller = Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    let said = day_in_words(day);
    caller
        .says(&format!(
            "book {said} at six pm for twelve people under the name Maria Delgado"
        ))
        .await;
    caller.hears("is already full").await;
    caller.says("then eight pm").await;
    caller.hears("Is that right?").await;
    caller.says("yes").await;
    caller.hears("Goodbye.").await;
    caller.is_let_go().await;
    (caller, Ending::booked(day, 20, 12, "Maria Delgado"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_slot_is_not_overbooked() {
    let house = Setup::default().with_crews(1).open().await;
    house.fill(day(0).at(18, 0, 0, 0)).await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let (caller, ending) = story(plan, day(0)).await;
    ending.check(&house, &caller, &from).await;
    house.close().await;
}
