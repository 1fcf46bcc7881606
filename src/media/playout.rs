//! Owns what we say: utterances queue up, leave in frames of 20 ms, pause for the caller and go on with the word that was
//! broken off; their beginnings, pauses and ends are reported as `ports::audio` documents them. Called by the leg. Never
//! waits, never reads a clock.

use super::g711;
use maitred_actors::ports::audio::{BYTES_PER_MS, FRAME_BYTES, LegEvent, PlayoutCommand};
use maitred_actors::types::QuestionNo;
use std::collections::VecDeque;

/// Utterances whose end is remembered, so that a `Finish` asked again can be answered.
const REMEMBERED: usize = 64;
/// Sound kept to find the beginning of the word in which a pause fell: 800 ms.
const KEPT_BYTES: usize = 800 * BYTES_PER_MS as usize;
/// Sound repeated after a pause where no gap between words is near: 240 ms.
const STEP_BACK_BYTES: usize = 240 * BYTES_PER_MS as usize;
/// Mean magnitude of 16-bit samples below which a frame is a gap between words: about -43 dBFS.
const GAP_MEAN: u64 = 200;

/// The queue of utterances.
#[derive(Debug, Default)]
pub struct Playout {
    queue: VecDeque<Utterance>,
    over: VecDeque<LegEvent>,
    /// Frames of silence inside an utterance, because its audio came too slowly.
    underruns: u64,
    paused: bool,
}

#[derive(Debug)]
struct Utterance {
    id: QuestionNo,
    /// Audio not yet played.
    audio: VecDeque<u8>,
    /// The last of what was played.
    said: VecDeque<u8>,
    played: u64,
    begun: bool,
    /// Bytes of the whole utterance, once known.
    length: Option<u64>,
}

impl Utterance {
    fn received(&self) -> u64 {
        self.played + self.audio.len() as u64
    }

    fn complete(&self) -> bool {
        self.length.is_some_and(|length| self.received() >= length)
    }
}

impl Playout {
    /// Obeys a command; reports go to `events`.
    pub fn command(&mut self, command: PlayoutCommand, events: &mut Vec<LegEvent>) {
        match command {
            PlayoutCommand::Append {
                utterance,
                offset,
                audio,
            } => {
                self.append(utterance, offset, &audio);
            }
            PlayoutCommand::Finish { utterance, length } => self.finish(utterance, length, events),
            PlayoutCommand::Pause => self.pause(events),
            PlayoutCommand::Resume => self.resume(),
            PlayoutCommand::Stop { up_to } => self.stop(up_to, events),
        }
    }

    /// Fills the next frame with our voice and tells whether there was any; reports go to `events`.
    pub fn frame(&mut self, out: &mut [u8; FRAME_BYTES], events: &mut Vec<LegEvent>) -> bool {
        out.fill(g711::SILENCE);
        if self.paused {
            return false;
        }
        self.end_finished(events);
        let Some(head) = self.queue.front_mut() else {
            return false;
        };
        if head.audio.len() < FRAME_BYTES && !head.complete() {
            self.underruns += u64::from(head.begun);
            return false;
        }
        if !std::mem::replace(&mut head.begun, true) {
            events.push(LegEvent::Started { utterance: head.id });
        }
        let taken = head.audio.len().min(FRAME_BYTES);
        for (slot, byte) in out.iter_mut().zip(head.audio.drain(..taken)) {
            *slot = byte;
            head.said.push_back(byte);
        }
        let old = head.said.len().saturating_sub(KEPT_BYTES);
        head.said.drain(..old);
        head.played += taken as u64;
        self.end_finished(events);
        true
    }

    /// Ends what plays or waits up to an utterance, reporting how much of it was heard; ends a pause.
    fn stop(&mut self, up_to: QuestionNo, events: &mut Vec<LegEvent>) {
        self.paused = false;
        let (stopped, kept) = std::mem::take(&mut self.queue)
            .into_iter()
            .partition::<VecDeque<_>, _>(|utterance| utterance.id <= up_to);
        self.queue = kept;
        for utterance in stopped {
            let heard_ms = utterance.played / BYTES_PER_MS;
            self.end(
                LegEvent::Stopped {
                    utterance: utterance.id,
                    heard_ms,
                },
                events,
            );
        }
    }

    /// Ends everything that plays or waits.
    pub fn stop_all(&mut self, events: &mut Vec<LegEvent>) {
        self.stop(QuestionNo(u64::MAX), events);
    }

