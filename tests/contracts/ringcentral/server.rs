//! The subscription as the whole server keeps it: made once it serves, shown, heard through, adopted after a restart.

use super::relay::Relay;
use super::{DEADLINE, rest, subscribe, until};
use maitred::adapters::clock::SystemClock;
use maitred::adapters::store::SqlJournal;
use maitred_actors::call::Event;
use maitred_actors::ports::clock::Clock as _;
use maitred_actors::ports::journal::{Journal as _, OutgoingText, Projection};
use maitred_actors::types::{CallId, PhoneNumber};
use maitred_harness::{House, Setup};
use ringcentral_sim::rest::{Exchange, RestConfig, RestFault, RestServer};
use ringcentral_sim::webhook::{Party, Session};
use std::time::Duration;

const TOKEN: &str = "a token that only RingCentral knows";

async fn house(rest: &RestServer, relay: &Relay) -> House {
    let config = rest.exchange().config();
    let setup = Setup::default()
        .with("RC_SERVER_URL", rest.url())
        .with("RC_CLIENT_ID", &config.client_id)
        .with("RC_CLIENT_SECRET", &config.client_secret)
        .with("RC_JWT_TOKEN", &config.jwt)
        .with("RC_SMS_FROM", "+15551230001")
        .with("RC_WEBHOOK_URL", relay.webhook())
        .with("RC_WEBHOOK_VERIFICATION_TOKEN", TOKEN);
    let house = setup.open().await;
    relay.lead_to(Some(house.server.http));
    house
}

async fn until_ready(house: &House) {
    let wait = async {
        let mut look = tokio::time::interval(Duration::from_millis(20));
        while house.get("/ready").await["parts"]["subscription"]["ok"] != true {
            look.tick().await;
        }
    };
    tokio::time::timeout(DEADLINE, wait)
        .await
        .expect("the subscription is shown as kept");
}

fn only_id(exchange: &Exchange) -> String {
    let listed = exchange.subscriptions();
    assert_eq!(listed.len(), 1, "{listed:?}");
    listed[0].id.clone()
}

/// A call as the exchange sees it, until the server has written of it.
async fn is_heard_through(house: &House, exchange: &Exchange, from: &str) {
    let mut journal = house.watch();
    let session = Session::inbound(from, "+15551230001");
    let id = session.telephony_session_id.clone();
    let _effects = exchange.begin(&session);
    let heard = async {
        loop {
            if let Event::SessionChanged { status } = journal.recv().await.unwrap().event
                && status.session.as_str() == id
            {
                return;
            }
        }
    };
    tokio::time::timeout(DEADLINE, heard)
        .await
        .expect("the event is in the journal");
    for party in [Party::Extension, Party::Caller] {
        exchange.change(&id, party, "Disconnected", None);
    }
    house.record_of(from).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_made_once_the_server_serves_and_events_reach_the_journal() {
    let (rest, relay) = (rest(RestConfig::default()).await, Relay::start().await);
    let house = house(&rest, &relay).await;
    until_ready(&house).await;
    only_id(rest.exchange());
    let metrics = house.text("/metrics").await;
    let seconds = metrics
        .lines()
        .find_map(|line| line.strip_prefix("maitred_subscription_seconds_to_expiry "))
        .and_then(|number| number.parse::<u64>().ok());
    assert!(
        seconds.is_some_and(|left| (600_000..=604_800).contains(&left)),
        "{seconds:?}"
    );
    for line in [
        r#"maitred_ringcentral_requests_total{group="auth",result="ok"} 1"#,
        r#"maitred_ringcentral_requests_total{group="medium",result="ok"} 1"#,
        r#"maitred_webhook_deliveries_total{result="validated"} 1"#,
    ] {
        assert!(metrics.contains(line), "{line} is missing in\n{metrics}");
    }
    is_heard_through(&house, rest.exchange(), "+15557650101").await;
    house.close().await;
    assert_eq!(
        rest.exchange().subscriptions().len(),
        1,
        "left in place for the next start"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_adopted_after_a_restart() {
    let (rest, relay) = (rest(RestConfig::default()).await, Relay::start().await);
    let house = house(&rest, &relay).await;
    until_ready(&house).await;
    let before = only_id(rest.exchange());
    relay.lead_to(None);
    let house = house.restart().await;
    relay.lead_to(Some(house.server.http));
    until_ready(&house).await;
    assert_eq!(only_id(rest.exchange()), before);
    is_heard_through(&house, rest.exchange(), "+15557650102").await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_with_an_old_token_is_replaced_at_its_first_delivery() {
    let (rest, relay) = (rest(RestConfig::default()).await, Relay::start().await);
    let earlier = House::open().await;
    relay.lead_to(Some(earlier.server.http));
    let filters = [
        "/restapi/v1.0/account/~/extension/~/telephony/sessions?sipData=true",
        "/restapi/v1.0/subscription/~?threshold=86400&interval=3600",
    ];
    let old = subscribe(&rest, &relay.webhook(), &filters).await;
    relay.lead_to(None);
    earlier.close().await;
    let house = house(&rest, &relay).await;
    until_ready(&house).await;
    assert_eq!(
        only_id(rest.exchange()),
        old,
        "nothing shows yet that it is deaf"
    );
    let _effects = rest
        .exchange()
        .begin(&Session::inbound("+15557650103", "+15551230001"));
    let replaced = || {
        let listed = rest.exchange().subscriptions();
        listed.len() == 1 && listed[0].id != old
    };
    until("another subscription", replaced).await;
    is_heard_through(&house, rest.exchange(), "+15557650104").await;
    house.close().await;
}

/// Puts a text as a call's commit does.
async fn put_text(house: &House, body: &str) {
    let text = OutgoingText {
        key: body.to_owned(),
        call: CallId::new("call_1"),
        kind: "booking_confirmation",
        to: PhoneNumber::parse("+15557650105").unwrap(),
        body: body.to_owned(),
        at: SystemClock.now(),
    };
    let journal = SqlJournal::new(house.server.database().clone());
    let row = Projection::Text(text);
    journal.commit(Vec::new(), vec![row]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_are_sent_once_across_the_end_of_the_server() {
    let (rest, relay) = (rest(RestConfig::default()).await, Relay::start().await);
    let house = house(&rest, &relay).await;
    put_text(&house, "Your table is booked.").await;
    rest.exchange().fail_next("/sms", RestFault::SilentAfter, 1);
    let house = house.restart().await;
    until("the text is taken", || rest.exchange().texts().len() == 1).await;
    put_text(&house, "See you soon.").await;
    let house = house.restart().await;
    relay.lead_to(Some(house.server.http));
    let shown = async {
        while !house
            .text("/metrics")
            .await
            .contains(r#"maitred_texts_total{status="sent"} 2"#)
        {}
    };
    tokio::time::timeout(DEADLINE, shown)
        .await
        .expect("both texts are known to be sent");
    let bodies: Vec<String> = rest
        .exchange()
        .texts()
        .into_iter()
        .map(|text| text.text)
        .collect();
    assert_eq!(bodies, ["Your table is booked.", "See you soon."]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_credentials_it_says_what_to_set() {
    let house = House::open().await;
    let part = house.get("/ready").await["parts"]["subscription"].clone();
    assert_eq!(part["ok"], false);
    let reason = part["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("not configured") && reason.contains("RC_CLIENT_ID"),
        "{reason}"
    );
    house.close().await;
}
