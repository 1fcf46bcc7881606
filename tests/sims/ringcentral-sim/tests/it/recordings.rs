//! Recordings during and after a call, the call log that leads to them, and downloads that go wrong.

use std::time::Duration;

use reqwest::{Method, Response, StatusCode};
use ringcentral_sim::rest::{
    Limits, LoggedCall, MediaFault, RecordingPlan, RestConfig, RestServer,
};
use ringcentral_sim::wav;
use ringcentral_sim::webhook::{Party, Session};
use serde_json::{Value, json};

use crate::rest::{http, rest, token};
use crate::webhooks::receiver;

const LOG: &str = "/restapi/v1.0/account/~/extension/~/call-log";

struct Stage {
    server: RestServer,
    token: String,
}

async fn stage(config: RestConfig) -> Stage {
    let limits = Limits {
        heavy: 1000,
        ..Limits::default()
    };
    let server = RestServer::start(RestConfig { limits, ..config })
        .await
        .unwrap();
    let token = token(&server.url()).await;
    Stage { server, token }
}

impl Stage {
    async fn rest(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        rest(&self.server.url(), &self.token, method, path, body).await
    }

    /// Lets a call be answered and tells the path of our party.
    fn answered(&self) -> (Session, String) {
        let session = Session::inbound("+15557654321", "+15551230001");
        let exchange = self.server.exchange();
        // The effects have nobody to go to: the call has no line.
        let _ = exchange.begin(&session);
        let id = session.telephony_session_id.clone();
        exchange.change(&id, Party::Extension, "Proceeding", None);
        exchange.change(&id, Party::Extension, "Answered", None);
        let party = session.party_id(Party::Extension);
        let path = format!("/restapi/v1.0/account/~/telephony/sessions/{id}/parties/{party}");
        (session, path)
    }

    fn end(&self, session: &Session) {
        for party in [Party::Extension, Party::Caller] {
            let id = &session.telephony_session_id;
            self.server
                .exchange()
                .change(id, party, "Disconnected", None);
        }
    }

    async fn log(&self, query: &str) -> Vec<Value> {
        let path = format!("{LOG}?{query}");
        let (status, body) = self.rest(Method::GET, &path, None).await;
        assert_eq!(status, 200, "{body}");
        body["records"].as_array().unwrap().clone()
    }

    /// Plants a recording of 100 000 known bytes that suffers this, and tells where it is downloaded.
    fn planted(&self, faults: &[MediaFault]) -> (Vec<u8>, String) {
        let bytes: Vec<u8> = (0..100_000_u32).map(|at| (at % 251) as u8).collect();
        let plan = RecordingPlan {
            faults: faults.to_vec(),
            ..RecordingPlan::wav(bytes.clone(), 12)
        };
        let id = self.server.exchange().plant_recording("s-1", plan);
        let host = self.server.media_url();
        let uri = format!("{host}/restapi/v1.0/account/400100/recording/{id}/content");
        (bytes, uri)
    }

    async fn download(&self, uri: &str, range: Option<&str>) -> Response {
        let mut request = http().get(uri).bearer_auth(&self.token);
        if let Some(range) = range {
            request = request.header("range", range);
        }
        request.send().await.unwrap()
    }
}

