//! A caller begins to speak while Maitred does: Maitred falls silent and takes what was said.

use crate::ending::{Ending, day};
use jiff::civil::Date;
use maitred_harness::{Caller, House, day_in_words};
use ringcentral_sim::DialPlan;

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

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_speaks_over_the_greeting() {
    let greeting = "Thank you for calling My Hibachi Chef, the mobile hibachi catering of the bay. We bring the \
                    grill, the chef and the show to your garden. How can I help you?";
    let house = maitred_harness::Setup::default()
        .with("VOICE_AI_GREETING", greeting)
        .open()
        .await;
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
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prompt_that_mere_noise_cut_short_is_said_again() {
    let house = House::open().await;
    let mut caller = house.caller().await;
    caller.hears("Thank you").await;
    // A carrier without a readable word: noise that begins a turn.
    let noise: Vec<i16> = voice_modem::encode("hmm").into_iter().take(160).collect();
    drop(caller.phone.speak(&noise));
    caller
        .hears("Thank you for calling. How can I help you?")
        .await;
    caller.hangs_up().await;
    house.record_of("+15557650000").await;
    house.close().await;
}
