//! Owns the registration with the account's server (RFC 3261, 10): connects, registers, refreshes, and starts again
//! when the connection breaks. Started by `line`. Never takes a call: those come down the connection by themselves.

use super::config::{Account, OpenError};
use super::dialog::Unusable;
use super::flow::{Flow, verifier};
use super::line::Shared;
use super::outgoing;
use crate::adapters::clock;
use maitred_actors::ports::telephony::LineEvent;
use rsipstack::dialog::authenticate::{AuthRetry, Credential, handle_client_authenticate};
use rsipstack::sip::{
    Allow, CSeq, CallId, Contact, ContentLength, Expires, From, Header, HeadersExt, MaxForwards,
    Method, Request, Response, SipMessage, StatusCode, Supported, To, Uri, UserAgent, Version,
};
use rsipstack::transaction::key::{TransactionKey, TransactionRole};
use rsipstack::transaction::random_text;
use rsipstack::transaction::transaction::Transaction;
use rsipstack::transport::SipAddr;
use rustls::client::WebPkiServerVerifier;
use secrecy::ExposeSecret;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// What we ask for; servers grant less.
const EXPIRES_ASKED_S: u32 = 3_600;
/// Longest time between two registrations.
const REFRESH_MAX: Duration = Duration::from_secs(30);
/// How long connecting, or one registration, may take.
const ATTEMPT_MAX: Duration = Duration::from_secs(10);
/// Answers that say that the account's credentials are wrong, or that there is no such account.
const REFUSED: [u16; 4] = [401, 403, 404, 407];
/// How long giving the account back may take.
const FAREWELL_MAX: Duration = Duration::from_secs(2);

/// Pauses before the attempts to connect again, in seconds; the last one repeats.
const PAUSES_S: [u64; 7] = [0, 1, 2, 4, 8, 16, 30];

/// How long to wait before the next attempt to connect: not at all at first, then longer and longer until a registration
/// has held to its first refresh.
#[derive(Debug, Default)]
struct Backoff {
    lost: usize,
}

impl Backoff {
    fn next(&mut self) -> Duration {
        let last = PAUSES_S.len() - 1;
        let pause = PAUSES_S[self.lost.min(last)];
        self.lost += 1;
        Duration::from_secs(pause)
    }

    fn reset(&mut self) {
        self.lost = 0;
    }
}

/// Gives how long after a registration to register again: half of what was granted, 30 s at most.
fn refresh_after(granted_s: u32) -> Duration {
    let half = Duration::from_secs(granted_s.into()) / 2;
    half.clamp(Duration::from_millis(500), REFRESH_MAX)
}

/// Makes the digest credentials of an account.
pub(super) fn credential(account: &Account) -> Credential {
    Credential {
        username: account.user.clone(),
        password: account.password.expose_secret().to_owned(),
        realm: None,
        auth_username: account.auth_id.clone(),
    }
}

/// The task that keeps the account registered.
pub(super) struct Registrar {
    shared: Arc<Shared>,
    account: Account,
    verifier: Arc<WebPkiServerVerifier>,
    closed: mpsc::UnboundedReceiver<SipAddr>,
    call_id: String,
    instance: String,
    sequence: u32,
}

impl Registrar {
    /// Prepares the task; fails when the account's certificates cannot be read.
    pub fn new(
        shared: Arc<Shared>,
        account: Account,
        closed: mpsc::UnboundedReceiver<SipAddr>,
    ) -> Result<Self, OpenError> {
        let verifier = verifier(account.extra_ca_pem.as_deref())?;
        let (call_id, instance) = (clock::unique(), clock::unique());
        let (call_id, instance) = (call_id.to_string(), instance.to_string());
        Ok(Self {
            shared,
            account,
            verifier,
            closed,
            call_id,
            instance,
            sequence: 0,
        })
    }

