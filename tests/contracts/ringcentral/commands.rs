//! Commands to calls: how each is written on the wire, what each answer means, and what is never done twice.

use super::stub::{Answer, Stub, refusal};
use maitred::adapters::ringcentral::{Devices, NoCarrier, RestCarrier};
use maitred_actors::ports::carrier::{Carrier, Command, Done, Error, PartyRef, Target};
use maitred_actors::types::{PhoneNumber, SessionId};
use serde_json::{Value, json};

const BASE: &str = "/restapi/v1.0/account/~/telephony/sessions/s-1";

fn party() -> PartyRef {
    PartyRef {
        session: SessionId::new("s-1"),
        party: "p-1-2".to_owned(),
    }
}

fn carrier(stub: &Stub) -> RestCarrier {
    let devices = Devices::new(stub.client(), Some("5001".to_owned()));
    RestCarrier::new(stub.client(), devices, PhoneNumber::parse("+15551230001"))
}

fn target() -> Target {
    Target::PhoneNumber(PhoneNumber::parse("+15557654321").unwrap())
}

/// Every command, with what it is on the wire.
fn written() -> Vec<(Command, &'static str, &'static str, Value)> {
    let to_number = json!({ "phoneNumber": "+15557654321" });
    let other = PartyRef {
        session: SessionId::new("s-2"),
        party: "p-2-1".to_owned(),
    };
    let forward = |to| Command::Forward { to };
    let extension = Target::ExtensionNumber("102".to_owned());
    let by_id = Target::ExtensionId("701002".to_owned());
    let voicemail = Target::Voicemail("701001".to_owned());
    let set = |active| Command::SetRecording {
        recording: "9".to_owned(),
        active,
    };
    let reply = Command::Reply {
        text: "We call you back.".to_owned(),
    };
    let bridged = json!({ "telephonySessionId": "s-2", "partyId": "p-2-1" });
    vec![
        (
            Command::Answer,
            "POST",
            "/answer",
            json!({ "deviceId": "5001" }),
        ),
        (Command::Reject, "POST", "/reject", Value::Null),
        (Command::Hold, "POST", "/hold", Value::Null),
        (Command::Unhold, "POST", "/unhold", Value::Null),
        (
            Command::Mute { muted: true },
            "PATCH",
            "",
            json!({ "party": { "muted": true } }),
        ),
        (forward(target()), "POST", "/forward", to_number.clone()),
        (
            forward(extension),
            "POST",
            "/forward",
            json!({ "extensionNumber": "102" }),
        ),
        (
            forward(by_id),
            "POST",
            "/forward",
            json!({ "extensionId": "701002" }),
        ),
        (
            forward(voicemail),
            "POST",
            "/forward",
            json!({ "voicemail": "701001" }),
        ),
        (
            Command::Transfer { to: target() },
            "POST",
            "/transfer",
            to_number,
        ),
        (Command::Bridge { with: other }, "POST", "/bridge", bridged),
        (Command::Park, "POST", "/park", Value::Null),
        (Command::StartRecording, "POST", "/recordings", Value::Null),
        (
            set(false),
            "PATCH",
            "/recordings/9",
            json!({ "active": false }),
        ),
        (
            set(true),
            "PATCH",
            "/recordings/9",
            json!({ "active": true }),
        ),
        (
            reply,
            "POST",
            "/reply",
            json!({ "replyWithText": "We call you back." }),
        ),
    ]
}

#[tokio::test]
async fn every_command_is_written_as_the_api_wants_it() {
    let stub = Stub::start().await;
    let carrier = carrier(&stub);
    for (command, method, path, body) in written() {
        carrier.command(&party(), &command).await.unwrap();
        let expected = (
            method.to_owned(),
            format!("{BASE}/parties/p-1-2{path}"),
            body,
        );
        assert_eq!(stub.asked(), [expected], "{command:?}");
    }
    stub.will_answer([Answer::Json(204, Value::Null)]);
    let done = carrier.command(&party(), &Command::HangUp).await;
    assert_eq!(done, Ok(Done::default()));
    assert_eq!(
        stub.asked(),
        [("DELETE".to_owned(), BASE.to_owned(), Value::Null)]
    );
}

