//! Owns the search for calls: by state, outcome, number, time and words. Called by the reading side. Never shows
//! anything; it only says which calls are meant.

use super::entities::{call_recordings, cards, final_turns, transcript_turns};
use super::time_to_sql;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, Iden};

/// Words of one search that are looked for.
const WORDS_MAX: usize = 8;

/// Which calls are wanted.
#[derive(Clone, Debug, Default)]
pub struct CallFilter {
    /// Only calls in this state, for example `COMPLETED`.
    pub state: Option<String>,
    /// Only calls with this outcome, for example `booked`.
    pub outcome: Option<String>,
    /// Only calls from or to a number with these digits.
    pub number: Option<String>,
    /// Only calls that rang then or later.
    pub from: Option<Timestamp>,
    /// Only calls that rang before.
    pub to: Option<Timestamp>,
    /// Only calls in which all of these words were said, or stand on the card.
    pub words: Option<String>,
}

impl CallFilter {
    /// Says the same in SQL.
    pub(super) fn condition(&self) -> Condition {
        use call_recordings::Column as C;
        let number = self.number.as_deref().map(digits);
        let anywhere = |digits: &String| {
            let pattern = || LikeExpr::new(format!("%{digits}%"));
            Condition::any()
                .add(C::FromNumber.like(pattern()))
                .add(C::ToNumber.like(pattern()))
        };
        let condition = Condition::all()
            .add_option(self.state.as_ref().map(|state| C::State.eq(state.as_str())))
            .add_option(
                self.outcome
                    .as_ref()
                    .map(|outcome| C::Outcome.eq(outcome.as_str())),
            )
            .add_option(number.as_ref().map(anywhere))
            .add_option(self.from.map(|at| C::StartedAt.gte(time_to_sql(at))))
            .add_option(self.to.map(|at| C::StartedAt.lt(time_to_sql(at))));
        let words = self.words.as_deref().unwrap_or_default();
        words
            .split_whitespace()
            .take(WORDS_MAX)
            .fold(condition, |condition, word| condition.add(is_said(word)))
    }
}

/// Finds the calls with a word: heard live, in the recording, or on the card.
fn is_said(word: &str) -> Condition {
    use call_recordings::Column::CallId;
    let pattern = format!("%{}%", escaped(&word.to_lowercase()));
    let live = having(
        transcript_turns::Entity,
        transcript_turns::Column::CallId,
        transcript_turns::Column::Text,
        &pattern,
    );
    let recorded = having(
        final_turns::Entity,
        final_turns::Column::CallId,
        final_turns::Column::Text,
        &pattern,
    );
    let heard_otherwise = having(
        final_turns::Entity,
        final_turns::Column::CallId,
        final_turns::Column::RecordingText,
        &pattern,
    );
    let card = having(
        cards::Entity,
        cards::Column::CallId,
        cards::Column::Words,
        &pattern,
    );
    [live, recorded, heard_otherwise, card]
        .into_iter()
        .fold(Condition::any(), |any, calls| {
            any.add(CallId.in_subquery(calls))
        })
}

fn having<E: EntityTrait, C: ColumnTrait + Iden>(
    table: E,
    call: C,
    text: C,
    pattern: &str,
) -> SelectStatement {
    let like = LikeExpr::new(pattern).escape('\\');
    Query::select()
        .column(call)
        .from(table.table_ref())
        .and_where(Expr::expr(Func::lower(Expr::col(text))).like(like))
        .take()
}

/// Keeps what LIKE would take for a wildcard as it stands.
fn escaped(word: &str) -> String {
    word.replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_")
}

fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}
