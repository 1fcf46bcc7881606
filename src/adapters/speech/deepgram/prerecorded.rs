//! Owns the writing down of stored recordings by Deepgram: `POST /v1/listen` with the file as its body. Called by the
//! `Archivist` through `ports::archive::Transcriber`. Never tries again by itself; live calls have limits of their own.

use super::close::refusal;
use super::config::DeepgramConfig;
use futures_util::stream;
use maitred_actors::ports::PortFuture;
use maitred_actors::ports::archive::{Error, Origin, Spoken, Stored, Transcriber};
use maitred_actors::ports::hearing::Error as HearingError;
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::{Body, Url};
use secrecy::ExposeSecret;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;

const NAME: &str = "deepgram_prerecorded";
/// Longest wait for the whole exchange: sending hours of sound, and having it written down.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(900);
/// Bytes read from the file at a time.
const PIECE: usize = 64 * 1024;

/// Writes recordings down through Deepgram Nova-3.
#[derive(Clone, Debug)]
pub struct Prerecorded {
    config: Arc<DeepgramConfig>,
    http: reqwest::Client,
}

impl Prerecorded {
    /// Makes a provider; nothing is opened yet. Fails only where no HTTP client can be made.
    pub fn new(config: DeepgramConfig) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(config.connect_timeout)
            .timeout(ANSWER_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self {
            config: Arc::new(config),
            http,
        })
    }

    async fn send(&self, stored: &Stored) -> Result<Vec<Spoken>, Error> {
        let by_channel = stored.origin == Origin::Own;
        let disk = |error: std::io::Error| Error::passing("disk", error);
        let file = File::open(&stored.path).await.map_err(disk)?;
        let length = file.metadata().await.map_err(disk)?.len();
        let answer = self
            .http
            .post(self.url(by_channel)?)
            .header(
                AUTHORIZATION,
                format!("Token {}", self.config.key.expose_secret()),
            )
            .header(CONTENT_TYPE, &stored.content_type)
            .header(CONTENT_LENGTH, length)
            .body(body(file))
            .send()
            .await
            .map_err(unreachable)?;
        let status = answer.status();
        let text = answer.text().await.map_err(unreachable)?;
        if !status.is_success() {
            let said: Value = serde_json::from_str(&text).unwrap_or_default();
            let said = said["err_msg"].as_str().unwrap_or_default();
            return Err(told(&refusal(NAME, status.as_u16(), said)));
        }
        let answer: Value = serde_json::from_str(&text)
            .map_err(|_| Error::passing("unreadable", "an answer that is no JSON"))?;
        read(&answer, by_channel)
    }

    fn url(&self, by_channel: bool) -> Result<Url, Error> {
        let who = if by_channel {
            "multichannel"
        } else {
            "diarize"
        };
        let parameters = [
            ("model", "nova-3"),
            ("smart_format", "true"),
            ("utterances", "true"),
            (who, "true"),
        ];
        let parameters = parameters.map(|(name, value)| (name, value.to_owned()));
        self.config
            .address(&["v1", "listen"], &parameters)
            .map_err(|error| told(&error))
    }
}

impl Transcriber for Prerecorded {
    fn name(&self) -> &'static str {
        NAME
    }

    fn transcribe(&self, stored: &Stored) -> PortFuture<Result<Vec<Spoken>, Error>> {
        let (provider, stored) = (self.clone(), stored.clone());
        Box::pin(async move { provider.send(&stored).await })
    }
}

/// Reads the file while it is sent, so that it is never held whole.
fn body(file: File) -> Body {
    Body::wrap_stream(stream::try_unfold(file, |mut file| async move {
        let mut piece = vec![0; PIECE];
        let read = file.read(&mut piece).await?;
        piece.truncate(read);
        Ok::<_, std::io::Error>((read > 0).then_some((piece, file)))
    }))
}

fn unreachable(error: reqwest::Error) -> Error {
    Error::passing("unreachable", error.without_url())
}

fn told(error: &HearingError) -> Error {
    match error {
        HearingError::BadRequest(_) => Error::last("bad_request", error),
        HearingError::Unauthorised { .. } => Error::passing("unauthorised", error),
        HearingError::RateLimited(_) => Error::passing("rate_limited", error),
        HearingError::Unreachable(_) | HearingError::Broken(_) => {
            Error::passing("unreachable", error)
        }
    }
}

/// Reads the utterances; where there are none, each channel as a whole.
fn read(answer: &Value, by_channel: bool) -> Result<Vec<Spoken>, Error> {
    let results = &answer["results"];
    if let Some(utterances) = results["utterances"].as_array() {
        let voice = if by_channel { "channel" } else { "speaker" };
        let spoken = utterances.iter().map(|one| {
            piece(
                one[voice].as_u64().unwrap_or_default(),
                (&one["start"], &one["end"]),
                &one["transcript"],
            )
        });
        return Ok(spoken.flatten().collect());
    }
    let Some(channels) = results["channels"].as_array() else {
        return Err(Error::passing("unreadable", "an answer without results"));
    };
    let whole = channels
        .iter()
        .zip(0_u64..)
        .filter_map(|(channel, number)| {
            let best = &channel["alternatives"][0];
            let words = best["words"].as_array().map_or(&[][..], Vec::as_slice);
            let none = Value::Null;
            let first = words.first().map_or(&none, |word| &word["start"]);
            let last = words.last().map_or(&none, |word| &word["end"]);
            piece(number, (first, last), &best["transcript"])
        });
    Ok(whole.collect())
}

fn piece(voice: u64, (from, to): (&Value, &Value), text: &Value) -> Option<Spoken> {
    let text = text.as_str()?.trim();
    let ms = |seconds: &Value| (seconds.as_f64().unwrap_or_default() * 1000.0).round() as i64;
    (!text.is_empty()).then(|| Spoken {
        voice: u32::try_from(voice).unwrap_or(u32::MAX),
        from_ms: ms(from),
        to_ms: ms(to).max(ms(from)),
        text: text.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn spoken(voice: u32, from_ms: i64, to_ms: i64, text: &str) -> Spoken {
        Spoken {
            voice,
            from_ms,
            to_ms,
            text: text.to_owned(),
        }
    }

    #[test]
    fn utterances_are_read_by_channel_or_by_speaker() {
        let answer = json!({ "results": { "utterances": [
            { "start": 0.5, "end": 1.25, "channel": 0, "speaker": 3, "transcript": "Hello." },
            { "start": 2.0, "end": 3.0, "channel": 1, "transcript": " " },
            { "start": 2.0, "channel": 1, "transcript": "Good evening." },
        ] } });
        assert_eq!(
            read(&answer, true),
            Ok(vec![
                spoken(0, 500, 1_250, "Hello."),
                spoken(1, 2_000, 2_000, "Good evening.")
            ])
        );
        let by_speaker = read(&answer, false).map(|all| all[0].voice);
        assert_eq!(by_speaker, Ok(3));
    }

    #[test]
    fn without_utterances_each_channel_is_one_piece() {
        let words = json!([{ "start": 1.0, "end": 1.5 }, { "start": 1.5, "end": 2.0 }]);
        let answer = json!({ "results": { "channels": [
            { "alternatives": [{ "transcript": "Hello there", "words": words }] },
            { "alternatives": [{ "transcript": "", "words": [] }] },
        ] } });
        assert_eq!(
            read(&answer, true),
            Ok(vec![spoken(0, 1_000, 2_000, "Hello there")])
        );
        assert!(read(&json!({ "request_id": "x" }), true).is_err());
    }
}
