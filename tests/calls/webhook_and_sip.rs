//! RingCentral's webhooks and the SIP leg are one call, whichever comes first; doubled deliveries change nothing, and
//! unauthenticated ones do nothing.

use maitred_harness::{Caller, House};
use ringcentral_sim::webhook::{Notification, Sender, Session};
use serde_json::Value;

/// Our extension's part of a session: Setup, Proceeding, Answered, Disconnected.
fn events(from: &str, call_id: Option<&str>) -> Vec<Notification> {
    let session = Session::inbound(from, "+15551230001");
    match call_id {
        Some(call_id) => session.with_call_id(call_id).extension_events(),
        None => session.extension_events(),
    }
}

async fn deliver(sender: &Sender, event: &Notification) {
    let delivery = sender.send(event).await.expect("the webhook answers");
    assert_eq!(delivery.status, 200, "{delivery:?}");
}

async fn calls(house: &House) -> Vec<Value> {
    house.get("/api/v1/calls").await["items"]
        .as_array()
        .cloned()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_webhook_comes_first() {
    let house = House::open().await;
    let ringcentral = house.ringcentral();
    let plan = house.plan();
    let from = plan.from_number.clone();
    let events = events(&from, None);
    deliver(&ringcentral, &events[0]).await;
    deliver(&ringcentral, &events[1]).await;
    let mut caller = Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    deliver(&ringcentral, &events[2]).await;
    caller.hangs_up().await;
    deliver(&ringcentral, &events[3]).await;
    let record = house
        .record_where(&from, |record| record["status"] == "Disconnected")
        .await;
    assert_eq!(calls(&house).await.len(), 1, "two views of one call");
    assert!(
        record["rc_call_id"].is_string() && record["sip_call_id"].is_string(),
        "{record}"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sip_leg_comes_first_and_doubled_events_change_nothing() {
    let house = House::open().await;
    let ringcentral = house.ringcentral();
    let plan = house.plan();
    let from = plan.from_number.clone();
    let mut caller = Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    let events = events("+15550000000", Some(caller.phone.call_id()));
    for event in [&events[2], &events[2], &events[1]] {
        deliver(&ringcentral, event).await;
    }
    caller.hangs_up().await;
    deliver(&ringcentral, &events[3]).await;
    deliver(&ringcentral, &events[3]).await;
    deliver(&ringcentral, &events[2]).await;
    let record = house
        .record_where(&from, |record| {
            record["status"] == "Disconnected" && !record["ended_at"].is_null()
        })
        .await;
    assert_eq!(calls(&house).await.len(), 1, "joined by the SIP Call-ID");
    assert_eq!(record["outcome"], "hung_up");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_without_proof_is_refused_and_does_nothing() {
    let house = House::open().await;
    let address = format!(
        "http://{}/api/v1/ringcentral/webhooks/events",
        house.server.http
    );
    let events = events("+15557659999", None);
    for sender in [
        Sender::new(&address).unwrap(),
        Sender::new(&address).unwrap().signing("another secret"),
        Sender::new(&address).unwrap().with_token("another token"),
    ] {
        let delivery = sender.send(&events[0]).await.unwrap();
        assert_eq!(delivery.status, 401, "{delivery:?}");
    }
    assert!(calls(&house).await.is_empty());
    let metrics = house.text("/metrics").await;
    assert!(
        metrics.contains("maitred_webhook_deliveries_total{result=\"wrong_signature\"} 1"),
        "{metrics}"
    );
    house.close().await;
}
