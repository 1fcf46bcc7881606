//! Owns answering: from a ringing call to a running media leg and an acknowledged dialog. Called by `line`. Never
//! changes a call that is already up.

use super::body::{Body, Content};
use super::call::Call;
use super::dialog::abilities;
use super::line::Shared;
use super::outgoing;
use super::session::{Opening, Session, unusable};
use super::session_timer::SessionTimer;
use crate::media::sdp;
use maitred_actors::ports::audio::Leg;
use maitred_actors::ports::telephony::{AnsweredCall, Error};
use rsipstack::sip::{Request, StatusCode};
use std::sync::Arc;
use tokio::sync::watch;

/// Answers the call and waits for the ACK.
pub(super) async fn answer(shared: Arc<Shared>, call: Arc<Call>) -> Result<AnsweredCall, Error> {
    let acked = call.begin_answer()?;
    let prepared = match prepare(&shared, &call).await {
        Ok(prepared) => prepared,
        Err(error) => {
            refuse_media(&shared, &call, &error);
            return Err(error);
        }
    };
    let (text, mut delayed, mut leg) = match prepared {
        Prepared::Running { leg, session } => {
            let text = session.describe();
            call.hold_session(*session)?;
            (text, None, Some(leg))
        }
        Prepared::Waiting(opening) => (opening.offer(&call, 1), Some(opening), None),
    };
    send_ok(&shared, &call, text);
    // Without a word the call ended meanwhile: cancelled, or hung up before its ACK.
    let ack = acked.await.map_err(|_| Error::NoSuchCall)??;
    if let Some(opening) = delayed.take() {
        leg = Some(start_delayed(&shared, &call, opening, &ack)?);
    }
    let leg = leg.ok_or(Error::NoSuchCall)?;
    shared.counters.answered();
    outgoing::keep_session(&shared, &call);
    Ok(AnsweredCall {
        dialog: call.state().dialog.facts.clone(),
        leg,
    })
}

enum Prepared {
    /// The INVITE had an offer: the leg runs.
    Running { leg: Leg, session: Box<Session> },
    /// We make the offer; the ACK will bring the answer.
    Waiting(Opening),
}

async fn prepare(shared: &Shared, call: &Call) -> Result<Prepared, Error> {
    let remote = match call.invite().map_or(&[][..], Content::description) {
        [] => None,
        body => Some(sdp::Remote::parse(body).map_err(|error| unusable(shared, error))?),
    };
    let secured = match &remote {
        Some(remote) => remote.crypto.is_some(),
        None => call.state().dialog.facts.transport == "tls",
    };
    let opening = Opening::bind(shared, call, secured).await?;
    let Some(remote) = remote else {
        return Ok(Prepared::Waiting(opening));
    };
    let (leg, session) = opening.start(shared, call, remote, 1)?;
    Ok(Prepared::Running {
        leg,
        session: Box::new(session),
    })
}

fn send_ok(shared: &Shared, call: &Call, text: String) {
    let mut headers = abilities();
    let asked = call.invite().map(SessionTimer::asked);
    if let Some(Ok(Some(timer))) = asked {
        headers.extend(timer.headers());
        call.state().timer = Some(watch::Sender::new(timer));
    }
    call.respond(shared, StatusCode::OK, headers, Some(Body::sdp(text)));
}

/// Starts the media of a call whose INVITE had no offer, from the answer in the ACK (RFC 3261, 13.2.1).
fn start_delayed(
    shared: &Arc<Shared>,
    call: &Arc<Call>,
    opening: Opening,
    ack: &Request,
) -> Result<Leg, Error> {
    let started = sdp::Remote::parse(ack.description())
        .map_err(|error| unusable(shared, error))
        .and_then(|remote| opening.start(shared, call, remote, 1));
    match started {
        Ok((leg, session)) => {
            call.come_up(session)?;
            Ok(leg)
        }
        Err(error) => {
            call.end_if(shared, |_| true);
            outgoing::bye_later(shared, call);
            Err(error)
        }
    }
}

fn refuse_media(shared: &Shared, call: &Call, error: &Error) {
    if call.end_if(shared, |_| true).is_none() {
        return;
    }
    let status = match error {
        Error::NoCommonMedia(_) => StatusCode::NotAcceptableHere,
        _ => StatusCode::ServerInternalError,
    };
    shared.counters.refused();
    call.respond(shared, status, abilities(), None);
}
