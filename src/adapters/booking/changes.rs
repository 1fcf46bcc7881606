//! Owns changing and cancelling in the book: each once for its key, recorded with before and after in the same
//! transaction. Called by the ledger.

use super::ledger::{Ledger, drop_hold, unavailable};
use super::rows::{CANCELLED, CONFIRMED, read_booking, set_details};
use crate::adapters::store::entities::{booking_changes, bookings};
use crate::adapters::store::{sql_text, time_to_sql};
use maitred_actors::ports::booking::{Error, Wanted};
use maitred_actors::types::{Booking, BookingDetails, BookingKey, CallId};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait,
    DatabaseTransaction, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
};

/// Changes a booking to the details.
pub(super) async fn change(
    ledger: &Ledger,
    key: &BookingKey,
    call: &CallId,
    number: &str,
    details: BookingDetails,
) -> Result<Booking, Error> {
    let write = ledger.begin().await.map_err(unavailable)?;
    if let Some(done) = done_before(&write, key).await? {
        return Ok(done);
    }
    let row = standing(&write, number).await?;
    let before = read_booking(row.clone())?;
    let wanted = Wanted::of(&details, Some(number.to_owned()));
    if wanted != Wanted::of(&before.details, Some(number.to_owned())) {
        ledger.check_crews(&write, call, &wanted).await?;
    }
    let mut row = row.into_active_model();
    set_details(&mut row, &details);
    let after = read_booking(row.update(&write).await.map_err(unavailable)?)?;
    record(ledger, &write, key, call, "changed", &before, &after).await?;
    drop_hold(&write, call).await?;
    write.commit().await.map_err(unavailable)?;
    Ok(after)
}

/// Cancels a booking, which frees its crews.
pub(super) async fn cancel(
    ledger: &Ledger,
    key: &BookingKey,
    call: &CallId,
    number: &str,
) -> Result<Booking, Error> {
    let write = ledger.begin().await.map_err(unavailable)?;
    if let Some(done) = done_before(&write, key).await? {
        return Ok(done);
    }
    let row = standing(&write, number).await?;
    let before = read_booking(row.clone())?;
    let mut row = row.into_active_model();
    row.status = Set(CANCELLED.to_owned());
    let after = read_booking(row.update(&write).await.map_err(unavailable)?)?;
    record(ledger, &write, key, call, CANCELLED, &before, &after).await?;
    drop_hold(&write, call).await?;
    write.commit().await.map_err(unavailable)?;
    Ok(after)
}

/// Finds a booking that stands.
pub(super) async fn standing(
    db: &impl ConnectionTrait,
    number: &str,
) -> Result<bookings::Model, Error> {
    bookings::Entity::find_by_id(number)
        .filter(bookings::Column::Status.eq(CONFIRMED))
        .one(db)
        .await
        .map_err(unavailable)?
        .ok_or(Error::NoSuchBooking)
}

/// Gives the booking as an earlier asking under the same key left it.
async fn done_before(
    write: &DatabaseTransaction,
    key: &BookingKey,
) -> Result<Option<Booking>, Error> {
    let change = booking_changes::Entity::find()
        .filter(booking_changes::Column::ChangeKey.eq(key.as_str()))
        .one(write)
        .await
        .map_err(unavailable)?;
    change
        .map(|change| serde_json::from_str(&change.after).map_err(unreadable))
        .transpose()
}

async fn record(
    ledger: &Ledger,
    write: &DatabaseTransaction,
    key: &BookingKey,
    call: &CallId,
    kind: &str,
    before: &Booking,
    after: &Booking,
) -> Result<(), Error> {
    let json = |booking: &Booking| serde_json::to_string(booking).map_err(unreadable);
    let row = booking_changes::ActiveModel {
        booking_number: Set(after.number.clone()),
        call_id: Set(Some(call.as_str().to_owned())),
        at: Set(time_to_sql(ledger.clock.now())),
        kind: Set(kind.to_owned()),
        before: Set(Some(sql_text(&json(before)?))),
        after: Set(sql_text(&json(after)?)),
        change_key: Set(Some(key.as_str().to_owned())),
        ..Default::default()
    };
    let inserted = booking_changes::Entity::insert(row)
        .exec_without_returning(write)
        .await;
    inserted.map(drop).map_err(unavailable)
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::Unavailable(format!("a change in the book is not readable: {error}"))
}
