//! The slot that a caller wants is full: nothing is overbooked, an alternative is offered and taken.

use crate::ending::{Ending, day};
use jiff::civil::Date;
use maitred_harness::{Caller, Setup, day_in_words};

/// Books the slot that the story's caller will want, so that it is full in a house with one crew.
pub async fn fill(caller: &mut Caller, day: Date) {
    caller.hears("How can I help you?").await;
    let day = day_in_words(day);
    caller
        .says(&format!(
            "book {day} at six pm for four people under the name Peter Brown"
        ))
        .await;
    caller.hears("Is that right?").await;
    caller.says("yes").await;
    caller.hears("Goodbye.").await;
    caller.is_let_go().await;
}

/// Tells the story from the answer on.
pub async fn story(caller: &mut Caller, day: Date) -> Ending {
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
    Ending::booked(day, 20, 12, "Maria Delgado")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_slot_is_not_overbooked() {
    let house = Setup::default().with("BOOKINGS_PER_SLOT", "1").open().await;
    let mut first = house.caller().await;
    fill(&mut first, day(0)).await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let mut caller = Caller::dial(plan).await;
    let ending = story(&mut caller, day(0)).await;
    ending.check(&house, &caller, &from).await;
    house.close().await;
}
