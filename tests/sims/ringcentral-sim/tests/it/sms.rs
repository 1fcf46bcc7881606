//! Texts: what is taken, what is refused, and answers that never come.

use std::time::Duration;

use reqwest::Method;
use ringcentral_sim::rest::{RestConfig, RestFault, RestServer};
use serde_json::{Value, json};

use crate::rest::{http, rest, token};

const SMS: &str = "/restapi/v1.0/account/~/extension/~/sms";

fn text(from: &str, to: &str, text: &str) -> Value {
    json!({ "from": { "phoneNumber": from }, "to": [{ "phoneNumber": to }], "text": text })
}

async fn stage() -> (RestServer, String) {
    let server = RestServer::start(RestConfig::default()).await.unwrap();
    let token = token(&server.url()).await;
    (server, token)
}

#[tokio::test]
async fn a_text_is_taken_and_read_back() {
    let (server, token) = stage().await;
    let url = server.url();
    let path = "/restapi/v1.0/account/~/extension/~/phone-number";
    let (_, numbers) = rest(&url, &token, Method::GET, path, None).await;
    let features = numbers["records"][0]["features"].as_array().unwrap();
    assert!(features.contains(&json!("SmsSender")));
    let from = numbers["records"][0]["phoneNumber"].as_str().unwrap();
    let body = text(from, "+15557654321", "Your table is booked.");
    let (status, sent) = rest(&url, &token, Method::POST, SMS, Some(body)).await;
    assert_eq!((status, &sent["messageStatus"]), (200, &json!("Queued")));
    assert_eq!(server.exchange().texts()[0].text, "Your table is booked.");
    let id = sent["id"].to_string();
    server.exchange().set_text_status(&id, "Delivered");
    let path = format!("/restapi/v1.0/account/~/extension/~/message-store/{id}");
    let (_, read) = rest(&url, &token, Method::GET, &path, None).await;
    assert_eq!(
        (
            &read["messageStatus"],
            &read["subject"],
            &read["to"][0]["phoneNumber"]
        ),
        (
            &json!("Delivered"),
            &json!("Your table is booked."),
            &json!("+15557654321")
        )
    );
    let path = "/restapi/v1.0/account/~/extension/~/message-store?phoneNumber=%2B15557654321";
    let (_, list) = rest(&url, &token, Method::GET, path, None).await;
    assert_eq!(list["records"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn texts_are_refused_as_the_service_refuses_them() {
    let (server, token) = stage().await;
    let own = "+15551230001";
    for (body, status, code) in [
        (text("+15550000000", "+15557654321", "a"), 403, "MSG-304"),
        (text(own, "nobody", "a"), 400, "CMN-101"),
        (text(own, "+15557654321", ""), 400, "CMN-101"),
        (text(own, "+15557654321", &"é".repeat(1001)), 400, "CMN-101"),
        (text(own, "+15557654321", &"🙂".repeat(501)), 400, "CMN-101"),
    ] {
        let answer = rest(&server.url(), &token, Method::POST, SMS, Some(body)).await;
        assert_eq!((answer.0, &answer.1["errorCode"]), (status, &json!(code)));
    }
    assert!(server.exchange().texts().is_empty());
    let longest = text(own, "+15557654321", &"🙂".repeat(500));
    let answer = rest(&server.url(), &token, Method::POST, SMS, Some(longest)).await;
    assert_eq!(answer.0, 200);
}

#[tokio::test]
async fn a_failure_says_nothing_of_whether_the_text_was_taken() {
    let (server, token) = stage().await;
    let url = server.url();
    let body = || text("+15551230001", "+15557654321", "once");
    for (fault, status, taken) in [
        (RestFault::Unavailable, 503, 0),
        (RestFault::Limited(9), 429, 0),
        (RestFault::Page(502), 502, 0),
        (RestFault::BrokenAfter, 500, 1),
    ] {
        server.exchange().fail_next("/sms", fault, 1);
        let answer = rest(&url, &token, Method::POST, SMS, Some(body())).await;
        assert_eq!((answer.0, server.exchange().texts().len()), (status, taken));
    }
    for (fault, taken) in [(RestFault::Silent, 1), (RestFault::SilentAfter, 2)] {
        server.exchange().fail_next("/sms", fault, 1);
        let request = http()
            .post(format!("{url}{SMS}"))
            .bearer_auth(&token)
            .header("content-type", "application/json")
            .timeout(Duration::from_millis(300))
            .body(body().to_string());
        assert!(request.send().await.unwrap_err().is_timeout());
        assert_eq!(server.exchange().texts().len(), taken);
    }
}
