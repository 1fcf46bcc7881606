//! Owns the connections: opens a database, migrates it, and gives out the one way to begin a write. Called at start,
//! by the journal, the ledger and the reading side. Never logs or shows its URL, which may carry a password.

use super::error::OpenError;
use super::{connect, entities};
use maitred_migrations::{Migrator, MigratorTrait, SchemaManager};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, EntityTrait,
    QuerySelect, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

/// Advisory lock of PostgreSQL under which one process migrates at a time.
const MIGRATION_LOCK: i64 = 0x6d61_6974_7265_0001;

/// An open, migrated database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Database {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
}

impl Database {
    /// Opens the database at the URL (`sqlite://…` or `postgres://…`), makes a SQLite file and its folder where there
    /// is none, and runs the migrations that are missing, all or none.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let database = Self::connect(url).await?;
        database.migrate().await?;
        database.check_tables().await?;
        Ok(database)
    }

    /// Opens a database that is there and leaves it as it is, for looking into it beside a server.
    pub async fn open_as_it_is(url: &str) -> Result<Self, OpenError> {
        connect::check_sqlite_file(url).await?;
        let database = Self::connect(url).await?;
        database.check_tables().await?;
        Ok(database)
    }

    /// Makes a database that ends with its last copy, for rehearsals.
    pub async fn in_memory() -> Result<Self, OpenError> {
        let (writer, reader) = connect::memory().await?;
        let database = Self { writer, reader };
        database.migrate().await?;
        Ok(database)
    }

    async fn connect(url: &str) -> Result<Self, OpenError> {
        let (writer, reader) = if url.starts_with("sqlite:") {
            connect::sqlite(url).await?
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            connect::postgres(url).await?
        } else {
            return Err(OpenError::Url("unknown scheme".into()));
        };
        Ok(Self { writer, reader })
    }

    /// Begins a transaction that writes. On SQLite it is `IMMEDIATE`: one that reads first and then writes could
    /// not get the lock any more, whatever the busy timeout. The only place that begins one.
    pub async fn begin_write(&self) -> Result<DatabaseTransaction, DbErr> {
        let sqlite = self.backend() == DbBackend::Sqlite;
        let options = TransactionOptions {
            sqlite_transaction_mode: sqlite.then_some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.writer.begin_with_options(options).await
    }

    /// Gives the connections for reading.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Tells which database it is.
    pub fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }

    /// Tells whether the database answers now.
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.reader.ping().await
    }

    /// Closes all connections, after what they are doing.
    pub async fn close(self) {
        // Both pools report only that they were closed before, which is what is wanted.
        let _ = self.reader.close().await;
        let _ = self.writer.close().await;
    }

    /// Takes the lock of PostgreSQL that lasts until the transaction ends; SQLite's writer is alone anyway.
    pub(crate) async fn lock(write: &DatabaseTransaction, key: i64) -> Result<(), DbErr> {
        if write.get_database_backend() == DbBackend::Postgres {
            let lock = Statement::from_sql_and_values(
                DbBackend::Postgres,
                "SELECT pg_advisory_xact_lock($1)",
                [key.into()],
            );
            write.query_one_raw(lock).await?;
        }
        Ok(())
    }

    async fn migrate(&self) -> Result<(), OpenError> {
        let failed = |error: DbErr| OpenError::from_migration(&error);
        let write = self.begin_write().await.map_err(failed)?;
        Self::lock(&write, MIGRATION_LOCK).await.map_err(failed)?;
        let applied = applied_migrations(&write).await.map_err(failed)?;
        let known: Vec<String> = Migrator::migrations()
            .iter()
            .map(|migration| migration.name().to_owned())
            .collect();
        let unknown: Vec<String> = applied
            .iter()
            .filter(|name| !known.contains(name))
            .cloned()
            .collect();
        if !unknown.is_empty() {
            return Err(OpenError::Newer(unknown.join(", ")));
        }
        if applied.is_empty() {
            let schema = SchemaManager::new(&write);
            for table in TABLES {
                if schema.has_table(table).await.map_err(failed)? {
                    return Err(OpenError::Foreign(table.to_owned()));
                }
            }
        }
        Migrator::up(&write, None).await.map_err(failed)?;
        write.commit().await.map_err(failed)
    }

    async fn check_tables(&self) -> Result<(), OpenError> {
        use entities::{
            archive_jobs, archived_recordings, booking_changes, booking_holds, bookings,
            call_events, call_recordings, cards, final_turns, outbox, owner_notices,
            transcript_flags, transcript_turns,
        };
        check::<call_recordings::Entity>(&self.reader, TABLES[0]).await?;
        check::<call_events::Entity>(&self.reader, TABLES[1]).await?;
        check::<transcript_turns::Entity>(&self.reader, TABLES[2]).await?;
        check::<bookings::Entity>(&self.reader, TABLES[3]).await?;
        check::<booking_changes::Entity>(&self.reader, TABLES[4]).await?;
        check::<outbox::Entity>(&self.reader, TABLES[5]).await?;
        check::<booking_holds::Entity>(&self.reader, TABLES[12]).await?;
        check::<archive_jobs::Entity>(&self.reader, TABLES[6]).await?;
        check::<archived_recordings::Entity>(&self.reader, TABLES[7]).await?;
        check::<final_turns::Entity>(&self.reader, TABLES[8]).await?;
        check::<transcript_flags::Entity>(&self.reader, TABLES[9]).await?;
        check::<cards::Entity>(&self.reader, TABLES[10]).await?;
        check::<owner_notices::Entity>(&self.reader, TABLES[11]).await
    }
}

const TABLES: [&str; 13] = [
    "call_recordings",
    "call_events",
    "transcript_turns",
    "bookings",
    "booking_changes",
    "outbox",
    "archive_jobs",
    "archived_recordings",
    "final_turns",
    "transcript_flags",
    "cards",
    "owner_notices",
    "booking_holds",
];

/// Asks for no row of the table, which fails if the table or a column is missing.
async fn check<E: EntityTrait>(
    reader: &DatabaseConnection,
    table: &'static str,
) -> Result<(), OpenError> {
    let asked = reader
        .query_all(sea_orm::QueryTrait::query(&mut E::find().limit(0)))
        .await;
    asked.map(drop).map_err(|error| OpenError::Incomplete {
        table,
        why: error.to_string(),
    })
}

async fn applied_migrations(write: &DatabaseTransaction) -> Result<Vec<String>, DbErr> {
    if !SchemaManager::new(write)
        .has_table("seaql_migrations")
        .await?
    {
        return Ok(Vec::new());
    }
    let versions = Statement::from_string(
        write.get_database_backend(),
        "SELECT version FROM seaql_migrations ORDER BY version",
    );
    let rows = write.query_all_raw(versions).await?;
    rows.iter().map(|row| row.try_get("", "version")).collect()
}
