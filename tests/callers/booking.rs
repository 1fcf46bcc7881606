//! Callers who book a party, each in their own way.

use jiff::ToSpan as _;
use jiff::civil::Weekday::Saturday;
use maitred_harness::{Call, Library, Party, Setup, example_business, nth_said, said};

#[tokio::test(flavor = "multi_thread")]
async fn callers_who_book() {
    let house = Setup::default()
        .with_business(example_business(40))
        .open()
        .await;
    Library::at(house)
        .story(
            "a mother books her daughter's birthday as people really talk",
            birthday,
        )
        .story("everything is said in one breath", one_breath)
        .story("each thing is asked for and told by itself", slot_by_slot)
        .story("a name is spelled", spelled_name)
        .story(
            "an e-mail address and another number are told with the name",
            other_number,
        )
        .story("the number that calls is the one to call back", same_number)
        .story("the guests are typed on the keypad", keypad)
        .story(
            "the caller hangs up right after the yes, and the booking stands once",
            yes_and_gone,
        )
        .story("two parties are booked in one call", two_parties)
        .told()
        .await;
}

async fn two_parties(call: &mut Call) {
    let (first, second) = (call.day(), call.day() + 21.days());
    call.hears("How can I help you?").await;
    call.says(format!(
        "hi i need to book two parties one on {}",
        said(first)
    ))
    .await;
    call.hears("What time should it start?").await;
    call.says("six pm for ten people zip code nine five one one two")
        .await;
    call.hears("What name should I put it under?").await;
    call.says("priya sharma").await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("You're booked").await;
    call.hears("Now the other one.").await;
    call.says(format!("{} at noon for twenty", said(second)))
        .await;
    call.hears(said(second)).await;
    call.hears("for twenty people, in ZIP nine, five, one, one, two, under Priya Sharma")
        .await;
    call.says("yep").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    let made = [
        Party::on(first, (18, 0), 10, "Priya Sharma"),
        Party::on(second, (12, 0), 20, "Priya Sharma"),
    ];
    call.booked_all(&made).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_who_are_asked_for_the_address() {
    let business = example_business(40).replace("[area]\n", "[area]\nasks_address = true\n");
    let house = Setup::default().with_business(business).open().await;
    Library::at(house)
        .story("the whole address is told at once", whole_address)
        .story(
            "who has no address yet books with the ZIP code alone",
            no_address_yet,
        )
        .told()
        .await;
}

async fn whole_address(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says(format!(
        "a party on {} at six pm for ten people",
        said(call.day())
    ))
    .await;
    call.hears("What is the address of the party, with the ZIP code?")
        .await;
    call.says("uh it's forty two oak street san jose nine five one one two")
        .await;
    call.hears("What name should I put it under?").await;
    call.says("maria delgado").await;
    call.hears("Oak Street").await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    let row = call
        .booked(Party::on(call.day(), (18, 0), 10, "Maria Delgado"))
        .await;
    assert_eq!(row["zip"], "95112");
    assert!(
        row["address"].as_str().unwrap().contains("oak street"),
        "{row}"
    );
}

async fn no_address_yet(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says(format!(
        "a party on {} at six pm for ten people zip code nine five one one two",
        said(call.day())
    ))
    .await;
    call.hears("What is the street address there?").await;
    call.says("i don't know yet i'll tell you later").await;
    call.hears("What name should I put it under?").await;
    call.says("tom brown").await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(call.day(), (18, 0), 10, "Tom Brown"))
        .await;
}

async fn birthday(call: &mut Call) {
    let saturday = call.next(Saturday);
    let nth = nth_said(saturday);
    call.hears("How can I help you?").await;
    call.says(format!(
        "uh hi my daughter's turning thirteen um {nth} it's a saturday i think like two-ish maybe fourteen fifteen \
         people half of them kids"
    ))
    .await;
    call.hears("ZIP code").await;
    call.says("uh it's nine five one one two").await;
    call.hears("What name should I put it under?").await;
    call.says("oh maria delgado").await;
    call.hears(said(saturday)).await;
    call.hears("at two p.m., for fifteen people, seven of them children")
        .await;
    call.hears("The total comes to six hundred ninety dollars. Is that right?")
        .await;
    call.says("yeah that's right").await;
    call.hears("Your confirmation number is").await;
    call.is_let_go("booked").await;
    let row = call
        .booked(Party::on(saturday, (14, 0), 15, "Maria Delgado"))
        .await;
    assert_eq!(row["children"], 7);
    assert_eq!(row["zip"], "95112");
    let card = call.card().await;
    assert!(
        card["promised"].as_str().unwrap().starts_with("booking MH"),
        "{card}"
    );
}

