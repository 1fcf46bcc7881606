//! Callers with a booking: they move it, make it bigger, cancel it, or think better of it. Nothing of it is told to a stranger.

use jiff::ToSpan as _;
use maitred_actors::types::{BookingDetails, PhoneNumber, Place};
use maitred_harness::{Call, Library, Setup, example_business, nth_said, said};

#[tokio::test(flavor = "multi_thread")]
async fn callers_with_a_booking() {
    let house = Setup::default()
        .with_business(example_business(40))
        .open()
        .await;
    Library::at(house)
        .story("a booking is moved to another time", moved)
        .story(
            "a booking is moved to another day, said at once",
            moved_at_once,
        )
        .story("more guests come, and the price is told again", more_guests)
        .story(
            "a party is put off by a week and an hour, with two more guests",
            put_off,
        )
        .story("a booking is cancelled after it was read back", cancelled)
        .story("a caller thinks better of it, and the booking stands", kept)
        .story("a cancellation becomes another day", moved_instead)
        .story(
            "a booking under another number is found by name and day",
            by_name_and_day,
        )
        .story(
            "a booking that nobody made is not found, and that is said",
            not_found,
        )
        .story("a stranger with only a name learns nothing", stranger)
        .told()
        .await;
}

/// Has the caller's party in the book: on the call's day at six, for twelve.
async fn has_a_party(call: &Call, name: &str) {
    has_a_party_at(call, name, call.number()).await;
}

async fn has_a_party_at(call: &Call, name: &str, number: &str) {
    let details = BookingDetails {
        starts: call.day().at(18, 0, 0, 0),
        party_size: 12,
        name: name.to_owned(),
        phone: PhoneNumber::parse(number),
        place: Some(Place {
            zip: Some("95112".to_owned()),
            ..Place::default()
        }),
        ..BookingDetails::default()
    };
    call.house().books(details).await;
}

async fn moved(call: &mut Call) {
    has_a_party(call, "Maria Delgado").await;
    call.hears("How can I help you?").await;
    call.says("hi i need to change my booking").await;
    call.hears("your party on").await;
    call.hears("at six p.m. for twelve people").await;
    call.hears("What would you like to change?").await;
    call.says("um can we do seven thirty instead").await;
    call.hears("at seven thirty p.m., for twelve people").await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("It's changed").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booking_changed").await;
    let row = call.house().party_of(call.number()).await;
    assert_eq!(row["starts_local"], call.day().at(19, 30, 0, 0).to_string());
    assert_eq!(row["changes"][0]["kind"], "changed");
    call.booked_nothing().await;
}

async fn moved_at_once(call: &mut Call) {
    has_a_party(call, "Priya Sharma").await;
    let day = call.day() + 20.days();
    call.hears("How can I help you?").await;
    call.says(format!("hey i have to move my party to {}", said(day)))
        .await;
    call.hears(said(day)).await;
    call.hears("Is that right?").await;
    call.says("yep that's it").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booking_changed").await;
    let row = call.house().party_of(call.number()).await;
    assert_eq!(row["starts_local"], day.at(18, 0, 0, 0).to_string());
}

async fn more_guests(call: &mut Call) {
    has_a_party(call, "Lisa Wong").await;
    call.hears("How can I help you?").await;
    call.says("hi i'd like to change my reservation").await;
    call.hears("What would you like to change?").await;
    call.says("it's gonna be twenty people now").await;
    call.hears("for twenty people").await;
    call.hears("The total comes to one thousand two hundred dollars.")
        .await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booking_changed").await;
    let row = call.house().party_of(call.number()).await;
    assert_eq!(row["party_size"], 20);
}

