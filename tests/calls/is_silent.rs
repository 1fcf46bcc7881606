//! A caller never says a word: is asked twice, in different words, and then let go politely.

use crate::ending::Ending;
use jiff::civil::Date;
use maitred_harness::{Caller, Setup};

/// Patience of the houses in which this story is told, in milliseconds.
pub const PATIENCE_MS: &str = "700";

/// Tells the story from the answer on.
pub async fn story(caller: &mut Caller, _day: Date) -> Ending {
    caller.hears("How can I help you?").await;
    caller.hears("Are you still there?").await;
    caller.hears("I can't hear you very well.").await;
    caller.hears("Please call again any time. Goodbye.").await;
    caller.is_let_go().await;
    Ending::without_booking("silent")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_caller_is_asked_twice_and_let_go() {
    let house = Setup::default()
        .with("VOICE_AI_PATIENCE_MS", PATIENCE_MS)
        .open()
        .await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let mut caller = Caller::dial(plan).await;
    let ending = story(&mut caller, Date::ZERO).await;
    ending.check(&house, &caller, &from).await;
    house.close().await;
}
