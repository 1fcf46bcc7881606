//! Owns the telling of a call as it happens, from its journal alone: the state is folded as Maitred folds it, which
//! gives the words, and the entries' times give the latencies. Called by the demo. Never touches the call.

use super::latency::Latency;
use jiff::Timestamp;
use maitred_actors::call::{self, CallState, Effect, Event, Recorded};
use maitred_actors::grammar::{DateReading, TimeReading, Understanding};
use maitred_actors::types::QuestionNo;
use std::collections::HashMap;

/// Tells a call.
pub(super) struct Narrator {
    started: Timestamp,
    state: Option<CallState>,
    prompts: HashMap<QuestionNo, String>,
    reply: Option<Reply>,
    joined: bool,
    first_word: bool,
    latencies: Vec<Latency>,
}

/// A reply on its way.
struct Reply {
    speech_ended: Timestamp,
    said: Timestamp,
    understood: Option<Timestamp>,
    decided: Option<Timestamp>,
}

impl Narrator {
    /// Tells a call; times are told from this one on.
    pub fn new(started: Timestamp) -> Self {
        Self {
            started,
            state: None,
            prompts: HashMap::new(),
            reply: None,
            joined: false,
            first_word: false,
            latencies: Vec::new(),
        }
    }

    /// Gives the latencies of all replies so far.
    pub fn latencies(&self) -> &[Latency] {
        &self.latencies
    }

    /// Takes an entry of the journal that was known to be written at `written`.
    pub fn take(&mut self, entry: &Recorded, written: Timestamp) {
        let effects = match &mut self.state {
            Some(state) => call::decide(state, entry),
            None => {
                self.state = CallState::begin(entry);
                Vec::new()
            }
        };
        for effect in effects {
            if let Effect::Say { question, text, .. } = effect {
                self.prompts.insert(question, text);
            }
        }
        self.tell(entry);
        self.time(entry, written);
        self.tell_joined(entry.at);
    }

    fn tell(&mut self, entry: &Recorded) {
        let at = entry.at;
        match &entry.event {
            Event::Rang { .. } => self.line(at, "line", "the telephone rings"),
            Event::Answered { .. } => self.line(at, "line", "answered"),
            Event::PromptStarted { question } => {
                if !self.first_word {
                    self.first_word = true;
                    let waited = at.duration_since(self.started).as_millis_f64() / 1000.0;
                    self.line(
                        at,
                        "line",
                        &format!("first word {waited:.1} s after the start of the demo"),
                    );
                }
                let text = self.prompts.get(question).cloned();
                self.line(
                    at,
                    "Maitred",
                    &text.unwrap_or_else(|| "(a prompt)".to_owned()),
                );
            }
            Event::PromptStopped { heard_ms, .. } => {
                self.line(
                    at,
                    "line",
                    &format!("(Maitred was interrupted after {heard_ms} ms)"),
                );
            }
            Event::PromptFailed { reason, .. } => {
                self.line(at, "line", &format!("(no sound: {reason})"))
            }
            Event::CallerSaid { utterance, .. } => {
                let text = if utterance.text.is_empty() {
                    "(a noise)"
                } else {
                    &utterance.text
                };
                self.line(at, "Caller", text);
            }
            Event::Understood { reading, .. } => {
                self.line(at, "", &format!("  understood: {}", in_short(reading)));
            }
            Event::BookingAnswered { result, .. } => match result {
                Ok(booking) => self.line(at, "book", &format!("booked as {}", booking.number)),
                Err(error) => self.line(at, "book", &format!("not booked: {error}")),
            },
            Event::CallerHungUp { reason, .. } => {
                self.line(at, "line", &format!("the caller hung up: {reason}"))
            }
            Event::HungUp { .. } => self.line(at, "line", "Maitred hung up"),
            Event::EarsFailed { reason } | Event::Abandoned { reason } => {
                self.line(at, "line", &format!("failed: {reason}"));
            }
            Event::Resumed { reason } => {
                self.line(at, "line", &format!("the call was restarted: {reason}"))
            }
            _ => {}
        }
    }

    /// Follows a reply from the end of the caller's speech to the first sound.
    fn time(&mut self, entry: &Recorded, written: Timestamp) {
        match &entry.event {
            Event::CallerSaid {
                utterance,
                recognised_ms,
            } if !utterance.text.is_empty() => {
                let ms = i64::try_from(*recognised_ms).unwrap_or(i64::MAX);
                let recognised = jiff::SignedDuration::from_millis(ms);
                self.reply = Some(Reply {
                    speech_ended: entry.at - recognised,
                    said: entry.at,
                    understood: None,
                    decided: None,
                });
            }
            Event::Understood { .. } => {
                if let Some(reply) = &mut self.reply {
                    (reply.understood, reply.decided) = (Some(entry.at), Some(written));
                }
            }
            Event::SlotChecked { .. } | Event::BookingAnswered { .. } => {
                if let Some(reply) = &mut self.reply {
                    reply.decided = Some(written);
                }
            }
            Event::PromptStarted { .. } => {
                if let Some(Reply {
                    speech_ended,
                    said,
                    understood: Some(understood),
                    decided: Some(decided),
                }) = self.reply.take_if(|reply| reply.decided.is_some())
                {
                    let latency =
                        Latency::between([speech_ended, said, understood, decided, entry.at]);
                    self.line(entry.at, "", &format!("  {latency}"));
                    self.latencies.push(latency);
                }
            }
            _ => {}
        }
    }

    /// Tells once when the SIP leg and RingCentral's session are known to be one call.
    fn tell_joined(&mut self, at: Timestamp) {
        let line = self.state.as_ref().map(|state| &state.line);
        let session = line
            .filter(|line| line.offer.is_some())
            .and_then(|line| line.session.id());
        if let Some(session) = session.filter(|_| !self.joined) {
            let text = format!("RingCentral's session {} is this call", session.as_str());
            self.joined = true;
            self.line(at, "line", &text);
        }
    }

    fn line(&self, at: Timestamp, who: &str, what: &str) {
        let since = at.duration_since(self.started).as_millis_f64() / 1000.0;
        println!("{since:7.1} s  {who:<8} {what}");
    }
}

/// Names what was understood, for a person.
fn in_short(reading: &Understanding) -> String {
    let mut parts: Vec<String> = reading
        .intents
        .iter()
        .map(|one| format!("{:?}", one.value))
        .collect();
    parts.extend(reading.date.as_ref().map(|found| match &found.value {
        DateReading::On(date) => date.to_string(),
        other => format!("{other:?}"),
    }));
    parts.extend(reading.time.as_ref().map(|found| match &found.value {
        TimeReading::At { time, .. } => time.to_string(),
        other => format!("{other:?}"),
    }));
    parts.extend(
        reading
            .party_size
            .as_ref()
            .map(|found| format!("{} people", found.value.total)),
    );
    parts.extend(reading.name.as_ref().map(|found| {
        let parts = [found.value.first.as_deref(), found.value.last.as_deref()];
        format!(
            "name {}",
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        )
    }));
    parts.extend(
        reading
            .phone
            .as_ref()
            .map(|found| format!("phone {}", found.value)),
    );
    if parts.is_empty() {
        "nothing".to_owned()
    } else {
        parts.join(", ")
    }
}
