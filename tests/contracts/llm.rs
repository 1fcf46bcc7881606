//! The language model's client against `llm-sim`: every dialect it must survive, and every way to fail.

use llm_sim::{Fault, LlmSim, SimConfig};
use maitred::adapters::language::{ChatCompletions, ChatConfig};
use maitred_actors::ports::language::{Error, Language, Request, Shape};
use secrecy::SecretString;
use serde_json::json;
use std::time::Duration;

/// Time in which anything that is waited for must have come.
const DEADLINE: Duration = Duration::from_secs(30);
const ANSWER: &str =
    "{\"wishes\": [\"book\"], \"slots\": [], \"question\": false, \"note\": \"Füße, señor\"}";
/// Words that must never be told again in an error.
const SAID: &str = "my name is Maria Delgado";

struct Bench {
    sim: LlmSim,
    client: ChatCompletions,
}

impl Bench {
    async fn open() -> Self {
        maitred::install_crypto();
        let sim = LlmSim::start().await.unwrap();
        sim.answer("", ANSWER);
        let client = client(&sim, Some(sim.key()));
        Self { sim, client }
    }

    async fn with(faults: &[Fault]) -> Self {
        let bench = Self::open().await;
        faults.iter().for_each(|fault| bench.sim.set(*fault));
        bench
    }

    async fn asks(&self) -> Result<String, Error> {
        self.client.write(request(DEADLINE)).await
    }

    async fn fails(faults: &[Fault]) -> Error {
        let bench = Self::with(faults).await;
        let error = bench.asks().await.unwrap_err();
        let told = format!("{error} {error:?}");
        assert!(!told.contains("Maria"), "{told}");
        assert!(!told.contains(bench.sim.key()), "{told}");
        error
    }
}

fn client(sim: &LlmSim, key: Option<&str>) -> ChatCompletions {
    let client = ChatCompletions::new(ChatConfig {
        url: sim.url(),
        model: "a-model".to_owned(),
        key: key.map(|key| SecretString::from(key.to_owned())),
        live_wait: Duration::from_secs(1),
    });
    client.unwrap()
}

fn request(within: Duration) -> Request {
    Request {
        rules: "Fill the form.".to_owned(),
        given: SAID.to_owned(),
        shape: Some(Shape {
            name: "reading",
            schema: json!({ "type": "object" }),
        }),
        tokens_max: 100,
        within,
    }
}

#[tokio::test]
async fn a_request_is_written_as_the_vendor_documents_it() {
    let bench = Bench::open().await;
    assert_eq!(bench.asks().await, Ok(ANSWER.to_owned()));
    let seen = bench.sim.requests();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].body["model"], "a-model");
    assert_eq!(seen[0].message("system"), "Fill the form.");
    assert_eq!(seen[0].message("user"), SAID);
    let format = &seen[0].body["response_format"];
    assert_eq!(format["type"], "json_schema");
    assert_eq!(format["json_schema"]["schema"], json!({ "type": "object" }));
    assert_eq!(seen[0].body["max_completion_tokens"], 100);
}

#[tokio::test]
async fn a_server_without_a_key_is_sent_none() {
    maitred::install_crypto();
    let config = SimConfig {
        key: None,
        ..SimConfig::default()
    };
    let sim = LlmSim::start_with(config).await.unwrap();
    sim.answer("", ANSWER);
    let answer = client(&sim, None).write(request(DEADLINE)).await;
    assert_eq!(answer, Ok(ANSWER.to_owned()));
}

#[tokio::test]
async fn an_answer_is_the_same_in_every_dialect() {
    for faults in [
        vec![Fault::NoDone],
        vec![Fault::UsageWithoutChoices],
        vec![Fault::Comments],
        vec![Fault::SingleOctets],
        vec![Fault::Bare, Fault::NoDone],
        vec![Fault::Whole],
        vec![Fault::ThinksAloud],
        vec![Fault::SlowFirstByte(Duration::from_millis(30))],
        vec![Fault::SlowPieces(Duration::from_millis(5))],
    ] {
        let bench = Bench::with(&faults).await;
        assert_eq!(bench.asks().await, Ok(ANSWER.to_owned()), "{faults:?}");
    }
}

