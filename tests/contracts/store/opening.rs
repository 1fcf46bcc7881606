//! Opening: what is missing is made, what is strange is refused in words, and nothing is lost.

use super::{execute, on_both};
use crate::fixture::Fixture;
use maitred::adapters::store::{Database, OpenError};
use maitred_migrations::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Statement};

on_both!(
    migrations_run_up_down_and_up_again,
    opening_again_keeps_what_is_there,
    many_that_open_at_once_all_succeed,
    a_newer_database_is_refused,
    a_table_of_somebody_else_is_refused,
    a_missing_table_is_refused,
);

async fn text(database: &Database, sql: &str) -> String {
    let query = Statement::from_string(database.backend(), sql);
    let row = database
        .reader()
        .query_one_raw(query)
        .await
        .unwrap()
        .unwrap();
    row.try_get_by_index::<String>(0)
        .or_else(|_| {
            row.try_get_by_index::<i64>(0)
                .map(|number| number.to_string())
        })
        .unwrap()
}

async fn migrations_run_up_down_and_up_again(fixture: &Fixture) {
    let database = Database::open(&fixture.url).await.unwrap();
    for steps in [None, Some(1), Some(2)] {
        let write = database.begin_write().await.unwrap();
        Migrator::down(&write, steps).await.unwrap();
        write.commit().await.unwrap();
        let write = database.begin_write().await.unwrap();
        Migrator::up(&write, None).await.unwrap();
        write.commit().await.unwrap();
    }
    database.close().await;
    Database::open(&fixture.url).await.unwrap();
}

async fn opening_again_keeps_what_is_there(fixture: &Fixture) {
    let insert = "INSERT INTO bookings (number, booking_key, call_id, starts_local, party_size, name, status, created_at) \
                  VALUES ('MH1', 'k', 'c', '2026-12-05 18:00:00', 2, 'n', 'confirmed', '2026-11-22T10:00:00+00:00')";
    let first = Database::open(&fixture.url).await.unwrap();
    execute(&first, insert).await;
    first.close().await;
    let again = Database::open(&fixture.url).await.unwrap();
    assert_eq!(text(&again, "SELECT number FROM bookings").await, "MH1");
}

async fn many_that_open_at_once_all_succeed(fixture: &Fixture) {
    let mut opening = tokio::task::JoinSet::new();
    for _ in 0..8 {
        opening.spawn(open_and_ping(fixture.url.clone()));
    }
    while let Some(opened) = opening.join_next().await {
        opened.unwrap();
    }
}

async fn open_and_ping(url: String) {
    Database::open(&url).await.unwrap().ping().await.unwrap();
}

async fn a_newer_database_is_refused(fixture: &Fixture) {
    let database = Database::open(&fixture.url).await.unwrap();
    execute(
        &database,
        "INSERT INTO seaql_migrations VALUES ('m20990101_000001_add_future', 1)",
    )
    .await;
    database.close().await;
    let error = Database::open(&fixture.url).await.unwrap_err();
    assert_eq!(
        error,
        OpenError::Newer("m20990101_000001_add_future".into())
    );
}

async fn a_table_of_somebody_else_is_refused(fixture: &Fixture) {
    let database = Database::open(&fixture.url).await.unwrap();
    execute(&database, "DELETE FROM seaql_migrations").await;
    database.close().await;
    let error = Database::open(&fixture.url).await.unwrap_err();
    assert_eq!(error, OpenError::Foreign("call_recordings".into()));
}

async fn a_missing_table_is_refused(fixture: &Fixture) {
    let database = Database::open(&fixture.url).await.unwrap();
    execute(&database, "DROP TABLE transcript_turns").await;
    database.close().await;
    let error = Database::open(&fixture.url).await.unwrap_err();
    assert!(
        matches!(
            error,
            OpenError::Incomplete {
                table: "transcript_turns",
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn a_sqlite_file_is_written_durably() {
    let fixture = Fixture::sqlite();
    let database = Database::open(&fixture.url).await.unwrap();
    let write = database.begin_write().await.unwrap();
    for (pragma, expected) in [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
    ] {
        let query = Statement::from_string(database.backend(), format!("PRAGMA {pragma}"));
        let row = write.query_one_raw(query).await.unwrap().unwrap();
        let found = row.try_get_by_index::<String>(0).or_else(|_| {
            row.try_get_by_index::<i64>(0)
                .map(|number| number.to_string())
        });
        assert_eq!(found.unwrap(), expected, "{pragma}");
    }
}

#[tokio::test]
async fn readers_of_sqlite_cannot_write() {
    let fixture = Fixture::sqlite();
    let database = Database::open(&fixture.url).await.unwrap();
    let delete = Statement::from_string(database.backend(), "DELETE FROM bookings");
    assert!(database.reader().execute_raw(delete).await.is_err());
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_kept() {
    let fixture = Fixture::sqlite();
    std::fs::create_dir_all(fixture.file().parent().unwrap()).unwrap();
    let content = "not a database, but somebody's letter\n".repeat(100);
    std::fs::write(fixture.file(), &content).unwrap();
    let error = Database::open(&fixture.url).await.unwrap_err();
    assert!(matches!(error, OpenError::Damaged(_)), "{error}");
    assert_eq!(std::fs::read_to_string(fixture.file()).unwrap(), content);
}

#[tokio::test]
async fn a_half_written_file_is_refused() {
    let fixture = Fixture::sqlite();
    Database::open(&fixture.url).await.unwrap().close().await;
    let whole = std::fs::read(fixture.file()).unwrap();
    std::fs::write(fixture.file(), &whole[..whole.len() / 2]).unwrap();
    let error = Database::open(&fixture.url).await.unwrap_err();
    assert!(matches!(error, OpenError::Damaged(_)), "{error}");
}

#[tokio::test]
async fn urls_that_cannot_serve_are_refused_in_words() {
    for url in ["sqlite::memory:", "sqlite://x.db?mode=memory"] {
        assert_eq!(
            Database::open(url).await.unwrap_err(),
            OpenError::InMemory,
            "{url}"
        );
    }
    for url in [
        "",
        "mysql://localhost/x",
        "sqlite://x.db?mode=sometimes",
        "postgres://host:port/x",
    ] {
        let error = Database::open(url).await.unwrap_err();
        assert!(matches!(error, OpenError::Url(_)), "{url}: {error}");
    }
    let error = Database::open("sqlite:///dev/null/below/x.db")
        .await
        .unwrap_err();
    assert!(matches!(error, OpenError::Folder { .. }), "{error}");
}

#[tokio::test]
async fn a_password_is_never_shown() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    for url in [
        format!("postgres://maitred:hunter2@127.0.0.1:{port}/maitred"),
        "postgres://maitred:hunter2@127.0.0.1:99999/maitred".into(),
        "mysql://maitred:hunter2@127.0.0.1/maitred".into(),
    ] {
        let error = Database::open(&url).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}