    /// Registers until stopped, then gives the account back; and what it was told of closed connections by.
    pub async fn run(mut self, stop: CancellationToken) -> mpsc::UnboundedReceiver<SipAddr> {
        let mut backoff = Backoff::default();
        loop {
            let mut flow = None;
            let kept = stop
                .run_until_cancelled(self.keep(&mut flow, &mut backoff))
                .await;
            self.shared.set_registered(None);
            let Some(reason) = kept else {
                if let Some(flow) = flow {
                    let _ = timeout(FAREWELL_MAX, self.register(&flow, 0)).await;
                }
                return self.closed;
            };
            tracing::warn!(%reason, "sip registration lost");
            self.shared.report(LineEvent::RegistrationLost { reason });
            if timeout(backoff.next(), stop.cancelled()).await.is_ok() {
                return self.closed;
            }
        }
    }

    /// Connects and stays registered; gives why that ended.
    async fn keep(&mut self, slot: &mut Option<Flow>, backoff: &mut Backoff) -> String {
        let flow = match timeout(
            ATTEMPT_MAX,
            Flow::connect(&self.shared, &self.account, &self.verifier),
        )
        .await
        {
            Ok(Ok(flow)) => slot.insert(flow).clone(),
            Ok(Err(reason)) => return reason,
            Err(_) => return "no connection in time".to_owned(),
        };
        let mut first = true;
        loop {
            let granted_s = match timeout(ATTEMPT_MAX, self.register(&flow, EXPIRES_ASKED_S)).await
            {
                Ok(Ok(granted)) => granted,
                Ok(Err(reason)) => return self.abandon(&flow, reason),
                Err(_) => return self.abandon(&flow, "no answer in time".to_owned()),
            };
            self.shared.set_registered(Some(flow.clone()));
            self.shared.report(LineEvent::Registered {
                expires_s: granted_s,
            });
            match std::mem::take(&mut first) {
                true => self.mend_calls(&flow),
                false => backoff.reset(),
            }
            if timeout(refresh_after(granted_s), self.until_closed(&flow))
                .await
                .is_ok()
            {
                return "the connection closed".to_owned();
            }
        }
    }

    /// Drops a connection on which nothing works any more.
    fn abandon(&self, flow: &Flow, reason: String) -> String {
        if flow.connection.is_reliable() {
            let layer = &self.shared.endpoint.transport_layer;
            layer.remove_connection(&flow.connection);
            let token = flow.connection.cancel_token();
            token.inspect(CancellationToken::cancel);
        }
        reason
    }

    async fn until_closed(&mut self, flow: &Flow) {
        while let Some(local) = self.closed.recv().await {
            if flow.connection.is_reliable() && local == flow.local {
                return;
            }
        }
        std::future::pending().await
    }

    /// Registers once; gives the seconds granted.
    async fn register(&mut self, flow: &Flow, expires_s: u32) -> Result<u32, String> {
        let failed = |error: rsipstack::Error| error.to_string();
        let mut transaction = self
            .transaction(flow, expires_s)
            .map_err(|error| error.to_string())?;
        transaction.send().await.map_err(failed)?;
        let mut retry = AuthRetry::new();
        while let Some(message) = transaction.receive().await {
            let SipMessage::Response(response) = message else {
                continue;
            };
            match response.status_code {
                StatusCode::Trying => {}
                StatusCode::OK => return Ok(granted(&response, flow, expires_s)),
                StatusCode::Unauthorized | StatusCode::ProxyAuthenticationRequired
                    if retry.should_answer(&response) =>
                {
                    self.sequence += 1;
                    let credential = credential(&self.account);
                    let again = handle_client_authenticate(
                        self.sequence,
                        &transaction,
                        response,
                        &credential,
                    );
                    transaction = again.await.map_err(failed)?;
                    transaction.send().await.map_err(failed)?;
                }
                status => {
                    let status = u16::from(status);
                    if REFUSED.contains(&status) {
                        self.shared.accounts.note_refused();
                    }
                    return Err(format!("the server answered {status}"));
                }
            }
        }
        Err("no answer".to_owned())
    }

