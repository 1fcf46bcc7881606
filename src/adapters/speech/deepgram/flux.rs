//! Owns hearing through Flux, `/v2/listen`: its parameters, its greeting, and what its turns mean. Called by the
//! `SpeechDesk`; never detects turns by itself.

use super::close;
use super::config::DeepgramConfig;
use super::link::{Frame, Link};
use super::listen::{self, Dialect, Idle};
use super::timeline::Timeline;
use maitred_actors::ports::PortFuture;
use maitred_actors::ports::hearing::{
    Error, Heard, Hearing, HearingRequest, HearingStream, Patience, Utterance,
};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::time::{Instant, timeout_at};

const NAME: &str = "deepgram_flux";
/// Live audio may run at most about 1.25 times real time.
pub(super) const CATCH_UP: f32 = 1.25;

/// Hears through Deepgram Flux, which finds the ends of turns itself.
#[derive(Clone, Debug)]
pub struct Flux {
    config: Arc<DeepgramConfig>,
}

impl Flux {
    /// Makes a provider; nothing is opened yet.
    pub fn new(config: DeepgramConfig) -> Self {
        Self {
            config: Arc::new(config),
        }
    }
}

impl Hearing for Flux {
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
            let told = end_of_turn(&config, patience.now());
            let parameters = parameters(&config, keyterms, told);
            let url = config.endpoint(&["v2", "listen"], &parameters)?;
            let deadline = Instant::now() + config.connect_timeout;
            let mut link = Link::open(&config, NAME, &url, deadline).await?;
            match timeout_at(deadline, connected(&mut link)).await {
                Ok(connected) => connected?,
                // An endpoint that dislikes a parameter may send neither `Connected` nor an error.
                Err(_) => return Err(Error::Unreachable("no Connected message in time".into())),
            }
            let turns = Turns {
                config: Arc::clone(&config),
                open: None,
                told,
            };
            Ok(listen::start(link, turns, config, NAME, patience))
        })
    }
}

/// Gives threshold and timeout of the end of a turn.
fn end_of_turn(config: &DeepgramConfig, patience: Patience) -> (f32, u64) {
    let (threshold, timeout) = if patience.is_long() {
        (config.patient_eot_threshold, config.patient_eot_timeout)
    } else {
        (config.eot_threshold, config.eot_timeout)
    };
    let timeout_ms = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
    (threshold, timeout_ms)
}

fn parameters(
    config: &DeepgramConfig,
    keyterms: Vec<String>,
    (threshold, timeout_ms): (f32, u64),
) -> Vec<(&'static str, String)> {
    let mut parameters = vec![
        ("model", "flux-general-en".to_owned()),
        ("encoding", "mulaw".to_owned()),
        ("sample_rate", "8000".to_owned()),
        ("eot_threshold", threshold.to_string()),
        ("eot_timeout_ms", timeout_ms.to_string()),
    ];
    if let Some(threshold) = config.eager_eot_threshold {
        parameters.push(("eager_eot_threshold", threshold.to_string()));
    }
    parameters.extend(keyterms.into_iter().map(|term| ("keyterm", term)));
    parameters
}

/// Waits for the greeting, before which no audio may be sent.
async fn connected(link: &mut Link) -> Result<(), Error> {
    loop {
        match link.next().await? {
            Frame::Message(kind, _) if kind == "Connected" => return Ok(()),
            Frame::Message(kind, message) if kind == "Error" => {
                let code = message
                    .get("code")
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                return Err(close::told(NAME, code));
            }
            Frame::Closed(error) => return Err(error),
            Frame::Message(..) | Frame::Audio(_) | Frame::Alive => {}
        }
    }
}

/// The turn that is open, if any.
struct Turns {
    config: Arc<DeepgramConfig>,
    open: Option<Open>,
    /// Threshold and timeout of the end of a turn that the server knows.
    told: (f32, u64),
}

/// The newest state of the open turn.
struct Open {
    text: String,
    confidence: f32,
    end_s: f64,
}

impl Dialect for Turns {
    fn idle(&self) -> Idle {
        Idle::Silence
    }

    fn in_turn(&self) -> bool {
        self.open.is_some()
    }

    fn attune(&mut self, patience: Patience) -> Option<Value> {
        let wanted = end_of_turn(&self.config, patience);
        if std::mem::replace(&mut self.told, wanted) == wanted {
            return None;
        }
        let (threshold, timeout_ms) = wanted;
        // As a decimal of few digits, which a 32-bit number is not when it is widened.
        let threshold: Value = threshold.to_string().parse().unwrap_or_default();
        let thresholds = json!({ "eot_threshold": threshold, "eot_timeout_ms": timeout_ms });
        Some(json!({ "type": "Configure", "thresholds": thresholds }))
    }

