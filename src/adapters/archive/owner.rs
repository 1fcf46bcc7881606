//! Owns the delivery of notices to the owner's own server: a POST signed with HMAC-SHA256, told from a replay by its
//! time and id. Called by the `Archivist` through `ports::archive::Owner`. Never tries again by itself, and follows no
//! redirect: a signed card goes where it was meant to go.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use maitred_actors::ports::PortFuture;
use maitred_actors::ports::archive::{Error, Notice, Owner};
use reqwest::header::CONTENT_TYPE;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);
/// Hex HMAC-SHA256 of `<timestamp>.<body>` under `OWNER_WEBHOOK_SECRET`.
const SIGNATURE: &str = "X-Maitred-Signature";
/// Seconds since 1970 at which the request was signed.
const TIMESTAMP: &str = "X-Maitred-Timestamp";
/// Id of the event: the same for every try.
const EVENT_ID: &str = "X-Maitred-Event-Id";

/// The owner's own server.
#[derive(Clone)]
pub struct OwnerWebhook {
    http: reqwest::Client,
    url: String,
    secret: SecretString,
}

impl OwnerWebhook {
    /// Delivers to this address; fails only where no HTTP client can be made.
    pub fn new(url: &str, secret: SecretString) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(ANSWER_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self {
            http,
            url: url.to_owned(),
            secret,
        })
    }

    async fn post(&self, notice: &Notice, at: Timestamp) -> Result<(), Error> {
        let timestamp = at.as_second().to_string();
        let signature = sign(&self.secret, &timestamp, &notice.body)?;
        let sent = self
            .http
            .post(&self.url)
            .header(CONTENT_TYPE, "application/json")
            .header(EVENT_ID, &notice.id)
            .header(TIMESTAMP, timestamp)
            .header(SIGNATURE, signature)
            .body(notice.body.clone())
            .send()
            .await;
        let status = match sent {
            Ok(answer) => answer.status(),
            Err(error) => return Err(Error::passing("unreachable", error.without_url())),
        };
        match status.as_u16() {
            200..300 => Ok(()),
            // The receiver wants no more of these (RFC 9110, 15.5.11).
            410 => Err(Error::last("gone", status)),
            400..500 => Err(Error::passing("refused", status)),
            _ => Err(Error::passing("server_error", status)),
        }
    }
}

impl Owner for OwnerWebhook {
    fn tell(&self, notice: &Notice, at: Timestamp) -> PortFuture<Result<(), Error>> {
        let (owner, notice) = (self.clone(), notice.clone());
        Box::pin(async move { owner.post(&notice, at).await })
    }
}

/// Gives the hex HMAC-SHA256 of time and body.
fn sign(secret: &SecretString, timestamp: &str, body: &str) -> Result<String, Error> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
        .map_err(|error| Error::last("bad_secret", error))?;
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    Ok(hex::encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

    use super::*;

    #[test]
    fn the_signature_covers_time_and_body() {
        let sign = |at: &str, body: &str| sign(&"key".into(), at, body).unwrap();
        // printf '1795000000.{}' | openssl dgst -sha256 -hmac key
        let known = sign("1795000000", "{}");
        let openssl = "71f6cd81e7ac967a6bfd8d621347e9ee7792b1fde3a9a64c3161a631437c7fb6";
        assert_eq!(known, openssl);
        assert_ne!(known, sign("1795000001", "{}"));
        assert_ne!(known, sign("1795000000", "{ }"));
    }
}
