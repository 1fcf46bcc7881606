//! Owns the reading of `grafana/`: panels with their queries, alerts, and the page that explains both. Called by the story and
//! by the tests beside it.

use serde_json::Value;
use std::path::{Path, PathBuf};

/// One query of a panel.
pub struct Query {
    /// Dashboard and panel.
    pub of: String,
    /// The query with Grafana's variables filled in.
    pub text: String,
}

/// Gives the path of something in `grafana/`.
pub fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("grafana")
        .join(name)
}

pub fn text(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub fn json(name: &str) -> Value {
    serde_json::from_str(&text(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every dashboard, by the name of its file.
pub fn dashboards() -> Vec<(String, Value)> {
    let files = std::fs::read_dir(path("dashboards")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut all: Vec<_> = names
        .map(|name| (name.clone(), json(&format!("dashboards/{name}"))))
        .collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(all.len(), 4, "the dashboards have moved");
    all
}

/// Every panel of a dashboard.
pub fn panels(dashboard: &Value) -> &Vec<Value> {
    dashboard["panels"].as_array().unwrap()
}

/// The only query of a panel, which must have one.
pub fn query(dashboard: &str, title: &str) -> String {
    let dashboard = json(&format!("dashboards/{dashboard}.json"));
    let panel = panels(&dashboard)
        .iter()
        .find(|panel| panel["title"] == title);
    let panel = panel.unwrap_or_else(|| panic!("no panel is called {title}"));
    panel["targets"][0]["expr"].as_str().unwrap().to_owned()
}

/// Every query of every panel.
pub fn queries() -> Vec<Query> {
    let mut queries = Vec::new();
    for (name, dashboard) in dashboards() {
        for panel in panels(&dashboard) {
            for target in panel["targets"].as_array().unwrap() {
                let text = target["expr"].as_str().unwrap();
                queries.push(Query {
                    of: format!("{name}: {}", panel["title"]),
                    text: text.replace("$__rate_interval", "10s"),
                });
            }
        }
    }
    queries
}

#[test]
fn every_panel_is_explained_in_itself_and_on_the_page() {
    let page = text("README.md");
    for (name, dashboard) in dashboards() {
        for panel in panels(&dashboard) {
            let (title, about) = (&panel["title"], &panel["description"]);
            let line = format!(
                "| {} | {} |",
                title.as_str().unwrap(),
                about.as_str().unwrap()
            );
            assert!(page.contains(&line), "{name}: README.md has no line {line}");
        }
    }
}

#[test]
fn every_dashboard_fits_on_one_screen() {
    for (name, dashboard) in dashboards() {
        let place = |panel: &Value, of: &str| panel["gridPos"][of].as_u64().unwrap();
        for panel in panels(&dashboard) {
            assert!(
                place(panel, "x") + place(panel, "w") <= 24,
                "{name}: {}",
                panel["title"]
            );
            let bottom = place(panel, "y") + place(panel, "h");
            assert!(
                bottom <= 24,
                "{name}: {} is below the first screen",
                panel["title"]
            );
        }
        for variable in ["uid", "title"] {
            assert!(dashboard[variable].is_string(), "{name} has no {variable}");
        }
    }
}
