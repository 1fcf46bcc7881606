//! A real Prometheus watches a house in which one thing after the other breaks: nothing fires while all is well, every alert
//! fires for its fault, every panel has data, and the overview says what is wrong.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a story fails by panicking"
)]

mod alerts;
mod faults;
mod files;
mod home;
mod prometheus;
#[path = "../contracts/ringcentral/relay.rs"]
mod relay;
mod rules;

use home::{Owner, Table, until_ready};
use maitred_harness::{Caller, Exchange, House, Setup, business};
use prometheus::{Prometheus, TimesFired};
use relay::Relay;
use ringcentral_sim::rest::RestFault;
use rules::Rules;
use serde_json::Value;
use std::time::Duration;

/// Calls that the house takes at a time.
const CALLS_MAX: usize = 6;
/// Alerts about time, which a machine that has too much to do may raise without a fault.
const ABOUT_TIME: [&str; 3] = ["CallersInSilence", "RepliesSlow", "MaitredDown"];

/// Everything that the story is about.
struct Scene {
    house: House,
    exchange: Exchange,
    owner: Owner,
    watch: Prometheus,
}

impl Scene {
    /// Opens a house with everything that can be configured, at a RingCentral that serves no requests.
    async fn open(folder: &std::path::Path, relay: &Relay) -> Self {
        let (exchange, owner) = (Exchange::start(folder).await, Owner::start().await);
        let rest = exchange.sim.exchange();
        // Tokens are given all the same: a window in which they are used up is longer than an alert waits here.
        rest.fail_next("/oauth/token", RestFault::Slow(Duration::ZERO), u32::MAX);
        rest.set_fault(Some(RestFault::Unavailable));
        let setup = Setup::default()
            .with("MAX_CALLS", CALLS_MAX.to_string())
            .with("RC_WEBHOOK_URL", relay.webhook())
            .with("OWNER_WEBHOOK_URL", owner.url())
            .with("OWNER_WEBHOOK_SECRET", "a secret between owner and host")
            .with("ARCHIVE_WAIT_SECONDS", "1");
        let variables = exchange.variables(folder).into_iter();
        let setup = variables.fold(setup, |setup, (name, value)| setup.with(name, value));
        let house = setup.open().await;
        relay.lead_to(Some(house.server.http));
        let rules = Rules::shipped().with_a_second_for_a_minute();
        let watch = Prometheus::watching(house.server.http, &rules).await;
        Self {
            house,
            exchange,
            owner,
            watch,
        }
    }

    /// Lets something break, and waits until the alerts for it fire, none of which may fire before.
    async fn fires<T>(&self, names: &[&str], fault: impl Future<Output = T>) -> T {
        self.watch.until_quiet(names).await;
        let before = self.watch.times_fired();
        let came = fault.await;
        self.watch.until_fired(names, &before).await;
        came
    }
}