    /// Falls silent and keeps everything, reporting how much of the utterance that plays was heard.
    fn pause(&mut self, events: &mut Vec<LegEvent>) {
        if std::mem::replace(&mut self.paused, true) {
            return;
        }
        if let Some(head) = self.queue.front().filter(|head| head.begun) {
            let left = head.length.map(|length| length - head.played);
            events.push(LegEvent::Paused {
                utterance: head.id,
                heard_ms: head.played / BYTES_PER_MS,
                left_ms: left.map(|left| left / BYTES_PER_MS),
            });
        }
    }

    /// Goes on after a pause.
    fn resume(&mut self) {
        if std::mem::take(&mut self.paused)
            && let Some(head) = self.queue.front_mut()
        {
            head.step_back();
        }
    }

    /// Tells how many frames of silence fell inside utterances.
    pub fn underruns(&self) -> u64 {
        self.underruns
    }

    fn append(&mut self, id: QuestionNo, offset: u64, audio: &[u8]) {
        if self.ended(id).is_some() {
            return;
        }
        let utterance = self.entry(id);
        let received = utterance.received();
        if offset > received {
            tracing::error!(utterance = %id, offset, received, "audio of an utterance has a gap, dropped");
            return;
        }
        let known = usize::try_from(received - offset).unwrap_or(usize::MAX);
        if let Some(new) = audio.get(known..) {
            utterance.audio.extend(new);
        }
        utterance.cut_to_length();
    }

    fn finish(&mut self, id: QuestionNo, length: u64, events: &mut Vec<LegEvent>) {
        if let Some(end) = self.ended(id) {
            events.push(end);
            return;
        }
        let utterance = self.entry(id);
        utterance.length = Some(length.max(utterance.played));
        utterance.cut_to_length();
        self.end_finished(events);
    }

    /// Reports utterances at the head of which the last byte has left.
    fn end_finished(&mut self, events: &mut Vec<LegEvent>) {
        while let Some(head) = self.queue.front() {
            if !(head.audio.is_empty() && head.complete()) {
                return;
            }
            let utterance = head.id;
            self.queue.pop_front();
            self.end(LegEvent::Played { utterance }, events);
        }
    }

    fn end(&mut self, end: LegEvent, events: &mut Vec<LegEvent>) {
        if self.over.len() == REMEMBERED {
            self.over.pop_front();
        }
        self.over.push_back(end.clone());
        events.push(end);
    }

    fn ended(&self, id: QuestionNo) -> Option<LegEvent> {
        let of = |event: &&LegEvent| match event {
            LegEvent::Played { utterance } | LegEvent::Stopped { utterance, .. } => {
                *utterance == id
            }
            LegEvent::Started { .. }
            | LegEvent::Paused { .. }
            | LegEvent::Key { .. }
            | LegEvent::NoAudio { .. }
            | LegEvent::Ended { .. } => false,
        };
        self.over.iter().find(of).cloned()
    }

    fn entry(&mut self, id: QuestionNo) -> &mut Utterance {
        let index = self
            .queue
            .iter()
            .position(|u| u.id == id)
            .unwrap_or_else(|| {
                self.queue.push_back(Utterance {
                    id,
                    audio: VecDeque::new(),
                    said: VecDeque::new(),
                    played: 0,
                    begun: false,
                    length: None,
                });
                self.queue.len() - 1
            });
        &mut self.queue[index]
    }
}

impl Utterance {
    /// Takes back the word that was broken off: nobody understands the second half of one.
    fn step_back(&mut self) {
        let back = broken_off(self.said.make_contiguous());
        let from = self.said.len() - back;
        for byte in self.said.drain(from..).rev() {
            self.audio.push_front(byte);
        }
        self.played -= back as u64;
    }

    fn cut_to_length(&mut self) {
        if let Some(length) = self.length {
            let keep = length.saturating_sub(self.played);
            self.audio
                .truncate(usize::try_from(keep).unwrap_or(usize::MAX));
        }
    }
}

/// Gives how many bytes at the end are the beginning of a word: back to the last gap, else some.
fn broken_off(said: &[u8]) -> usize {
    let is_gap = |frame: &[u8]| {
        let magnitudes = frame
            .iter()
            .map(|byte| u64::from(g711::decode(*byte).unsigned_abs()));
        magnitudes.sum::<u64>() < GAP_MEAN * frame.len() as u64
    };
    let gap = said.rchunks(FRAME_BYTES).position(is_gap);
    gap.map_or(STEP_BACK_BYTES, |frames| frames * FRAME_BYTES)
        .min(said.len())
}

#[cfg(test)]
#[path = "playout_tests.rs"]
mod tests;
