//! The messages of `/v2/listen`.
//!
//! Owns the wire form of turns and the numbering of messages. Called by the connection; it never sends.

use std::time::Duration;

use serde_json::{Map, Value, json};
use voice_modem::{Decoder, mulaw};

use crate::audio_clock::seconds;
use crate::connection::{Notes, Session};
use crate::flux::settings::Settings;
use crate::flux::turn::{Event, Turn};
use crate::outgoing::{Answer, Out};
use crate::query::{Query, Refusal};

/// Octets handled at once, so that events fall on the right moment of the audio whatever the size of messages.
const STEP: usize = 80;

/// One connection to `/v2/listen`.
#[derive(Debug)]
pub(crate) struct Flux {
    notes: Notes,
    settings: Settings,
    decoder: Decoder,
    turn: Turn,
    sequence: u64,
    closing: bool,
}

impl Flux {
    /// Reads the query of a request for a connection.
    pub(crate) fn new(query: &Query, notes: Notes) -> Result<Self, Refusal> {
        let settings = Settings::of(query)?;
        Ok(Self {
            notes,
            settings,
            decoder: Decoder::new(),
            turn: Turn::default(),
            sequence: 0,
            closing: false,
        })
    }

    /// Writes a message; those of this route all carry a type and a number that rises by one.
    fn message(&mut self, kind: &str, mut fields: Map<String, Value>) -> String {
        fields.insert("type".to_owned(), json!(kind));
        fields.insert("sequence_id".to_owned(), json!(self.sequence));
        self.sequence += 1;
        Value::Object(fields).to_string()
    }

    fn identified(&self) -> Map<String, Value> {
        Map::from_iter([("request_id".to_owned(), json!(self.notes.request_id))])
    }

    fn report(&mut self, event: Event) -> Answer {
        let now = self.decoder.samples();
        let name = match event {
            Event::Start => "StartOfTurn",
            Event::Update => "Update",
            Event::EagerEnd => "EagerEndOfTurn",
            Event::Resumed => "TurnResumed",
            Event::End(_) => "EndOfTurn",
        };
        let transcript = self.transcript();
        let mut fields = self.identified();
        fields.extend([
            ("event".to_owned(), json!(name)),
            ("turn_index".to_owned(), json!(self.turn.index)),
            (
                "audio_window_start".to_owned(),
                json!(seconds(self.turn.window_start)),
            ),
            ("audio_window_end".to_owned(), json!(seconds(now))),
            ("transcript".to_owned(), json!(transcript)),
            ("words".to_owned(), self.words()),
            (
                "end_of_turn_confidence".to_owned(),
                json!(self.turn.end_confidence(now, &self.notes.shared.config)),
            ),
        ]);
        if event == Event::EagerEnd {
            self.notes.eager(&transcript);
        }
        if let Event::End(trigger) = event {
            fields.insert("trigger".to_owned(), json!(trigger));
            self.notes.heard(&transcript);
            self.turn.next(now);
        }
        let message = self.message("TurnInfo", fields);
        Answer::after(
            self.notes.shared.config.recognition_delay,
            Out::Text(message),
        )
    }

    fn transcript(&self) -> String {
        self.turn
            .words
            .iter()
            .map(|word| word.text.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The words, each less certain the more of the turn was damaged.
    fn words(&self) -> Value {
        let whole = self.turn.words.len();
        let confidence = 0.98 * whole as f64 / (whole + self.turn.damaged).max(1) as f64;
        let words = self.turn.words.iter().map(|word| {
            json!({
                "word": word.text, "confidence": confidence,
                "start": seconds(word.from), "end": seconds(word.to),
            })
        });
        words.collect()
    }

    fn configure(&mut self, message: &Value) -> Vec<Answer> {
        let mut fields = self.identified();
        let kind = match self.settings.merge(message) {
            Ok(settings) => {
                fields.extend(settings.state());
                self.settings = settings;
                "ConfigureSuccess"
            }
            Err(reason) => {
                fields.insert("code".to_owned(), json!("CONFIGURE_INVALID_VALUE"));
                fields.insert("description".to_owned(), json!(reason));
                "ConfigureFailure"
            }
        };
        vec![Answer::now(Out::Text(self.message(kind, fields)))]
    }

    /// Says what was understood so far and closes, without an end of turn and without a code.
    fn finish(&mut self) -> Vec<Answer> {
        self.closing = true;
        let mut answers = Vec::new();
        if self.turn.is_open() {
            self.notes.heard(&self.transcript());
            answers.push(self.report(Event::Update));
        }
        answers.push(Answer::now(Out::Close(None)));
        answers
    }

    fn fail(&mut self, description: &str) -> Vec<Answer> {
        self.closing = true;
        let code = "UNPARSABLE_CLIENT_MESSAGE";
        let fields = Map::from_iter([
            ("code".to_owned(), json!(code)),
            ("description".to_owned(), json!(description)),
        ]);
        let error = self.message("Error", fields);
        let close = Out::Close(Some((1008, code.to_owned())));
        vec![Answer::now(Out::Text(error)), Answer::now(close)]
    }
}

impl Session for Flux {
    fn open(&mut self) -> Vec<Answer> {
        let fields = self.identified();
        vec![Answer::now(Out::Greeting(
            self.message("Connected", fields),
        ))]
    }

    fn text(&mut self, message: &str) -> Vec<Answer> {
        if self.closing {
            return Vec::new();
        }
        let Ok(message) = serde_json::from_str::<Value>(message) else {
            return self.fail("the message is no JSON");
        };
        match message["type"].as_str() {
            Some("ForceEndTurn") => self
                .turn
                .force()
                .map(|event| self.report(event))
                .into_iter()
                .collect(),
            Some("Configure") => self.configure(&message),
            Some("CloseStream") => self.finish(),
            _ => self.fail("the message has no known type"),
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
                for event in self.turn.hear(item) {
                    answers.push(self.report(event));
                }
            }
            let now = self.decoder.samples();
            while let Some(event) = self
                .turn
                .pass(now, &self.settings, &self.notes.shared.config)
            {
                answers.push(self.report(event));
            }
        }
        answers
    }

    fn idle_limit(&self) -> Option<Duration> {
        Some(self.notes.shared.config.idle_timeout)
    }

    fn text_keeps_alive(&self) -> bool {
        false
    }
}
