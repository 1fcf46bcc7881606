//! Two callers want the last crew at the same time: it is held for the first while she decides, the second is told so and
//! takes another start. If she hangs up instead, the next caller gets it at once.

use crate::ending::{Ending, day};
use jiff::civil::Date;
use maitred_harness::{Caller, House, Setup, day_in_words};

/// Asks for six o'clock on that day.
async fn asks_for_six(house: &House, day: Date, name: &str) -> (Caller, String) {
    let plan = house.plan();
    let from = plan.from_number.clone();
    let mut caller = Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    let said = day_in_words(day);
    let wish = format!("book {said} at six pm for twelve people under the name {name}");
    caller.says(&wish).await;
    (caller, from)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_crew_is_held_for_the_first_and_the_second_hears_the_truth() {
    let house = Setup::default().with_crews(1).open().await;
    let (mut first, first_from) = asks_for_six(&house, day(0), "Maria Delgado").await;
    first.hears("Is that right?").await;

    let (mut second, second_from) = asks_for_six(&house, day(0), "John Baker").await;
    second.hears("is already full").await;
    second.says("then eight pm").await;
    second.hears("Is that right?").await;

    for caller in [&mut second, &mut first] {
        caller.says("yes").await;
        caller.hears("Goodbye.").await;
        caller.is_let_go().await;
    }
    let ending = Ending::booked(day(0), 18, 12, "Maria Delgado");
    ending.check(&house, &first, &first_from).await;
    let ending = Ending::booked(day(0), 20, 12, "John Baker");
    ending.check(&house, &second, &second_from).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_caller_held_is_free_again_when_the_call_is_over() {
    let house = Setup::default().with_crews(1).open().await;
    let (mut first, first_from) = asks_for_six(&house, day(0), "Maria Delgado").await;
    first.hears("Is that right?").await;
    first.hangs_up().await;
    let record = house.record_of(&first_from).await;
    assert_eq!(record["outcome"], "hung_up");
    house.nothing_is_held().await;

    let (mut second, second_from) = asks_for_six(&house, day(0), "John Baker").await;
    second.hears("Is that right?").await;
    second.says("yes").await;
    second.hears("Goodbye.").await;
    second.is_let_go().await;
    let ending = Ending::booked(day(0), 18, 12, "John Baker");
    ending.check(&house, &second, &second_from).await;
    house.close().await;
}
