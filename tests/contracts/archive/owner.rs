//! The owner is told of every call once: by a signed message that is kept until it arrived, and by a text.

use super::{Bench, DEADLINE};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use hmac::{Hmac, KeyInit as _, Mac as _};
use maitred_harness::Setup;
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::Value;
use sha2::Sha256;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

const SECRET: &str = "a secret between owner and host";

/// One message as it came.
#[derive(Clone)]
struct Message {
    id: String,
    body: Value,
    is_genuine: bool,
    status: u16,
}

/// The owner's own server.
struct Owner {
    url: String,
    seen: Arc<Mutex<Vec<Message>>>,
    answers: Arc<Mutex<Vec<u16>>>,
    _tasks: JoinSet<()>,
}

impl Owner {
    /// Listens; answers these, the last first, and 204 when there are none left.
    async fn start(answers: &[u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/calls", listener.local_addr().unwrap());
        let (seen, answers) = (Arc::default(), Arc::new(Mutex::new(answers.to_vec())));
        let state = (Arc::clone(&seen), Arc::clone(&answers));
        let router = Router::new().route("/calls", post(take)).with_state(state);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            url,
            seen,
            answers,
            _tasks: tasks,
        }
    }

    async fn until(&self, count: usize) -> Vec<Message> {
        let wait = async {
            let mut look = tokio::time::interval(Duration::from_millis(20));
            loop {
                look.tick().await;
                let seen = self.seen.lock().unwrap().clone();
                if seen.len() >= count {
                    return seen;
                }
            }
        };
        tokio::time::timeout(DEADLINE, wait)
            .await
            .expect("the owner is told")
    }
}

type Seen = (Arc<Mutex<Vec<Message>>>, Arc<Mutex<Vec<u16>>>);

async fn take(State((seen, answers)): State<Seen>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(header("x-maitred-timestamp").as_bytes());
    mac.update(b".");
    mac.update(&body);
    let expected = hex::encode(mac.finalize().into_bytes());
    let status = answers.lock().unwrap().pop().unwrap_or(204);
    seen.lock().unwrap().push(Message {
        id: header("x-maitred-event-id"),
        body: serde_json::from_slice(&body).unwrap(),
        is_genuine: header("x-maitred-signature") == expected,
        status,
    });
    StatusCode::from_u16(status).unwrap()
}

fn setup(owner: &Owner) -> Setup {
    Setup::default()
        .with("RC_AI_MODE", "human_only")
        .with("ARCHIVE_WAIT_SECONDS", "1")
        .with("OWNER_WEBHOOK_URL", &owner.url)
        .with("OWNER_WEBHOOK_SECRET", SECRET)
        .with("OWNER_SMS", "+14155550100")
}

/// A call that nobody took, on a house without RingCentral's REST.
async fn missed_call(house: &maitred_harness::House, from: &str) {
    let session = ringcentral_sim::webhook::Session::inbound(from, "+15551230001");
    for event in session.missed_events() {
        assert_eq!(house.ringcentral().send(&event).await.unwrap().status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_is_told_of_each_call_in_a_signed_message_and_a_text() {
    let owner = Owner::start(&[]).await;
    let house = setup(&owner).open().await;
    missed_call(&house, "+15557660001").await;
    let told = owner.until(1).await;
    assert!(told[0].is_genuine);
    assert_eq!(told[0].body["type"], "call.card");
    assert_eq!(told[0].body["id"], told[0].id.as_str());
    assert_eq!(told[0].body["data"]["from_number"], "+15557660001");
    let database = house.server.database();
    let sql = "SELECT to_number, body FROM outbox WHERE kind = 'owner_card'";
    let query = Statement::from_string(database.backend(), sql);
    let texts = database.reader().query_all_raw(query).await.unwrap();
    assert_eq!(texts.len(), 1);
    let to: String = texts[0].try_get("", "to_number").unwrap();
    let body: String = texts[0].try_get("", "body").unwrap();
    assert!(
        to == "+14155550100" && body.contains("+15557660001"),
        "{body}"
    );
    let cards = house.get("/api/v1/cards").await;
    assert_eq!(cards["items"].as_array().unwrap().len(), 1);
    assert!(
        house
            .text("/metrics")
            .await
            .contains(r#"maitred_owner_notices_total{result="ok"} 1"#)
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_fails_is_told_again_under_the_same_id_also_after_a_restart() {
    let owner = Owner::start(&[500, 404]).await;
    let house = setup(&owner).open().await;
    missed_call(&house, "+15557660002").await;
    owner.until(1).await;
    let house = house.restart().await;
    let told = owner.until(3).await;
    assert_eq!(
        told.iter().map(|one| one.status).collect::<Vec<_>>(),
        [404, 500, 204]
    );
    assert!(
        told.iter()
            .all(|one| one.is_genuine && one.id == told[0].id)
    );
    assert!(owner.answers.lock().unwrap().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_do_not_wait_for_recordings() {
    let bench = Bench::open().await;
    // Four calls whose recordings never come keep everybody busy who looks for recordings.
    let sessions: Vec<_> = (0..4).map(|_| bench.session()).collect();
    for session in &sessions {
        bench.call(session).await;
    }
    bench.until_cards(4).await;
    bench.house.close().await;
}
