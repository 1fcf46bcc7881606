//! A real Prometheus watches a house in which one thing after the other breaks: every alert fires for its fault and not
//! before, every panel has data.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a story fails by panicking"
)]

mod alerts;
mod faults;
mod files;
mod prometheus;
#[path = "../contracts/ringcentral/relay.rs"]
mod relay;

use faults::{Table, until_ready};
use maitred_harness::{Exchange, House, Setup, business};
use prometheus::Prometheus;
use relay::Relay;
use ringcentral_sim::rest::RestFault;
use std::collections::BTreeSet;

/// Calls that the house takes at a time.
const CALLS_MAX: usize = 4;

/// Alerts that fire while RingCentral serves no requests.
const IN_THE_BEGINNING: [&str; 3] = ["SubscriptionLost", "RingCentralLimited", "RingCentralFails"];

/// Names of alerts that nothing before may have made fire.
fn none_of(fired: &BTreeSet<String>, names: &[&str]) {
    for name in names {
        assert!(!fired.contains(*name), "{name} fired before its fault");
    }
}

/// Lets something break, and waits until the alerts for it fire, which must not have fired before.
async fn fires<T>(watch: &Prometheus, names: &[&str], fault: impl Future<Output = T>) -> T {
    none_of(&watch.fired(), names);
    let came = fault.await;
    watch.until_fired(names).await;
    came
}

/// A house with everything that can be configured, at a RingCentral that takes no requests, and an owner whose webhook nobody
/// answers.
async fn open(exchange: &Exchange, folder: &std::path::Path, relay: &Relay) -> House {
    let rest = exchange.sim.exchange();
    rest.set_fault(Some(RestFault::Limited(3)));
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let owner = format!("http://{}/calls", nobody.local_addr().unwrap());
    drop(nobody);
    let setup = Setup::default()
        .with("MAX_CALLS", CALLS_MAX.to_string())
        .with("RC_WEBHOOK_URL", relay.webhook())
        .with("OWNER_WEBHOOK_URL", owner)
        .with("OWNER_WEBHOOK_SECRET", "a secret between owner and host")
        .with("ARCHIVE_WAIT_SECONDS", "1");
    let variables = exchange.variables(folder).into_iter();
    let setup = variables.fold(setup, |setup, (name, value)| setup.with(name, value));
    let house = setup.open().await;
    relay.lead_to(Some(house.server.http));
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn every_alert_fires_for_its_fault_and_every_panel_has_data() {
    let folder = tempfile::tempdir().unwrap();
    maitred::install_crypto();
    let (exchange, relay) = (Exchange::start(folder.path()).await, Relay::start().await);
    let house = open(&exchange, folder.path(), &relay).await;
    let watch = Prometheus::watching(house.server.http, &files::text("alerts/maitred.yml")).await;

    rest_is_down(&watch, &exchange).await;
    until_ready(&house, "subscription", true).await;
    until_ready(&house, "line", true).await;
    served_calls(&watch, &exchange).await;
    what_callers_do(&watch, &house).await;
    line_is_lost(&watch, &house, &exchange).await;
    what_breaks_at_home(&watch, &house).await;
    fires(
        &watch,
        &["WordsLost", "SpeechProviderFails"],
        faults::speech_goes_down(&house),
    )
    .await;
    until_ready(&house, "recogniser", false).await;
    faults::speech_comes_back(&house);

    panels_had_data(&watch).await;
    let house_ends = house.server.stop(std::time::Duration::from_secs(10));
    fires(&watch, &["MaitredDown"], house_ends).await;
    alerts::are_whole(&watch).await;
}

/// REST gives penalties, then fails; there is no subscription meanwhile.
async fn rest_is_down(watch: &Prometheus, exchange: &Exchange) {
    watch.until_fired(&IN_THE_BEGINNING[..2]).await;
    let rest = exchange.sim.exchange();
    fires(watch, &IN_THE_BEGINNING[2..], async {
        rest.set_fault(Some(RestFault::Unavailable));
    })
    .await;
    rest.set_fault(None);
}

/// A booking with its text refused, and an owner who is not told: nobody is woken for it.
async fn served_calls(watch: &Prometheus, exchange: &Exchange) {
    let aside = ["TextsFail", "OwnerNotTold", "ArchiveBehind"];
    fires(watch, &aside, async {
        exchange
            .sim
            .exchange()
            .fail_next("/sms", RestFault::Page(400), 1);
        let mut caller = exchange.ring(exchange.plan()).await;
        faults::books_a_party(&mut caller).await;
    })
    .await;
    let wanted = aside.into_iter().chain(IN_THE_BEGINNING);
    let wanted: BTreeSet<String> = wanted.map(str::to_owned).collect();
    assert_eq!(watch.fired(), wanted);
}

async fn what_callers_do(watch: &Prometheus, house: &House) {
    let names = [
        "WebhooksRefused",
        "MediaLoss",
        "CallersNotUnderstood",
        "EventPoisoned",
        "CallsFail",
        "ActorsRestart",
    ];
    let riddler = fires(watch, &names, async {
        let (riddler, ..) = tokio::join!(
            faults::call_in_riddles(house),
            faults::call_with_losses(house),
            faults::poisoned_call(house),
            faults::strangers_post(house),
        );
        faults::shared_actor_crashes(house).await;
        riddler
    })
    .await;
    riddler.hangs_up().await;
    let crowd = faults::too_many_callers(house, CALLS_MAX);
    fires(watch, &["CallsRefused"], crowd).await;
}

async fn line_is_lost(watch: &Prometheus, house: &House, exchange: &Exchange) {
    fires(watch, &["RegistrationLost", "CannotServeCallers"], async {
        faults::line_goes_down(exchange);
    })
    .await;
    fires(watch, &["DriftFound"], async {
        exchange.sim.edge().set_fault(None);
        until_ready(house, "line", true).await;
    })
    .await;
}

async fn what_breaks_at_home(watch: &Prometheus, house: &House) {
    fires(watch, &["ProfileRefused"], async {
        house.write_business("name = ");
    })
    .await;
    house.write_business(&business(2));
    let waits = ["BookUnavailable", "CallersInSilence", "RepliesSlow"];
    fires(watch, &waits, faults::slow_voice_and_no_book(house)).await;
    let (journal, caller) = fires(watch, &["JournalFails"], async {
        let journal = Table::taken_away(house, "call_events").await;
        (journal, maitred_harness::Caller::ring(house.plan()).await)
    })
    .await;
    until_ready(house, "database", false).await;
    journal.given_back().await;
    caller.is_answered().await;
    caller.hangs_up().await;
    until_ready(house, "database", true).await;
}

async fn panels_had_data(watch: &Prometheus) {
    let mut broken = Vec::new();
    for query in files::queries() {
        match watch.had_data(&query.text).await {
            Ok(true) => {}
            Ok(false) => broken.push(format!("{}: never had data: {}", query.of, query.text)),
            Err(error) => broken.push(format!("{}: {error}: {}", query.of, query.text)),
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
