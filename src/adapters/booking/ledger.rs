//! Owns the book in Maitred's own database: a booking happens once for its key, and never beyond capacity. Called by
//! the `BookingDesk` through `ports::booking::Book`. Never judges opening hours or dates: the dialogue does.

use super::slots::Slots;
use crate::adapters::clock::random_digits;
use crate::adapters::store::entities::bookings;
use crate::adapters::store::{Database, civil_from_sql, civil_to_sql, sql_text, time_to_sql};
use jiff::SignedDuration;
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use maitred_actors::ports::PortFuture;
use maitred_actors::ports::booking::{Book, Error};
use maitred_actors::ports::clock::Clock;
use maitred_actors::types::{Booking, BookingDetails, BookingKey, CallId, PhoneNumber};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    PaginatorTrait, QueryFilter, QuerySelect,
};
use std::sync::Arc;

/// Advisory lock of PostgreSQL under which one booking is made at a time; SQLite has one writer.
const BOOK_LOCK: i64 = 0x6d61_6974_7265_0002;
/// Digits of a confirmation number; more are taken when the shorter ones are used up.
const NUMBER_DIGITS: std::ops::RangeInclusive<usize> = 4..=7;
/// Numbers drawn of one length before a longer one is tried.
const DRAWS_MAX: u32 = 12;
/// Status of a booking that stands.
const CONFIRMED: &str = "confirmed";

/// What the ledger needs to know of the business.
#[derive(Clone, Debug)]
pub struct LedgerConfig {
    /// Parties that can run at the same time.
    pub capacity: u32,
    /// How long one party keeps its place.
    pub party_length: SignedDuration,
    /// First hour at which a party may start.
    pub opens: Time,
    /// Hour by which a party must have started.
    pub closes: Time,
    /// Time zone of the business, so that no start in the past is offered.
    pub time_zone: TimeZone,
    /// Letters before the digits of a confirmation number, for example `MH`.
    pub number_prefix: String,
}

/// The book in SQLite or PostgreSQL.
#[derive(Clone)]
pub struct Ledger {
    database: Database,
    clock: Arc<dyn Clock>,
    slots: Slots,
    time_zone: TimeZone,
    number_prefix: String,
}

impl Ledger {
    /// Keeps the book in this database.
    pub fn new(database: Database, clock: Arc<dyn Clock>, config: LedgerConfig) -> Self {
        let LedgerConfig {
            capacity,
            party_length,
            opens,
            closes,
            time_zone,
            number_prefix,
        } = config;
        let slots = Slots {
            capacity,
            party_length,
            opens,
            closes,
        };
        Self {
            database,
            clock,
            slots,
            time_zone,
            number_prefix,
        }
    }

    async fn check(&self, db: &impl ConnectionTrait, wanted: DateTime) -> Result<(), Error> {
        let taken = self.taken_around(db, wanted).await.map_err(unavailable)?;
        if self.slots.fits(&taken, wanted) {
            return Ok(());
        }
        let now = self.clock.now().to_zoned(self.time_zone.clone()).datetime();
        Err(Error::Taken {
            alternatives: self.slots.alternatives(&taken, wanted, now),
        })
    }

    /// Lists the starts that can be in the way of any start on that day.
    async fn taken_around(
        &self,
        db: &impl ConnectionTrait,
        wanted: DateTime,
    ) -> Result<Vec<DateTime>, DbErr> {
        let length = self.slots.party_length;
        let day = wanted.date();
        let from = day.at(0, 0, 0, 0).saturating_sub(length);
        let until = day.at(23, 59, 59, 0).saturating_add(length);
        let starts: Vec<sea_orm::prelude::DateTime> = bookings::Entity::find()
            .select_only()
            .column(bookings::Column::StartsLocal)
            .filter(bookings::Column::Status.eq(CONFIRMED))
            .filter(bookings::Column::StartsLocal.between(civil_to_sql(from), civil_to_sql(until)))
            .into_tuple()
            .all(db)
            .await?;
        Ok(starts.into_iter().filter_map(civil_from_sql).collect())
    }

    async fn book_once(
        &self,
        key: BookingKey,
        call: CallId,
        details: BookingDetails,
    ) -> Result<Booking, Error> {
        let write = self.database.begin_write().await.map_err(unavailable)?;
        Database::lock(&write, BOOK_LOCK)
            .await
            .map_err(unavailable)?;
        let made = bookings::Entity::find()
            .filter(bookings::Column::BookingKey.eq(key.as_str()))
            .one(&write)
            .await
            .map_err(unavailable)?;
        if let Some(made) = made {
            return read_booking(made);
        }
        self.check(&write, details.starts).await?;
        let number = self.free_number(&write).await?;
        let row = bookings::ActiveModel {
            number: Set(number),
            booking_key: Set(key.as_str().to_owned()),
            call_id: Set(call.as_str().to_owned()),
            starts_local: Set(civil_to_sql(details.starts)),
            party_size: Set(i32::try_from(details.party_size).unwrap_or(i32::MAX)),
            name: Set(sql_text(&details.name)),
            phone: Set(details
                .phone
                .as_ref()
                .map(|phone| phone.as_str().to_owned())),
            status: Set(CONFIRMED.to_owned()),
            created_at: Set(time_to_sql(self.clock.now())),
        };
        let made = bookings::Entity::insert(row)
            .exec_with_returning(&write)
            .await
            .map_err(unavailable)?;
        write.commit().await.map_err(unavailable)?;
        read_booking(made)
    }

    async fn free_number(&self, write: &DatabaseTransaction) -> Result<String, Error> {
        for digits in NUMBER_DIGITS {
            for _ in 0..DRAWS_MAX {
                let number = format!("{}{}", self.number_prefix, random_digits(digits));
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

impl Book for Ledger {
    fn look(&self, starts: DateTime) -> PortFuture<Result<(), Error>> {
        let ledger = self.clone();
        Box::pin(async move { ledger.check(ledger.database.reader(), starts).await })
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
}

fn unavailable(error: DbErr) -> Error {
    Error::Unavailable(error.to_string())
}

fn read_booking(row: bookings::Model) -> Result<Booking, Error> {
    let starts = civil_from_sql(row.starts_local).ok_or_else(|| {
        Error::Unavailable(format!("booking {} has no readable start", row.number))
    })?;
    Ok(Booking {
        number: row.number,
        key: BookingKey::new(row.booking_key),
        call: CallId::new(row.call_id),
        details: BookingDetails {
            starts,
            party_size: row.party_size.unsigned_abs(),
            name: row.name,
            phone: row.phone.as_deref().and_then(PhoneNumber::parse),
            ..BookingDetails::default()
        },
        cancelled: false,
    })
}
