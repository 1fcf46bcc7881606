//! Owns answering: from a ringing call to a running media leg and an acknowledged dialog. Called by `line`. Never
//! changes a call that is already up.

use super::call::{Call, Session};
use super::dialog::{Body, abilities};
use super::line::Shared;
use super::outgoing;
use super::session_timer::SessionTimer;
use crate::adapters::clock;
use crate::media::leg::{self, LegConfig, Media};
use crate::media::srtp::SrtpKey;
use crate::media::{recording, sdp};
use maitred_actors::ports::audio::Leg;
use maitred_actors::ports::telephony::{AnsweredCall, Error};
use rsipstack::sip::{Request, StatusCode};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::UdpSocket;
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
    let Prepared { local, media } = prepared;
    let (text, mut delayed, mut leg) = match media {
        PreparedMedia::Running { leg, session } => {
            let text = session.describe();
            call.hold_session(*session)?;
            (text, None, Some(leg))
        }
        PreparedMedia::Waiting { socket } => (local.offer(1), Some(socket), None),
    };
    send_ok(&shared, &call, text);
    // Without a word the call ended meanwhile: cancelled, or hung up before its ACK.
    let ack = acked.await.map_err(|_| Error::NoSuchCall)??;
    if let Some(socket) = delayed.take() {
        leg = Some(start_delayed(&shared, &call, socket, local, &ack).await?);
    }
    let leg = leg.ok_or(Error::NoSuchCall)?;
    shared.counters.answered();
    outgoing::keep_session(&shared, &call);
    Ok(AnsweredCall {
        dialog: call.state().dialog.facts.clone(),
        leg,
        recording: recording_of(&shared, &call),
    })
}

/// Tells the file into which a call is recorded.
fn recording_of(shared: &Shared, call: &Call) -> Option<String> {
    let folder = shared.config.recordings.as_ref()?;
    let path = recording::path_of(folder, call.id.as_str());
    Some(path.to_string_lossy().into_owned())
}

struct Prepared {
    local: sdp::Local,
    media: PreparedMedia,
}

enum PreparedMedia {
    /// The INVITE had an offer: the leg runs.
    Running { leg: Leg, session: Box<Session> },
    /// We make the offer; the ACK will bring the answer.
    Waiting { socket: UdpSocket },
}

async fn prepare(shared: &Shared, call: &Call) -> Result<Prepared, Error> {
    let failed = |error: &dyn std::fmt::Display| Error::Failed(error.to_string());
    let remote = match call.invite.body.as_slice() {
        [] => None,
        body => Some(sdp::Remote::parse(body).map_err(|error| unusable(shared, error))?),
    };
    let secured = match &remote {
        Some(remote) => remote.crypto.is_some(),
        None => call.state().dialog.facts.transport == "tls",
    };
    let socket = leg::bind(shared.config.listen.ip())
        .await
        .map_err(|e| failed(&e))?;
    let port = socket.local_addr().map_err(|e| failed(&e))?.port();
    let address = SocketAddr::new(shared.media_ip, port);
    let key = secured.then(SrtpKey::random);
    let local = sdp::Local {
        session: clock::random::<u32>() >> 1,
        address,
        key,
    };
    let media = match remote {
        Some(remote) => {
            let (leg, session) = start(shared, call, socket, local.clone(), remote)?;
            PreparedMedia::Running {
                leg,
                session: Box::new(session),
            }
        }
        None => PreparedMedia::Waiting { socket },
    };
    Ok(Prepared { local, media })
}

fn start(
    shared: &Shared,
    call: &Call,
    socket: UdpSocket,
    local: sdp::Local,
    remote: sdp::Remote,
) -> Result<(Leg, Session), Error> {
    let config = LegConfig {
        call: call.id.as_str().to_owned(),
        no_audio_after: shared.config.no_audio_after,
        recordings: shared.config.recordings.clone(),
        key: local.key.clone(),
    };
    let started = leg::start(socket, config, Media::from(&remote));
    let (leg, control) = started.map_err(|error| Error::Failed(error.to_string()))?;
    let mut state = call.state();
    state.dialog.facts.secured = local.key.is_some();
    state.dialog.facts.remote_media = remote.address.to_string();
    Ok((
        leg,
        Session {
            control,
            local,
            remote,
            version: 1,
        },
    ))
}

fn send_ok(shared: &Shared, call: &Call, text: String) {
    let mut headers = abilities();
    let mut state = call.state();
    if let Ok(Some(timer)) = SessionTimer::asked(&call.invite) {
        headers.extend(timer.headers());
        state.timer = Some(watch::Sender::new(timer));
    }
    let body = Some(Body::sdp(text));
    let ok = state.dialog.response(
        &shared.endpoint,
        &call.invite,
        StatusCode::OK,
        headers,
        body,
    );
    drop(state);
    call.respond(ok);
}

/// Starts the media of a call whose INVITE had no offer, from the answer in the ACK (RFC 3261, 13.2.1).
async fn start_delayed(
    shared: &Arc<Shared>,
    call: &Arc<Call>,
    socket: UdpSocket,
    local: sdp::Local,
    ack: &Request,
) -> Result<Leg, Error> {
    let started = sdp::Remote::parse(&ack.body)
        .map_err(|error| unusable(shared, error))
        .and_then(|remote| {
            if remote.crypto.is_some() != local.key.is_some() {
                return Err(unusable(shared, sdp::SdpError::NoKey));
            }
            start(shared, call, socket, local, remote)
        });
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

fn unusable(shared: &Shared, error: sdp::SdpError) -> Error {
    if error == sdp::SdpError::Malformed {
        shared.counters.malformed();
    }
    Error::NoCommonMedia(error.to_string())
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
    let response =
        call.state()
            .dialog
            .response(&shared.endpoint, &call.invite, status, abilities(), None);
    call.respond(response);
}
