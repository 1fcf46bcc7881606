//! Texts: whatever breaks, and whenever, each reaches RingCentral once.

use super::severed::{Cut, Wire};
use super::stub::{Answer, Stub, refusal};
use super::{Bench, credentials, rest, until};
use crate::fixture::Fixture;
use jiff::Timestamp;
use maitred::adapters::clock::SystemClock;
use maitred::adapters::outbox::{Sender, SenderParts, Timing};
use maitred::adapters::ringcentral::{Devices, RestCarrier};
use maitred::adapters::store::entities::outbox;
use maitred::adapters::store::{Database, Outbox, SqlJournal};
use maitred_actors::ports::carrier::{Carrier, Error};
use maitred_actors::ports::clock::Clock as _;
use maitred_actors::ports::journal::{Journal as _, OutgoingText, Projection};
use maitred_actors::types::{CallId, PhoneNumber};
use ringcentral_sim::rest::{Limits, RestConfig, RestFault, RestServer};
use sea_orm::{EntityTrait as _, QueryOrder as _};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const FROM: &str = "+15551230001";
const TO: &str = "+15557654321";
/// Patience for tests; what the simulator takes it lists at once.
const TIMING: Timing = Timing {
    first_wait: Duration::from_millis(10),
    longest_wait: Duration::from_millis(50),
    listed_within: Duration::from_millis(400),
    too_old: Duration::from_secs(3600),
};

/// A sender with a database of its own.
struct Post {
    fixture: Fixture,
    database: Database,
    journal: SqlJournal,
    carrier: Arc<dyn Carrier>,
    stop: CancellationToken,
    task: Option<JoinHandle<()>>,
}

impl Post {
    async fn open(carrier: RestCarrier) -> Self {
        let fixture = Fixture::sqlite();
        let database = Database::open(&fixture.url).await.unwrap();
        let journal = SqlJournal::new(database.clone());
        let mut post = Self {
            fixture,
            database,
            journal,
            carrier: Arc::new(carrier),
            stop: CancellationToken::new(),
            task: None,
        };
        post.start();
        post
    }

    fn start(&mut self) {
        let sender = Sender::new(SenderParts {
            rows: Outbox::new(self.database.clone()),
            carrier: Arc::clone(&self.carrier),
            clock: Arc::new(SystemClock),
            woken: self.journal.texts_put(),
            timing: TIMING,
            count: Arc::new(|_| {}),
        });
        self.task = Some(tokio::spawn(sender.run(self.stop.clone())));
    }

    /// Ends the sender where it stands, as the end of the process would.
    async fn kill(&mut self) {
        let task = self.task.take().unwrap();
        task.abort();
        let _ = task.await;
    }

    /// Decides on a text, as a call does with its commit.
    async fn put(&self, key: &str, body: &str) {
        self.put_at(key, body, SystemClock.now()).await;
    }

    async fn put_at(&self, key: &str, body: &str, at: Timestamp) {
        let text = OutgoingText {
            key: key.to_owned(),
            call: CallId::new("call_1"),
            kind: "booking_confirmation",
            to: PhoneNumber::parse(TO).unwrap(),
            body: body.to_owned(),
            at,
        };
        let row = Projection::Text(text);
        self.journal.commit(Vec::new(), vec![row]).await.unwrap();
    }

    async fn rows(&self) -> Vec<outbox::Model> {
        let rows = outbox::Entity::find().order_by_asc(outbox::Column::Id);
        rows.all(self.database.reader()).await.unwrap()
    }

    /// Waits until every row has this status, and gives them.
    async fn all(&self, status: &str) -> Vec<outbox::Model> {
        let mut last = Vec::new();
        let wait = async {
            let mut look = tokio::time::interval(Duration::from_millis(10));
            loop {
                last = self.rows().await;
                if !last.is_empty() && last.iter().all(|row| row.status == status) {
                    return;
                }
                look.tick().await;
            }
        };
        let came = tokio::time::timeout(super::DEADLINE, wait).await;
        assert!(came.is_ok(), "not all {status}: {last:?}");
        last
    }

    /// Stops in order; nothing of the sender may be left.
    async fn close(mut self) {
        self.stop.cancel();
        let task = self.task.take().unwrap();
        tokio::time::timeout(super::DEADLINE, task)
            .await
            .expect("the sender ends when told to")
            .unwrap();
        self.database.close().await;
        self.fixture.remove().await;
    }
}

fn generous() -> RestConfig {
    let limits = Limits {
        light: 100_000,
        medium: 100_000,
        ..Limits::default()
    };
    RestConfig {
        limits,
        ..RestConfig::default()
    }
}

fn carrier(bench: &Bench) -> RestCarrier {
    let devices = Devices::new(bench.client.clone(), None);
    RestCarrier::new(bench.client.clone(), devices, PhoneNumber::parse(FROM))
}

