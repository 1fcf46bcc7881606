//! Owns the reading of RingCentral's notifications: the real body with `parties[]`, and the flat one of the first
//! user's tests. Called by `webhooks` after authentication. Unknown fields and codes are tolerated, ids may be numbers.

use crate::adapters::ringcentral::party::{read_party, text};
use maitred_actors::call::PartyStatus;
use maitred_actors::types::SessionId;
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

/// A notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// Its `uuid`, the same when it is delivered again.
    pub uuid: Option<String>,
    /// What it says of parties; nothing when it is not about a telephony session.
    pub parties: Vec<PartyStatus>,
}

/// Reads a notification.
pub fn read_notification(raw: &[u8]) -> Result<Notification, Malformed> {
    let envelope: Value =
        serde_json::from_slice(raw).map_err(|error| Malformed::NotJson(error.to_string()))?;
    Ok(Notification {
        uuid: text(&envelope["uuid"]),
        parties: read_parties(&envelope)?,
    })
}

fn read_parties(envelope: &Value) -> Result<Vec<PartyStatus>, Malformed> {
    let body = &envelope["body"];
    let parties = body["parties"].as_array();
    let is_flat = !body["telephonyStatus"].is_null();
    if parties.is_none() && !is_flat {
        return Ok(Vec::new());
    }
    let session = text(&body["telephonySessionId"]).ok_or(Malformed::NoSession)?;
    let session = SessionId::new(session);
    let sequence = body["sequence"].as_u64();
    let nowhere = Value::Null;
    Ok(match parties {
        Some(parties) => parties
            .iter()
            .filter_map(|party| read_party(&session, sequence, party, &body["sipData"]))
            .collect(),
        None => {
            // The flat test body is a party with its status written flat.
            let party = serde_json::json!({
                "id": body["partyId"],
                "direction": body["direction"],
                "from": body["from"],
                "to": body["to"],
                "status": {"code": body["telephonyStatus"]},
                "sipData": body["sipData"],
            });
            read_party(&session, sequence, &party, &nowhere)
                .into_iter()
                .collect()
        }
    })
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
        assert_eq!(real.uuid.as_deref(), Some("1"));
        let real = real.parties;
        assert_eq!(real[0].sip_call_id.as_deref(), Some("abc"));
        assert_eq!((real[0].party.as_str(), real[0].sequence), ("p-2", 5));
        let flat = read_notification(flat).unwrap();
        assert_eq!(flat.uuid, None);
        let flat = flat.parties;
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
        assert_eq!(read_notification(reminder).unwrap().parties, []);
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
