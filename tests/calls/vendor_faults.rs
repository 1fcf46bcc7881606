//! The recogniser or the voice fails in mid call: what the caller said meanwhile is not lost.

use crate::ending::day;
use deepgram_sim::Route;
use maitred_harness::{Caller, House, day_in_words};

#[tokio::test(flavor = "multi_thread")]
async fn words_said_while_the_recogniser_is_down_are_heard_by_the_next_stream() {
    let house = House::open().await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let mut caller = Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    house.deepgram.faults().refuse_next(Route::Flux, 503, 2);
    house.deepgram.faults().refuse_next(Route::Nova, 503, 2);
    house.deepgram.faults().cut_now(Route::Flux);
    let said = day_in_words(day(0));
    caller
        .says(&format!(
            "book {said} at six pm for twelve people under the name Maria Delgado"
        ))
        .await;
    caller.hears("Is that right?").await;
    caller.says("yes").await;
    caller.hears("Goodbye.").await;
    caller.is_let_go().await;
    let ending = crate::ending::Ending::booked(day(0), 18, 12, "Maria Delgado");
    ending.check(&house, &caller, &from).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_recogniser_takes_over() {
    let house = House::open().await;
    house.deepgram.faults().refuse(Route::Flux, 500);
    let plan = house.plan();
    let from = plan.from_number.clone();
    let (caller, ending) = crate::books::story(plan, day(0)).await;
    ending.check(&house, &caller, &from).await;
    house.close().await;
}