#[tokio::test]
async fn a_recording_is_started_paused_and_found_in_the_log() {
    let stage = stage(RestConfig::default()).await;
    let (address, seen) = receiver().await;
    let body = json!({
        "eventFilters": ["/restapi/v1.0/account/~/extension/~/telephony/sessions"],
        "deliveryMode": { "transportType": "WebHook", "address": address, "verificationToken": "verification" },
    });
    let made = stage
        .rest(Method::POST, "/restapi/v1.0/subscription", Some(body))
        .await;
    assert_eq!(made.0, 200);
    let (session, party) = stage.answered();
    let recordings = format!("{party}/recordings");
    let (status, made) = stage.rest(Method::POST, &recordings, Some(json!({}))).await;
    assert_eq!((status, &made["active"]), (201, &json!(true)));
    let again = stage.rest(Method::POST, &recordings, None).await;
    assert_eq!((again.0, &again.1["errorCode"]), (409, &json!("TAS-102")));
    let id = made["id"].as_str().unwrap().to_owned();
    let pause = Some(json!({ "active": false }));
    let one = format!("{recordings}/{id}");
    let (status, paused) = stage.rest(Method::PATCH, &one, pause.clone()).await;
    assert_eq!(
        (status, paused),
        (200, json!({ "id": id, "active": false }))
    );
    let unknown = format!("{recordings}/1");
    let (status, body) = stage.rest(Method::PATCH, &unknown, pause).await;
    assert_eq!((status, &body["errorCode"]), (404, &json!("CMN-102")));
    let (_, shown) = stage.rest(Method::GET, &party, None).await;
    assert_eq!(shown["recordings"], json!([{ "id": id, "active": false }]));

    assert!(stage.log("").await.is_empty(), "a live call is no record");
    stage.end(&session);
    let by_session = format!("telephonySessionId={}", session.telephony_session_id);
    let records = stage.log(&by_session).await;
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["result"], "Accepted");
    assert_eq!(records[0]["recording"]["id"], json!(id));
    assert_eq!(records[0]["recording"]["type"], "OnDemand");
    assert!(records[0].get("legs").is_none());
    let path = format!("/restapi/v1.0/account/~/recording/{id}");
    let (_, described) = stage.rest(Method::GET, &path, None).await;
    assert_eq!(described["contentType"], "audio/wav");
    let uri = described["contentUri"].as_str().unwrap();
    assert!(uri.starts_with(&stage.server.media_url()));
    let bytes = stage.download(uri, None).await.bytes().await.unwrap();
    assert_eq!(wav::read(&bytes).unwrap().len(), 8000);

    let mut seen = seen.subscribe();
    let all = seen.wait_for(|seen| seen.len() == 6);
    let all = tokio::time::timeout(crate::SOON, all)
        .await
        .unwrap()
        .unwrap();
    let shown = |at: usize| all[at]["body"]["parties"][0]["recordings"].clone();
    assert_eq!(shown(2), Value::Null);
    assert_eq!(shown(3), json!([{ "id": id, "active": true }]));
    assert_eq!(shown(4), json!([{ "id": id, "active": false }]));
}

#[tokio::test]
async fn recording_needs_an_answered_party() {
    let stage = stage(RestConfig::default()).await;
    let session = Session::inbound("+1", "+2");
    let _ = stage.server.exchange().begin(&session);
    let (id, party) = (
        &session.telephony_session_id,
        session.party_id(Party::Extension),
    );
    let base = format!("/restapi/v1.0/account/~/telephony/sessions/{id}/parties");
    let path = format!("{base}/{party}/recordings");
    let (status, body) = stage.rest(Method::POST, &path, None).await;
    assert_eq!((status, &body["errorCode"]), (403, &json!("TAS-101")));
    let path = format!("{base}/p-unknown/recordings");
    let (status, body) = stage.rest(Method::POST, &path, None).await;
    assert_eq!((status, &body["errorCode"]), (404, &json!("CMN-102")));
}

#[tokio::test]
async fn automatic_recordings_show_up_after_some_readings() {
    let stage = stage(RestConfig {
        automatic_recording: true,
        ..RestConfig::default()
    })
    .await;
    stage.server.exchange().delay_call_log(1);
    let (session, party) = stage.answered();
    let (_, shown) = stage.rest(Method::GET, &party, None).await;
    let id = shown["recordings"][0]["id"].as_str().unwrap().to_owned();
    let samples = vec![7_i16; 16_000];
    stage.server.exchange().plant_recording(
        &session.telephony_session_id,
        RecordingPlan {
            id: Some(id.clone()),
            polls: 2,
            ..RecordingPlan::wav(wav::write(&[&samples]), 2)
        },
    );
    stage.end(&session);
    let query = format!("sessionId={}&view=Detailed", session.session_id);
    assert!(stage.log(&query).await.is_empty());
    for _ in 0..2 {
        let records = stage.log(&query).await;
        assert!(records[0].get("recording").is_none());
        assert_eq!(records[0]["legs"][0]["master"], true);
    }
    let records = stage.log(&format!("{query}&recordingType=Automatic")).await;
    assert_eq!(records[0]["recording"]["id"], json!(id));
    assert_eq!(records[0]["legs"][0]["recording"]["id"], json!(id));
    let other = stage.log(&format!("{query}&recordingType=OnDemand")).await;
    assert!(other.is_empty());
}

