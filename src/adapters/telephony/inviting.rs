//! Owns an INVITE of ours from the first response to the last: credentials, what is learnt on the way, and giving it up
//! (CANCEL). Called by `dial`. Never starts media and never ends a dialog.

use super::body::Content;
use super::call::Call;
use super::line::Shared;
use crate::media::sdp;
use maitred_actors::ports::carrier::PartyRef;
use maitred_actors::ports::telephony::Error;
use maitred_actors::types::SessionId;
use rsipstack::dialog::authenticate::{AuthRetry, handle_client_authenticate};
use rsipstack::sip::{
    CSeq, Header, HeadersExt, Method, Request, Response, SipMessage, StatusCode, StatusCodeKind,
};
use rsipstack::transaction::endpoint::EndpointInnerRef;
use rsipstack::transaction::key::{TransactionKey, TransactionRole};
use rsipstack::transaction::transaction::{Transaction, TransactionEvent, TransactionEventSender};
use rsipstack::transport::{SipAddr, SipConnection};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// How long the server may take to confirm that a call was given up: 64*T1 (RFC 3261, 9.1).
const CANCEL_WAIT: Duration = Duration::from_secs(32);

/// What is learnt while the INVITE is on its way.
#[derive(Default)]
pub(super) struct Attempt {
    /// The INVITE once something came back for it, which is when it may be cancelled (RFC 3261, 9.1).
    ringing: watch::Sender<Option<Sent>>,
    /// Description that came before the answer; servers may leave it out of the answer then.
    early: Option<sdp::Remote>,
    /// RingCentral's name for our party of the call.
    pub party: Option<PartyRef>,
}

/// An INVITE and the way it went.
#[derive(Clone)]
pub(super) struct Sent {
    request: Request,
    connection: Option<SipConnection>,
    destination: Option<SipAddr>,
    events: TransactionEventSender,
    key: TransactionKey,
    endpoint: EndpointInnerRef,
}

impl Attempt {
    /// Has the INVITE cancelled once `give_up` is.
    pub fn cancel_on(&self, give_up: CancellationToken) {
        tokio::spawn(cancel_when_given_up(self.ringing.subscribe(), give_up));
    }

    /// Sends the INVITE, with credentials when asked for them, and gives the answer.
    pub async fn drive(
        &mut self,
        shared: &Shared,
        call: &Call,
        mut transaction: Transaction,
        give_up: &CancellationToken,
    ) -> Result<(Transaction, Response), Error> {
        let failed = |error: rsipstack::Error| Error::Failed(error.to_string());
        transaction.send().await.map_err(failed)?;
        let mut retry = AuthRetry::new();
        while let Some(message) = transaction.receive().await {
            let SipMessage::Response(response) = message else {
                continue;
            };
            self.party = party(&response).or(self.party.take());
            match response.status_code.kind() {
                StatusCodeKind::Provisional => {
                    self.early = sdp::Remote::parse(response.description())
                        .ok()
                        .or(self.early.take());
                    self.ringing.send_replace(Some(Sent::of(&transaction)));
                    continue;
                }
                StatusCodeKind::Successful => {
                    self.ringing.send_replace(None);
                    return Ok((transaction, response));
                }
                _ => self.ringing.send_replace(None),
            };
            let challenged = matches!(
                response.status_code,
                StatusCode::Unauthorized | StatusCode::ProxyAuthenticationRequired
            );
            match shared.accounts.credential() {
                Some(credential) if challenged && retry.should_answer(&response) => {
                    if give_up.is_cancelled() {
                        return Err(Error::NoSuchCall);
                    }
                    let sequence = call.state().dialog.next_sequence();
                    let again =
                        handle_client_authenticate(sequence, &transaction, response, &credential);
                    transaction = again.await.map_err(failed)?;
                    transaction.send().await.map_err(failed)?;
                }
                _ => return Err(refusal(&response)),
            }
        }
        Err(Error::Timeout)
    }

    /// Reads the other side's description from its answer, or from what came before.
    pub fn description(&mut self, answer: &Response) -> Result<sdp::Remote, sdp::SdpError> {
        match self.early.take() {
            Some(early) if answer.description().is_empty() => Ok(early),
            _ => sdp::Remote::parse(answer.description()),
        }
    }
}

