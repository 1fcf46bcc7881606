//! The SIP account that REST gives: fetched at start and after a refusal, registered over TLS, never in the way of the
//! start.

use super::relay::Relay;
use super::{DEADLINE, until};
use maitred_harness::{Caller, House, Setup};
use ringcentral_sim::rest::{RestConfig, RestFault, RestServer, SipAccess};
use ringcentral_sim::{EdgeConfig, RingCentralSim, SimConfig, SipEdge, Transport};
use serde_json::Value;
use std::time::Duration;
use tempfile::NamedTempFile;

/// A server that has nothing but the REST application, and trusts the edge.
fn setup(rest_url: &str, config: &RestConfig, edge: &SipEdge) -> (Setup, NamedTempFile) {
    let authority = NamedTempFile::new().unwrap();
    std::fs::write(authority.path(), edge.tls_pem()).unwrap();
    let setup = Setup::default()
        .with("RC_SERVER_URL", rest_url)
        .with("RC_CLIENT_ID", &config.client_id)
        .with("RC_CLIENT_SECRET", &config.client_secret)
        .with("RC_JWT_TOKEN", &config.jwt)
        .with("SIP_CA", authority.path().display().to_string());
    (setup, authority)
}

/// Waits until the line is as wanted in `/ready`.
async fn line_is(house: &House, wanted: impl Fn(&Value) -> bool) {
    let mut last = Value::Null;
    let wait = async {
        let mut look = tokio::time::interval(Duration::from_millis(20));
        loop {
            look.tick().await;
            last = house.get("/ready").await;
            if wanted(&last["parts"]["line"]) {
                return;
            }
        }
    };
    let came = tokio::time::timeout(DEADLINE, wait).await;
    assert!(came.is_ok(), "never so: {last}");
}

async fn is_ready(house: &House) {
    line_is(house, |line| line["ok"] == true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_application_alone_is_enough_to_take_calls() {
    let sim = RingCentralSim::start(SimConfig::default()).await.unwrap();
    let (setup, _authority) = setup(&sim.rest_url(), sim.exchange().config(), sim.edge());
    let house = setup.open().await;
    is_ready(&house).await;
    let registers = sim.edge().registers();
    let proof = registers
        .iter()
        .find_map(|one| one.header("Authorization"))
        .unwrap();
    assert!(
        proof.contains("802512345678"),
        "the authorization id proves: {proof}"
    );
    let via = registers[0].header("Via").unwrap();
    assert!(via.starts_with("SIP/2.0/TLS "), "{via}");
    let mut caller = Caller::dial(sim.caller()).await;
    caller.hears("How can I help you?").await;
    caller.hangs_up().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_down_at_the_start_is_waited_for() {
    let sim = RingCentralSim::start(SimConfig::default()).await.unwrap();
    sim.exchange().set_fault(Some(RestFault::Unavailable));
    let (setup, _authority) = setup(&sim.rest_url(), sim.exchange().config(), sim.edge());
    let house = setup.open().await;
    line_is(&house, |line| {
        let reason = line["reason"].as_str().unwrap_or_default();
        reason.starts_with("no account to register: ") && reason.contains("503")
    })
    .await;
    assert!(sim.edge().registers().is_empty());
    sim.exchange().set_fault(None);
    is_ready(&house).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_was_changed_is_fetched_again() {
    let edge = SipEdge::start(EdgeConfig::default()).await.unwrap();
    let access = |password: &str| SipAccess {
        account: EdgeConfig {
            password: password.to_owned(),
            ..edge.config().clone()
        },
        tcp: edge.address(Transport::Tcp),
        tls: edge.address(Transport::Tls),
    };
    let config = |password: &str| RestConfig {
        sip: Some(access(password)),
        ..RestConfig::default()
    };
    let relay = Relay::start().await;
    let old = RestServer::start(config("of yesterday")).await.unwrap();
    relay.lead_to(Some(address(&old)));
    let url = format!("http://{}", relay.address);
    let (setup, _authority) = setup(&url, old.exchange().config(), &edge);
    let house = setup.open().await;
    until("a refusal", || edge.registers().len() >= 2).await;
    line_is(&house, |line| line["ok"] == false).await;
    let new = RestServer::start(config(&edge.config().password))
        .await
        .unwrap();
    relay.lead_to(Some(address(&new)));
    drop(old);
    is_ready(&house).await;
    assert!(edge.binding().is_some());
    house.close().await;
    until("the account is given back", || edge.binding().is_none()).await;
}

fn address(rest: &RestServer) -> std::net::SocketAddr {
    rest.url().strip_prefix("http://").unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_a_device_is_told_and_can_be_wanted_so() {
    let rest = super::rest(RestConfig::default()).await;
    let edge = SipEdge::start(EdgeConfig::default()).await.unwrap();
    let (setup_with, _authority) = setup(&rest.url(), rest.exchange().config(), &edge);
    let house = setup_with.open().await;
    line_is(&house, |line| {
        let reason = line["reason"].as_str().unwrap_or_default();
        reason.contains("no device of type OtherPhone")
    })
    .await;
    house.close().await;
    let (setup_without, _authority) = setup(&rest.url(), rest.exchange().config(), &edge);
    let house = setup_without.with("RC_DEVICE_ID", "none").open().await;
    assert_eq!(house.get("/ready").await["parts"]["line"]["ok"], true);
    house.close().await;
}
