//! Owns the requests that we send within a call: BYE, session refresh, and any other on behalf of its neighbours. Called
//! by `line` and its tasks. Never reads a request of the other side.

use super::body::{Body, Content};
use super::call::{Call, Phase};
use super::line::Shared;
use super::session_timer::SessionTimer;
use crate::adapters::clock;
use crate::media::sdp;
use maitred_actors::ports::telephony::{Error, LineEvent};
use rsipstack::dialog::authenticate::{AuthRetry, handle_client_authenticate};
use rsipstack::sip::{Header, Method, Response, SipMessage, StatusCode, StatusCodeKind};
use rsipstack::transaction::transaction::Transaction;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// How long a BYE may wait for its answer before we go on without.
const BYE_WAIT: Duration = Duration::from_secs(5);
/// Attempts while the other side is busy with a request of its own.
const ATTEMPTS: u32 = 5;
/// Pause between two of them, at most (RFC 3261, 14.1: up to 2 s for who did not choose the `Call-ID`).
const PAUSE_MS_MAX: u16 = 2_000;

/// Ends an answered call.
pub(super) async fn hang_up(shared: Arc<Shared>, call: Arc<Call>) -> Result<(), Error> {
    call.end_if(&shared, |phase| matches!(phase, Phase::Up(_)))
        .ok_or(Error::NoSuchCall)?;
    bye(&shared, &call).await
}

/// Sends a BYE for a call that is over here; any answer to it will do (RFC 3261, 15.1.1), and so will the other side
/// closing its stream.
async fn bye(shared: &Arc<Shared>, call: &Arc<Call>) -> Result<(), Error> {
    let stream = call.state().dialog.stream();
    let sent = tokio::spawn(request(
        shared.clone(),
        call.clone(),
        Method::Bye,
        vec![],
        None,
    ));
    let closed = async {
        match stream {
            Some(stream) => stream.cancelled().await,
            None => std::future::pending().await,
        }
    };
    let settled = async {
        tokio::select! {
            answered = sent => match answered {
                Ok(answered) => answered.map(|_| ()),
                Err(error) => Err(Error::Failed(error.to_string())),
            },
            () = closed => Ok(()),
        }
    };
    timeout(BYE_WAIT, settled)
        .await
        .unwrap_or(Err(Error::Timeout))
}

/// Sends a BYE without waiting for its answer.
pub(super) fn bye_later(shared: &Arc<Shared>, call: &Arc<Call>) {
    tokio::spawn(request(
        shared.clone(),
        call.clone(),
        Method::Bye,
        vec![],
        None,
    ));
}

/// Runs the session timer that was agreed, if any, for as long as the call is up.
pub(super) fn keep_session(shared: &Arc<Shared>, call: &Arc<Call>) {
    let timer = call.state().timer.as_ref().map(watch::Sender::subscribe);
    if let Some(timer) = timer {
        tokio::spawn(watch_session(
            Arc::downgrade(shared),
            Arc::downgrade(call),
            timer,
        ));
    }
}

async fn watch_session(
    shared: Weak<Shared>,
    call: Weak<Call>,
    mut timer: watch::Receiver<SessionTimer>,
) {
    loop {
        let current = *timer.borrow_and_update();
        match timeout(current.wait(), timer.changed()).await {
            Ok(Ok(())) => continue,
            Ok(Err(_)) => return,
            Err(_) => {}
        }
        let (Some(shared), Some(call)) = (shared.upgrade(), call.upgrade()) else {
            return;
        };
        if current.we_refresh {
            let next = match refresh(&shared, &call, Some(current)).await {
                Ok(()) => current,
                Err(error) => {
                    tracing::warn!(sip.call_id = %call.id, %error, "session refresh failed");
                    current.without_refresh()
                }
            };
            if let Some(timer) = &call.state().timer {
                timer.send_replace(next);
            }
        } else {
            call.hung_up(&shared, "the session was not refreshed");
            bye_later(&shared, &call);
            return;
        }
    }
}

