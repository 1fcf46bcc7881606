//! Owns what arrives from the network: sends each request to its call, or answers it on the spot. Called by `line` with
//! the stack's transactions, one task each. Never sends a request of its own.

use super::body::{Body, Content};
use super::call::{Call, Phase};
use super::dialog::{ALLOW, abilities};
use super::line::Shared;
use super::offer;
use super::outgoing;
use super::session::Session;
use super::session_timer::SessionTimer;
use crate::media::sdp;
use maitred_actors::ports::telephony::LineEvent;
use rsipstack::sip::{
    Accept, Allow, Header, HeadersExt, Method, Request, Response, SipMessage, StatusCode,
};
use rsipstack::transaction::transaction::Transaction;
use std::sync::Arc;

/// Takes what must be taken in the order of arrival, before the request gets a task of its own: how a transfer goes
/// (RFC 3515, 2.4.5: a status line in the body), as a BYE may follow at once.
pub(super) fn take_note(shared: &Shared, request: &Request) {
    if request.method != Method::Notify {
        return;
    }
    let status = std::str::from_utf8(&request.body)
        .ok()
        .and_then(|body| body.trim_start().strip_prefix("SIP/2.0 "))
        .and_then(|line| line.get(..3)?.parse().ok());
    let call = shared.call_by_text(request.call_id_header().map_or("", |id| id.value()));
    let (Some(status), Some(call)) = (status, call) else {
        return;
    };
    let state = call.state();
    if let Some(referred) = state
        .referred
        .as_ref()
        .filter(|_| state.dialog.owns(request))
    {
        // The transfer may have been given up meanwhile.
        let _ = referred.send(status);
    }
}

/// Handles one request from its arrival to the end of its transaction.
pub(super) async fn handle(shared: Arc<Shared>, mut transaction: Transaction) {
    let request = &transaction.original;
    let in_dialog = matches!(request.to_header().and_then(|to| to.tag()), Ok(Some(_)));
    let call = shared.call_by_text(request.call_id_header().map_or("", |id| id.value()));
    let call = call.filter(|call| call.state().dialog.owns(request));
    let replied = match (request.method, in_dialog, call) {
        (Method::Invite, false, _) => return offer::ring(shared, transaction).await,
        (Method::Invite, true, Some(call)) => return reinvite(&shared, &call, transaction).await,
        (Method::Update, true, Some(call)) => update(&shared, &call, &mut transaction).await,
        (Method::Bye, true, Some(call)) => {
            let replied = transaction.reply(StatusCode::OK).await;
            call.hung_up(&shared, "the other side hung up");
            replied
        }
        (Method::Bye | Method::Invite | Method::Update, _, _) | (_, true, None) => {
            transaction
                .reply(StatusCode::CallTransactionDoesNotExist)
                .await
        }
        (Method::Options, ..) => {
            let mut headers = abilities();
            headers.push(Header::Accept(Accept::new("application/sdp")));
            transaction.reply_with(StatusCode::OK, headers, None).await
        }
        (Method::Message | Method::Notify | Method::Info, ..) => {
            transaction.reply(StatusCode::OK).await
        }
        _ => {
            let allow = vec![Header::Allow(Allow::new(ALLOW))];
            transaction
                .reply_with(StatusCode::MethodNotAllowed, allow, None)
                .await
        }
    };
    if let Err(error) = replied {
        tracing::debug!(%error, "sip answer could not be sent");
    }
}

/// Takes a re-INVITE: hold, resume, another address, new keys, or a mere refresh.
async fn reinvite(shared: &Arc<Shared>, call: &Arc<Call>, mut transaction: Transaction) {
    let (response, change) = renegotiated(shared, call, &transaction.original);
    let accepted = response.status_code == StatusCode::OK;
    let delayed = accepted && transaction.original.description().is_empty();
    if transaction.respond(response).await.is_err() {
        return;
    }
    report_hold(shared, call, change);
    let mut acknowledged = false;
    while let Some(message) = transaction.receive().await {
        let SipMessage::Request(request) = message else {
            continue;
        };
        if request.method == Method::Ack {
            acknowledged = true;
            if delayed && let Ok(remote) = sdp::Remote::parse(request.description()) {
                let change = match &mut call.state().phase {
                    Phase::Up(session) => session.adopt(remote),
                    _ => None,
                };
                report_hold(shared, call, change);
            }
        }
    }
    // RFC 3261, 14.2: a re-INVITE without ACK ends the dialog.
    if accepted && !acknowledged && call.end_if(shared, |_| true).is_some() {
        let reason = "no ack to a changed session".to_owned();
        shared.report(LineEvent::HungUp {
            call: call.id.clone(),
            reason,
        });
        outgoing::bye_later(shared, call);
    }
}

async fn update(
    shared: &Shared,
    call: &Call,
    transaction: &mut Transaction,
) -> rsipstack::Result<()> {
    let (response, change) = renegotiated(shared, call, &transaction.original);
    let replied = transaction.respond(response).await;
    report_hold(shared, call, change);
    replied
}

/// Answers an offer within the dialog; gives whether the hold changed.
fn renegotiated(shared: &Shared, call: &Call, request: &Request) -> (Response, Option<bool>) {
    let mut state = call.state();
    let sequence = request
        .cseq_header()
        .and_then(|header| header.seq())
        .unwrap_or_default();
    let outdated = sequence < state.dialog.facts.remote_seq;
    let mut headers = abilities();
    let outcome = match &mut state.phase {
        // RFC 3261, 14.2: not now, as the session is only coming up.
        Phase::Ringing | Phase::Calling(_) | Phase::Answering { .. } | Phase::Acknowledged => {
            Err(StatusCode::RequestPending)
        }
        Phase::Over => Err(StatusCode::CallTransactionDoesNotExist),
        Phase::Up(_) if outdated => Err(StatusCode::ServerInternalError),
        Phase::Up(session) => describe(session, request),
    };
    let (status, body, change) = match outcome {
        Err(status) => (status, None, None),
        Ok((body, change)) => {
            state.dialog.facts.remote_seq = sequence;
            state.dialog.refresh_target(request);
            if let Ok(Some(timer)) = SessionTimer::asked(request) {
                headers.extend(timer.headers());
                if let Some(running) = &state.timer {
                    running.send_replace(timer);
                }
            }
            (StatusCode::OK, body, change)
        }
    };
    (
        state
            .dialog
            .response(&shared.endpoint, request, status, headers, body),
        change,
    )
}

type Described = (Option<Body>, Option<bool>);

fn describe(session: &mut Session, request: &Request) -> Result<Described, StatusCode> {
    match (request.description(), request.method) {
        ([], Method::Invite) => Ok((Some(Body::sdp(session.describe())), None)),
        ([], _) => Ok((None, None)),
        (body, _) => {
            let offer = sdp::Remote::parse(body).map_err(|_| StatusCode::NotAcceptableHere)?;
            let (answer, change) = session
                .renegotiate(offer)
                .ok_or(StatusCode::NotAcceptableHere)?;
            Ok((Some(Body::sdp(answer)), change))
        }
    }
}

fn report_hold(shared: &Shared, call: &Call, change: Option<bool>) {
    if let Some(held) = change {
        shared.report(LineEvent::HoldChanged {
            call: call.id.clone(),
            held,
        });
    }
}
