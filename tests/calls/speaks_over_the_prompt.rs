//! A caller makes a sound while Maitred speaks: Maitred falls silent, takes what was said, and goes on where it was after a
//! nod or a noise. Nobody agrees to what was not heard.

use crate::ending::{Ending, day};
use jiff::civil::Date;
use maitred_harness::{Caller, DEADLINE, House, Setup, day_in_words};
use ringcentral_sim::DialPlan;
use serde_json::Value;

/// Tells the story.
pub async fn story(plan: DialPlan, day: Date) -> (Caller, Ending) {
    let mut caller = Caller::dial(plan).await;
    caller.hears("Thank you").await;
    let day_said = day_in_words(day);
    caller
        .says(&format!(
            "book {day_said} at seven pm for ten people under the name Ana Costa"
        ))
        .await;
    caller.hears("Is that right?").await;
    caller.says("yes please").await;
    caller.hears("Goodbye.").await;
    caller.is_let_go().await;
    (caller, Ending::booked(day, 19, 10, "Ana Costa"))
}

const GREETING: &str = "Thank you for calling My Hibachi Chef, the mobile hibachi catering of the bay. We bring the \
                        grill, the chef and the show to your garden. How can I help you?";

/// A house with a greeting that can be spoken over.
async fn open() -> House {
    let setup = Setup::default().with("VOICE_AI_GREETING", GREETING);
    setup.open().await
}

/// Gives the kinds of the journal's entries.
fn kinds(story: &Value) -> Vec<&str> {
    let journal = story["journal"].as_array().expect("a journal");
    let kinds = journal.iter().map(|entry| &entry["kind"]);
    kinds.filter_map(Value::as_str).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_speaks_over_the_greeting() {
    let house = open().await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let (caller, ending) = story(plan, day(0)).await;
    ending.check(&house, &caller, &from).await;
    let heard = caller.everything_heard();
    assert!(
        !heard.contains("how can i help you"),
        "the greeting went on: {heard:?}"
    );
    let story = house.story_of(&from).await;
    let greeted = &story["transcript"][0];
    assert_eq!(greeted["interrupted"], true, "{greeted}");
    let metrics = house.text("/metrics").await;
    for counted in [
        "maitred_barge_in_seconds_count 1",
        "maitred_barge_ins_total 1",
    ] {
        assert!(
            metrics.contains(counted),
            "{counted} is missing:\n{metrics}"
        );
    }
    house.close().await;
}

/// A sound falls into the greeting, which pauses and goes on.
async fn goes_on_after(sound: Vec<i16>) {
    let house = open().await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let mut caller = Caller::dial(plan).await;
    // Far enough into it that the word which is said again is not the first.
    caller.hears("the mobile hibachi").await;
    let playing = caller.phone.speak(&sound);
    let heard = tokio::time::timeout(DEADLINE, playing.finished()).await;
    heard.expect("the sound leaves the phone");
    caller.hears("How can I help you?").await;
    let heard = caller.everything_heard();
    let begun = heard.matches("thank you for").count();
    assert_eq!(begun, 1, "it began again: {heard:?}");
    caller.hangs_up().await;
    let story = house.story_of(&from).await;
    let kinds = kinds(&story);
    for (kind, times) in [
        ("prompt_paused", 1),
        ("prompt_played", 1),
        ("prompt_stopped", 0),
    ] {
        let found = kinds.iter().filter(|one| **one == kind).count();
        assert_eq!(found, times, "{kind} in {kinds:?}");
    }
    let metrics = house.text("/metrics").await;
    assert!(metrics.contains("maitred_barge_ins_total 0"), "{metrics}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nod_makes_a_pause_and_the_prompt_goes_on_where_it_was() {
    goes_on_after(voice_modem::encode("mhm yeah")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cough_makes_a_pause_and_the_prompt_goes_on_where_it_was() {
    // A carrier without a readable word: noise that begins a turn.
    goes_on_after(voice_modem::encode("hmm").into_iter().take(160).collect()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_agrees_before_the_read_back_was_heard_hears_it_first() {
    let house = House::open().await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let mut caller = Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    let said = day_in_words(day(0));
    caller
        .says(&format!(
            "book {said} at seven pm for ten people under the name Ana Costa"
        ))
        .await;
    caller.hears("Let me read that").await;
    caller.says("yes that is all right with me").await;
    caller.hears("Let me read that back").await;
    caller.hears("Is that right?").await;
    assert!(house.bookings_of(&from).await.is_empty());
    caller.says("yes").await;
    caller.is_let_go().await;
    let ending = Ending::booked(day(0), 19, 10, "Ana Costa");
    ending.check(&house, &caller, &from).await;
    house.close().await;
}
