//! Owns hearing through Nova-3, `/v1/listen`: its parameters and the joining of its results into utterances. Called
//! by the `SpeechDesk`; never sends `Finalize`.

use super::config::DeepgramConfig;
use super::flux::{CATCH_UP, mean_confidence};
use super::link::Link;
use super::listen::{self, Dialect, Idle};
use super::timeline::Timeline;
use maitred_actors::ports::PortFuture;
use maitred_actors::ports::hearing::{
    Error, Heard, Hearing, HearingRequest, HearingStream, Patience, Utterance,
};
use serde_json::Value;
use std::sync::Arc;
use tokio::time::Instant;

const NAME: &str = "deepgram_nova";
/// Settled silence after a reported start without words that makes it noise.
const NOISE_AFTER_S: f64 = 1.0;

/// Hears through Deepgram Nova-3, which reports words and pauses.
#[derive(Clone, Debug)]
pub struct Nova {
    config: Arc<DeepgramConfig>,
}

impl Nova {
    /// Makes a provider; nothing is opened yet.
    pub fn new(config: DeepgramConfig) -> Self {
        Self {
            config: Arc::new(config),
        }
    }
}

impl Hearing for Nova {
    fn name(&self) -> &'static str {
        NAME
    }

    fn catch_up(&self) -> Option<f32> {
        Some(CATCH_UP)
    }

    fn open(&self, request: HearingRequest) -> PortFuture<Result<HearingStream, Error>> {
        let config = Arc::clone(&self.config);
        Box::pin(async move {
            let HearingRequest {
                keyterms,
                mut patience,
            } = request;
            let url = config.endpoint(&["v1", "listen"], &parameters(keyterms))?;
            let link =
                Link::open(&config, NAME, &url, Instant::now() + config.connect_timeout).await?;
            let utterances = Utterances {
                patience: patience.now(),
                ..Utterances::default()
            };
            Ok(listen::start(link, utterances, config, NAME, patience))
        })
    }
}

fn parameters(keyterms: Vec<String>) -> Vec<(&'static str, String)> {
    let fixed = [
        ("model", "nova-3"),
        ("encoding", "mulaw"),
        ("sample_rate", "8000"),
        ("channels", "1"),
        ("interim_results", "true"),
        ("endpointing", "300"),
        ("utterance_end_ms", "1000"),
        ("vad_events", "true"),
        ("smart_format", "true"),
    ];
    let fixed = fixed
        .into_iter()
        .map(|(name, value)| (name, value.to_owned()));
    fixed
        .chain(keyterms.into_iter().map(|term| ("keyterm", term)))
        .collect()
}

/// A span of audio and what was said in it.
struct Segment {
    text: String,
    confidence: f64,
    end_s: f64,
}

/// The utterance that is being said: settled segments, and what is heard but not settled.
#[derive(Default)]
struct Utterances {
    /// With the long one a pause ends nothing: the utterance goes on up to its `UtteranceEnd`.
    patience: Patience,
    /// When speech began, once it was reported.
    started_s: Option<f64>,
    settled: Vec<Segment>,
    unsettled: Option<Segment>,
    /// Up to where words were reported before they were settled.
    reported_s: f64,
}

impl Dialect for Utterances {
    fn idle(&self) -> Idle {
        Idle::KeepAlive
    }

    fn in_turn(&self) -> bool {
        self.started_s.is_some()
    }

    fn attune(&mut self, patience: Patience) -> Option<Value> {
        self.patience = patience;
        None
    }

    fn take(&mut self, kind: &str, message: &Value, timeline: &Timeline) -> Vec<Heard> {
        match kind {
            "Results" => self.results(message, timeline),
            "SpeechStarted" => self
                .start(number(message, "timestamp"))
                .into_iter()
                .collect(),
            "UtteranceEnd" if self.is_ended_by(message) => self.end(timeline).into_iter().collect(),
            _ => {
                tracing::debug!(speech.provider = NAME, kind, "passed over a message");
                Vec::new()
            }
        }
    }

    fn finish(&mut self, timeline: &Timeline) -> Option<Heard> {
        self.end(timeline)
    }
}

