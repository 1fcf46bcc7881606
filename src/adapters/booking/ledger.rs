//! Owns the book in Maitred's own database: what is made, changed or cancelled is so once for its key, and never beyond
//! the crews there are. Called by the `BookingDesk` through `ports::booking::Book`.
//!
//! Hours, notice and area are looked at when a place is held; a caller to whom it was promised is not refused later because
//! a minute has passed. Crews are looked at every time.

use super::calendar::{Calendar, DAYS_AROUND, DAYS_MAX, DAYS_NEAR, Entry};
use super::rows::{CONFIRMED, booked, held, read_booking, set_details};
use super::{changes, search};
use crate::adapters::clock::random_digits;
use crate::adapters::store::entities::{booking_holds, bookings};
use crate::adapters::store::{Database, civil_to_sql, time_to_sql};
use crate::config::CurrentProfile;
use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, ToSpan as _};
use maitred_actors::ports::PortFuture;
use maitred_actors::ports::booking::{Book, Error, Search, Wanted};
use maitred_actors::ports::clock::Clock;
use maitred_actors::types::{Booking, BookingDetails, BookingKey, CallId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    PaginatorTrait, QueryFilter,
};
use std::sync::Arc;

/// Advisory lock of PostgreSQL under which one party is placed at a time; SQLite has one writer.
const BOOK_LOCK: i64 = 0x6d61_6974_7265_0002;
/// Digits of a confirmation number; more are taken when the shorter ones are used up.
const NUMBER_DIGITS: std::ops::RangeInclusive<usize> = 4..=7;
/// Numbers drawn of one length before a longer one is tried.
const DRAWS_MAX: u32 = 12;

/// Draws so many digits.
pub type DrawDigits = Arc<dyn Fn(usize) -> String + Send + Sync>;

/// The book in SQLite or PostgreSQL.
#[derive(Clone)]
pub struct Ledger {
    pub(super) database: Database,
    pub(super) clock: Arc<dyn Clock>,
    profile: CurrentProfile,
    draw: DrawDigits,
}

impl Ledger {
    /// Keeps the book in this database, by what the business is at each moment.
    pub fn new(database: Database, clock: Arc<dyn Clock>, profile: CurrentProfile) -> Self {
        Self {
            database,
            clock,
            profile,
            draw: Arc::new(random_digits),
        }
    }

    /// Takes the digits of confirmation numbers from elsewhere than chance, so that a rehearsal is the same each time.
    #[must_use]
    pub fn drawing(mut self, draw: DrawDigits) -> Self {
        self.draw = draw;
        self
    }

