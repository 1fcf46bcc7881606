//! Owns the putting together of a server: database, line, speech, actors, HTTP; and its orderly end. Called by `main`
//! and by the tests' harness, which both get the same server.

use crate::adapters::archive::{
    DiskShelf, Fetcher, OwnerWebhook, RECORDING_BYTES_MAX, SqlList, Telling,
};
use crate::adapters::booking::{Ledger, LedgerConfig};
use crate::adapters::clock::{self, SystemClock};
use crate::adapters::ringcentral::{Office, RecordingLog, Standing as SubscriptionStanding};
use crate::adapters::speech::prompts::DiskPrompts;
use crate::adapters::store::{Database, Reading, SqlJournal};
use crate::adapters::telephony::{Account, SipConfig, SipLine, TlsListen, Transport};
use crate::config::{Business, Config, Sip, SipAccount, SipTls, SipTransport};
use crate::ingress::{Authenticator, Ingress, routes};
use crate::telemetry::Metrics;
use anyhow::Context as _;
use maitred_actors::call::{self, Recorded};
use maitred_actors::ports::archive::{Archive, Owner, Recordings, Transcriber};
use maitred_actors::ports::clock::Clock;
use maitred_actors::ports::hearing::Hearing;
use maitred_actors::ports::journal::Journal;
use maitred_actors::ports::speaking::Speaking;
use maitred_actors::registry::{Registry, Role};
use maitred_actors::scribe::Queue;
use maitred_actors::switchboard::{Standing, Switchboard, SwitchboardArgs, SwitchboardMsg};
use maitred_actors::world::{Decide, World};
use ractor::{Actor, ActorRef};
use secrecy::{ExposeSecret, SecretString};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{broadcast, oneshot};
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

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
    switchboard: ActorRef<SwitchboardMsg>,
    tree: JoinHandle<()>,
    web: JoinHandle<()>,
    stop_web: CancellationToken,
    keeper: Option<JoinHandle<()>>,
    stop_keeper: CancellationToken,
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
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let database = Database::open(config.database_url.expose_secret()).await?;
        let journal = SqlJournal::new(database.clone());
        let journal = journal.expecting_recordings(config.ringcentral.credentials.is_some());
        let journal: Arc<dyn Journal> = Arc::new(journal);
        let unfinished = journal
            .open_calls()
            .await
            .context("open calls could not be read")?;
        let line = Arc::new(SipLine::open(sip_config(&config).await?).await?);
        let metrics = Arc::new(Metrics::new()?);
        let requests = Arc::clone(&metrics);
        let office = Office::open(&config.ringcentral, move |group, result| {
            requests.note_ringcentral(group.label(), result);
        })?;
        let registry = Registry::new(&clock::unique().simple().to_string());
        let book = Ledger::new(
            database.clone(),
            Arc::clone(&clock),
            ledger(&config.business),
        );
        let archive = archive(
            &config,
            &database,
            &clock,
            office.recordings,
            providers.transcribing,
        )?;
        let world = World {
            registry: registry.clone(),
            queue: Arc::new(Queue::new(Arc::clone(&clock))),
            clock,
            observer: Arc::clone(&metrics) as _,
            line: Arc::clone(&line) as _,
            carrier: office.carrier,
            book: Arc::new(book),
            hearing: providers.hearing,
            speaking: providers.speaking,
            prompts: Arc::new(DiskPrompts::new(&config.speech.cache)),
            archive,
            decide,
        };
        let args = SwitchboardArgs {
            world: world.clone(),
            journal,
            settings: config.call_settings(),
            calls_max: config.calls_max as usize,
            unfinished,
        };
        let name = registry.name(Role::Switchboard);
        let (switchboard, tree) = Actor::spawn(Some(name), Switchboard, args).await?;
        let ingress = ingress(
            &config,
            &world,
            metrics,
            database.clone(),
            office.subscription,
        );
        let listener = TcpListener::bind(config.http.listen)
            .await
            .with_context(|| format!("cannot listen on {} for http", config.http.listen))?;
        let http = listener.local_addr()?;
        let stop_web = CancellationToken::new();
        let web = tokio::spawn(serve_web(listener, Arc::new(ingress), stop_web.clone()));
        let stop_keeper = CancellationToken::new();
        let keeper = office
            .keeper
            .map(|keeper| tokio::spawn(keeper.keep(stop_keeper.clone())));
        Ok(Self {
            http,
            sip: line.addr(),
            sip_tls: line.tls_addr(),
            registry,
            world,
            line,
            database,
            switchboard,
            tree,
            web,
            stop_web,
            keeper,
            stop_keeper,
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
        self.stop_keeper.cancel();
        let _ = self.switchboard.cast(SwitchboardMsg::Close);
        let drained = tokio::time::timeout(deadline, self.drained()).await;
        let left = match drained {
            Ok(()) => 0,
            Err(_) => self.standing().await.map_or(0, |standing| standing.calls),
        };
        self.line.close().await;
        // What the calls' ends still brought is written before the writer goes.
        let _ = tokio::time::timeout(deadline, self.journal_written()).await;
        self.switchboard.stop(None);
        let _ = self.tree.await;
        self.stop_web.cancel();
        let _ = self.web.await;
        if let Some(keeper) = self.keeper {
            let _ = keeper.await;
        }
        self.database.close().await;
        left
    }

    /// Tells how things stand; `None` if the switchboard does not answer.
    pub async fn standing(&self) -> Option<Standing> {
        let (reply, answer) = oneshot::channel();
        self.switchboard.cast(SwitchboardMsg::Stand(reply)).ok()?;
        answer.await.ok()
    }

    async fn drained(&self) {
        let mut look = tokio::time::interval(DRAIN_LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            look.tick().await;
            if self
                .standing()
                .await
                .is_none_or(|standing| standing.calls == 0)
            {
                return;
            }
        }
    }

    async fn journal_written(&self) {
        let mut look = tokio::time::interval(DRAIN_LOOK);
        while self.world.queue.backlog() > 0 {
            look.tick().await;
        }
    }
}

