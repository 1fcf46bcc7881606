//! What holds of any text at all.

use proptest::prelude::*;

use super::super::{Found, Slot, Understanding, understand};
use super::context;

fn spans(understood: &Understanding) -> Vec<(usize, usize)> {
    fn span<T>(found: Option<&Found<T>>) -> Option<(usize, usize)> {
        found.map(|found| (found.start, found.end))
    }
    let all = [
        span(understood.date.as_ref()),
        span(understood.time.as_ref()),
        span(understood.party_size.as_ref()),
        span(understood.name.as_ref()),
        span(understood.phone.as_ref()),
        span(understood.email.as_ref()),
        span(understood.address.as_ref()),
    ];
    all.into_iter().flatten().collect()
}

/// Words that the readers look for, so that random texts reach deep into them.
const WORDS: &str = "the of to from at for and no not sorry in on next this last week month day days weekend friday sat june may march \
    14th first second twenty three 5 30 2026 99999999999999999999 : / - . , pm am p m half past quarter noon tonight morning evening people kids me my wife \
    and dozen hundred thousand double oh @ dot com gmail street avenue zip 94110 name is this maria delgado b as in boy after before until ish \
    between or a couple couple christmas eve day before day after half hour hours ago table party yes bye cancel é 日本 ’s o'clock";

fn phrase() -> impl Strategy<Value = String> {
    let words: Vec<&'static str> = WORDS.split_whitespace().collect();
    let separator = prop_oneof![4 => Just(" "), 1 => Just("")];
    prop::collection::vec((prop::sample::select(words), separator), 0..25).prop_map(|parts| {
        parts
            .into_iter()
            .flat_map(|(word, separator)| [word, separator])
            .collect()
    })
}

fn slot() -> impl Strategy<Value = Option<Slot>> {
    prop::option::of(prop::sample::select(vec![
        Slot::Date,
        Slot::Time,
        Slot::PartySize,
        Slot::Name,
        Slot::Phone,
        Slot::Email,
        Slot::Address,
    ]))
}

fn check(text: &str, asked: Option<Slot>) {
    let mut context = context();
    context.asked = asked;
    let understood = understand(text, &[], &context);
    for (start, end) in spans(&understood) {
        assert!(start < end, "{text:?} {understood:?}");
        assert!(
            text.is_char_boundary(start) && text.is_char_boundary(end),
            "{text:?} {understood:?}"
        );
    }
    assert!((0.0..=1.0).contains(&understood.confidence));
    assert_eq!(understood, understand(text, &[], &context));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_panic_and_its_spans_are_sound(text in "\\PC{0,80}", asked in slot()) {
        check(&text, asked);
    }

    #[test]
    fn any_sequence_of_known_words_is_read_without_panic_and_its_spans_are_sound(text in phrase(), asked in slot()) {
        check(&text, asked);
    }

    #[test]
    fn any_other_guesses_are_read_without_panic(text in phrase(), guesses in prop::collection::vec(phrase(), 0..4), asked in slot()) {
        let mut context = context();
        context.asked = asked;
        let understood = understand(&text, &guesses, &context);
        for (start, end) in spans(&understood) {
            prop_assert!(text.is_char_boundary(start) && text.is_char_boundary(end));
        }
    }
}