/// A simulator behind a wire, and a post that sends along it.
async fn along_a_wire() -> (RestServer, Wire, Post) {
    let rest = rest(generous()).await;
    let wire = Wire::to(&rest.url()).await;
    let bench = Bench::at(&wire.url(), credentials(&rest));
    let post = Post::open(carrier(&bench)).await;
    (rest, wire, post)
}

fn taken(rest: &RestServer) -> Vec<String> {
    let texts = rest.exchange().texts();
    texts.into_iter().map(|text| text.text).collect()
}

fn is_text(request: &str) -> bool {
    request.starts_with("POST") && request.contains("/sms ")
}

#[tokio::test]
async fn a_text_is_sent_as_soon_as_it_is_decided_on() {
    let rest = rest(generous()).await;
    let post = Post::open(carrier(&Bench::new(&rest))).await;
    for _ in 0..2 {
        post.put("call_1/booked", "Your table is booked.").await;
    }
    let rows = post.all("sent").await;
    let texts = rest.exchange().texts();
    assert_eq!((rows.len(), texts.len()), (1, 1));
    assert_eq!(
        (texts[0].from.as_str(), texts[0].to[0].as_str()),
        (FROM, TO)
    );
    assert_eq!(rows[0].message_id.as_deref(), Some(texts[0].id.as_str()));
    assert_eq!((rows[0].attempts, rows[0].sent_at.is_some()), (1, true));
    post.close().await;
}

#[tokio::test]
async fn a_connection_cut_once_the_text_was_taken_sends_no_second() {
    let (rest, wire, post) = along_a_wire().await;
    wire.cut(|request| is_text(request).then_some(Cut::After));
    post.put("a", "Your table is booked.").await;
    let rows = post.all("sent").await;
    assert_eq!(taken(&rest), ["Your table is booked."]);
    assert_eq!(
        rows[0].message_id.as_deref(),
        Some(rest.exchange().texts()[0].id.as_str())
    );
    post.close().await;
}

#[tokio::test]
async fn a_connection_cut_before_it_sends_the_text_later() {
    let (rest, wire, post) = along_a_wire().await;
    let mut cuts = 1;
    wire.cut(move |request| {
        (is_text(request) && cuts > 0).then(|| {
            cuts -= 1;
            Cut::Before
        })
    });
    post.put("a", "Your table is booked.").await;
    assert_eq!(post.all("sent").await[0].attempts, 2);
    assert_eq!(taken(&rest), ["Your table is booked."]);
    post.close().await;
}

#[tokio::test]
async fn a_process_that_ends_once_the_text_was_taken_sends_no_second() {
    let rest = rest(generous()).await;
    let mut post = Post::open(carrier(&Bench::new(&rest))).await;
    rest.exchange().fail_next("/sms", RestFault::SilentAfter, 1);
    post.put("a", "Your table is booked.").await;
    until("the text is taken", || taken(&rest).len() == 1).await;
    post.kill().await;
    assert_eq!(post.rows().await[0].status, "sending");
    post.start();
    assert_eq!(post.all("sent").await[0].attempts, 1);
    assert_eq!(taken(&rest).len(), 1);
    post.close().await;
}

#[tokio::test]
async fn a_process_that_ends_before_sends_the_text_after_its_restart() {
    let (rest, wire, mut post) = along_a_wire().await;
    rest.exchange().fail_next("/sms", RestFault::Silent, 1);
    let (seen, mut sent) = tokio::sync::watch::channel(false);
    wire.cut(move |request| {
        seen.send_if_modified(|seen| is_text(request) && !std::mem::replace(seen, true));
        None
    });
    post.put("a", "Your table is booked.").await;
    tokio::time::timeout(super::DEADLINE, sent.wait_for(|seen| *seen))
        .await
        .expect("the text is on its way")
        .unwrap();
    post.kill().await;
    assert_eq!(post.rows().await[0].status, "sending");
    post.start();
    assert!(post.all("sent").await[0].attempts >= 2);
    assert_eq!(taken(&rest).len(), 1);
    post.close().await;
}

