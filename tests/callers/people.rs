//! Callers who want a person: put through where somebody is there, told the truth where nobody is, and called back when they ask
//! for that.

use maitred_harness::{Call, Library, Party, Setup, example_business, said};
use ringcentral_sim::phone::Reaction;

/// The person whom the caller is put through to.
const OWNER: &str = "+15551230099";

#[tokio::test(flavor = "multi_thread")]
async fn callers_who_want_a_person() {
    let house = Setup::default()
        .with("FALLBACK_NUMBER", OWNER)
        .with_business(example_business(40))
        .open()
        .await;
    Library::at(house)
        .story("one word is enough for a person", one_word)
        .story(
            "a person is asked for in the middle of a booking",
            in_between,
        )
        .story(
            "what nobody understands three times goes to a person",
            not_understood,
        )
        .told()
        .await;
}

async fn one_word(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says("representative").await;
    call.hears("I'll put you through.").await;
    call.is_put_through_to(OWNER).await;
}

async fn in_between(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says(format!("a party on {} at six pm", said(call.day())))
        .await;
    call.hears("How many people").await;
    call.says("you know what can i just talk to somebody please")
        .await;
    call.hears("I'll put you through.").await;
    call.is_put_through_to(OWNER).await;
    call.booked_nothing().await;
    let card = call.card().await;
    let missing = card["missing"].as_str().unwrap();
    assert!(missing.contains("no booking was made"), "{card}");
}

async fn not_understood(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says("mumble the thing with the flibber").await;
    call.hears("book a party").await;
    call.says("the flibber you know the gadoodle").await;
    call.hears("day").await;
    call.says("gadoodle").await;
    call.hears("I'll put you through.").await;
    call.is_put_through_to(OWNER).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_whom_nobody_can_take() {
    let house = Setup::default()
        .at_ringcentral()
        .with("FALLBACK_NUMBER", OWNER)
        .with("HANDOVER_RING_SECONDS", "5")
        .with_business(example_business(40))
        .open()
        .await;
    let _owner = house.exchange().person(OWNER, Reaction::Ring).await;
    Library::at(house)
        .story(
            "the owner does not pick up, and a message is taken",
            message,
        )
        .story(
            "the owner does not pick up, and the caller books instead",
            books_instead,
        )
        .story("a caller asks to be called back, and leaves why", call_back)
        .told()
        .await;
}

async fn message(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says("can i speak to the owner please").await;
    call.hears("nobody can come to the phone right now").await;
    call.hears("Which would you like?").await;
    call.says("uh just take a message").await;
    call.hears("What would you like me to pass on?").await;
    call.says("the invoice from may has the wrong address on it")
        .await;
    call.hears("And who may I say it is from?").await;
    call.says("maria delgado").await;
    call.hears(
        "I'll pass this on from Maria Delgado: the invoice from may has the wrong address on it.",
    )
    .await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("message_taken").await;
    let card = call.card().await;
    assert!(
        card["wanted"].as_str().unwrap().contains("wrong address"),
        "{card}"
    );
    assert!(
        card["missing"].as_str().unwrap().contains("call back"),
        "{card}"
    );
}

async fn books_instead(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says("let me talk to a real person").await;
    call.hears("nobody can come to the phone right now").await;
    call.hears("Which would you like?").await;
    call.says(format!(
        "okay fine then book me {} at six pm for twelve people",
        said(call.day())
    ))
    .await;
    call.hears("ZIP code").await;
    call.says("nine five one one two").await;
    call.hears("What name should I put it under?").await;
    call.says("tom brown").await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(call.day(), (18, 0), 12, "Tom Brown"))
        .await;
}

async fn call_back(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says("hi could you have somebody call me back").await;
    call.hears("nobody can come to the phone right now").await;
    call.says("then just have them call me").await;
    call.hears("What would you like me to pass on?").await;
    call.says("it's about catering for our office party").await;
    call.hears("And who may I say it is from?").await;
    call.says("tom brown").await;
    call.hears("We'll call you back at the number you're calling from. Is that right?")
        .await;
    call.says("yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("message_taken").await;
    let card = call.card().await;
    assert!(
        card["wanted"].as_str().unwrap().contains("office party"),
        "{card}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_where_nobody_is() {
    let house = Setup::default()
        .with("VOICE_AI_MAX_CONVERSATION_TURNS", "5")
        .with_business(example_business(40))
        .open()
        .await;
    Library::at(house)
        .story("where nobody is, that is said", nobody_is_there)
        .story("questions without end come to one", endless_questions)
        .story("where nobody is, that is said in Spanish too", nadie)
        .told()
        .await;
}

async fn endless_questions(call: &mut Call) {
    call.hears("How can I help you?").await;
    for (asked, answer) in [
        ("what are your hours", "between eleven a.m. and nine p.m."),
        (
            "and what's on the menu",
            "Each guest chooses two of chicken",
        ),
        ("do i have to pay a deposit", "There is no deposit."),
        (
            "and how much is it again",
            "What would you like me to pass on?",
        ),
        ("what was that", "I've written down that you called"),
    ] {
        call.says(asked).await;
        call.hears(answer).await;
    }
    call.hears("Goodbye.").await;
    call.is_let_go("turn_limit").await;
    call.booked_nothing().await;
}

async fn nobody_is_there(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says("hi can i speak to a manager please").await;
    call.hears("nobody can take your call right now.").await;
    call.says("no that's okay bye").await;
    call.hears("Goodbye.").await;
    call.is_let_go("person_wanted").await;
    let card = call.card().await;
    let missing = card["missing"].as_str().unwrap();
    assert!(missing.contains("the caller wants a person"), "{card}");
}

async fn nadie(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says("buenas tardes quiero hacer una reservación para mi hija")
        .await;
    call.hears("Lo siento, ahora no hay nadie.").await;
    call.is_let_go("person_wanted").await;
}
