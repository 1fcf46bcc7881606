//! Registers a telephone at a SIP edge, once, as an Existing Phone does.
//!
//! Owns the REGISTER exchange; the answering phone and tests call it. It never refreshes a registration.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;
use uuid::Uuid;

use crate::edge::SipEdge;
use crate::sip::dialog::{new_branch, new_tag, via};
use crate::sip::digest::{Parameters, response};
use crate::sip::{Flow, Inbound, Message, Transport};

const PATIENCE: Duration = Duration::from_secs(5);

/// Says why a registration failed.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The edge could not be reached.
    #[error("socket: {0}")]
    Io(#[from] std::io::Error),
    /// The edge refused with this status.
    #[error("refused with {0}")]
    Refused(u16),
    /// The edge did not answer in five seconds, or closed the connection.
    #[error("no answer")]
    NoAnswer,
}

/// Holds what a device must know to register.
#[derive(Debug, Clone)]
pub struct DeviceAccount {
    /// Tells where to register.
    pub server: SocketAddr,
    /// Names the transport.
    pub transport: Transport,
    /// Holds the SIP domain.
    pub domain: String,
    /// Holds the SIP user.
    pub user_name: String,
    /// Holds the digest user.
    pub authorization_id: String,
    /// Holds the digest password.
    pub password: String,
    /// Asks for this many seconds.
    pub expires: u64,
}

impl DeviceAccount {
    /// Copies the account that an edge expects.
    pub fn of(edge: &SipEdge, transport: Transport) -> Self {
        let config = edge.config();
        Self {
            server: edge.address(transport),
            transport,
            domain: config.domain.clone(),
            user_name: config.user_name.clone(),
            authorization_id: config.authorization_id.clone(),
            password: config.password.clone(),
            expires: 3600,
        }
    }

    /// Registers and hands over the flow on which calls will come.
    pub(super) async fn register(
        &self,
        tasks: &mut JoinSet<()>,
    ) -> Result<Registered, RegisterError> {
        let (to_inbox, mut inbox) = mpsc::unbounded_channel();
        let flow = Flow::dial(self.transport, self.server, to_inbox, tasks).await?;
        self.exchange(&flow, &mut inbox, self.expires).await?;
        Ok(Registered { flow, inbox })
    }

    /// Takes the registration back over a connection of its own.
    ///
    /// # Errors
    /// Fails when the edge refuses or does not answer.
    pub async fn remove(&self) -> Result<(), RegisterError> {
        let mut tasks = JoinSet::new();
        let (to_inbox, mut inbox) = mpsc::unbounded_channel();
        let flow = Flow::dial(self.transport, self.server, to_inbox, &mut tasks).await?;
        self.exchange(&flow, &mut inbox, 0).await
    }

    async fn exchange(
        &self,
        flow: &Flow,
        inbox: &mut mpsc::UnboundedReceiver<Inbound>,
        expires: u64,
    ) -> Result<(), RegisterError> {
        let (call_id, tag) = (Uuid::new_v4().to_string(), new_tag());
        let request = |cseq: u32| self.request(flow, &call_id, &tag, cseq, expires);
        let first = converse(flow, inbox, &request(1)).await?;
        let last = match first.header("WWW-Authenticate").and_then(Parameters::parse) {
            Some(challenge) if first.code() == Some(401) => {
                let authorization = self.authorization(&challenge, "REGISTER");
                converse(
                    flow,
                    inbox,
                    &request(2).with("Authorization", &authorization),
                )
                .await?
            }
            _ => first,
        };
        match last.code() {
            Some(200..300) => Ok(()),
            code => Err(RegisterError::Refused(code.unwrap_or_default())),
        }
    }

    fn request(&self, flow: &Flow, call_id: &str, tag: &str, cseq: u32, expires: u64) -> Message {
        let (user, domain, local) = (&self.user_name, &self.domain, flow.local);
        let transport = self.transport.name();
        Message::request("REGISTER", &format!("sip:{domain}"))
            .with("Via", &via(flow, &new_branch()))
            .with("Max-Forwards", "70")
            .with("From", &format!("<sip:{user}@{domain}>;tag={tag}"))
            .with("To", &format!("<sip:{user}@{domain}>"))
            .with("Call-ID", call_id)
            .with("CSeq", &format!("{cseq} REGISTER"))
            .with(
                "Contact",
                &format!("<sip:{user}@{local};transport={transport};ob>;reg-id=1"),
            )
            .with("Expires", &expires.to_string())
    }

    /// Answers a challenge for a request of this method; the digest's `uri` is the domain, as the vendor's SDK has it.
    pub(super) fn authorization(&self, challenge: &Parameters, method: &str) -> String {
        let get = |name| challenge.get(name).unwrap_or_default();
        let (user, realm, nonce) = (&self.authorization_id, get("realm"), get("nonce"));
        let uri = format!("sip:{}", self.domain);
        let response = response(user, realm, &self.password, nonce, method, &uri);
        format!(
            "Digest username=\"{user}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\", response=\"{response}\""
        )
    }
}

/// Holds a registered connection.
pub(super) struct Registered {
    pub flow: Flow,
    pub inbox: mpsc::UnboundedReceiver<Inbound>,
}

async fn converse(
    flow: &Flow,
    inbox: &mut mpsc::UnboundedReceiver<Inbound>,
    request: &Message,
) -> Result<Message, RegisterError> {
    flow.send(&request.to_bytes()).await;
    let answer = async {
        while let Some(inbound) = inbox.recv().await {
            let ours = inbound.message.cseq() == request.cseq();
            if ours && inbound.message.code().is_some_and(|code| code >= 200) {
                return Ok(inbound.message);
            }
        }
        Err(RegisterError::NoAnswer)
    };
    timeout(PATIENCE, answer)
        .await
        .unwrap_or(Err(RegisterError::NoAnswer))
}
