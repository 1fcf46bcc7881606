//! A caller never says a word: is asked twice, in different words, and then let go politely.

use crate::ending::Ending;
use jiff::civil::Date;
use maitred_harness::{Caller, Setup};
use ringcentral_sim::DialPlan;

/// Patience of the houses in which this story is told, in milliseconds.
pub const PATIENCE_MS: &str = "700";

/// Tells the story.
pub async fn story(plan: DialPlan, _day: Date) -> (Caller, Ending) {
    let mut caller = Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    caller.hears("Are you still there?").await;
    caller.hears("I can't hear you very well.").await;
    caller.hears("Please call again any time. Goodbye.").await;
    caller.is_let_go().await;
    (caller, Ending::without_booking("silent"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_caller_is_asked_twice_and_let_go() {
    let house = Setup::default()
        .with("VOICE_AI_PATIENCE_MS", PATIENCE_MS)
        .open()
        .await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let (caller, ending) = story(plan, Date::ZERO).await;
    ending.check(&house, &caller, &from).await;
    house.close().await;
}
