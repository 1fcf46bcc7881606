//! The owner edits the business profile while calls go on: a good version is taken up by new calls, a bad one is refused
//! whole with its line, and a call that has begun keeps the version with which it began.

use maitred_harness::{DEADLINE, House, Setup, business};
use serde_json::Value;
use std::time::Duration;

/// Waits until the server tells of the business what is wanted.
async fn until(house: &House, wanted: impl Fn(&Value) -> bool) -> Value {
    let search = async {
        let mut look = tokio::time::interval(Duration::from_millis(50));
        loop {
            look.tick().await;
            let told = house.get("/api/v1/business").await;
            if wanted(&told) {
                return told;
            }
        }
    };
    tokio::time::timeout(DEADLINE, search)
        .await
        .expect("the change is noticed")
}

fn pinned(story: &Value) -> &Value {
    &story["journal"][0]["event"]["settings"]["profile"]["name"]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_profile_is_for_new_calls_and_a_bad_one_for_none() {
    let house = Setup::default().with("VOICE_AI_GREETING", "").open().await;
    let plan = house.plan();
    let first_from = plan.from_number.clone();
    let mut first = maitred_harness::Caller::dial(plan).await;
    first.hears("calling My Hibachi Chef").await;

    let renamed = business(2).replace("My Hibachi Chef", "Luigis Kitchen");
    house.write_business(&renamed);
    until(&house, |told| told["profile"]["name"] == "Luigis Kitchen").await;
    let plan = house.plan();
    let second_from = plan.from_number.clone();
    let mut second = maitred_harness::Caller::dial(plan).await;
    second.hears("calling Luigis Kitchen").await;

    let bad = renamed
        .replace("Luigis Kitchen", "Nobodys Kitchen")
        .replace("crews = 2", "crews = -2");
    house.write_business(&bad);
    let told = until(&house, |told| told["refused"] != serde_json::json!([])).await;
    assert_eq!(told["profile"]["name"], "Luigis Kitchen");
    let line = 1 + bad[..bad.find("crews = -2").unwrap()].matches('\n').count();
    let reason = told["refused"][0].as_str().unwrap();
    let place = format!("business.toml:{line}:9: capacity.crews: found `-2`, expected ");
    assert!(reason.contains(&place), "{reason}");
    let ready = house.get("/ready").await;
    assert_eq!(ready["ready"], true);
    assert_eq!(ready["parts"]["business"]["ok"], false);
    let metrics = house.text("/metrics").await;
    assert!(metrics.contains("maitred_profile_changes_total{result=\"refused\"} 1"));
    assert!(metrics.contains("maitred_profile_current 0"));
    let mut third = house.caller().await;
    third.hears("calling Luigis Kitchen").await;

    house.write_business(&renamed);
    until(&house, |told| told["refused"] == serde_json::json!([])).await;
    for caller in [&first, &second, &third] {
        caller.phone.hang_up().await.expect("the call is let go");
    }
    assert_eq!(
        pinned(&house.story_of(&first_from).await),
        "My Hibachi Chef"
    );
    assert_eq!(
        pinned(&house.story_of(&second_from).await),
        "Luigis Kitchen"
    );
    house.close().await;
}
