//! An answer as a stream of events.
//!
//! Owns the pieces, their order and their pace. Called by the server; it never decides which answer is given.

use crate::faults::{Fault, Held};
use crate::observe::Record;
use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Characters of a piece.
const PIECE: usize = 12;
const COMMENT: &str = ": still at it";

type Sent = Result<Bytes, std::io::Error>;

/// Gives the body of a streamed answer; its end is noted in the record.
pub(crate) fn body(answer: &str, faults: Held, record: Arc<Record>, place: usize) -> Body {
    let (send, pieces) = mpsc::channel::<Sent>(1);
    let events = events(answer, &faults);
    tokio::spawn(async move {
        let whole = deliver(events, &faults, &send).await;
        record.ended(place, whole);
    });
    Body::from_stream(stream::unfold(pieces, |mut pieces| async move {
        Some((pieces.recv().await?, pieces))
    }))
}

/// Lists the events, each without the blank line that ends it.
fn events(answer: &str, faults: &Held) -> Vec<String> {
    if faults.has(Fault::ErrorInStream) {
        let error = json!({ "error": { "message": "overloaded", "type": "server_error" } });
        return vec![format!("data: {error}")];
    }
    let thought = "<think>What is asked? {\"wishes\": [\"book\"]} perhaps.</think>\n";
    let thoughts = if faults.has(Fault::ThinksAloud) {
        thought
    } else {
        ""
    };
    let text: Vec<char> = thoughts.chars().chain(answer.chars()).collect();
    let bare = faults.has(Fault::Bare);
    let mut events = vec![piece(
        json!({ "role": "assistant", "content": "" }),
        None,
        bare,
    )];
    for letters in text.chunks(PIECE) {
        let content: String = letters.iter().collect();
        events.push(piece(json!({ "content": content }), None, bare));
    }
    if faults.has(Fault::GarbagePiece) {
        events.push("data: {\"choices\": [{".to_owned());
    }
    let end = match (bare, faults.has(Fault::CutOff)) {
        (_, true) => "length",
        (true, false) => "eos_token",
        (false, false) => "stop",
    };
    events.push(piece(json!({}), Some(end), bare));
    if faults.has(Fault::UsageWithoutChoices) {
        let usage = json!({ "choices": null, "usage": { "total_tokens": text.len() } });
        events.push(format!("data: {usage}"));
    }
    if !faults.has(Fault::NoDone) && !faults.has(Fault::Endless) {
        events.push("data: [DONE]".to_owned());
    }
    if faults.has(Fault::Comments) || faults.find(slow).is_some() {
        let comment = |event| [COMMENT.to_owned(), event];
        events = events.into_iter().flat_map(comment).collect();
    }
    events
}

fn piece(delta: Value, finish: Option<&str>, bare: bool) -> String {
    let choice = json!({ "index": 0, "delta": delta, "finish_reason": finish, "logprobs": null });
    let piece = if bare {
        json!({ "choices": [choice], "x_server": { "queue": 0 } })
    } else {
        json!({
            "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_795_000_000,
            "model": "sim", "system_fingerprint": null, "choices": [choice],
        })
    };
    format!("data: {piece}")
}

fn slow(fault: &Fault) -> Option<Duration> {
    match fault {
        Fault::SlowPieces(wait) => Some(*wait),
        _ => None,
    }
}

/// Sends the events; tells whether the client took them all.
#[expect(
    clippy::disallowed_methods,
    reason = "slowness is the fault that was asked for"
)]
async fn deliver(events: Vec<String>, faults: &Held, send: &mpsc::Sender<Sent>) -> bool {
    let drop_after = faults.find(|fault| match fault {
        Fault::DropAfter(pieces) => Some(*pieces),
        _ => None,
    });
    let wait = faults.find(slow);
    let octets = faults.has(Fault::SingleOctets);
    let line_end = if octets { "\r\n" } else { "\n" };
    for (number, event) in events.iter().enumerate() {
        if drop_after == Some(number) {
            let cut = std::io::Error::new(std::io::ErrorKind::ConnectionAborted, "cut");
            let _ = send.send(Err(cut)).await;
            return false;
        }
        if let Some(wait) = wait {
            tokio::time::sleep(wait).await;
        }
        let event = Bytes::from(format!("{event}{line_end}{line_end}"));
        let size = if octets { 1 } else { event.len() };
        for at in (0..event.len()).step_by(size) {
            if send.send(Ok(event.slice(at..at + size))).await.is_err() {
                return false;
            }
        }
    }
    while faults.has(Fault::Endless) {
        let more = piece(json!({ "content": "and so on " }), None, false);
        let more = Bytes::from(format!("{more}\n\n"));
        if send.send(Ok(more)).await.is_err() {
            return false;
        }
    }
    true
}
