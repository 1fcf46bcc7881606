//! Callers who change their mind, or were not heard right the first time. What they say last is what is booked.

use jiff::ToSpan as _;
use maitred_harness::{Call, Library, Party, Setup, example_business, nth_said, said};

#[tokio::test(flavor = "multi_thread")]
async fn callers_who_correct() {
    let house = Setup::default()
        .with_business(example_business(40))
        .open()
        .await;
    Library::at(house)
        .story("the day is corrected after the read-back", the_day)
        .story(
            "size and name are corrected at the read-back",
            size_and_name,
        )
        .story(
            "a part of it is wrong, and only then is it told which",
            which_part,
        )
        .story("the time is changed twice", time_twice)
        .story("a correction in mid sentence counts", in_mid_sentence)
        .story(
            "what was told is changed while something else is asked",
            meanwhile,
        )
        .story(
            "the ZIP code is corrected, and the price with it",
            the_place,
        )
        .story(
            "a name is spelled, and a question after the yes is answered first",
            spelled_and_asked,
        )
        .told()
        .await;
}

async fn the_day(call: &mut Call) {
    let (wrong, right) = (call.day(), call.day() + 1.days());
    call.hears("How can I help you?").await;
    call.says(format!(
        "book a party on {} at six pm for twelve people zip code nine five one one two under john smith",
        said(wrong)
    ))
    .await;
    call.hears(said(wrong)).await;
    call.hears("Is that right?").await;
    call.says(format!("no no not {} {}", nth_said(wrong), nth_said(right)))
        .await;
    call.hears(said(right)).await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(right, (18, 0), 12, "John Smith"))
        .await;
}

async fn spelled_and_asked(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says(format!(
        "book {} at six pm for twelve people",
        said(call.day())
    ))
    .await;
    call.hears("ZIP code").await;
    call.says("nine five one one two").await;
    call.hears("What name should I put it under?").await;
    call.says("john smith that's s m y t h").await;
    call.hears("under John Smyth").await;
    call.hears("Is that right?").await;
    call.says("yes but how do i pay").await;
    call.hears("There is no deposit.").await;
    call.says("okay yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(call.day(), (18, 0), 12, "John Smyth"))
        .await;
}

async fn size_and_name(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says(format!(
        "book {} at six pm for twelve people zip code nine five one one two under john smith",
        said(call.day())
    ))
    .await;
    call.hears("for twelve people").await;
    call.hears("Is that right?").await;
    call.says("no it's fourteen people and the name is jane smith")
        .await;
    call.hears("for fourteen people").await;
    call.hears("under Jane Smith").await;
    call.hears("Is that right?").await;
    call.says("perfect yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(call.day(), (18, 0), 14, "Jane Smith"))
        .await;
}

async fn which_part(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says(format!(
        "i'd like {} at five pm for ten people zip code nine five one one two under tom brown",
        said(call.day())
    ))
    .await;
    call.hears("Is that right?").await;
    call.says("no that's wrong").await;
    call.hears("What should I change?").await;
    call.says("it should be seven pm").await;
    call.hears("at seven p.m., for ten people").await;
    call.hears("Is that right?").await;
    call.says("now it is yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(call.day(), (19, 0), 10, "Tom Brown"))
        .await;
}

async fn time_twice(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says(format!(
        "book {} at six pm for twelve people zip code nine five one one two under john smith",
        said(call.day())
    ))
    .await;
    call.hears("at six p.m.").await;
    call.hears("Is that right?").await;
    call.says("actually can we make it seven o'clock").await;
    call.hears("at seven p.m., for twelve people").await;
    call.hears("Is that right?").await;
    call.says("hmm wait no you know what five thirty is better")
        .await;
    call.hears("at five thirty p.m., for twelve people").await;
    call.hears("Is that right?").await;
    call.says("yeah okay good").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(call.day(), (17, 30), 12, "John Smith"))
        .await;
}

async fn in_mid_sentence(call: &mut Call) {
    let (wrong, right) = (call.day(), call.day() + 1.days());
    call.hears("How can I help you?").await;
    call.says(format!(
        "yeah can i get {} no sorry {} at four pm for uh eight no ten people",
        said(wrong),
        said(right)
    ))
    .await;
    call.hears("ZIP code").await;
    call.says("nine five one one two").await;
    call.hears("What name should I put it under?").await;
    call.says("lisa wong").await;
    call.hears(said(right)).await;
    call.hears("at four p.m., for ten people").await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(right, (16, 0), 10, "Lisa Wong"))
        .await;
}

async fn meanwhile(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says(format!(
        "a party on {} at six pm for ten people",
        said(call.day())
    ))
    .await;
    call.hears("ZIP code").await;
    call.says("oh and actually it's going to be twelve people")
        .await;
    call.hears("ZIP code").await;
    call.says("nine five one one two").await;
    call.hears("What name should I put it under?").await;
    call.says("maria delgado and make that seven pm please")
        .await;
    call.hears("at seven p.m., for twelve people").await;
    call.hears("under Maria Delgado").await;
    call.hears("Is that right?").await;
    call.says("that's correct").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(call.day(), (19, 0), 12, "Maria Delgado"))
        .await;
}

async fn the_place(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says(format!(
        "book {} at six pm for twenty people zip code nine five one one two under tom brown",
        said(call.day())
    ))
    .await;
    call.hears("The total comes to one thousand two hundred dollars. Is that right?")
        .await;
    call.says("no the zip code is nine four one one zero").await;
    call.hears("in ZIP nine, four, one, one, zero").await;
    call.hears("The total comes to one thousand two hundred thirty-six dollars. Is that right?")
        .await;
    call.says("yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    let row = call
        .booked(Party::on(call.day(), (18, 0), 20, "Tom Brown"))
        .await;
    assert_eq!(row["quoted_cents"], 123_600);
}
