//! Owns the reading of a party of a telephony session, in a notification's body and in the answer of the Call Control
//! API alike. Called by the ingress and by the carrier. Every field is optional, ids may be numbers, and codes are kept
//! as they are written.

use maitred_actors::call::{PartyStatus, RecordingRef};
use maitred_actors::ports::carrier::PartyRef;
use maitred_actors::types::{PhoneNumber, SessionId};
use serde_json::Value;

/// Reads one party; `None` where it has no status. `sip_data` is where the body keeps it for all parties.
pub fn read_party(
    session: &SessionId,
    sequence: Option<u64>,
    party: &Value,
    sip_data: &Value,
) -> Option<PartyStatus> {
    let status = &party["status"];
    let code = text(&status["code"])?;
    let direction = text(&party["direction"]);
    let is_inbound = direction.as_deref() == Some("Inbound");
    let extension = text(&party["extensionId"])
        .or_else(|| text(&party["owner"]["extensionId"]))
        .or_else(|| text(&party["to"]["extensionId"]).filter(|_| is_inbound));
    Some(PartyStatus {
        session: session.clone(),
        party: text(&party["id"]).unwrap_or_else(|| "unnamed".to_owned()),
        sequence: sequence.unwrap_or_else(|| rank(&code)),
        reason: text(&status["reason"]),
        direction,
        from: number(&party["from"]),
        to: callee(&party["to"]),
        sip_call_id: text(&party["sipData"]["callId"]).or_else(|| text(&sip_data["callId"])),
        extension,
        from_name: text(&party["from"]["name"]),
        queue: party["queueCall"].as_bool().unwrap_or(false),
        missed: party["missedCall"].as_bool().unwrap_or(false),
        park: text(&party["park"]["id"]).or_else(|| text(&status["parkData"])),
        peer: peer(&status["peerId"]),
        recordings: recordings(&party["recordings"]),
        code,
    })
}

/// Reads `peerId`. The Call Control API writes the session's name under `sessionId`, notifications under
/// `telephonySessionId` (RingCentral dossier, 3.2).
fn peer(value: &Value) -> Option<PartyRef> {
    let session = text(&value["telephonySessionId"]).or_else(|| text(&value["sessionId"]))?;
    Some(PartyRef {
        session: SessionId::new(session),
        party: text(&value["partyId"]).unwrap_or_default(),
    })
}

fn recordings(value: &Value) -> Vec<RecordingRef> {
    let all = value.as_array().into_iter().flatten();
    all.filter_map(|one| {
        Some(RecordingRef {
            id: text(&one["id"])?,
            active: one["active"].as_bool().unwrap_or(true),
        })
    })
    .collect()
}

/// Orders the reports of a sender that numbers none: by how far a call has come.
pub fn rank(code: &str) -> u64 {
    match code.to_lowercase().as_str() {
        "setup" => 1,
        "proceeding" => 2,
        "answered" => 3,
        "disconnected" | "gone" => 100,
        _ => 4,
    }
}

/// Reads a text, or a number as text; an empty one counts as missing.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Reads a caller: `{"phoneNumber": …}`, or the number itself.
pub fn number(value: &Value) -> Option<PhoneNumber> {
    let plain = text(value).or_else(|| text(&value["phoneNumber"]))?;
    PhoneNumber::parse(&plain)
}

/// Reads who was called: a number, the number itself, or an extension.
pub fn callee(value: &Value) -> Option<String> {
    text(value)
        .or_else(|| text(&value["phoneNumber"]))
        .or_else(|| text(&value["extensionId"]))
}