#[tokio::test]
async fn a_server_that_refuses_the_form_is_asked_in_plainer_words_and_from_then_on() {
    let bench = Bench::with(&[Fault::RefusesAllButMessages]).await;
    for _ in 0..2 {
        assert_eq!(bench.asks().await, Ok(ANSWER.to_owned()));
    }
    let seen = bench.sim.requests();
    let statuses: Vec<u16> = seen.iter().map(|one| one.status).collect();
    assert_eq!(statuses, [400, 400, 200, 200]);
    assert_eq!(seen[1].body["response_format"]["type"], "json_object");
    assert_eq!(seen[1].body["max_tokens"], 100);
    let told = seen[3].message("system");
    assert!(told.contains("JSON") && told.contains("schema"), "{told}");
}

#[tokio::test]
async fn a_refusal_is_told_by_its_status_whatever_shape_it_has() {
    for in_list in [false, true] {
        let fails = |status: u16| async move {
            let mut faults = vec![Fault::Status(status)];
            faults.extend(in_list.then_some(Fault::ErrorInList));
            Bench::fails(&faults).await
        };
        assert_eq!(fails(401).await, Error::Unauthorised(401));
        assert_eq!(fails(403).await, Error::Unauthorised(403));
        assert_eq!(fails(429).await, Error::RateLimited);
        let down = Error::Unreachable("500 server_error".to_owned());
        assert_eq!(fails(500).await, down);
        let bad = Error::BadRequest("400 invalid_request_error".to_owned());
        assert_eq!(fails(400).await, bad);
        assert!(matches!(fails(404).await, Error::BadRequest(_)));
    }
}

#[tokio::test]
async fn a_wrong_key_is_refused_and_not_told() {
    let bench = Bench::open().await;
    let wrong = client(&bench.sim, Some("sk-wrong-key"));
    let error = wrong.write(request(DEADLINE)).await.unwrap_err();
    assert_eq!(error, Error::Unauthorised(401));
    assert!(!format!("{wrong:?}").contains("sk-wrong-key"));
}

#[tokio::test]
async fn what_is_no_whole_answer_is_none() {
    for fault in [
        Fault::DropAfter(3),
        Fault::GarbagePiece,
        Fault::WebPage,
        Fault::CutOff,
        Fault::Endless,
    ] {
        let error = Bench::fails(&[fault]).await;
        assert!(matches!(error, Error::Broken(_)), "{fault:?}: {error:?}");
    }
    let error = Bench::fails(&[Fault::ErrorInStream]).await;
    assert!(matches!(error, Error::Unreachable(_)), "{error:?}");
    let bench = Bench::open().await;
    bench.sim.answer("", "");
    assert!(matches!(bench.asks().await, Err(Error::Broken(_))));
}

#[tokio::test]
async fn an_answer_that_is_late_is_given_up_and_its_request_ended() {
    let within = Duration::from_millis(200);
    for fault in [
        Fault::SlowFirstByte(DEADLINE),
        Fault::SlowPieces(Duration::from_millis(150)),
    ] {
        let bench = Bench::with(&[fault]).await;
        let answer = bench.client.write(request(within)).await;
        assert_eq!(answer, Err(Error::Late(within)), "{fault:?}");
    }
    let bench = Bench::with(&[Fault::SlowPieces(Duration::from_millis(50))]).await;
    bench.sim.answer("", &"a long answer ".repeat(100));
    let answer = bench.client.write(request(within)).await;
    assert_eq!(answer, Err(Error::Late(within)));
    let cut = |seen: &[llm_sim::Seen]| seen[0].whole == Some(false);
    bench.sim.until(cut, DEADLINE).await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told() {
    let bench = Bench::open().await;
    let client = client(&bench.sim, None);
    drop(bench);
    let error = client.write(request(DEADLINE)).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable(_)), "{error:?}");
}
