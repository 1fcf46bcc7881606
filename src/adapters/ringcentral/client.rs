//! Owns a REST request from its path to its answer: token, rate limit, one replay after a 401, tries after failures
//! that pass. Called by the keeper of the subscription and by whoever sends commands. Never logs a body.

use super::error::{Error, Refusal};
use super::limits::{Group, Lesson, Limits};
use super::request::{Request, Urgency};
use super::token::{Token, Tokens};
use crate::adapters::{backoff, clock};
use crate::config::{RingCentralCredentials, RingCentralUrls};
use reqwest::Response;
use reqwest::header::{IF_RANGE, RANGE};
use secrecy::ExposeSecret;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Longest download in one go.
const MEDIA_TIMEOUT: Duration = Duration::from_secs(3600);
/// Times that a request is tried in all.
const TRIES_MAX: u32 = 4;
/// Waits before another try: the first, and the longest.
const WAITS: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

/// From which byte on something is wanted, and what it must still be then (`If-Range`).
type Place<'a> = (u64, Option<&'a str>);

/// Takes usage group and result of each request, for the metrics.
pub type Count = Arc<dyn Fn(Group, &'static str) + Send + Sync>;

/// Speaks with RingCentral's REST as one application and one user; clones share token and rate limits.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    http: reqwest::Client,
    server_url: String,
    media_url: String,
    tokens: Tokens,
    limits: Limits,
    count: Count,
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("server_url", &self.0.server_url)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Makes a client for these addresses; asks for nothing yet.
    pub fn new(
        urls: &RingCentralUrls,
        credentials: RingCentralCredentials,
        count: Count,
    ) -> Result<Self, Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(Urgency::Upkeep.answer_within())
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self(Arc::new(Inner {
            http,
            server_url: urls.server.clone(),
            media_url: urls.media.clone(),
            tokens: Tokens::new(&urls.token, credentials),
            limits: Limits::default(),
            count,
        })))
    }

    /// Carries out a request and gives the JSON of the answer; null for an empty one. After a failure that passes it
    /// is tried again where repeating is safe; a command only while its patience lasts.
    pub async fn send(&self, request: &Request) -> Result<Value, Error> {
        let begun = Instant::now();
        let mut failures = 0;
        loop {
            let error = match self.with_token(request).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            failures += 1;
            let is_safe =
                error.is_without_effect() || (request.is_repeatable && error.is_passing());
            // Who was told to wait by our own limits would only be told so again.
            let is_limited = matches!(error, Error::Limited(_));
            if !is_safe || is_limited || failures >= TRIES_MAX {
                return Err(error);
            }
            let wait = backoff::wait(failures, WAITS.0, WAITS.1, clock::random());
            let next = Instant::now() + wait;
            if request.urgency == Urgency::Command && next > begun + request.urgency.patience() {
                return Err(error);
            }
            tokio::time::sleep_until(next).await;
        }
    }

    /// Tells for each usage group how many requests may still be sent in the present window, and of how many.
    pub fn room(&self) -> [(Group, u32, u32); 4] {
        self.0.limits.room()
    }

    /// Gives the address of something on the media host.
    pub(super) fn media_uri(&self, path: &str) -> String {
        format!("{}{path}", self.0.media_url)
    }

    /// Opens something on the media host from a byte on, once, and with a fresh token where the one we have is no
    /// longer taken. The answer has status 200, 206 or 416; how long its body may take is the reader's to say.
    pub(super) async fn open_media(&self, path: &str, from: Place<'_>) -> Result<Response, Error> {
        let token = self.token().await?;
        match self.open_once(path, from, &token).await {
            Err(Error::Refused(refusal)) if refusal.status == 401 => {
                self.0.tokens.forget(&token).await;
                let fresh = self.token().await?;
                self.open_once(path, from, &fresh).await
            }
            answer => answer,
        }
    }

    async fn open_once(
        &self,
        path: &str,
        from: Place<'_>,
        token: &Token,
    ) -> Result<Response, Error> {
        let answer = match self.0.limits.admit(Group::Heavy, Urgency::Upkeep).await {
            Ok(()) => self.open_admitted(path, from, token).await,
            Err(limited) => Err(limited),
        };
        (self.0.count)(
            Group::Heavy,
            answer.as_ref().map_or_else(Error::label, |_| "ok"),
        );
        answer
    }

    async fn open_admitted(
        &self,
        path: &str,
        (from, validator): Place<'_>,
        token: &Token,
    ) -> Result<Response, Error> {
        let mut request = self
            .0
            .http
            .get(self.media_uri(path))
            .timeout(MEDIA_TIMEOUT)
            .bearer_auth(token.access.expose_secret());
        if from > 0 {
            request = request.header(RANGE, format!("bytes={from}-"));
            if let Some(validator) = validator {
                request = request.header(IF_RANGE, validator);
            }
        }
        let within = Urgency::Upkeep.answer_within();
        let answer = tokio::time::timeout(within, request.send())
            .await
            .map_err(|_| Error::NoAnswer("media host is silent".to_owned()))??;
        let status = answer.status().as_u16();
        self.0
            .limits
            .learn(Group::Heavy, &Lesson::read(status, answer.headers()));
        if matches!(status, 200 | 206 | 416) {
            return Ok(answer);
        }
        let body = tokio::time::timeout(within, answer.bytes()).await;
        let body = body.map_err(|_| Error::NoAnswer("media host is silent".to_owned()))??;
        Err(Error::Refused(Refusal::read(status, &body)))
    }

    /// Gives the id of the extension whose token we have; `None` where the token does not tell.
    pub(super) async fn owner(&self) -> Result<Option<String>, Error> {
        Ok(self.token().await?.owner)
    }

    /// Sends, and once more with a fresh token where RingCentral no longer takes the one we have. A 401 is given
    /// before anything is carried out.
    async fn with_token(&self, request: &Request) -> Result<Value, Error> {
        let token = self.token().await?;
        match self.once(request, &token).await {
            Err(Error::Refused(refusal)) if refusal.status == 401 => {
                self.0.tokens.forget(&token).await;
                let fresh = self.token().await?;
                self.once(request, &fresh).await
            }
            answer => answer,
        }
    }

    /// Gives the token. Without one nothing is sent, whatever became of the request for it.
    async fn token(&self) -> Result<Token, Error> {
        let Inner {
            http,
            limits,
            count,
            tokens,
            ..
        } = &*self.0;
        let token = tokens
            .get(http, limits, &|result| count(Group::Auth, result))
            .await;
        token.map_err(|error| match error {
            Error::Refused(refusal) if refusal.status >= 500 => {
                Error::Unreachable(format!("no token: {refusal}"))
            }
            Error::NoAnswer(reason) | Error::Unreadable(reason) => {
                Error::Unreachable(format!("no token: {reason}"))
            }
            error => error,
        })
    }

    async fn once(&self, request: &Request, token: &Token) -> Result<Value, Error> {
        let answer = match self.0.limits.admit(request.group, request.urgency).await {
            Ok(()) => self.exchange(request, token).await,
            Err(limited) => Err(limited),
        };
        (self.0.count)(
            request.group,
            answer.as_ref().map_or_else(Error::label, |_| "ok"),
        );
        answer
    }

    async fn exchange(&self, request: &Request, token: &Token) -> Result<Value, Error> {
        let url = format!("{}{}", self.0.server_url, request.path);
        let mut sent = self
            .0
            .http
            .request(request.method.clone(), url)
            .timeout(request.urgency.answer_within())
            .bearer_auth(token.access.expose_secret());
        if let Some(body) = &request.body {
            sent = sent.json(body);
        }
        let answer = sent.send().await?;
        let status = answer.status();
        self.0.limits.learn(
            request.group,
            &Lesson::read(status.as_u16(), answer.headers()),
        );
        let body = answer.bytes().await?;
        if !status.is_success() {
            return Err(Error::Refused(Refusal::read(status.as_u16(), &body)));
        }
        if body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&body)
            .map_err(|_| Error::Unreadable(format!("status {} without JSON", status.as_u16())))
    }
}
