//! What the database promises, on SQLite and on PostgreSQL: the journal, the book, the read side, and opening.

mod archive;
mod book;
mod changes;
mod crowd;
mod desk;
mod holds;
mod journal;
mod opening;
mod outbox;
mod reading;

/// Makes two tests of each check, one for each database.
macro_rules! on_both {
    ($($check:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $check() {
                super::$check(&crate::fixture::Fixture::sqlite()).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $check() {
                let fixture = crate::fixture::Fixture::postgres().await;
                super::$check(&fixture).await;
                fixture.remove().await;
            })*
        }
    };
}
use on_both;

use jiff::Timestamp;
use maitred::adapters::store::Database;
use maitred_actors::types::CallId;
use sea_orm::{ConnectionTrait, Statement};

/// A moment of a made-up evening, so many microseconds in.
fn moment(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(1_795_000_000_000_000 + micros).unwrap()
}

fn call(name: &str) -> CallId {
    CallId::new(format!("call_{name}"))
}

/// Runs a statement as somebody else might, past every adapter.
async fn execute(database: &Database, sql: &str) {
    let write = database.begin_write().await.unwrap();
    write
        .execute_raw(Statement::from_string(database.backend(), sql))
        .await
        .unwrap();
    write.commit().await.unwrap();
}
