//! Party sizes: by number, by naming people, adults and children, ranges, corrections.

use super::super::{PartySize, Slot, understand};
use super::{context, read};

fn party(text: &str) -> Option<PartySize> {
    read(text).party_size.map(|found| found.value)
}

fn total(text: &str) -> Option<u32> {
    party(text).map(|party| party.total)
}

#[test]
fn people_are_counted_by_number() {
    assert_eq!(total("a table for four please"), Some(4));
    assert_eq!(total("we are a party of twenty two"), Some(22));
    assert_eq!(total("there will be eight of us"), Some(8));
    assert_eq!(total("about a dozen people"), Some(12));
    assert_eq!(total("just the two of us"), Some(2));
    assert_eq!(total("half a dozen guests"), Some(6));
}

#[test]
fn people_are_counted_by_naming_them() {
    let family = party("it's me and my wife and three kids").unwrap();
    assert_eq!(
        (family.total, family.adults, family.children),
        (5, Some(2), Some(3))
    );
    assert_eq!(total("myself and five others"), Some(6));
    assert_eq!(total("just me"), Some(1));
    assert_eq!(total("my husband and I"), Some(2));
}

#[test]
fn adults_and_children_are_kept_apart() {
    let mixed = party("ten adults and four children").unwrap();
    assert_eq!(
        (mixed.total, mixed.adults, mixed.children),
        (14, Some(10), Some(4))
    );
    let part = party("fifteen people including six kids").unwrap();
    assert_eq!(
        (part.total, part.adults, part.children),
        (15, Some(9), Some(6))
    );
    let none = party("two adults, no kids").unwrap();
    assert_eq!((none.total, none.children), (2, Some(0)));
}

#[test]
fn a_range_keeps_both_ends_and_counts_the_upper() {
    let range = party("maybe fourteen, fifteen people").unwrap();
    assert_eq!(
        (range.total, range.at_least, range.at_most),
        (15, Some(14), Some(15))
    );
    let range = party("ten to twelve guests").unwrap();
    assert_eq!((range.total, range.at_least), (12, Some(10)));
}

#[test]
fn a_correction_of_the_number_wins() {
    assert_eq!(total("two, sorry, three people"), Some(3));
    assert_eq!(total("for four people, actually make that five"), Some(5));
}

#[test]
fn a_bare_number_is_a_party_when_the_party_was_asked() {
    let understood = understand("uh four", &[], &context().asking(Slot::PartySize));
    assert_eq!(understood.party_size.unwrap().value.total, 4);
    assert_eq!(understood.time, None);
}

#[test]
fn other_numbers_count_nobody() {
    assert_eq!(total("my daughter's turning thirteen"), None);
    assert_eq!(total("for two hours"), None);
    assert_eq!(total("she will be forty"), None);
    assert_eq!(total("one of us is vegetarian"), None);
    assert_eq!(total("for 6 pm"), None);
}

#[test]
fn a_share_of_the_party_is_worked_out() {
    let half = party("twenty people, half of them kids").unwrap();
    assert_eq!(
        (half.total, half.adults, half.children),
        (20, Some(10), Some(10))
    );
    let young = party("six adults and four under ten").unwrap();
    assert_eq!((young.total, young.children), (10, Some(4)));
}

#[test]
fn a_bound_is_kept_as_one() {
    let most = party("no more than twelve people").unwrap();
    assert_eq!(
        (most.total, most.at_most, most.at_least),
        (12, Some(12), None)
    );
    let least = party("at least ten guests").unwrap();
    assert_eq!(
        (least.total, least.at_least, least.at_most),
        (10, Some(10), None)
    );
}

#[test]
fn speaking_of_oneself_is_not_counting_oneself() {
    assert_eq!(
        total("i invited forty people and i expect them all"),
        Some(40)
    );
    assert_eq!(
        total("a table for six for me and give me the details"),
        Some(6)
    );
}

#[test]
fn more_and_fewer_count_from_the_party_in_hand() {
    let mut hand = context();
    hand.standing.guests = Some(12);
    hand.standing.children = Some(4);
    let changed = |text: &str| {
        let size = understand(text, &[], &hand).party_size;
        size.map(|found| (found.value.total, found.value.children))
    };
    for (said, want) in [
        ("i want to add two more people", (14, None)),
        ("two more people are coming", (14, None)),
        ("can we add 5 kids", (17, Some(9))),
        ("we'll be three less", (9, None)),
        ("plus two more adults", (14, None)),
        ("three people can't make it", (9, None)),
        ("there will be one more", (13, None)),
        ("one kid less", (11, Some(3))),
        ("make it fifteen people", (15, None)),
        ("it's me and three more friends", (4, None)),
    ] {
        assert_eq!(changed(said), Some(want), "{said}");
    }
    assert_eq!(changed("one more thing"), None);
    assert_eq!(read("i want to add two more people").party_size, None);
}