async fn serve_web(listener: TcpListener, ingress: Arc<Ingress>, stop: CancellationToken) {
    let service = routes(ingress).into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned());
    if let Err(error) = served.await {
        tracing::error!(%error, "http server ended");
    }
}

fn ingress(
    config: &Config,
    world: &World,
    metrics: Arc<Metrics>,
    database: Database,
    subscription: SubscriptionStanding,
) -> Ingress {
    let names = |hearing: &[Arc<dyn Hearing>]| hearing.iter().map(|one| one.name()).collect();
    let voices = world.speaking.iter().map(|one| one.name()).collect();
    Ingress {
        registry: world.registry.clone(),
        metrics,
        reading: Reading::new(database.clone()),
        database,
        authenticator: Authenticator::new(&config.ringcentral.webhook),
        admin_token: config.http.admin_token.clone(),
        speech: (names(&world.hearing), voices),
        time_zone: config.business.time_zone.clone(),
        registers: config.sip.account.is_some(),
        subscription,
        refusals: Ingress::refusals(),
    }
}

/// Puts together what the archivist works with.
fn archive(
    config: &Config,
    database: &Database,
    clock: &Arc<dyn Clock>,
    log: Option<RecordingLog>,
    transcriber: Option<Arc<dyn Transcriber>>,
) -> anyhow::Result<Archive> {
    let settings = &config.archive;
    let telling = Telling {
        by_webhook: settings.owner_webhook.is_some(),
        by_text: settings.owner_sms.clone(),
    };
    let shelf = DiskShelf::new(&settings.folder, config.business.time_zone.clone());
    let fetcher = log.map(|log| {
        Arc::new(Fetcher::new(log, shelf.clone(), RECORDING_BYTES_MAX)) as Arc<dyn Recordings>
    });
    let owner = match settings.owner_webhook.clone() {
        Some((url, secret)) => Some(Arc::new(OwnerWebhook::new(&url, secret)?) as Arc<dyn Owner>),
        None => None,
    };
    Ok(Archive {
        list: Arc::new(SqlList::new(database.clone(), Arc::clone(clock), telling)),
        shelf: Arc::new(shelf),
        recordings: fetcher,
        transcriber,
        owner,
        patience: settings.patience,
    })
}

fn ledger(business: &Business) -> LedgerConfig {
    LedgerConfig {
        capacity: business.bookings_per_slot,
        party_length: business.party_length,
        opens: business.opens,
        closes: business.closes,
        time_zone: business.time_zone.clone(),
        number_prefix: business.initials(),
    }
}

async fn sip_config(config: &Config) -> anyhow::Result<SipConfig> {
    let Sip {
        listen,
        tls,
        account,
    } = &config.sip;
    let mut sip = SipConfig::new(*listen);
    sip.recordings.clone_from(&config.recordings);
    if let Some(SipTls { listen, cert, key }) = tls {
        sip.tls = Some(TlsListen {
            listen: *listen,
            cert_pem: read("SIP_TLS_CERT", cert).await?,
            key_pem: SecretString::from(read("SIP_TLS_KEY", key).await?),
        });
    }
    if let Some(account) = account {
        sip.account = Some(sip_account(account).await?);
    }
    Ok(sip)
}

async fn sip_account(account: &SipAccount) -> anyhow::Result<Account> {
    let extra_ca_pem = match &account.ca {
        Some(path) => Some(read("SIP_CA", path).await?),
        None => None,
    };
    Ok(Account {
        registrar: account.registrar.clone(),
        transport: match account.transport {
            SipTransport::Udp => Transport::Udp,
            SipTransport::Tcp => Transport::Tcp,
            SipTransport::Tls => Transport::Tls,
        },
        user: account.user.clone(),
        auth_id: Some(account.auth_id.clone()),
        password: account.password.clone(),
        outbound_proxy: account.outbound_proxy.clone(),
        extra_ca_pem,
    })
}

async fn read(variable: &str, path: &Path) -> anyhow::Result<String> {
    tokio::fs::read_to_string(path)
        .await
        .with_context(|| format!("{variable}: {} cannot be read", path.display()))
}
