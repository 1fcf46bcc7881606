//! The simulator as a client sees it, by a plain HTTP client.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use llm_sim::{Fault, LlmSim};
use serde_json::{Value, json};
use std::time::Duration;

fn request(words: &str) -> Value {
    json!({ "model": "sim", "stream": true, "messages": [
        { "role": "system", "content": "be good" },
        { "role": "user", "content": words },
    ] })
}

async fn ask(sim: &LlmSim, key: &str, body: &Value) -> (u16, Result<String, reqwest::Error>) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/chat/completions", sim.url());
    let sent = client.post(url).bearer_auth(key).json(body).send();
    let answer = sent.await.unwrap();
    (answer.status().as_u16(), answer.text().await)
}

/// Puts the pieces of a stream together.
fn text(stream: &str) -> String {
    let data = stream
        .lines()
        .filter_map(|line| line.strip_prefix("data: "));
    data.filter_map(|data| serde_json::from_str::<Value>(data).ok())
        .filter_map(|piece| {
            piece["choices"][0]["delta"]["content"]
                .as_str()
                .map(str::to_owned)
        })
        .collect()
}

#[tokio::test]
async fn an_answer_comes_in_pieces_and_ends_with_its_mark() {
    let sim = LlmSim::start().await.unwrap();
    sim.answer("", "something else");
    sim.answer("insured", "Yes, we are insured, for everything.");
    let (status, stream) = ask(&sim, sim.key(), &request("Are you INSURED?")).await;
    let stream = stream.unwrap();
    assert_eq!(status, 200);
    assert_eq!(text(&stream), "Yes, we are insured, for everything.");
    assert!(stream.matches("data: ").count() > 4, "{stream}");
    assert!(stream.ends_with("data: [DONE]\n\n"), "{stream}");
    let (_, other) = ask(&sim, sim.key(), &request("hello")).await;
    assert_eq!(text(&other.unwrap()), "something else");
    let whole = |seen: &[llm_sim::Seen]| seen.iter().all(|one| one.whole == Some(true));
    sim.until(whole, Duration::from_secs(5)).await.unwrap();
    assert_eq!(sim.requests()[1].message("user"), "hello");
}

#[tokio::test]
async fn a_wrong_key_and_a_wrong_request_are_refused() {
    let sim = LlmSim::start().await.unwrap();
    assert_eq!(ask(&sim, "another", &request("hello")).await.0, 401);
    assert_eq!(
        ask(&sim, sim.key(), &json!({ "model": "sim" })).await.0,
        400
    );
    sim.set(Fault::RefusesFormat);
    let mut formed = request("hello");
    formed["response_format"] = json!({ "type": "json_object" });
    assert_eq!(ask(&sim, sim.key(), &formed).await.0, 400);
    assert_eq!(ask(&sim, sim.key(), &request("hello")).await.0, 200);
    sim.set(Fault::Status(429));
    let (status, body) = ask(&sim, sim.key(), &request("hello")).await;
    assert_eq!(status, 429);
    assert!(body.unwrap().contains("rate_limit_exceeded"));
}

#[tokio::test]
async fn an_answer_may_name_a_numbered_line_of_the_request() {
    let sim = LlmSim::start().await.unwrap();
    sim.answer("", "see {line:two eggs} and {line:ham}");
    let words = "1. one egg\n2. two eggs";
    let (_, stream) = ask(&sim, sim.key(), &request(words)).await;
    assert_eq!(text(&stream.unwrap()), "see 2 and 0");
}

#[tokio::test]
async fn a_cut_stream_is_no_whole_answer_to_a_client() {
    let sim = LlmSim::start().await.unwrap();
    sim.answer("", "a rather long answer in several pieces");
    sim.set(Fault::DropAfter(2));
    let (status, stream) = ask(&sim, sim.key(), &request("hello")).await;
    assert_eq!(status, 200);
    assert!(stream.is_err(), "{stream:?}");
    sim.clear();
    sim.set(Fault::WebPage);
    let (_, page) = ask(&sim, sim.key(), &request("hello")).await;
    assert!(page.unwrap().contains("<title>"));
}
