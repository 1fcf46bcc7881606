//! Owns the putting together of a server: database, line, speech, actors, HTTP; and its orderly end. Called by `main`
//! and by the tests' harness, which both get the same server.

mod after_calls;
mod background;
mod heart;
mod line_account;
mod web;

use self::background::Background;
use self::heart::{HeartParts, world};
use self::line_account::{Fetching, sip_config};
use self::web::{WebParts, ingress, listen, serve_web};
use crate::adapters::booking::let_go_of_ended;
use crate::adapters::clock::{self, SystemClock};
use crate::adapters::outbox::{Sender, SenderParts, Timing};
use crate::adapters::ringcentral::{Group, Keeper, Office};
use crate::adapters::store::{Database, Outbox, SqlJournal};
use crate::adapters::telephony::SipLine;
use crate::config::{Config, SettingsDesk};
use crate::telemetry::Metrics;
use anyhow::Context as _;
use maitred_actors::call::{self, Recorded};
use maitred_actors::ports::archive::Transcriber;
use maitred_actors::ports::hearing::Hearing;
use maitred_actors::ports::journal::{Journal, OpenCall};
use maitred_actors::ports::speaking::Speaking;
use maitred_actors::registry::{Registry, Role};
use maitred_actors::switchboard::{Standing, Switchboard, SwitchboardArgs, SwitchboardMsg};
use maitred_actors::types::CallSettings;
use maitred_actors::world::{Decide, World};
use ractor::{Actor, ActorRef};
use secrecy::ExposeSecret;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, oneshot};
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// How long the connections of a killed server have to close.
const KILL_WAIT: Duration = Duration::from_secs(1);
/// How often a closing server looks whether its calls are over.
const DRAIN_LOOK: Duration = Duration::from_millis(100);

/// Recognisers and voices, best first.
#[derive(Clone, Default)]
pub struct Providers {
    /// Recognisers.
    pub hearing: Vec<Arc<dyn Hearing>>,
    /// Voices.
    pub speaking: Vec<Arc<dyn Speaking>>,
    /// Who writes recordings down.
    pub transcribing: Option<Arc<dyn Transcriber>>,
}

/// A running server.
pub struct Server {
    /// Address of the HTTP server.
    pub http: SocketAddr,
    /// Address of SIP over UDP and TCP.
    pub sip: SocketAddr,
    /// Address of SIP over TLS.
    pub sip_tls: Option<SocketAddr>,
    /// How actors find each other.
    pub registry: Registry,
    world: World,
    line: Arc<SipLine>,
    database: Database,
    metrics: Arc<Metrics>,
    switchboard: ActorRef<SwitchboardMsg>,
    tree: JoinHandle<()>,
    web: JoinHandle<()>,
    stop_web: CancellationToken,
    background: Background,
}

impl Server {
    /// Starts a server with the decision as it is.
    pub async fn start(config: Config, providers: Providers) -> anyhow::Result<Self> {
        Self::start_with(config, providers, Arc::new(call::decide)).await
    }

    /// Starts a server with another decision, so that a test can make it fail at a chosen event.
    pub async fn start_with(
        config: Config,
        providers: Providers,
        decide: Decide,
    ) -> anyhow::Result<Self> {
        let database = Database::open(config.database_url.expose_secret()).await?;
        let journal = Arc::new(after_calls::journal(&config, &database));
        let unfinished = left_over(&journal, &database).await?;
        let line = Arc::new(SipLine::open(sip_config(&config).await?).await?);
        let metrics = Arc::new(Metrics::new()?);
        let office = office(&config, &metrics)?;
        let registry = Registry::new(&clock::unique().simple().to_string());
        let desk = desk(&config, &metrics, &providers);
        let parts = HeartParts {
            registry: registry.clone(),
            database: &database,
            line: Arc::clone(&line),
            metrics: &metrics,
            carrier: office.carrier,
            recordings: office.recordings,
            profile: &desk.profile(),
            decide,
        };
        let world = world(&config, providers, parts)?;
        let sender = sender(&world, &journal, &database, &metrics);
        let args = SwitchboardArgs {
            world: world.clone(),
            journal,
            settings: desk.call_settings(),
            calls_max: config.calls_max as usize,
            unfinished,
        };
        let name = registry.name(Role::Switchboard);
        let (switchboard, tree) = Actor::spawn(Some(name), Switchboard, args).await?;
        desk.tell_to(new_settings(switchboard.clone()));
        let fetching = Fetching::new(&config, office.devices, &line).await?;
        let ingress = ingress(
            &config,
            &world,
            WebParts {
                metrics: Arc::clone(&metrics),
                database: database.clone(),
                client: office.client,
                subscription: office.subscription,
                account: fetching.as_ref().map(Fetching::standing),
                settings: Arc::clone(&desk),
            },
        );
        let (listener, http) = listen(config.http.listen).await?;
        let stop_web = CancellationToken::new();
        let web = tokio::spawn(serve_web(listener, Arc::new(ingress), stop_web.clone()));
        let mut background = Background::default();
        background.start(|stop| sender.run(stop));
        background.start_some(fetching, Fetching::run);
        background.start_some(office.keeper, Keeper::keep);
        background.start(|stop| async move { desk.follow(stop).await });
        Ok(Self {
            http,
            sip: line.addr(),
            sip_tls: line.tls_addr(),
            registry,
            world,
            line,
            database,
            metrics,
            switchboard,
            tree,
            web,
            stop_web,
            background,
        })
    }

