//! Delivers notifications by HTTP, with the verification token, a signature, both or neither.
//!
//! Owns the HTTP client; scripts and scenarios call it. It never sends anything again by itself.

use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::header::HeaderMap;
use sha2::Sha256;

use super::notification::Notification;

/// Is the only published limit for an answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Says why nothing came back.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The HTTP client could not be made.
    #[error("http client: {0}")]
    Client(reqwest::Error),
    /// The receiver could not be reached or did not answer in three seconds.
    #[error("no answer: {0}")]
    NoAnswer(reqwest::Error),
}

/// Holds what a receiver answered.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Holds the status code.
    pub status: u16,
    /// Holds the headers.
    pub headers: HeaderMap,
    /// Holds the body.
    pub body: Vec<u8>,
    /// Tells how long the answer took.
    pub took: Duration,
}

/// Sends to one address.
#[derive(Debug, Clone)]
pub struct Sender {
    client: reqwest::Client,
    address: String,
    secret: Option<String>,
    token: Option<String>,
}

impl Sender {
    /// Makes a sender that adds neither token nor signature.
    ///
    /// # Errors
    /// Fails when the HTTP client cannot be made.
    pub fn new(address: &str) -> Result<Self, SendError> {
        // Whoever installed a provider before has the same wish: some provider must be there.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .build()
            .map_err(SendError::Client)?;
        Ok(Self {
            client,
            address: address.to_owned(),
            secret: None,
            token: None,
        })
    }

    /// Signs every delivery with this secret.
    pub fn signing(mut self, secret: &str) -> Self {
        self.secret = Some(secret.to_owned());
        self
    }

    /// Adds this `Verification-Token` to every delivery.
    pub fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// Delivers a notification.
    ///
    /// # Errors
    /// Fails when no answer comes.
    pub async fn send(&self, notification: &Notification) -> Result<Delivery, SendError> {
        let body = notification.json().to_string().into_bytes();
        let signature = self.secret.as_ref().map(|secret| signature(secret, &body));
        self.send_raw(body, signature.as_deref()).await
    }

    /// Delivers any bytes under any signature, with the token if there is one.
    ///
    /// # Errors
    /// Fails when no answer comes.
    pub async fn send_raw(
        &self,
        body: Vec<u8>,
        signature: Option<&str>,
    ) -> Result<Delivery, SendError> {
        let mut headers = vec![
            ("accept", "application/json"),
            ("accept-encoding", "UTF-8"),
            ("content-type", "application/json; charset=UTF-8"),
            ("user-agent", "RingCentral-Webhook/8.3"),
        ];
        headers.extend(
            self.token
                .as_deref()
                .map(|token| ("Verification-Token", token)),
        );
        headers.extend(signature.map(|signature| ("X-RingCentral-Signature", signature)));
        self.post(&headers, body).await
    }

    pub(super) async fn post(
        &self,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Delivery, SendError> {
        let started = Instant::now();
        let mut request = self.client.post(&self.address).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.map_err(SendError::NoAnswer)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response
            .bytes()
            .await
            .map_err(SendError::NoAnswer)?
            .to_vec();
        Ok(Delivery {
            status,
            headers,
            body,
            took: started.elapsed(),
        })
    }
}

/// Computes `X-RingCentral-Signature`: hex HMAC-SHA256 of the raw body.
///
/// RingCentral itself sends no such header; relays and test tools do.
pub fn signature(secret: &str, body: &[u8]) -> String {
    // Any key length is good for HMAC, so the error cannot happen and an empty result would be refused.
    Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map(|mac| hex::encode(mac.chain_update(body).finalize().into_bytes()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signature_is_that_of_rfc_4231_case_2() {
        let made = signature("Jefe", b"what do ya want for nothing?");
        assert_eq!(
            made,
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
