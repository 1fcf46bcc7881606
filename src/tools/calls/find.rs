//! Owns the finding of calls for the tools: by any name a call has, or by time. Called by `maitred call` and `maitred
//! replay`. Never writes.

use crate::adapters::store::entities::{call_recordings, outbox};
use crate::adapters::store::{Database, time_to_sql};
use jiff::Timestamp;
use maitred_actors::types::{CallId, PhoneNumber};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect as _,
};

/// Finds the call that a text names: its id, RingCentral's session, the SIP `Call-ID`, or the caller's number, of which
/// it is the newest call.
pub async fn find_call(database: &Database, name: &str) -> Result<Option<CallId>, DbErr> {
    use call_recordings::Column as C;
    let number = PhoneNumber::parse(name);
    let named = Condition::any()
        .add(C::CallId.eq(name))
        .add(C::RcCallId.eq(name))
        .add(C::SipCallId.eq(name))
        .add_option(number.map(|number| C::FromNumber.eq(number.as_str())));
    let call = call_recordings::Entity::find()
        .filter(named)
        .order_by_desc(C::StartedAt)
        .order_by_desc(C::CallId)
        .select_only()
        .column(C::CallId)
        .into_tuple::<String>()
        .one(database.reader())
        .await?;
    Ok(call.map(CallId::new))
}

/// Lists the calls that rang since then, oldest first.
pub async fn calls_since(
    database: &Database,
    since: Option<Timestamp>,
) -> Result<Vec<CallId>, DbErr> {
    use call_recordings::Column as C;
    let rang = Condition::all().add_option(since.map(|at| C::StartedAt.gte(time_to_sql(at))));
    let calls = call_recordings::Entity::find()
        .filter(rang)
        .order_by_asc(C::StartedAt)
        .order_by_asc(C::CallId)
        .select_only()
        .column(C::CallId)
        .into_tuple::<String>()
        .all(database.reader())
        .await?;
    Ok(calls.into_iter().map(CallId::new).collect())
}

/// A text that was put into the outbox for a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PutText {
    pub kind: String,
    pub to: String,
    pub body: String,
}

/// Lists the texts that a call itself has put into the outbox; what the owner is sent afterwards is none of them.
pub(super) async fn texts_of(database: &Database, call: &CallId) -> Result<Vec<PutText>, DbErr> {
    use outbox::Column as C;
    let rows = outbox::Entity::find()
        .filter(C::CallId.eq(call.as_str()))
        .filter(C::SendKey.starts_with(format!("{call}/")))
        .filter(C::Kind.ne("owner_card"))
        .order_by_asc(C::Id)
        .all(database.reader())
        .await?;
    let text = |row: outbox::Model| PutText {
        kind: row.kind,
        to: row.to_number,
        body: row.body,
    };
    Ok(rows.into_iter().map(text).collect())
}
