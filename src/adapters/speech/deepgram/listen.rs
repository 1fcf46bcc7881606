//! Owns a listening stream, whatever the dialect: cutting the caller's audio to 80 ms, keeping the stream alive while
//! none comes, noticing that the server fell silent, and closing in good order. Started by `flux` and `nova`; never
//! decides what a message means.

use super::close;
use super::config::DeepgramConfig;
use super::link::{Frame, Link};
use super::timeline::Timeline;
use bytes::{Bytes, BytesMut};
use maitred_actors::ports::audio::BYTES_PER_MS;
use maitred_actors::ports::hearing::{Error, Heard, HearingStream, Patience, PatienceWatch};
use maitred_speech_engines::mulaw;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout_at};

/// Audio of one frame to Deepgram: 80 ms, as it recommends for Flux.
const CHUNK_BYTES: usize = 640;
/// Longest time for which a part of a chunk is held back.
const CHUNK: Duration = Duration::from_millis(80);
/// Silence in G.711 mu-law.
const SILENCE: u8 = 0xff;
/// Mean magnitude of 16-bit samples from which on a chunk counts as sound: about -43 dBFS.
const SOUND_MEAN: u64 = 200;
/// Wait for the last results after `CloseStream`.
const CLOSE_WITHIN: Duration = Duration::from_secs(3);
/// Pieces of audio and reports that may wait.
const QUEUE: usize = 256;

/// What keeps a stream open while there is no audio.
pub(super) enum Idle {
    /// Silence at the pace of the clock: the turns run on audio time.
    Silence,
    /// `KeepAlive` messages, once there was any audio at all.
    KeepAlive,
}

/// What differs between `/v1/listen` and `/v2/listen`.
pub(super) trait Dialect: Send + 'static {
    /// Tells what keeps the stream open.
    fn idle(&self) -> Idle;
    /// Waits for the end of a turn as patiently as this from now on; gives what the server is to be told.
    fn attune(&mut self, patience: Patience) -> Option<Value>;
    /// Takes a message and gives what was heard.
    fn take(&mut self, kind: &str, message: &Value, timeline: &Timeline) -> Vec<Heard>;
    /// Gives what is left when the stream has ended.
    fn finish(&mut self, timeline: &Timeline) -> Option<Heard>;
    /// Tells whether the caller is speaking, so that results are due.
    fn in_turn(&self) -> bool;
}

/// Runs a stream on a task of its own over a socket that is ready for audio.
pub(super) fn start(
    link: Link,
    dialect: impl Dialect,
    config: Arc<DeepgramConfig>,
    provider: &'static str,
    patience: PatienceWatch,
) -> HearingStream {
    let (audio, audio_rx) = mpsc::channel(QUEUE);
    let (heard_tx, heard) = mpsc::channel(QUEUE);
    let now = Instant::now();
    let listening = Listening {
        link,
        dialect,
        config,
        provider,
        patience,
        timeline: Timeline::default(),
        pending: BytesMut::new(),
        pending_since: now,
        last_audio: now,
        last_idle: now,
        last_frame: now,
        last_ping: now,
        stream_ms_at_message: 0,
        sound_ms: 0,
    };
    tokio::spawn(listening.run(audio_rx, heard_tx));
    HearingStream { audio, heard }
}

struct Listening<D> {
    link: Link,
    dialect: D,
    config: Arc<DeepgramConfig>,
    provider: &'static str,
    patience: PatienceWatch,
    timeline: Timeline,
    /// Less than a chunk.
    pending: BytesMut,
    pending_since: Instant,
    last_audio: Instant,
    last_idle: Instant,
    last_frame: Instant,
    last_ping: Instant,
    stream_ms_at_message: u64,
    /// Sound sent since the last message.
    sound_ms: u64,
}

type HeardSender = mpsc::Sender<Result<Heard, Error>>;

impl<D: Dialect> Listening<D> {
    async fn run(mut self, mut audio: mpsc::Receiver<Bytes>, heard: HeardSender) {
        match self.listen(&mut audio, &heard).await {
            Ok(()) => self.finish(&heard).await,
            Err(error) => {
                tracing::warn!(speech.provider = self.provider, %error, "listening ended");
                // Nobody may be left to hear it.
                heard.send(Err(error)).await.ok();
            }
        }
        self.link.close().await;
    }

    /// Listens until the audio ends or nobody wants to hear any more.
    async fn listen(
        &mut self,
        audio: &mut mpsc::Receiver<Bytes>,
        heard: &HeardSender,
    ) -> Result<(), Error> {
        loop {
            let wake = self.wake();
            tokio::select! {
                // What has arrived comes first, so that a busy consumer is not mistaken for a silent server.
                biased;
                frame = self.link.next() => {
                    for report in self.take(frame?)? {
                        if heard.send(Ok(report)).await.is_err() {
                            return Ok(());
                        }
                    }
                }
                () = heard.closed() => return Ok(()),
                patience = self.patience.changed() => {
                    if let Some(message) = self.dialect.attune(patience) {
                        self.link.message(&message).await?;
                    }
                }
                piece = audio.recv() => match piece {
                    Some(piece) => self.feed(&piece).await?,
                    None => return self.send_pending().await,
                },
                () = sleep_until(wake) => self.tick().await?,
            }
        }
    }

