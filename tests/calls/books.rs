//! A caller books a party, is read back what was understood, confirms, and has the booking.

use maitred_harness::House;

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_books_a_party() {
    let house = House::open().await;
    let mut caller = house.caller().await;
    caller.hears("How can I help you?").await;
    caller.says("I'd like to book a party on June sixth at six pm for twelve people").await;
    caller.hears("What name should I put it under?").await;
    caller.says("Maria Delgado").await;
    caller.hears("Is that right?").await;
    caller.says("yes that's right").await;
    caller.hears("Thank you for calling. Goodbye.").await;
    caller.is_let_go().await;
    let story = house.story_of("+15557650000").await;
    println!("{}", serde_json::to_string_pretty(&story).unwrap());
    assert_eq!(house.bookings_of("+15557650000").await.len(), 1);
    house.close().await;
}
