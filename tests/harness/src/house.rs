//! Owns one running house: the server as `main` would start it, with a database in a temporary folder and simulated
//! vendors. Held by stories; a story closes it, which fails if anything is left behind.

use crate::business::business;
use crate::caller::{Caller, DEADLINE};
use crate::crash::Crashes;
use crate::exchange::Exchange;
use deepgram_sim::{DeepgramSim, SimConfig};
use jiff::civil::DateTime;
use maitred::adapters::booking::Ledger;
use maitred::adapters::clock::SystemClock;
use maitred::adapters::speech;
use maitred::adapters::store::Database;
use maitred::adapters::store::entities::booking_holds;
use maitred::app::Server;
use maitred::config::{Config, CurrentProfile, Log, LogFormat, read_profile};
use maitred::tools::calls::replay_calls;
use maitred_actors::call::Recorded;
use maitred_actors::ports::booking::Book as _;
use maitred_actors::types::{BookingDetails, BookingKey, CallId};
use ringcentral_sim::webhook::Sender;
use ringcentral_sim::{DialPlan, Transport};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::broadcast;

/// Secret of the house's webhooks.
const WEBHOOK_SECRET: &str = "a secret of the tests";

/// How a house is to be.
#[derive(Default)]
pub struct Setup {
    variables: HashMap<&'static str, String>,
    vendor: SimConfig,
    at_ringcentral: bool,
    business: Option<String>,
}

impl Setup {
    /// Makes the house a device and an application of a simulated RingCentral.
    #[must_use]
    pub fn at_ringcentral(mut self) -> Self {
        self.at_ringcentral = true;
        self
    }

    /// Sets a variable of the environment.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.insert(name, value.into());
        self
    }

    /// Sets the profile of the business.
    #[must_use]
    pub fn with_business(mut self, toml: impl Into<String>) -> Self {
        self.business = Some(toml.into());
        self
    }

    /// Sets how many parties can run at the same time.
    #[must_use]
    pub fn with_crews(self, crews: u32) -> Self {
        self.with_business(business(crews))
    }

    /// Sets how the simulated Deepgram behaves.
    #[must_use]
    pub fn with_vendor(mut self, vendor: SimConfig) -> Self {
        self.vendor = vendor;
        self
    }

    /// Opens the house.
    pub async fn open(self) -> House {
        House::open_with(self).await
    }
}

/// A running house.
pub struct House {
    /// The server.
    pub server: Server,
    /// The simulated Deepgram.
    pub deepgram: DeepgramSim,
    /// What is to be crashed.
    pub crashes: Crashes,
    exchange: Option<Exchange>,
    variables: HashMap<&'static str, String>,
    folder: TempDir,
    callers: AtomicU32,
    http: reqwest::Client,
}

impl House {
    /// Opens a house as it is by default.
    pub async fn open() -> Self {
        Setup::default().open().await
    }

    async fn open_with(setup: Setup) -> Self {
        maitred::install_crypto();
        show_log();
        let folder = TempDir::new().expect("a temporary folder");
        let deepgram = DeepgramSim::start(setup.vendor)
            .await
            .expect("the simulated Deepgram starts");
        let mut variables = defaults(&folder, &deepgram);
        let exchange = match setup.at_ringcentral {
            true => Some(Exchange::start(folder.path()).await),
            false => None,
        };
        if let Some(exchange) = &exchange {
            variables.extend(exchange.variables(folder.path()));
        }
        let profile = setup.business.unwrap_or_else(|| business(2));
        std::fs::write(&variables["BUSINESS_PROFILE"], profile).expect("the profile is written");
        variables.extend(setup.variables);
        let crashes = Crashes::default();
        let server = start(&variables, &crashes).await;
        if let Some(exchange) = &exchange {
            exchange.connect(&receiver(&server), WEBHOOK_SECRET).await;
        }
        Self {
            server,
            deepgram,
            crashes,
            exchange,
            variables,
            folder,
            callers: AtomicU32::new(0),
            http: reqwest::Client::new(),
        }
    }

    /// Ends the server as the death of its process would, and starts another on the same database.
    pub async fn restart(self) -> Self {
        self.server.kill().await;
        let crashes = Crashes::default();
        let server = start(&self.variables, &crashes).await;
        Self {
            server,
            crashes,
            ..self
        }
    }