async fn put_off(call: &mut Call) {
    has_a_party(call, "Maria Delgado").await;
    let later = call.day() + 7.days();
    call.hears("How can I help you?").await;
    call.says("hi it's about a party i booked can we move it a week later")
        .await;
    call.hears(format!("{} at six p.m., for twelve people", said(later)))
        .await;
    call.hears("Is that right?").await;
    call.says("and an hour later please and there will be two more people")
        .await;
    call.hears("at seven p.m., for fourteen people").await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("It's changed").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booking_changed").await;
    let row = call.house().party_of(call.number()).await;
    assert_eq!(row["starts_local"], later.at(19, 0, 0, 0).to_string());
    assert_eq!(row["party_size"], 14);
    call.booked_nothing().await;
}

async fn cancelled(call: &mut Call) {
    has_a_party(call, "Tom Brown").await;
    call.hears("How can I help you?").await;
    call.says("yeah hi i need to cancel my party unfortunately")
        .await;
    call.hears("at six p.m. for twelve people. Shall I cancel it?")
        .await;
    call.says("yes please").await;
    call.hears("is cancelled.").await;
    call.is_let_go("booking_cancelled").await;
    let row = call.house().party_of(call.number()).await;
    assert_eq!(row["status"], "cancelled");
}

async fn kept(call: &mut Call) {
    has_a_party(call, "Denise Walker").await;
    call.hears("How can I help you?").await;
    call.says("i think i have to cancel my booking").await;
    call.hears("Shall I cancel it?").await;
    call.says("uh no you know what leave it").await;
    call.hears("I'll leave it as it is.").await;
    call.is_let_go("no_booking").await;
    let row = call.house().party_of(call.number()).await;
    assert_eq!(row["status"], "confirmed");
    assert_eq!(row["changes"].as_array().map(Vec::len), Some(0));
}

async fn moved_instead(call: &mut Call) {
    has_a_party(call, "Ana Costa").await;
    let day = call.day() + 20.days();
    call.hears("How can I help you?").await;
    call.says("cancel my reservation please").await;
    call.hears("Shall I cancel it?").await;
    call.says(format!("actually no can we just move it to {}", said(day)))
        .await;
    call.hears(said(day)).await;
    call.hears("Is that right?").await;
    call.says("yes thanks").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booking_changed").await;
    let row = call.house().party_of(call.number()).await;
    assert_eq!(row["starts_local"], day.at(18, 0, 0, 0).to_string());
    assert_eq!(row["status"], "confirmed");
}

async fn by_name_and_day(call: &mut Call) {
    has_a_party_at(call, "Dorothy Miller", "+14155550111").await;
    call.hears("How can I help you?").await;
    call.says("i need to cancel a booking my mother made").await;
    call.hears("What name is the booking under").await;
    call.says(format!(
        "it's under dorothy miller for {}",
        said(call.day())
    ))
    .await;
    call.hears("Shall I cancel it?").await;
    call.says("yes").await;
    call.hears("is cancelled.").await;
    call.is_let_go("booking_cancelled").await;
    let row = call.house().party_of("+14155550111").await;
    assert_eq!(row["status"], "cancelled");
}

async fn not_found(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says("i want to cancel my booking").await;
    call.hears("What name is the booking under, and for which day?")
        .await;
    call.says(format!("it's under tom green for {}", nth_said(call.day())))
        .await;
    call.hears("I can't find a booking like that.").await;
    call.says("huh okay never mind then bye").await;
    call.hears("Goodbye.").await;
    call.is_let_go("no_booking").await;
    call.booked_nothing().await;
}

async fn stranger(call: &mut Call) {
    has_a_party_at(call, "Siobhan Nguyen", "+14155550122").await;
    call.hears("How can I help you?").await;
    call.says("hi i want to change the booking of siobhan nguyen")
        .await;
    call.hears("for which day?").await;
    call.says("it's under siobhan nguyen i don't know the day")
        .await;
    call.hears("day").await;
    call.never_heard("six pm");
    call.never_heard("twelve people");
    call.never_heard(&said(call.day()));
    call.hangs_up().await;
    call.ended("hung_up").await;
    let row = call.house().party_of("+14155550122").await;
    assert_eq!(row["status"], "confirmed");
}
