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
        .story("a wrong number hears whose number it is", wrong_number)
        .story("somebody looks for the dentist", dentist)
        .story(
            "somebody who speaks Spanish is told so in Spanish and has a person",
            spanish,
        )
        .story(
            "a recorded pitch is not put through to the owner",
            recorded_pitch,
        )
        .story("a pitch that goes on and on comes to an end", endless_pitch)
        .story("a silent caller is asked twice and let go", silent)
        .story("a caller hangs up in the middle of a word", mid_word)
        .story(
            "keys that nobody asked for lead nowhere, and nought to a person",
            keys_only,
        )
        .told()
        .await;
}

async fn wrong_number(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says("hi is this pizza hut").await;
    call.hears("My Hibachi Chef").await;
    call.says("oh sorry wrong number").await;
    call.hears("Goodbye.").await;
    call.is_let_go("no_booking").await;
    call.booked_nothing().await;
}

async fn dentist(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says("hello is dr patel in i have a toothache").await;
    call.hears("book a party").await;
    call.says("oh isn't this the dentist").await;
    call.hears("My Hibachi Chef").await;
    call.says("oh i'm so sorry i must have the wrong number bye")
        .await;
    call.hears("Goodbye.").await;
    call.is_let_go("no_booking").await;
    call.booked_nothing().await;
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

async fn recorded_pitch(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.interrupts(
        "hello this is an important message about your car's extended warranty we have been trying to reach you your \
         vehicle's factory warranty is about to expire",
    )
    .await;
    call.says(
        "press one to speak with a representative about extending your coverage or press nine to be removed from our \
         list",
    )
    .await;
    call.hears("Goodbye.").await;
    call.is_let_go("no_booking").await;
    call.booked_nothing().await;
    let record = call.story().await["record"].clone();
    assert!(record["handed_over_to"].is_null(), "{record}");
}

async fn endless_pitch(call: &mut Call) {
    call.hears("How can I help you?").await;
    for sentence in [
        "hi this is jessica from google business services we noticed that your google listing has not been verified",
        "you may be missing out on customers because your business is not showing up on the first page",
        "for a limited time only we can guarantee the top spot for your business",
        "to talk to a specialist about your listing press one now",
    ] {
        call.interrupts(sentence).await;
        call.hears_something().await;
    }
    call.is_let_go("no_booking").await;
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
