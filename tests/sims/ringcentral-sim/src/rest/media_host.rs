//! The media host: the bytes of recordings, whole or in ranges, and what can go wrong on the way.
//!
//! Owns a listener of its own; the server starts it. It never makes a recording.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use futures_util::stream::{self, Stream, StreamExt as _};
use tokio::time::{Instant, sleep_until};

use super::error::ApiError;
use super::exchange::Exchange;
use super::gate::{Group, gated};

/// Says what goes wrong with one download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaFault {
    /// Sends so many bytes at a time with a pause behind each.
    Slow(usize, Duration),
    /// Closes the connection after so many bytes of what was announced.
    Cut(usize),
    /// Answers 404 with CMN-102, as when the recording's time is up.
    Gone,
    /// Answers 200 with a web page instead of audio.
    ErrorPage,
    /// Announces so many bytes more than it sends, and closes the connection.
    WrongLength(u64),
    /// Sends so many bytes of zeros without announcing a length.
    Oversized(u64),
    /// Answers 429 with `Retry-After` of so many seconds.
    Limited(u64),
    /// Answers 503 with CMN-201.
    Unavailable,
    /// Revokes all tokens after so many bytes and closes the connection.
    TokenExpires(usize),
    /// Answers 200 with everything where a range was asked for.
    IgnoresRange,
}

/// Limits what is sent at once where nothing else does.
const PIECE: usize = 16_384;

pub(super) fn router(exchange: &Exchange) -> Router {
    let path = "/restapi/v1.0/account/{account}/recording/{recording}/content";
    Router::new()
        .route(path, gated(get(content), exchange, Group::Heavy))
        .fallback(async || ApiError::new(404, "CMN-120", "Unknown URI"))
        .with_state(exchange.clone())
}

async fn content(
    State(exchange): State<Exchange>,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (bytes, content_type, fault) = {
        let mut state = exchange.state();
        let found = state.recordings.iter_mut().find(|one| one.id == id);
        let plan = &mut found
            .ok_or_else(|| ApiError::not_found("recordingId"))?
            .plan;
        let fault = (!plan.faults.is_empty()).then(|| plan.faults.remove(0));
        (plan.content.clone(), plan.content_type.clone(), fault)
    };
    match fault {
        Some(MediaFault::Gone) => return Err(ApiError::not_found("recordingId")),
        Some(MediaFault::ErrorPage) => {
            return Ok(Html("<html><body>Please sign in</body></html>").into_response());
        }
        Some(MediaFault::Limited(seconds)) => {
            let answer = ApiError::new(429, "CMN-301", "Request rate exceeded");
            return Ok(([(header::RETRY_AFTER, seconds.to_string())], answer).into_response());
        }
        Some(MediaFault::Unavailable) => {
            let message = "Service Temporary Unavailable";
            return Err(ApiError::new(503, "CMN-201", message));
        }
        _ => {}
    }
    let asked = headers
        .get(header::RANGE)
        .filter(|_| fault != Some(MediaFault::IgnoresRange))
        .and_then(|value| range(value.to_str().ok()?, bytes.len()));
    let mut response = match asked {
        None => whole(&exchange, bytes, fault),
        Some(None) => {
            let total = format!("bytes */{}", bytes.len());
            return Ok((
                StatusCode::RANGE_NOT_SATISFIABLE,
                [(header::CONTENT_RANGE, total)],
            )
                .into_response());
        }
        Some(Some((from, to))) => {
            let place = format!("bytes {from}-{to}/{}", bytes.len());
            let mut response = whole(&exchange, bytes.slice(from..=to), fault);
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            set(&mut response, header::CONTENT_RANGE, &place);
            response
        }
    };
    set(&mut response, header::CONTENT_TYPE, &content_type);
    set(&mut response, header::ACCEPT_RANGES, "bytes");
    Ok(response)
}

fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// Reads `bytes=a-b`, `bytes=a-` and `bytes=-n` (RFC 9110 section 14.1.2): nothing if it is no such range, an
/// empty inside if it lies outside.
fn range(value: &str, length: usize) -> Option<Option<(usize, usize)>> {
    let (first, last) = value.strip_prefix("bytes=")?.split_once('-')?;
    let end = length.checked_sub(1);
    if first.is_empty() {
        let count: usize = last.parse().ok()?;
        return Some(
            end.filter(|_| count > 0)
                .map(|end| (length.saturating_sub(count), end)),
        );
    }
    let from: usize = first.parse().ok()?;
    let to = match last {
        "" => end,
        last => Some(last.parse().ok()?),
    };
    let place = end.zip(to).filter(|(end, _)| from <= *end);
    Some(
        place
            .map(|(end, to)| (from, to.min(end)))
            .filter(|(from, to)| from <= to),
    )
}

/// Answers 200 with these bytes, as far as the fault lets them through.
fn whole(exchange: &Exchange, bytes: Bytes, fault: Option<MediaFault>) -> Response {
    let length = bytes.len();
    let (announced, body) = match fault {
        Some(MediaFault::Slow(piece, pause)) => (Some(length), slow(bytes, piece, pause)),
        Some(MediaFault::Cut(after)) => (
            Some(length),
            broken_off(bytes.slice(..after.min(length)), || {}),
        ),
        Some(MediaFault::TokenExpires(after)) => {
            let exchange = exchange.clone();
            let part = bytes.slice(..after.min(length));
            (
                Some(length),
                broken_off(part, move || exchange.revoke_tokens()),
            )
        }
        Some(MediaFault::WrongLength(more)) => {
            let more = usize::try_from(more).unwrap_or(usize::MAX);
            (Some(length.saturating_add(more)), broken_off(bytes, || {}))
        }
        Some(MediaFault::Oversized(total)) => (None, zeros(total)),
        _ => (Some(length), Body::from(bytes)),
    };
    let mut response = Response::new(body);
    if let Some(length) = announced {
        set(&mut response, header::CONTENT_LENGTH, &length.to_string());
    }
    response
}

fn pieces(bytes: Bytes, size: usize) -> impl Stream<Item = std::io::Result<Bytes>> {
    stream::unfold(bytes, move |mut rest| async move {
        let piece = rest.split_to(size.clamp(1, rest.len().max(1)).min(rest.len()));
        (!piece.is_empty()).then_some((Ok(piece), rest))
    })
}

fn slow(bytes: Bytes, size: usize, pause: Duration) -> Body {
    Body::from_stream(pieces(bytes, size).then(move |piece| async move {
        sleep_until(Instant::now() + pause).await;
        piece
    }))
}

/// Sends these bytes, does something, and closes the connection as if more had been to come.
fn broken_off(bytes: Bytes, then: impl FnOnce() + Send + 'static) -> Body {
    let end = stream::once(async move {
        then();
        // Gives the bytes before a chance to leave: an error would take them along.
        tokio::task::yield_now().await;
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
    });
    Body::from_stream(pieces(bytes, PIECE).chain(end))
}

fn zeros(total: u64) -> Body {
    Body::from_stream(stream::unfold(total, |left| async move {
        let size = left.min(PIECE as u64);
        let piece = Bytes::from_static(&[0; PIECE]).slice(..usize::try_from(size).ok()?);
        (size > 0).then_some((Ok::<_, std::io::Error>(piece), left - size))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        for (text, wanted) in [
            ("bytes=0-1", Some(Some((0, 1)))),
            ("bytes=4-", Some(Some((4, 9)))),
            ("bytes=4-99", Some(Some((4, 9)))),
            ("bytes=-3", Some(Some((7, 9)))),
            ("bytes=-99", Some(Some((0, 9)))),
            ("bytes=10-", Some(None)),
            ("bytes=3-2", Some(None)),
            ("bytes=-0", Some(None)),
            ("bytes=a-b", None),
            ("items=0-1", None),
        ] {
            assert_eq!(range(text, 10), wanted, "{text}");
        }
        assert_eq!(range("bytes=0-", 0), Some(None));
    }
}
