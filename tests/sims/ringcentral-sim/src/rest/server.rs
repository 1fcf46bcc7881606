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
use super::exchange::Exchange;
use super::gate::Limits;
use super::{devices, oauth, parties, sessions, subscriptions};
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
            limits: Limits::default(),
            sip: None,
        }
    }
}

/// Is a running REST server.
pub struct RestServer {
    exchange: Exchange,
    address: SocketAddr,
    _tasks: JoinSet<()>,
}

impl RestServer {
    /// Listens on a port of 127.0.0.1.
    ///
    /// # Errors
    /// Fails when no port can be bound.
    pub async fn start(config: RestConfig) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (dispatch, inbox) = mpsc::unbounded_channel();
        let exchange = Exchange::new(config, dispatch);
        let mut tasks = JoinSet::new();
        tasks.spawn(deliver(exchange.clone(), inbox));
        let router = router(&exchange);
        tasks.spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self {
            exchange,
            address,
            _tasks: tasks,
        })
    }

    /// Tells the base URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
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
        .merge(devices::routes(exchange))
        .fallback(async || ApiError::new(404, "CMN-120", "Unknown URI"))
        .with_state(exchange.clone())
}
