//! Owns taking up a call that another process answered: the way to the other side, and a re-INVITE with a new
//! description. Called by `line`. Never begins a dialog.

use super::body::Content;
use super::call::Call;
use super::dialog::{Dialog, Way, abilities};
use super::line::{Shared, contact};
use super::outgoing::{self, insist};
use super::session::{Opening, unusable};
use super::session_timer::SessionTimer;
use crate::adapters::clock;
use crate::media::sdp;
use maitred_actors::ports::audio::Leg;
use maitred_actors::ports::telephony as port;
use maitred_actors::ports::telephony::{AnsweredCall, Error};
use rsipstack::sip::{Method, Response, StatusCode, StatusCodeKind, Uri};
use rsipstack::transport::SipAddr;
use std::sync::Arc;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Takes a call up again.
pub(super) async fn resume(
    shared: Arc<Shared>,
    mut facts: port::Dialog,
) -> Result<AnsweredCall, Error> {
    if shared.call_by_text(facts.call_id.as_str()).is_some() {
        return Err(Error::Failed("the call is on the line already".to_owned()));
    }
    let way = way(&shared, &facts).await?;
    // The other process may have sent more requests than the journal knows; seconds outgrow whatever it sent.
    let version = clock::seconds();
    facts.local_seq = facts.local_seq.max(version);
    let dialog = Dialog::taken_up(facts, way);
    let call = Arc::new(Call::calling(dialog, &CancellationToken::new()));
    if !shared.remember(&call) {
        return Err(Error::Failed("too many calls".to_owned()));
    }
    let resumed = renegotiate(&shared, &call, version).await;
    let leg = resumed.inspect_err(|error| {
        call.end_if(&shared, |_| true);
        // Without media there is nothing left to do for the caller here.
        if matches!(error, Error::Refused(_) | Error::NoCommonMedia(_)) {
            outgoing::bye_later(&shared, &call);
        }
    })?;
    outgoing::keep_session(&shared, &call);
    Ok(AnsweredCall {
        dialog: call.state().dialog.facts.clone(),
        leg,
    })
}

async fn way(shared: &Shared, facts: &port::Dialog) -> Result<Way, Error> {
    if facts.of_account {
        return shared.registered().await.map(|flow| flow.way());
    }
    let failed = |error: rsipstack::Error| Error::Failed(error.to_string());
    let next = facts.route_set.first().unwrap_or(&facts.remote_target);
    let uri = next.trim_start_matches('<').split('>').next();
    let uri = Uri::try_from(uri.unwrap_or_default()).map_err(|error| failed(error.into()))?;
    let hop = SipAddr::try_from(&uri).map_err(failed)?;
    let layer = &shared.endpoint.transport_layer;
    let (connection, hop) = layer.lookup(&hop, None).await.map_err(failed)?;
    let contact = contact("maitred", connection.get_addr());
    Ok(Way {
        connection,
        hop: Some(hop),
        contact,
        of_account: false,
    })
}

/// Offers our new address and keys, and starts the leg with the answer.
async fn renegotiate(shared: &Arc<Shared>, call: &Arc<Call>, version: u32) -> Result<Leg, Error> {
    let secured = call.state().dialog.facts.secured;
    let opening = Opening::bind(shared, call, secured).await?;
    let answer = reinvite(shared, call, opening.offer(call, version)).await?;
    call.state().dialog.refresh_target(&answer);
    if let Some(timer) = SessionTimer::agreed(&answer) {
        call.state().timer = Some(watch::Sender::new(timer));
    }
    let remote =
        sdp::Remote::parse(answer.description()).map_err(|error| unusable(shared, error))?;
    let (leg, session) = opening.start(shared, call, remote, version)?;
    call.come_up(session)?;
    Ok(leg)
}

async fn reinvite(shared: &Arc<Shared>, call: &Arc<Call>, text: String) -> Result<Response, Error> {
    let answer = insist(shared, call, Method::Invite, abilities(), Some(text)).await?;
    match (&answer.status_code, answer.status_code.kind()) {
        (_, StatusCodeKind::Successful) => Ok(answer),
        (StatusCode::CallTransactionDoesNotExist | StatusCode::NotFound | StatusCode::Gone, _) => {
            Err(Error::NoSuchCall)
        }
        (StatusCode::RequestTimeout, _) => Err(Error::Timeout),
        (status, _) => Err(Error::Refused(status.clone().into())),
    }
}
