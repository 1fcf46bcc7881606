//! A caller answers by the keys of the telephone: digits for the phone number and the number of guests, `#` at their end, zero
//! for a person; and dictates a number in groups, which is one answer.

use crate::ending::{Ending, day};
use maitred_harness::{Caller, House, day_in_words};
use serde_json::Value;

/// Gives the one booking that there is.
async fn booking(house: &House) -> Value {
    let bookings = house.get("/api/v1/bookings?limit=200").await;
    let items = bookings["items"].as_array().expect("a list");
    assert_eq!(items.len(), 1, "{items:?}");
    items[0].clone()
}

/// Calls without showing a number, and books up to the question for it.
async fn withheld(house: &House) -> Caller {
    let mut plan = house.plan();
    plan.from_number = "anonymous".to_owned();
    let mut caller = Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    let said = day_in_words(day(0));
    caller
        .says(&format!(
            "book {said} at seven pm for ten people under the name Ana Costa"
        ))
        .await;
    caller.hears("What number can we call you back on?").await;
    caller
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_are_told_by_keys_and_the_sign_ends_them() {
    let house = House::open().await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let mut caller = Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    let said = day_in_words(day(0));
    caller.says(&format!("a party on {said} at six pm")).await;
    caller.hears("How many people").await;
    // In mid prompt or after it: the first key stops what is being said.
    caller.phone.press("12#");
    caller.hears("What name should I put it under?").await;
    caller.says("Maria Delgado").await;
    caller.hears("for twelve people").await;
    caller.hears("Is that right?").await;
    caller.says("yes").await;
    caller.is_let_go().await;
    let ending = Ending::booked(day(0), 18, 12, "Maria Delgado");
    ending.check(&house, &caller, &from).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_number_is_told_by_keys() {
    let house = House::open().await;
    let mut caller = withheld(&house).await;
    caller.phone.press("4155550198");
    caller.hears("Is that right?").await;
    caller.says("yes").await;
    caller.is_let_go().await;
    assert_eq!(booking(&house).await["phone"], "+14155550198");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_number_said_in_groups_is_one_answer() {
    let house = House::open().await;
    let mut caller = withheld(&house).await;
    // Pauses of 300 ms, twice as long as what ends a turn elsewhere.
    let pause = vec![0; 2_400];
    let said = [
        voice_modem::encode("four one five"),
        pause.clone(),
        voice_modem::encode("five five five"),
        pause,
        voice_modem::encode("zero one nine eight"),
    ];
    drop(caller.phone.speak(&said.concat()));
    caller.hears("Is that right?").await;
    let whole = "four one five five five five zero one nine eight";
    assert_eq!(
        house.deepgram.heard().last().map(String::as_str),
        Some(whole)
    );
    caller.says("yes").await;
    caller.is_let_go().await;
    assert_eq!(booking(&house).await["phone"], "+14155550198");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn zero_in_mid_prompt_is_for_a_person() {
    let greeting = "Thank you for calling My Hibachi Chef, the mobile hibachi catering of the bay. We bring the \
                    grill, the chef and the show to your garden. How can I help you?";
    let setup = maitred_harness::Setup::default().with("VOICE_AI_GREETING", greeting);
    let house = setup.open().await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let mut caller = Caller::dial(plan).await;
    caller.hears("Thank you for").await;
    caller.phone.press("0");
    caller.hears("nobody can take your call right now").await;
    caller.hears("Which would you like?").await;
    caller.hangs_up().await;
    let heard = caller.everything_heard();
    assert!(!heard.contains("how can i help you"), "{heard:?}");
    let ending = Ending::without_booking("person_wanted");
    ending.check(&house, &caller, &from).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_where_words_are_wanted_are_answered_once() {
    let house = House::open().await;
    let mut caller = house.caller().await;
    caller.hears("How can I help you?").await;
    caller.says("I'd like to make a booking").await;
    caller.hears("What day would you like the party?").await;
    caller.phone.press("629");
    caller
        .hears("Please tell me in words, or press zero for a person.")
        .await;
    caller.says(&day_in_words(day(0))).await;
    caller.hears("What time").await;
    let heard = caller.everything_heard();
    assert_eq!(
        heard.matches("please tell me in words").count(),
        1,
        "{heard:?}"
    );
    caller.hangs_up().await;
    house.record_of("+15557650000").await;
    house.close().await;
}