/// Waits until the overview says this of everything together, and of one part.
async fn overview_says(watch: &Prometheus, part: &str, is_good: bool) {
    let (all, parts) = (
        files::query("overview", "Can a caller be served now?"),
        files::query("overview", "Which part is not as it must be?"),
    );
    let good = u8::from(is_good);
    let says = |series: &[Value]| !series.is_empty();
    watch.until(&format!("({all}) == {good}"), says).await;
    let names = |series: &[Value]| series.iter().any(|labels| labels["part"] == part);
    watch.until(&format!("({parts}) == {good}"), names).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_alert_fires_for_its_fault_and_every_panel_has_data() {
    let folder = tempfile::tempdir().unwrap();
    maitred::install_crypto();
    let relay = Relay::start().await;
    let scene = Scene::open(folder.path(), &relay).await;
    rest_is_down(&scene).await;
    all_is_well(&scene).await;
    tokio::join!(nobody_is_told(&scene), what_callers_do(&scene));
    line_is_lost(&scene).await;
    what_breaks_at_home(&scene).await;
    speech_is_down(&scene).await;
    panels_had_data(&scene.watch).await;
    it_ends(scene).await;
}

/// REST fails, then gives a penalty; there is no subscription meanwhile.
async fn rest_is_down(scene: &Scene) {
    let rest = scene.exchange.sim.exchange();
    let failing = ["SubscriptionLost", "RingCentralFails"];
    let never = TimesFired::new();
    scene.watch.until_fired(&failing, &never).await;
    scene
        .fires(&["RingCentralLimited"], async {
            rest.set_fault(Some(RestFault::Limited(6)));
        })
        .await;
    rest.set_fault(None);
    until_ready(&scene.house, "subscription", true).await;
    until_ready(&scene.house, "line", true).await;
}

/// A caller books, and nobody is woken for it.
async fn all_is_well(scene: &Scene) {
    let loaded = scene.watch.rules().await;
    let names: Vec<&str> = loaded
        .iter()
        .map(|rule| rule["name"].as_str().unwrap())
        .filter(|name| !ABOUT_TIME.contains(name))
        .collect();
    scene.watch.until_quiet(&names).await;
    let about_us = |times: TimesFired| -> TimesFired {
        let mut times = times;
        times.retain(|name, _| names.contains(&name.as_str()));
        times
    };
    let before = about_us(scene.watch.times_fired());
    let mut caller = scene.exchange.ring(scene.exchange.plan()).await;
    faults::books_a_party(&mut caller).await;
    let sent = r#"maitred_texts_total{status="sent"} > 0"#;
    let is_sent = |series: &[Value]| !series.is_empty();
    scene.watch.until(sent, is_sent).await;
    let after = about_us(scene.watch.times_fired());
    assert_eq!(after, before, "an alert for nothing");
    overview_says(&scene.watch, "line", true).await;
}

/// A text is refused, the owner does not answer, and what is to be done after the call waits for hours.
async fn nobody_is_told(scene: &Scene) {
    let names = ["TextsFail", "OwnerNotTold", "ArchiveBehind"];
    scene
        .fires(&names, async {
            scene.owner.goes_away();
            let rest = scene.exchange.sim.exchange();
            rest.fail_next("/sms", RestFault::Page(400), 1);
            let mut caller = scene.exchange.ring(scene.exchange.plan()).await;
            faults::books_a_party(&mut caller).await;
            home::archive_has_waited(&scene.house).await;
        })
        .await;
}

async fn what_callers_do(scene: &Scene) {
    let house = &scene.house;
    let names = [
        "WebhooksRefused",
        "MediaLoss",
        "CallersNotUnderstood",
        "EventPoisoned",
        "CallsFail",
        "ActorsRestart",
    ];
    let riddlers = scene
        .fires(&names, async {
            let (one, other, ..) = tokio::join!(
                faults::call_in_riddles(house),
                faults::call_in_riddles(house),
                faults::call_with_losses(house),
                faults::poisoned_call(house),
                faults::strangers_post(house),
            );
            faults::shared_actor_crashes(house).await;
            [one, other]
        })
        .await;
    for riddler in riddlers {
        riddler.hangs_up().await;
    }
    let crowd = faults::too_many_callers(house, CALLS_MAX);
    scene.fires(&["CallsRefused"], crowd).await;
}

async fn line_is_lost(scene: &Scene) {
    let lost = ["RegistrationLost", "CannotServeCallers"];
    scene
        .fires(&lost, async {
            home::line_goes_down(&scene.exchange);
        })
        .await;
    overview_says(&scene.watch, "line", false).await;
    scene
        .fires(&["DriftFound"], async {
            scene.exchange.sim.edge().set_fault(None);
            until_ready(&scene.house, "line", true).await;
        })
        .await;
    overview_says(&scene.watch, "line", true).await;
}

async fn what_breaks_at_home(scene: &Scene) {
    let house = &scene.house;
    scene
        .fires(&["ProfileRefused"], async {
            house.write_business("name = ");
        })
        .await;
    house.write_business(&business(2));
    let book = faults::book_is_away(house);
    scene.fires(&["BookUnavailable"], book).await;
    let stuck = faults::voice_is_stuck(house);
    let slow = ["CallersInSilence", "RepliesSlow"];
    scene.fires(&slow, stuck).await;
    let broken = ["JournalFails", "CannotServeCallers"];
    let (journal, caller) = scene
        .fires(&broken, async {
            let journal = Table::taken_away(house, "call_events").await;
            (journal, Caller::ring(house.plan()).await)
        })
        .await;
    overview_says(&scene.watch, "database", false).await;
    journal.given_back().await;
    caller.is_answered().await;
    caller.hangs_up().await;
    until_ready(house, "database", true).await;
}

/// First nobody hears the callers, then nobody speaks to them.
async fn speech_is_down(scene: &Scene) {
    let (house, watch) = (&scene.house, &scene.watch);
    let names = ["WordsLost", "SpeechProviderFails", "CannotServeCallers"];
    let _unheard = scene
        .fires(&names, async {
            let caller = faults::recognisers_go_down(house).await;
            overview_says(watch, "recogniser", false).await;
            caller
        })
        .await;
    faults::speech_comes_back(house);
    until_ready(house, "recogniser", true).await;
    let _unanswered = faults::voice_goes_down(house).await;
    overview_says(watch, "voice", false).await;
    faults::speech_comes_back(house);
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

/// The process ends; by now every alert has fired.
async fn it_ends(scene: Scene) {
    let Scene { house, watch, .. } = scene;
    watch.until_quiet(&["MaitredDown"]).await;
    let before = watch.times_fired();
    house.server.stop(Duration::from_secs(10)).await;
    watch.until_fired(&["MaitredDown"], &before).await;
    overview_says(&watch, "maitred", false).await;
    alerts::are_whole(&watch).await;
}
