//! The messages of `/v1/listen`.
//!
//! Owns the wire form of results. Called by the connection; it never sends.

use std::time::Duration;

use serde_json::{Value, json};
use voice_modem::{Decoder, mulaw};

use crate::audio_clock::seconds;
use crate::connection::{Notes, Session};
use crate::nova::settings::Settings;
use crate::nova::utterance::{Event, Span, Utterance};
use crate::outgoing::{Answer, Out};
use crate::query::{Query, Refusal};

/// Octets handled at once, so that events fall on the right moment of the audio whatever the size of messages.
const STEP: usize = 80;

const MODEL_UUID: &str = "40bd3654-e622-47c4-a111-63a61b23bfe8";

/// One connection to `/v1/listen`.
#[derive(Debug)]
pub(crate) struct Nova {
    notes: Notes,
    settings: Settings,
    decoder: Decoder,
    utterance: Utterance,
    /// Final transcripts of the utterance that has not ended.
    finals: Vec<String>,
    closing: bool,
}

impl Nova {
    /// Reads the query of a request for a connection.
    pub(crate) fn new(query: &Query, notes: Notes) -> Result<Self, Refusal> {
        Ok(Self {
            notes,
            settings: Settings::of(query)?,
            decoder: Decoder::new(),
            utterance: Utterance::default(),
            finals: Vec::new(),
            closing: false,
        })
    }

    fn report(&mut self, event: Event) -> Option<Answer> {
        let message = match event {
            Event::SpeechStarted { at } if self.settings.vad_events => {
                json!({"type": "SpeechStarted", "channel": [0, 1], "timestamp": seconds(at)})
            }
            Event::SpeechStarted { .. } => return None,
            Event::UtteranceEnd { last_word_end } => {
                self.end_utterance();
                json!({"type": "UtteranceEnd", "channel": [0, 1], "last_word_end": seconds(last_word_end)})
            }
            Event::Results(span) => self.results(&span),
        };
        Some(Answer::after(
            self.notes.shared.config.recognition_delay,
            Out::Text(message.to_string()),
        ))
    }

    fn results(&mut self, span: &Span) -> Value {
        let whole = span.words.len();
        let confidence = 0.98 * whole as f64 / (whole + span.damaged).max(1) as f64;
        let mut transcript = Vec::new();
        let mut words = Vec::new();
        for word in &span.words {
            let raw = raw(&word.text);
            let mut fields = json!({
                "word": raw, "start": seconds(word.from), "end": seconds(word.to), "confidence": confidence,
            });
            if self.settings.punctuate {
                fields["punctuated_word"] = json!(word.text);
            }
            transcript.push(if self.settings.punctuate {
                word.text.clone()
            } else {
                raw
            });
            words.push(fields);
        }
        let transcript = transcript.join(" ");
        let mut results = json!({
            "type": "Results",
            "channel_index": [0, 1],
            "start": seconds(span.from),
            "duration": seconds(span.to - span.from),
            "channel": {"alternatives": [{"transcript": transcript, "confidence": confidence, "words": words}]},
            "metadata": {
                "request_id": self.notes.request_id,
                "model_uuid": MODEL_UUID,
                "model_info": {"name": self.settings.model, "version": "2026-01-01.0", "arch": "voice-modem"},
            },
        });
        let bare = self.notes.shared.config.bare_results;
        let marks = [
            ("is_final", span.is_final),
            ("speech_final", span.speech_final),
            ("from_finalize", span.from_finalize),
        ];
        for (name, mark) in marks {
            if mark || !bare {
                results[name] = json!(mark);
            }
        }
        if span.is_final && !transcript.is_empty() {
            self.finals.push(transcript);
        }
        if span.speech_final || span.from_finalize {
            self.end_utterance();
        }
        results
    }

    fn end_utterance(&mut self) {
        self.notes
            .heard(&std::mem::take(&mut self.finals).join(" "));
    }

    fn flush(&mut self, from_finalize: bool) -> Vec<Answer> {
        let event = self.utterance.flush(self.decoder.samples(), from_finalize);
        event
            .and_then(|event| self.report(event))
            .into_iter()
            .collect()
    }

    fn configure(&self, message: &Value) -> Value {
        let request_id = &self.notes.request_id;
        if message["keyterms"].is_array() && !self.settings.model.starts_with("nova-3") {
            return json!({
                "type": "ConfigureFailure",
                "request_id": request_id,
                "code": "CONFIGURE_KEYTERMS_NOT_SUPPORTED",
                "description": "this model takes no key terms",
            });
        }
        let mut success = json!({"type": "ConfigureSuccess", "request_id": request_id});
        if message["keyterms"].is_array() {
            success["keyterms"] = message["keyterms"].clone();
        }
        success
    }

    /// Gives the last results and the summary, and closes.
    fn finish(&mut self) -> Vec<Answer> {
        self.closing = true;
        let mut answers = self.flush(false);
        self.end_utterance();
        let metadata = json!({
            "type": "Metadata",
            "transaction_key": "deprecated",
            "request_id": self.notes.request_id,
            "sha256": "0".repeat(64),
            "created": "2026-01-01T00:00:00.000Z",
            "duration": seconds(self.decoder.samples()),
            "channels": 1,
        });
        answers.push(Answer::now(Out::Text(metadata.to_string())));
        answers.push(Answer::now(Out::Close(Some((1000, String::new())))));
        answers
    }
}

impl Session for Nova {
    fn open(&mut self) -> Vec<Answer> {
        Vec::new()
    }

    fn text(&mut self, message: &str) -> Vec<Answer> {
        if self.closing {
            return Vec::new();
        }
        let parsed: Value = serde_json::from_str(message).unwrap_or_default();
        match parsed["type"].as_str() {
            Some("KeepAlive") => Vec::new(),
            Some("Finalize") => self.flush(true),
            Some("CloseStream") => self.finish(),
            Some("Configure") => vec![Answer::now(Out::Text(self.configure(&parsed).to_string()))],
            _ => {
                let error = json!({
                    "type": "Error",
                    "variant": "SchemaError",
                    "description": "the message has no known type",
                    "message": message,
                });
                vec![Answer::now(Out::Text(error.to_string()))]
            }
        }
    }

    fn audio(&mut self, octets: &[u8]) -> Vec<Answer> {
        if self.closing {
            return Vec::new();
        }
        if octets.is_empty() {
            return self.finish();
        }
        let mut answers = Vec::new();
        for step in octets.chunks(STEP) {
            for item in self.decoder.push(&mulaw::decode(step)) {
                let event = self.utterance.hear(item);
                answers.extend(event.and_then(|event| self.report(event)));
            }
            while let Some(event) = self.utterance.pass(self.decoder.samples(), &self.settings) {
                answers.extend(self.report(event));
            }
        }
        answers
    }

    fn idle_limit(&self) -> Option<Duration> {
        Some(self.notes.shared.config.idle_timeout)
    }

    fn text_keeps_alive(&self) -> bool {
        // Only audio keeps a connection alive that never had any.
        self.decoder.samples() > 0
    }
}

/// The word as it was said: lower case, without the marks around it.
fn raw(word: &str) -> String {
    let bare = word.trim_matches(|c: char| c.is_ascii_punctuation());
    if bare.is_empty() {
        word.to_lowercase()
    } else {
        bare.to_lowercase()
    }
}