impl Utterances {
    fn results(&mut self, message: &Value, timeline: &Timeline) -> Vec<Heard> {
        let flag = |name: &str| {
            message
                .get(name)
                .and_then(Value::as_bool)
                .unwrap_or_default()
        };
        let from_s = number(message, "start");
        let segment = Segment::read(message);
        let settled_to_s = from_s + number(message, "duration");
        let is_final = flag("is_final") || flag("speech_final");
        let mut heard = Vec::new();
        if !segment.text.is_empty() && segment.end_s > self.reported_s {
            heard.extend(self.start(from_s));
            if is_final {
                self.settled.push(segment);
            } else {
                self.unsettled = Some(segment);
            }
        }
        if is_final {
            self.unsettled = None;
        }
        let noise = is_final
            && !self.has_words()
            && self
                .started_s
                .is_some_and(|at| settled_to_s >= at + NOISE_AFTER_S);
        let pause = flag("speech_final") && !self.patience.is_long();
        if pause || noise {
            heard.extend(self.end(timeline));
        }
        heard
    }

    fn start(&mut self, at_s: f64) -> Option<Heard> {
        if self.started_s.is_some() {
            return None;
        }
        self.started_s = Some(at_s);
        Some(Heard::SpeechStarted)
    }

    /// An `UtteranceEnd` is only of use when no `speech_final` came since the last words, and it may come so late that
    /// the caller speaks again.
    fn is_ended_by(&self, utterance_end: &Value) -> bool {
        let last_word_s = number(utterance_end, "last_word_end");
        let is_late = self
            .started_s
            .is_some_and(|at| last_word_s > 0.0 && last_word_s < at);
        self.has_words() && !is_late
    }

    fn has_words(&self) -> bool {
        !self.settled.is_empty() || self.unsettled.is_some()
    }

    /// Ends the utterance, with an empty text if there were no words; nothing if none had begun.
    fn end(&mut self, timeline: &Timeline) -> Option<Heard> {
        let started_s = self.started_s.take()?;
        let mut segments = std::mem::take(&mut self.settled);
        if let Some(unsettled) = self.unsettled.take() {
            // The same words will come again when they are settled.
            self.reported_s = unsettled.end_s;
            segments.push(unsettled);
        }
        let text = segments
            .iter()
            .map(|segment| segment.text.as_str())
            .collect::<Vec<_>>()
            .join(" ");
        let end_s = segments.last().map_or(started_s, |segment| segment.end_s);
        let confidence = match segments.len() {
            0 => 0.0,
            many => {
                segments
                    .iter()
                    .map(|segment| segment.confidence)
                    .sum::<f64>()
                    / many as f64
            }
        };
        Some(Heard::EndOfTurn(Utterance {
            text,
            nbest: Vec::new(),
            confidence: confidence.clamp(0.0, 1.0) as f32,
            speech_end_ms: timeline.caller_ms(end_s),
        }))
    }
}

impl Segment {
    fn read(message: &Value) -> Self {
        let best = message
            .pointer("/channel/alternatives/0")
            .unwrap_or(&Value::Null);
        let words = best
            .get("words")
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        let last_word = words
            .last()
            .and_then(|word| word.get("end"))
            .and_then(Value::as_f64);
        let whole = number(message, "start") + number(message, "duration");
        let confidence = best.get("confidence").and_then(Value::as_f64);
        Self {
            text: best
                .get("transcript")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .trim()
                .to_owned(),
            confidence: confidence.or_else(|| mean_confidence(words)).unwrap_or(1.0),
            end_s: last_word.unwrap_or(whole),
        }
    }
}

