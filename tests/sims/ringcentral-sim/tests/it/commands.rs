//! The commands of Call Control: what each does to the call, and how it is refused in the wrong state.

use reqwest::Method;
use ringcentral_sim::phone::{CallError, End, PhoneEvent, Reaction};
use ringcentral_sim::rest::{Limits, RestConfig, RestServer};
use ringcentral_sim::webhook::{Party, Route, Session};
use serde_json::{Value, json};

use crate::SOON;
use crate::hearing::{tone, until_tone};
use crate::rest::{rest, token};
use crate::whole::stage;

const DEVICE: &str = "802512345678";

fn body_of(command: &str) -> Value {
    match command {
        "answer" | "ignore" | "pickup" => json!({ "deviceId": DEVICE }),
        "reply" => json!({ "replyWithText": "We call you back." }),
        "forward" | "transfer" => json!({ "phoneNumber": "+15550009999" }),
        "flip" => json!({ "callFlipId": "3" }),
        "supervise" => json!({ "mode": "Listen", "supervisorDeviceId": DEVICE }),
        "bridge" => json!({ "telephonySessionId": "s-1", "partyId": "p-1-2" }),
        _ => json!({}),
    }
}

#[tokio::test]
async fn every_command_is_refused_in_the_wrong_state() {
    let limits = Limits {
        light: 1000,
        ..Limits::default()
    };
    let config = RestConfig {
        limits,
        ..RestConfig::default()
    };
    let server = RestServer::start(config).await.unwrap();
    let (url, token) = (server.url(), token(&server.url()).await);
    let ringing = ["answer", "reject", "ignore", "reply", "forward"];
    let talking = ["transfer", "hold", "flip", "park", "bridge", "supervise"];
    for (state, refused) in [
        ("Proceeding", [&talking[..], &["unhold", "pickup"]].concat()),
        ("Answered", [&ringing[..], &["unhold", "pickup"]].concat()),
        ("Hold", [&ringing[..], &["hold", "flip", "pickup"]].concat()),
        ("Disconnected", [&ringing[..], &talking[..]].concat()),
    ] {
        let session = Session::inbound("+1", "+2");
        let id = &session.telephony_session_id;
        let _ = server.exchange().begin(&session);
        server.exchange().change(id, Party::Extension, state, None);
        let party = session.party_id(Party::Extension);
        let base = format!("/restapi/v1.0/account/~/telephony/sessions/{id}/parties");
        for command in refused {
            let path = format!("{base}/{party}/{command}");
            let body = Some(body_of(command));
            let (status, answer) = rest(&url, &token, Method::POST, &path, body).await;
            let wanted = match status {
                403 => "TAS-101",
                409 => "TAS-102",
                _ => "a refusal",
            };
            assert_eq!(answer["errorCode"], wanted, "{command} in {state}");
        }
        for (party, status, code) in [
            ("p-none-9", 404, "CMN-102"),
            (&session.party_id(Party::Caller), 403, "CMN-404"),
        ] {
            let path = format!("{base}/{party}/hold");
            let (given, answer) = rest(&url, &token, Method::POST, &path, None).await;
            assert_eq!((given, &answer["errorCode"]), (status, &json!(code)));
        }
    }
    let path = "/restapi/v1.0/account/~/telephony/sessions/s-none/parties/p-none-2/hold";
    let (status, answer) = rest(&url, &token, Method::POST, path, None).await;
    assert_eq!((status, &answer["errorCode"]), (404, &json!("CMN-102")));
}

