//! The validation handshake that precedes a subscription.
//!
//! Owns its rules (200, same header, small, in time); the REST side and the tool call it. It never retries.

use uuid::Uuid;

use super::delivery::{Delivery, SendError, Sender};

const HEADER: &str = "Validation-Token";
/// Bounds headers plus body of the answer, in bytes.
const ANSWER_BYTES_MAX: usize = 1024;

/// Says what was wrong with the answer to a handshake.
#[derive(Debug, thiserror::Error)]
pub enum HandshakeError {
    /// Nothing came back in three seconds.
    #[error(transparent)]
    NoAnswer(#[from] SendError),
    /// The status was not 200.
    #[error("status {0} instead of 200")]
    Status(u16),
    /// The header was missing or held something else.
    #[error("header validation-token is {0:?} instead of the token")]
    Header(Option<String>),
    /// The answer was too big.
    #[error("answer of {0} bytes, 1024 allowed")]
    TooBig(usize),
}

/// Offers a fresh token to the sender's address and judges the answer.
///
/// # Errors
/// Fails with whatever would make RingCentral refuse the subscription (SUB-525).
pub async fn shake_hands(sender: &Sender) -> Result<(String, Delivery), HandshakeError> {
    let token = Uuid::new_v4().to_string();
    let headers = [
        ("accept", "application/json"),
        ("user-agent", "RingCentral-Webhook/8.3"),
        (HEADER, &token),
    ];
    let answer = sender.post(&headers, Vec::new()).await?;
    if answer.status != 200 {
        return Err(HandshakeError::Status(answer.status));
    }
    let given = answer
        .headers
        .get(HEADER)
        .and_then(|value| value.to_str().ok());
    if given != Some(&token) {
        return Err(HandshakeError::Header(given.map(str::to_owned)));
    }
    let line = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
        name.as_str().len() + value.len() + 4
    };
    let size = answer.headers.iter().map(line).sum::<usize>() + answer.body.len();
    if size > ANSWER_BYTES_MAX {
        return Err(HandshakeError::TooBig(size));
    }
    Ok((token, answer))
}
