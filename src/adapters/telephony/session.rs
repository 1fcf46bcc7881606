//! Owns the media of one call as the signalling sees it: the socket before anything is agreed, the running leg's hold
//! afterwards, the descriptions that we write. Called by whoever answers, calls or renegotiates. Never sends a message.

use super::call::Call;
use super::line::Shared;
use crate::media::codec::Codec;
use crate::media::leg::{self, LegConfig, LegControl, Media};
use crate::media::srtp::SrtpKey;
use crate::media::{sdp, socket};
use maitred_actors::ports::audio::Leg;
use maitred_actors::ports::telephony::Error;
use sha2::{Digest, Sha256};
use std::net::SocketAddr;
use tokio::net::UdpSocket;

/// A bound socket and our side of the description; nothing is agreed yet.
pub(super) struct Opening {
    socket: UdpSocket,
    local: sdp::Local,
}

impl Opening {
    /// Binds a socket and draws a key if the media is to be secured. The session's number follows from the call, so that
    /// another process that takes the call up goes on with the same session (RFC 3264, 8).
    pub async fn bind(shared: &Shared, call: &Call, secured: bool) -> Result<Self, Error> {
        let failed = |error: std::io::Error| Error::Failed(error.to_string());
        let socket = socket::bind(shared.config.listen.ip(), shared.config.rtp_ports.as_ref())
            .await
            .map_err(failed)?;
        let port = socket.local_addr().map_err(failed)?.port();
        let tag = call.state().dialog.facts.local_tag.clone();
        let local = sdp::Local {
            session: session_number(&tag),
            address: SocketAddr::new(shared.media_ip, port),
            key: secured.then(SrtpKey::random),
        };
        Ok(Self { socket, local })
    }

    /// Writes an offer of PCMU, and of what was spoken before.
    pub fn offer(&self, call: &Call, version: u32) -> String {
        let before = call.state().dialog.facts.codec.clone();
        let named = |codec: &Codec| codec.name().eq_ignore_ascii_case(&before);
        let codec = Codec::ALL.into_iter().find(named).unwrap_or_default();
        self.local.offer(version, codec)
    }

    /// Starts the leg with what the other side described; `version` is that of our latest description.
    pub fn start(
        self,
        shared: &Shared,
        call: &Call,
        remote: sdp::Remote,
        version: u32,
    ) -> Result<(Leg, Session), Error> {
        let Self { socket, local } = self;
        if remote.crypto.is_some() != local.key.is_some() {
            return Err(unusable(shared, sdp::SdpError::NoKey));
        }
        let config = LegConfig {
            call: call.id.as_str().to_owned(),
            no_audio_after: shared.config.no_audio_after,
            key: local.key.clone(),
        };
        let started = leg::start(socket, config, Media::from(&remote));
        let (leg, control) = started.map_err(|error| Error::Failed(error.to_string()))?;
        let mut state = call.state();
        remote
            .codec
            .name()
            .clone_into(&mut state.dialog.facts.codec);
        state.dialog.facts.secured = local.key.is_some();
        state.dialog.facts.remote_media = remote.address.to_string();
        let session = Session {
            control,
            local,
            remote,
            version,
            recorded: false,
        };
        Ok((leg, session))
    }
}

fn session_number(tag: &str) -> u32 {
    let [a, b, c, d, ..]: [u8; 32] = Sha256::digest(tag.as_bytes()).into();
    u32::from_be_bytes([a, b, c, d]) >> 1
}

/// Says why a description is of no use, and counts it when it was none.
pub(super) fn unusable(shared: &Shared, error: sdp::SdpError) -> Error {
    if error == sdp::SdpError::Malformed {
        shared.counters.malformed();
    }
    Error::NoCommonMedia(error.to_string())
}

/// The media of an answered call as the signalling sees it.
pub(super) struct Session {
    pub control: LegControl,
    pub local: sdp::Local,
    pub remote: sdp::Remote,
    /// Version of our latest description.
    pub version: u32,
    /// Whether the leg was given something to record into.
    pub recorded: bool,
}

impl Session {
    /// Takes a new offer: checks that it keeps to the profile, gives our answer and whether the hold changed.
    pub fn renegotiate(&mut self, offer: sdp::Remote) -> Option<(String, Option<bool>)> {
        if offer.crypto.is_some() != self.local.key.is_some() {
            return None;
        }
        self.version += 1;
        let answer = self.local.answer(&offer, self.version);
        let change = self.adopt(offer);
        Some((answer, change))
    }

    /// Uses the other side's new description; gives the hold if it changed.
    pub fn adopt(&mut self, remote: sdp::Remote) -> Option<bool> {
        self.control.update(Media::from(&remote));
        let (before, now) = (self.remote.holds(), remote.holds());
        self.remote = remote;
        (before != now).then_some(now)
    }

    /// Writes our side again, for a refresh: the same description under the same version.
    pub fn describe(&self) -> String {
        self.local.answer(&self.remote, self.version)
    }
}
