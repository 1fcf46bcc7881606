//! Owns the way from the text of a profile to a `Profile`. Called at start, by `maitred check-config` and when the file
//! has changed. Never opens a file.

use super::hours::hours;
use super::menu::{answer, menu, optional_text, person, vocabulary};
use crate::config::FileProblem;
use crate::config::file::{Field, Findings, Section};
use jiff::tz::TimeZone;
use maitred_actors::types::{Area, Capacity, Hours, PartyLength, Prices, Profile, Service, Zone};
use std::collections::BTreeMap;
use toml_edit::Document;

/// The profile that holds where none is configured: the file at the top of the repository.
pub const EXAMPLE: &str = include_str!("../../../business.toml");
/// Name under which mistakes in the built-in profile would be told.
const EXAMPLE_NAME: &str = "business.toml (built in)";

/// Reads the built-in profile.
pub fn example() -> Result<Profile, Vec<FileProblem>> {
    read_profile(EXAMPLE_NAME, EXAMPLE)
}

/// Reads a profile. Reports every mistake at once, in the order of the file; but text that is no TOML only where it
/// first ceases to be.
pub fn read_profile(file: &str, text: &str) -> Result<Profile, Vec<FileProblem>> {
    let findings = Findings::new(file, text);
    let profile = match Document::parse(text) {
        Ok(document) => Some(profile(&findings, &document)),
        Err(error) => {
            findings.note_no_toml(&error);
            None
        }
    };
    let problems = findings.into_problems();
    match profile {
        Some(profile) if problems.is_empty() => Ok(profile),
        _ => Err(problems),
    }
}

fn profile(findings: &Findings<'_>, document: &Document<&str>) -> Profile {
    let root = Section::root(findings, document.as_table());
    let name = root.text("name");
    let spoken = optional_text(&root, "spoken_name");
    let profile = Profile {
        spoken_name: if spoken.is_empty() {
            name.clone()
        } else {
            spoken
        },
        name,
        time_zone: time_zone(&root),
        hours: opening_hours(&root),
        area: area(&root),
        services: root.sections("services").into_iter().map(service).collect(),
        prices: root.section("prices").map(prices),
        capacity: capacity(&root),
        menu: menu(&root),
        questions: root.sections("questions").into_iter().map(answer).collect(),
        people: root
            .sections("people")
            .into_iter()
            .filter_map(person)
            .collect(),
        vocabulary: vocabulary(&root),
    };
    root.finish();
    profile
}

fn time_zone(root: &Section<'_>) -> String {
    let expected = "an IANA time zone such as \"America/Los_Angeles\"";
    let field = root.needed("time_zone", expected);
    let Some((field, name)) = field.as_ref().and_then(|one| Some((one, one.text()?))) else {
        return String::new();
    };
    if TimeZone::get(name).is_err() {
        field.wrong(expected);
    }
    name.to_owned()
}

fn opening_hours(root: &Section<'_>) -> Hours {
    hours(root, "hours")
}

fn area(root: &Section<'_>) -> Area {
    let Some(section) = root.section("area") else {
        return Area::default();
    };
    let mut owners = BTreeMap::new();
    let zones = section.sections("zones").into_iter();
    let zones = zones.map(|one| zone(one, &mut owners)).collect();
    let asks_address = section.field("asks_address");
    let area = Area {
        description: optional_text(&section, "description"),
        zones,
        asks_address: asks_address
            .and_then(|field| field.flag())
            .unwrap_or_default(),
    };
    section.finish();
    area
}

/// Reads a zone; a ZIP that another zone has already is a mistake.
fn zone(section: Section<'_>, owners: &mut BTreeMap<String, String>) -> Zone {
    let name = section.text("name");
    let list = section.needed("zips", "a list of ZIPs or the digits they begin with");
    let mut zips = Vec::new();
    for field in list.iter().flat_map(Field::elements) {
        let Some(zip) = field.text() else { continue };
        if zip.len() > 5 || !zip.bytes().all(|one| one.is_ascii_digit()) {
            field.wrong("one to five digits, such as \"951\" or \"95112\"");
        } else if let Some(owner) = owners.insert(zip.to_owned(), name.clone()) {
            field.wrong(format!("digits that zone `{owner}` does not have"));
        } else {
            zips.push(zip.to_owned());
        }
    }
    if let Some(list) = list.filter(|list| list.is_empty_list()) {
        list.wrong("one ZIP at least, or the digits it begins with");
    }
    let zone = Zone {
        name,
        zips,
        miles: section.number("miles", 0..=3_000, None),
        travel_fee: section.cents("travel_fee"),
    };
    section.finish();
    zone
}

fn service(section: Section<'_>) -> Service {
    let service = Service {
        name: section.text("name"),
        description: section.text("description"),
    };
    section.finish();
    service
}

fn prices(section: Section<'_>) -> Prices {
    let adult = section.cents_needed("adult");
    let prices = Prices {
        adult,
        child: section.cents("child").unwrap_or(adult),
        child_age_max: section.number("child_age_max", 0..=17, Some(12)),
        minimum: section.cents("minimum").unwrap_or_default(),
        travel_free_miles: section.number("travel_free_miles", 0..=3_000, Some(0)),
        travel_per_mile: section.cents("travel_per_mile").unwrap_or_default(),
    };
    section.finish();
    prices
}

fn capacity(root: &Section<'_>) -> Capacity {
    let usual = Capacity::default();
    let Some(section) = root.section("capacity") else {
        root.missing("capacity", "a table [capacity] with crews and lengths");
        return usual;
    };
    let drive_minutes = section.number("drive_minutes", 0..=600, Some(0));
    let capacity = Capacity {
        crews: section.number("crews", 1..=1_000, None),
        grills_per_crew: section.number("grills_per_crew", 1..=100, Some(1)),
        guests_per_grill: section.number("guests_per_grill", 1..=1_000, None),
        setup_minutes: section.number("setup_minutes", 0..=600, Some(0)),
        lengths: lengths(&section),
        drive_minutes,
        drive_minutes_same_zone: section.number(
            "drive_minutes_same_zone",
            0..=drive_minutes,
            Some(drive_minutes),
        ),
        notice_hours: section.number("notice_hours", 0..=8_760, Some(0)),
        horizon_days: section.number("horizon_days", 1..=3_660, Some(usual.horizon_days)),
        hold_minutes: section.number("hold_minutes", 1..=120, Some(usual.hold_minutes)),
    };
    section.finish();
    capacity
}

/// Reads the lengths of parties; each row must be for more guests than the one before.
fn lengths(above: &Section<'_>) -> Vec<PartyLength> {
    let rows = above.sections("lengths");
    if rows.is_empty() {
        let expected = "a list such as [{ guests_max = 20, minutes = 90 }]";
        above.missing("lengths", expected);
    }
    let mut before = 0;
    let mut read = Vec::new();
    for row in rows {
        let guests_max = row.number("guests_max", before + 1..=100_000, None);
        let minutes = row.number("minutes", 15..=1_440, None);
        row.finish();
        before = guests_max.min(99_999);
        read.push(PartyLength {
            guests_max,
            minutes,
        });
    }
    read
}
