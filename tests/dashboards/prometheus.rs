//! Owns a Prometheus that scrapes one house, and what it says. Called by the story. It is stopped by its process id.

use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, UNIX_EPOCH};
use tempfile::TempDir;
use tokio::task::JoinHandle;

/// Time in which something expected must have happened, also on a busy machine.
const DEADLINE: Duration = Duration::from_secs(40);

/// What is replaced in the alerts so that a fault shows within seconds.
const REPLACED: &[(&str, &str)] = &[
    ("for: 30s", "for: 0s"),
    ("for: 1m", "for: 0s"),
    ("for: 2m", "for: 0s"),
    ("for: 5m", "for: 0s"),
    ("for: 10m", "for: 0s"),
    ("for: 30m", "for: 0s"),
    ("[10m]", "[10s]"),
    ("[30m]", "[10s]"),
    ("[1h]", "[10s]"),
    (
        "maitred_archive_oldest_seconds > 7200",
        "maitred_archive_oldest_seconds > 5",
    ),
    (
        r#"maitred_silence_seconds_bucket{le="5"}"#,
        r#"maitred_silence_seconds_bucket{le="2"}"#,
    ),
];

/// A running Prometheus.
pub struct Prometheus {
    url: String,
    http: reqwest::Client,
    began: f64,
    fired: Arc<Mutex<BTreeSet<String>>>,
    watching: JoinHandle<()>,
    child: Child,
    _folder: TempDir,
}

impl Prometheus {
    /// Starts one with alerts that do not wait.
    pub async fn watching(house: SocketAddr, alerts: &str) -> Self {
        let mut rules = alerts.to_owned();
        for (from, to) in REPLACED {
            assert!(rules.contains(from), "{from} is nowhere in the alerts");
            rules = rules.replace(from, to);
        }
        Self::as_written(house, &rules).await
    }

    /// Starts one that scrapes this address twice a second, and waits for the first scrape.
    pub async fn as_written(house: SocketAddr, rules: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("alerts.yml"), rules).unwrap();
        let config = format!(
            "global: {{scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms}}\n\
             rule_files: [alerts.yml]\n\
             scrape_configs: [{{job_name: maitred, static_configs: [{{targets: ['{house}']}}]}}]\n"
        );
        std::fs::write(folder.path().join("prometheus.yml"), config).unwrap();
        let (child, address) = start(folder.path());
        let url = format!("http://{address}");
        let http = reqwest::Client::new();
        let fired = Arc::default();
        let watching = tokio::spawn(collect(http.clone(), url.clone(), Arc::clone(&fired)));
        let began = now();
        let prometheus = Self {
            url,
            http,
            began,
            fired,
            watching,
            child,
            _folder: folder,
        };
        prometheus.until_up().await;
        prometheus
    }

    /// Names the alerts that have fired so far.
    pub fn fired(&self) -> BTreeSet<String> {
        self.fired
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Waits until all these alerts have fired.
    pub async fn until_fired(&self, names: &[&str]) {
        let missing = || {
            let fired = self.fired();
            names
                .iter()
                .copied()
                .filter(move |name| !fired.contains(*name))
        };
        let all = async {
            let mut look = tokio::time::interval(Duration::from_millis(50));
            while missing().next().is_some() {
                look.tick().await;
            }
        };
        if tokio::time::timeout(DEADLINE, all).await.is_err() {
            let missing: Vec<&str> = missing().collect();
            panic!("{missing:?} never fired; fired: {:?}", self.fired());
        }
    }

    /// Gives the rules as they were loaded, with their health.
    pub async fn rules(&self) -> Vec<Value> {
        let answer = self.ask("rules", &[]).await.unwrap();
        answer["groups"][0]["rules"].as_array().cloned().unwrap()
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
        let number = |point: &Value| point[1].as_str().is_some_and(|text| text != "NaN");
        Ok(series.iter().any(|one| {
            let points = one["values"].as_array();
            points.is_some_and(|points| points.iter().any(number))
        }))
    }

    async fn until_up(&self) {
        let up = async {
            let mut look = tokio::time::interval(Duration::from_millis(50));
            while !self.had_data("up == 1").await.unwrap_or(false) {
                look.tick().await;
            }
        };
        let up = tokio::time::timeout(DEADLINE, up).await;
        up.expect("Prometheus scrapes the house");
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
    let mut child = Command::new("/usr/bin/prometheus")
        .arg(format!(
            "--config.file={}",
            folder.join("prometheus.yml").display()
        ))
        .arg(format!(
            "--storage.tsdb.path={}",
            folder.join("data").display()
        ))
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

/// Collects the names of alerts that fire, for as long as it is let.
async fn collect(http: reqwest::Client, url: String, fired: Arc<Mutex<BTreeSet<String>>>) {
    let mut look = tokio::time::interval(Duration::from_millis(100));
    loop {
        look.tick().await;
        let Ok(answer) = ask(&http, &url, "alerts", &[]).await else {
            continue;
        };
        let alerts = answer["alerts"].as_array().cloned().unwrap_or_default();
        let firing = alerts.iter().filter(|alert| alert["state"] == "firing");
        let names = firing.filter_map(|alert| alert["labels"]["alertname"].as_str());
        let mut fired = fired.lock().unwrap_or_else(PoisonError::into_inner);
        fired.extend(names.map(str::to_owned));
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
    let answer = http
        .get(address)
        .send()
        .await
        .map_err(|error| error.to_string())?;
    let answer: Value = answer.json().await.map_err(|error| error.to_string())?;
    match answer["status"].as_str() {
        Some("success") => Ok(answer["data"].clone()),
        _ => Err(answer["error"].to_string()),
    }
}

fn now() -> f64 {
    UNIX_EPOCH.elapsed().unwrap().as_secs_f64()
}
