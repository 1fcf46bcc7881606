//! Tests of the profile: the example is good, and every mistake is told at its place, all at once.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

use super::read::{EXAMPLE, example, read_profile};
use jiff::civil::{Weekday, date, time};

#[test]
fn the_example_is_read_as_it_is_written() {
    let profile = example().unwrap();
    assert_eq!(profile.spoken_name, "My Hibachi Chef");
    let friday = profile.hours.weekday(Weekday::Friday).unwrap();
    assert_eq!(
        (friday.from, friday.to),
        (time(11, 0, 0, 0), time(21, 0, 0, 0))
    );
    assert_eq!(profile.hours.on(date(2026, 12, 25)), None);
    let prices = profile.prices.unwrap();
    assert_eq!(
        (prices.adult, prices.child, prices.minimum),
        (6_000, 3_000, 60_000)
    );
    assert_eq!(profile.area.zone("95112").unwrap().name, "South Bay");
    assert_eq!(profile.area.zone("95060").unwrap().name, "Monterey Bay");
    assert_eq!(profile.area.zone("10001"), None);
    assert_eq!(profile.capacity.guests_max(), 80);
    assert_eq!(profile.menu.dish("Lobster").unwrap().per_guest, 1_200);
    assert_eq!(profile.people[1].number.as_str(), "+14155550100");
}

/// Replaces one stretch of the example, and gives the mistakes as they are shown.
fn wrong(from: &str, to: &str) -> Vec<String> {
    assert!(EXAMPLE.contains(from), "the example has no `{from}`");
    let text = EXAMPLE.replacen(from, to, 1);
    let problems = read_profile("b.toml", &text).unwrap_err();
    problems.iter().map(ToString::to_string).collect()
}

/// Finds line and column of a text in the example after a replacement.
fn place(from: &str, to: &str, of: &str) -> String {
    let text = EXAMPLE.replacen(from, to, 1);
    let before = &text[..text.find(of).unwrap()];
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    format!("b.toml:{}:{column}: ", before.matches('\n').count() + 1)
}

