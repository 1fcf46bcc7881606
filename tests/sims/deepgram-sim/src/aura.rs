//! `/v1/speak`: synthesis as text arrives.
//!
//! Owns the buffer of text, the cutting into sentences and the counting of flushes. Called by the connection; it
//! never sends.

use std::collections::VecDeque;
use std::time::Duration;

use axum::body::Bytes;
use serde_json::{Value, json};
use tokio::time::Instant;
use voice_modem::{SAMPLE_RATE, mulaw};

use crate::connection::{Notes, Session};
use crate::outgoing::{Answer, Out};
use crate::query::{Query, Refusal};

const MODEL: &str = "aura-asteria-en";
const MODEL_UUID: &str = "ecb76e9d-f2db-4127-8060-79b05590d22f";

/// Characters that may wait to be spoken.
const CHARACTERS: usize = 2000;

/// Flushes within `FLUSH_WINDOW`; the next one is answered by a warning.
const FLUSHES: usize = 20;
const FLUSH_WINDOW: Duration = Duration::from_secs(60);

/// Lengths of audio messages, in turn: aligned to nothing.
const LENGTHS: [usize; 7] = [331, 1024, 87, 640, 1999, 160, 513];

/// One connection to `/v1/speak`.
#[derive(Debug)]
pub(crate) struct Aura {
    notes: Notes,
    model: String,
    /// Text that waits for the end of its sentence.
    waiting: String,
    /// Text since the last flush.
    asked: String,
    flushed: u64,
    cleared: u64,
    flushes: VecDeque<Instant>,
    lengths: usize,
    closing: bool,
}

impl Aura {
    /// Reads the query of a request for a connection.
    pub(crate) fn new(query: &Query, notes: Notes) -> Result<Self, Refusal> {
        query.require_telephone_audio()?;
        query.number("speed", 0.7..=1.5)?;
        let model = query.one("model").unwrap_or(MODEL).to_owned();
        if !model.starts_with("aura-") {
            return Err(Refusal::parameter(format!(
                "model: {model:?} is not an Aura voice"
            )));
        }
        Ok(Self {
            notes,
            model,
            waiting: String::new(),
            asked: String::new(),
            flushed: 0,
            cleared: 0,
            flushes: VecDeque::new(),
            lengths: 0,
            closing: false,
        })
    }

    fn speak(&mut self, text: &str) -> Vec<Answer> {
        if text.chars().count() > CHARACTERS {
            return self.close(1009, "BIG-0001: too many characters in one message");
        }
        self.waiting.push_str(text);
        self.asked.push_str(text);
        if self.waiting.chars().count() > CHARACTERS {
            return self.close(1008, "DATA-0001: too many characters in the recent window");
        }
        let Some(end) = sentence_end(&self.waiting) else {
            return Vec::new();
        };
        let rest = self.waiting.split_off(end);
        let sentences = std::mem::replace(&mut self.waiting, rest);
        self.synthesise(&sentences)
    }

    fn flush(&mut self) -> Vec<Answer> {
        let now = Instant::now();
        self.flushes.retain(|&at| at + FLUSH_WINDOW > now);
        if self.flushes.len() >= FLUSHES {
            let warning = json!({
                "type": "Warning",
                "code": "EXCESSIVE_FLUSH",
                "description": format!("more than {FLUSHES} flushes in {} seconds", FLUSH_WINDOW.as_secs()),
            });
            return vec![Answer::now(Out::Text(warning.to_string()))];
        }
        self.flushes.push_back(now);
        let waiting = std::mem::take(&mut self.waiting);
        let mut answers = self.synthesise(&waiting);
        self.note_spoken();
        let flushed = json!({"type": "Flushed", "sequence_id": self.flushed});
        self.flushed += 1;
        answers.push(Answer::now(Out::Marker(flushed.to_string())));
        answers
    }

    fn clear(&mut self) -> Vec<Answer> {
        // What was cut into sentences has been spoken; what still waits has not.
        let unsaid = self.asked.len() - self.waiting.len();
        self.asked.truncate(unsaid);
        self.waiting.clear();
        self.note_spoken();
        let cleared = json!({"type": "Cleared", "sequence_id": self.cleared});
        self.cleared += 1;
        vec![
            Answer::now(Out::Retract),
            Answer::now(Out::Text(cleared.to_string())),
        ]
    }

    fn finish(&mut self) -> Vec<Answer> {
        let waiting = std::mem::take(&mut self.waiting);
        let mut answers = self.synthesise(&waiting);
        self.note_spoken();
        answers.extend(self.close(1000, ""));
        answers
    }

    fn close(&mut self, code: u16, reason: &str) -> Vec<Answer> {
        self.closing = true;
        vec![Answer::now(Out::Close(Some((code, reason.to_owned()))))]
    }

    fn note_spoken(&mut self) {
        let asked = std::mem::take(&mut self.asked);
        if !asked.trim().is_empty() {
            self.notes.spoken(asked.trim());
        }
    }

    /// Cuts the audio of a text into messages of odd lengths, each paced by its own duration.
    fn synthesise(&mut self, text: &str) -> Vec<Answer> {
        let mut audio = Bytes::from(mulaw::encode(&voice_modem::encode(text)));
        let config = &self.notes.shared.config;
        let mut answers = Vec::new();
        while !audio.is_empty() {
            let length = LENGTHS[self.lengths % LENGTHS.len()].min(audio.len());
            self.lengths += 1;
            let seconds = length as f64 / f64::from(SAMPLE_RATE);
            let gap = config.synthesis_pace.map_or(0.0, |pace| seconds / pace);
            answers.push(Answer {
                out: Out::Audio(audio.split_to(length)),
                after: config.first_audio_delay,
                gap: Duration::try_from_secs_f64(gap).unwrap_or_default(),
            });
        }
        answers
    }
}

impl Session for Aura {
    fn open(&mut self) -> Vec<Answer> {
        let metadata = json!({
            "type": "Metadata",
            "request_id": self.notes.request_id,
            "model_name": self.model,
            "model_version": "2026-01-01.0",
            "model_uuid": MODEL_UUID,
        });
        vec![Answer::now(Out::Greeting(metadata.to_string()))]
    }

    fn text(&mut self, message: &str) -> Vec<Answer> {
        if self.closing {
            return Vec::new();
        }
        let message: Value = serde_json::from_str(message).unwrap_or_default();
        match (message["type"].as_str(), message["text"].as_str()) {
            (Some("Speak"), Some(text)) => self.speak(text),
            (Some("Flush"), _) => self.flush(),
            (Some("Clear"), _) => self.clear(),
            (Some("Close"), _) => self.finish(),
            _ => self.close(1008, "DATA-0000: the message is not a known command"),
        }
    }

    fn audio(&mut self, _octets: &[u8]) -> Vec<Answer> {
        self.close(1003, "MESSAGE-0000: the message is not text")
    }

    fn idle_limit(&self) -> Option<Duration> {
        None
    }

    fn text_keeps_alive(&self) -> bool {
        true
    }
}

/// Where the last finished sentence ends: after a mark that white space follows.
fn sentence_end(text: &str) -> Option<usize> {
    let mut end = None;
    let mut previous = ' ';
    for (at, character) in text.char_indices() {
        if character.is_whitespace() && matches!(previous, '.' | '!' | '?') {
            end = Some(at);
        }
        previous = character;
    }
    end
}
