//! The REST side of RingCentral against `ringcentral-sim`: token, rate limits, and the subscription with the real
//! server behind it.

mod commanded;
mod commands;
mod deliveries;
mod limits;
mod line_account;
mod relay;
mod server;
mod severed;
mod stub;
mod subscription;
mod texts;
mod token;

use maitred::adapters::ringcentral::{Client, Count, Error, Group, Request};
use maitred::config::{RingCentralCredentials, RingCentralUrls};
use ringcentral_sim::rest::{RestConfig, RestServer};
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Time in which anything that is waited for must have come.
const DEADLINE: Duration = Duration::from_secs(30);

type Results = Arc<Mutex<Vec<(Group, &'static str)>>>;

/// A client, and what it told of its requests.
#[derive(Clone)]
struct Bench {
    client: Client,
    results: Results,
}

impl Bench {
    /// Makes a client with credentials that are right.
    fn new(rest: &RestServer) -> Self {
        Self::with(rest, credentials(rest))
    }

    fn with(rest: &RestServer, credentials: RingCentralCredentials) -> Self {
        Self::at(&rest.url(), credentials)
    }

    fn at(url: &str, credentials: RingCentralCredentials) -> Self {
        maitred::install_crypto();
        let results = Results::default();
        let noted = Arc::clone(&results);
        let count: Count =
            Arc::new(move |group, result| noted.lock().unwrap().push((group, result)));
        let client = Client::new(&RingCentralUrls::of(url), credentials, count).unwrap();
        Self { client, results }
    }

    /// Reads our extension: a cheap request of the light group.
    async fn read(&self) -> Result<(), Error> {
        self.client.send(&extension()).await.map(|_| ())
    }

    /// Reads so many times at once; all must succeed.
    async fn read_at_once(&self, times: usize) {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..times {
            let bench = self.clone();
            tasks.spawn(async move { bench.read().await });
        }
        for result in tasks.join_all().await {
            result.unwrap();
        }
    }

    fn count(&self, group: Group, result: &str) -> usize {
        self.results
            .lock()
            .unwrap()
            .iter()
            .filter(|one| **one == (group, result))
            .count()
    }
}

async fn rest(config: RestConfig) -> RestServer {
    maitred::install_crypto();
    RestServer::start(config).await.unwrap()
}

fn credentials(rest: &RestServer) -> RingCentralCredentials {
    let config = rest.exchange().config();
    RingCentralCredentials {
        client_id: config.client_id.clone(),
        client_secret: config.client_secret.clone().into(),
        jwt: config.jwt.clone().into(),
    }
}

fn extension() -> Request {
    Request::get(Group::Light, "/restapi/v1.0/account/~/extension/~")
}

/// Subscribes as somebody else, or as an earlier version, would have.
async fn subscribe(rest: &RestServer, address: &str, filters: &[&str]) -> String {
    let body = json!({
        "eventFilters": filters,
        "deliveryMode": {
            "transportType": "WebHook",
            "address": address,
            "verificationToken": "an old token",
        },
    });
    let request = Request::post(Group::Medium, "/restapi/v1.0/subscription", Some(body));
    let made = Bench::new(rest).client.send(&request).await.unwrap();
    made["id"].as_str().unwrap().to_owned()
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let wait = async {
        let mut look = tokio::time::interval(Duration::from_millis(10));
        while !holds() {
            look.tick().await;
        }
    };
    tokio::time::timeout(DEADLINE, wait)
        .await
        .unwrap_or_else(|_| panic!("never: {what}"));
}