#[tokio::test]
async fn an_id_from_outside_leads_to_no_other_path() {
    let stub = Stub::start().await;
    let odd = PartyRef {
        session: SessionId::new("../../extension/~"),
        party: "p?x=1".to_owned(),
    };
    carrier(&stub).command(&odd, &Command::Hold).await.unwrap();
    let path = "/restapi/v1.0/account/~/telephony/sessions/%2E%2E%2F%2E%2E%2Fextension%2F~/parties/p%3Fx%3D1/hold";
    assert_eq!(stub.asked()[0].1, path);
}

#[tokio::test]
async fn park_and_recording_tell_what_they_brought() {
    let stub = Stub::start().await;
    let carrier = carrier(&stub);
    stub.will_answer([
        Answer::Json(201, json!({ "park": { "id": "*801" } })),
        Answer::Json(201, json!({ "id": 9912, "active": true })),
    ]);
    let parked = carrier.command(&party(), &Command::Park).await.unwrap();
    assert_eq!(parked.park.as_deref(), Some("*801"));
    let recorded = carrier
        .command(&party(), &Command::StartRecording)
        .await
        .unwrap();
    assert_eq!(recorded.recording.as_deref(), Some("9912"));
}

#[tokio::test]
async fn muting_falls_back_to_the_flat_form() {
    let stub = Stub::start().await;
    stub.will_answer([refusal(400, "CMN-101", "party")]);
    let mute = Command::Mute { muted: false };
    carrier(&stub).command(&party(), &mute).await.unwrap();
    let bodies: Vec<Value> = stub.asked().into_iter().map(|(_, _, body)| body).collect();
    assert_eq!(
        bodies,
        [
            json!({ "party": { "muted": false } }),
            json!({ "muted": false })
        ]
    );
}

#[tokio::test]
async fn each_refusal_means_one_thing() {
    let stub = Stub::start().await;
    let carrier = carrier(&stub);
    let refused = |status, code: &str| Error::Refused {
        status,
        code: code.to_owned(),
    };
    let table = [
        (403, "TAS-101", "", Error::WrongState),
        (409, "TAS-102", "", Error::WrongState),
        (409, "", "", Error::WrongState),
        (404, "CMN-102", "telephonySessionId", Error::Gone),
        (404, "CMN-102", "", Error::Gone),
        (400, "CMN-102", "partyId", Error::Gone),
        (404, "CMN-102", "extensionId", refused(404, "CMN-102")),
        (400, "CMN-101", "phoneNumber", refused(400, "CMN-101")),
        (403, "CMN-401", "", refused(403, "CMN-401")),
        (403, "TAS-115", "", refused(403, "TAS-115")),
    ];
    let transfer = Command::Transfer { to: target() };
    for (status, code, parameter, expected) in table {
        stub.will_answer([refusal(status, code, parameter)]);
        let error = carrier.command(&party(), &transfer).await.unwrap_err();
        assert_eq!(error, expected, "{status} {code} {parameter}");
        assert_eq!(stub.asked().len(), 1, "asked once");
    }
    stub.will_answer([refusal(404, "CMN-102", "telephonySessionId")]);
    let done = carrier.command(&party(), &Command::HangUp).await;
    assert_eq!(
        done,
        Ok(Default::default()),
        "who is gone needs no hanging up"
    );
}

