//! Rate limits: learnt from the answers, shared with others, and penalties in which nothing is sent.

use super::{Bench, extension, rest};
use maitred::adapters::ringcentral::{Error, Group, Request};
use ringcentral_sim::rest::{Group as SimGroup, Limits, RestConfig, RestFault, RestServer};
use std::time::Duration;

async fn limited(light: u32, window: u64) -> RestServer {
    let limits = Limits {
        light,
        window: Duration::from_secs(window),
        ..Limits::default()
    };
    rest(RestConfig {
        limits,
        ..RestConfig::default()
    })
    .await
}

#[tokio::test]
async fn the_limit_is_learnt_and_never_exceeded() {
    let rest = limited(5, 1).await;
    let bench = Bench::new(&rest);
    bench.read().await.unwrap();
    bench.read_at_once(11).await;
    assert_eq!(rest.exchange().calls_of(SimGroup::Light), (12, 0));
}

#[tokio::test]
async fn what_others_used_is_counted() {
    let rest = limited(6, 2).await;
    let (other, bench) = (Bench::new(&rest), Bench::new(&rest));
    for _ in 0..3 {
        other.read().await.unwrap();
    }
    bench.read().await.unwrap();
    bench.read_at_once(4).await;
    assert_eq!(rest.exchange().calls_of(SimGroup::Light), (8, 0));
}

#[tokio::test]
async fn nothing_is_sent_inside_a_penalty() {
    let rest = limited(3, 2).await;
    let (other, bench) = (Bench::new(&rest), Bench::new(&rest));
    for _ in 0..3 {
        other.client.send(&extension().as_command()).await.unwrap();
    }
    bench.read().await.unwrap();
    assert_eq!(
        bench.count(Group::Light, "rate_limited"),
        1,
        "the limit was hit once"
    );
    assert_eq!(
        rest.exchange().calls_of(SimGroup::Light),
        (4, 1),
        "and the penalty waited for"
    );
}

#[tokio::test]
async fn a_command_does_not_wait_for_the_end_of_a_penalty() {
    let rest = limited(1, 30).await;
    let (other, bench) = (Bench::new(&rest), Bench::new(&rest));
    other.read().await.unwrap();
    for _ in 0..3 {
        let error = bench
            .client
            .send(&extension().as_command())
            .await
            .unwrap_err();
        assert!(
            matches!(error, Error::Limited(wait) if wait > Duration::from_secs(2)),
            "{error}"
        );
    }
    assert_eq!(rest.exchange().calls_of(SimGroup::Light), (1, 1));
}

#[tokio::test]
async fn a_command_goes_before_polling_that_waits() {
    let rest = limited(10, 3).await;
    let bench = Bench::new(&rest);
    bench.read().await.unwrap();
    let mut polling = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let bench = bench.clone();
        polling.spawn(async move { bench.read().await });
    }
    super::until("polling has taken its share", || {
        bench.count(Group::Light, "ok") == 8
    })
    .await;
    for sent in 1..=2 {
        bench.client.send(&extension().as_command()).await.unwrap();
        let through = bench.count(Group::Light, "ok");
        assert_eq!(through, 8 + sent, "polling waits, the command does not");
    }
    for result in polling.join_all().await {
        result.unwrap();
    }
    assert_eq!(rest.exchange().calls_of(SimGroup::Light), (15, 0));
}

#[tokio::test]
async fn a_limit_of_another_kind_stops_every_group_for_as_long_as_it_says() {
    let rest = limited(100, 60).await;
    let bench = Bench::new(&rest);
    bench.read().await.unwrap();
    rest.exchange()
        .fail_next("/extension/", RestFault::Limited(40), 1);
    let error = bench.client.send(&extension().as_command()).await;
    let command = Request::post(Group::Medium, "/restapi/v1.0/subscription", None).as_command();
    for limited in [error, bench.client.send(&command).await] {
        let Err(Error::Limited(wait)) = limited else {
            panic!("{limited:?}")
        };
        assert!((30..=40).contains(&wait.as_secs()), "{wait:?}");
    }
    assert_eq!(rest.exchange().calls_of(SimGroup::Light), (1, 0));
    assert_eq!(rest.exchange().calls_of(SimGroup::Medium), (0, 0));
}
