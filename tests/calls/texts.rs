//! Texts through RingCentral: a booking is confirmed, a caller whom nobody answered hears from us; each once.

use crate::ending::day;
use maitred_harness::{DEADLINE, House, Setup};
use ringcentral_sim::rest::SentText;
use ringcentral_sim::webhook::Party;

/// Waits until a text to this number was taken.
async fn text_to(house: &House, number: &str) -> SentText {
    let find = async {
        let mut look = tokio::time::interval(std::time::Duration::from_millis(20));
        loop {
            look.tick().await;
            let texts = house.exchange().sim.exchange().texts();
            let to = number.to_owned();
            if let Some(text) = texts.into_iter().find(|text| text.to.contains(&to)) {
                return text;
            }
        }
    };
    let found = tokio::time::timeout(DEADLINE, find).await;
    found.expect("a text was sent")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_is_confirmed() {
    let house = Setup::default().at_ringcentral().open().await;
    let plan = house.exchange().plan();
    let from = plan.from_number.clone();
    let (_caller, ending) = crate::books::story(plan, day(0)).await;
    assert_eq!(ending.outcome, "booked");
    let text = text_to(&house, &from).await;
    assert!(
        text.text.contains("is booked under Maria Delgado"),
        "{text:?}"
    );
    house.record_of(&from).await;
    assert_eq!(house.exchange().sim.exchange().texts().len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_whom_nobody_answered_hears_from_us() {
    let house = Setup::default()
        .at_ringcentral()
        .with("RC_AUTO_ANSWER", "false")
        .with("TEXT_MISSED_CALLS", "true")
        .open()
        .await;
    let plan = house.exchange().plan();
    let from = plan.from_number.clone();
    let caller = house.exchange().ring(plan).await;
    let exchange = house.exchange().sim.exchange();
    let session = exchange.live_sessions().pop().expect("a live session");
    exchange.change(&session, Party::Extension, "Proceeding", None);
    let end = caller.phone.cancel().await;
    end.expect("the caller gives up");
    let text = text_to(&house, &from).await;
    assert!(text.text.contains("Sorry we missed your call"), "{text:?}");
    assert_eq!(house.record_of(&from).await["outcome"], "missed");
    house.close().await;
}
