//! Owns the settings that a call keeps from its first event to its last. Read from the environment at the edge.

use super::{PhoneNumber, Profile};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How far the AI handles a call (`RC_AI_MODE`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AiMode {
    /// The AI handles the call.
    #[default]
    FullAuto,
    /// The AI learns who and why, then hands over.
    Triage,
    /// The AI does not answer; the call is only tracked.
    HumanOnly,
}

impl AiMode {
    /// Every mode.
    pub const ALL: [Self; 3] = [Self::FullAuto, Self::Triage, Self::HumanOnly];

    /// Gives the name used in the environment, the database and the metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FullAuto => "full_auto",
            Self::Triage => "triage",
            Self::HumanOnly => "human_only",
        }
    }
}

/// How a person is called before the caller is handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consult {
    /// How long the person's phone may ring, in milliseconds (`HANDOVER_RING_SECONDS`).
    pub ring_ms: u32,
}

/// Which texts are sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Texts {
    /// To the caller, when a booking was made (`TEXT_CONFIRMATIONS`).
    pub confirmations: bool,
    /// To the caller, when nobody answered (`TEXT_MISSED_CALLS`).
    pub missed_calls: bool,
    /// To the person who is to take a call, and of messages that callers leave (`TEXT_SUMMARIES`).
    pub summaries: bool,
}

/// Whether a call is recorded, and what the caller is told before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    /// Whether Maitred records the call itself (`RECORD_CALLS`).
    pub own: bool,
    /// Sentence by which the caller is told, before the greeting (`RECORDING_CONSENT_SENTENCE`).
    pub sentence: Option<String>,
}

/// Settings pinned to a call by its first event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallSettings {
    /// How far the AI handles the call.
    pub mode: AiMode,
    /// Whether Maitred picks up (`RC_AUTO_ANSWER` and `ENABLE_VOICE_AI`).
    pub answers: bool,
    /// First sentence spoken (`VOICE_AI_GREETING`).
    pub greeting: String,
    /// Turns of the caller after which the call is wrapped up (`VOICE_AI_MAX_CONVERSATION_TURNS`).
    pub turns_max: u32,
    /// How long the caller may be silent after a prompt before being asked again, in milliseconds.
    pub patience_ms: u32,
    /// Name of the business as it is spoken.
    pub business: String,
    /// IANA time zone of the business, for example `America/Los_Angeles`.
    pub time_zone: String,
    /// First hour at which a party may start, on any day of the week; `profile.hours` tells it for each.
    pub opens: jiff::civil::Time,
    /// Hour by which a party must have started, on any day of the week; `profile.hours` tells it for each.
    pub closes: jiff::civil::Time,
    /// Number that takes a call which Maitred cannot serve (`FALLBACK_NUMBER`).
    pub fallback: Option<PhoneNumber>,
    /// Id of our own extension at RingCentral, where it is known.
    #[serde(default)]
    pub own_extension: Option<String>,
    /// Whether RingCentral can be asked for something over REST.
    #[serde(default)]
    pub carrier: bool,
    /// How a person is called before the caller is handed over; `None` hands over unannounced.
    #[serde(default)]
    pub consult: Option<Consult>,
    /// Which texts are sent.
    #[serde(default)]
    pub texts: Texts,
    /// Whether the call is recorded; not so in journals older than consent, whose calls were recorded from the answer on.
    #[serde(default)]
    pub recording: Recording,
    /// The business as it was when the call began; one of which nothing is known in journals older than profiles.
    #[serde(default)]
    pub profile: Arc<Profile>,
    /// Version of the settings: later ones have higher numbers, also over restarts; 0 in journals older than versions.
    #[serde(default)]
    pub version: u64,
    /// Voice that speaks (`VOICE_AI_VOICE_MODEL`); `None`: that with which the provider was started.
    #[serde(default)]
    pub voice: Option<String>,
    /// How long a language model may take to read what the grammar cannot, in milliseconds; `None`: there is no model.
    #[serde(default)]
    pub model_ms: Option<u32>,
}

impl CallSettings {
    /// Gives the number of somebody to hand a caller over to: a person of the profile who is there, one for the topic before
    /// the others, else the fall-back.
    pub fn person(&self, topic: Option<&str>, at: jiff::Timestamp) -> Option<PhoneNumber> {
        let person = self.profile.person(topic, self.local(at));
        person
            .map(|person| person.number.clone())
            .or_else(|| self.fallback.clone())
    }

    /// Tells the local date and time at the business. An unknown time zone counts as UTC; the edge has checked it.
    pub fn local(&self, at: jiff::Timestamp) -> jiff::civil::DateTime {
        let zone = jiff::tz::TimeZone::get(&self.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
        at.to_zoned(zone).datetime()
    }
}
