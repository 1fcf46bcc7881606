//! The keeper of the subscription against everything that can become of one.

use super::{Bench, DEADLINE, rest, subscribe, until};
use maitred::adapters::ringcentral::{Keeper, Standing, Subscribed, Timing, Wanted};
use maitred_harness::House;
use ringcentral_sim::rest::{Limits, RestConfig, RestFault, RestServer};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A keeper at work, with a server for its address.
struct Keeping {
    rest: RestServer,
    house: House,
    standing: Standing,
    stop: CancellationToken,
    task: JoinHandle<()>,
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

fn webhook(house: &House) -> String {
    format!(
        "http://{}/api/v1/ringcentral/webhooks/events",
        house.server.http
    )
}

impl Keeping {
    async fn begin(rest: RestServer, house: House, address: String, look_every: Duration) -> Self {
        let standing = Standing::new(Subscribed::NotYet);
        let wanted = Wanted {
            address,
            verification_token: "token".into(),
        };
        let timing = Timing {
            look_every,
            first_wait: Duration::from_millis(20),
        };
        let keeper = Keeper::new(Bench::new(&rest).client, wanted, timing, standing.clone());
        let stop = CancellationToken::new();
        let task = tokio::spawn(keeper.keep(stop.clone()));
        Self {
            rest,
            house,
            standing,
            stop,
            task,
        }
    }

    /// Begins with a fresh exchange, and looks often.
    async fn usual() -> Self {
        let (rest, house) = (rest(generous()).await, House::open().await);
        let address = webhook(&house);
        let keeping = Self::begin(rest, house, address, Duration::from_millis(50)).await;
        keeping.until_kept().await;
        keeping
    }

    async fn until_kept(&self) {
        until("kept", || self.standing.get() == Subscribed::Kept).await;
    }

    fn ids(&self) -> Vec<String> {
        self.rest
            .exchange()
            .subscriptions()
            .into_iter()
            .map(|one| one.id)
            .collect()
    }

    async fn end(self) {
        self.stop.cancel();
        tokio::time::timeout(DEADLINE, self.task)
            .await
            .unwrap()
            .unwrap();
        self.house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_one_is_made_again() {
    let keeping = Keeping::usual().await;
    let first = keeping.ids().remove(0);
    keeping.rest.exchange().delete_subscription(&first);
    until("another", || keeping.ids().len() == 1).await;
    assert_ne!(keeping.ids(), [first]);
    keeping.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blacklisted_one_is_replaced() {
    let keeping = Keeping::usual().await;
    let first = keeping.ids().remove(0);
    keeping.rest.exchange().blacklist_subscription(&first);
    until("another", || {
        keeping.ids().len() == 1 && keeping.ids()[0] != first
    })
    .await;
    assert!(!keeping.rest.exchange().subscriptions()[0].blacklisted);
    keeping.until_kept().await;
    keeping.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn leftovers_go_and_what_belongs_to_others_stays() {
    let (rest, house) = (rest(generous()).await, House::open().await);
    let ours = webhook(&house);
    let presence = ["/restapi/v1.0/account/~/extension/~/presence"];
    let narrow = ["/restapi/v1.0/account/~/extension/~/telephony/sessions"];
    let mut old = vec![subscribe(&rest, &ours, &presence).await];
    old.push(subscribe(&rest, &ours, &narrow).await);
    let foreign = subscribe(&rest, &format!("{ours}?of=another"), &presence).await;
    let keeping = Keeping::begin(rest, house, ours.clone(), Duration::from_millis(50)).await;
    keeping.until_kept().await;
    let listed = keeping.rest.exchange().subscriptions();
    assert_eq!(listed.len(), 2, "{listed:?}");
    assert!(listed.iter().any(|one| one.id == foreign), "{listed:?}");
    let kept = listed.iter().find(|one| one.address == ours).unwrap();
    assert!(!old.contains(&kept.id));
    assert!(
        kept.filters
            .iter()
            .any(|filter| filter.ends_with("sessions?sipData=true")),
        "{kept:?}"
    );
    keeping.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_renewed_at_half_of_the_life_that_was_granted() {
    let config = RestConfig {
        subscription_lifetime: Some(Duration::from_secs(6)),
        ..generous()
    };
    let (rest, house) = (rest(config).await, House::open().await);
    let address = webhook(&house);
    // Only what is due for renewal makes it look.
    let keeping = Keeping::begin(rest, house, address, Duration::from_secs(600)).await;
    keeping.until_kept().await;
    let first = keeping.ids();
    let light = || {
        keeping
            .rest
            .exchange()
            .calls_of(ringcentral_sim::rest::Group::Light)
            .0
    };
    // Two lists at first; list, renewal, list each time after that.
    until("two renewals", || light() >= 8).await;
    assert_eq!(keeping.ids(), first, "the same one lives on");
    assert_eq!(keeping.standing.get(), Subscribed::Kept);
    keeping.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_nobody_serves_is_told_with_the_code() {
    let (rest, house) = (rest(generous()).await, House::open().await);
    let address = format!("http://{}/somewhere/else", house.server.http);
    let keeping = Keeping::begin(rest, house, address, Duration::from_millis(50)).await;
    let told = || match keeping.standing.get() {
        Subscribed::Failed(reason) => reason.contains("SUB-525"),
        _ => false,
    };
    until("told", told).await;
    assert!(keeping.ids().is_empty());
    assert_eq!(keeping.standing.seconds_to_expiry(), 0);
    keeping.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_shown_and_passes() {
    let keeping = Keeping::usual().await;
    let first = keeping.ids();
    keeping
        .rest
        .exchange()
        .set_fault(Some(RestFault::Unavailable));
    until("shown", || {
        matches!(keeping.standing.get(), Subscribed::Failed(_))
    })
    .await;
    assert!(
        keeping.standing.seconds_to_expiry() > 0,
        "it delivers all the same"
    );
    keeping.rest.exchange().set_fault(None);
    keeping.until_kept().await;
    assert_eq!(keeping.ids(), first);
    keeping.end().await;
}