#[tokio::test]
async fn what_may_have_been_carried_out_is_looked_after_and_not_repeated() {
    let stub = Stub::start().await;
    let carrier = carrier(&stub);
    let session = |code: &str, reason: &str| {
        let ours = json!({ "id": "p-1-2", "status": { "code": code, "reason": reason } });
        Answer::Json(200, json!({ "id": "s-1", "parties": [ours] }))
    };
    let transfer = Command::Transfer { to: target() };
    let table = [
        (
            transfer.clone(),
            session("Disconnected", "BlindTransfer"),
            true,
        ),
        (transfer.clone(), session("Answered", ""), false),
        (
            transfer,
            refusal(404, "CMN-102", "telephonySessionId"),
            false,
        ),
        (Command::Hold, session("Hold", ""), true),
        (
            Command::HangUp,
            refusal(404, "CMN-102", "telephonySessionId"),
            true,
        ),
    ];
    for (command, look, is_done) in table {
        let lost = [Answer::Broken, refusal(500, "CMN-203", "")];
        for answer in lost {
            let is_hang_up = command == Command::HangUp;
            if is_hang_up {
                // Asked again, which is safe; the session is gone then.
                stub.will_answer([answer, refusal(404, "CMN-102", "telephonySessionId")]);
            } else {
                stub.will_answer([answer, clone(&look)]);
            }
            let result = carrier.command(&party(), &command).await;
            assert_eq!(result.is_ok(), is_done, "{command:?} {result:?}");
            assert!(
                is_done || matches!(result, Err(Error::Unsure(_))),
                "{result:?}"
            );
            let asked = stub.asked();
            assert_eq!(asked.len(), 2);
            let again = asked.iter().filter(|(method, ..)| method != "GET").count();
            assert_eq!(again, 1 + usize::from(is_hang_up), "{asked:?}");
        }
    }
}

fn clone(answer: &Answer) -> Answer {
    match answer {
        Answer::Json(status, body) => Answer::Json(*status, body.clone()),
        Answer::Broken => Answer::Broken,
    }
}

#[tokio::test]
async fn our_device_is_found_once_and_again_after_a_refusal() {
    let stub = Stub::start().await;
    let carrier = RestCarrier::new(stub.client(), Devices::new(stub.client(), None), None);
    let list = |id: &str| {
        let ours = json!({ "id": id, "type": "OtherPhone", "status": "Online" });
        Answer::Json(
            200,
            json!({ "records": [{ "id": "1", "type": "SoftPhone" }, ours] }),
        )
    };
    stub.will_answer([list("5001")]);
    carrier.command(&party(), &Command::Answer).await.unwrap();
    carrier.command(&party(), &Command::Answer).await.unwrap();
    stub.will_answer([refusal(400, "CMN-101", "deviceId"), list("5002")]);
    carrier
        .command(&party(), &Command::Answer)
        .await
        .unwrap_err();
    carrier.command(&party(), &Command::Answer).await.unwrap();
    let asked = stub.asked();
    let devices: Vec<&Value> = asked.iter().map(|(_, _, body)| &body["deviceId"]).collect();
    assert_eq!(
        devices,
        ["", "5001", "5001", "5001", "", "5002"]
            .map(|id| match id {
                "" => Value::Null,
                id => json!(id),
            })
            .iter()
            .collect::<Vec<_>>()
    );
    stub.will_answer([Answer::Json(200, json!({ "records": [] }))]);
    let nobody = RestCarrier::new(stub.client(), Devices::new(stub.client(), None), None);
    let error = nobody
        .command(&party(), &Command::Answer)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::Unavailable(reason) if reason.contains("OtherPhone")),
        "{error}"
    );
}

#[tokio::test]
async fn nothing_is_commanded_without_an_application() {
    let carrier = NoCarrier;
    assert!(!carrier.is_configured());
    assert_eq!(carrier.own_extension().await, None);
    let not_configured = Err(Error::NotConfigured);
    assert_eq!(
        carrier.command(&party(), &Command::Hold).await,
        not_configured
    );
    assert_eq!(
        carrier.session(&party().session).await,
        Err(Error::NotConfigured)
    );
}

#[tokio::test]
async fn a_server_that_is_away_did_nothing() {
    let stub = Stub::start().await;
    let client = stub.client();
    drop(stub);
    let carrier = RestCarrier::new(client.clone(), Devices::new(client, None), None);
    let error = carrier.command(&party(), &Command::Hold).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable(_)), "{error}");
    assert_eq!(carrier.own_extension().await, None);
}