#[tokio::test]
async fn answering_over_rest_rings_the_device_again_and_at_once() {
    let mut stage = stage(Reaction::Ring).await;
    let call = stage.sim.call(stage.sim.caller()).await.unwrap();
    let first = stage.phone.next_call(SOON).await.unwrap();
    stage.events(4).await;
    let unknown = stage.act(&call, "answer", json!({ "deviceId": "1" })).await;
    assert_eq!(unknown.0, 404);
    let (status, party) = stage.act(&call, "answer", body_of("answer")).await;
    assert_eq!(
        (status, &party["status"]["code"]),
        (200, &json!("Answered"))
    );
    assert_eq!(first.ended(SOON).await.unwrap(), End::Cancelled);
    let second = stage.phone.next_call(SOON).await.unwrap();
    assert_ne!(second.call_id(), first.call_id());
    assert_eq!(second.invite().header("Alert-Info"), Some("Auto Answer"));
    let call_info = second.invite().header("Call-Info").unwrap();
    assert!(call_info.ends_with(";Answer-After=0"), "{call_info}");
    second.answer();
    call.answered(SOON).await.unwrap();
    let (mut at_caller, mut at_device) = (call.audio(), second.audio());
    call.speak(&tone(440.0, 25));
    second.speak(&tone(1000.0, 25));
    until_tone(&mut at_device, 440.0).await;
    until_tone(&mut at_caller, 1000.0).await;
    assert_eq!(stage.events(5).await[4..], ["-2 Answered"]);
    let answered = stage.seen.borrow()[4].clone();
    let sip = &answered["body"]["parties"][0]["sipData"];
    assert_eq!(sip["callId"], second.call_id());
    call.hang_up().await.unwrap();
    assert_eq!(second.ended(SOON).await.unwrap(), End::RemoteHungUp);
    let events = stage.events(7).await;
    assert_eq!(events[5..], ["-1 Disconnected", "-2 Disconnected"]);
}

#[tokio::test]
async fn a_call_is_parked_and_picked_up_again() {
    let mut stage = stage(Reaction::Answer).await;
    let (call, callee) = stage.answered().await;
    let (status, parked) = stage.act(&call, "park", json!({})).await;
    assert_eq!((status, &parked["park"]["id"]), (201, &json!("*801")));
    assert_eq!(callee.ended(SOON).await.unwrap(), End::RemoteHungUp);
    let session = &call.session().telephony_session_id;
    let party = parked["id"].as_str().unwrap();
    let path = format!("sessions/{session}/parties/{party}/pickup");
    let (status, _) = stage.post(&path, body_of("pickup")).await;
    assert_eq!(status, 201);
    let again = stage.phone.next_call(SOON).await.unwrap();
    let events = stage.events(10).await;
    let wanted = [
        "-2 Disconnected CallPark",
        "-3 Parked",
        "-3 Gone Pickup",
        "-4 Setup",
        "-4 Proceeding",
    ];
    assert_eq!(events[5..], wanted);
    assert!(
        stage.seen.borrow()[6]["body"]["parties"][0]
            .get("extensionId")
            .is_none()
    );
    let mut at_caller = call.audio();
    again.speak(&tone(1000.0, 50));
    until_tone(&mut at_caller, 1000.0).await;
    again.hang_up().await.unwrap();
    assert_eq!(call.ended(SOON).await.unwrap(), End::RemoteHungUp);
}

#[tokio::test]
async fn the_caller_hears_a_reply_or_voicemail_and_we_are_out_of_it() {
    let mut stage = stage(Reaction::Ring).await;
    let call = stage.sim.call(stage.sim.caller()).await.unwrap();
    let device = stage.phone.next_call(SOON).await.unwrap();
    stage.events(4).await;
    assert_eq!(stage.act(&call, "reply", json!({})).await.0, 400);
    assert_eq!(stage.act(&call, "reply", body_of("reply")).await.0, 200);
    assert_eq!(device.ended(SOON).await.unwrap(), End::Cancelled);
    call.hang_up().await.unwrap();
    let wanted = [
        "-2 Setup CallReplied",
        "-2 Disconnected CallReplied",
        "-1 Disconnected",
    ];
    assert_eq!(stage.events(7).await[4..], wanted);

    let call = stage.sim.call(stage.sim.caller()).await.unwrap();
    let _ringing = stage.phone.next_call(SOON).await.unwrap();
    stage.events(11).await;
    let id = &call.session().telephony_session_id;
    stage.sim.exchange().send_to_voicemail(id, "Voicemail");
    call.hang_up().await.unwrap();
    let wanted = ["-2 Voicemail", "-1 Disconnected", "-2 Disconnected"];
    assert_eq!(stage.events(14).await[11..], wanted);
    let log = stage.sim.exchange().call_log();
    let results: Vec<&str> = log.iter().map(|call| call.result.as_str()).collect();
    assert_eq!(results, ["Reply", "Voicemail"]);
}