impl Sent {
    fn of(transaction: &Transaction) -> Self {
        Self {
            request: transaction.original.clone(),
            connection: transaction.connection.clone(),
            destination: transaction.destination.clone(),
            events: transaction.tu_sender.clone(),
            key: transaction.key.clone(),
            endpoint: transaction.endpoint_inner.clone(),
        }
    }
}

fn refusal(response: &Response) -> Error {
    match response.status_code {
        StatusCode::RequestTimeout => Error::Timeout,
        _ => Error::Refused(response.status_code.clone().into()),
    }
}

/// Reads RingCentral's `P-Rc-Api-Ids: party-id=…;session-id=…`.
fn party(response: &Response) -> Option<PartyRef> {
    let named = |header: &&Header| header.name().eq_ignore_ascii_case("p-rc-api-ids");
    let header = response.headers.iter().find(named)?;
    let value = header.value().to_owned();
    let field = |name: &str| {
        let fields = value.split(';').filter_map(|field| field.split_once('='));
        let mut found = fields.filter(|(key, _)| key.trim().eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.trim().to_owned())
    };
    Some(PartyRef {
        session: SessionId::new(field("session-id")?),
        party: field("party-id")?,
    })
}

/// Sends a CANCEL when the call is given up while it rings, and ends the INVITE where the server does not.
async fn cancel_when_given_up(
    mut ringing: watch::Receiver<Option<Sent>>,
    give_up: CancellationToken,
) {
    {
        let ended = async { while ringing.changed().await.is_ok() {} };
        tokio::select! {
            () = give_up.cancelled() => {}
            () = ended => return,
        }
    }
    let sent = match ringing.wait_for(Option::is_some).await {
        Ok(sent) => sent.clone(),
        Err(_) => return,
    };
    let Some(sent) = sent else { return };
    if let Err(error) = cancel(&sent).await {
        tracing::debug!(%error, "a call could not be cancelled");
    }
    let finished = ringing.wait_for(Option::is_none);
    if timeout(CANCEL_WAIT, finished).await.is_err() {
        let _ = sent.events.send(TransactionEvent::Terminate(sent.key));
    }
}

/// Sends the CANCEL of an INVITE: the same branch and number, a transaction of its own (RFC 3261, 9.1).
async fn cancel(sent: &Sent) -> rsipstack::Result<()> {
    let mut request = Request {
        method: Method::Cancel,
        body: vec![],
        ..sent.request.clone()
    };
    request.headers.retain(|header| {
        matches!(
            header,
            Header::Via(_)
                | Header::From(_)
                | Header::To(_)
                | Header::CallId(_)
                | Header::Route(_)
                | Header::MaxForwards(_)
                | Header::UserAgent(_)
        )
    });
    let number = sent.request.cseq_header()?.seq()?;
    let sequence = CSeq::new(format!("{number} {}", Method::Cancel));
    request.headers.push(Header::CSeq(sequence));
    let key = TransactionKey::from_request(&request, TransactionRole::Client)?;
    let connection = sent.connection.clone();
    let mut transaction = Transaction::new_client(key, request, sent.endpoint.clone(), connection);
    transaction.destination.clone_from(&sent.destination);
    transaction.send().await?;
    while let Some(message) = transaction.receive().await {
        if matches!(message, SipMessage::Response(response) if response.status_code.kind() != StatusCodeKind::Provisional)
        {
            return Ok(());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a test may stop at what it did not expect"
    )]
    use super::party;
    use rsipstack::sip::Response;

    fn response(header: &str) -> Response {
        let text = format!(
            "SIP/2.0 183 Session Progress\r\nVia: SIP/2.0/TLS h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\n\
             To: <sip:b@h>;tag=2\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n{header}Content-Length: 0\r\n\r\n"
        );
        Response::try_from(text.as_str()).unwrap()
    }

    #[test]
    fn our_party_is_read_in_any_order_and_left_out_when_incomplete() {
        let whole = party(&response(
            "p-rc-api-ids: session-id=s-1; party-id=p-1-2\r\n",
        ))
        .unwrap();
        assert_eq!(
            (whole.session.as_str(), whole.party.as_str()),
            ("s-1", "p-1-2")
        );
        assert_eq!(party(&response("P-Rc-Api-Ids: party-id=p-1-2\r\n")), None);
        assert_eq!(party(&response("")), None);
    }
}
