//! Owns how each database is connected to: settings, pools, and what is wrong when it fails. Called by
//! `Database::open`. Builds the pools itself: sea-orm would show the URL, password included, in its trace spans.

use super::error::OpenError;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sea_orm::sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sea_orm::sqlx::{ConnectOptions, Connection};
use sea_orm::{DatabaseConnection, SqlxPostgresConnector, SqlxSqliteConnector};
use std::time::Duration;

/// Connections that read SQLite beside its one writer.
const SQLITE_READERS: u32 = 4;
/// Connections to PostgreSQL, for reading and writing.
const POSTGRES_CONNECTIONS: u32 = 8;
/// How long SQLite waits for another process's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Pause between two tries to connect to a file that is busy.
const BUSY_PAUSE: Duration = Duration::from_millis(25);
/// Tries to connect to a file that is busy: 5 s of them.
const BUSY_TRIES: u32 = 200;
/// Primary result code of SQLite for a locked database (sqlite.org/rescode.html).
const SQLITE_BUSY: u32 = 5;
/// How long a caller waits for a connection, and a connection for its server.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// SQLite files up to this size are checked from end to end at start.
const CHECKED_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Connections for writing and for reading.
pub(super) type Pair = (DatabaseConnection, DatabaseConnection);

/// Connects to a SQLite file: one writer, and readers beside it that cannot write.
pub(super) async fn sqlite(url: &str) -> Result<Pair, OpenError> {
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(OpenError::InMemory);
    }
    let options = sqlite_options(url)?;
    let path = options.get_filename().to_owned();
    if path.as_os_str().is_empty() {
        return Err(OpenError::Url("no file is named".into()));
    }
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        tokio::fs::create_dir_all(folder)
            .await
            .map_err(|error| OpenError::Folder {
                folder: folder.to_owned(),
                why: error.to_string(),
            })?;
    }
    let options = options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .pragma("cache_size", "-16000")
        .disable_statement_logging();
    let size = tokio::fs::metadata(&path)
        .await
        .map_or(0, |file| file.len());
    let pool = |connections, options| {
        SqlitePoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(CONNECT_TIMEOUT)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options)
    };
    let failed = |error: sea_orm::SqlxError| OpenError::from_sqlx(&error).at(&path);
    let writer = when_not_busy(|| pool(1, options.clone()))
        .await
        .map_err(failed)?;
    if (1..=CHECKED_BYTES_MAX).contains(&size) {
        let verdict: String = sea_orm::sqlx::query_scalar("PRAGMA quick_check(1)")
            .fetch_one(&writer)
            .await
            .map_err(failed)?;
        if verdict != "ok" {
            return Err(OpenError::Damaged(verdict).at(&path));
        }
    }
    let reading = options.pragma("query_only", "ON");
    let readers = when_not_busy(|| pool(SQLITE_READERS, reading.clone()))
        .await
        .map_err(failed)?;
    Ok((
        SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
        SqlxSqliteConnector::from_sqlx_sqlite_pool(readers),
    ))
}

/// Makes a SQLite database in memory, on the one connection that can see it: nobody may read outside a write that goes on.
pub(super) async fn memory() -> Result<Pair, OpenError> {
    let options = SqliteConnectOptions::new()
        .in_memory(true)
        .foreign_keys(true)
        .disable_statement_logging();
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(CONNECT_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options)
        .await
        .map_err(|error| OpenError::from_sqlx(&error))?;
    let connection = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool);
    Ok((connection.clone(), connection))
}

fn sqlite_options(url: &str) -> Result<SqliteConnectOptions, OpenError> {
    url.parse()
        .map_err(|error: sea_orm::SqlxError| OpenError::Url(error.to_string()))
}

/// Fails if the URL names a SQLite file that is not there.
pub(super) async fn check_sqlite_file(url: &str) -> Result<(), OpenError> {
    if !url.starts_with("sqlite:") {
        return Ok(());
    }
    let path = sqlite_options(url)?.get_filename().to_owned();
    let found = tokio::fs::metadata(&path).await;
    found
        .map(drop)
        .map_err(|error| OpenError::Unreachable(error.to_string()).at(&path))
}

/// Connects again while another process holds the file. SQLite itself does not wait where a connection turns a new file
/// to WAL or is the first to recover it.
async fn when_not_busy<F>(connect: impl Fn() -> F) -> Result<SqlitePool, sea_orm::SqlxError>
where
    F: Future<Output = Result<SqlitePool, sea_orm::SqlxError>>,
{
    let mut pause = tokio::time::interval(BUSY_PAUSE);
    for _ in 0..BUSY_TRIES {
        pause.tick().await;
        match connect().await {
            Err(error) if is_busy(&error) => {}
            result => return result,
        }
    }
    connect().await
}

/// Tells SQLITE_BUSY (5), in any of its extended forms, from other errors.
fn is_busy(error: &sea_orm::SqlxError) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.and_then(|code| code.parse::<u32>().ok())
        .is_some_and(|code| code & 0xff == SQLITE_BUSY)
}

/// Connects to PostgreSQL: one pool for reading and writing.
pub(super) async fn postgres(url: &str) -> Result<Pair, OpenError> {
    let options: PgConnectOptions = url
        .parse()
        .map_err(|error: sea_orm::SqlxError| OpenError::Url(error.to_string()))?;
    let options = options
        .application_name("maitred")
        .options([("synchronous_commit", "on")])
        .disable_statement_logging();
    // A pool hides why its server does not answer; one connection of its own tells.
    let first = tokio::time::timeout(CONNECT_TIMEOUT, PgConnection::connect_with(&options))
        .await
        .map_err(|_| OpenError::Unreachable("no answer within the time allowed".into()))?
        .map_err(|error| OpenError::from_sqlx(&error))?;
    let _ = first.close().await;
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(CONNECT_TIMEOUT)
        .connect_with(options)
        .await
        .map_err(|error| OpenError::from_sqlx(&error))?;
    let connection = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
    Ok((connection.clone(), connection))
}