    /// Begins a write in which nobody else places a party.
    pub(super) async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let write = self.database.begin_write().await?;
        Database::lock(&write, BOOK_LOCK).await?;
        Ok(write)
    }

    /// Tells what the clock on the wall of the business shows.
    pub(super) fn local_now(&self) -> DateTime {
        let name = &self.profile.get().time_zone;
        // The reading of the profile has checked the name.
        let zone = jiff::tz::TimeZone::get(name).unwrap_or(jiff::tz::TimeZone::UTC);
        self.clock.now().to_zoned(zone).datetime()
    }

    /// Checks that there are crews for what a call wants, whatever the rules.
    pub(super) async fn check_crews(
        &self,
        db: &impl ConnectionTrait,
        call: &CallId,
        wanted: &Wanted,
    ) -> Result<(), Error> {
        let day = wanted.starts.date();
        let near = self.calendar(db, call, day, DAYS_NEAR).await?;
        if near.is_free(wanted, wanted.starts) {
            return Ok(());
        }
        let around = self
            .calendar(db, call, day, DAYS_AROUND + DAYS_NEAR)
            .await?;
        around.check_crews(wanted)
    }

    async fn check(
        &self,
        db: &impl ConnectionTrait,
        call: &CallId,
        wanted: &Wanted,
    ) -> Result<(), Error> {
        let day = wanted.starts.date();
        let near = self.calendar(db, call, day, DAYS_NEAR).await?;
        if near.would_do(wanted, wanted.starts) {
            return Ok(());
        }
        let around = self
            .calendar(db, call, day, DAYS_AROUND + DAYS_NEAR)
            .await?;
        around.check(wanted)
    }

    /// Reads the book some days around one, with what other calls hold.
    async fn calendar(
        &self,
        db: &impl ConnectionTrait,
        call: &CallId,
        day: Date,
        days: i64,
    ) -> Result<Calendar, Error> {
        let profile = self.profile.get();
        let from = day.saturating_sub(days.days()).at(0, 0, 0, 0);
        let until = day.saturating_add((days + 1).days()).at(0, 0, 0, 0);
        let (from, until) = (civil_to_sql(from), civil_to_sql(until));
        let standing = bookings::Entity::find()
            .filter(bookings::Column::Status.eq(CONFIRMED))
            .filter(bookings::Column::StartsLocal.between(from, until))
            .all(db)
            .await
            .map_err(unavailable)?;
        let holds = booking_holds::Entity::find()
            .filter(booking_holds::Column::CallId.ne(call.as_str()))
            .filter(booking_holds::Column::ExpiresAt.gt(time_to_sql(self.clock.now())))
            .all(db)
            .await
            .map_err(unavailable)?;
        let standing = standing.into_iter().filter_map(|row| booked(&profile, row));
        let holds = holds.into_iter().filter_map(|row| held(&profile, row));
        let entries: Vec<Entry> = standing.chain(holds).collect();
        Ok(Calendar::new(profile, self.local_now(), entries))
    }

    async fn hold_now(&self, call: CallId, wanted: Wanted) -> Result<(), Error> {
        let write = self.begin().await.map_err(unavailable)?;
        if let Some(number) = &wanted.replaces {
            changes::standing(&write, number).await?;
        }
        self.check(&write, &call, &wanted).await?;
        let now = self.clock.now();
        let minutes = i64::from(self.profile.get().capacity.hold_minutes);
        let expires = now.saturating_add(SignedDuration::from_mins(minutes));
        let expires = expires.unwrap_or(jiff::Timestamp::MAX);
        let row = booking_holds::ActiveModel {
            call_id: Set(call.as_str().to_owned()),
            starts_local: Set(civil_to_sql(wanted.starts)),
            party_size: Set(i32::try_from(wanted.guests).unwrap_or(i32::MAX)),
            zip: Set(wanted.zip),
            replaces: Set(wanted.replaces),
            expires_at: Set(time_to_sql(expires)),
        };
        use booking_holds::Column as C;
        let again = OnConflict::column(C::CallId)
            .update_columns([
                C::StartsLocal,
                C::PartySize,
                C::Zip,
                C::Replaces,
                C::ExpiresAt,
            ])
            .to_owned();
        booking_holds::Entity::insert(row)
            .on_conflict(again)
            .exec_without_returning(&write)
            .await
            .map_err(unavailable)?;
        booking_holds::Entity::delete_many()
            .filter(C::ExpiresAt.lte(time_to_sql(now)))
            .exec(&write)
            .await
            .map_err(unavailable)?;
        write.commit().await.map_err(unavailable)
    }

    async fn release_now(&self, call: CallId) -> Result<(), Error> {
        let held = booking_holds::Entity::find_by_id(call.as_str())
            .count(self.database.reader())
            .await
            .map_err(unavailable)?;
        if held == 0 {
            return Ok(());
        }
        let write = self.database.begin_write().await.map_err(unavailable)?;
        drop_hold(&write, &call).await?;
        write.commit().await.map_err(unavailable)
    }

    async fn book_once(
        &self,
        key: BookingKey,
        call: CallId,
        details: BookingDetails,
    ) -> Result<Booking, Error> {
        let write = self.begin().await.map_err(unavailable)?;
        let made = bookings::Entity::find()
            .filter(bookings::Column::BookingKey.eq(key.as_str()))
            .one(&write)
            .await
            .map_err(unavailable)?;
        if let Some(made) = made {
            return read_booking(made);
        }
        self.check_crews(&write, &call, &Wanted::of(&details, None))
            .await?;
        let mut row = bookings::ActiveModel {
            number: Set(self.free_number(&write).await?),
            booking_key: Set(key.as_str().to_owned()),
            call_id: Set(call.as_str().to_owned()),
            status: Set(CONFIRMED.to_owned()),
            created_at: Set(time_to_sql(self.clock.now())),
            ..Default::default()
        };
        set_details(&mut row, &details);
        let made = bookings::Entity::insert(row)
            .exec_with_returning(&write)
            .await
            .map_err(unavailable)?;
        drop_hold(&write, &call).await?;
        write.commit().await.map_err(unavailable)?;
        read_booking(made)
    }

    async fn free_number(&self, write: &DatabaseTransaction) -> Result<String, Error> {
        let letters = self.profile.get().initials();
        for digits in NUMBER_DIGITS {
            for _ in 0..DRAWS_MAX {
                let number = format!("{letters}{}", (self.draw)(digits));
                let used = bookings::Entity::find_by_id(number.clone())
                    .count(write)
                    .await;
                if used.map_err(unavailable)? == 0 {
                    return Ok(number);
                }
            }
        }
        Err(Error::Unavailable("no confirmation number is free".into()))
    }
}