    fn transaction(&mut self, flow: &Flow, expires_s: u32) -> Result<Transaction, Unusable> {
        self.sequence += 1;
        let endpoint = &self.shared.endpoint;
        let domain = self.account.domain();
        let address = format!("<sip:{}@{domain}>", self.account.user);
        let instance = format!("+sip.instance=\"<urn:uuid:{}>\"", self.instance);
        let headers = vec![
            Header::Via(endpoint.get_via(Some(flow.local.clone()), None)?.into()),
            Header::MaxForwards(MaxForwards::new("70")),
            Header::From(From::new(format!("{address};tag={}", random_text(12)))),
            Header::To(To::new(address)),
            Header::CallId(CallId::new(self.call_id.clone())),
            Header::CSeq(CSeq::new(format!("{} REGISTER", self.sequence))),
            Header::Contact(Contact::new(format!(
                "{};reg-id=1;{instance}",
                flow.contact
            ))),
            Header::Expires(Expires::new(expires_s.to_string())),
            Header::Allow(Allow::new(super::dialog::ALLOW)),
            Header::Supported(Supported::new("path, outbound")),
            Header::UserAgent(UserAgent::new(endpoint.user_agent.clone())),
            Header::ContentLength(ContentLength::new("0")),
        ];
        let uri = Uri::try_from(format!("sip:{domain}"))?;
        let method = Method::Register;
        let request = Request {
            method,
            uri,
            headers: headers.into(),
            body: vec![],
            version: Version::V2,
        };
        let key = TransactionKey::from_request(&request, TransactionRole::Client)?;
        let mut transaction = Transaction::new_client(
            key,
            request,
            endpoint.clone(),
            Some(flow.connection.clone()),
        );
        transaction.destination = Some(flow.server.clone());
        Ok(transaction)
    }

    /// Moves calls whose connection broke to the new one and tells the other side by a re-INVITE.
    fn mend_calls(&self, flow: &Flow) {
        for call in self.shared.calls() {
            {
                let dialog = &mut call.state().dialog;
                if !(dialog.facts.of_account && dialog.broken()) {
                    continue;
                }
                dialog.move_to(flow.way());
            }
            let shared = self.shared.clone();
            tokio::spawn(async move {
                if let Err(error) = outgoing::refresh(&shared, &call, None).await {
                    tracing::warn!(sip.call_id = %call.id, %error, "call was not taken over by the new connection");
                }
            });
        }
    }
}

/// Reads what was granted: `expires` of our `Contact`, else of the only one, else the header, else what was asked.
fn granted(response: &Response, flow: &Flow, asked_s: u32) -> u32 {
    let contacts = response.typed_contact_headers().unwrap_or_default();
    let ours = contacts.iter().find(|contact| {
        flow.contact
            .contains(&contact.uri.host_with_port.to_string())
    });
    let only = contacts.first().filter(|_| contacts.len() == 1);
    let of_contact = ours.or(only).and_then(|contact| contact.expires());
    let of_header = response
        .expires_header()
        .and_then(|header| header.value().trim().parse().ok());
    of_contact.or(of_header).unwrap_or(asked_s)
}

#[cfg(test)]
mod tests {
    use super::{Backoff, refresh_after};
    use std::time::Duration;

    #[test]
    fn attempts_come_at_once_and_then_rarer_until_a_registration_holds() {
        let mut backoff = Backoff::default();
        let mut pauses = || (0..9).map(|_| backoff.next().as_secs()).collect::<Vec<_>>();
        assert_eq!(pauses(), [0, 1, 2, 4, 8, 16, 30, 30, 30]);
        backoff.reset();
        assert_eq!(backoff.next(), Duration::ZERO);
    }

    #[test]
    fn a_registration_is_renewed_at_half_of_its_life_or_after_30_s() {
        let after = |granted_s| refresh_after(granted_s).as_millis();
        assert_eq!(
            (after(3_601), after(60), after(45)),
            (30_000, 30_000, 22_500)
        );
        assert_eq!((after(2), after(0)), (1_000, 500));
    }
}