    /// Watches everything that is written to the journal from now on.
    pub fn watch(&self) -> broadcast::Receiver<Recorded> {
        self.world.queue.watch()
    }

    /// Waits until the tree of actors ends by itself, which it never should.
    pub async fn ended(&mut self) {
        // Whether it stopped or panicked, the server is of no use without it.
        let _ = (&mut self.tree).await;
    }

    /// Gives the database, to look into it beside the API.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Ends the server: takes no more calls, waits for those that are live until the deadline, then closes. Gives the
    /// number of calls that were left.
    pub async fn stop(self, deadline: Duration) -> usize {
        let _ = self.switchboard.cast(SwitchboardMsg::Close);
        let drained = tokio::time::timeout(deadline, self.drained()).await;
        let left = match drained {
            Ok(()) => 0,
            Err(_) => self.calls().await,
        };
        if left > 0 {
            tracing::warn!(calls = left, "calls are cut off: the time to end is over");
        }
        self.line.close().await;
        // What the calls' ends still brought is written before the writer goes.
        let _ = tokio::time::timeout(deadline, self.journal_written()).await;
        self.switchboard.stop(None);
        let _ = self.tree.await;
        self.stop_web.cancel();
        let _ = self.web.await;
        self.background.stop(deadline).await;
        self.database.close().await;
        left
    }

    /// Ends the server as the death of its process would: nobody is told, nothing is waited for. For trying what the
    /// next process makes of what is left.
    pub async fn kill(mut self) {
        self.switchboard.kill();
        // Connections outlive the task that accepted them; a dead process has none.
        self.stop_web.cancel();
        if tokio::time::timeout(KILL_WAIT, &mut self.web)
            .await
            .is_err()
        {
            self.web.abort();
        }
        self.background.stop(Duration::ZERO).await;
        let _ = self.tree.await;
    }

    /// Tells how things stand; `None` if the switchboard does not answer.
    pub async fn standing(&self) -> Option<Standing> {
        let (reply, answer) = oneshot::channel();
        self.switchboard.cast(SwitchboardMsg::Stand(reply)).ok()?;
        answer.await.ok()
    }

    /// Waits until no call is live, and tells the log and the metrics how many still are.
    async fn drained(&self) {
        let mut look = tokio::time::interval(DRAIN_LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut told = 0;
        loop {
            look.tick().await;
            let calls = self.calls().await;
            self.metrics.note_closing(calls);
            if calls != told {
                tracing::info!(calls, "closing: calls left");
                told = calls;
            }
            if calls == 0 {
                return;
            }
        }
    }

    /// Counts the calls that are live; a switchboard that is gone has none.
    async fn calls(&self) -> usize {
        self.standing().await.map_or(0, |standing| standing.calls)
    }

    async fn journal_written(&self) {
        let mut look = tokio::time::interval(DRAIN_LOOK);
        while self.world.queue.backlog() > 0 {
            look.tick().await;
        }
    }
}

fn office(config: &Config, metrics: &Arc<Metrics>) -> anyhow::Result<Office> {
    let metrics = Arc::clone(metrics);
    let count = move |group: Group, result| metrics.note_ringcentral(group.label(), result);
    Ok(Office::open(&config.ringcentral, count)?)
}

fn sender(
    world: &World,
    journal: &SqlJournal,
    database: &Database,
    metrics: &Arc<Metrics>,
) -> Sender {
    let metrics = Arc::clone(metrics);
    Sender::new(SenderParts {
        rows: Outbox::new(database.clone()),
        carrier: Arc::clone(&world.carrier),
        clock: Arc::clone(&world.clock),
        woken: journal.texts_put(),
        timing: Timing::default(),
        count: Arc::new(move |status| metrics.note_text(status)),
    })
}

/// Gives the calls that an earlier process left open, and lets go what ended ones still hold.
async fn left_over(journal: &SqlJournal, database: &Database) -> anyhow::Result<Vec<OpenCall>> {
    let_go_of_ended(database)
        .await
        .context("what ended calls hold could not be let go")?;
    let open = journal.open_calls().await;
    open.context("open calls could not be read")
}

fn desk(config: &Config, metrics: &Arc<Metrics>, providers: &Providers) -> Arc<SettingsDesk> {
    Arc::new(SettingsDesk::new(
        config.clone(),
        Arc::clone(metrics),
        Arc::new(SystemClock),
        providers.speaking.clone(),
    ))
}

/// Begins new calls with the settings that hold now.
fn new_settings(switchboard: ActorRef<SwitchboardMsg>) -> impl Fn(CallSettings) + Send + Sync {
    move |settings| {
        // A switchboard that is gone takes the server with it.
        let _ = switchboard.cast(SwitchboardMsg::Settings(Box::new(settings)));
    }
}