    /// Plans a call from a number of its own.
    pub fn plan(&self) -> DialPlan {
        let mut plan = DialPlan::to_address(self.server.sip, Transport::Udp);
        let number = self.callers.fetch_add(1, Ordering::Relaxed);
        plan.from_number = format!("+1555765{number:04}");
        plan
    }

    /// Has somebody call, and waits for the answer.
    pub async fn caller(&self) -> Caller {
        Caller::dial(self.plan()).await
    }

    /// Has somebody call by a plan, through RingCentral where the house is there, and waits for the answer.
    pub(crate) async fn dial(&self, plan: DialPlan) -> Caller {
        let Some(exchange) = &self.exchange else {
            return Caller::dial(plan).await;
        };
        let number = plan.from_number;
        let caller = exchange.ring(exchange.plan_from(&number)).await;
        caller.is_answered().await;
        caller
    }

    /// Gives the house's line at RingCentral.
    pub fn exchange(&self) -> &Exchange {
        self.exchange.as_ref().expect("a house at_ringcentral")
    }

    /// Gives a sender of signed webhooks.
    pub fn ringcentral(&self) -> Sender {
        Sender::new(&receiver(&self.server))
            .expect("an address")
            .signing(WEBHOOK_SECRET)
    }

    /// Watches the journal from now on.
    pub fn watch(&self) -> broadcast::Receiver<Recorded> {
        self.server.watch()
    }

    /// Reads from the API.
    pub async fn get(&self, path: &str) -> Value {
        let url = format!("http://{}{path}", self.server.http);
        let answer = self.http.get(url).send().await.expect("the API answers");
        answer.json().await.expect("the API speaks JSON")
    }

    /// Reads a text from the server, such as `/metrics`.
    pub async fn text(&self, path: &str) -> String {
        let url = format!("http://{}{path}", self.server.http);
        let answer = self.http.get(url).send().await.expect("the server answers");
        answer.text().await.expect("the answer is text")
    }

    /// Posts to the API and gives status and body.
    pub async fn post(&self, path: &str, key: &str, body: &Value) -> (u16, Value) {
        let url = format!("http://{}{path}", self.server.http);
        let request = self.http.post(url).header("idempotency-key", key);
        let answer = request.json(body).send().await.expect("the API answers");
        let status = answer.status().as_u16();
        (status, answer.json().await.expect("the API speaks JSON"))
    }

    /// Sends JSON to the API by any method and gives status and body.
    pub async fn send(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let method = method.parse().expect("a method");
        let url = format!("http://{}{path}", self.server.http);
        let request = self.http.request(method, url).json(body);
        let answer = request.send().await.expect("the API answers");
        let status = answer.status().as_u16();
        (status, answer.json().await.expect("the API speaks JSON"))
    }

    /// Waits until the call from this number has ended, and gives its record.
    pub async fn record_of(&self, from: &str) -> Value {
        self.record_where(from, |record| !record["ended_at"].is_null())
            .await
    }

    /// Waits until the record of the call from this number is as wanted, and gives it.
    pub async fn record_where(&self, from: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let search = async {
            let mut look = tokio::time::interval(Duration::from_millis(20));
            loop {
                look.tick().await;
                let calls = self.get("/api/v1/calls?limit=200").await;
                let items = calls["items"].as_array().cloned().unwrap_or_default();
                let found = items
                    .into_iter()
                    .find(|call| call["from_number"] == from && wanted(call));
                if let Some(call) = found {
                    return call;
                }
            }
        };
        tokio::time::timeout(DEADLINE, search)
            .await
            .unwrap_or_else(|_| panic!("the call from {from} never came so far"))
    }

    /// Gives a call with its journal and transcript.
    pub async fn story_of(&self, from: &str) -> Value {
        let record = self.record_of(from).await;
        let id = record["call_id"]
            .as_str()
            .expect("a call has an id")
            .to_owned();
        self.get(&format!("/api/v1/calls/{id}")).await
    }

    /// Gives the bookings that calls from this number made.
    pub async fn bookings_of(&self, from: &str) -> Vec<Value> {
        let bookings = self.get("/api/v1/bookings?limit=200").await;
        let items = bookings["items"].as_array().cloned().unwrap_or_default();
        items
            .into_iter()
            .filter(|booking| booking["phone"] == from)
            .collect()
    }

    /// Fills a slot: one booking that no call made, in a book with one crew.
    pub async fn fill(&self, starts: DateTime) {
        self.books(BookingDetails {
            starts,
            party_size: 1,
            name: "Somebody Else".to_owned(),
            ..BookingDetails::default()
        })
        .await;
    }

