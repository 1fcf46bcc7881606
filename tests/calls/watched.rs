//! Calls that a person answers are followed through RingCentral's reports: no sound is touched, the record is kept.

use maitred_harness::{DEADLINE, House, Setup};
use ringcentral_sim::rest::{DeliveryFaults, Effect};
use ringcentral_sim::webhook::{Party, Session};
use serde_json::Value;

async fn house(mode: &str, answers: &str) -> House {
    Setup::default()
        .at_ringcentral()
        .with("RC_AI_MODE", mode)
        .with("RC_AUTO_ANSWER", answers)
        .open()
        .await
}

/// A call that rings at our extension, not on our line.
fn session(house: &House, from: &str) -> Session {
    let config = house.exchange().sim.exchange().config();
    let mut session = Session::inbound(from, "+15551230001");
    session.account_id.clone_from(&config.account_id);
    session.extension_id.clone_from(&config.extension_id);
    session
}

async fn items(house: &House) -> Vec<Value> {
    let calls = house.get("/api/v1/calls").await;
    calls["items"].as_array().cloned().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_answers_while_maitred_only_watches() {
    for (mode, answers) in [("human_only", "true"), ("full_auto", "false")] {
        let house = house(mode, answers).await;
        let exchange = house.exchange().sim.exchange();
        let plan = house.exchange().plan();
        let from = plan.from_number.clone();
        let caller = house.exchange().ring(plan).await;
        house
            .record_where(&from, |record| !record["sip_call_id"].is_null())
            .await;
        let session = exchange.live_sessions().pop().expect("a live session");
        // Another device of the extension takes the call: ours falls silent.
        exchange.change(&session, Party::Extension, "Answered", None);
        house
            .record_where(&from, |record| record["status"] == "Answered")
            .await;
        let end = caller.phone.cancel().await;
        assert_eq!(
            end.expect("our phone stops"),
            ringcentral_sim::phone::End::Cancelled
        );
        let record = house.record_of(&from).await;
        assert_eq!(record["mode"], mode);
        assert_eq!(record["turns"], 0);
        assert_eq!(record["outcome"], "answered_by_person", "{record}");
        let metrics = house.text("/metrics").await;
        assert!(
            metrics.contains("maitred_turn_seconds_count 0"),
            "{metrics}"
        );
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_never_rings_on_our_line_is_followed_to_its_end() {
    let house = house("human_only", "true").await;
    let exchange = house.exchange().sim.exchange();
    let session = session(&house, "+15557650001");
    let _effects = exchange.begin(&session);
    let id = &session.telephony_session_id;
    for code in ["Proceeding", "Answered", "Hold", "Answered", "Disconnected"] {
        exchange.change(id, Party::Extension, code, None);
    }
    exchange.change(id, Party::Caller, "Disconnected", None);
    let record = house.record_of("+15557650001").await;
    assert_eq!(record["outcome"], "answered_by_person");
    assert_eq!(record["rc_call_id"], id.as_str());
    assert_eq!(items(&house).await.len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_doubled_and_out_of_order_make_one_record() {
    let house = house("human_only", "true").await;
    let exchange = house.exchange().sim.exchange();
    exchange.set_delivery_faults(DeliveryFaults {
        double_every: Some(2),
        swap_every: Some(2),
        ..DeliveryFaults::default()
    });
    let session = session(&house, "+15557650002");
    let _effects = exchange.begin(&session);
    let id = &session.telephony_session_id;
    for code in ["Proceeding", "VoiceMail"] {
        exchange.change(id, Party::Extension, code, None);
    }
    exchange.change(id, Party::Extension, "Disconnected", Some("Voicemail"));
    exchange.change(id, Party::Caller, "Disconnected", None);
    let record = house.record_of("+15557650002").await;
    assert_eq!(record["outcome"], "voicemail", "{record}");
    assert_eq!(items(&house).await.len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ringcentral_is_asked_to_ring_us_where_no_invite_comes() {
    let house = house("full_auto", "true").await;
    let sim = &house.exchange().sim;
    let mut plan = house.exchange().plan();
    plan.from_number = "+15557650003".to_owned();
    let session = session(&house, &plan.from_number);
    let mut effects = sim.exchange().begin(&session);
    let id = session.telephony_session_id.clone();
    sim.exchange()
        .change(&id, Party::Extension, "Proceeding", None);
    let asked = tokio::time::timeout(DEADLINE, effects.recv()).await;
    let asked = asked.expect("Maitred asks in time").expect("a live call");
    assert!(matches!(asked, Effect::AnswerOn(_)), "{asked:?}");
    // RingCentral rings our device now.
    let mut caller = maitred_harness::Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    caller.hangs_up().await;
    sim.exchange()
        .change(&id, Party::Extension, "Disconnected", None);
    let record = house.record_of("+15557650003").await;
    assert_eq!(record["rc_call_id"], id.as_str(), "two views of one call");
    assert_eq!(items(&house).await.len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ghost_is_ended_where_the_end_was_never_delivered() {
    let house = house("human_only", "true").await;
    let exchange = house.exchange().sim.exchange();
    let session = session(&house, "+15557650004");
    let _effects = exchange.begin(&session);
    let id = &session.telephony_session_id;
    for code in ["Proceeding", "Answered"] {
        exchange.change(id, Party::Extension, code, None);
    }
    house
        .record_where("+15557650004", |record| record["status"] == "Answered")
        .await;
    exchange.set_delivery_faults(DeliveryFaults {
        drop_every: Some(1),
        ..DeliveryFaults::default()
    });
    exchange.change(id, Party::Extension, "Disconnected", None);
    exchange.change(id, Party::Caller, "Disconnected", None);
    let record = house.record_of("+15557650004").await;
    assert_eq!(record["outcome"], "answered_by_person");
    let metrics = house.text("/metrics").await;
    assert!(
        metrics.contains("maitred_drift_total{kind=\"ghost\"} 1"),
        "{metrics}"
    );
    house.close().await;
}
