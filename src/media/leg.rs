//! Owns a running call's sound: one task with the UDP socket, ticking every 20 ms from a fixed start. Started by
//! `adapters/telephony` when a call is answered; the heart holds its other ends (`ports::audio::Leg`). Never speaks SIP,
//! and no frame passes through an actor.
//!
//! A tick empties the socket, gives one frame of the caller to the listeners, takes one frame of our voice and sends
//! it. Missed ticks are made up for, so what was heard and what was said stay aligned with the clock.

use super::codec::{Codec, CodecError, Decoder, Encoder};
use super::control::Control;
use super::dtmf::{Keys, Presses};
use super::jitter::JitterBuffer;
use super::playout::Playout;
use super::reception::Reception;
use super::recording::Recording;
use super::rtp::Packet;
use super::sender::Sender;
use super::srtp::{Srtp, SrtpError, SrtpKey};
use super::{g711, sdp};
use maitred_actors::ports::audio::{
    CallerAudio, FRAME_BYTES, Leg, LegEvent, LegStats, PlayoutCommand,
};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior};

const FRAME_MS: u64 = 20;
/// Datagrams read in one tick at most, so that a flood cannot hold up our voice.
const DATAGRAMS_PER_TICK: usize = 64;
/// Largest datagram looked at; telephone audio stays far below.
const DATAGRAM_BYTES: usize = 2_048;
/// Silence from the known address after which unencrypted audio may come from another one.
const MOVE_AFTER_TICKS: u64 = 1_000 / FRAME_MS;
/// While held, one packet of silence in so many ticks keeps the path through NAT open: 5 s.
const HELD_KEEP_ALIVE_TICKS: u64 = 5_000 / FRAME_MS;

/// What a leg needs to know before it starts.
#[derive(Clone, Debug)]
pub struct LegConfig {
    /// Name of the call in logs.
    pub call: String,
    /// How long the caller's side may be silent on the wire before `NoAudio` is reported.
    pub no_audio_after: Duration,
    /// Key under which we send, when the media is SRTP.
    pub key: Option<SrtpKey>,
}

/// What the other side's latest description asks for.
#[derive(Clone, Debug)]
pub struct Media {
    remote: SocketAddr,
    /// Where its reports come from and ours go.
    pub rtcp: SocketAddr,
    codec: Codec,
    payload_type: u8,
    events: Option<u8>,
    /// Key under which it sends.
    pub key: Option<SrtpKey>,
    held: bool,
}

impl From<&sdp::Remote> for Media {
    fn from(remote: &sdp::Remote) -> Self {
        Self {
            remote: remote.address,
            rtcp: remote.rtcp,
            codec: remote.codec,
            payload_type: remote.payload_type,
            events: remote.events,
            key: remote.crypto.as_ref().map(|crypto| crypto.key.clone()),
            held: remote.holds(),
        }
    }
}

/// The signalling's hold on a leg; dropping it ends the leg.
#[derive(Clone, Debug)]
pub struct LegControl {
    media: mpsc::UnboundedSender<Media>,
    keys: mpsc::UnboundedSender<String>,
    /// What is recorded into from now on; `None`: nothing any more.
    pub recordings: mpsc::UnboundedSender<Option<Recording>>,
}

impl LegControl {
    /// Tells the leg about a new description (hold, other address, new keys).
    pub fn update(&self, media: Media) {
        // A leg that has ended needs no news.
        let _ = self.media.send(media);
    }

    /// Presses keys for the other side to hear, `0` to `9`, `*`, `#`, `A` to `D`; false where it takes none.
    pub fn press(&self, keys: &str) -> bool {
        self.keys.send(keys.to_owned()).is_ok()
    }
}

