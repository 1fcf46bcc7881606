//! Owns what holds for all alerts together: each has fired, is explained, and is the same for Grafana; and what Prometheus'
//! own tool says of rules and metrics. Called by the story.

use crate::files;
use crate::prometheus::Prometheus;
use crate::rules::Rules;
use maitred_harness::House;
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Fails unless every rule is healthy and has fired in this story.
pub async fn are_whole(watch: &Prometheus) {
    let fired = watch.times_fired();
    for rule in watch.rules().await {
        let name = rule["name"].as_str().unwrap();
        assert_eq!(rule["health"], "ok", "{name}: {}", rule["lastError"]);
        assert!(
            fired.contains_key(name),
            "{name} has no fault in this story"
        );
    }
}

fn promtool(arguments: &[&str], input: Option<&str>) {
    let mut child = Command::new("/usr/bin/promtool")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Debian's package prometheus is installed");
    let mut stdin = child.stdin.take().unwrap();
    stdin
        .write_all(input.unwrap_or_default().as_bytes())
        .unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let told = [output.stdout, output.stderr].concat();
    let told = String::from_utf8_lossy(&told);
    assert!(output.status.success(), "promtool {arguments:?}: {told}");
}

#[test]
fn promtool_accepts_the_rules_and_their_tests() {
    let path = |name| files::path(name).display().to_string();
    promtool(&["check", "rules", &path("alerts/maitred.yml")], None);
    promtool(&["test", "rules", &path("alerts/maitred_test.yml")], None);
    promtool(&["check", "config", &path("prometheus.yml")], None);
}

#[tokio::test(flavor = "multi_thread")]
async fn promtool_finds_no_fault_with_the_metrics_and_grafana_has_the_same_alerts() {
    let house = House::open().await;
    let metrics = house.text("/metrics").await;
    promtool(&["check", "metrics"], Some(&metrics));
    let rules = loaded(&house).await;
    house.close().await;
    let grafana = files::json("provisioning/alerting/rules.json");
    let copies = grafana["groups"][0]["rules"].as_array().unwrap();
    let copies: Vec<Value> = copies.iter().map(copy).collect();
    assert_eq!(rules, copies);
    let page = files::text("README.md");
    for rule in rules {
        let (name, runbook) = (rule["name"].as_str().unwrap(), &rule["runbook"]);
        let line = page
            .lines()
            .find(|line| line.starts_with(&format!("| {name} |")));
        let line = line.unwrap_or_else(|| panic!("{name} is not in README.md"));
        assert!(
            line.contains(runbook.as_str().unwrap()),
            "{name} is explained in two ways"
        );
    }
}

/// The alerts as Prometheus reads them.
async fn loaded(house: &House) -> Vec<Value> {
    let watch = Prometheus::watching(house.server.http, &Rules::shipped()).await;
    let rules = watch.rules().await.into_iter();
    let same = |rule: Value| {
        json!({
            "name": rule["name"],
            "query": plain(&rule["query"]),
            "seconds": rule["duration"].as_f64().unwrap(),
            "severity": rule["labels"]["severity"],
            "summary": rule["annotations"]["summary"],
            "runbook": rule["annotations"]["runbook"],
        })
    };
    rules.map(same).collect()
}

/// An alert as Grafana is given it.
fn copy(rule: &Value) -> Value {
    json!({
        "name": rule["title"],
        "query": plain(&rule["data"][0]["model"]["expr"]),
        "seconds": seconds(rule["for"].as_str().unwrap()),
        "severity": rule["labels"]["severity"],
        "summary": rule["annotations"]["summary"],
        "runbook": rule["annotations"]["runbook"],
    })
}

/// A query without its spaces, which Prometheus sets anew.
fn plain(query: &Value) -> String {
    query.as_str().unwrap().split_whitespace().collect()
}

fn seconds(text: &str) -> f64 {
    let (number, unit) = text.split_at(text.len() - 1);
    let number: f64 = number.parse().unwrap();
    number * if unit == "m" { 60.0 } else { 1.0 }
}
