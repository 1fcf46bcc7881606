//! What a client may set on `/v2/listen`, at connect and later.
//!
//! Owns names, ranges and defaults. Called by the session; it never acts on a threshold.

use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};

use crate::query::{Query, Refusal};

const MODELS: [&str; 2] = ["flux-general-en", "flux-general-multi"];

/// Everything the route takes; any other parameter fails the handshake.
const PARAMETERS: [&str; 13] = [
    "model",
    "encoding",
    "sample_rate",
    "eot_threshold",
    "eager_eot_threshold",
    "eot_timeout_ms",
    "keyterm",
    "language_hint",
    "numerals",
    "profanity_filter",
    "redact",
    "tag",
    "mip_opt_out",
];

const END: RangeInclusive<f64> = 0.5..=1.0;
const EAGER: RangeInclusive<f64> = 0.3..=0.9;
const TIMEOUT_MS: RangeInclusive<u64> = 500..=60_000;

/// Settings in force.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Settings {
    pub(crate) end: f64,
    pub(crate) eager: Option<f64>,
    pub(crate) timeout_ms: u64,
    keyterms: Vec<String>,
}

impl Settings {
    /// Reads the query.
    pub(crate) fn of(query: &Query) -> Result<Self, Refusal> {
        if let Some(name) = query.names().find(|name| !PARAMETERS.contains(name)) {
            return Err(Refusal::parameter(format!(
                "{name} is not a parameter of /v2/listen"
            )));
        }
        match query.one("model") {
            Some(model) if MODELS.contains(&model) => {}
            model => {
                return Err(Refusal::parameter(format!(
                    "model: {model:?} is not a Flux model"
                )));
            }
        }
        query.require_telephone_audio()?;
        query.flag("numerals")?;
        let settings = Self {
            end: query.number("eot_threshold", END)?.unwrap_or(0.7),
            eager: query.number("eager_eot_threshold", EAGER)?,
            timeout_ms: query.number("eot_timeout_ms", TIMEOUT_MS)?.unwrap_or(5000),
            keyterms: query.all("keyterm"),
        };
        settings.check().map_err(Refusal::parameter)?;
        Ok(settings)
    }

    /// Merges a `Configure` message: thresholds field by field, key terms as a whole.
    pub(crate) fn merge(&self, message: &Value) -> Result<Self, String> {
        let mut merged = self.clone();
        let number = |name: &str, range: RangeInclusive<f64>| match &message["thresholds"][name] {
            Value::Null => Ok(None),
            value => match value.as_f64() {
                Some(number) if range.contains(&number) => Ok(Some(number)),
                _ => Err(format!("{name}: {value} is out of range")),
            },
        };
        merged.end = number("eot_threshold", END)?.unwrap_or(self.end);
        merged.eager = number("eager_eot_threshold", EAGER)?.or(self.eager);
        let timeout = number("eot_timeout_ms", 500.0..=60_000.0)?;
        merged.timeout_ms = timeout.map_or(self.timeout_ms, |timeout| timeout as u64);
        if let Some(keyterms) = message["keyterms"].as_array() {
            merged.keyterms = keyterms
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect();
        }
        merged.check()?;
        Ok(merged)
    }

    /// The fields of a `ConfigureSuccess` that state these settings.
    pub(crate) fn state(&self) -> Map<String, Value> {
        let mut thresholds = json!({"eot_threshold": self.end, "eot_timeout_ms": self.timeout_ms});
        if let Some(eager) = self.eager {
            thresholds["eager_eot_threshold"] = json!(eager);
        }
        Map::from_iter([
            ("thresholds".to_owned(), thresholds),
            ("keyterms".to_owned(), json!(self.keyterms)),
        ])
    }

    fn check(&self) -> Result<(), String> {
        if self.eager.is_some_and(|eager| eager > self.end) {
            return Err("eager_eot_threshold must not exceed eot_threshold".to_owned());
        }
        Ok(())
    }
}
