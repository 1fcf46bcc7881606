//! Deliveries as they come over the wire: handshake, proof, form, repetition, and floods.

use maitred_harness::House;
use reqwest::header::CONTENT_TYPE;
use ringcentral_sim::webhook::{Session, signature};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const PATH: &str = "/api/v1/ringcentral/webhooks/events";
const SECRET: &str = "a secret of the tests";
const MIB: usize = 1 << 20;

fn url(house: &House) -> String {
    format!("http://{}{PATH}", house.server.http)
}

/// A ringing call of its own, under this `uuid`.
fn ringing(uuid: &str, from: &str) -> Vec<u8> {
    let event = Session::inbound(from, "+15551230001")
        .extension_events()
        .remove(1);
    let mut event = event.into_json();
    event["uuid"] = json!(uuid);
    event.to_string().into_bytes()
}

/// Delivers with a signature; gives status and body.
async fn deliver(url: &str, body: Vec<u8>) -> (u16, Value) {
    let request = reqwest::Client::new()
        .post(url)
        .header(CONTENT_TYPE, "application/json; charset=UTF-8")
        .header("X-RingCentral-Signature", signature(SECRET, &body));
    let answer = request.body(body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn calls(house: &House) -> usize {
    let calls = house.get("/api/v1/calls?limit=200").await;
    calls["items"].as_array().unwrap().len()
}

async fn end(house: House) {
    // Calls that were only reported have nobody to hang up.
    house.server.stop(std::time::Duration::ZERO).await;
}

/// Sends bytes and gives all that comes back, as it is on the wire.
async fn raw(house: &House, head: &str, body: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(house.server.http).await.unwrap();
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nHost: maitred\r\nConnection: close\r\nContent-Length: {}\r\n{head}\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn the_handshake_is_answered_as_ringcentral_wants_it() {
    let house = House::open().await;
    for token in ["7e2f1c", "with \"quotes\" and \\", &"t".repeat(300)] {
        // Even a signed event within it has no effect.
        let body = ringing("1", "+15557660001");
        let signed = signature(SECRET, &body);
        let head = format!(
            "Validation-Token: {token}\r\nContent-Type: application/json\r\nX-RingCentral-Signature: {signed}\r\n"
        );
        let answer = raw(&house, &head, &body).await;
        assert!(answer.len() < 1024, "{} bytes", answer.len());
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let head = head.to_ascii_lowercase();
        assert!(head.starts_with("http/1.1 200 "), "{head}");
        assert!(
            head.contains("\r\ncontent-type: application/json\r\n"),
            "{head}"
        );
        let header = format!("\r\nvalidation-token: {}\r\n", token.to_ascii_lowercase());
        assert!(head.contains(&header), "{head}");
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!(
            body,
            json!({ "validation-token": token, "status": "validated" })
        );
    }
    let empty = raw(&house, "Validation-Token: 7e2f1c\r\n", b"").await;
    assert!(empty.starts_with(b"HTTP/1.1 200 "), "as it really comes");
    assert_eq!(calls(&house).await, 0);
    end(house).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_validation_token_that_cannot_be_echoed_is_refused() {
    let house = House::open().await;
    for token in [&"t".repeat(400), &"\"".repeat(250), "t\u{e9}t", ""] {
        let answer = raw(&house, &format!("Validation-Token: {token}\r\n"), b"").await;
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        assert!(
            answer
                .ends_with("{\"error\":\"validation token is not a short text of visible ASCII\"}"),
            "{answer}"
        );
    }
    end(house).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_uuid_that_was_taken_has_no_effect_again() {
    let house = House::open().await;
    let first = deliver(&url(&house), ringing("1", "+15557660002")).await;
    assert_eq!(first, (200, json!({ "status": "accepted" })));
    house.record_where("+15557660002", |_| true).await;
    // Of another session, so that nothing but the uuid can hold it back.
    for _ in 0..2 {
        let again = deliver(&url(&house), ringing("1", "+15557660003")).await;
        assert_eq!(again, (200, json!({ "status": "duplicate" })));
    }
    let other = deliver(&url(&house), ringing("2", "+15557660004")).await;
    assert_eq!(other.1["status"], "accepted");
    assert_eq!(calls(&house).await, 2);
    end(house).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_copies_at_once_one_acts() {
    let house = House::open().await;
    let mut sending = tokio::task::JoinSet::new();
    for number in 0..30 {
        let (url, body) = (url(&house), ringing("1", &format!("+155576601{number:02}")));
        sending.spawn(async move { deliver(&url, body).await });
    }
    let answers = sending.join_all().await;
    assert!(
        answers.iter().all(|(status, _)| *status == 200),
        "{answers:?}"
    );
    let accepted = answers
        .iter()
        .filter(|(_, body)| body["status"] == "accepted")
        .count();
    assert_eq!((accepted, calls(&house).await), (1, 1));
    end(house).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_written_is_taken_when_it_comes_again() {
    let house = House::open().await;
    let body = ringing("1", "+15557660005");
    // The journal cannot write while somebody else does.
    let blocking = house.server.database().begin_write().await.unwrap();
    let (status, answer) = deliver(&url(&house), body.clone()).await;
    assert_eq!(status, 503, "{answer}");
    blocking.rollback().await.unwrap();
    let (status, answer) = deliver(&url(&house), body.clone()).await;
    assert_eq!((status, answer), (200, json!({ "status": "accepted" })));
    let (_, answer) = deliver(&url(&house), body).await;
    assert_eq!(answer, json!({ "status": "duplicate" }));
    house.record_where("+15557660005", |_| true).await;
    assert_eq!(calls(&house).await, 1);
    end(house).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_form_has_a_clear_answer() {
    let house = House::open().await;
    let good = ringing("1", "+15557660006");
    let mut largest = good.clone();
    largest.resize(MIB, b' ');
    let mut too_large = largest.clone();
    too_large.push(b' ');
    let table: [(&str, &str, Vec<u8>, u16); 7] = [
        ("POST", "text/plain", good.clone(), 415),
        ("POST", "application/jsonp", good.clone(), 415),
        ("POST", "application/json", b"{".to_vec(), 400),
        (
            "POST",
            "application/json",
            br#"{"body":{"parties":[{}]}}"#.to_vec(),
            400,
        ),
        ("POST", "application/json", too_large, 413),
        ("GET", "application/json", Vec::new(), 405),
        ("POST", "Application/JSON;charset=utf-8", largest, 200),
    ];
    for (method, content_type, body, expected) in table {
        let answer = reqwest::Client::new()
            .request(method.parse().unwrap(), url(&house))
            .header(CONTENT_TYPE, content_type)
            .header("X-RingCentral-Signature", signature(SECRET, &body))
            .body(body)
            .send()
            .await
            .unwrap();
        let status = answer.status().as_u16();
        let body: Value = answer.json().await.unwrap();
        assert_eq!(status, expected, "{method} {content_type} {body}");
        assert!(expected == 200 || body["error"].is_string(), "{body}");
    }
    assert_eq!(calls(&house).await, 1, "only the good one acts");
    end(house).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_forgeries_does_not_touch_what_carries_a_proof() {
    let house = House::open().await;
    let forge = |url: String| async move {
        let request = reqwest::Client::new()
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("Verification-Token", "a guess");
        let answer = request
            .body(ringing("1", "+15557660007"))
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let mut flood = tokio::task::JoinSet::new();
    for _ in 0..150 {
        flood.spawn(forge(url(&house)));
    }
    let session = Session::inbound("+15557660008", "+15551230001");
    for event in session.extension_events() {
        let genuine = event.json().to_string().into_bytes();
        let (status, answer) = deliver(&url(&house), genuine).await;
        assert_eq!((status, &answer["status"]), (200, &json!("accepted")));
    }
    let answers = flood.join_all().await;
    let count = |status| answers.iter().filter(|one| one.0 == status).count();
    assert!(
        count(401) >= 20 && count(429) > 0,
        "{} {}",
        count(401),
        count(429)
    );
    assert_eq!(count(401) + count(429), 150);
    assert!(answers.contains(&(
        401,
        r#"{"error":"verification token is not ours"}"#.to_owned()
    )));
    let metrics = house.text("/metrics").await;
    for (result, count) in [("wrong_token", count(401)), ("rate_limited", count(429))] {
        let line = format!("maitred_webhook_deliveries_total{{result=\"{result}\"}} {count}");
        assert!(metrics.contains(&line), "{line} is missing in\n{metrics}");
    }
    house.record_of("+15557660008").await;
    assert_eq!(calls(&house).await, 1, "no forgery made a call");
    end(house).await;
}