/// Tells the other side that the session goes on: by UPDATE where it can, else by a re-INVITE that changes nothing. A
/// call that the other side no longer knows is over (RFC 3261, 12.2.1.2).
pub(super) async fn refresh(
    shared: &Arc<Shared>,
    call: &Arc<Call>,
    timer: Option<SessionTimer>,
) -> Result<(), Error> {
    let (method, text) = {
        let state = call.state();
        let Phase::Up(session) = &state.phase else {
            return Err(Error::NoSuchCall);
        };
        // A timer needs no description; a broken connection is repaired by a re-INVITE only.
        match state.dialog.takes_update && timer.is_some() {
            true => (Method::Update, None),
            false => (Method::Invite, Some(session.describe())),
        }
    };
    let mut headers = super::dialog::abilities();
    headers.extend(timer.map(SessionTimer::refresh_header));
    let answer = insist(shared, call, method, headers, text).await?;
    match &answer.status_code {
        StatusCode::CallTransactionDoesNotExist => {
            call.hung_up(shared, "the other side no longer knows the call");
            Err(Error::NoSuchCall)
        }
        status if status.kind() == StatusCodeKind::Successful => {
            adopt(shared, call, &answer);
            Ok(())
        }
        status => Err(Error::Refused(status.clone().into())),
    }
}

/// Uses what the answer to a description of ours says.
fn adopt(shared: &Shared, call: &Call, answer: &Response) {
    let mut state = call.state();
    state.dialog.refresh_target(answer);
    let Phase::Up(session) = &mut state.phase else {
        return;
    };
    let described = sdp::Remote::parse(answer.description()).ok();
    let change = described.and_then(|remote| session.adopt(remote));
    drop(state);
    if let Some(held) = change {
        let call = call.id.clone();
        shared.report(LineEvent::HoldChanged { call, held });
    }
}

/// Sends a request with a description, again after a pause while the other side is busy with one of its own (491).
pub(super) async fn insist(
    shared: &Arc<Shared>,
    call: &Arc<Call>,
    method: Method,
    headers: Vec<Header>,
    text: Option<String>,
) -> Result<Response, Error> {
    for _ in 0..ATTEMPTS {
        let body = text.clone().map(Body::sdp);
        let sent = request(shared.clone(), call.clone(), method, headers.clone(), body);
        let answer = sent.await?;
        if answer.status_code != StatusCode::RequestPending {
            return Ok(answer);
        }
        let pause = Duration::from_millis((clock::random::<u16>() % PAUSE_MS_MAX).into());
        if timeout(pause, call.over.cancelled()).await.is_ok() {
            return Err(Error::NoSuchCall);
        }
    }
    Err(Error::Timeout)
}

/// Sends one request within the call and gives its final response.
pub(super) async fn request(
    shared: Arc<Shared>,
    call: Arc<Call>,
    method: Method,
    headers: Vec<Header>,
    body: Option<Body>,
) -> Result<Response, Error> {
    let failed = |error: rsipstack::Error| Error::Failed(error.to_string());
    let stranded = {
        let dialog = &call.state().dialog;
        dialog.facts.of_account && dialog.broken()
    };
    if stranded {
        // The way to the account's server is being made anew, and nothing else leads there.
        let flow = shared.registered().await?;
        call.state().dialog.move_to(flow.way());
    }
    let made = call
        .state()
        .dialog
        .request(&shared.endpoint, method, headers, body);
    let mut transaction = made.map_err(|error| Error::Failed(error.to_string()))?;
    transaction.send().await.map_err(failed)?;
    let mut retry = AuthRetry::new();
    while let Some(message) = transaction.receive().await {
        let SipMessage::Response(response) = message else {
            continue;
        };
        match (response.status_code.kind(), &response.status_code) {
            (StatusCodeKind::Provisional, _) => {}
            (_, StatusCode::Unauthorized | StatusCode::ProxyAuthenticationRequired)
                if shared.accounts.get().is_some() && retry.should_answer(&response) =>
            {
                let Some(credential) = shared.accounts.credential() else {
                    continue;
                };
                let sequence = call.state().dialog.next_sequence();
                let again =
                    handle_client_authenticate(sequence, &transaction, response, &credential);
                transaction = again.await.map_err(failed)?;
                transaction.send().await.map_err(failed)?;
            }
            _ => {
                absorb(transaction);
                return Ok(response);
            }
        }
    }
    Err(Error::Timeout)
}

/// Keeps an INVITE's transaction alive to acknowledge repeated answers (RFC 6026, 7.2).
fn absorb(mut transaction: Transaction) {
    if transaction.original.method == Method::Invite {
        tokio::spawn(async move { while transaction.receive().await.is_some() {} });
    }
}

#[cfg(test)]
#[path = "outgoing_tests.rs"]
mod tests;