    /// Makes a booking that no call made, in a book with one crew.
    pub async fn books(&self, details: BookingDetails) {
        let profile = read_profile("one crew", &business(1)).expect("a good profile");
        let book = Ledger::new(
            self.server.database().clone(),
            Arc::new(SystemClock),
            CurrentProfile::fixed(Arc::new(profile)),
        );
        let key = BookingKey::new(format!("filled/{}/{}", details.starts, details.name));
        let made = book.book(key, CallId::new("no_call"), details).await;
        made.expect("the slot was free");
    }

    /// Gives the one booking under this number, whatever became of it.
    pub async fn party_of(&self, phone: &str) -> Value {
        let bookings = self.bookings_of(phone).await;
        assert_eq!(bookings.len(), 1, "{bookings:?}");
        bookings.into_iter().next().unwrap_or_default()
    }

    /// Writes another profile of the business, as an owner would while the server runs.
    pub fn write_business(&self, toml: &str) {
        std::fs::write(&self.variables["BUSINESS_PROFILE"], toml).expect("the profile is written");
    }

    /// Gives the house's folder, for what a story wants to keep there.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Waits until no call holds a place in the book.
    pub async fn nothing_is_held(&self) {
        let search = async {
            let mut look = tokio::time::interval(Duration::from_millis(20));
            loop {
                look.tick().await;
                let held = booking_holds::Entity::find().count(self.server.database().reader());
                if held.await.expect("the database answers") == 0 {
                    return;
                }
            }
        };
        tokio::time::timeout(DEADLINE, search)
            .await
            .expect("no place in the book stays held");
    }

    /// Closes the house; fails if a call or a hold is left, or if a journal, decided again, would lead elsewhere.
    pub async fn close(self) {
        self.nothing_is_held().await;
        let left = self.server.stop(Duration::from_secs(10)).await;
        assert_eq!(left, 0, "calls were left when the house was closed");
        replays_the_same(&self.variables["DATABASE_URL"]).await;
    }
}

/// Fails unless every journal leads to what was done when it is decided again.
async fn replays_the_same(url: &str) {
    let database = Database::open_as_it_is(url).await.expect("the database");
    let mut told = Vec::new();
    let differing = replay_calls(&database, None, None, false, &mut told).await;
    database.close().await;
    let told = String::from_utf8_lossy(&told);
    assert_eq!(differing.expect("journals are read"), 0, "{told}");
}

/// Gives the address for webhooks.
fn receiver(server: &Server) -> String {
    format!("http://{}/api/v1/ringcentral/webhooks/events", server.http)
}

/// Shows the server's log where `LOG_LEVEL` asks for it, for somebody who looks into a failing story.
fn show_log() {
    if let Ok(level) = std::env::var("LOG_LEVEL") {
        maitred::telemetry::start_logs(&Log {
            format: LogFormat::Pretty,
            level,
            traces: None,
        });
    }
}

async fn start(variables: &HashMap<&'static str, String>, crashes: &Crashes) -> Server {
    let config = Config::from_env(|name| variables.get(name).cloned()).unwrap_or_else(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("the house's configuration: {}", lines.join("; "))
    });
    let providers = speech::providers(&config.speech)
        .await
        .expect("providers of speech");
    let server = Server::start_with(config, providers, crashes.decide()).await;
    let server = server.expect("the server starts");
    crashes.find_actors_by(&server.registry);
    server
}

fn defaults(folder: &TempDir, deepgram: &DeepgramSim) -> HashMap<&'static str, String> {
    let path = |name: &str| folder.path().join(name).display().to_string();
    HashMap::from([
        ("HTTP_LISTEN", "127.0.0.1:0".to_owned()),
        ("SIP_LISTEN", "127.0.0.1:0".to_owned()),
        (
            "DATABASE_URL",
            format!("sqlite://{}?mode=rwc", path("maitred.db")),
        ),
        ("CACHE_DIR", path("cache")),
        ("RECORDINGS_DIR", path("recordings")),
        ("DEEPGRAM_API_KEY", deepgram.key().to_owned()),
        ("DEEPGRAM_URL", deepgram.url().to_owned()),
        ("RC_WEBHOOK_SECRET", WEBHOOK_SECRET.to_owned()),
        ("BUSINESS_PROFILE", path("business.toml")),
        (
            "VOICE_AI_GREETING",
            "Thank you for calling. How can I help you?".to_owned(),
        ),
        ("MAX_CALLS", "500".to_owned()),
    ])
}
