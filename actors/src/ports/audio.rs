//! Owns the sound that passes between a call's media and its ears and mouth. Written by `src/media`, read by
//! `voice/`. Never decides anything; all audio is G.711 mu-law, 8000 Hz, mono: one byte a sample, 8 bytes a ms.

use bytes::Bytes;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Notify, mpsc};

use crate::types::QuestionNo;

/// Bytes (samples) in a millisecond.
pub const BYTES_PER_MS: u64 = 8;
/// Bytes (samples) in one 20 ms frame.
pub const FRAME_BYTES: usize = 160;
/// Caller audio kept for a listener that has to start again: 20 s.
const KEPT_BYTES: usize = 20_000 * BYTES_PER_MS as usize;

/// The caller's audio since the answer, of which the last 20 s are kept so that a new listener can go back.
#[derive(Clone, Default)]
pub struct CallerAudio {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    kept: Mutex<Kept>,
    more: Notify,
}

#[derive(Default)]
struct Kept {
    bytes: VecDeque<u8>,
    /// Position of the first kept byte, counted from the answer.
    first: u64,
    closed: bool,
}

impl CallerAudio {
    /// Adds what the caller's side delivered, one frame or more.
    pub fn push(&self, frame: &[u8]) {
        let mut kept = self.kept();
        kept.bytes.extend(frame);
        let over = kept.bytes.len().saturating_sub(KEPT_BYTES);
        kept.bytes.drain(..over);
        kept.first += over as u64;
        drop(kept);
        self.shared.more.notify_waiters();
    }

    /// Says that nothing more will come.
    pub fn close(&self) {
        self.kept().closed = true;
        self.shared.more.notify_waiters();
    }

    /// Tells the position just after the newest byte.
    pub fn end(&self) -> u64 {
        let kept = self.kept();
        kept.first + kept.bytes.len() as u64
    }

    /// Waits until there is audio at or after `from`, and gives at most `max` bytes of it with their position;
    /// what is no longer kept is passed over. `None` when the call's audio is over.
    pub async fn read(&self, from: u64, max: usize) -> Option<(u64, Bytes)> {
        loop {
            let more = self.shared.more.notified();
            tokio::pin!(more);
            more.as_mut().enable();
            {
                let kept = self.kept();
                let start = from.max(kept.first);
                let offset = (start - kept.first) as usize;
                if offset < kept.bytes.len() {
                    let bytes = kept.bytes.iter().skip(offset).take(max).copied().collect();
                    return Some((start, bytes));
                }
                if kept.closed {
                    return None;
                }
            }
            more.await;
        }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.shared
            .kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the media leg is asked to do with our own voice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlayoutCommand {
    /// Adds audio to an utterance. Bytes before what the leg already has of it are ignored, so that a speaker that
    /// starts again may send the whole utterance once more.
    Append {
        /// Question under which the utterance is spoken.
        utterance: QuestionNo,
        /// Position of the first byte within the utterance.
        offset: u64,
        /// The audio.
        audio: Bytes,
    },
    /// Says that the utterance is complete at `length` bytes. Asked again for one that is over, the leg reports its
    /// end again.
    Finish {
        /// Question under which the utterance is spoken.
        utterance: QuestionNo,
        /// Length of the whole utterance in bytes.
        length: u64,
    },
    /// Falls silent within one frame and keeps everything queued.
    Pause,
    /// Goes on after a pause, with the word in which it fell silent.
    Resume,
    /// Falls silent within one frame and forgets what is queued up to this utterance; ends a pause.
    Stop {
        /// The last utterance that is not wanted any more.
        up_to: QuestionNo,
    },
}

/// What the media leg reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LegEvent {
    /// The first frame of an utterance left for the caller.
    Started {
        /// Question under which the utterance is spoken.
        utterance: QuestionNo,
    },
    /// The last frame of an utterance left for the caller.
    Played {
        /// Question under which the utterance is spoken.
        utterance: QuestionNo,
    },
    /// An utterance that had begun fell silent, and may go on.
    Paused {
        /// Question under which the utterance is spoken.
        utterance: QuestionNo,
        /// Milliseconds of it that left for the caller.
        heard_ms: u64,
        /// Milliseconds of it that did not, where its length is known.
        left_ms: Option<u64>,
    },
    /// An utterance was stopped, or dropped before it began.
    Stopped {
        /// Question under which the utterance is spoken.
        utterance: QuestionNo,
        /// Milliseconds of it that left for the caller.
        heard_ms: u64,
    },
    /// The caller pressed a key (RFC 4733): `0` to `9`, `*`, `#`, `A` to `D`; once a press.
    Key {
        /// The key.
        key: char,
    },
    /// Nothing has come from the caller's side for a while.
    NoAudio {
        /// How long, in milliseconds.
        for_ms: u64,
    },
    /// The leg is over; nothing comes after this.
    Ended {
        /// What the network did to it.
        stats: LegStats,
    },
}

/// What the network did to a leg.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LegStats {
    /// Packets of the caller's side that came, sound and keys.
    pub received: u64,
    /// Packets that never came.
    pub lost: u64,
    /// Packets that came after their turn, and were dropped.
    pub late: u64,
    /// Frames of 20 ms of which something had to be made up.
    pub concealed: u64,
    /// Unevenness of their coming (RFC 3550, 6.4.1) in milliseconds, as fine as a frame.
    pub jitter_ms: u32,
    /// Packets sent.
    pub sent: u64,
    /// Packets of ours that the other side says never came, where it reports (RTCP).
    pub lost_there: u64,
    /// Time of a packet there and back in milliseconds, where the other side reports.
    pub round_trip_ms: Option<u32>,
    /// Datagrams that were no packets of this call: forged, repeated, foreign.
    pub rejected: u64,
}

/// The two ends of a running media leg that the heart holds. Dropping `playout` ends the leg.
pub struct Leg {
    /// What the caller says.
    pub caller: CallerAudio,
    /// What we say.
    pub playout: mpsc::UnboundedSender<PlayoutCommand>,
    /// What happens on the leg.
    pub events: mpsc::UnboundedReceiver<LegEvent>,
}

#[cfg(test)]
mod tests {
    #![expect(clippy::expect_used, reason = "a panic is a failed test")]

    use super::{CallerAudio, KEPT_BYTES};

    #[tokio::test]
    async fn a_reader_may_go_back_as_far_as_audio_is_kept() {
        let audio = CallerAudio::default();
        audio.push(&[1; 100]);
        audio.push(&[2; 100]);
        assert_eq!(
            audio.read(50, 20).await,
            Some((50, bytes::Bytes::from(vec![1; 20])))
        );
        audio.push(&vec![3; KEPT_BYTES]);
        let (from, bytes) = audio.read(0, 10).await.expect("audio is there");
        assert_eq!((from, bytes[0]), (200, 3));
        audio.close();
        assert_eq!(audio.read(audio.end(), 10).await, None);
    }

    #[tokio::test]
    async fn a_reader_waits_for_what_is_to_come() {
        let audio = CallerAudio::default();
        let reader = tokio::spawn({
            let audio = audio.clone();
            async move { audio.read(0, 10).await }
        });
        tokio::task::yield_now().await;
        audio.push(&[7; 4]);
        let read = reader.await.expect("the reader ends");
        assert_eq!(read, Some((0, bytes::Bytes::from(vec![7; 4]))));
    }
}
