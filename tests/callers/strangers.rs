//! Callers who want nothing that we have, or cannot say it: a wrong number, another language, a recorded pitch, nobody. Each
//! call ends, in bounded time, and nothing is booked.

use maitred_harness::{Call, Library, Setup, example_business, said};

/// The person who takes what Maitred cannot serve, and is not to be rung for a machine.
const OWNER: &str = "+15551230099";

#[tokio::test(flavor = "multi_thread")]
async fn callers_who_are_strangers() {
    let house = Setup::default()
        .with("FALLBACK_NUMBER", OWNER)
        .with("VOICE_AI_PATIENCE_MS", "2500")
        .with_business(example_business(40))
        .open()
        .await;
    Library::at(house)
        .story(
            "somebody who speaks Spanish is told so in Spanish and has a person",
            spanish,
        )
        .story("a silent caller is asked twice and let go", silent)
        .story("a caller hangs up in the middle of a word", mid_word)
        .story(
            "keys that nobody asked for lead nowhere, and nought to a person",
            keys_only,
        )
        .told()
        .await;
}

async fn spanish(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says("hola buenas tardes quisiera hacer una reservación para el sábado")
        .await;
    call.hears("Un momento, por favor. Le comunico con una persona.")
        .await;
    call.is_put_through_to(OWNER).await;
    call.booked_nothing().await;
}

async fn silent(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.hears("Are you still there?").await;
    call.hears("I can't hear you very well.").await;
    call.hears("Please call again any time. Goodbye.").await;
    call.is_let_go("silent").await;
    call.booked_nothing().await;
}

async fn mid_word(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says(format!("i want a party on {} at six pm", said(call.day())))
        .await;
    call.hears("How many people").await;
    call.hangs_up_saying("oh it's going to be about twenty fi")
        .await;
    call.ended("hung_up").await;
    call.booked_nothing().await;
    let card = call.card().await;
    let missing = card["missing"].as_str().unwrap_or_default();
    assert!(missing.contains("no booking was made"), "{card}");
}

async fn keys_only(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.presses("12").await;
    call.hears("Are you still there?").await;
    call.presses("0").await;
    call.hears("I'll put you through.").await;
    call.is_put_through_to(OWNER).await;
    call.booked_nothing().await;
}