    fn take(&mut self, kind: &str, message: &Value, timeline: &Timeline) -> Vec<Heard> {
        if kind == "ConfigureFailure" {
            // The old patience stays, with which a call can be served too.
            tracing::warn!(speech.provider = NAME, "patience was refused");
        }
        if kind != "TurnInfo" {
            tracing::debug!(speech.provider = NAME, kind, "skipped a message");
            return Vec::new();
        }
        let event = message
            .get("event")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let latest = Open::read(message);
        // Updates also come in the silence between turns, with an empty transcript.
        let says_nothing = self.open.is_none() && latest.text.is_empty();
        match event {
            "Update" if says_nothing => return Vec::new(),
            "StartOfTurn" | "Update" | "EagerEndOfTurn" | "TurnResumed" | "EndOfTurn" => {}
            _ => {
                tracing::debug!(speech.provider = NAME, event, "skipped an event");
                return Vec::new();
            }
        }
        let mut heard = Vec::new();
        if self.open.is_none() {
            heard.push(Heard::SpeechStarted);
        }
        match event {
            "EagerEndOfTurn" => heard.push(Heard::EagerEndOfTurn(latest.text.clone())),
            "TurnResumed" => heard.push(Heard::TurnResumed),
            _ => {}
        }
        self.open = Some(latest);
        if event == "EndOfTurn" {
            heard.extend(self.finish(timeline));
        }
        heard
    }

    /// Ends the open turn with the newest text: after `CloseStream` no `EndOfTurn` comes.
    fn finish(&mut self, timeline: &Timeline) -> Option<Heard> {
        let open = self.open.take()?;
        let speech_end_ms = timeline.caller_ms(open.end_s);
        let (text, confidence) = (open.text, open.confidence);
        Some(Heard::EndOfTurn(Utterance {
            text,
            nbest: Vec::new(),
            confidence,
            speech_end_ms,
        }))
    }
}

impl Open {
    fn read(message: &Value) -> Self {
        let number = |name: &str| message.get(name).and_then(Value::as_f64);
        let words = message
            .get("words")
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        let text = message
            .get("transcript")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .trim()
            .to_owned();
        let last_word = words
            .last()
            .and_then(|word| word.get("end"))
            .and_then(Value::as_f64);
        let end_s = last_word
            .or_else(|| number("audio_window_end"))
            .unwrap_or_default();
        let said = mean_confidence(words)
            .or_else(|| number("end_of_turn_confidence"))
            .unwrap_or(1.0);
        Self {
            text,
            confidence: said.clamp(0.0, 1.0) as f32,
            end_s,
        }
    }
}

/// Gives the mean confidence of words, if they have any.
pub(super) fn mean_confidence(words: &[Value]) -> Option<f64> {
    let known: Vec<f64> = words
        .iter()
        .filter_map(|word| word.get("confidence")?.as_f64())
        .collect();
    (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(event: &str, text: &str) -> Value {
        json!({ "event": event, "transcript": text, "audio_window_end": 2.0, "end_of_turn_confidence": 0.5,
            "words": text.split_whitespace().map(|w| json!({ "word": w, "confidence": 0.9, "end": 1.5 }))
                .collect::<Vec<_>>() })
    }

    fn turns() -> Turns {
        Turns {
            config: Arc::new(DeepgramConfig::new("http://x", "k".into())),
            open: None,
            told: (0.0, 0),
        }
    }

    fn heard(messages: &[(&str, &str)]) -> Vec<Heard> {
        let (mut turns, timeline) = (turns(), Timeline::default());
        let mut all = Vec::new();
        for (event, text) in messages {
            all.extend(turns.take("TurnInfo", &info(event, text), &timeline));
        }
        all.extend(turns.finish(&timeline));
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
    fn a_turn_is_told_from_its_start_to_its_end() {
        let told = heard(&[
            ("Update", ""),
            ("StartOfTurn", ""),
            ("Update", "Four"),
            ("EagerEndOfTurn", "Four."),
            ("TurnResumed", "Four people"),
            ("SomethingNew", "?"),
            ("EndOfTurn", "Four people."),
            ("Update", ""),
        ]);
        let wanted = [
            Heard::SpeechStarted,
            Heard::EagerEndOfTurn("Four.".into()),
            Heard::TurnResumed,
            said("Four people.", 0.9, 1500),
        ];
        assert_eq!(told, wanted);
    }

    #[test]
    fn the_last_update_is_final_when_the_stream_closes() {
        assert_eq!(
            heard(&[("StartOfTurn", ""), ("Update", "Good bye")]),
            [Heard::SpeechStarted, said("Good bye", 0.9, 1500)]
        );
    }

    #[test]
    fn without_words_the_window_tells_the_end() {
        assert_eq!(
            heard(&[("EndOfTurn", "")]),
            [Heard::SpeechStarted, said("", 0.5, 2000)]
        );
    }

    #[test]
    fn fields_of_the_wrong_kind_do_no_harm() {
        let mut turns = turns();
        let odd = json!({ "event": "EndOfTurn", "transcript": 5, "words": [7, null], "audio_window_end": "x" });
        let told = turns.take("TurnInfo", &odd, &Timeline::default());
        assert_eq!(told, [Heard::SpeechStarted, said("", 1.0, 0)]);
    }
}
