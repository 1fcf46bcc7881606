//! One party of a telephony session, as notifications and REST show it.
//!
//! Owns the JSON of a party; sessions, sequences and the exchange keep parties. It never changes a state.

use serde_json::{Value, json};

/// Says who or what is at one end of a leg; everything may be unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Endpoint {
    /// Holds the number, E.164 or a short one.
    pub phone_number: Option<String>,
    /// Holds the name.
    pub name: Option<String>,
    /// Holds the extension id.
    pub extension_id: Option<String>,
    /// Holds the device id.
    pub device_id: Option<String>,
}

impl Endpoint {
    /// Names an outside number.
    pub fn number(number: &str) -> Self {
        Self {
            phone_number: Some(number.to_owned()),
            ..Self::default()
        }
    }

    /// Adds a name.
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// Adds an extension id.
    pub fn at(mut self, extension_id: &str) -> Self {
        self.extension_id = Some(extension_id.to_owned());
        self
    }

    /// Adds a device id.
    pub fn on(mut self, device_id: &str) -> Self {
        self.device_id = Some(device_id.to_owned());
        self
    }

    fn json(&self) -> Value {
        let fields = [
            ("phoneNumber", &self.phone_number),
            ("name", &self.name),
            ("extensionId", &self.extension_id),
            ("deviceId", &self.device_id),
        ];
        let known = fields
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), json!(value.as_ref()?))));
        Value::Object(known.collect())
    }
}

/// Points to the party of another session in which a `Gone` party goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Holds the other call's `s-…`.
    pub telephony_session_id: String,
    /// Holds the other call's decimal id; `0` for a conference.
    pub session_id: String,
    /// Holds the party's id.
    pub party_id: String,
}

/// Holds what is known of one party at one moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PartyState {
    /// Counts the parties of a session from 1, the originator.
    pub number: u32,
    /// Holds the extension whose leg it is; outside parties have none.
    pub extension_id: Option<String>,
    /// Says whether the call came to this party.
    pub inbound: bool,
    /// Says who calls.
    pub from: Endpoint,
    /// Says who is called.
    pub to: Endpoint,
    /// Holds `status.code`.
    pub code: String,
    /// Holds `status.reason`.
    pub reason: Option<String>,
    /// Points to where a `Gone` party goes on.
    pub peer: Option<Peer>,
    /// Holds the park orbit, such as `*801`.
    pub park: Option<String>,
    /// Lists recordings with their ids, and whether they run.
    pub recordings: Vec<(String, bool)>,
    /// Says whether the party is muted.
    pub muted: bool,
    /// Says whether the party stays alone on the line.
    pub stand_alone: bool,
    /// Says whether the call was missed.
    pub missed: bool,
    /// Says that a queue offers the call, under this name.
    pub queue: Option<String>,
    /// Holds `Host` or `Participant` in a conference.
    pub conference_role: Option<&'static str>,
    /// Says whether the ringing call can be picked up on a mobile phone: from Proceeding to the first Hold.
    pub mobile_pickup: bool,
    /// Holds the SIP Call-ID of the leg to our device, once it may be shown.
    pub call_id: Option<String>,
}

impl PartyState {
    /// Writes the party as notifications show it.
    pub fn event_json(&self, account_id: &str, party_id: &str) -> Value {
        let mut party = self.json(account_id, party_id);
        party["missedCall"] = json!(self.missed);
        party["status"]["rcc"] = json!(false);
        if let Some(peer) = &self.peer {
            party["status"]["peerId"] = json!({
                "telephonySessionId": peer.telephony_session_id,
                "sessionId": peer.session_id,
                "partyId": peer.party_id,
            });
        }
        if let Some(extension) = self.extension_id.as_ref().filter(|_| self.mobile_pickup) {
            party["status"]["mobilePickupData"] = json!({
                "ccMailboxes": [extension], "to": "#1009016@sip.ringcentral.com:5060",
                "sid": "53200000000001", "srvLvl": "-149699523", "srvLvlExt": "406",
            });
        }
        if let Some(call_id) = self.call_id.as_ref().filter(|_| self.code == "Answered") {
            party["sipData"] =
                json!({ "callId": call_id, "toTag": "sim-to", "fromTag": "sim-from" });
        }
        if let Some(queue) = &self.queue {
            party["queueCall"] = json!(true);
            party["uiCallInfo"] = json!({
                "primary": { "type": "QueueName", "value": queue },
                "additional": { "type": "CallerIdName", "value": self.from.name },
            });
        }
        party
    }

    /// Writes the party as REST shows it: there `peerId.sessionId` is the `s-…` of the other call.
    pub fn rest_json(&self, account_id: &str, party_id: &str) -> Value {
        let mut party = self.json(account_id, party_id);
        party["attributes"] = json!({});
        if let Some(peer) = &self.peer {
            let (session, party_id) = (&peer.telephony_session_id, &peer.party_id);
            party["status"]["peerId"] = json!({ "sessionId": session, "partyId": party_id });
        }
        if let Some(extension) = &self.extension_id {
            party["owner"] =
                json!({ "accountId": account_id, "extensionId": extension, "brandId": "1210" });
        }
        party
    }

    /// Says whether nothing follows for this party.
    pub fn is_over(&self) -> bool {
        matches!(self.code.as_str(), "Disconnected" | "Gone")
    }

    fn json(&self, account_id: &str, party_id: &str) -> Value {
        let mut party = json!({
            "accountId": account_id,
            "id": party_id,
            "direction": if self.inbound { "Inbound" } else { "Outbound" },
            "to": self.to.json(),
            "from": self.from.json(),
            "status": { "code": self.code },
            "park": {},
            "standAlone": self.stand_alone,
            "muted": self.muted,
        });
        if let Some(extension) = &self.extension_id {
            party["extensionId"] = json!(extension);
        }
        if let Some(reason) = &self.reason {
            party["status"]["reason"] = json!(reason);
        }
        if let Some(orbit) = &self.park {
            party["park"]["id"] = json!(orbit);
            party["status"]["parkData"] = json!(orbit);
        }
        if let Some(role) = self.conference_role {
            party["conferenceRole"] = json!(role);
        }
        if !self.recordings.is_empty() {
            let recordings = self
                .recordings
                .iter()
                .map(|(id, active)| json!({ "id": id, "active": active }));
            party["recordings"] = recordings.collect();
        }
        party
    }
}
