//! What a client may set on `/v1/listen`.
//!
//! Owns names, ranges and defaults. Called by the session; parameters that do not change what the simulator does are
//! taken and left alone, as unknown ones are.

use crate::query::{Query, Refusal};

/// Endpointing when none is asked for, in milliseconds.
const ENDPOINTING_MS: u64 = 10;

/// Settings of a connection.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) model: String,
    pub(crate) interim_results: bool,
    /// Silence that ends an utterance, in milliseconds; absent when switched off.
    pub(crate) endpointing_ms: Option<u64>,
    pub(crate) utterance_end_ms: Option<u64>,
    pub(crate) vad_events: bool,
    pub(crate) punctuate: bool,
}

impl Settings {
    /// Reads the query.
    pub(crate) fn of(query: &Query) -> Result<Self, Refusal> {
        let model = query.one("model").unwrap_or("base-general").to_owned();
        if model.starts_with("flux") {
            return Err(Refusal::parameter(
                "model: Flux models are served by /v2/listen",
            ));
        }
        query.require_telephone_audio()?;
        if query
            .one("channels")
            .is_some_and(|channels| channels != "1")
        {
            return Err(Refusal::parameter("channels: only 1 is simulated"));
        }
        if !query.all("keyterm").is_empty() && !model.starts_with("nova-3") {
            return Err(Refusal::parameter("keyterm: only nova-3 takes key terms"));
        }
        let interim_results = query.flag("interim_results")?;
        let utterance_end_ms = query.number("utterance_end_ms", 1..=u64::from(u32::MAX))?;
        if utterance_end_ms.is_some() && !interim_results {
            return Err(Refusal::parameter(
                "utterance_end_ms: needs interim_results=true",
            ));
        }
        let endpointing_ms = match query.one("endpointing") {
            Some("false") => None,
            Some("true") | None => Some(ENDPOINTING_MS),
            Some(_) => query.number("endpointing", 0..=u64::from(u32::MAX))?,
        };
        Ok(Self {
            model,
            interim_results,
            endpointing_ms,
            utterance_end_ms,
            vad_events: query.flag("vad_events")?,
            punctuate: query.flag("punctuate")? || query.flag("smart_format")?,
        })
    }
}
