//! Owns how a booking becomes a row and back. Called by the ledger. Never talks to a database.

use super::calendar::Entry;
use super::crews::Job;
use crate::adapters::store::entities::{booking_holds, bookings};
use crate::adapters::store::{civil_from_sql, civil_to_sql, sql_text};
use maitred_actors::ports::booking::Error;
use maitred_actors::types::{
    Booking, BookingDetails, BookingKey, CallId, PhoneNumber, Place, Profile,
};
use sea_orm::ActiveValue::Set;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Status of a booking that stands.
pub(super) const CONFIRMED: &str = "confirmed";
/// Status of a booking that was cancelled.
pub(super) const CANCELLED: &str = "cancelled";

/// Writes what was agreed into the columns of a row.
pub(super) fn set_details(row: &mut bookings::ActiveModel, details: &BookingDetails) {
    let number = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
    let text = |text: &Option<String>| text.as_deref().map(sql_text);
    let place = details.place.clone().unwrap_or_default();
    row.starts_local = Set(civil_to_sql(details.starts));
    row.party_size = Set(number(details.party_size));
    row.name = Set(sql_text(&details.name));
    row.phone = Set(details.phone.as_ref().map(|one| one.as_str().to_owned()));
    row.children = Set(details.children.map(number));
    row.zip = Set(text(&place.zip));
    row.address = Set(text(&place.address));
    row.occasion = Set(text(&details.occasion));
    row.choices = Set(list_to_sql(&details.choices));
    row.dietary = Set(list_to_sql(&details.dietary));
    row.email = Set(text(&details.email));
    let cents = |total| i64::try_from(total).unwrap_or(i64::MAX);
    row.quoted_cents = Set(details.quoted.map(cents));
}

/// Reads a booking; fails where its start cannot be read.
pub(crate) fn read_booking(row: bookings::Model) -> Result<Booking, Error> {
    let starts = civil_from_sql(row.starts_local).ok_or_else(|| {
        Error::Unavailable(format!("booking {} has no readable start", row.number))
    })?;
    let place = Place {
        address: row.address,
        zip: row.zip,
    };
    Ok(Booking {
        number: row.number,
        key: BookingKey::new(row.booking_key),
        call: CallId::new(row.call_id),
        details: BookingDetails {
            starts,
            party_size: row.party_size.unsigned_abs(),
            name: row.name,
            phone: row.phone.as_deref().and_then(PhoneNumber::parse),
            children: row.children.map(i32::unsigned_abs),
            place: (place != Place::default()).then_some(place),
            occasion: row.occasion,
            choices: list_from_sql(row.choices.as_deref()),
            dietary: list_from_sql(row.dietary.as_deref()),
            email: row.email,
            quoted: row.quoted_cents.map(i64::unsigned_abs),
        },
        cancelled: row.status == CANCELLED,
    })
}

/// Reads what a booking takes; `None` where its start cannot be read.
pub(super) fn booked(profile: &Profile, row: bookings::Model) -> Option<Entry> {
    let starts = civil_from_sql(row.starts_local)?;
    let guests = row.party_size.unsigned_abs();
    Some(Entry {
        booking: Some(row.number),
        job: Job::new(profile, starts, guests, row.zip.as_deref()),
    })
}

/// Reads what a hold takes; `None` where its start cannot be read.
pub(super) fn held(profile: &Profile, row: booking_holds::Model) -> Option<Entry> {
    let starts = civil_from_sql(row.starts_local)?;
    let guests = row.party_size.unsigned_abs();
    Some(Entry {
        booking: row.replaces,
        job: Job::new(profile, starts, guests, row.zip.as_deref()),
    })
}

fn list_to_sql<T: Serialize>(list: &[T]) -> Option<String> {
    let text = || serde_json::to_string(list).ok();
    (!list.is_empty()).then(text)?.as_deref().map(sql_text)
}

fn list_from_sql<T: DeserializeOwned>(text: Option<&str>) -> Vec<T> {
    let read = text.and_then(|text| serde_json::from_str(text).ok());
    read.unwrap_or_default()
}
