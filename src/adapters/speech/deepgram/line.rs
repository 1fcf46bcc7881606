//! Owns one socket of Aura and the task that speaks over it, one utterance at a time, and that keeps it while idle.
//! Started by `aura`; never lets sound of one utterance reach another.

use super::aura::{NAME, Pool};
use super::config::DeepgramConfig;
use super::link::{Frame, Link};
use super::sentences::pieces;
use bytes::Bytes;
use maitred_actors::ports::speaking::Error;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout_at};

/// Age at which a socket is no longer used.
const AGE_MAX: Duration = Duration::from_secs(3600);
/// Characters of one `Speak`; beyond that Deepgram closes with `BIG-0001`.
const CHARS_MAX: usize = 2000;
/// A socket takes 20 `Flush` in 60 s and ignores more; one that comes near is not used again.
const FLUSHES_MAX: usize = 18;
const FLUSHES_WITHIN: Duration = Duration::from_secs(60);
/// Wait for `Cleared`.
const CLEAR_WITHIN: Duration = Duration::from_secs(2);

/// One utterance to be spoken.
pub(super) struct Job {
    pub(super) text: String,
    pub(super) out: Out,
    /// The line's own queue, put back into the pool when the utterance is over.
    pub(super) line: mpsc::Sender<Job>,
}

type Out = mpsc::Sender<Result<Bytes, Error>>;

impl Job {
    /// Gives text and listener back for another line.
    pub(super) fn into_parts(self) -> (String, Out) {
        (self.text, self.out)
    }
}

/// A socket and what was done with it.
pub(super) struct Line {
    config: Arc<DeepgramConfig>,
    link: Link,
    opened: Instant,
    used: bool,
    flushes: VecDeque<Instant>,
    flushed_newest: Option<i64>,
}

/// How an utterance ended.
enum Spoken {
    Whole,
    /// The listener went away.
    Dropped,
}

impl Line {
    /// Opens a socket for the configured voice.
    pub(super) async fn open(config: Arc<DeepgramConfig>) -> Result<Self, Error> {
        let parameters = [
            ("model", config.voice.clone()),
            ("encoding", "mulaw".into()),
            ("sample_rate", "8000".into()),
        ];
        let url = config.endpoint(&["v1", "speak"], &parameters)?;
        let opened = Instant::now();
        let link = Link::open(&config, NAME, &url, opened + config.connect_timeout).await?;
        Ok(Self {
            config,
            link,
            opened,
            used: false,
            flushes: VecDeque::new(),
            flushed_newest: None,
        })
    }
}

/// Runs a line on a task of its own and gives its queue.
pub(super) fn start(line: Line, pool: Weak<Pool>) -> mpsc::Sender<Job> {
    let (queue, jobs) = mpsc::channel(1);
    tokio::spawn(run(line, jobs, pool));
    queue
}

async fn run(mut line: Line, mut jobs: mpsc::Receiver<Job>, pool: Weak<Pool>) {
    loop {
        let Some(job) = line.idle(&mut jobs).await else {
            break;
        };
        let spoken = line.utter(&job.text, &job.out).await;
        line.used = true;
        let ready = match spoken {
            Ok(Spoken::Whole) => true,
            Ok(Spoken::Dropped) => line.clear().await,
            Err(error) => {
                tracing::warn!(speech.provider = NAME, %error, "speaking ended");
                // Nobody may be left to hear it.
                job.out.send(Err(error)).await.ok();
                false
            }
        };
        if !ready || line.is_worn() {
            break;
        }
        if let Some(pool) = pool.upgrade() {
            pool.put(job.line);
        }
    }
    if line.link.command("Close").await.is_ok() {
        line.link.close().await;
    }
}

impl Line {
    /// Waits for the next utterance while keeping an eye on the socket. `None` when the line is no longer wanted, or
    /// its socket is gone or too old, and nothing was asked of it meanwhile.
    async fn idle(&mut self, jobs: &mut mpsc::Receiver<Job>) -> Option<Job> {
        let (mut check, mut alive) = (Instant::now(), true);
        loop {
            tokio::select! {
                job = jobs.recv() => return job,
                frame = self.link.next() => match frame {
                    Ok(Frame::Closed(_)) | Err(_) => break,
                    Ok(_) => alive = true,
                },
                () = sleep_until(check) => {
                    if !std::mem::take(&mut alive) || self.link.ping().await.is_err() {
                        break;
                    }
                    check = Instant::now() + self.config.stall_after;
                }
                () = sleep_until(self.opened + AGE_MAX) => break,
            }
        }
        // From here on the pool passes this line over, but something may have been asked just before.
        jobs.close();
        jobs.recv().await
    }

