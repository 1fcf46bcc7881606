//! Owns the settings of the Deepgram adapters and the making of their URLs. Read by every adapter of this folder;
//! never reads the environment.

use maitred_actors::ports::hearing::Error;
use reqwest::Url;
use secrecy::SecretString;
use std::time::Duration;

/// How to reach Deepgram, or anything that speaks like it, and how to use it.
#[derive(Clone, Debug)]
pub struct DeepgramConfig {
    /// Base URL: `http`, `https`, `ws` or `wss`, with or without a path and a trailing slash.
    pub url: String,
    /// The API key, sent as `Authorization: Token`.
    pub key: SecretString,
    /// Longest wait until a socket is ready for use.
    pub connect_timeout: Duration,
    /// Voice of Aura, for example `aura-2-thalia-en`.
    pub voice: String,
    /// Confidence between 0.3 and 0.9 at which Flux reports an eager end of turn; `None` for no such reports.
    pub eager_eot_threshold: Option<f32>,
    /// Confidence between 0.5 and 1.0 at which Flux ends a turn.
    pub eot_threshold: f32,
    /// Silence after which Flux ends a turn whatever its confidence, 500 to 60,000 ms.
    pub eot_timeout: Duration,
    /// The same two while something is dictated.
    pub patient_eot_threshold: f32,
    /// See there.
    pub patient_eot_timeout: Duration,
    /// Time without audio after which Flux is sent silence.
    pub silence_after: Duration,
    /// Time without audio after which Nova is sent `KeepAlive`.
    pub keep_alive_after: Duration,
    /// Time without any sign of life after which a socket counts as broken.
    pub stall_after: Duration,
}

impl DeepgramConfig {
    /// Gives the settings for a telephone call.
    pub fn new(url: impl Into<String>, key: SecretString) -> Self {
        Self {
            url: url.into(),
            key,
            connect_timeout: Duration::from_secs(5),
            voice: "aura-2-thalia-en".into(),
            eager_eot_threshold: Some(0.4),
            eot_threshold: 0.7,
            eot_timeout: Duration::from_secs(5),
            patient_eot_threshold: 0.85,
            patient_eot_timeout: Duration::from_secs(8),
            silence_after: Duration::from_millis(500),
            keep_alive_after: Duration::from_secs(4),
            stall_after: Duration::from_secs(5),
        }
    }

    /// Gives the WebSocket URL of an endpoint, such as `["v2", "listen"]`, with its parameters.
    pub(super) fn endpoint(
        &self,
        path: &[&str],
        parameters: &[(&str, String)],
    ) -> Result<Url, Error> {
        self.url_as(("ws", "wss"), path, parameters)
    }

    /// Gives the HTTP URL of an endpoint, with its parameters.
    pub(super) fn address(
        &self,
        path: &[&str],
        parameters: &[(&str, String)],
    ) -> Result<Url, Error> {
        self.url_as(("http", "https"), path, parameters)
    }

    /// Gives the URL under one of two schemes: in the clear, or secured.
    fn url_as(
        &self,
        (clear, secured): (&str, &str),
        path: &[&str],
        parameters: &[(&str, String)],
    ) -> Result<Url, Error> {
        let unusable =
            || Error::BadRequest("DEEPGRAM_URL is not an http, https, ws or wss URL".into());
        let mut url = Url::parse(&self.url).map_err(|_| unusable())?;
        let secure = match url.scheme() {
            "http" | "ws" => false,
            "https" | "wss" => true,
            _ => return Err(unusable()),
        };
        // `url` refuses to turn its special schemes into others, and all of these are.
        let scheme = if secure { secured } else { clear };
        url.set_scheme(scheme).map_err(|()| unusable())?;
        url.path_segments_mut()
            .map_err(|()| unusable())?
            .pop_if_empty()
            .extend(path);
        url.query_pairs_mut().extend_pairs(parameters);
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn any_scheme_and_a_trailing_slash_are_taken() {
        for (base, wanted) in [
            (
                "https://api.example.test",
                "wss://api.example.test/v2/listen?keyterm=a+b%26c",
            ),
            (
                "http://127.0.0.1:9/",
                "ws://127.0.0.1:9/v2/listen?keyterm=a+b%26c",
            ),
            (
                "wss://proxy.example.test/dg/",
                "wss://proxy.example.test/dg/v2/listen?keyterm=a+b%26c",
            ),
            (
                "ws://proxy.example.test/dg",
                "ws://proxy.example.test/dg/v2/listen?keyterm=a+b%26c",
            ),
        ] {
            let config = DeepgramConfig::new(base, "k".into());
            let url = config
                .endpoint(&["v2", "listen"], &[("keyterm", "a b&c".into())])
                .unwrap();
            assert_eq!(url.as_str(), wanted);
        }
    }

    #[test]
    fn another_scheme_is_a_mistake_in_the_settings() {
        let config = DeepgramConfig::new("ftp://example.test", "k".into());
        assert!(
            matches!(config.endpoint(&[], &[]), Err(Error::BadRequest(text)) if text.contains("DEEPGRAM_URL"))
        );
    }

    #[test]
    fn the_key_is_not_shown() {
        let shown = format!(
            "{:?}",
            DeepgramConfig::new("http://x", "very-secret".into())
        );
        assert!(!shown.contains("very-secret"));
    }
}
