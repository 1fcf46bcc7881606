//! Owns one request to a chat-completions server: its deadline, and the trying of plainer dialects where one is refused.
//! Called by the heart through `ports::language::Language`. Never logs what is asked or answered; the key is shown to the
//! server only.

use super::answer::read;
use super::dialect::Dialect;
use super::refusal::{refused, unreachable};
use maitred_actors::ports::PortFuture;
use maitred_actors::ports::language::{Error, Language, Request};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use reqwest::{Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

/// Its name in metrics, the log and `/ready`.
const NAME: &str = "llm";
/// Longest wait for a connection; the deadline of a request may be shorter.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Where the server is, and what it is told.
#[derive(Clone, Debug)]
pub struct ChatConfig {
    /// Base URL, such as `https://api.openai.com/v1`, without a slash at its end.
    pub url: String,
    /// Name of the model.
    pub model: String,
    /// Key; `None` where the server wants none.
    pub key: Option<SecretString>,
    /// How long an answer may take while a caller waits.
    pub live_wait: Duration,
}

/// A language model behind a chat-completions server.
#[derive(Clone, Debug)]
pub struct ChatCompletions {
    http: reqwest::Client,
    config: Arc<ChatConfig>,
    /// The dialect that served last: others are not tried again each time.
    dialect: Arc<AtomicU8>,
}

impl ChatCompletions {
    /// Makes a client; nothing is opened yet. Fails only where no HTTP client can be made.
    pub fn new(config: ChatConfig) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self {
            http,
            config: Arc::new(config),
            dialect: Arc::default(),
        })
    }

    /// Asks in the dialect that served last, and in plainer ones while the request itself is refused.
    async fn ask(&self, request: &Request) -> Result<String, Error> {
        let known = Dialect::numbered(self.dialect.load(Ordering::Relaxed));
        let mut dialect = known;
        loop {
            let response = self.send(request, dialect).await?;
            let status = response.status();
            if status.is_success() {
                let answer = read(response).await?;
                self.dialect.store(dialect.number(), Ordering::Relaxed);
                return Ok(answer);
            }
            let error = refused(response).await;
            let of_form = matches!(
                status,
                StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY
            );
            match dialect.plainer().filter(|_| of_form) {
                Some(plainer) => dialect = plainer,
                None => return Err(error),
            }
        }
    }

    async fn send(&self, request: &Request, dialect: Dialect) -> Result<Response, Error> {
        let config = &self.config;
        let mut post = self
            .http
            .post(format!("{}/chat/completions", config.url))
            .header(ACCEPT, "text/event-stream, application/json")
            .json(&dialect.body(&config.model, request));
        if let Some(key) = &config.key {
            let value = format!("Bearer {}", key.expose_secret());
            let mut value = HeaderValue::from_str(&value)
                .map_err(|_| Error::BadRequest("a key that fits no header".to_owned()))?;
            value.set_sensitive(true);
            post = post.header(AUTHORIZATION, value);
        }
        post.send().await.map_err(unreachable)
    }
}

impl Language for ChatCompletions {
    fn name(&self) -> &'static str {
        NAME
    }

    fn live_wait(&self) -> Duration {
        self.config.live_wait
    }

    fn write(&self, request: Request) -> PortFuture<Result<String, Error>> {
        let client = self.clone();
        Box::pin(async move {
            let within = request.within;
            tokio::time::timeout(within, client.ask(&request))
                .await
                .unwrap_or(Err(Error::Late(within)))
        })
    }
}
