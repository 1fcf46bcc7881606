//! Owns the list of work in the database. Called by the `Archivist` through `ports::archive::WorkList`. Each call is one
//! transaction or one reading; what is in them lies in `jobs`, `case` and `results`.

use super::results::Telling;
use super::{case, jobs, results};
use crate::adapters::store::Database;
use jiff::Timestamp;
use maitred_actors::archivist::{Card, FinalTranscript};
use maitred_actors::ports::PortFuture;
use maitred_actors::ports::archive::{
    Backlog, Case, Error, Fate, Job, Next, Notice, Stage, Stored, WorkList,
};
use maitred_actors::ports::clock::Clock;
use maitred_actors::types::CallId;
use sea_orm::DbErr;
use std::sync::Arc;

/// The list of work in SQLite or PostgreSQL.
#[derive(Clone)]
pub struct SqlList {
    database: Database,
    clock: Arc<dyn Clock>,
    telling: Telling,
}

impl SqlList {
    /// Keeps the list in this database; `telling` says who is told of each card.
    pub fn new(database: Database, clock: Arc<dyn Clock>, telling: Telling) -> Self {
        Self {
            database,
            clock,
            telling,
        }
    }

    /// Runs work with a copy of the list; a database that fails may work again later.
    fn run<T, F>(&self, work: impl FnOnce(Self) -> F) -> PortFuture<Result<T, Error>>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, DbErr>> + Send + 'static,
    {
        let done = work(self.clone());
        Box::pin(async move {
            done.await
                .map_err(|error| Error::passing("database", error))
        })
    }
}

impl WorkList for SqlList {
    fn release(&self, now: Timestamp) -> PortFuture<Result<(), Error>> {
        self.run(|list| async move { jobs::release(&list.database, now).await })
    }

    fn hurry(&self, call: &CallId, now: Timestamp) -> PortFuture<Result<bool, Error>> {
        let call = call.clone();
        self.run(move |list| async move { jobs::hurry(&list.database, &call, now).await })
    }

    fn due(
        &self,
        now: Timestamp,
        stages: &'static [Stage],
        limit: u64,
    ) -> PortFuture<Result<Vec<Job>, Error>> {
        self.run(move |list| async move { jobs::due(&list.database, now, stages, limit).await })
    }

    fn begin(&self, job: &Job, again: Timestamp) -> PortFuture<Result<bool, Error>> {
        let job = job.clone();
        self.run(|list| async move { jobs::begin(&list.database, &job, again).await })
    }

    fn case(&self, call: &CallId) -> PortFuture<Result<Option<Case>, Error>> {
        let call = call.clone();
        self.run(|list| async move { case::read(&list.database, &call).await })
    }

    fn put_card(&self, job: &Job, card: Card, next: Next) -> PortFuture<Result<(), Error>> {
        let job = job.clone();
        self.run(|list| async move {
            let write = list.database.begin_write().await?;
            results::put_card(&write, &card, list.clock.now(), &list.telling).await?;
            jobs::put_next(&write, &job, next).await?;
            write.commit().await
        })
    }

    fn put_recording(
        &self,
        call: &CallId,
        stored: Stored,
        now: Timestamp,
    ) -> PortFuture<Result<(), Error>> {
        let call = call.clone();
        self.run(move |list| async move {
            let write = list.database.begin_write().await?;
            results::put_recording(&write, &call, stored, now).await?;
            write.commit().await
        })
    }

    fn put_transcript(
        &self,
        job: &Job,
        transcript: FinalTranscript,
        next: Next,
    ) -> PortFuture<Result<(), Error>> {
        let job = job.clone();
        self.run(|list| async move {
            let write = list.database.begin_write().await?;
            results::put_transcript(&write, &job.call, transcript).await?;
            jobs::put_next(&write, &job, next).await?;
            write.commit().await
        })
    }

    fn put_next(&self, job: &Job, next: Next) -> PortFuture<Result<(), Error>> {
        let job = job.clone();
        self.run(|list| async move {
            let write = list.database.begin_write().await?;
            jobs::put_next(&write, &job, next).await?;
            write.commit().await
        })
    }

    fn backlog(&self) -> PortFuture<Result<Backlog, Error>> {
        self.run(|list| async move { jobs::backlog(&list.database).await })
    }

    fn stored_before(
        &self,
        before: Timestamp,
        limit: u64,
    ) -> PortFuture<Result<Vec<(CallId, Stored)>, Error>> {
        self.run(
            move |list| async move { results::stored_before(&list.database, before, limit).await },
        )
    }

    fn put_deleted(
        &self,
        call: &CallId,
        stored: &Stored,
        now: Timestamp,
    ) -> PortFuture<Result<(), Error>> {
        let (call, stored) = (call.clone(), stored.clone());
        self.run(move |list| async move {
            let write = list.database.begin_write().await?;
            results::put_deleted(&write, &call, &stored, now).await?;
            write.commit().await
        })
    }

    fn notices_due(&self, now: Timestamp, limit: u64) -> PortFuture<Result<Vec<Notice>, Error>> {
        self.run(move |list| async move { jobs::notices_due(&list.database, now, limit).await })
    }

    fn put_notice(&self, id: &str, fate: Fate) -> PortFuture<Result<(), Error>> {
        let id = id.to_owned();
        self.run(|list| async move { jobs::put_notice(&list.database, &id, fate).await })
    }
}
