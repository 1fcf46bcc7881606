//! Owns the faults of what the house itself stands on (its line, its tables, its owner), and the looking into it. Called by the
//! story.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use maitred_harness::{DEADLINE, Exchange, House};
use ringcentral_sim::edge::EdgeFault;
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The owner's end of the webhook.
pub struct Owner {
    address: SocketAddr,
    answers: Arc<AtomicBool>,
    serving: JoinHandle<()>,
}

impl Owner {
    /// Starts one that takes whatever it is told.
    pub async fn start() -> Self {
        let answers = Arc::new(AtomicBool::new(true));
        let takes = Arc::clone(&answers);
        let take = move || {
            let takes = takes.load(Ordering::SeqCst);
            async move {
                match takes {
                    true => StatusCode::OK,
                    false => StatusCode::SERVICE_UNAVAILABLE,
                }
            }
        };
        let routes = Router::new().route("/calls", post(take));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self {
            address,
            answers,
            serving,
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}/calls", self.address)
    }

    /// Takes nothing any more.
    pub fn goes_away(&self) {
        self.answers.store(false, Ordering::SeqCst);
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// A table under another name, so that nothing finds it.
pub struct Table {
    name: &'static str,
    database: DatabaseConnection,
}

impl Table {
    pub async fn taken_away(house: &House, name: &'static str) -> Self {
        let table = Self {
            name,
            database: open(house).await,
        };
        let sql = format!("ALTER TABLE {name} RENAME TO {name}_away");
        run(&table.database, &sql).await;
        table
    }

    pub async fn given_back(self) {
        let name = self.name;
        let sql = format!("ALTER TABLE {name}_away RENAME TO {name}");
        run(&self.database, &sql).await;
        self.database.close().await.unwrap();
    }
}

/// What is still to be done for calls has waited for three hours.
pub async fn archive_has_waited(house: &House) {
    until(house, "a call waits for the archive", |metrics| {
        sum(metrics, "maitred_archive_backlog ") >= 1.0
    })
    .await;
    let database = open(house).await;
    let sql = "UPDATE archive_jobs SET ended_at = \
               strftime('%Y-%m-%dT%H:%M:%S.000000+00:00', 'now', '-3 hours')";
    run(&database, sql).await;
    database.close().await.unwrap();
}

async fn open(house: &House) -> DatabaseConnection {
    let file = house.folder().join("maitred.db");
    let database = Database::connect(format!("sqlite://{}", file.display()));
    database.await.unwrap()
}

async fn run(database: &DatabaseConnection, sql: &str) {
    database.execute_unprepared(sql).await.unwrap();
}

/// RingCentral loses our registration and takes none.
pub fn line_goes_down(exchange: &Exchange) {
    let edge = exchange.sim.edge();
    edge.set_fault(Some(EdgeFault::DropConnection));
    edge.drop_connections();
}

/// Waits until `/metrics` has this line.
pub async fn until_metric(house: &House, line: &str) {
    until(house, line, |metrics| metrics.contains(line)).await;
}

/// Waits until `/metrics` is as wanted.
pub async fn until(house: &House, what: &str, wanted: impl Fn(&str) -> bool) {
    let there = async {
        let mut look = tokio::time::interval(Duration::from_millis(100));
        while !wanted(&house.text("/metrics").await) {
            look.tick().await;
        }
    };
    let there = tokio::time::timeout(DEADLINE, there).await;
    there.unwrap_or_else(|_| panic!("never: {what}"));
}

/// Adds up the series of `/metrics` that begin so.
pub fn sum(metrics: &str, beginning: &str) -> f64 {
    let lines = metrics.lines().filter(|line| line.starts_with(beginning));
    let numbers = lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok());
    numbers.sum()
}

/// Waits until a part of `/ready` is as wanted.
pub async fn until_ready(house: &House, part: &str, is_ready: bool) {
    let there = async {
        let mut look = tokio::time::interval(Duration::from_millis(100));
        while house.get("/ready").await["parts"][part]["ok"] != is_ready {
            look.tick().await;
        }
    };
    let there = tokio::time::timeout(DEADLINE, there).await;
    there.unwrap_or_else(|_| panic!("{part} never was {is_ready}"));
}
