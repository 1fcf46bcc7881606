//! Owns the reading of RingCentral's notifications: the real body with `parties[]`, and the flat one of the first
//! user's tests. Called by `webhooks` after authentication. Unknown fields and codes are tolerated, ids may be numbers.

use maitred_actors::call::PartyStatus;
use maitred_actors::types::{PhoneNumber, SessionId};
use serde_json::Value;

/// Why a notification could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Not JSON.
    #[error("body is not JSON: {0}")]
    NotJson(String),
    /// A telephony event without its session.
    #[error("body.telephonySessionId is missing; expected the id of a telephony session")]
    NoSession,
}

/// Reads the parties of a notification; none for one that is not about a telephony session.
pub fn read_notification(raw: &[u8]) -> Result<Vec<PartyStatus>, Malformed> {
    let envelope: Value =
        serde_json::from_slice(raw).map_err(|error| Malformed::NotJson(error.to_string()))?;
    let body = &envelope["body"];
    let parties = body["parties"].as_array();
    let is_flat = !body["telephonyStatus"].is_null();
    if parties.is_none() && !is_flat {
        return Ok(Vec::new());
    }
    let session = text(&body["telephonySessionId"]).ok_or(Malformed::NoSession)?;
    let session = SessionId::new(session);
    let sequence = body["sequence"].as_u64();
    Ok(match parties {
        Some(parties) => parties
            .iter()
            .filter_map(|party| {
                let code = text(&party["status"]["code"])?;
                Some(PartyStatus {
                    session: session.clone(),
                    party: text(&party["id"]).unwrap_or_else(|| "unnamed".to_owned()),
                    sequence: sequence.unwrap_or_else(|| rank(&code)),
                    reason: text(&party["status"]["reason"]),
                    direction: text(&party["direction"]),
                    from: number(&party["from"]),
                    to: callee(&party["to"]),
                    sip_call_id: text(&party["sipData"]["callId"])
                        .or_else(|| text(&body["sipData"]["callId"])),
                    code,
                })
            })
            .collect(),
        None => text(&body["telephonyStatus"])
            .map(|code| PartyStatus {
                session,
                party: text(&body["partyId"]).unwrap_or_else(|| "unnamed".to_owned()),
                sequence: sequence.unwrap_or_else(|| rank(&code)),
                reason: None,
                direction: text(&body["direction"]),
                from: number(&body["from"]),
                to: callee(&body["to"]),
                sip_call_id: text(&body["sipData"]["callId"]),
                code,
            })
            .into_iter()
            .collect(),
    })
}

/// Orders the reports of a sender that numbers none: by how far a call has come.
fn rank(code: &str) -> u64 {
    match code.to_lowercase().as_str() {
        "setup" => 1,
        "proceeding" => 2,
        "answered" => 3,
        "disconnected" | "gone" => 100,
        _ => 4,
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Reads a caller: `{"phoneNumber": …}`, or the number itself.
fn number(value: &Value) -> Option<PhoneNumber> {
    let plain = text(value).or_else(|| text(&value["phoneNumber"]))?;
    PhoneNumber::parse(&plain)
}

fn callee(value: &Value) -> Option<String> {
    text(value)
        .or_else(|| text(&value["phoneNumber"]))
        .or_else(|| text(&value["extensionId"]))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_bodies_are_understood() {
        let real = br#"{"uuid":"1","body":{"sequence":5,"telephonySessionId":"s-1","parties":[
            {"id":"p-2","direction":"Inbound","from":{"phoneNumber":"+15557654321"},"to":{"phoneNumber":"+15551230001"},
             "status":{"code":"Proceeding","unknown":[]},"sipData":{"callId":"abc"}}]}}"#;
        let flat = br#"{"body":{"telephonySessionId":17,"partyId":2,"direction":"Inbound","from":"+15557654321",
             "to":"+15551230001","telephonyStatus":"Proceeding"}}"#;
        let real = read_notification(real).unwrap();
        assert_eq!(real[0].sip_call_id.as_deref(), Some("abc"));
        assert_eq!((real[0].party.as_str(), real[0].sequence), ("p-2", 5));
        let flat = read_notification(flat).unwrap();
        assert_eq!(
            (flat[0].session.as_str(), flat[0].party.as_str()),
            ("17", "2")
        );
        assert_eq!(flat[0].from, real[0].from);
    }

    #[test]
    fn what_is_not_about_a_session_is_left_alone() {
        let reminder =
            br#"{"event":"/restapi/v1.0/subscription/~?threshold=60","body":{"expiresIn":50}}"#;
        assert_eq!(read_notification(reminder), Ok(Vec::new()));
        assert_eq!(
            read_notification(br#"{"body":{"parties":[{}]}}"#),
            Err(Malformed::NoSession)
        );
        assert!(matches!(
            read_notification(b"<xml/>"),
            Err(Malformed::NotJson(_))
        ));
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic(raw in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_notification(&raw);
        }
    }
}
