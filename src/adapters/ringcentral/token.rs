//! Owns the access token: asked for with the JWT credential (RFC 7523), kept, renewed at 80 % of its life, one request
//! at a time. Called by the client. Shows neither token nor credential to anybody.

use super::error::{Error, Refusal};
use super::limits::{Group, Lesson, Limits};
use super::party::text;
use super::request::Urgency;
use crate::config::RingCentralCredentials;
use reqwest::header::CONTENT_TYPE;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// Grant type of RFC 7523.
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// How long refused credentials are not tried again.
const REFUSAL_KEPT: Duration = Duration::from_secs(30);
/// Pauses after failures that pass, the last one again and again: five requests in any minute are all that RingCentral
/// allows, and who has used them up in an outage has no token for a minute after it.
const PAUSES: [Duration; 4] = [
    Duration::from_secs(2),
    Duration::from_secs(8),
    Duration::from_secs(15),
    Duration::from_secs(20),
];

/// Longest life that is believed; RingCentral's documentation ends at an hour.
const LIFE_MAX: Duration = Duration::from_secs(86_400);

/// A token and its life.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) access: Arc<SecretString>,
    /// Extension of the user.
    pub(super) owner: Option<String>,
    renewed_from: Instant,
    expires: Instant,
}

impl Token {
    /// Takes a token whose life began when it was asked for, at the latest.
    fn new(access: SecretString, asked_at: Instant, life: Duration) -> Self {
        Self {
            access: Arc::new(access),
            owner: None,
            renewed_from: asked_at + life / 5 * 4,
            expires: asked_at + life,
        }
    }
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    expires_in: u64,
    #[serde(default)]
    owner_id: Value,
}

#[derive(Debug, Default)]
struct Kept {
    token: Option<Token>,
    refused: Option<(Error, Instant)>,
    /// Failures in a row.
    failures: usize,
}

impl Kept {
    fn still_good(&self) -> Option<Token> {
        let token = self.token.clone();
        token.filter(|token| Instant::now() < token.expires)
    }

    /// Notes how long nobody is to be asked again.
    fn note_failure(&mut self, error: &Error, now: Instant) {
        let pause = match error {
            // Our own limit says itself when there is room.
            Error::Limited(_) => return,
            passing if passing.is_passing() => PAUSES[self.failures.min(PAUSES.len() - 1)],
            _ => REFUSAL_KEPT,
        };
        self.failures += 1;
        self.refused = Some((error.clone(), now + pause));
    }
}

/// The one token of a client.
pub(super) struct Tokens {
    url: String,
    credentials: RingCentralCredentials,
    kept: Mutex<Kept>,
}

impl Tokens {
    pub(super) fn new(url: &str, credentials: RingCentralCredentials) -> Self {
        Self {
            url: url.to_owned(),
            credentials,
            kept: Mutex::default(),
        }
    }

    /// Gives the token, asking for another first where it is old. Who comes while one is being asked for waits for
    /// that; a command may be among them, so nobody waits long for the rate limit. `count` is told each result.
    pub(super) async fn get(
        &self,
        http: &reqwest::Client,
        limits: &Limits,
        count: &(dyn Fn(&'static str) + Send + Sync),
    ) -> Result<Token, Error> {
        let mut kept = self.kept.lock().await;
        let now = Instant::now();
        if let Some(token) = kept.token.as_ref().filter(|token| now < token.renewed_from) {
            return Ok(token.clone());
        }
        if let Some((error, until)) = &kept.refused
            && now < *until
        {
            return kept.still_good().ok_or_else(|| error.clone());
        }
        let asked = match limits.admit(Group::Auth, Urgency::Command).await {
            Ok(()) => self.ask(http, limits).await,
            Err(limited) => Err(limited),
        };
        count(asked.as_ref().map_or_else(Error::label, |_| "ok"));
        match asked {
            Ok(token) => {
                *kept = Kept {
                    token: Some(token.clone()),
                    ..Kept::default()
                };
                Ok(token)
            }
            Err(error) => {
                kept.note_failure(&error, Instant::now());
                kept.still_good().ok_or(error)
            }
        }
    }

    /// Drops a token that RingCentral no longer takes, unless another has taken its place already.
    pub(super) async fn forget(&self, dead: &Token) {
        let mut kept = self.kept.lock().await;
        if kept
            .token
            .as_ref()
            .is_some_and(|token| Arc::ptr_eq(&token.access, &dead.access))
        {
            kept.token = None;
        }
    }

    async fn ask(&self, http: &reqwest::Client, limits: &Limits) -> Result<Token, Error> {
        let asked_at = Instant::now();
        let RingCentralCredentials {
            client_id,
            client_secret,
            jwt,
        } = &self.credentials;
        let answer = http
            .post(&self.url)
            .basic_auth(client_id, Some(client_secret.expose_secret()))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form(&[
                ("grant_type", JWT_BEARER),
                ("assertion", jwt.expose_secret()),
            ]))
            .send()
            .await?;
        let status = answer.status();
        limits.learn(
            Group::Auth,
            &Lesson::read(status.as_u16(), answer.headers()),
        );
        let body = answer.bytes().await?;
        if !status.is_success() {
            return Err(Error::Refused(Refusal::read(status.as_u16(), &body)));
        }
        // What serde says of a bad answer could quote the token.
        let answer: Answer = serde_json::from_slice(&body).map_err(|_| {
            Error::Unreadable("token without access_token and expires_in".to_owned())
        })?;
        let life = Duration::from_secs(answer.expires_in).min(LIFE_MAX);
        let mut token = Token::new(answer.access_token.into(), asked_at, life);
        token.owner = text(&answer.owner_id);
        Ok(token)
    }
}

/// Writes `application/x-www-form-urlencoded`: letters, digits and `-._*` as they are, a space as `+`, other bytes
/// as `%XX`.
fn form(pairs: &[(&str, &str)]) -> String {
    let encoded = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'-' | b'.' | b'_' | b'*' => char::from(byte).to_string(),
                byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
                b' ' => "+".to_owned(),
                byte => format!("%{byte:02X}"),
            })
            .collect()
    };
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::{Duration, Error, Instant, Kept, Token, form};

    #[test]
    fn a_token_is_renewed_at_four_fifths_of_its_life_and_never_shown() {
        let asked_at = Instant::now();
        let token = Token::new("hush".into(), asked_at, Duration::from_secs(3600));
        assert_eq!(token.renewed_from, asked_at + Duration::from_secs(2880));
        assert_eq!(token.expires, asked_at + Duration::from_secs(3600));
        assert!(!format!("{token:?}").contains("hush"));
    }

    #[test]
    fn an_outage_never_uses_up_what_may_be_asked_in_a_minute() {
        let (mut kept, start) = (Kept::default(), Instant::now());
        let (mut now, mut asked) = (start, Vec::new());
        while now < start + Duration::from_secs(600) {
            asked.push(now);
            kept.note_failure(&Error::Unreachable("down".to_owned()), now);
            now = kept.refused.as_ref().map_or(now, |(_, until)| *until);
        }
        for from in &asked {
            let minute = asked.iter().filter(|at| {
                at.checked_duration_since(*from)
                    .is_some_and(|after| after < Duration::from_secs(60))
            });
            assert!(minute.count() <= 5);
        }
    }

    #[test]
    fn forms_are_encoded() {
        let made = form(&[("grant_type", "urn:a-b"), ("assertion", "x.y_z+é /=&")]);
        assert_eq!(
            made,
            "grant_type=urn%3Aa-b&assertion=x.y_z%2B%C3%A9+%2F%3D%26"
        );
    }
}
