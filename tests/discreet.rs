//! What the log tells of a call at its most talkative: nothing of who called, what was said, or which keys open doors; and
//! on each line of a call which call it is.
//! A binary of its own, because a process has one log.

use llm_sim::{Fault, LlmSim};
use maitred::config::{Log, LogFormat};
use maitred::telemetry::start_logs_to;
use maitred_harness::Setup;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

/// A log that is kept in memory.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_tells_nothing_of_the_caller_and_no_key() -> std::io::Result<()> {
    let kept = Kept::default();
    let writer = kept.clone();
    let log = Log {
        format: LogFormat::Json,
        level: "trace".to_owned(),
        traces: None,
    };
    start_logs_to(&log, move || writer.clone(), false);
    let model = refusing_model().await?;
    let house = Setup::default()
        .with("LLM_URL", model.url())
        .with("LLM_MODEL", "sim")
        .with("LLM_API_KEY", model.key())
        .open()
        .await;
    let mut caller = house.caller().await;
    caller.hears("How can I help you?").await;
    caller
        .says("I reckon Zebediah will love every bit of it")
        .await;
    caller.hears("Would you like to book a party?").await;
    assert_eq!(model.requests().len(), 1);
    caller
        .says("book June sixth at six pm for twelve people under the name Zebediah Quill")
        .await;
    caller.hears("Is that right?").await;
    caller.says("yes").await;
    caller.hears("Goodbye.").await;
    caller.is_let_go().await;
    let from = "+15557650000";
    assert_eq!(house.bookings_of(from).await.len(), 1);
    let record = house.record_of(from).await;
    let call = record["call_id"].as_str().unwrap_or_default().to_owned();
    let voice = serde_json::json!({ "greeting": "Good evening from Zebediah." });
    assert_eq!(house.send("PATCH", "/api/v1/settings", &voice).await.0, 200);
    let key = house.deepgram.key().to_owned();
    house.close().await;
    let text = kept.text();
    each_line_names_its_call(&text, &call);
    assert!(text.contains("maitred"), "nothing was logged");
    for secret in [
        "5557650000",
        "Zebediah",
        "Quill",
        key.as_str(),
        model.key(),
        "a secret of the tests",
    ] {
        let line = text.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret:?} is in the log: {line:?}");
    }
    Ok(())
}

/// A language model that refuses every request, and repeats it in its refusal.
async fn refusing_model() -> std::io::Result<LlmSim> {
    let model = LlmSim::start().await?;
    model.set(Fault::Status(500));
    Ok(model)
}

/// Fails unless every line of the call's own actors names the call, and lines were written under the span of a turn.
fn each_line_names_its_call(text: &str, call: &str) {
    let of_the_call = ["maitred_actors::call", "maitred_actors::voice"];
    let (mut named, mut turns) = (0, 0);
    for line in text.lines() {
        let read = serde_json::from_str::<serde_json::Value>(line);
        assert!(read.is_ok(), "a line is no JSON: {line}");
        let line = read.unwrap_or_default();
        let target = line["target"].as_str().unwrap_or_default();
        let spans = line["spans"].as_array().cloned().unwrap_or_default();
        let is_named = line["call.id"] == call || spans.iter().any(|span| span["call.id"] == call);
        named += usize::from(is_named);
        turns += usize::from(spans.iter().any(|span| span["name"] == "turn"));
        if of_the_call.iter().any(|ours| target.starts_with(ours)) {
            assert!(is_named, "a line of a call names none: {line}");
        }
    }
    assert!(
        named > 0 && turns > 0,
        "{named} lines of the call, {turns} of a turn"
    );
}