#[tokio::test]
async fn the_log_is_read_by_time_and_page() {
    let stage = stage(RestConfig::default()).await;
    for (number, hours) in [("+1000", 50), ("+1001", 3), ("+1002", 2), ("+1003", 1)] {
        let mut session = Session::inbound(number, "+15551230001");
        session.started -= chrono::TimeDelta::hours(hours);
        let call = LoggedCall::of(&session, "Missed");
        stage.server.exchange().plant_call(call);
    }
    let numbers = |records: Vec<Value>| -> Vec<String> {
        let number = |one: &Value| one["from"]["phoneNumber"].as_str().unwrap().to_owned();
        records.iter().map(number).collect()
    };
    assert_eq!(numbers(stage.log("").await), ["+1003", "+1002", "+1001"]);
    let since = chrono::Utc::now() - chrono::TimeDelta::hours(60);
    let until = chrono::Utc::now() - chrono::TimeDelta::minutes(90);
    let time = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%dT%H:%M:%S.000Z").to_string();
    let query = format!("dateFrom={}&dateTo={}", time(since), time(until));
    let (status, body) = stage
        .rest(
            Method::GET,
            &format!("/restapi/v1.0/account/~/call-log?{query}&perPage=2&page=2"),
            None,
        )
        .await;
    assert_eq!((status, &body["paging"]["totalElements"]), (200, &json!(3)));
    assert_eq!(
        numbers(body["records"].as_array().unwrap().clone()),
        ["+1000"]
    );
    assert!(body["navigation"].get("nextPage").is_none());
    let missing = format!("{LOG}?perPage=1001");
    assert_eq!(stage.rest(Method::GET, &missing, None).await.0, 400);
}

#[tokio::test]
async fn a_download_goes_on_where_it_was_cut_and_with_a_new_token() {
    let mut stage = stage(RestConfig::default()).await;
    let (bytes, uri) = stage.planted(&[MediaFault::Cut(40_000), MediaFault::TokenExpires(10)]);
    let mut got = Vec::new();
    let mut response = stage.download(&uri, None).await;
    assert_eq!(response.content_length(), Some(100_000));
    while let Ok(Some(piece)) = response.chunk().await {
        got.extend_from_slice(&piece);
    }
    assert!(got.len() <= 40_000);
    let from = got.len();
    let mut response = stage.download(&uri, Some(&format!("bytes={from}-"))).await;
    assert_eq!(response.status(), 206);
    assert_eq!(
        response.headers()["content-range"],
        format!("bytes {from}-99999/100000")
    );
    while let Ok(Some(piece)) = response.chunk().await {
        got.extend_from_slice(&piece);
    }
    assert!(got.len() <= from + 10);
    let rest = format!("bytes={}-", got.len());
    assert_eq!(stage.download(&uri, Some(&rest)).await.status(), 401);
    stage.token = token(&stage.server.url()).await;
    let last = stage.download(&uri, Some(&rest)).await;
    got.extend_from_slice(&last.bytes().await.unwrap());
    assert_eq!(got, bytes);
}

#[tokio::test]
async fn downloads_fail_in_the_ways_that_are_planned() {
    let stage = stage(RestConfig::default()).await;
    let (bytes, uri) = stage.planted(&[
        MediaFault::Gone,
        MediaFault::ErrorPage,
        MediaFault::Limited(7),
        MediaFault::Unavailable,
        MediaFault::IgnoresRange,
        MediaFault::Oversized(300_000),
        MediaFault::WrongLength(5),
        MediaFault::Slow(50_000, Duration::from_millis(1)),
    ]);
    assert_eq!(stage.download(&uri, None).await.status(), 404);
    let page = stage.download(&uri, None).await;
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    let limited = stage.download(&uri, None).await;
    assert_eq!(
        (limited.status().as_u16(), &limited.headers()["retry-after"]),
        (429, &"7".parse().unwrap())
    );
    assert_eq!(stage.download(&uri, None).await.status(), 503);
    let whole = stage.download(&uri, Some("bytes=5-9")).await;
    assert_eq!(whole.status(), 200);
    assert_eq!(whole.bytes().await.unwrap(), bytes);
    let endless = stage.download(&uri, None).await;
    assert_eq!(endless.content_length(), None);
    assert_eq!(endless.bytes().await.unwrap().len(), 300_000);
    let longer = stage.download(&uri, None).await;
    assert_eq!(longer.content_length(), Some(100_005));
    assert!(longer.bytes().await.is_err());
    assert_eq!(
        stage.download(&uri, None).await.bytes().await.unwrap(),
        bytes
    );
    let part = stage.download(&uri, Some("bytes=-4")).await;
    assert_eq!(part.bytes().await.unwrap(), bytes[99_996..]);
    assert_eq!(
        stage.download(&uri, Some("bytes=100000-")).await.status(),
        416
    );
    let bare = http().get(&uri).send().await.unwrap();
    assert_eq!(bare.status(), 401);
    let query = format!("{uri}?access_token={}", stage.token);
    assert_eq!(http().get(&query).send().await.unwrap().status(), 200);
}