/// Why a leg could not start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// A key is of no use.
    #[error(transparent)]
    Srtp(#[from] SrtpError),
    /// The codec is of no use.
    #[error(transparent)]
    Codec(#[from] CodecError),
}

/// Starts the leg's task.
pub fn start(
    socket: UdpSocket,
    config: LegConfig,
    media: Media,
) -> Result<(Leg, LegControl), StartError> {
    let (playout, commands) = mpsc::unbounded_channel();
    let (event_sender, events) = mpsc::unbounded_channel();
    let (control, updates) = mpsc::unbounded_channel();
    let (pressed, presses) = mpsc::unbounded_channel();
    let caller = CallerAudio::default();
    let (recordings, recorded) = mpsc::unbounded_channel();
    let task = Task {
        opening: media.key.clone().map(Srtp::new).transpose()?,
        sender: Sender::new(config.key.clone().map(Srtp::new).transpose()?),
        control: Control::new(&socket, config.key.as_ref(), &media)?,
        decoder: Decoder::new(media.codec)?,
        encoder: Encoder::new(media.codec)?,
        send_to: media.remote,
        socket,
        media,
        latched: false,
        caller: caller.clone(),
        events: event_sender,
        jitter: JitterBuffer::default(),
        keys: Keys::default(),
        presses: Presses::default(),
        playout: Playout::default(),
        recording: None,
        ticks: 0,
        heard_at: 0,
        silence_told: false,
        config,
        reception: Reception::default(),
        stats: LegStats::default(),
    };
    tokio::spawn(task.run(commands, updates, presses, recorded));
    Ok((
        Leg {
            caller,
            playout,
            events,
        },
        LegControl {
            media: control,
            keys: pressed,
            recordings,
        },
    ))
}

struct Task {
    socket: UdpSocket,
    config: LegConfig,
    media: Media,
    sender: Sender,
    decoder: Decoder,
    encoder: Encoder,
    send_to: SocketAddr,
    opening: Option<Srtp>,
    /// Whether `send_to` is an address that valid packets came from.
    latched: bool,
    caller: CallerAudio,
    events: mpsc::UnboundedSender<LegEvent>,
    jitter: JitterBuffer,
    keys: Keys,
    presses: Presses,
    playout: Playout,
    recording: Option<Recording>,
    ticks: u64,
    /// Tick of the last valid packet.
    heard_at: u64,
    silence_told: bool,
    reception: Reception,
    control: Control,
    stats: LegStats,
}

impl Task {
    async fn run(
        mut self,
        mut commands: mpsc::UnboundedReceiver<PlayoutCommand>,
        mut updates: mpsc::UnboundedReceiver<Media>,
        mut pressed: mpsc::UnboundedReceiver<String>,
        mut recorded: mpsc::UnboundedReceiver<Option<Recording>>,
    ) {
        let mut clock = tokio::time::interval_at(Instant::now(), Duration::from_millis(FRAME_MS));
        clock.set_missed_tick_behavior(MissedTickBehavior::Burst);
        loop {
            tokio::select! {
                biased;
                command = commands.recv() => match command {
                    Some(command) => self.report(|playout, events| playout.command(command, events)),
                    None => break,
                },
                media = updates.recv() => match media {
                    Some(media) => self.update(media),
                    None => break,
                },
                Some(keys) = pressed.recv() => self.presses.add(&keys),
                Some(recording) = recorded.recv() => self.recording = recording,
                _ = clock.tick() => self.tick(),
            }
        }
        self.report(|playout, events| playout.stop_all(events));
        self.caller.close();
        self.control
            .goodbye(self.ticks, &self.sender, &mut self.reception);
        let jitter = self.jitter.stats();
        self.tell(LegEvent::Ended {
            stats: LegStats {
                lost: self.reception.lost(),
                late: jitter.late,
                concealed: jitter.concealed,
                jitter_ms: self.reception.jitter_ms(),
                lost_there: self.control.lost_there(),
                round_trip_ms: self.control.round_trip_ms(),
                ..self.stats
            },
        });
        tracing::debug!(sip.call_id = %self.config.call, underruns = self.playout.underruns(), ?jitter, "leg ended");
    }

    fn tick(&mut self) {
        self.receive();
        self.ticks += 1;
        let heard = self.jitter.pop().filter(|_| !self.media.held);
        let silent = self.media.held.then_some([g711::SILENCE; FRAME_BYTES]);
        if let Some(frame) = heard.or(silent) {
            self.caller.push(&frame);
        }
        let caller = heard.unwrap_or([g711::SILENCE; FRAME_BYTES]);
        let mut ours = [g711::SILENCE; FRAME_BYTES];
        let mut spoke = false;
        if !self.media.held {
            self.report(|playout, events| spoke = playout.frame(&mut ours, events));
        }
        if !self.media.held || self.ticks.is_multiple_of(HELD_KEEP_ALIVE_TICKS) {
            self.send(&ours, spoke);
        }
        self.sender.advance(self.media.codec.step());
        if let Some(recording) = &mut self.recording {
            recording.push(&caller, &ours);
        }
        let (sender, reception) = (&self.sender, &mut self.reception);
        self.control
            .tick(self.ticks, self.send_to.ip(), sender, reception);
        self.watch_for_silence();
    }

    fn receive(&mut self) {
        let mut buffer = [0; DATAGRAM_BYTES];
        for _ in 0..DATAGRAMS_PER_TICK {
            match self.socket.try_recv_from(&mut buffer) {
                Ok((length, from)) => {
                    if self.take(&buffer[..length], from).is_none() {
                        self.stats.rejected += 1;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                // An earlier packet of ours met a closed port; the next one may not.
                Err(_) => {}
            }
        }
    }

    /// Takes one datagram; `None` when it is not a packet of this call.
    fn take(&mut self, datagram: &[u8], from: SocketAddr) -> Option<()> {
        let opened;
        let bytes = match &mut self.opening {
            Some(srtp) => {
                opened = srtp.unprotect(datagram).ok()?;
                opened.as_slice()
            }
            None => datagram,
        };
        let packet = Packet::parse(bytes)?;
        let audio = packet.payload_type == self.media.payload_type;
        if !audio && Some(packet.payload_type) != self.media.events {
            return None;
        }
        if self.opening.is_none() && self.latched && from != self.send_to {
            // Nothing proves who sent this: follow only when the known address has gone quiet.
            if self.ticks - self.heard_at < MOVE_AFTER_TICKS {
                return None;
            }
        }
        self.send_to = from;
        self.latched = true;
        self.heard_at = self.ticks;
        self.silence_told = false;
        self.stats.received += 1;
        self.reception.note(
            packet.ssrc,
            packet.sequence,
            packet.timestamp,
            self.ticks * FRAME_MS,
            self.media.codec.clock_hz(),
        );
        if !audio {
            if let Some(key) = self
                .keys
                .push(packet.ssrc, packet.timestamp, packet.payload)
            {
                self.tell(LegEvent::Key { key });
            }
        } else if let Some((time, samples)) = self.decoder.decode(&packet) {
            self.jitter.push(packet.ssrc, time, samples);
        }
        Some(())
    }

    fn send(&mut self, frame: &[u8; FRAME_BYTES], spoke: bool) {
        if let Some(events) = self.media.events.filter(|_| self.presses.is_busy()) {
            // A key takes the place of our voice while it is held, and for a moment after.
            if let Some(packet) = self.presses.packet() {
                let to = self.send_to;
                let stream = (events, self.media.codec.clock_hz() / 8_000);
                let left = self.sender.send_event(&self.socket, to, stream, packet);
                self.stats.sent += u64::from(left);
            }
            return;
        }
        let (to, payload_type) = (self.send_to, self.media.payload_type);
        let Some(payload) = self.encoder.encode(frame) else {
            return;
        };
        if self
            .sender
            .send(&self.socket, to, payload_type, payload, spoke)
        {
            self.stats.sent += 1;
        }
    }

    fn update(&mut self, media: Media) {
        self.control.update(&media);
        if media.remote != self.media.remote {
            self.send_to = media.remote;
            self.latched = false;
        }
        if let Some(key) = &media.key
            && !self.opening.as_ref().is_some_and(|srtp| srtp.uses(key))
        {
            match Srtp::new(key.clone()) {
                Ok(srtp) => self.opening = Some(srtp),
                Err(error) => tracing::error!(%error, "new key refused, keeping the old one"),
            }
        }
        if media.codec != self.media.codec {
            match (Decoder::new(media.codec), Encoder::new(media.codec)) {
                (Ok(decoder), Ok(encoder)) => (self.decoder, self.encoder) = (decoder, encoder),
                (Err(error), _) | (_, Err(error)) => tracing::error!(%error, "codec not changed"),
            }
            self.jitter.reset();
        }
        if media.held != self.media.held {
            self.jitter.reset();
            self.reception.pause();
            self.sender.pause();
        }
        self.heard_at = self.ticks;
        self.media = media;
    }

    fn watch_for_silence(&mut self) {
        let for_ms = (self.ticks - self.heard_at) * FRAME_MS;
        let long = u128::from(for_ms) >= self.config.no_audio_after.as_millis();
        if long && !self.silence_told && !self.media.held {
            self.silence_told = true;
            self.tell(LegEvent::NoAudio { for_ms });
        }
    }

    fn report(&mut self, act: impl FnOnce(&mut Playout, &mut Vec<LegEvent>)) {
        let mut events = Vec::new();
        act(&mut self.playout, &mut events);
        events.into_iter().for_each(|event| self.tell(event));
    }

    fn tell(&self, event: LegEvent) {
        // Nobody may be listening any more; the sound goes on as long as `playout` is held.
        let _ = self.events.send(event);
    }
}

#[cfg(test)]
#[path = "leg_tests.rs"]
mod tests;
