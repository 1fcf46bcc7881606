//! Owns the sending of texts: takes what is due, marks it, sends it, and writes down what came of it. Started by `app`,
//! woken by the journal's commit. Never sends what may have been sent.

use super::verdict::Timing;
use crate::adapters::store::{DueText, Outbox, TextStep};
use crate::adapters::{backoff, clock};
use jiff::{SignedDuration, Timestamp};
use maitred_actors::ports::carrier::{Carrier, Error, TextSeen};
use maitred_actors::ports::clock::Clock;
use maitred_actors::types::PhoneNumber;
use sea_orm::DbErr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Longest sleep, for texts that are put by somebody else than the journal; its commit wakes the sender at once.
const SLEEP_MAX: Duration = Duration::from_secs(30);
/// Waits while the database does not answer: the first, and the longest.
const DATABASE_WAITS: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));
/// How far the carrier's clock may be behind ours.
const CLOCKS_APART: SignedDuration = SignedDuration::from_mins(5);

/// What a sender needs.
pub struct SenderParts {
    /// The rows.
    pub rows: Outbox,
    /// Who sends.
    pub carrier: Arc<dyn Carrier>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Notified when rows were put.
    pub woken: Arc<Notify>,
    /// How patient it is.
    pub timing: Timing,
    /// Told the status that each step leads to, for the metrics.
    pub count: Arc<dyn Fn(&'static str) + Send + Sync>,
}

/// Sends texts, one after the other.
pub struct Sender(SenderParts);

impl Sender {
    /// Makes a sender that has done nothing yet.
    pub fn new(parts: SenderParts) -> Self {
        Self(parts)
    }

    /// Sends until told to stop; what is being sent then is sent to its end.
    pub async fn run(self, stop: CancellationToken) {
        let mut failures = 0;
        let mut is_taken_over = false;
        while !stop.is_cancelled() {
            let worked = match is_taken_over {
                true => self.work(&stop).await,
                false => self.take_over().await.map(|()| Duration::ZERO),
            };
            let pause = match worked {
                Ok(pause) => {
                    (failures, is_taken_over) = (0, true);
                    pause
                }
                Err(error) => {
                    failures += 1;
                    tracing::warn!(%error, "texts cannot be read or marked");
                    self.database_wait(failures)
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                // Woken or not: it looks again.
                _ = tokio::time::timeout(pause, self.0.woken.notified()) => {}
            }
        }
    }

    async fn take_over(&self) -> Result<(), DbErr> {
        let count = self.0.rows.take_over(self.0.clock.now()).await?;
        if count > 0 {
            tracing::warn!(count, "texts were being sent when the last process ended");
        }
        Ok(())
    }

    /// Handles all that is due; gives the time until there is more.
    async fn work(&self, stop: &CancellationToken) -> Result<Duration, DbErr> {
        let SenderParts { rows, clock, .. } = &self.0;
        while !stop.is_cancelled()
            && let Some(text) = rows.due(clock.now()).await?
        {
            if let Some(step) = self.handle(&text).await? {
                self.settle(&text, &step, stop).await;
            }
        }
        let next = rows.next_due().await?;
        Ok(next.map_or(SLEEP_MAX, |at| {
            let wait = at.duration_since(clock.now()).max(SignedDuration::ZERO);
            wait.unsigned_abs().min(SLEEP_MAX)
        }))
    }

    /// Sends or looks after one text; `None` where another took it meanwhile.
    async fn handle(&self, text: &DueText) -> Result<Option<TextStep>, DbErr> {
        let SenderParts {
            rows,
            carrier,
            clock,
            timing,
            ..
        } = &self.0;
        let now = clock.now();
        if let Some(step) = timing.expired(text, now) {
            return Ok(Some(step));
        }
        let Some(to) = &text.to else {
            let reason = "not a number".to_owned();
            return Ok(Some(TextStep::Failed { reason }));
        };
        if let Some(at) = text.maybe_sent_at {
            let seen = self.seen(to, at).await?;
            return Ok(Some(timing.looked(
                text,
                seen,
                clock.now(),
                clock::random(),
            )));
        }
        if !rows.begin(text.id, now).await? {
            return Ok(None);
        }
        let answer = carrier.text(to, &text.body).await;
        Ok(Some(timing.tried(
            text,
            answer,
            clock.now(),
            clock::random(),
        )))
    }

    /// Lists what went to a number since shortly before it was tried, without what is known to be other texts.
    async fn seen(
        &self,
        to: &PhoneNumber,
        tried_at: Timestamp,
    ) -> Result<Result<Vec<TextSeen>, Error>, DbErr> {
        let since = tried_at
            .saturating_sub(CLOCKS_APART)
            .unwrap_or(Timestamp::MIN);
        let mut seen = match self.0.carrier.texts_since(to, since).await {
            Ok(seen) => seen,
            Err(error) => return Ok(Err(error)),
        };
        let ids = seen.iter().map(|one| one.id.clone()).collect();
        let known = self.0.rows.known(ids).await?;
        seen.retain(|one| !known.contains(&one.id));
        Ok(Ok(seen))
    }

    /// Writes down how it goes on, however long the database is away: what was sent is not to be forgotten.
    async fn settle(&self, text: &DueText, step: &TextStep, stop: &CancellationToken) {
        let mut failures = 0;
        while let Err(error) = self.0.rows.settle(text.id, step).await {
            failures += 1;
            tracing::warn!(%error, text.id, "what became of a text cannot be written");
            let wait = self.database_wait(failures);
            if tokio::time::timeout(wait, stop.cancelled()).await.is_ok() {
                // Found as being sent by the next process, which asks the carrier.
                return;
            }
        }
        (self.0.count)(step.status());
        match step {
            TextStep::Failed { reason } | TextStep::Uncertain { reason } => {
                tracing::warn!(text.id, text.status = step.status(), %reason, "text given up");
            }
            _ => tracing::info!(text.id, text.status = step.status(), "text"),
        }
    }

    fn database_wait(&self, failures: u32) -> Duration {
        backoff::wait(
            failures,
            DATABASE_WAITS.0,
            DATABASE_WAITS.1,
            clock::random(),
        )
    }
}
