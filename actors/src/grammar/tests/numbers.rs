//! Telephone numbers, e-mail addresses and street addresses, said and written.

use super::super::{Slot, understand};
use super::{context, read};

fn phone(text: &str) -> Option<String> {
    read(text).phone.map(|found| found.value)
}

fn email(text: &str) -> Option<String> {
    read(text).email.map(|found| found.value)
}

#[test]
fn a_telephone_number_is_read_however_its_digits_are_said() {
    for text in [
        "it's six five oh, five five five, oh one double nine",
        "650-555-0199",
        "(650) 555 0199",
        "one six five zero five five five zero one ninety nine",
        "my number is six fifty, five fifty five, oh one ninety nine",
        "uh 6505550199 thanks",
    ] {
        assert_eq!(phone(text).as_deref(), Some("6505550199"), "{text}");
    }
}

#[test]
fn a_corrected_telephone_number_wins() {
    let text = "6505550199, no sorry, 6505550188";
    assert_eq!(phone(text).as_deref(), Some("6505550188"));
}

#[test]
fn the_number_called_from_is_a_flag_and_no_digits() {
    let understood = understand(
        "the same number I'm calling from",
        &[],
        &context().asking(Slot::Phone),
    );
    assert!(understood.same_number);
    assert_eq!(understood.phone, None);
}

#[test]
fn other_digits_are_no_telephone_number() {
    assert_eq!(phone("four people at six thirty on the 12th"), None);
    assert_eq!(phone("the zip is 94110"), None);
}

#[test]
fn an_e_mail_address_is_read_written_said_and_spelled() {
    assert_eq!(
        email("it's Jo.Rivera@example.com").as_deref(),
        Some("jo.rivera@example.com")
    );
    assert_eq!(
        email("jo dot rivera at example dot com").as_deref(),
        Some("jo.rivera@example.com")
    );
    assert_eq!(
        email("my email is j o underscore r five at example dot org").as_deref(),
        Some("jo_r5@example.org")
    );
    assert_eq!(email("see you at six dot dot").as_deref(), None);
    assert_eq!(email("I'll be there at 8.30 pm").as_deref(), None);
}

#[test]
fn a_street_address_is_read_written_and_said() {
    let text = "42 North Elm Street, Apt 3, Springfield, IL 62704";
    let address = read(text).address.unwrap().value;
    assert_eq!(address.house_number.as_deref(), Some("42"));
    assert_eq!(address.street.as_deref(), Some("north elm street"));
    assert_eq!(address.unit.as_deref(), Some("apt 3"));
    assert_eq!(address.city.as_deref(), Some("springfield"));
    assert_eq!(address.state.as_deref(), Some("il"));
    assert_eq!(address.zip.as_deref(), Some("62704"));
    let said = read("we're at twelve oh five elm street and the zip is six two seven oh four");
    let address = said.address.unwrap().value;
    assert_eq!(address.house_number.as_deref(), Some("1205"));
    assert_eq!(address.street.as_deref(), Some("elm street"));
    assert_eq!(address.zip.as_deref(), Some("62704"));
}

#[test]
fn a_zip_is_an_answer_by_itself() {
    let understood = understand(
        "nine four one one oh",
        &[],
        &context().asking(Slot::Address),
    );
    assert_eq!(
        understood.address.unwrap().value.zip.as_deref(),
        Some("94110")
    );
}

#[test]
fn digits_of_a_number_or_an_address_are_no_time_and_no_party() {
    let understood = understand(
        "four one five, five five five, twelve thirty four",
        &[],
        &context().asking(Slot::Phone),
    );
    assert_eq!(understood.phone.unwrap().value, "4155551234");
    assert_eq!(understood.time, None);
    let understood = read("the party is at 42 elm street");
    assert_eq!(understood.party_size, None);
    assert!(understood.address.is_some());
}

#[test]
fn a_sentence_is_no_street() {
    assert_eq!(read("which one is in the center").address, None);
    assert_eq!(read("sunday at 11am at north heights").address, None);
}

/// House number, street and ZIP of an answer to the question for the address.
fn place(text: &str) -> [Option<String>; 3] {
    let found = understand(text, &[], &context().asking(Slot::Address)).address;
    found.map_or([None, None, None], |found| {
        [
            found.value.house_number,
            found.value.street,
            found.value.zip,
        ]
    })
}

#[test]
fn an_answer_tells_street_and_zip_in_any_order_and_without_the_kind_of_street() {
    for (said, want) in [
        ("95112, 42 Oak Street", ["42", "oak street", "95112"]),
        ("95112 42 oak street", ["42", "oak street", "95112"]),
        (
            "nine five one one two forty two oak street",
            ["42", "oak street", "95112"],
        ),
        (
            "zip is 95112 and the street is 42 oak",
            ["42", "oak", "95112"],
        ),
        ("one twenty three main", ["123", "main", ""]),
        (
            "fifteen hundred el camino real",
            ["1500", "el camino real", ""],
        ),
        (
            "Two hundred and five Saint Mary's Court, 95050",
            ["205", "saint mary's court", "95050"],
        ),
        (
            "two thousand el camino real apartment four b palo alto nine four three oh six",
            ["2000", "el camino real", "94306"],
        ),
        ("100 N Elm Street", ["100", "n elm street", ""]),
        ("100 A Street", ["100", "a street", ""]),
        ("it's 9 5 1 1 2", ["", "", "95112"]),
    ] {
        let want = want.map(|part| (!part.is_empty()).then(|| part.to_owned()));
        assert_eq!(place(said), want, "{said}");
    }
    for said in [
        "42 people",
        "in 20 minutes",
        "twelve",
        "we are 12 and it's outside",
    ] {
        assert_eq!(place(said), [None, None, None], "{said}");
    }
}