#[test]
fn each_mistake_is_told_with_its_place_and_what_was_expected() {
    let cases = [
        (
            "crews = 2",
            "crews = \"two\"",
            "\"two\"",
            "capacity.crews: found `\"two\"`, expected a whole number from 1 to 1000",
        ),
        (
            "adult = 60.00",
            "adult = -60.00",
            "-60.00",
            "prices.adult: found `-60.00`, expected an amount in dollars from 0 to 1000000, such as 60.00",
        ),
        (
            "adult = 60.00",
            "adult = 60.001",
            "60.001",
            "prices.adult: found `60.001`, expected an amount in dollars from 0 to 1000000, such as 60.00",
        ),
        (
            "friday = \"11:00-21:00\"",
            "friday = \"21:00-11:00\"",
            "\"21:00-11:00\"",
            "hours.friday: found `\"21:00-11:00\"`, expected hours such as \"11:00-21:00\", the end after the begin, or \"closed\"",
        ),
        (
            "friday = \"11:00-21:00\"",
            "friday = \"11:00-25:00\"",
            "\"11:00-25:00\"",
            "hours.friday: found `\"11:00-25:00\"`, expected hours such as \"11:00-21:00\", the end after the begin, or \"closed\"",
        ),
        (
            "America/Los_Angeles",
            "America/Los_Angels",
            "\"America/Los_Angels",
            "time_zone: found `\"America/Los_Angels\"`, expected an IANA time zone such as \"America/Los_Angeles\"",
        ),
        (
            "number = \"+14155550110\"",
            "number = \"call me\"",
            "\"call me\"",
            "people[1].number: found `\"call me\"`, expected a phone number such as \"+14155550100\"",
        ),
        (
            "setup_minutes = 30",
            "setup_minuts = 30",
            "setup_minuts",
            "capacity.setup_minuts: found a key that is not known, expected one of crews, drive_minutes, drive_minutes_same_zone, grills_per_crew, guests_per_grill, hold_minutes, horizon_days, lengths, notice_hours, setup_minutes",
        ),
        (
            "\"950\", \"951\"",
            "\"950\", \"95I\"",
            "\"95I\"",
            "area.zones[1].zips[2]: found `\"95I\"`, expected one to five digits, such as \"951\" or \"95112\"",
        ),
        (
            "[\"949\", \"954\"]",
            "[]",
            "[]\nmiles = 70",
            "area.zones[4].zips: found `[]`, expected one ZIP at least, or the digits it begins with",
        ),
        (
            "\"945\"",
            "\"951\"",
            "\"951\", \"946\"",
            "area.zones[2].zips[1]: found `\"951\"`, expected digits that zone `South Bay` does not have",
        ),
        (
            "2027-01-01",
            "2027-02-30",
            "\"2027-02-30",
            "hours.closed_on[2]: found `\"2027-02-30\"`, expected a day such as \"2026-12-25\"",
        ),
        (
            "asks_address = true",
            "asks_address = \"yes\"",
            "\"yes\"",
            "area.asks_address: found `\"yes\"`, expected true or false",
        ),
        (
            "\"950\", \"951\"",
            "\"950\", \"950\"",
            "\"950\", \"940\"",
            "area.zones[1].zips[2]: found `\"950\"`, expected digits that zone `South Bay` does not have",
        ),
        (
            "crews = 2",
            "crews = 0",
            "0\ngrills",
            "capacity.crews: found `0`, expected a whole number from 1 to 1000",
        ),
        (
            "minimum = 600.00",
            "minimum = \"six hundred\"",
            "\"six hundred\"",
            "prices.minimum: found `\"six hundred\"`, expected an amount in dollars from 0 to 1000000, such as 60.00",
        ),
        (
            "per_guest = 5.00",
            "per_guest = -5",
            "-5\n",
            "menu.upgrades[1].per_guest: found `-5`, expected an amount in dollars from 0 to 1000000, such as 60.00",
        ),
        (
            "drive_minutes_same_zone = 30",
            "drive_minutes_same_zone = 90",
            "90\nnotice",
            "capacity.drive_minutes_same_zone: found `90`, expected a whole number from 0 to 60",
        ),
        (
            "hours = \"09:00-21:00\"",
            "hours = \"21:00-09:00\"",
            "\"21:00-09:00\"",
            "people[2].hours: found `\"21:00-09:00\"`, expected hours such as \"11:00-21:00\", the end after the begin, or \"closed\"",
        ),
        (
            "guests_max = 40",
            "guests_max = 10",
            "10, minutes = 120",
            "capacity.lengths[2].guests_max: found `10`, expected a whole number from 21 to 100000",
        ),
    ];
    for (from, to, at, expected) in cases {
        let told = wrong(from, to);
        assert_eq!(told, [place(from, to, at) + expected], "{to}");
    }
}

#[test]
fn what_is_missing_is_told_at_its_table() {
    let told = wrong("hours = \"09:00-21:00\"\n", "");
    let at = EXAMPLE[..EXAMPLE.rfind("[[people]]").unwrap()]
        .matches('\n')
        .count()
        + 1;
    assert_eq!(told.len(), 1);
    assert!(
        told[0].starts_with(&format!(
            "b.toml:{at}:1: people[2].hours: found nothing, expected "
        )),
        "{told:?}"
    );
    let told = read_profile("b.toml", "").unwrap_err();
    let keys: Vec<_> = told.iter().map(|one| one.key.as_str()).collect();
    assert_eq!(keys, ["name", "time_zone", "hours", "capacity"]);
}

#[test]
fn text_that_is_no_toml_is_told_at_its_place() {
    let told = wrong("crews = 2", "crews = = 2");
    let expected = "found extra `=`, expected nothing, expected TOML, such as `key = \"value\"`";
    assert_eq!(
        told,
        [place("crews = 2", "crews = = 2", "= 2\ngrills") + expected]
    );
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_the_file() {
    let text = EXAMPLE
        .replacen("time_zone = ", "timezone = ", 1)
        .replacen("miles = 12", "miles = -12", 1)
        .replacen("child = 30.00", "child = \"half\"", 1)
        .replacen("crews = 2", "crews = 0", 1)
        .replacen(
            "answer = \"There is no deposit",
            "reply = \"There is no deposit",
            1,
        );
    let problems = read_profile("b.toml", &text).unwrap_err();
    let keys: Vec<_> = problems.iter().map(|one| one.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "time_zone",
            "timezone",
            "area.zones[1].miles",
            "prices.child",
            "capacity.crews",
            "questions[1].answer",
            "questions[1].reply",
        ]
    );
    let lines: Vec<_> = problems.iter().map(|one| one.line).collect();
    assert!(lines.is_sorted(), "{lines:?}");
}