fn number(message: &Value, name: &str) -> f64 {
    message
        .get(name)
        .and_then(Value::as_f64)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn results(from: f64, duration: f64, text: &str, is_final: bool, speech_final: bool) -> Value {
        json!({ "type": "Results", "start": from, "duration": duration, "is_final": is_final,
            "speech_final": speech_final, "channel": { "alternatives": [{ "transcript": text, "confidence": 0.8 }] } })
    }

    fn heard(messages: &[Value]) -> Vec<Heard> {
        let (mut utterances, timeline) = (Utterances::default(), Timeline::default());
        let kind = |message: &Value| message["type"].as_str().unwrap_or_default().to_owned();
        let mut all: Vec<Heard> = messages
            .iter()
            .flat_map(|message| utterances.take(&kind(message), message, &timeline))
            .collect();
        all.extend(utterances.finish(&timeline));
        all
    }

    fn said(text: &str, confidence: f32, speech_end_ms: u64) -> Heard {
        Heard::EndOfTurn(Utterance {
            text: text.into(),
            nbest: Vec::new(),
            confidence,
            speech_end_ms,
        })
    }

    #[test]
    fn settled_parts_are_joined_up_to_the_pause() {
        let told = heard(&[
            json!({ "type": "SpeechStarted", "timestamp": 0.4 }),
            results(0.0, 1.0, "Saturday at", false, false),
            results(0.0, 1.0, "Saturday at seven", true, false),
            results(1.0, 0.5, "", true, false),
            results(1.5, 0.5, "for four.", true, true),
            json!({ "type": "UtteranceEnd", "last_word_end": 2.0 }),
        ]);
        assert_eq!(
            told,
            [
                Heard::SpeechStarted,
                said("Saturday at seven for four.", 0.8, 2000)
            ]
        );
    }

    #[test]
    fn the_end_of_words_ends_an_utterance_that_noise_keeps_open() {
        let ended = json!({ "type": "UtteranceEnd", "last_word_end": 1.0 });
        let told = heard(&[
            results(0.0, 1.0, "Yes", false, false),
            ended.clone(),
            results(0.0, 1.0, "Yes.", true, false),
            ended,
        ]);
        assert_eq!(told, [Heard::SpeechStarted, said("Yes", 0.8, 1000)]);
    }

    #[test]
    fn a_late_end_of_words_does_not_cut_the_next_utterance() {
        let told = heard(&[
            results(0.0, 1.0, "Yes.", true, true),
            results(2.0, 0.5, "On", false, false),
            json!({ "type": "UtteranceEnd", "last_word_end": 1.0 }),
            results(2.0, 1.0, "On Sunday.", true, true),
        ]);
        let start = || Heard::SpeechStarted;
        assert_eq!(
            told,
            [
                start(),
                said("Yes.", 0.8, 1000),
                start(),
                said("On Sunday.", 0.8, 3000)
            ]
        );
    }

    #[test]
    fn what_is_dictated_is_joined_over_its_pauses() {
        let mut utterances = Utterances::default();
        let timeline = Timeline::default();
        assert_eq!(utterances.attune(Patience::Long), None);
        let mut told = Vec::new();
        for message in [
            results(0.0, 1.0, "415", true, true),
            results(1.6, 1.0, "555", true, true),
        ] {
            told.extend(utterances.take("Results", &message, &timeline));
        }
        assert_eq!(told, [Heard::SpeechStarted]);
        let ended = json!({ "type": "UtteranceEnd", "last_word_end": 2.6 });
        let end = utterances.take("UtteranceEnd", &ended, &timeline);
        assert_eq!(end, [said("415 555", 0.8, 2600)]);
    }

    #[test]
    fn noise_is_told_as_an_empty_turn() {
        let told = heard(&[
            json!({ "type": "SpeechStarted", "timestamp": 0.4 }),
            results(0.0, 1.0, "", true, false),
            results(1.0, 1.0, "", true, false),
        ]);
        assert_eq!(told, [Heard::SpeechStarted, said("", 0.0, 400)]);
    }

    #[test]
    fn silence_and_messages_from_the_future_say_nothing() {
        let silence = results(0.0, 1.0, "", true, true);
        assert_eq!(
            heard(&[
                silence,
                json!({ "type": "Novelty" }),
                json!({ "type": "Results" })
            ]),
            []
        );
    }

    #[test]
    fn what_was_settled_when_the_stream_closes_is_said() {
        assert_eq!(
            heard(&[results(0.0, 1.0, "Bye", true, false)]),
            [Heard::SpeechStarted, said("Bye", 0.8, 1000)]
        );
    }
}
