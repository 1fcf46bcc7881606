//! Owns what in a recording differs from the booking: names, numbers, days, times. Called by the archivist's work once
//! the transcript is aligned. Pure; flags for a person to look at, never changes anything.

use super::transcript::{Flag, Part, Source, Speaker};
use crate::grammar::{self, Context, DateReading, Slot, TimeReading, Understanding};
use crate::types::{Booking, BookingDetails, PhoneNumber};

/// What may differ, with the slot that is asked for it.
const SLOTS: [Slot; 5] = [
    Slot::Date,
    Slot::Time,
    Slot::PartySize,
    Slot::Name,
    Slot::Phone,
];

/// Finds where the recording says something else than what was booked. Where the words were heard live too, only
/// what the booking was taken from counts; where only the recording has them, whatever differs.
pub fn differ(parts: &[Part], bookings: &[Booking], context: &Context) -> Vec<Flag> {
    let mut flags = Vec::new();
    let caller = parts
        .iter()
        .enumerate()
        .filter(|(_, part)| part.speaker == Speaker::Caller);
    for (place, part) in caller {
        for booking in bookings {
            for slot in SLOTS {
                let Some(heard) = differing(part, slot, &booking.details, context) else {
                    continue;
                };
                flags.push(Flag {
                    part: place,
                    kind: kind(slot),
                    booking: booking.number.clone(),
                    booked: booked(slot, &booking.details),
                    heard,
                });
            }
        }
    }
    flags
}

fn differing(
    part: &Part,
    slot: Slot,
    details: &BookingDetails,
    context: &Context,
) -> Option<String> {
    let booked = booked(slot, details);
    let asked = context.clone().asking(slot);
    let heard = match (part.source, &part.recording_text) {
        (Source::Both, Some(recorded)) => {
            let live = value(slot, &grammar::understand(&part.text, &[], &asked))?;
            if !is_same(slot, &live, &booked) {
                return None;
            }
            value(slot, &grammar::understand(recorded, &[], &asked))?
        }
        (Source::Recording, _) => value(slot, &grammar::understand(&part.text, &[], context))?,
        (Source::Both, None) | (Source::Live, _) => return None,
    };
    (!booked.is_empty() && !is_same(slot, &heard, &booked)).then_some(heard)
}

fn is_same(slot: Slot, one: &str, other: &str) -> bool {
    let digits = |text: &str| PhoneNumber::parse(text);
    match slot {
        Slot::Phone => digits(one) == digits(other),
        Slot::Name => one.eq_ignore_ascii_case(other) || is_part_of(one, other),
        Slot::Date | Slot::Time | Slot::PartySize | Slot::Email | Slot::Address => one == other,
    }
}

/// "Maria" is no other name than "Maria Delgado".
fn is_part_of(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    let within = |few: &str, many: &str| {
        few.split(' ')
            .all(|word| many.split(' ').any(|has| has == word))
    };
    within(&one, &other) || within(&other, &one)
}

fn value(slot: Slot, reading: &Understanding) -> Option<String> {
    match slot {
        Slot::Date => match &reading.date.as_ref()?.value {
            DateReading::On(date) => Some(date.to_string()),
            _ => None,
        },
        Slot::Time => match &reading.time.as_ref()?.value {
            TimeReading::At { time, .. } => Some(time.strftime("%H:%M").to_string()),
            _ => None,
        },
        Slot::PartySize => Some(reading.party_size.as_ref()?.value.total.to_string()),
        Slot::Name => {
            let name = &reading.name.as_ref()?.value;
            let parts = [name.first.as_deref(), name.last.as_deref()];
            Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
        }
        Slot::Phone => Some(reading.phone.as_ref()?.value.clone()),
        Slot::Email | Slot::Address => None,
    }
}

