//! Owns a Prometheus that scrapes one house, and what it says. Called by the story. Never leaves the loopback; the process is
//! ended by its own handle, and its data goes with its folder.

use crate::rules::Rules;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, UNIX_EPOCH};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Time in which something expected must have happened, also on a busy machine.
const DEADLINE: Duration = Duration::from_secs(60);

/// How often each alert has begun to fire.
pub type TimesFired = BTreeMap<String, u32>;

/// The alerts that fire now, and how often each has begun to.
#[derive(Clone, Default)]
struct Fires {
    now: BTreeSet<String>,
    times: TimesFired,
}

/// A running Prometheus.
pub struct Prometheus {
    url: String,
    http: reqwest::Client,
    began: f64,
    fires: watch::Receiver<Fires>,
    watching: JoinHandle<()>,
    child: Child,
    _folder: TempDir,
}

impl Prometheus {
    /// Starts one that scrapes this address once a second, and waits for the first scrape.
    pub async fn watching(house: SocketAddr, rules: &Rules) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("alerts.yml"), rules.text()).unwrap();
        let config = format!(
            "global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}\n\
             rule_files: [alerts.yml]\n\
             scrape_configs: [{{job_name: maitred, static_configs: [{{targets: ['{house}']}}]}}]\n"
        );
        std::fs::write(folder.path().join("prometheus.yml"), config).unwrap();
        let (child, address) = start(folder.path());
        let url = format!("http://{address}");
        let http = reqwest::Client::new();
        let (told, fires) = watch::channel(Fires::default());
        let watching = tokio::spawn(collect(http.clone(), url.clone(), told));
        let prometheus = Self {
            url,
            http,
            began: now(),
            fires,
            watching,
            child,
            _folder: folder,
        };
        let is_there = |series: &[Value]| !series.is_empty();
        prometheus.until("up == 1", is_there).await;
        prometheus
    }

    /// Tells how often each alert has begun to fire so far.
    pub fn times_fired(&self) -> TimesFired {
        self.fires.borrow().times.clone()
    }

    /// Names the alerts that fire now.
    pub fn firing(&self) -> BTreeSet<String> {
        self.fires.borrow().now.clone()
    }

    /// Waits until all these alerts have begun to fire once more than they had then.
    pub async fn until_fired(&self, names: &[&str], since: &TimesFired) {
        let has_not = |times: &TimesFired, name: &str| times.get(name) <= since.get(name);
        let mut fires = self.fires.clone();
        let all = fires.wait_for(|fires| !names.iter().any(|name| has_not(&fires.times, name)));
        if tokio::time::timeout(DEADLINE, all).await.is_err() {
            let times = self.times_fired();
            let missing = names.iter().filter(|name| has_not(&times, name));
            let missing: Vec<_> = missing.collect();
            panic!("{missing:?} never fired; firing: {:?}", self.firing());
        }
    }

    /// Waits until none of these alerts fires.
    pub async fn until_quiet(&self, names: &[&str]) {
        let fires = |now: &BTreeSet<String>| names.iter().any(|name| now.contains(*name));
        let mut seen = self.fires.clone();
        let quiet = seen.wait_for(|seen| !fires(&seen.now));
        let quiet = tokio::time::timeout(DEADLINE, quiet).await.is_ok();
        assert!(quiet, "{names:?}: still firing: {:?}", self.firing());
    }

    /// Gives the rules as they were loaded, with their health.
    pub async fn rules(&self) -> Vec<Value> {
        let answer = self.ask("rules", &[]).await.unwrap();
        answer["groups"][0]["rules"].as_array().cloned().unwrap()
    }

    /// Waits until a query gives series that are as wanted. One that only begins to serve gives none.
    pub async fn until(&self, query: &str, wanted: impl Fn(&[Value]) -> bool) {
        let mut last = Ok(Vec::new());
        let there = async {
            let mut look = tokio::time::interval(Duration::from_millis(100));
            while !last.as_ref().is_ok_and(|series| wanted(series)) {
                look.tick().await;
                last = self.series(query).await;
            }
        };
        if tokio::time::timeout(DEADLINE, there).await.is_err() {
            panic!("{query} never was as wanted, but: {last:?}");
        }
    }

    /// Gives the labels of the series of which a query tells now.
    async fn series(&self, query: &str) -> Result<Vec<Value>, String> {
        let answer = self.ask("query", &[("query", query)]).await?;
        let series = answer["result"].as_array().cloned().unwrap_or_default();
        Ok(series.iter().map(|one| one["metric"].clone()).collect())
    }

    /// Tells whether a query had a number at any time since the beginning, or why it cannot be asked.
    pub async fn had_data(&self, query: &str) -> Result<bool, String> {
        let (start, end) = (self.began.to_string(), now().to_string());
        let parameters = [
            ("query", query),
            ("start", &start),
            ("end", &end),
            ("step", "1"),
        ];
        let answer = self.ask("query_range", &parameters).await?;
        let series = answer["result"].as_array().cloned().unwrap_or_default();
        Ok(series.iter().any(|one| {
            let points = one["values"].as_array();
            points.is_some_and(|points| points.iter().any(|point| !number(point).is_nan()))
        }))
    }

    async fn ask(&self, what: &str, parameters: &[(&str, &str)]) -> Result<Value, String> {
        ask(&self.http, &self.url, what, parameters).await
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        self.watching.abort();
        // It has nothing to lose, and may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the process, and gives the address that it tells in its log.
fn start(folder: &Path) -> (Child, String) {
    let path = |name: &str| folder.join(name).display().to_string();
    let mut child = Command::new("/usr/bin/prometheus")
        .arg(format!("--config.file={}", path("prometheus.yml")))
        .arg(format!("--storage.tsdb.path={}", path("data")))
        .arg("--web.listen-address=127.0.0.1:0")
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("Debian's package prometheus is installed");
    let log = BufReader::new(child.stderr.take().unwrap());
    let (told, address) = mpsc::channel();
    // Reads to the end, so that the process is never held up by its log.
    std::thread::spawn(move || {
        for line in log.lines().map_while(Result::ok) {
            if let Some((_, address)) = line.split_once("msg=\"Listening on\" address=") {
                let _ = told.send(address.trim().to_owned());
            }
        }
    });
    let address = address.recv_timeout(DEADLINE);
    (child, address.expect("Prometheus tells its address"))
}

/// Collects which alerts fire, for as long as it is let.
async fn collect(http: reqwest::Client, url: String, told: watch::Sender<Fires>) {
    let mut look = tokio::time::interval(Duration::from_millis(200));
    loop {
        look.tick().await;
        let Ok(answer) = ask(&http, &url, "alerts", &[]).await else {
            continue;
        };
        let alerts = answer["alerts"].as_array().cloned().unwrap_or_default();
        let firing = alerts.iter().filter(|alert| alert["state"] == "firing");
        let names = firing.filter_map(|alert| alert["labels"]["alertname"].as_str());
        let now: BTreeSet<String> = names.map(str::to_owned).collect();
        told.send_if_modified(|fires| {
            let is_new = fires.now != now;
            for begun in now.difference(&fires.now) {
                *fires.times.entry(begun.clone()).or_default() += 1;
            }
            fires.now = now;
            is_new
        });
    }
}

async fn ask(
    http: &reqwest::Client,
    url: &str,
    what: &str,
    parameters: &[(&str, &str)],
) -> Result<Value, String> {
    let mut address = reqwest::Url::parse(&format!("{url}/api/v1/{what}")).unwrap();
    if !parameters.is_empty() {
        address.query_pairs_mut().extend_pairs(parameters);
    }
    let told = |error: reqwest::Error| error.to_string();
    let answer = http.get(address).send().await.map_err(told)?;
    let answer: Value = answer.json().await.map_err(told)?;
    match answer["status"].as_str() {
        Some("success") => Ok(answer["data"].clone()),
        _ => Err(answer["error"].to_string()),
    }
}

/// Reads a point: a time and a number.
fn number(point: &Value) -> f64 {
    let text = point[1].as_str().unwrap();
    text.parse().unwrap()
}

fn now() -> f64 {
    UNIX_EPOCH.elapsed().unwrap().as_secs_f64()
}