    fn is_worn(&mut self) -> bool {
        let now = Instant::now();
        while self
            .flushes
            .front()
            .is_some_and(|at| now >= *at + FLUSHES_WITHIN)
        {
            self.flushes.pop_front();
        }
        self.flushes.len() >= FLUSHES_MAX || now >= self.opened + AGE_MAX
    }

    /// Speaks a text; on a socket that went stale in the pool, once more on a new one.
    async fn utter(&mut self, text: &str, out: &Out) -> Result<Spoken, Error> {
        let mut sounded = false;
        match self.speak(text, out, &mut sounded).await {
            Err(error) if self.used && !sounded && error.is_passing() => {
                tracing::debug!(speech.provider = NAME, %error, "a warm socket had gone stale");
                *self = Self::open(Arc::clone(&self.config)).await?;
                self.speak(text, out, &mut sounded).await
            }
            spoken => spoken,
        }
    }

    async fn speak(&mut self, text: &str, out: &Out, sounded: &mut bool) -> Result<Spoken, Error> {
        for piece in pieces(text, CHARS_MAX) {
            self.link
                .message(&json!({ "type": "Speak", "text": piece }))
                .await?;
            self.link.command("Flush").await?;
            self.flushes.push_back(Instant::now());
            if matches!(self.stream(out, sounded).await?, Spoken::Dropped) {
                return Ok(Spoken::Dropped);
            }
        }
        Ok(Spoken::Whole)
    }

    /// Passes audio on until the `Flushed` that answers our `Flush`.
    async fn stream(&mut self, out: &Out, sounded: &mut bool) -> Result<Spoken, Error> {
        loop {
            let stalled = Instant::now() + self.config.stall_after;
            let frame = tokio::select! {
                () = out.closed() => return Ok(Spoken::Dropped),
                frame = self.link.next() => frame?,
                () = sleep_until(stalled) => {
                    let stall_ms = self.config.stall_after.as_millis();
                    return Err(Error::Broken(format!("nothing received for {stall_ms} ms")));
                }
            };
            match frame {
                Frame::Audio(audio) if audio.is_empty() => {}
                Frame::Audio(audio) => {
                    *sounded = true;
                    if out.send(Ok(audio)).await.is_err() {
                        return Ok(Spoken::Dropped);
                    }
                }
                Frame::Message(kind, message) if kind == "Flushed" => {
                    if self.is_new(&message) {
                        return Ok(Spoken::Whole);
                    }
                }
                Frame::Message(kind, message) => note(&kind, &message)?,
                Frame::Closed(error) => return Err(error),
                Frame::Alive => {}
            }
        }
    }

    /// Tells whether a `Flushed` answers a newer `Flush` than the last one did.
    fn is_new(&mut self, flushed: &Value) -> bool {
        let Some(id) = flushed.get("sequence_id").and_then(Value::as_i64) else {
            return true;
        };
        let new = self.flushed_newest.is_none_or(|newest| id > newest);
        self.flushed_newest = Some(self.flushed_newest.map_or(id, |newest| newest.max(id)));
        new
    }

    /// Stops the vendor's voice and discards what is still on its way. Tells whether the socket can be used again.
    async fn clear(&mut self) -> bool {
        let deadline = Instant::now() + CLEAR_WITHIN;
        if self.link.command("Clear").await.is_err() {
            return false;
        }
        loop {
            match timeout_at(deadline, self.link.next()).await {
                Ok(Ok(Frame::Message(kind, _))) if kind == "Cleared" => return true,
                Ok(Ok(Frame::Message(kind, message))) if kind == "Flushed" => {
                    self.is_new(&message);
                }
                Ok(Ok(Frame::Closed(_)) | Err(_)) | Err(_) => return false,
                Ok(Ok(_)) => {}
            }
        }
    }
}

/// Logs a message that carries no sound; an `Error` ends the utterance.
fn note(kind: &str, message: &Value) -> Result<(), Error> {
    let field = |name: &str| message.get(name).and_then(Value::as_str);
    match kind {
        "Error" => return Err(super::close::told(NAME, field("code").unwrap_or_default())),
        // Older servers name it `warn_code`.
        "Warning" => {
            let code = field("code")
                .or_else(|| field("warn_code"))
                .unwrap_or_default();
            tracing::warn!(speech.provider = NAME, code, "warned");
        }
        _ => tracing::debug!(speech.provider = NAME, kind, "passed over a message"),
    }
    Ok(())
}
