//! Owns the rows of texts on their way: which is due, that one is being tried, what came of it. Called by the sender
//! of texts; the rows are put by the journal's commit. Never sends anything.

use super::entities::outbox::{Column, Entity, Model};
use super::{Database, sql_text, time_from_sql, time_to_sql};
use jiff::Timestamp;
use maitred_actors::types::PhoneNumber;
use sea_orm::sea_query::{Expr, ExprTrait as _, SimpleExpr};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// Waits to be sent.
const WAITING: &str = "waiting";
/// Is being sent now, or was when the process ended.
const SENDING: &str = "sending";
/// May have been sent; the carrier is to be asked.
const CHECKING: &str = "checking";

/// A text that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueText {
    /// Row number.
    pub id: i64,
    /// Where it goes; `None` where that is no number.
    pub to: Option<PhoneNumber>,
    /// What it says.
    pub body: String,
    /// Times it was tried.
    pub tries: u32,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was last tried, if it may have been sent then.
    pub maybe_sent_at: Option<Timestamp>,
}

/// How it goes on with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextStep {
    /// The carrier has it.
    Sent {
        /// The carrier's id of it, where it told one.
        message: Option<String>,
        /// When that was known.
        at: Timestamp,
    },
    /// It was not sent, and is tried again.
    Again {
        /// When.
        due: Timestamp,
        /// Why it was not sent.
        reason: String,
    },
    /// It may have been sent; the carrier is asked.
    Check {
        /// When.
        due: Timestamp,
        /// Why nobody knows.
        reason: String,
    },
    /// It was not sent and never will be.
    Failed {
        /// Why.
        reason: String,
    },
    /// It may have been sent, nobody can find out, and it is never sent again.
    Uncertain {
        /// Why nobody knows.
        reason: String,
    },
    /// Texts were switched off when it was due.
    Skipped,
}

impl TextStep {
    /// Names the status that follows, in the database and in the metrics.
    pub fn status(&self) -> &'static str {
        match self {
            Self::Sent { .. } => "sent",
            Self::Again { .. } => WAITING,
            Self::Check { .. } => CHECKING,
            Self::Failed { .. } => "failed",
            Self::Uncertain { .. } => "uncertain",
            Self::Skipped => "skipped",
        }
    }
}

/// The texts in the database.
#[derive(Clone, Debug)]
pub struct Outbox {
    database: Database,
}

impl Outbox {
    /// Works on this database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    /// Takes over what a former process was sending when it ended: it may have been sent. Gives how many there were.
    pub async fn take_over(&self, now: Timestamp) -> Result<u64, DbErr> {
        let write = self.database.begin_write().await?;
        let taken = Entity::update_many()
            .col_expr(Column::Status, Expr::value(CHECKING))
            .col_expr(Column::DueAt, Expr::value(time_to_sql(now)))
            .filter(Column::Status.eq(SENDING))
            .exec(&write)
            .await?;
        write.commit().await?;
        Ok(taken.rows_affected)
    }

    /// Gives the text that has been due longest.
    pub async fn due(&self, now: Timestamp) -> Result<Option<DueText>, DbErr> {
        let found = Entity::find()
            .filter(Column::Status.is_in([WAITING, CHECKING]))
            .filter(Column::DueAt.lte(time_to_sql(now)))
            .order_by_asc(Column::DueAt)
            .order_by_asc(Column::Id)
            .one(self.database.reader())
            .await?;
        found.map(read).transpose()
    }

    /// Tells when the next text is due.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, DbErr> {
        let next: Option<sea_orm::prelude::DateTimeUtc> = Entity::find()
            .select_only()
            .column(Column::DueAt)
            .filter(Column::Status.is_in([WAITING, CHECKING]))
            .order_by_asc(Column::DueAt)
            .into_tuple()
            .one(self.database.reader())
            .await?;
        Ok(next.and_then(time_from_sql))
    }

    /// Notes that a waiting text is being sent from now on; `false` if it does not wait any more.
    pub async fn begin(&self, id: i64, now: Timestamp) -> Result<bool, DbErr> {
        let write = self.database.begin_write().await?;
        let begun = Entity::update_many()
            .col_expr(Column::Status, Expr::value(SENDING))
            .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
            .col_expr(Column::TriedAt, Expr::value(time_to_sql(now)))
            .filter(Column::Id.eq(id))
            .filter(Column::Status.eq(WAITING))
            .exec(&write)
            .await?;
        write.commit().await?;
        Ok(begun.rows_affected == 1)
    }

    /// Notes how it goes on with a text.
    pub async fn settle(&self, id: i64, step: &TextStep) -> Result<(), DbErr> {
        let text = |text: &str| Expr::value(sql_text(text));
        let changes: Vec<(Column, SimpleExpr)> = match step {
            TextStep::Sent { message, at } => vec![
                (Column::SentAt, Expr::value(time_to_sql(*at))),
                (
                    Column::MessageId,
                    Expr::value(message.as_deref().map(sql_text)),
                ),
                (Column::Reason, Expr::value(None::<String>)),
            ],
            TextStep::Again { due, reason } | TextStep::Check { due, reason } => vec![
                (Column::DueAt, Expr::value(time_to_sql(*due))),
                (Column::Reason, text(reason)),
            ],
            TextStep::Failed { reason } | TextStep::Uncertain { reason } => {
                vec![(Column::Reason, text(reason))]
            }
            TextStep::Skipped => vec![(Column::Reason, text("texts were switched off"))],
        };
        let write = self.database.begin_write().await?;
        let mut update = Entity::update_many()
            .col_expr(Column::Status, Expr::value(step.status()))
            .filter(Column::Id.eq(id));
        for (column, value) in changes {
            update = update.col_expr(column, value);
        }
        update.exec(&write).await?;
        write.commit().await
    }

    /// Tells which of these ids of the carrier belong to texts that are known to be sent.
    pub async fn known(&self, messages: Vec<String>) -> Result<Vec<String>, DbErr> {
        let known: Vec<Option<String>> = Entity::find()
            .select_only()
            .column(Column::MessageId)
            .filter(Column::MessageId.is_in(messages))
            .into_tuple()
            .all(self.database.reader())
            .await?;
        Ok(known.into_iter().flatten().collect())
    }
}

fn read(row: Model) -> Result<DueText, DbErr> {
    let time = |at| time_from_sql(at).ok_or_else(|| DbErr::Type("time out of range".to_owned()));
    let maybe_sent = (row.status == CHECKING).then_some(row.tried_at).flatten();
    Ok(DueText {
        id: row.id,
        to: PhoneNumber::parse(&row.to_number),
        body: row.body,
        tries: row.attempts.unsigned_abs(),
        created_at: time(row.created_at)?,
        maybe_sent_at: maybe_sent.map(time).transpose()?,
    })
}