/// Lets go what a call holds.
pub(super) async fn drop_hold(write: &DatabaseTransaction, call: &CallId) -> Result<(), Error> {
    booking_holds::Entity::delete_by_id(call.as_str())
        .exec(write)
        .await
        .map(drop)
        .map_err(unavailable)
}

pub(super) fn unavailable(error: DbErr) -> Error {
    Error::Unavailable(error.to_string())
}

impl Book for Ledger {
    fn openings(&self, call: CallId, wanted: Wanted) -> PortFuture<Result<Vec<DateTime>, Error>> {
        let ledger = self.clone();
        Box::pin(async move {
            let (db, day) = (ledger.database.reader(), wanted.starts.date());
            let until = wanted.until.map_or(day, |until| until.max(day));
            let days = i64::from((until - day).get_days()).min(DAYS_MAX) + DAYS_NEAR;
            let calendar = ledger.calendar(db, &call, day, days).await?;
            calendar.openings(&wanted)
        })
    }

    fn hold(&self, call: CallId, wanted: Wanted) -> PortFuture<Result<(), Error>> {
        let ledger = self.clone();
        Box::pin(async move { ledger.hold_now(call, wanted).await })
    }

    fn release(&self, call: CallId) -> PortFuture<Result<(), Error>> {
        let ledger = self.clone();
        Box::pin(async move { ledger.release_now(call).await })
    }

    fn book(
        &self,
        key: BookingKey,
        call: CallId,
        details: BookingDetails,
    ) -> PortFuture<Result<Booking, Error>> {
        let ledger = self.clone();
        Box::pin(async move { ledger.book_once(key, call, details).await })
    }

    fn find(&self, search: Search) -> PortFuture<Result<Vec<Booking>, Error>> {
        let ledger = self.clone();
        Box::pin(async move { search::find(&ledger, &search).await })
    }

    fn change(
        &self,
        key: BookingKey,
        call: CallId,
        number: String,
        details: BookingDetails,
    ) -> PortFuture<Result<Booking, Error>> {
        let ledger = self.clone();
        Box::pin(async move { changes::change(&ledger, &key, &call, &number, details).await })
    }

    fn cancel(
        &self,
        key: BookingKey,
        call: CallId,
        number: String,
    ) -> PortFuture<Result<Booking, Error>> {
        let ledger = self.clone();
        Box::pin(async move { changes::cancel(&ledger, &key, &call, &number).await })
    }
}
