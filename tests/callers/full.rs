//! Callers who want a time that is taken, and callers who were here before. The book is one crew's, and it is full at six.

use maitred_actors::types::{BookingDetails, PhoneNumber};
use maitred_harness::{Call, Library, Party, Setup, example_business, said};

#[tokio::test(flavor = "multi_thread")]
async fn callers_who_find_the_book_full() {
    let house = Setup::default()
        .with_business(example_business(1))
        .open()
        .await;
    Library::at(house)
        .story(
            "a time that is taken is not promised, and another is taken",
            takes_another,
        )
        .story("who wants nothing else books nothing", wants_nothing_else)
        .story("another day is found instead", another_day)
        .story("a returning caller keeps the name of last time", same_name)
        .story("a returning caller gives another name", other_name)
        .told()
        .await;
}

/// Fills the call's day at six.
async fn is_full_at_six(call: &Call) {
    let details = BookingDetails {
        starts: call.day().at(18, 0, 0, 0),
        party_size: 10,
        name: "Somebody Else".to_owned(),
        ..BookingDetails::default()
    };
    call.house().books(details).await;
}

async fn takes_another(call: &mut Call) {
    is_full_at_six(call).await;
    call.hears("How can I help you?").await;
    call.says(format!(
        "book {} at six pm for ten people",
        said(call.day())
    ))
    .await;
    call.hears("at six p.m. is already full.").await;
    call.says("shoot um what about noon").await;
    call.hears("ZIP code").await;
    call.says("nine five one one two").await;
    call.hears("What name should I put it under?").await;
    call.says("maria delgado").await;
    call.hears("at noon, for ten people").await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(call.day(), (12, 0), 10, "Maria Delgado"))
        .await;
}

async fn wants_nothing_else(call: &mut Call) {
    is_full_at_six(call).await;
    call.hears("How can I help you?").await;
    call.says(format!(
        "can i get {} at six for ten people",
        said(call.day())
    ))
    .await;
    call.hears("is already full.").await;
    call.says("no it has to be six").await;
    call.hears("is already full.").await;
    call.says("then forget it bye").await;
    call.hears("Goodbye.").await;
    call.is_let_go("no_booking").await;
    call.booked_nothing().await;
}

async fn another_day(call: &mut Call) {
    is_full_at_six(call).await;
    let other = call.day().saturating_add(jiff::Span::new().days(20));
    call.hears("How can I help you?").await;
    call.says(format!(
        "i'd love {} at six pm for ten people",
        said(call.day())
    ))
    .await;
    call.hears("is already full.").await;
    call.says("no none of those").await;
    call.hears("What other day or time would suit you?").await;
    call.says(format!("how about {} at six", said(other))).await;
    call.hears("ZIP code").await;
    call.says("nine five one one two").await;
    call.hears("What name should I put it under?").await;
    call.says("lisa wong").await;
    call.hears(said(other)).await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(other, (18, 0), 10, "Lisa Wong"))
        .await;
}

/// Has a party of this caller in the book that was last month.
async fn was_here_before(call: &Call, name: &str) {
    let details = BookingDetails {
        starts: call
            .day()
            .saturating_sub(jiff::Span::new().days(40))
            .at(18, 0, 0, 0),
        party_size: 10,
        name: name.to_owned(),
        phone: PhoneNumber::parse(call.number()),
        ..BookingDetails::default()
    };
    call.house().books(details).await;
}

async fn same_name(call: &mut Call) {
    was_here_before(call, "Dorothy Miller").await;
    call.hears("How can I help you?").await;
    call.says(format!(
        "book {} at two pm for ten people zip code nine five one one two",
        said(call.day())
    ))
    .await;
    call.hears("Welcome back. Should I put it under Dorothy Miller, as last time?")
        .await;
    call.says("oh yes please").await;
    call.hears("under Dorothy Miller").await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(call.day(), (14, 0), 10, "Dorothy Miller"))
        .await;
}

async fn other_name(call: &mut Call) {
    was_here_before(call, "Tom Brown").await;
    call.hears("How can I help you?").await;
    call.says(format!(
        "book {} at two pm for ten people zip code nine five one one two",
        said(call.day())
    ))
    .await;
    call.hears("Should I put it under Tom Brown").await;
    call.says("no put it under priya sharma").await;
    call.hears("under Priya Sharma").await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(call.day(), (14, 0), 10, "Priya Sharma"))
        .await;
}
