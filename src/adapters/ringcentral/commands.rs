//! Owns how each command is written for the Call Control API, and what its answer and the state of a party tell of
//! its success (RingCentral dossier, part 4). Called by the carrier. Pure: it asks nobody.

use super::limits::Group;
use super::party::text;
use super::request::Request;
use maitred_actors::call::PartyStatus;
use maitred_actors::ports::carrier::{Command, Done, PartyRef, Target};
use maitred_actors::types::SessionId;
use serde_json::{Value, json};

/// Gives the path of a session.
pub(super) fn session_path(session: &SessionId) -> String {
    format!(
        "/restapi/v1.0/account/~/telephony/sessions/{}",
        segment(session.as_str())
    )
}

/// Gives the ways to ask, best first; the next is for a server that answers 400. `device` is ours.
pub(super) fn requests(party: &PartyRef, command: &Command, device: &str) -> Vec<Request> {
    let session = session_path(&party.session);
    let path = format!("{session}/parties/{}", segment(&party.party));
    let post = |action: &str, body: Option<Value>| {
        Request::post(Group::Light, format!("{path}/{action}"), body)
    };
    let asked = match command {
        Command::Answer => vec![post("answer", Some(json!({ "deviceId": device })))],
        Command::Reject => vec![post("reject", None)],
        Command::HangUp => vec![Request::delete(Group::Light, session)],
        Command::Hold => vec![post("hold", None)],
        Command::Unhold => vec![post("unhold", None)],
        Command::Mute { muted } => {
            // The documents disagree on whether the field is wrapped.
            let flat = json!({ "muted": muted });
            let patch = |body| Request::patch(Group::Light, path.clone(), body).repeatable();
            vec![patch(json!({ "party": flat })), patch(flat)]
        }
        Command::Forward { to } => vec![post("forward", Some(target(to)))],
        Command::Transfer { to } => vec![post("transfer", Some(target(to)))],
        Command::Bridge { with } => {
            let other =
                json!({ "telephonySessionId": with.session.as_str(), "partyId": with.party });
            vec![post("bridge", Some(other))]
        }
        Command::Park => vec![post("park", None)],
        // RingCentral's REST presses no keys; the line does.
        Command::Press { .. } => Vec::new(),
        Command::StartRecording => vec![post("recordings", None)],
        Command::SetRecording { recording, active } => {
            let path = format!("{path}/recordings/{}", segment(recording));
            vec![Request::patch(Group::Light, path, json!({ "active": active })).repeatable()]
        }
        Command::Reply { text } => vec![post("reply", Some(json!({ "replyWithText": text })))],
    };
    asked.into_iter().map(Request::as_command).collect()
}

fn target(to: &Target) -> Value {
    match to {
        Target::PhoneNumber(number) => json!({ "phoneNumber": number.as_str() }),
        Target::ExtensionNumber(number) => json!({ "extensionNumber": number }),
        Target::ExtensionId(id) => json!({ "extensionId": id }),
        Target::Voicemail(id) => json!({ "voicemail": id }),
    }
}

/// Reads what a command brought.
pub(super) fn done(command: &Command, answer: &Value) -> Done {
    match command {
        Command::Park => Done {
            park: text(&answer["park"]["id"]).or_else(|| text(&answer["status"]["parkData"])),
            recording: None,
        },
        Command::StartRecording => Done {
            park: None,
            recording: text(&answer["id"]),
        },
        _ => Done::default(),
    }
}

