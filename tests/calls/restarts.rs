//! The whole process dies in mid call: the next one takes the line up again, and the caller goes on where they were.

use crate::ending::{Ending, day};
use maitred_harness::{Caller, House, day_in_words};

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_goes_on_with_the_next_process() {
    let house = House::open().await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let mut caller = Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    let day = day(0);
    let when = day_in_words(day);
    caller.says(&format!("book {when} at six pm")).await;
    caller.hears("How many people").await;
    let house = house.restart().await;
    caller.hears("cut off").await;
    caller.hears("How many people").await;
    caller.says("twelve people").await;
    caller.hears("What name").await;
    let house = house.restart().await;
    caller.hears("What name").await;
    caller.says("Maria Delgado").await;
    caller.hears("Is that right?").await;
    caller.says("yes").await;
    caller.hears("Goodbye").await;
    caller.is_let_go().await;
    let ending = Ending::booked(day, 18, 12, "Maria Delgado");
    ending.check(&house, &caller, &from).await;
    house.close().await;
}
