//! Owns why a database could not be opened, in words that say what to do. Called by `Database::open` and shown at
//! start. Never holds the URL, which may carry a password.

use sea_orm::{DbErr, RuntimeErr, SqlxError};
use std::path::{Path, PathBuf};

/// Why a database could not be opened; nothing in it was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The URL names no database that Maitred knows.
    #[error(
        "database url is not usable: {0}; expected `sqlite://<file>` or `postgres://<user>@<host>/<database>`"
    )]
    Url(String),
    /// The URL asks for a database that ends with the process.
    #[error(
        "a database in memory would lose every call at the end of the process; name a file, for example `sqlite://maitred.db`"
    )]
    InMemory,
    /// The folder of the database file cannot be made.
    #[error("folder {folder} for the database cannot be made: {why}")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The server or the file does not answer.
    #[error("database cannot be reached: {0}")]
    Unreachable(String),
    /// The file is no SQLite database, or a damaged one.
    #[error(
        "database file is damaged or not a sqlite database: {0}; it was left as it is: move it aside or restore a copy"
    )]
    Damaged(String),
    /// Tables with our names are there that no migration of ours made.
    #[error(
        "database already has a table `{0}` that maitred did not make; give maitred a database of its own"
    )]
    Foreign(String),
    /// Migrations were applied that this version does not know.
    #[error(
        "database was written by a newer version (unknown migrations: {0}); run that version, or restore a copy from before"
    )]
    Newer(String),
    /// A migration could not be applied; it was rolled back.
    #[error("database could not be migrated, and was left as it was: {0}")]
    Migration(String),
    /// A table is not as its migration made it.
    #[error("table `{table}` is missing or not as expected: {why}; restore a copy of the database")]
    Incomplete {
        /// The table.
        table: &'static str,
        /// What the database said.
        why: String,
    },
}

/// SQLite's result codes for a malformed file and for a file that is no database.
const SQLITE_CORRUPT: &str = "11";
const SQLITE_NOTADB: &str = "26";

impl OpenError {
    /// Sorts what the driver said when it connected.
    pub(super) fn from_sqlx(error: &SqlxError) -> Self {
        match error {
            SqlxError::Database(inner)
                if matches!(
                    inner.code().as_deref(),
                    Some(SQLITE_CORRUPT | SQLITE_NOTADB)
                ) =>
            {
                Self::Damaged(inner.message().to_owned())
            }
            SqlxError::PoolTimedOut => {
                Self::Unreachable("no connection within the time allowed".into())
            }
            other => Self::Unreachable(other.to_string()),
        }
    }

    /// Adds which file it is about.
    pub(super) fn at(self, file: &Path) -> Self {
        match self {
            Self::Damaged(why) => Self::Damaged(format!("{}: {why}", file.display())),
            Self::Unreachable(why) => Self::Unreachable(format!("{}: {why}", file.display())),
            other => other,
        }
    }

    /// Sorts what the driver said while migrating.
    pub(super) fn from_migration(error: &DbErr) -> Self {
        if let DbErr::Conn(RuntimeErr::SqlxError(inner))
        | DbErr::Exec(RuntimeErr::SqlxError(inner))
        | DbErr::Query(RuntimeErr::SqlxError(inner)) = error
            && let damaged @ Self::Damaged(_) = Self::from_sqlx(inner)
        {
            return damaged;
        }
        Self::Migration(error.to_string())
    }
}