/// Tells from the session whether a command to a party of it was carried out, though no answer came; `None` where it
/// does not show.
pub(super) fn shows(command: &Command, party: &str, parties: &[PartyStatus]) -> Option<Done> {
    let everybody = parties.iter();
    let parked = everybody.clone().find_map(|one| one.park.clone());
    let party = everybody.clone().find(|one| one.party == party)?;
    let is = |code: &str| party.code.eq_ignore_ascii_case(code);
    let ended_by = |reasons: &[&str]| {
        let reason = party.reason.as_deref().unwrap_or_default();
        party.is_over() && reasons.iter().any(|one| reason.eq_ignore_ascii_case(one))
    };
    let recording = party.recordings.iter().find(|one| one.active);
    let carried_out = match command {
        Command::Answer | Command::Unhold => is("answered"),
        Command::Hold => is("hold"),
        Command::Reject => ended_by(&["Rejected"]) || is("voicemail"),
        Command::HangUp => party.is_over(),
        Command::Forward { .. } | Command::Transfer { .. } => {
            ended_by(&["BlindTransfer", "CallRedirected"])
        }
        Command::Bridge { .. } => ended_by(&["AttendedTransfer"]),
        // The call waits as a party of nobody.
        Command::Park => is("parked") || ended_by(&["CallPark"]) && parked.is_some(),
        Command::StartRecording => recording.is_some(),
        Command::Reply { .. } => party
            .reason
            .as_deref()
            .is_some_and(|reason| reason.eq_ignore_ascii_case("CallReplied")),
        // Asked again until there was an answer; nothing more is to be learnt.
        Command::Mute { .. } | Command::SetRecording { .. } | Command::Press { .. } => false,
    };
    carried_out.then(|| Done {
        park: parked.filter(|_| *command == Command::Park),
        recording: recording
            .filter(|_| *command == Command::StartRecording)
            .map(|one| one.id.clone()),
    })
}

/// Writes an id as one segment of a path: ids come from outside, and none may lead elsewhere (RFC 3986, 2.3).
pub(super) fn segment(id: &str) -> String {
    let written = |byte: u8| match byte {
        b'-' | b'_' | b'~' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    id.bytes().map(written).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::ringcentral::party::read_party;

    #[test]
    fn an_id_cannot_lead_to_another_path() {
        assert_eq!(segment("s-a0d1z19_~"), "s-a0d1z19_~");
        assert_eq!(segment("../x?y#é"), "%2E%2E%2Fx%3Fy%23%C3%A9");
    }

    #[test]
    fn the_session_shows_what_became_of_a_command() {
        let session = SessionId::new("s-1");
        let parties = |status: Value| {
            let ours = json!({ "id": "p-1", "status": status, "recordings": [{ "id": 9, "active": true }] });
            let parked =
                json!({ "id": "p-2", "status": { "code": "Parked" }, "park": { "id": "*801" } });
            let read = |party| read_party(&session, Some(0), party, &Value::Null);
            [ours, parked].iter().filter_map(read).collect::<Vec<_>>()
        };
        let to = || Target::ExtensionId("1".to_owned());
        let over = |reason: &str| json!({ "code": "Disconnected", "reason": reason });
        let code = |code: &str| json!({ "code": code });
        let table = [
            (Command::Hold, code("Hold"), true),
            (Command::Hold, code("Answered"), false),
            (Command::Transfer { to: to() }, over("BlindTransfer"), true),
            (Command::Transfer { to: to() }, over(""), false),
            (Command::Reject, over("BlindTransfer"), false),
            (Command::Mute { muted: true }, code("Answered"), false),
            (Command::Park, over("CallPark"), true),
            (Command::Park, over(""), false),
        ];
        for (command, status, expected) in table {
            let shown = shows(&command, "p-1", &parties(status));
            assert_eq!(shown.is_some(), expected, "{command:?}");
            let orbit = shown.and_then(|done| done.park);
            assert_eq!(orbit.is_some(), expected && command == Command::Park);
        }
        let recorded = shows(&Command::StartRecording, "p-1", &parties(code("Answered")));
        assert_eq!(
            recorded.and_then(|done| done.recording).as_deref(),
            Some("9")
        );
        assert_eq!(shows(&Command::Hold, "p-3", &parties(code("Hold"))), None);
    }
}
