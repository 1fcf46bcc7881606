//! Starts the HTTP server of the REST side.
//!
//! Owns its configuration and its tasks; the simulator holds it. Dropping it stops it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::delivery::deliver;
use super::error::ApiError;
use super::exchange::{Exchange, Hosts};
use super::gate::Limits;
use super::{
    call_log, devices, joining, media_host, oauth, parties, presence, recordings, sessions, sms,
    subscriptions,
};
use crate::edge::EdgeConfig;

/// Tells where and how the extension's device registers, for `sip-info`.
#[derive(Debug, Clone)]
pub struct SipAccess {
    /// Holds the credentials.
    pub account: EdgeConfig,
    /// Tells the edge's TCP address.
    pub tcp: SocketAddr,
    /// Tells the edge's TLS address.
    pub tls: SocketAddr,
}

/// Describes the account and the app.
#[derive(Debug, Clone)]
pub struct RestConfig {
    /// Holds the app's client id.
    pub client_id: String,
    /// Holds the app's client secret.
    pub client_secret: String,
    /// Holds the JWT credential of the extension.
    pub jwt: String,
    /// Holds the account id.
    pub account_id: String,
    /// Holds the extension id.
    pub extension_id: String,
    /// Sets the lifetime of access tokens whatever is asked for.
    pub token_lifetime: Option<Duration>,
    /// Sets the lifetime of subscriptions whatever is asked for.
    pub subscription_lifetime: Option<Duration>,
    /// Lists the extension's numbers with their features; `SmsSender` allows texts.
    pub numbers: Vec<(String, Vec<String>)>,
    /// Records every call from its answer on.
    pub automatic_recording: bool,
    /// Limits the calls that the extension has at once, 5 by default.
    pub calls_max: usize,
    /// Sets the rate limits.
    pub limits: Limits,
    /// Tells about the device, if there is one.
    pub sip: Option<SipAccess>,
}

impl Default for RestConfig {
    fn default() -> Self {
        Self {
            client_id: "sim-client".to_owned(),
            client_secret: "sim-secret".to_owned(),
            jwt: "sim-jwt".to_owned(),
            account_id: "400100".to_owned(),
            extension_id: "701001".to_owned(),
            token_lifetime: None,
            subscription_lifetime: None,
            numbers: vec![(
                "+15551230001".to_owned(),
                ["CallerId", "SmsSender", "MmsSender"]
                    .map(str::to_owned)
                    .into(),
            )],
            automatic_recording: false,
            calls_max: 5,
            limits: Limits::default(),
            sip: None,
        }
    }
}

impl RestConfig {
    /// Tells the number that calls of the extension show.
    pub(crate) fn own_number(&self) -> &str {
        self.numbers.first().map_or("", |(number, _)| number)
    }

    /// Finds the first number that has a feature.
    pub(super) fn number_with(&self, feature: &str) -> Option<&str> {
        let has = |features: &Vec<String>| features.iter().any(|one| one == feature);
        let found = self.numbers.iter().find(|(_, features)| has(features));
        found.map(|(number, _)| number.as_str())
    }
}

/// Is a running REST server, together with its media host.
pub struct RestServer {
    exchange: Exchange,
    _tasks: JoinSet<()>,
}

impl RestServer {
    /// Listens on two ports of 127.0.0.1: REST and media.
    ///
    /// # Errors
    /// Fails when no port can be bound.
    pub async fn start(config: RestConfig) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let media = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let hosts = Hosts {
            rest: format!("http://{}", listener.local_addr()?),
            media: format!("http://{}", media.local_addr()?),
        };
        let (dispatch, inbox) = mpsc::unbounded_channel();
        let exchange = Exchange::new(config, hosts, dispatch);
        let mut tasks = JoinSet::new();
        tasks.spawn(deliver(exchange.clone(), inbox));
        let routers = [
            (listener, router(&exchange)),
            (media, media_host::router(&exchange)),
        ];
        for (listener, router) in routers {
            tasks.spawn(async move {
                let _ = axum::serve(listener, router).await;
            });
        }
        Ok(Self {
            exchange,
            _tasks: tasks,
        })
    }

    /// Tells the base URL.
    pub fn url(&self) -> String {
        self.exchange.hosts().rest.clone()
    }

    /// Tells the base URL of the media host.
    pub fn media_url(&self) -> String {
        self.exchange.hosts().media.clone()
    }

    /// Leads to the calls, subscriptions and faults.
    pub fn exchange(&self) -> &Exchange {
        &self.exchange
    }
}

fn router(exchange: &Exchange) -> Router {
    Router::new()
        .merge(oauth::routes(exchange))
        .merge(sessions::routes(exchange))
        .merge(parties::routes(exchange))
        .merge(subscriptions::routes(exchange))
        .merge(joining::routes(exchange))
        .merge(presence::routes(exchange))
        .merge(devices::routes(exchange))
        .merge(recordings::routes(exchange))
        .merge(call_log::routes(exchange))
        .merge(sms::routes(exchange))
        .fallback(async || ApiError::new(404, "CMN-120", "Unknown URI"))
        .with_state(exchange.clone())
}
