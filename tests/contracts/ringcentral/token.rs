//! The access token: one at a time, renewed in time, replaced once when revoked; and what is tried again.

use super::{Bench, DEADLINE, credentials, extension, rest};
use maitred::adapters::ringcentral::{Error, Group, Request};
use ringcentral_sim::rest::{Group as SimGroup, RestConfig, RestFault};
use std::time::Duration;

#[tokio::test]
async fn many_at_once_ask_for_one_token() {
    let rest = rest(RestConfig::default()).await;
    Bench::new(&rest).read_at_once(20).await;
    assert_eq!(rest.exchange().calls_of(SimGroup::Auth), (1, 0));
    assert_eq!(rest.exchange().calls_of(SimGroup::Light), (20, 0));
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires() {
    let config = RestConfig {
        token_lifetime: Some(Duration::from_secs(5)),
        ..RestConfig::default()
    };
    let rest = rest(config).await;
    let bench = Bench::new(&rest);
    let renewed = async {
        let mut look = tokio::time::interval(Duration::from_millis(200));
        while rest.exchange().calls_of(SimGroup::Auth).0 < 2 {
            look.tick().await;
            bench.read().await.unwrap();
        }
    };
    tokio::time::timeout(DEADLINE, renewed).await.unwrap();
    assert_eq!(
        bench.count(Group::Light, "unauthorized"),
        0,
        "the old token was still good"
    );
    assert_eq!(bench.count(Group::Auth, "ok"), 2);
}

#[tokio::test]
async fn a_revoked_token_is_replaced_once_and_the_request_repeated_once() {
    let rest = rest(RestConfig::default()).await;
    let bench = Bench::new(&rest);
    bench.read().await.unwrap();
    rest.exchange().revoke_tokens();
    bench.read_at_once(10).await;
    assert_eq!(rest.exchange().calls_of(SimGroup::Auth), (2, 0));
    assert!(bench.count(Group::Light, "unauthorized") >= 1);
    assert_eq!(
        rest.exchange().calls_of(SimGroup::Light),
        (11, 0),
        "each was carried out once"
    );
}

#[tokio::test]
async fn a_token_that_is_never_taken_is_replaced_only_once() {
    let config = RestConfig {
        token_lifetime: Some(Duration::ZERO),
        ..RestConfig::default()
    };
    let rest = rest(config).await;
    let bench = Bench::new(&rest);
    let error = bench.read().await.unwrap_err();
    let Error::Refused(refusal) = error else {
        panic!("{error}")
    };
    assert_eq!((refusal.status, refusal.code.as_str()), (401, "OAU-128"));
    assert_eq!(rest.exchange().calls_of(SimGroup::Auth), (2, 0));
}

#[tokio::test]
async fn wrong_credentials_are_told_by_code_and_not_tried_again_at_once() {
    let rest = rest(RestConfig::default()).await;
    let mut wrong_jwt = credentials(&rest);
    wrong_jwt.jwt = "hush-jwt".into();
    let mut wrong_secret = credentials(&rest);
    wrong_secret.client_secret = "hush-secret".into();
    for (wrong, status, code) in [(wrong_jwt, 400, "OAU-211"), (wrong_secret, 401, "OAU-153")] {
        let bench = Bench::with(&rest, wrong);
        for _ in 0..3 {
            let error = bench.read().await.unwrap_err();
            let Error::Refused(refusal) = &error else {
                panic!("{error}")
            };
            assert_eq!((refusal.status, refusal.code.as_str()), (status, code));
            let shown = format!("{error} {error:?} {:?}", bench.client);
            assert!(!shown.contains("hush"), "{shown}");
        }
        assert_eq!(bench.results.lock().unwrap().len(), 1, "asked once");
    }
}

#[tokio::test]
async fn what_failed_for_a_moment_is_tried_again_where_that_is_safe() {
    let rest = rest(RestConfig::default()).await;
    let bench = Bench::new(&rest);
    bench.read().await.unwrap();
    rest.exchange().set_fault(Some(RestFault::Unavailable));
    let reading = tokio::spawn({
        let bench = bench.clone();
        async move { bench.read().await }
    });
    super::until("a failure", || {
        bench.count(Group::Light, "server_error") >= 1
    })
    .await;
    rest.exchange().set_fault(None);
    reading.await.unwrap().unwrap();

    rest.exchange().set_fault(Some(RestFault::Broken));
    let before = bench.count(Group::Light, "server_error");
    let command = Request::post(
        Group::Light,
        "/restapi/v1.0/account/~/telephony/sessions/s-1/parties/p-1/hold",
        None,
    );
    let error = bench.client.send(&command.as_command()).await.unwrap_err();
    assert!(
        matches!(&error, Error::Refused(refusal) if refusal.code == "CMN-203"),
        "{error}"
    );
    assert_eq!(
        bench.count(Group::Light, "server_error"),
        before + 1,
        "it may have been carried out"
    );
    let error = bench
        .client
        .send(&extension().as_command())
        .await
        .unwrap_err();
    assert!(error.is_passing(), "{error}");
}
