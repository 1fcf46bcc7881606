//! A caller books a party, is read back what was understood, confirms, and has the booking.

use crate::ending::{Ending, day};
use jiff::civil::Date;
use maitred_harness::{Caller, House, day_in_words};
use ringcentral_sim::DialPlan;

/// Tells the story.
pub async fn story(plan: DialPlan, day: Date) -> (Caller, Ending) {
    let mut caller = Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    let day_said = day_in_words(day);
    caller
        .says(&format!(
            "I'd like to book a party on {day_said} at six pm for twelve people"
        ))
        .await;
    caller.hears("What name should I put it under?").await;
    caller.says("Maria Delgado").await;
    caller.hears("Is that right?").await;
    caller.says("yes that's right").await;
    caller.hears("Thank you for calling. Goodbye.").await;
    caller.is_let_go().await;
    (caller, Ending::booked(day, 18, 12, "Maria Delgado"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_books_a_party() {
    let house = House::open().await;
    let plan = house.plan();
    let from = plan.from_number.clone();
    let (caller, ending) = story(plan, day(0)).await;
    ending.check(&house, &caller, &from).await;
    let record = house.record_of(&from).await;
    assert_eq!(record["state"], "COMPLETED");
    assert_eq!(record["to_number"], "+15551230001");
    let story = house.story_of(&from).await;
    let answered = story["journal"]
        .as_array()
        .and_then(|journal| {
            journal
                .iter()
                .find(|entry| entry["kind"] == "answered")
                .cloned()
        })
        .expect("the answer is in the journal");
    let dialog = &answered["event"]["dialog"];
    assert_eq!(dialog["call_id"], caller.phone.call_id());
    for fact in ["local_tag", "remote_tag", "remote_target", "remote_media"] {
        assert!(
            dialog[fact].as_str().is_some_and(|text| !text.is_empty()),
            "{fact} in {dialog}"
        );
    }
    house.close().await;
}
