//! Callers in a mood: angry, confused, a child, children around, in doubt whom they talk with, at ease with nothing but yes.

use maitred_harness::{Call, Library, Party, Setup, example_business, nth_said, said};

/// The person who takes what Maitred cannot serve.
const OWNER: &str = "+15551230099";

#[tokio::test(flavor = "multi_thread")]
async fn callers_in_a_mood() {
    let house = Setup::default()
        .with("FALLBACK_NUMBER", OWNER)
        .with_business(example_business(40))
        .open()
        .await;
    Library::at(house)
        .story("an angry caller has a kind word, and then a person", angry)
        .story("an angry caller who is met kindly can still book", calmed)
        .story("an elderly caller is told again, and gets there", elderly)
        .story("a child hangs up, and nothing is booked", child)
        .story(
            "what is said to the children is not meant for us",
            children_around,
        )
        .story("a host is honest about being a machine", robot)
        .story("nothing but yes books nothing", only_yes)
        .story("stories of a cousin end with a person", evasive)
        .story("goodbye in the middle is goodbye", goodbye_in_between)
        .told()
        .await;
}

async fn angry(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says("this is ridiculous i've been calling you idiots all day")
        .await;
    call.hears("I'm sorry for the trouble. I'd like to help.")
        .await;
    call.says("i don't want your help you useless piece of shit")
        .await;
    call.hears("I'll put you through.").await;
    call.is_put_through_to(OWNER).await;
    call.booked_nothing().await;
}

async fn calmed(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says("finally jesus i've been on hold forever this is bullshit")
        .await;
    call.hears("I'm sorry for the trouble. I'd like to help.")
        .await;
    call.says(format!(
        "whatever i need a party on {} at six pm for ten people",
        said(call.day())
    ))
    .await;
    call.hears("ZIP code").await;
    call.says("nine five one one two").await;
    call.hears("What name should I put it under?").await;
    call.says("tom brown").await;
    call.hears("Is that right?").await;
    call.says("yeah fine").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(call.day(), (18, 0), 10, "Tom Brown"))
        .await;
}

async fn elderly(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says("hello hello is somebody there").await;
    call.hears("book a party").await;
    call.says("oh good i wanted one of those chefs to come to the house and cook for my grandson")
        .await;
    call.hears("day").await;
    call.says(format!(
        "what well his birthday is on {} my late husband used to love birthdays you know",
        nth_said(call.day())
    ))
    .await;
    call.hears("What time should it start?").await;
    call.says("what did you say dear").await;
    call.hears_something().await;
    call.says("oh six o'clock we eat early").await;
    call.hears("How many people").await;
    call.says("well let me think there'll be nine of us").await;
    call.hears("ZIP code").await;
    call.says("pardon").await;
    call.hears("ZIP code").await;
    call.says("oh it's nine five one one two").await;
    call.hears("What name should I put it under?").await;
    call.says("dorothy miller").await;
    call.hears("for nine people").await;
    call.hears("Is that right?").await;
    call.says("yes dear that's right").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    let row = call
        .booked(Party::on(call.day(), (18, 0), 9, "Dorothy Miller"))
        .await;
    assert_eq!(row["occasion"], "birthday");
}

async fn child(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says("hi um is this the hibachi man").await;
    call.hears("My Hibachi Chef").await;
    call.says("can you come to my house").await;
    call.hears("We serve").await;
    call.says("my mommy is at work").await;
    call.hears("book a party").await;
    call.says("okay bye bye").await;
    call.hears("Goodbye.").await;
    call.is_let_go("no_booking").await;
    call.booked_nothing().await;
}

async fn children_around(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says("hi yeah i want to book a hold on honey stop it put that down")
        .await;
    call.hears("What day would you like the party?").await;
    call.says(format!("sorry um a party for {}", said(call.day())))
        .await;
    call.hears("What time should it start?").await;
    call.says("no not you i'm on the phone yeah six").await;
    call.hears("How many people").await;
    call.says("twelve people i said stop it").await;
    call.hears("ZIP code").await;
    call.says("nine five one one two").await;
    call.hears("What name should I put it under?").await;
    call.says("tom brown").await;
    call.hears("at six p.m., for twelve people").await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(call.day(), (18, 0), 12, "Tom Brown"))
        .await;
}

async fn robot(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says("are you a robot").await;
    call.hears("I'm the automated host, and I can book a party for you.")
        .await;
    call.says(format!(
        "huh okay well i want a party on {} at six",
        nth_said(call.day())
    ))
    .await;
    call.hears("How many people").await;
    call.says("twelve").await;
    call.hears("ZIP code").await;
    call.says("nine five one one two").await;
    call.hears("What name should I put it under?").await;
    call.says("tom brown").await;
    call.hears("Is that right?").await;
    call.says("wait am i talking to a machine").await;
    call.hears("I'm the automated host").await;
    call.hears("Is that right?").await;
    call.says("alright yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(call.day(), (18, 0), 12, "Tom Brown"))
        .await;
}

async fn only_yes(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says("yes").await;
    call.hears("What day would you like the party?").await;
    call.says("yes").await;
    call.hears("day").await;
    call.says("yes").await;
    call.hears("day").await;
    call.says("yes").await;
    call.hears("I'll put you through.").await;
    call.is_put_through_to(OWNER).await;
    call.booked_nothing().await;
}

async fn evasive(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says("so my cousin had one of these last summer and it was amazing")
        .await;
    call.hears("day").await;
    call.says("the onions on fire and everything").await;
    call.hears("day").await;
    call.says("i mean we laughed so hard").await;
    call.hears("day").await;
    call.says("my aunt marge almost fell off her chair").await;
    call.hears("I'll put you through.").await;
    call.is_put_through_to(OWNER).await;
    call.booked_nothing().await;
}

async fn goodbye_in_between(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says("i want to book a party").await;
    call.hears("What day would you like the party?").await;
    call.says(said(call.day())).await;
    call.hears("What time should it start?").await;
    call.says("you know what i have to ask my wife i'll call you back later bye")
        .await;
    call.hears("Thank you for calling. Goodbye.").await;
    call.is_let_go("no_booking").await;
    call.booked_nothing().await;
    let card = call.card().await;
    assert!(
        card["wanted"].as_str().unwrap().contains("booking"),
        "{card}"
    );
}
