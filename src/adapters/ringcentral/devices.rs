//! Owns which device of the account is ours, an "Existing Phone". Called by the carrier, which has calls brought to it,
//! and at start for its SIP credentials. Never registers it.

use super::client::Client;
use super::error::Error;
use super::limits::Group;
use super::party::text;
use super::request::Request;
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Type of the devices that an application can be: `SoftPhone` and `WebPhone` are RingCentral's own programs.
const TYPE: &str = "OtherPhone";

/// Our device; clones share what is known of it.
#[derive(Clone)]
pub struct Devices {
    client: Client,
    chosen: Option<String>,
    found: Arc<Mutex<Option<String>>>,
}

impl Devices {
    /// Takes the id that was configured; without one the first that fits will do.
    pub fn new(client: Client, chosen: Option<String>) -> Self {
        Self {
            client,
            chosen,
            found: Arc::default(),
        }
    }

    /// Gives the id of our device, asking for the list once.
    pub(super) async fn id(&self) -> Result<String, Error> {
        if let Some(chosen) = &self.chosen {
            return Ok(chosen.clone());
        }
        let mut found = self.found.lock().await;
        if let Some(id) = &*found {
            return Ok(id.clone());
        }
        let path = "/restapi/v1.0/account/~/extension/~/device";
        let list = Request::get(Group::Light, path).as_command();
        let answer = self.client.send(&list).await?;
        let id = choose(&answer)
            .ok_or_else(|| Error::Missing(format!("device of type {TYPE} on the extension")))?;
        Ok(found.insert(id).clone())
    }

    /// Drops what was found: the device may have been replaced.
    pub(super) async fn forget(&self) {
        *self.found.lock().await = None;
    }
}

/// Chooses from the list: one that is online, because only that can be rung, else the first.
fn choose(answer: &Value) -> Option<String> {
    let records = answer["records"].as_array()?;
    let fitting = || records.iter().filter(|one| one["type"] == TYPE);
    let online = fitting().find(|one| one["status"] == "Online");
    text(&online.or_else(|| fitting().next())?["id"])
}

#[cfg(test)]
mod tests {
    use super::choose;
    use serde_json::json;

    #[test]
    fn an_existing_phone_is_chosen_before_others_and_one_online_first() {
        let list = |records: &[(&str, &str, &str)]| {
            let records: Vec<_> = records
                .iter()
                .map(|(id, kind, status)| json!({ "id": id, "type": kind, "status": status }))
                .collect();
            choose(&json!({ "records": records }))
        };
        let table = [
            (list(&[]), None),
            (list(&[("1", "SoftPhone", "Online")]), None),
            (
                list(&[("1", "WebPhone", "Online"), ("2", "OtherPhone", "Offline")]),
                Some("2"),
            ),
            (
                list(&[
                    ("1", "OtherPhone", "Offline"),
                    ("2", "OtherPhone", "Online"),
                ]),
                Some("2"),
            ),
        ];
        for (chosen, expected) in table {
            assert_eq!(chosen.as_deref(), expected);
        }
        assert_eq!(choose(&json!({ "records": "none" })), None);
    }
}
