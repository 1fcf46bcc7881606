//! What a connection has yet to send, and when.
//!
//! Owns the order and the times of answers. Filled by the protocols, emptied by the connection; it never sends.

use std::collections::VecDeque;
use std::time::Duration;

use axum::body::Bytes;
use tokio::time::Instant;

/// One thing to send or do.
#[derive(Debug, Clone)]
pub(crate) enum Out {
    /// The first message of a connection.
    Greeting(String),
    Text(String),
    Audio(Bytes),
    /// Text about the audio before it.
    Marker(String),
    /// Not sent: takes back the audio and markers that are still to be sent.
    Retract,
    /// Ends the connection, with a code and a reason or with neither.
    Close(Option<(u16, String)>),
}

/// One thing to send, with its timing.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) out: Out,
    /// Earliest time after now.
    pub(crate) after: Duration,
    /// Earliest time after the answer before it.
    pub(crate) gap: Duration,
}

impl Answer {
    /// An answer to be given at once.
    pub(crate) fn now(out: Out) -> Self {
        Self::after(Duration::ZERO, out)
    }

    /// An answer to be given after a time.
    pub(crate) fn after(after: Duration, out: Out) -> Self {
        Self {
            out,
            after,
            gap: Duration::ZERO,
        }
    }
}

/// Answers in the order they will be sent.
#[derive(Debug, Default)]
pub(crate) struct Outgoing {
    queue: VecDeque<(Instant, Out)>,
    last: Option<Instant>,
}

impl Outgoing {
    /// Adds answers, each later by `delay`; `stale_frames` is how much audio a retraction leaves.
    pub(crate) fn add(&mut self, answers: Vec<Answer>, delay: Duration, stale_frames: usize) {
        for Answer { out, after, gap } in answers {
            if matches!(out, Out::Retract) {
                self.retract(stale_frames);
                continue;
            }
            let earliest = Instant::now() + after + delay;
            let due = self.last.map_or(earliest, |last| earliest.max(last + gap));
            self.last = Some(due);
            self.queue.push_back((due, out));
        }
    }

    /// Takes back audio and its markers, but for the frames that count as being on their way already.
    fn retract(&mut self, mut stale_frames: usize) {
        let now = Instant::now();
        self.queue.retain_mut(|(due, out)| match out {
            Out::Audio(_) => {
                let stale = stale_frames > 0;
                stale_frames = stale_frames.saturating_sub(1);
                *due = now.min(*due);
                stale
            }
            Out::Marker(_) => false,
            Out::Greeting(_) | Out::Text(_) | Out::Retract | Out::Close(_) => true,
        });
        self.last = self.queue.back().map(|(due, _)| *due);
    }

    /// When the next answer is due.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.queue.front().map(|(due, _)| *due)
    }

    /// Takes the next answer.
    pub(crate) fn take(&mut self) -> Option<Out> {
        self.queue.pop_front().map(|(_, out)| out)
    }
}
