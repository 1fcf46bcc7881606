//! The whole simulation: a call is seen by SIP, REST and webhooks alike.

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use reqwest::Method;
use ringcentral_sim::phone::{DeviceAccount, End, Reaction};
use ringcentral_sim::rest::DeliveryFaults;
use ringcentral_sim::webhook::Party;
use ringcentral_sim::{
    AnswerPlan, AnsweringPhone, Leg, RingCentralSim, SimCall, SimConfig, Transport,
};
use serde_json::{Value, json};

use crate::SOON;
use crate::rest::{rest, token};
use crate::webhooks::{Seen, receiver};

pub struct Stage {
    pub sim: RingCentralSim,
    pub phone: AnsweringPhone,
    pub token: String,
    pub seen: Seen,
}

/// Sets up a registered device and a subscription to all legs.
pub async fn stage(reaction: Reaction) -> Stage {
    let sim = RingCentralSim::start(SimConfig::default()).await.unwrap();
    let plan = AnswerPlan {
        reaction,
        ..AnswerPlan::answering(Transport::Tls)
    };
    let account = DeviceAccount::of(sim.edge(), Transport::Tls);
    let phone = AnsweringPhone::register(plan, &account).await.unwrap();
    let token = token(&sim.rest_url()).await;
    let (address, seen) = receiver().await;
    let body = json!({
        "eventFilters": ["/restapi/v1.0/account/~/telephony/sessions?sipData=true"],
        "deliveryMode": { "transportType": "WebHook", "address": address, "verificationToken": "verification" },
    });
    let path = "/restapi/v1.0/subscription";
    let (status, answer) = rest(&sim.rest_url(), &token, Method::POST, path, Some(body)).await;
    assert_eq!(status, 200, "{answer}");
    Stage {
        sim,
        phone,
        token,
        seen,
    }
}

impl Stage {
    pub async fn act(&self, call: &SimCall, action: &str, body: Value) -> (u16, Value) {
        let (session, party) = (
            &call.session().telephony_session_id,
            call.session().party_id(Party::Extension),
        );
        self.post(
            &format!("sessions/{session}/parties/{party}/{action}"),
            body,
        )
        .await
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let path = format!("/restapi/v1.0/account/~/telephony/{path}");
        let url = self.sim.rest_url();
        rest(&url, &self.token, Method::POST, &path, Some(body)).await
    }

    /// Makes a call that is answered and told to the webhooks; the device's end comes with it.
    pub async fn answered(&mut self) -> (SimCall, Leg) {
        let call = self.sim.call(self.sim.caller()).await.unwrap();
        call.answered(SOON).await.unwrap();
        let callee = self.phone.next_call(SOON).await.unwrap();
        self.events(5).await;
        (call, callee)
    }

    pub async fn session(&self, call: &SimCall, method: Method) -> (u16, Value) {
        let path = format!(
            "/restapi/v1.0/account/~/telephony/sessions/{}",
            call.session().telephony_session_id
        );
        rest(&self.sim.rest_url(), &self.token, method, &path, None).await
    }

    /// Waits until so many events have come and lists party number, status and reason.
    pub async fn events(&self, count: usize) -> Vec<String> {
        let mut seen = self.seen.subscribe();
        let seen = tokio::time::timeout(SOON, seen.wait_for(|seen| seen.len() >= count))
            .await
            .unwrap()
            .unwrap();
        let describe = |event: &Value| {
            let party = &event["body"]["parties"][0];
            let id = party["id"].as_str().unwrap();
            let code = party["status"]["code"].as_str().unwrap();
            let reason = party["status"]["reason"]
                .as_str()
                .map_or(String::new(), |reason| format!(" {reason}"));
            format!("{} {code}{reason}", &id[id.len() - 2..])
        };
        seen.iter().map(describe).collect()
    }
}

const BEGUN: [&str; 5] = [
    "-1 Setup",
    "-2 Setup",
    "-1 Answered",
    "-2 Proceeding",
    "-2 Answered",
];

#[tokio::test]
async fn a_call_is_told_to_webhooks_with_its_call_id() {
    let mut stage = stage(Reaction::Answer).await;
    let call = stage.sim.call(stage.sim.caller()).await.unwrap();
    call.answered(SOON).await.unwrap();
    let callee = stage.phone.next_call(SOON).await.unwrap();
    assert_eq!(stage.events(5).await, BEGUN);
    let answered = stage.seen.borrow()[4].clone();
    assert_eq!(
        answered["body"]["parties"][0]["sipData"]["callId"],
        callee.call_id()
    );
    let (status, session) = stage.session(&call, Method::GET).await;
    assert_eq!(
        (status, &session["parties"][1]["status"]["code"]),
        (200, &json!("Answered"))
    );
    callee.hang_up().await.unwrap();
    assert_eq!(
        stage.events(7).await[5..],
        ["-2 Disconnected", "-1 Disconnected"]
    );
    assert_eq!(stage.session(&call, Method::GET).await.0, 404);
}