#[tokio::test]
async fn a_queue_offers_and_another_agent_takes_it() {
    let mut stage = stage(Reaction::Ring).await;
    let plan = stage.sim.caller();
    let call = stage.sim.call_through(&Route::queue(), plan).await.unwrap();
    let device = stage.phone.next_call(SOON).await.unwrap();
    let wanted = [
        "-1 Setup",
        "-2 Setup",
        "-1 Answered",
        "-2 Proceeding",
        "-2 Answered",
        "-3 Proceeding",
    ];
    assert_eq!(stage.events(6).await, wanted);
    let offered = stage.seen.borrow()[5]["body"].clone();
    let party = &offered["parties"][0];
    assert_eq!(
        (&offered["sequence"], &party["queueCall"]),
        (&json!(7), &json!(true))
    );
    assert_eq!(party["extensionId"], "701001");
    assert_eq!(party["to"]["extensionId"], "700901");
    assert_eq!(party["from"]["name"], "Reservations - WIRELESS CALLER");
    let id = &call.session().telephony_session_id;
    stage.sim.exchange().take_by_another_agent(id);
    assert_eq!(device.ended(SOON).await.unwrap(), End::Cancelled);
    let events = stage.events(8).await;
    assert_eq!(
        events[6..],
        ["-3 Disconnected AgentAnswered", "-4 Answered"]
    );
}

#[tokio::test]
async fn a_menu_has_a_leg_of_its_own_before_ours() {
    let stage = stage(Reaction::Answer).await;
    let plan = stage.sim.caller();
    let call = stage.sim.call_through(&Route::menu(), plan).await.unwrap();
    call.answered(SOON).await.unwrap();
    let wanted = [
        "-1 Setup",
        "-2 Setup",
        "-1 Answered",
        "-2 Disconnected",
        "-3 Setup",
        "-3 Proceeding",
        "-3 Answered",
    ];
    assert_eq!(stage.events(7).await, wanted);
    let (status, party) = stage.act(&call, "hold", json!({})).await;
    assert_eq!((status, &party["status"]["code"]), (200, &json!("Hold")));
}

#[tokio::test]
async fn the_sixth_call_at_once_never_reaches_the_device() {
    let mut stage = stage(Reaction::Answer).await;
    let mut calls = Vec::new();
    for _ in 0..5 {
        let call = stage.sim.call(stage.sim.caller()).await.unwrap();
        calls.push((call, stage.phone.next_call(SOON).await.unwrap()));
    }
    let sixth = stage.sim.call(stage.sim.caller()).await.err();
    assert!(matches!(sixth, Some(CallError::TooManyCalls)));
    let log = stage.sim.exchange().call_log();
    assert_eq!(log[0].reason.as_deref(), Some("Too Many Calls"));
}

