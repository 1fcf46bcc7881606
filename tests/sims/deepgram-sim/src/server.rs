//! The listening socket and what happens before a connection is upgraded.
//!
//! Owns the simulator's life, the key and the routes. Called by tests and the binary; it never speaks a protocol
//! beyond HTTP.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::aura::Aura;
use crate::config::SimConfig;
use crate::connection::{Notes, run};
use crate::faults::{Faults, Route};
use crate::flux::Flux;
use crate::nova::Nova;
use crate::observe::{Connection, Record, Refused, State, TimedOut};
use crate::query::{Query, Refusal};
use crate::recorded::transcribe;

/// What all connections of a simulator share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) config: SimConfig,
    pub(crate) faults: Faults,
    pub(crate) record: Record,
}

/// A running simulator; dropping it cuts its connections and frees its port.
#[derive(Debug)]
pub struct DeepgramSim {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl DeepgramSim {
    /// Starts a simulator on the current runtime.
    ///
    /// # Errors
    /// Fails when the address cannot be listened on.
    pub async fn start(config: SimConfig) -> std::io::Result<Self> {
        let listener = TcpListener::bind(config.listen).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            config,
            faults: Faults::new(),
            record: Record::default(),
        });
        let listener = listener.tap_io(|stream| {
            // Without it small messages wait for one another; a failure costs only time.
            let _ = stream.set_nodelay(true);
        });
        let router = Route::SOCKETS
            .into_iter()
            .fold(Router::new(), |router, route| {
                let shared = Arc::clone(&shared);
                router.route(
                    route.path(),
                    get(move |uri, headers, upgrade| connect(route, shared, uri, headers, upgrade)),
                )
            });
        let recorded = Arc::clone(&shared);
        let router = router.route(
            Route::Recorded.path(),
            post(move |uri, headers, body| transcribe(recorded, uri, headers, body)),
        );
        let router = router.layer(DefaultBodyLimit::disable());
        let task = tokio::spawn(async move {
            // Accept errors are retried inside; there is no other way for this to end.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self {
            address,
            shared,
            task,
        })
    }

    /// The base address, as `http://127.0.0.1:port`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The key that clients must present.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.shared.config.key
    }

    /// The faults, to be set at any time.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// The connections of a route, open and ended, in the order they were opened.
    #[must_use]
    pub fn connections(&self, route: Route) -> Vec<Connection> {
        self.shared.record.read(|state| {
            state
                .connections
                .iter()
                .filter(|one| one.route == route)
                .cloned()
                .collect()
        })
    }

    /// Final transcripts in the order they were found.
    #[must_use]
    pub fn heard(&self) -> Vec<String> {
        self.shared
            .record
            .read(|state| state.heard.iter().map(|heard| heard.text.clone()).collect())
    }

    /// Texts in the order they were spoken, one for each `Flush`.
    #[must_use]
    pub fn spoken(&self) -> Vec<String> {
        self.shared.record.read(|state| {
            state
                .spoken
                .iter()
                .map(|spoken| spoken.text.clone())
                .collect()
        })
    }

    /// Waits until a condition on what was seen is true.
    ///
    /// # Errors
    /// Gives what was seen when the deadline passes first.
    pub async fn until(
        &self,
        condition: impl FnMut(&State) -> bool + Send,
        deadline: Duration,
    ) -> Result<(), TimedOut> {
        self.shared.record.until(condition, deadline).await
    }
}

impl Drop for DeepgramSim {
    fn drop(&mut self) {
        self.task.abort();
        Route::SOCKETS
            .into_iter()
            .for_each(|route| self.shared.faults.cut_now(route));
    }
}

type Upgrade = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;

#[expect(
    clippy::disallowed_methods,
    reason = "slowness is the fault that was asked for"
)]
async fn connect(
    route: Route,
    shared: Arc<Shared>,
    uri: Uri,
    headers: HeaderMap,
    upgrade: Upgrade,
) -> Response {
    let request_id = Uuid::new_v4().to_string();
    let faults = shared.faults.settings(route);
    tokio::time::sleep(faults.upgrade_delay).await;
    let notes = Notes {
        shared: Arc::clone(&shared),
        route,
        request_id: request_id.clone(),
    };
    let mut response = admit(notes, &uri, &headers, upgrade).unwrap_or_else(|refusal| {
        let (status, reason) = (refusal.status.as_u16(), refusal.reason.clone());
        shared.record.write(|state| {
            state.refused.push(Refused {
                route,
                status,
                reason,
            })
        });
        refusal.response(&request_id)
    });
    if !faults.omit_request_id
        && let Ok(id) = HeaderValue::from_str(&request_id)
    {
        response.headers_mut().insert("dg-request-id", id);
    }
    response
}

/// Insists on the key.
pub(crate) fn check_key(shared: &Shared, headers: &HeaderMap) -> Result<(), Refusal> {
    let expected = format!("Token {}", shared.config.key);
    let given = headers.get(header::AUTHORIZATION);
    if given.is_some_and(|given| given.as_bytes() == expected.as_bytes()) {
        return Ok(());
    }
    Err(Refusal {
        reason: "Invalid credentials.".to_owned(),
        ..Refusal::of_status(401)
    })
}

fn admit(
    notes: Notes,
    uri: &Uri,
    headers: &HeaderMap,
    upgrade: Upgrade,
) -> Result<Response, Refusal> {
    if let Some(status) = notes.shared.faults.take_refusal(notes.route) {
        return Err(Refusal::of_status(status));
    }
    check_key(&notes.shared, headers)?;
    let query = Query::of(uri)?;
    let raw = uri.query().unwrap_or_default().to_owned();
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return Ok(rejection.into_response()),
    };
    Ok(match notes.route {
        Route::Nova => {
            let session = Nova::new(&query, notes.clone())?;
            upgrade.on_upgrade(move |socket| run(socket, session, notes, raw))
        }
        Route::Flux => {
            let session = Flux::new(&query, notes.clone())?;
            upgrade.on_upgrade(move |socket| run(socket, session, notes, raw))
        }
        // Recordings come by POST and never ask for an upgrade.
        Route::Speak | Route::Recorded => {
            let session = Aura::new(&query, notes.clone())?;
            upgrade.on_upgrade(move |socket| run(socket, session, notes, raw))
        }
    })
}
