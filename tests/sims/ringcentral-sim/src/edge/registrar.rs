//! The registrar: challenge, check, short expiry, and the latest registration wins.
//!
//! Owns the binding of the one device; the router asks it. It never opens or closes a connection.

use std::time::{Duration, Instant};

use uuid::Uuid;

use super::server::EdgeConfig;
use crate::sip::digest::{Parameters, response};
use crate::sip::values::{parameter_of, uri_of};
use crate::sip::{Flow, Message};

/// Bounds how many challenges are remembered.
const NONCES_KEPT: usize = 64;

/// Says what goes wrong with REGISTER requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EdgeFault {
    /// Closes the connection instead of answering; datagrams are ignored.
    DropConnection,
    /// Refuses with 403.
    Forbid,
    /// Refuses with 503.
    Unavailable,
    /// Never answers.
    Ignore,
}

/// Describes a registered device.
#[derive(Debug, Clone)]
pub struct Binding {
    /// Holds the URI of its Contact, which calls are addressed to.
    pub contact: String,
    /// Leads to the device.
    pub flow: Flow,
    /// Tells for how long it was granted.
    pub granted: Duration,
    /// Tells when it was last refreshed.
    pub at: Instant,
    /// Holds the REGISTER that made it.
    pub request: Message,
}

impl Binding {
    /// Says whether calls can still be sent there.
    pub fn is_live(&self) -> bool {
        self.at.elapsed() < self.granted && self.flow.is_open()
    }
}

/// Says how a REGISTER came out.
#[derive(Debug)]
pub(super) enum Outcome {
    Challenge(Message),
    Refused(Message),
    Bound(Message, Box<Binding>),
    Removed(Message),
}

#[derive(Debug, Default)]
pub(super) struct Registrar {
    nonces: Vec<String>,
}

impl Registrar {
    /// Judges a REGISTER.
    pub fn judge(&mut self, config: &EdgeConfig, request: &Message, flow: &Flow) -> Outcome {
        let tag = Some("edge");
        match self.prove(config, request, "Authorization") {
            Proof::Right => {}
            Proof::Missing if !config.challenge => {}
            Proof::Missing => {
                let challenge = self.nonce(config);
                let response = Message::response_to(request, 401, "Unauthorized", tag);
                return Outcome::Challenge(response.with("Www-Authenticate", &challenge));
            }
            Proof::Wrong => {
                return Outcome::Refused(Message::response_to(request, 403, "Forbidden", tag));
            }
        }
        let contact = request.header("Contact").unwrap_or_default();
        let asked = parameter_of(contact.rsplit('>').next().unwrap_or_default(), "expires");
        let asked = asked
            .or(request.header("Expires"))
            .and_then(|text| text.parse().ok())
            .unwrap_or(3600_u64);
        let response = Message::response_to(request, 200, "OK", tag);
        if asked == 0 {
            return Outcome::Removed(response);
        }
        let granted = asked.min(config.granted.as_secs());
        let uri = uri_of(contact).to_owned();
        let response = response.with("Contact", &format!("<{uri}>;expires={granted}"));
        let binding = Binding {
            contact: uri,
            flow: flow.clone(),
            granted: Duration::from_secs(granted),
            at: Instant::now(),
            request: request.clone(),
        };
        Outcome::Bound(response, Box::new(binding))
    }

    /// Judges the credentials of a call that the device makes; what comes back turns it away.
    pub fn judge_call(&mut self, config: &EdgeConfig, request: &Message) -> Option<Message> {
        let tag = Some("edge");
        match self.prove(config, request, "Proxy-Authorization") {
            Proof::Right => None,
            Proof::Wrong => Some(Message::response_to(request, 403, "Forbidden", tag)),
            Proof::Missing => {
                let challenge = self.nonce(config);
                let code = "Proxy Authentication Required";
                let response = Message::response_to(request, 407, code, tag);
                Some(response.with("Proxy-Authenticate", &challenge))
            }
        }
    }

    fn prove(&self, config: &EdgeConfig, request: &Message, header: &str) -> Proof {
        let Some(given) = request.header(header).and_then(Parameters::parse) else {
            return Proof::Missing;
        };
        let fresh = |nonce| self.nonces.iter().any(|known| known == nonce);
        match given.get("nonce").is_some_and(fresh) {
            false => Proof::Missing,
            true if is_right(config, &given, request.method()) => Proof::Right,
            true => Proof::Wrong,
        }
    }

    /// Writes a challenge: no qop, no opaque, no algorithm, as RingCentral does.
    fn nonce(&mut self, config: &EdgeConfig) -> String {
        let nonce = Uuid::new_v4().simple().to_string();
        if self.nonces.len() == NONCES_KEPT {
            self.nonces.remove(0);
        }
        self.nonces.push(nonce.clone());
        format!("Digest realm=\"{}\", nonce=\"{nonce}\"", config.domain)
    }
}

/// Says how the credentials of a request are.
enum Proof {
    Missing,
    Wrong,
    Right,
}

/// Checks the digest over the `uri` that the client wrote, whatever it is.
fn is_right(config: &EdgeConfig, given: &Parameters, method: &str) -> bool {
    let (Some(nonce), Some(uri)) = (given.get("nonce"), given.get("uri")) else {
        return false;
    };
    let user = &config.authorization_id;
    let wanted = response(user, &config.domain, &config.password, nonce, method, uri);
    given.get("username") == Some(user) && given.get("response") == Some(&wanted)
}
