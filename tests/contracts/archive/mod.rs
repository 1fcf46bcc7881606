//! What is done after a call, by the whole server against `ringcentral-sim`: recordings found, fetched through faults
//! and restarts, given up with a reason, deleted after their time.

mod download;
mod export;
mod faults;
mod owner;
mod recordings;
mod restarts;
mod retention;
mod transcripts;

use maitred_harness::{House, Setup};
use ringcentral_sim::rest::{
    Exchange, Limits, LoggedCall, MediaFault, RecordingPlan, RestConfig, RestServer,
};
use ringcentral_sim::wav;
use ringcentral_sim::webhook::{Notification, Session};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Time in which anything that is waited for must have come.
const DEADLINE: Duration = Duration::from_secs(60);

/// A house that only watches its calls, and RingCentral, which records them.
struct Bench {
    rest: RestServer,
    house: House,
    calls: AtomicU32,
}

impl Bench {
    async fn open() -> Self {
        Self::with(&[]).await
    }

    async fn with(variables: &[(&'static str, &str)]) -> Self {
        maitred::install_crypto();
        let limits = Limits {
            heavy: 1000,
            auth: 1000,
            ..Limits::default()
        };
        let config = RestConfig {
            limits,
            ..RestConfig::default()
        };
        let rest = RestServer::start(config).await.unwrap();
        let config = rest.exchange().config();
        let setup = Setup::default()
            .with("RC_SERVER_URL", rest.url())
            .with("RC_MEDIA_URL", rest.media_url())
            .with("RC_CLIENT_ID", &config.client_id)
            .with("RC_CLIENT_SECRET", &config.client_secret)
            .with("RC_JWT_TOKEN", &config.jwt)
            .with("RC_AI_MODE", "human_only")
            .with("ARCHIVE_WAIT_SECONDS", "1");
        let setup = variables
            .iter()
            .fold(setup, |setup, (name, value)| setup.with(name, *value));
        Self {
            house: setup.open().await,
            rest,
            calls: AtomicU32::new(0),
        }
    }

    fn exchange(&self) -> &Exchange {
        self.rest.exchange()
    }

    /// Thinks up a call from a number of its own.
    fn session(&self) -> Session {
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        Session::inbound(&format!("+1555766{number:04}"), "+15551230001")
    }

    /// Lets a call be taken by a person and end; its events tell of no recording.
    async fn call(&self, session: &Session) {
        self.deliver(session.extension_events()).await;
    }

    async fn deliver(&self, events: Vec<Notification>) {
        let sender = self.house.ringcentral();
        for event in events {
            assert_eq!(sender.send(&event).await.unwrap().status, 200);
        }
    }

    /// A call that was recorded, with what happens to the downloads of its recording.
    async fn recorded_call(&self, bytes: &[u8], faults: &[MediaFault]) -> (Session, String) {
        let session = self.session();
        let id = self.plant(&session, bytes, faults);
        self.log(&session, "Accepted", 0);
        self.call(&session).await;
        (session, id)
    }

    fn plant(&self, session: &Session, bytes: &[u8], faults: &[MediaFault]) -> String {
        let plan = RecordingPlan {
            faults: faults.to_vec(),
            ..RecordingPlan::wav(bytes.to_vec(), 12)
        };
        self.exchange()
            .plant_recording(&session.telephony_session_id, plan)
    }

    fn log(&self, session: &Session, result: &str, polls: u32) {
        self.exchange().plant_call(LoggedCall {
            polls,
            seconds: 12,
            ..LoggedCall::of(session, result)
        });
    }

    /// Waits until the call's record is as wanted.
    async fn until(&self, session: &Session, wanted: impl Fn(&Value) -> bool) -> Value {
        let from = session.from.as_deref().unwrap();
        self.house.record_where(from, wanted).await
    }

    /// Waits until nothing more is to come for the call.
    async fn done(&self, session: &Session) -> Value {
        self.until(session, |record| {
            record["state"] == "COMPLETED" || record["state"] == "FAILED"
        })
        .await
    }

    /// Waits until so many cards are written.
    async fn until_cards(&self, count: usize) {
        let wait = async {
            let mut look = tokio::time::interval(Duration::from_millis(20));
            loop {
                look.tick().await;
                let cards = self.house.get("/api/v1/cards").await;
                if cards["items"].as_array().map_or(0, Vec::len) == count {
                    return;
                }
            }
        };
        tokio::time::timeout(DEADLINE, wait).await.unwrap();
    }

    /// Fails unless the recording lies in its place, byte for byte.
    fn assert_stored(&self, record: &Value, id: &str, bytes: &[u8]) {
        let path = PathBuf::from(record["recording_path"].as_str().unwrap_or_default());
        let call = record["call_id"].as_str().unwrap();
        let day = &record["started_at"].as_str().unwrap()[..10].replace('-', "/");
        let wanted = format!("recordings/{day}/{call}/{id}.wav");
        assert_eq!(path, self.house.folder().join(wanted), "{record}");
        assert!(
            std::fs::read(&path).unwrap() == bytes,
            "not the recording's bytes"
        );
        let folder = path.parent().unwrap();
        assert_eq!(
            std::fs::read_dir(folder).unwrap().count(),
            1,
            "something is left over"
        );
    }

    async fn metric(&self, line: &str) -> bool {
        self.house.text("/metrics").await.contains(line)
    }
}

/// A recording of so many kilobytes, each byte telling where it belongs.
fn recording(kilobytes: usize) -> Vec<u8> {
    let samples: Vec<i16> = (0..kilobytes * 512)
        .map(|at| (at % 30_011) as i16)
        .collect();
    wav::write(&[&samples])
}

/// Tells that the record says this.
fn says(record: &Value, reason: &str) -> bool {
    record["archive_reason"]
        .as_str()
        .is_some_and(|text| text.contains(reason))
}
