//! Owns the putting together of the HTTP side, and its serving. Called by the start of a server.

use super::after_calls::zone;
use crate::adapters::ringcentral::{AccountStanding, Client, Standing, Subscribed};
use crate::adapters::store::{Database, Reading, SqlJournal};
use crate::config::{Config, SettingsDesk};
use crate::ingress::{Authenticator, Ingress, Refusals, Seen, routes};
use crate::telemetry::{Configured, Metrics};
use anyhow::Context as _;
use maitred_actors::ports::hearing::Hearing;
use maitred_actors::world::World;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// What the handlers are given beside the world of the actors.
pub(super) struct WebParts {
    /// Metrics.
    pub metrics: Arc<Metrics>,
    /// The database.
    pub database: Database,
    /// RingCentral's REST, where it is configured.
    pub client: Option<Client>,
    /// How the webhook subscription stands.
    pub subscription: Standing,
    /// How the fetching of the SIP account stands, where it comes from RingCentral.
    pub account: Option<AccountStanding>,
    /// The settings that hold now.
    pub settings: Arc<SettingsDesk>,
}

/// Puts together what the handlers share.
pub(super) fn ingress(config: &Config, world: &World, parts: WebParts) -> Ingress {
    let WebParts {
        metrics,
        database,
        client,
        subscription,
        account,
        settings,
    } = parts;
    let names = |hearing: &[Arc<dyn Hearing>]| hearing.iter().map(|one| one.name()).collect();
    let speech: (Vec<_>, Vec<_>) = (
        names(&world.hearing),
        world.speaking.iter().map(|one| one.name()).collect(),
    );
    let authenticator = Authenticator::new(&config.ringcentral.webhook);
    let registers = config.sip.account.is_some() || account.is_some();
    metrics.note_config(&Configured {
        mode: config.mode.as_str(),
        recognisers: &speech.0,
        voices: &speech.1,
        transcriber: world.archive.transcriber.as_ref().map(|one| one.name()),
        parts: &[
            ("registration", registers),
            ("ringcentral", client.is_some()),
            (
                "subscription",
                !matches!(subscription.get(), Subscribed::NotConfigured(_)),
            ),
            ("webhooks", authenticator.is_configured()),
            ("fallback", config.fallback.is_some()),
            ("language_model", world.model.is_some()),
        ],
    });
    if let Some(model) = &world.model {
        metrics.expect_provider(model.name());
    }
    Ingress {
        registry: world.registry.clone(),
        queue: Arc::clone(&world.queue),
        journal: Arc::new(SqlJournal::new(database.clone())),
        metrics,
        reading: Reading::new(database.clone()),
        database,
        authenticator,
        admin_token: config.http.admin_token.clone(),
        speech,
        model: world.model.clone(),
        time_zone: zone(config),
        registers,
        account,
        client,
        subscription,
        profile: settings.profile(),
        settings,
        refusals: Refusals::default(),
        seen: Seen::default(),
    }
}

/// Opens the socket; gives it with its address.
pub(super) async fn listen(address: SocketAddr) -> anyhow::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address} for http"))?;
    let bound = listener.local_addr()?;
    Ok((listener, bound))
}

/// Serves until told to stop.
pub(super) async fn serve_web(
    listener: TcpListener,
    ingress: Arc<Ingress>,
    stop: CancellationToken,
) {
    let service = routes(ingress).into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned());
    if let Err(error) = served.await {
        tracing::error!(%error, "http server ended");
    }
}
