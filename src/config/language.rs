//! Owns the settings of the language model. Called by the loading side. Never reads the environment itself.

use super::reader::Reader;
use super::sections::web_url;
use secrecy::SecretString;
use std::time::Duration;

/// Milliseconds that an answer may take while a caller waits.
const WAITS: std::ops::RangeInclusive<u32> = 200..=5_000;

/// The language model.
#[derive(Clone, Debug)]
pub struct LanguageSettings {
    /// Base URL of the server, without a slash at its end.
    pub url: String,
    /// Name of the model.
    pub model: String,
    /// Key; `None` where the server wants none.
    pub key: Option<SecretString>,
    /// How long an answer may take while a caller waits.
    pub live_wait: Duration,
}

impl LanguageSettings {
    /// Gives how long an answer may take while a caller waits, in milliseconds.
    pub fn live_wait_ms(&self) -> u32 {
        u32::try_from(self.live_wait.as_millis()).unwrap_or(*WAITS.end())
    }
}

pub(super) fn language(
    reader: &mut Reader<impl Fn(&str) -> Option<String>>,
) -> Option<Option<LanguageSettings>> {
    let whole = reader.group(&["LLM_URL", "LLM_MODEL"], &["LLM_API_KEY"]);
    let url = reader.optional(
        "LLM_URL",
        "a url that begins with https:// or http://, such as https://api.openai.com/v1",
        web_url,
    );
    let model = reader.optional("LLM_MODEL", "the name of a model", model);
    let key = match reader.secret("LLM_API_KEY") {
        Some(_) => reader.read(
            "LLM_API_KEY",
            "a key of printable characters without blanks",
            |text| plain(text).then(|| Some(SecretString::from(text.to_owned()))),
        ),
        None => Some(None),
    };
    let wait_ms = reader.number("LLM_TIMEOUT_MS", WAITS);
    if !whole {
        return Some(None);
    }
    Some(Some(LanguageSettings {
        url: url??,
        model: model??,
        key: key?,
        live_wait: Duration::from_millis(u64::from(wait_ms?)),
    }))
}

fn model(text: &str) -> Option<String> {
    (text.len() <= 200 && plain(text)).then(|| text.to_owned())
}

fn plain(text: &str) -> bool {
    text.chars().all(|one| one.is_ascii_graphic())
}
