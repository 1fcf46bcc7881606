//! A stand-in for RingCentral's REST that answers as it is told and keeps what it was asked: for answers that the
//! simulator has no reason to give.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use maitred::adapters::ringcentral::Client;
use maitred::config::{RingCentralCredentials, RingCentralUrls};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// One request: method, path with query, body.
pub type Asked = (String, String, Value);

/// What the stub answers next.
pub enum Answer {
    /// A status with a JSON body; null for none.
    Json(u16, Value),
    /// The connection breaks without an answer.
    Broken,
}

#[derive(Clone, Default)]
struct Shared {
    asked: Arc<Mutex<Vec<Asked>>>,
    answers: Arc<Mutex<VecDeque<Answer>>>,
}

/// A stub that listens.
pub struct Stub {
    url: String,
    shared: Shared,
    _tasks: JoinSet<()>,
}

impl Stub {
    pub async fn start() -> Self {
        maitred::install_crypto();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Shared::default();
        let router = Router::new().fallback(answer).with_state(shared.clone());
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            url,
            shared,
            _tasks: tasks,
        }
    }

    /// Queues answers; with none queued it answers 200 with an empty object.
    pub fn will_answer(&self, answers: impl IntoIterator<Item = Answer>) {
        self.shared.answers.lock().unwrap().extend(answers);
    }

    /// Takes what was asked so far, tokens apart.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.shared.asked.lock().unwrap())
    }

    pub fn client(&self) -> Client {
        let credentials = RingCentralCredentials {
            client_id: "id".to_owned(),
            client_secret: "secret".into(),
            jwt: "jwt".into(),
        };
        let urls = RingCentralUrls::of(&self.url);
        Client::new(&urls, credentials, Arc::new(|_, _| {})).unwrap()
    }
}

/// An error as RingCentral writes it.
pub fn refusal(status: u16, code: &str, parameter: &str) -> Answer {
    let inner = json!({ "errorCode": code, "message": "m", "parameterName": parameter });
    let body = json!({ "errorCode": code, "message": "m", "errors": [inner] });
    Answer::Json(status, body)
}

async fn answer(State(shared): State<Shared>, method: Method, uri: Uri, body: Bytes) -> Response {
    if uri.path() == "/restapi/oauth/token" {
        let token = json!({ "access_token": "t", "token_type": "bearer", "expires_in": 3600, "owner_id": "701001" });
        return axum::Json(token).into_response();
    }
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    shared
        .asked
        .lock()
        .unwrap()
        .push((method.to_string(), uri.to_string(), body));
    let next = shared.answers.lock().unwrap().pop_front();
    match next.unwrap_or_else(|| Answer::Json(200, json!({}))) {
        Answer::Json(status, Value::Null) => StatusCode::from_u16(status).unwrap().into_response(),
        Answer::Json(status, body) => {
            (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response()
        }
        // A body that is shorter than was announced: the connection is closed in the middle of it.
        Answer::Broken => {
            let chunks =
                futures_util::stream::iter([Err::<Bytes, _>(std::io::Error::other("broken"))]);
            let body = axum::body::Body::from_stream(chunks);
            ([(header::CONTENT_LENGTH, "100")], body).into_response()
        }
    }
}
