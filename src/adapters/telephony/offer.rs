//! Owns the arrival of a call: checks an INVITE, rings, reports the offer, and drives the INVITE's transaction until it
//! is answered and acknowledged, cancelled, or refused. Called by `incoming`. Never answers by itself.

use super::call::{Call, Incoming, Phase};
use super::caller;
use super::dialog::{Dialog, TAG_LENGTH, abilities};
use super::line::Shared;
use super::outgoing;
use super::session_timer::{SessionTimer, TooShort};
use maitred_actors::ports::telephony::{Error, LineEvent, Offer};
use rsipstack::sip::{
    Header, HeadersExt, Method, MinSE, Request, SipMessage, StatusCode, To, Unsupported,
};
use rsipstack::transaction::random_text;
use rsipstack::transaction::transaction::Transaction;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Longest time that a call may ring before it is turned away with 480.
const RINGING_MAX: Duration = Duration::from_secs(180);

/// Takes an INVITE outside any dialog and stays with it until its transaction ends.
pub(super) async fn ring(shared: Arc<Shared>, mut transaction: Transaction) {
    if shared
        .call_by_text(
            transaction
                .original
                .call_id_header()
                .map_or("", |h| h.value()),
        )
        .is_some()
    {
        // The same call by another way (RFC 3261, 8.2.2.2).
        let _ = transaction.reply(StatusCode::LoopDetected).await;
        return;
    }
    let _ = transaction.send_trying().await;
    if let Some((status, headers)) = objection(&transaction.original) {
        shared.counters.refused();
        let _ = transaction.reply_with(status, headers, None).await;
        return drain(&mut transaction).await;
    }
    let Some((call, offer)) = begin(&shared, &transaction) else {
        shared.counters.malformed();
        let _ = transaction.reply(StatusCode::BadRequest).await;
        return drain(&mut transaction).await;
    };
    if !shared.remember(&call) {
        shared.counters.refused();
        let _ = transaction.reply(StatusCode::BusyHere).await;
        return drain(&mut transaction).await;
    }
    call.respond(&shared, StatusCode::Ringing, vec![], None);
    let settled = call.settled.clone();
    tokio::spawn(stop_ringing(
        Arc::downgrade(&shared),
        Arc::downgrade(&call),
        settled,
    ));
    shared.report(LineEvent::Offered(offer));
    drive(&shared, &call, &mut transaction).await;
}

async fn drive(shared: &Arc<Shared>, call: &Arc<Call>, transaction: &mut Transaction) {
    while let Some(message) = transaction.receive().await {
        match message {
            SipMessage::Request(request) if request.method == Method::Ack => {
                call.acknowledged(request)
            }
            SipMessage::Request(request) if request.method == Method::Cancel => {
                call.respond(shared, StatusCode::RequestTerminated, vec![], None);
                call.end(
                    shared,
                    LineEvent::Cancelled {
                        call: call.id.clone(),
                    },
                );
            }
            SipMessage::Request(_) | SipMessage::Response(_) => {}
        }
    }
    // Still answering means that no ACK came for 64*T1 (RFC 3261, 13.3.1.4).
    let unacknowledged = call.end_if(shared, |phase| matches!(phase, Phase::Answering { .. }));
    if let Some(Phase::Answering { acked, .. }) = unacknowledged {
        let _ = acked.send(Err(Error::Timeout));
        outgoing::bye_later(shared, call);
    }
}

/// Waits until a refused INVITE is acknowledged.
async fn drain(transaction: &mut Transaction) {
    while transaction.receive().await.is_some() {}
}

/// Gives why an INVITE cannot be taken at all.
fn objection(invite: &Request) -> Option<(StatusCode, Vec<Header>)> {
    let unknown: Vec<String> = invite
        .headers
        .iter()
        .filter(|header| header.name().eq_ignore_ascii_case("require"))
        .flat_map(|header| {
            header
                .value()
                .split(',')
                .map(|name| name.trim().to_ascii_lowercase())
        })
        .filter(|name| !name.is_empty() && name != "timer")
        .collect();
    if !unknown.is_empty() {
        let header = Header::Unsupported(Unsupported::new(unknown.join(", ")));
        return Some((StatusCode::BadExtension, vec![header]));
    }
    match SessionTimer::asked(invite) {
        Err(TooShort(least)) => {
            let header = Header::MinSE(MinSE::new(least.to_string()));
            Some((StatusCode::SessionIntervalTooSmall, vec![header]))
        }
        Ok(_) => None,
    }
}

fn begin(shared: &Arc<Shared>, transaction: &Transaction) -> Option<(Arc<Call>, Offer)> {
    let mut invite = transaction.original.clone();
    let tag = random_text(TAG_LENGTH);
    let to = format!("{};tag={tag}", invite.to_header().ok()?.value());
    invite.headers.unique_push(Header::To(To::new(to)));
    let way = shared.way_back(transaction.connection.as_ref()?);
    let dialog = Dialog::from_invite(&transaction.original, &tag, way).ok()?;
    let id = dialog.facts.call_id.clone();
    let offer = caller::offer(&invite)?;
    let responses = transaction.tu_sender.clone();
    let incoming = Incoming { invite, responses };
    let call = Arc::new(Call::ringing(id, incoming, dialog));
    Some((call, offer))
}

/// Turns a call away that nobody answered, so that none rings for ever.
async fn stop_ringing(shared: Weak<Shared>, call: Weak<Call>, settled: CancellationToken) {
    if timeout(RINGING_MAX, settled.cancelled()).await.is_ok() {
        return;
    }
    let (Some(shared), Some(call)) = (shared.upgrade(), call.upgrade()) else {
        return;
    };
    if call
        .end_if(&shared, |phase| matches!(phase, Phase::Ringing))
        .is_some()
    {
        shared.counters.refused();
        let status = StatusCode::TemporarilyUnavailable;
        call.respond(&shared, status, abilities(), None);
        shared.report(LineEvent::Cancelled {
            call: call.id.clone(),
        });
    }
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a test may stop at what it did not expect"
    )]
    use super::objection;
    use rsipstack::sip::{Request, StatusCode};

    fn invite(extra: &str) -> Request {
        let text = format!(
            "INVITE sip:15551230001@192.0.2.1:5060;transport=TLS;ob SIP/2.0\r\n\
             Via: SIP/2.0/TLS h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:15551230001@h>\r\n\
             Call-ID: c1\r\nCSeq: 1 INVITE\r\nContact: <sip:h:5060>\r\n{extra}Content-Length: 0\r\n\r\n"
        );
        Request::try_from(text.as_str()).unwrap()
    }

    #[test]
    fn unknown_extensions_and_short_sessions_are_refused() {
        let refused = |extra| objection(&invite(extra)).map(|(status, _)| status);
        assert_eq!(refused(""), None);
        assert_eq!(refused("Require: timer\r\nSession-Expires: 1800\r\n"), None);
        assert_eq!(
            refused("Require: 100rel\r\n"),
            Some(StatusCode::BadExtension)
        );
        assert_eq!(
            refused("Session-Expires: 30\r\n"),
            Some(StatusCode::SessionIntervalTooSmall)
        );
    }
}