fn booked(slot: Slot, details: &BookingDetails) -> String {
    match slot {
        Slot::Date => details.starts.date().to_string(),
        Slot::Time => details.starts.strftime("%H:%M").to_string(),
        Slot::PartySize => details.party_size.to_string(),
        Slot::Name => details.name.clone(),
        Slot::Phone => details
            .phone
            .as_ref()
            .map(|phone| phone.as_str().to_owned())
            .unwrap_or_default(),
        Slot::Email | Slot::Address => String::new(),
    }
}

fn kind(slot: Slot) -> &'static str {
    match slot {
        Slot::Date => "date",
        Slot::Time => "time",
        Slot::PartySize => "party_size",
        Slot::Name => "name",
        Slot::Phone => "phone",
        Slot::Email => "email",
        Slot::Address => "address",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{BookingKey, CallId};
    use jiff::civil::date;

    fn booking() -> Booking {
        Booking {
            number: "MH4821".to_owned(),
            key: BookingKey::new("call_1/1"),
            call: CallId::new("call_1"),
            details: BookingDetails {
                starts: date(2026, 11, 28).at(18, 0, 0, 0),
                party_size: 12,
                name: "Maria Delgado".to_owned(),
                phone: PhoneNumber::parse("+14155550198"),
                ..BookingDetails::default()
            },
            cancelled: false,
        }
    }

    fn both(live: &str, recorded: &str) -> Part {
        Part {
            speaker: Speaker::Caller,
            text: live.to_owned(),
            started_ms: 0,
            source: Source::Both,
            recording_text: Some(recorded.to_owned()),
        }
    }

    fn flags(part: Part) -> Vec<(&'static str, String, String)> {
        // A Sunday.
        let context = Context::new(date(2026, 11, 22).at(12, 0, 0, 0));
        let found = differ(&[part], &[booking()], &context);
        found
            .into_iter()
            .map(|flag| (flag.kind, flag.booked, flag.heard))
            .collect()
    }

    fn one(kind: &'static str, booked: &str, heard: &str) -> Vec<(&'static str, String, String)> {
        vec![(kind, booked.to_owned(), heard.to_owned())]
    }

    #[test]
    fn what_was_booked_and_sounds_otherwise_in_the_recording_is_flagged() {
        let people = both("a party for twelve people", "a party for twenty people");
        assert_eq!(flags(people), one("party_size", "12", "20"));
        let time = both("at six pm please", "at seven pm please");
        assert_eq!(flags(time), one("time", "18:00", "19:00"));
        let day = both(
            "next Saturday the twenty eighth of November",
            "on Sunday the twenty ninth of November",
        );
        assert_eq!(flags(day), one("date", "2026-11-28", "2026-11-29"));
        let name = both("my name is Maria Delgado", "my name is Maria Salgado");
        assert_eq!(flags(name), one("name", "Maria Delgado", "Maria Salgado"));
        let phone = both("my number is 415 555 0198", "my number is 415 555 0189");
        let found = flags(phone);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, "phone");
    }

    #[test]
    fn what_was_corrected_on_the_call_is_not_flagged() {
        // Eleven was what the caller said first, live and recorded; the booking is for twelve.
        let corrected = both(
            "a party for eleven people",
            "a party for eleven folks, people",
        );
        assert_eq!(flags(corrected), []);
    }

    #[test]
    fn the_same_said_otherwise_is_not_flagged() {
        assert_eq!(
            flags(both(
                "for twelve people at six pm",
                "For 12 people at 6:00 PM."
            )),
            []
        );
        assert_eq!(flags(both("Maria Delgado", "Maria.")), []);
    }

    #[test]
    fn what_only_the_recording_has_is_flagged_where_it_differs() {
        let mut part = both("no, make it seven pm", "");
        part.source = Source::Recording;
        part.recording_text = None;
        assert_eq!(flags(part.clone()), one("time", "18:00", "19:00"));
        part.speaker = Speaker::Agent;
        assert_eq!(flags(part), []);
    }
}