async fn one_breath(call: &mut Call) {
    let day = said(call.day());
    call.hears("How can I help you?").await;
    call.says(format!(
        "hi i'd like to book a hibachi party for {day} at six pm for twelve people the zip code is nine five one one \
         two and the name is tom brown"
    ))
    .await;
    call.hears("Let me read that back").await;
    call.hears("at six p.m., for twelve people, in ZIP nine, five, one, one, two, under Tom Brown")
        .await;
    call.hears("Is that right?").await;
    call.says("yep").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(call.day(), (18, 0), 12, "Tom Brown"))
        .await;
}

async fn slot_by_slot(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says("hi there").await;
    call.hears("Would you like to book a party?").await;
    call.says("yeah i wanna book a party").await;
    call.hears("What day would you like the party?").await;
    call.says(nth_said(call.day())).await;
    call.hears("What time should it start?").await;
    call.says("six").await;
    call.hears("How many people will there be?").await;
    call.says("um i think like twelve adults and uh four kids")
        .await;
    call.hears("ZIP code").await;
    call.says("it's nine four one one zero").await;
    call.hears("What name should I put it under?").await;
    call.says("priya sharma").await;
    call.hears("for sixteen people, four of them children")
        .await;
    call.hears("Is that right?").await;
    call.says("uh huh").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    let row = call
        .booked(Party::on(call.day(), (18, 0), 16, "Priya Sharma"))
        .await;
    // Twelve at sixty, four at thirty, and eighteen miles beyond the free ones at two dollars.
    assert_eq!(row["quoted_cents"], 87_600);
}

async fn spelled_name(call: &mut Call) {
    let day = said(call.day());
    call.hears("How can I help you?").await;
    call.says(format!(
        "book {day} at five thirty for ten people zip code nine four three oh one"
    ))
    .await;
    call.hears("What name should I put it under?").await;
    call.says("kowalczyk k o w a l c z y k").await;
    call.hears("under Kowalczyk").await;
    call.hears("Is that right?").await;
    call.says("yes perfect").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(call.day(), (17, 30), 10, "Kowalczyk"))
        .await;
}

async fn other_number(call: &mut Call) {
    let day = said(call.day());
    call.hears("How can I help you?").await;
    call.says(format!(
        "hi can i book {day} at noon for eleven people zip code nine five one one two"
    ))
    .await;
    call.hears("What name should I put it under?").await;
    call.says(
        "tom brown and call me at four one five five five five oh one nine nine not this number my email is t o m dot \
         brown at gmail dot com",
    )
    .await;
    call.hears("we can reach you at four one five, five five five, zero one nine nine")
        .await;
    call.hears("Is that right?").await;
    call.says("that's right").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    let row = call
        .booked(Party::on(call.day(), (12, 0), 11, "Tom Brown"))
        .await;
    assert_eq!(row["phone"], "+14155550199");
    assert_eq!(row["email"], "tom.brown@gmail.com");
}

async fn same_number(call: &mut Call) {
    let day = said(call.day());
    call.hears("How can I help you?").await;
    call.says(format!(
        "i need a chef for {day} at seven pm twenty people zip code nine five oh five oh you can reach me at the same \
         number i'm calling from"
    ))
    .await;
    call.hears("What name should I put it under?").await;
    call.says("this is denise walker").await;
    call.hears("under Denise Walker, and we can reach you at the number you're calling from")
        .await;
    call.hears("Is that right?").await;
    call.says("yes ma'am").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    let row = call
        .booked(Party::on(call.day(), (19, 0), 20, "Denise Walker"))
        .await;
    assert_eq!(row["phone"], call.number());
}

async fn keypad(call: &mut Call) {
    let day = said(call.day());
    call.hears("How can I help you?").await;
    call.says(format!("a party on {day} at three pm")).await;
    call.hears("How many people will there be?").await;
    call.presses("14#").await;
    call.hears("ZIP code").await;
    call.says("nine five one one two").await;
    call.hears("What name should I put it under?").await;
    call.says("lisa wong").await;
    call.hears("for fourteen people").await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(call.day(), (15, 0), 14, "Lisa Wong"))
        .await;
}

async fn yes_and_gone(call: &mut Call) {
    let day = said(call.day());
    call.hears("How can I help you?").await;
    call.says(format!(
        "book {day} at six pm for twelve people zip code nine five one one two under maria delgado"
    ))
    .await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("You're booked").await;
    call.hangs_up().await;
    call.ended("booked").await;
    call.booked(Party::on(call.day(), (18, 0), 12, "Maria Delgado"))
        .await;
}