    fn take(&mut self, frame: Frame) -> Result<Vec<Heard>, Error> {
        self.last_frame = Instant::now();
        let (kind, message) = match frame {
            Frame::Closed(error) => return Err(error),
            Frame::Message(kind, message) => (kind, message),
            Frame::Audio(_) | Frame::Alive => return Ok(Vec::new()),
        };
        self.stream_ms_at_message = self.timeline.stream_ms();
        self.sound_ms = 0;
        let field = |name: &str| {
            message
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        match kind.as_str() {
            "Error" => {
                let code = if field("code").is_empty() {
                    field("variant")
                } else {
                    field("code")
                };
                Err(close::told(self.provider, code))
            }
            "Warning" => {
                tracing::warn!(
                    speech.provider = self.provider,
                    code = field("code"),
                    "warned"
                );
                Ok(Vec::new())
            }
            _ => Ok(self.dialect.take(&kind, &message, &self.timeline)),
        }
    }

    async fn feed(&mut self, piece: &[u8]) -> Result<(), Error> {
        let now = Instant::now();
        self.last_audio = now;
        if self.pending.is_empty() {
            self.pending_since = now;
        }
        self.pending.extend_from_slice(piece);
        while self.pending.len() >= CHUNK_BYTES {
            let chunk = self.pending.split_to(CHUNK_BYTES).freeze();
            self.send(chunk).await?;
            self.pending_since = now;
        }
        Ok(())
    }

    async fn send_pending(&mut self) -> Result<(), Error> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let chunk = self.pending.split().freeze();
        self.send(chunk).await
    }

    async fn send(&mut self, chunk: Bytes) -> Result<(), Error> {
        self.timeline.sent(chunk.len());
        if is_sound(&chunk) {
            self.sound_ms += chunk.len() as u64 / BYTES_PER_MS;
        }
        self.link.audio(chunk).await
    }

    /// The next moment at which something may have to be done without being asked.
    fn wake(&self) -> Instant {
        let ping = self.last_ping + self.config.stall_after / 2;
        let stalled = self.last_frame + self.config.stall_after;
        let mut wake = ping.min(stalled).min(self.idle_at());
        if !self.pending.is_empty() {
            wake = wake.min(self.pending_since + CHUNK);
        }
        wake
    }

    fn idle_at(&self) -> Instant {
        match self.dialect.idle() {
            Idle::Silence => {
                (self.last_audio + self.config.silence_after).max(self.last_idle + CHUNK)
            }
            Idle::KeepAlive => self.last_audio.max(self.last_idle) + self.config.keep_alive_after,
        }
    }

    async fn tick(&mut self) -> Result<(), Error> {
        let now = Instant::now();
        self.check_alive(now)?;
        if !self.pending.is_empty() && now >= self.pending_since + CHUNK {
            self.send_pending().await?;
        }
        if now >= self.idle_at() {
            self.last_idle = now;
            match self.dialect.idle() {
                // `KeepAlive` alone does not keep a stream that never had audio.
                Idle::KeepAlive if self.timeline.stream_ms() > 0 => {
                    self.link.command("KeepAlive").await?
                }
                _ => {
                    self.timeline.inserted(CHUNK_BYTES);
                    self.link
                        .audio(Bytes::from_static(&[SILENCE; CHUNK_BYTES]))
                        .await?;
                }
            }
        }
        if now >= self.last_ping + self.config.stall_after / 2 {
            self.last_ping = now;
            self.link.ping().await?;
        }
        Ok(())
    }

    fn check_alive(&self, now: Instant) -> Result<(), Error> {
        let stall_ms = self.config.stall_after.as_millis();
        if now >= self.last_frame + self.config.stall_after {
            return Err(Error::Broken(format!("nothing received for {stall_ms} ms")));
        }
        let unanswered_ms = self.timeline.stream_ms() - self.stream_ms_at_message;
        if self.dialect.in_turn() && u128::from(unanswered_ms) >= stall_ms {
            return Err(Error::Broken(format!(
                "no results for {unanswered_ms} ms of speech"
            )));
        }
        // Sound need not be speech, so it takes twice as much of it to doubt a server that answers pings.
        if u128::from(self.sound_ms) >= 2 * stall_ms {
            let sound_ms = self.sound_ms;
            return Err(Error::Broken(format!(
                "no message for {sound_ms} ms of sound"
            )));
        }
        Ok(())
    }

    /// Asks for the last results and reports them.
    async fn finish(&mut self, heard: &HeardSender) {
        let deadline = Instant::now() + CLOSE_WITHIN;
        if self.link.command("CloseStream").await.is_ok() {
            while let Ok(Ok(frame)) = timeout_at(deadline, self.link.next()).await {
                let Ok(reports) = self.take(frame) else { break };
                for report in reports {
                    heard.send(Ok(report)).await.ok();
                }
            }
        }
        if let Some(last) = self.dialect.finish(&self.timeline) {
            heard.send(Ok(last)).await.ok();
        }
    }
}

fn is_sound(chunk: &[u8]) -> bool {
    let magnitudes = chunk
        .iter()
        .map(|code| u64::from(mulaw::decode(*code).unsigned_abs()));
    magnitudes.sum::<u64>() >= SOUND_MEAN * chunk.len() as u64
}
