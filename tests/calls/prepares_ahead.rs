//! The reply is prepared while the caller may have finished, and nothing of it is done before the turn is over.

use crate::ending::{Ending, day};
use maitred_actors::call::CallMsg;
use maitred_actors::registry::Role;
use maitred_actors::types::CallId;
use maitred_harness::{Caller, DEADLINE, House, Setup, day_in_words, kill_shared};
use serde_json::Value;

/// Silence that ends a turn, in milliseconds of audio: long enough for much to happen before.
const END_MS: u64 = 1_500;
const NAME: &str = "What name should I put it under?";

/// A house whose recogniser thinks early that a turn may be over, and waits long until it is.
async fn open(eager_ms: u64) -> House {
    let vendor = deepgram_sim::SimConfig {
        eager_ms,
        end_of_turn_ms: END_MS,
        ..deepgram_sim::SimConfig::default()
    };
    Setup::default().with_vendor(vendor).open().await
}

/// Says what the reply to is the question for the name.
async fn asks_for_a_party(caller: &mut Caller) {
    caller.hears("How can I help you?").await;
    let said = day_in_words(day(0));
    caller
        .says(&format!("a party on {said} at six pm for twelve people"))
        .await;
}

/// Waits until the sound of a text was asked for, and gives what the recogniser had heard to its end by then.
async fn spoken(house: &House, text: &str) -> Vec<String> {
    let mut heard = Vec::new();
    let asked = house.deepgram.until(
        |state| {
            heard = state.heard.iter().map(|one| one.text.clone()).collect();
            state.spoken.iter().any(|one| one.text == text)
        },
        DEADLINE,
    );
    asked.await.expect("the text is spoken");
    heard
}

/// Waits until the recogniser has said that a turn with these words is probably over.
async fn probably_over(house: &House, text: &str) {
    let told = house.deepgram.until(
        |state| state.eager.iter().any(|one| one.text == text),
        DEADLINE,
    );
    told.await.expect("an early end of turn");
}

/// Names the journal's entries of a call.
fn kinds(story: &Value) -> Vec<String> {
    let journal = story["journal"].as_array().expect("a journal");
    let kinds = journal.iter().filter_map(|entry| entry["kind"].as_str());
    kinds.map(str::to_owned).collect()
}

/// Books in a house; gives the kinds of entry in the journal.
async fn books(house: &House) -> Vec<String> {
    let plan = house.plan();
    let from = plan.from_number.clone();
    let mut caller = Caller::dial(plan).await;
    asks_for_a_party(&mut caller).await;
    caller.hears(NAME).await;
    caller.says("Maria Delgado").await;
    caller.hears("Is that right?").await;
    caller.says("yes").await;
    caller.is_let_go().await;
    let ending = Ending::booked(day(0), 18, 12, "Maria Delgado");
    ending.check(house, &caller, &from).await;
    kinds(&house.story_of(&from).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_is_synthesised_before_the_turn_is_over_and_only_once() {
    let house = open(80).await;
    let mut caller = house.caller().await;
    asks_for_a_party(&mut caller).await;
    let heard = spoken(&house, NAME).await;
    assert!(heard.is_empty(), "the turn was over by then: {heard:?}");
    assert!(!caller.everything_heard().contains("what name"));
    caller.hears(NAME).await;
    let times = house.deepgram.spoken();
    let times = times.iter().filter(|text| *text == NAME).count();
    assert_eq!(times, 1, "the sound that was prepared is what was heard");
    let metrics = house.text("/metrics").await;
    let used = "maitred_replies_prepared_total{result=\"used\"} 1";
    assert!(metrics.contains(used), "{metrics}");
    caller.hangs_up().await;
    house.record_of("+15557650000").await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_is_the_same_with_and_without_looking_ahead() {
    let ahead = open(80).await;
    let with = books(&ahead).await;
    // The turn may be over only when it is.
    let straight = open(END_MS).await;
    let without = books(&straight).await;
    assert_eq!(with, without);
    ahead.close().await;
    straight.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_goes_on_hears_nothing_of_what_was_prepared_and_has_booked_nothing() {
    let house = open(80).await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let mut caller = Caller::dial(plan).await;
    asks_for_a_party(&mut caller).await;
    spoken(&house, NAME).await;
    caller.says("under the name Ana Costa").await;
    caller.hears("Is that right?").await;
    assert!(!caller.everything_heard().contains("what name"));
    caller.says("yes").await;
    probably_over(&house, "yes").await;
    let other = day_in_words(day(1));
    caller.says(&format!("but make it {other}")).await;
    caller.hears(&other).await;
    caller.hears("Is that right?").await;
    assert!(house.bookings_of(&from).await.is_empty());
    caller.hangs_up().await;
    let kinds = kinds(&house.story_of(&from).await);
    let books = kinds.iter().any(|kind| kind == "booking_answered");
    assert!(!books, "{kinds:?}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_the_early_end_and_the_end_changes_nothing() {
    let house = open(80).await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let mut caller = Caller::dial(plan).await;
    asks_for_a_party(&mut caller).await;
    spoken(&house, NAME).await;
    let record = house.record_where(&from, |_| true).await;
    let call = CallId::new(record["call_id"].as_str().expect("a call has an id"));
    kill_shared::<CallMsg>(&house.server.registry, Role::Call(&call));
    caller.hears(NAME).await;
    caller.says("Maria Delgado").await;
    caller.hears("Is that right?").await;
    caller.says("yes").await;
    caller.is_let_go().await;
    let ending = Ending::booked(day(0), 18, 12, "Maria Delgado");
    ending.check(&house, &caller, &from).await;
    house.close().await;
}