/// Draws numbers that look random from a seed, so that a failure can be repeated.
fn draws(mut seed: u64) -> impl FnMut(u64) -> u64 {
    move |below| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % below
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_storm_of_cuts_and_restarts_every_text_arrives_once() {
    let (rest, wire, mut post) = along_a_wire().await;
    // With a token, so that the storm is about texts.
    post.carrier.own_extension().await.unwrap();
    let cuts = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
    let (counted, mut draw) = (Arc::clone(&cuts), draws(7));
    wire.cut(move |request| {
        let cut = match draw(10) {
            0..=2 => Some(Cut::Before),
            3..=5 => Some(Cut::After),
            _ => None,
        };
        if is_text(request)
            && let Some(cut) = cut
        {
            counted[cut as usize].fetch_add(1, Ordering::Relaxed);
        }
        cut
    });
    let storm = || cuts.each_ref().map(|count| count.load(Ordering::Relaxed));
    let (mut wanted, mut draw) = (Vec::new(), draws(11));
    // As long as it takes to be a storm.
    while storm().iter().any(|count| *count < 6) {
        assert!(wanted.len() < 500, "no storm: {:?}", storm());
        wanted.push(format!("Your number is {}.", wanted.len()));
        post.put(&format!("text/{}", wanted.len()), &wanted[wanted.len() - 1])
            .await;
        let before = taken(&rest).len() as u64 + draw(4);
        let moved = async {
            while (taken(&rest).len() as u64) < before {
                tokio::task::yield_now().await;
            }
        };
        // Killed at whatever it happens to be doing then.
        let _ = tokio::time::timeout(Duration::from_millis(20 + draw(60)), moved).await;
        post.kill().await;
        post.start();
    }
    wire.cut(|_| None);
    post.all("sent").await;
    let mut arrived = taken(&rest);
    arrived.sort();
    wanted.sort();
    assert_eq!(arrived, wanted);
    post.close().await;
}

#[tokio::test]
async fn equal_texts_are_told_apart() {
    let (rest, wire, post) = along_a_wire().await;
    post.put("monday", "See you soon.").await;
    post.all("sent").await;
    let mut cuts = 1;
    wire.cut(move |request| {
        (is_text(request) && cuts > 0).then(|| {
            cuts -= 1;
            Cut::Before
        })
    });
    post.put("tuesday", "See you soon.").await;
    post.all("sent").await;
    assert_eq!(taken(&rest), ["See you soon.", "See you soon."]);
    post.close().await;
}

#[tokio::test]
async fn an_outage_is_waited_for() {
    let rest = rest(generous()).await;
    let post = Post::open(carrier(&Bench::new(&rest))).await;
    rest.exchange().set_fault(Some(RestFault::Unavailable));
    post.put("a", "Your table is booked.").await;
    let tried = async {
        while post.rows().await[0].reason.is_none() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(super::DEADLINE, tried).await.unwrap();
    rest.exchange().set_fault(None);
    let rows = post.all("sent").await;
    assert_eq!(rows[0].reason, None);
    assert_eq!(taken(&rest).len(), 1);
    post.close().await;
}

#[tokio::test]
async fn a_text_that_is_refused_or_too_old_is_given_up_with_the_reason() {
    let rest = rest(generous()).await;
    let post = Post::open(carrier(&Bench::new(&rest))).await;
    post.put("empty", "").await;
    let old = SystemClock.now() - jiff::SignedDuration::from_hours(2);
    post.put_at("old", "Your table is booked.", old).await;
    let rows = post.all("failed").await;
    let reasons: Vec<_> = rows
        .iter()
        .filter_map(|row| row.reason.as_deref())
        .collect();
    assert_eq!(reasons, ["refused with 400 CMN-101", "too old"]);
    assert_eq!(taken(&rest), [""; 0]);
    post.close().await;
}

#[tokio::test]
async fn who_may_not_read_the_list_never_sends_twice() {
    let stub = Stub::start().await;
    let devices = Devices::new(stub.client(), None);
    let carrier = RestCarrier::new(stub.client(), devices, PhoneNumber::parse(FROM));
    stub.will_answer([Answer::Broken, refusal(403, "CMN-401", "")]);
    let post = Post::open(carrier).await;
    post.put("a", "Your table is booked.").await;
    let rows = post.all("uncertain").await;
    assert!(
        rows[0].reason.as_ref().unwrap().contains("CMN-401"),
        "{rows:?}"
    );
    let asked = stub.asked();
    let sent = json!({ "from": { "phoneNumber": FROM }, "to": [{ "phoneNumber": TO }], "text": "Your table is booked." });
    assert_eq!(asked.len(), 2);
    assert_eq!((asked[0].0.as_str(), &asked[0].2), ("POST", &sent));
    let list = "/restapi/v1.0/account/~/extension/~/message-store?messageType=SMS&direction=Outbound&phoneNumber=%2B15557654321&dateFrom=";
    assert!(asked[1].1.starts_with(list), "{}", asked[1].1);
    post.close().await;
}

#[tokio::test]
async fn texts_that_are_switched_off_do_not_pile_up() {
    let rest = rest(generous()).await;
    let bench = Bench::new(&rest);
    let devices = Devices::new(bench.client.clone(), None);
    let silent = RestCarrier::new(bench.client.clone(), devices, None);
    let to = PhoneNumber::parse(TO).unwrap();
    assert_eq!(silent.text(&to, "x").await, Err(Error::NotConfigured));
    let post = Post::open(silent).await;
    post.put("a", "Your table is booked.").await;
    post.all("skipped").await;
    assert_eq!(taken(&rest), [""; 0]);
    post.close().await;
}