#[tokio::test]
async fn a_party_is_brought_into_a_conference_and_supervised() {
    let mut stage = stage(Reaction::Answer).await;
    let (call, callee) = stage.answered().await;
    let body = body_of("supervise");
    let (status, party) = stage.act(&call, "supervise", body).await;
    assert_eq!(
        (status, &party["status"]["reason"]),
        (201, &json!("Supervising"))
    );
    let (status, made) = stage.post("conference", json!({})).await;
    assert_eq!(status, 201);
    assert!(made["session"]["voiceCallToken"].is_string());
    let conference = made["session"]["id"].as_str().unwrap();
    let session = call.session();
    let body = json!({
        "sessionId": session.telephony_session_id, "partyId": session.party_id(Party::Extension),
    });
    let path = format!("sessions/{conference}/parties/bring-in");
    let (status, joined) = stage.post(&path, body.clone()).await;
    assert_eq!(
        (status, &joined["conferenceRole"]),
        (201, &json!("Participant"))
    );
    assert_eq!(callee.ended(SOON).await.unwrap(), End::RemoteHungUp);
    let (status, _) = stage.post(&path, body).await;
    assert_eq!(status, 403, "whoever is gone cannot be brought in");
    let events = stage.events(10).await;
    assert_eq!(
        events[5..7],
        ["-3 Proceeding Supervising", "-3 Answered Supervising"]
    );
    assert_eq!(events[9], "-2 Gone Conference");
    let gone = stage.seen.borrow()[9]["body"]["parties"][0]["status"].clone();
    assert_eq!(gone["peerId"]["sessionId"], "0");
    let party = joined["id"].as_str().unwrap();
    let path = format!("/restapi/v1.0/account/~/telephony/sessions/{conference}/parties/{party}");
    let url = stage.sim.rest_url();
    let (status, _) = rest(&url, &stage.token, Method::DELETE, &path, None).await;
    assert_eq!(status, 204);
}

#[tokio::test]
async fn the_device_is_rung_first_for_a_call_out() {
    let mut stage = stage(Reaction::Answer).await;
    let number = "+15550009999";
    let mut person = stage.sim.person(number, Reaction::Answer).await.unwrap();
    let body = json!({ "from": { "deviceId": DEVICE }, "to": { "phoneNumber": number } });
    let (status, made) = stage.post("call-out", body).await;
    assert_eq!(
        (status, &made["session"]["parties"][0]["direction"]),
        (201, &json!("Outbound"))
    );
    let device = stage.phone.next_call(SOON).await.unwrap();
    assert_eq!(device.invite().header("Alert-Info"), Some("Auto Answer"));
    let person = person.next_call(SOON).await.unwrap();
    let wanted = [
        "-1 Setup",
        "-1 Proceeding",
        "-1 Answered",
        "-2 Proceeding",
        "-2 Answered",
    ];
    assert_eq!(stage.events(5).await, wanted);
    let (mut at_person, mut at_device) = (person.audio(), device.audio());
    device.speak(&tone(440.0, 50));
    person.speak(&tone(1000.0, 50));
    until_tone(&mut at_person, 440.0).await;
    until_tone(&mut at_device, 1000.0).await;
    person.hang_up().await.unwrap();
    assert_eq!(device.ended(SOON).await.unwrap(), End::RemoteHungUp);
    let events = stage.events(7).await;
    assert_eq!(events[5..], ["-2 Disconnected", "-1 Disconnected"]);
}

#[tokio::test]
async fn presence_shows_the_call_as_call_control_clients_read_it() {
    let mut stage = stage(Reaction::Answer).await;
    let url = stage.sim.rest_url();
    let path =
        "/restapi/v1.0/account/~/extension/~/presence?detailedTelephonyState=true&sipData=true";
    let (call, callee) = stage.answered().await;
    let (_, presence) = rest(&url, &stage.token, Method::GET, path, None).await;
    let active = &presence["activeCalls"][0];
    let id = &call.session().telephony_session_id;
    assert_eq!(
        (&active["telephonySessionId"], &active["telephonyStatus"]),
        (&json!(id), &json!("CallConnected"))
    );
    assert_eq!(active["sipData"]["callId"], callee.call_id());
    let own = "/restapi/v1.0/account/~/extension/~";
    let (_, extension) = rest(&url, &stage.token, Method::GET, own, None).await;
    assert_eq!(
        (&extension["id"], &extension["account"]["id"]),
        (&json!(701_001), &json!("400100"))
    );
    let active = "/restapi/v1.0/account/~/extension/~/active-calls?view=Detailed";
    let (_, calls) = rest(&url, &stage.token, Method::GET, active, None).await;
    assert_eq!(calls["records"][0]["result"], "In Progress");
    let seen = call.events().so_far();
    assert!(seen.iter().any(|one| one.event == PhoneEvent::Answered));
}
