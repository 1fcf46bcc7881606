//! Owns which device of the account is ours, an "Existing Phone". Called by the carrier, which has calls brought to it,
//! and at start for its SIP credentials. Never registers it.

use super::client::Client;
use super::commands::segment;
use super::error::Error;
use super::limits::Group;
use super::party::text;
use super::request::Request;
use secrecy::SecretString;
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

    /// Gives the SIP account of our device.
    pub async fn sip_info(&self) -> Result<SipInfo, Error> {
        let id = self.id().await?;
        let path = format!("/restapi/v1.0/account/~/device/{}/sip-info", segment(&id));
        let answer = self.client.send(&Request::get(Group::Light, path)).await;
        if answer.as_ref().is_err_and(Error::is_gone) {
            self.forget().await;
        }
        SipInfo::read(&answer?)
    }

    /// Drops what was found: the device may have been replaced.
    pub(super) async fn forget(&self) {
        *self.found.lock().await = None;
    }
}

/// The SIP account of a device (RingCentral dossier, 5.1).
#[derive(Clone, Debug)]
pub struct SipInfo {
    /// Domain, without a port.
    pub domain: String,
    /// User part of the address.
    pub user: String,
    /// Name for the digest.
    pub auth_id: String,
    /// Password for the digest.
    pub password: SecretString,
    /// Where to register over TLS, `host:port`.
    pub proxy: String,
}

impl SipInfo {
    fn read(answer: &Value) -> Result<Self, Error> {
        let missing = |what: &str| Error::Unreadable(format!("sip-info without {what}"));
        let field = |name: &str| text(&answer[name]).ok_or_else(|| missing(name));
        let domain = field("domain")?;
        let mut proxies = answer["outboundProxies"].as_array().into_iter().flatten();
        let proxy = proxies.find_map(|one| text(&one["proxyTLS"]));
        Ok(Self {
            domain: domain.split(':').next().unwrap_or_default().to_owned(),
            user: field("userName")?,
            auth_id: field("authorizationId")?,
            password: field("password")?.into(),
            proxy: proxy.ok_or_else(|| missing("outboundProxies[].proxyTLS"))?,
        })
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
    use super::{SipInfo, choose};
    use serde_json::json;

    #[test]
    fn sip_info_is_read_with_its_tls_proxy_and_never_shown() {
        let mut info = json!({
            "domain": "sip.example.com:5061", "userName": "15551230001", "password": "hush", "authorizationId": 8025,
            "outboundProxies": [{ "region": "X", "proxy": "a:5090" }, { "region": "NA", "proxyTLS": "b:5096" }],
        });
        let read = SipInfo::read(&info).map(|read| format!("{read:?}"));
        let read = read.unwrap_or_default();
        for part in [
            "\"sip.example.com\"",
            "\"15551230001\"",
            "\"8025\"",
            "\"b:5096\"",
        ] {
            assert!(read.contains(part), "{read}");
        }
        assert!(!read.contains("hush"), "{read}");
        info["outboundProxies"] = json!([]);
        let error = SipInfo::read(&info).map_err(|error| error.to_string());
        assert!(error.is_err_and(|error| error.contains("proxyTLS")));
    }

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