#[tokio::test]
async fn hold_and_transfer_go_by_the_state_of_the_party() {
    let stage = stage(Reaction::Answer).await;
    let call = stage.sim.call(stage.sim.caller()).await.unwrap();
    call.answered(SOON).await.unwrap();
    stage.events(5).await;
    let (status, body) = stage.act(&call, "unhold", json!({})).await;
    assert_eq!((status, &body["errorCode"]), (409, &json!("TAS-102")));
    let (status, body) = stage.act(&call, "hold", json!({})).await;
    assert_eq!((status, &body["status"]["code"]), (200, &json!("Hold")));
    assert_eq!(stage.act(&call, "transfer", json!({})).await.0, 400);
    let target = json!({ "phoneNumber": "+15550009999" });
    let (status, body) = stage.act(&call, "transfer", target.clone()).await;
    assert_eq!(
        (status, &body["status"]["reason"]),
        (200, &json!("BlindTransfer"))
    );
    assert_eq!(call.ended(SOON).await.unwrap(), End::HungUp);
    let events = stage.events(8).await;
    assert_eq!(
        events[5..],
        [
            "-2 Hold",
            "-2 Disconnected BlindTransfer",
            "-1 Disconnected"
        ]
    );
    assert_eq!(stage.act(&call, "transfer", target).await.0, 404);
}

#[tokio::test]
async fn a_ringing_call_can_be_rejected_and_not_transferred() {
    let stage = stage(Reaction::Ring).await;
    let call = stage.sim.call(stage.sim.caller()).await.unwrap();
    stage.events(4).await;
    let (status, body) = stage
        .act(&call, "transfer", json!({ "phoneNumber": "+1" }))
        .await;
    assert_eq!((status, &body["errorCode"]), (403, &json!("TAS-101")));
    assert_eq!(stage.act(&call, "reject", json!({})).await.0, 204);
    assert_eq!(call.ended(SOON).await.unwrap(), End::Cancelled);
    assert_eq!(
        stage.events(6).await[4..],
        ["-2 Disconnected Rejected", "-1 Disconnected"]
    );
}

#[tokio::test]
async fn dropping_the_session_ends_the_call() {
    let mut stage = stage(Reaction::Answer).await;
    let call = stage.sim.call(stage.sim.caller()).await.unwrap();
    call.answered(SOON).await.unwrap();
    let callee = stage.phone.next_call(SOON).await.unwrap();
    assert_eq!(stage.session(&call, Method::DELETE).await.0, 204);
    assert_eq!(callee.ended(SOON).await.unwrap(), End::RemoteHungUp);
    assert_eq!(stage.session(&call, Method::DELETE).await.0, 404);
}

#[tokio::test]
async fn deliveries_are_doubled_and_swapped_on_request() {
    let stage = stage(Reaction::Answer).await;
    let faults = DeliveryFaults {
        double_every: Some(2),
        swap_every: Some(3),
        ..DeliveryFaults::default()
    };
    stage.sim.exchange().set_delivery_faults(faults);
    let call = stage.sim.call(stage.sim.caller()).await.unwrap();
    call.answered(SOON).await.unwrap();
    let events = stage.events(6).await;
    let wanted = [
        "-1 Setup",
        "-2 Setup",
        "-2 Setup",
        "-2 Proceeding",
        "-2 Proceeding",
        "-1 Answered",
    ];
    assert_eq!(events[..6], wanted);
}

#[tokio::test]
async fn sip_credentials_can_be_read_over_rest() {
    let stage = stage(Reaction::Answer).await;
    let url = stage.sim.rest_url();
    let path = "/restapi/v1.0/account/~/extension/~/device";
    let (_, devices) = rest(&url, &stage.token, Method::GET, path, None).await;
    let device = devices["records"][0]["id"].as_str().unwrap();
    let path = format!("/restapi/v1.0/account/~/device/{device}/sip-info");
    let (status, info) = rest(&url, &stage.token, Method::GET, &path, None).await;
    assert_eq!(
        (status, &info["domain"]),
        (200, &json!("sip.ringcentral.com"))
    );
    assert_eq!(
        info["outboundProxies"][0]["proxyTLS"],
        stage.sim.sip_addr().to_string()
    );
}

#[tokio::test]
async fn a_delivery_is_repeated_and_a_dead_receiver_is_given_up() {
    let attempts = std::sync::Arc::new(std::sync::Mutex::new(Vec::<Value>::new()));
    let kept = attempts.clone();
    let dead = axum::routing::post(move |headers: HeaderMap, body: Bytes| async move {
        if let Some(token) = headers.get("Validation-Token") {
            return Ok([("Validation-Token", token.clone())]);
        }
        let event: Value = serde_json::from_slice(&body).unwrap();
        kept.lock().unwrap().push(event["uuid"].clone());
        Err(StatusCode::INTERNAL_SERVER_ERROR)
    });
    let dead = crate::webhooks::serve(axum::Router::new().route("/hook", dead)).await;
    let stage = stage(Reaction::Ring).await;
    let faults = DeliveryFaults {
        retries: 2,
        blacklist_after: 2,
        ..DeliveryFaults::default()
    };
    stage.sim.exchange().set_delivery_faults(faults);
    let body = json!({
        "eventFilters": ["/restapi/v1.0/account/~/telephony/sessions"],
        "deliveryMode": { "transportType": "WebHook", "address": dead },
    });
    let path = "/restapi/v1.0/subscription";
    let url = stage.sim.rest_url();
    let (status, _) = rest(&url, &stage.token, Method::POST, path, Some(body)).await;
    assert_eq!(status, 200);
    let _call = stage.sim.call(stage.sim.caller()).await.unwrap();
    stage.events(4).await;
    let (_, list) = rest(&url, &stage.token, Method::GET, path, None).await;
    let statuses = list["records"].as_array().unwrap().iter();
    let statuses: Vec<&str> = statuses
        .map(|one| one["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["Active", "Blacklisted"]);
    let uuids = attempts.lock().unwrap().clone();
    assert_eq!(uuids.len(), 6);
    assert!(uuids[0] == uuids[2] && uuids[3] == uuids[5] && uuids[0] != uuids[3]);
}
