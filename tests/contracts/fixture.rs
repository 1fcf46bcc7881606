//! Owns an empty database for one test, on SQLite or PostgreSQL. Called by the suites that run on both.

use maitred_harness::Postgres;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;

/// An empty database; a SQLite one goes with the fixture.
pub struct Fixture {
    /// URL for `Database::open`.
    pub url: String,
    place: Place,
}

enum Place {
    Sqlite(TempDir),
    Postgres(Arc<Postgres>),
}

impl Fixture {
    /// Names a SQLite file that is not there yet, in a folder that is not there yet.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!(
            "sqlite://{}/new/maitred.db?mode=rwc",
            folder.path().display()
        );
        Self {
            url,
            place: Place::Sqlite(folder),
        }
    }

    /// Makes a PostgreSQL database.
    pub async fn postgres() -> Self {
        let server = Postgres::shared();
        Self {
            url: server.create_database().await,
            place: Place::Postgres(server),
        }
    }

    /// Gives the path of the SQLite file.
    pub fn file(&self) -> PathBuf {
        match &self.place {
            Place::Sqlite(folder) => folder.path().join("new/maitred.db"),
            Place::Postgres(_) => panic!("postgres has no file"),
        }
    }

    /// Takes the database away, at the end of a test that passed.
    pub async fn remove(self) {
        if let Place::Postgres(server) = &self.place {
            server.drop_database(&self.url).await;
        }
    }
}
