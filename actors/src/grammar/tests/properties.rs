//! What holds of any text at all.

use proptest::prelude::*;

use super::super::{DateReading, Found, Slot, TimeReading, Transcript, Understanding, understand};
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
    let lists = [
        understood
            .menu
            .iter()
            .map(|found| span(Some(found)))
            .collect::<Vec<_>>(),
        understood
            .dietary
            .iter()
            .map(|found| span(Some(found)))
            .collect(),
        vec![
            span(understood.occasion.as_ref()),
            span(understood.budget.as_ref()),
        ],
    ];
    all.into_iter()
        .chain(lists.into_iter().flatten())
        .flatten()
        .collect()
}

/// Words that the readers look for, so that random texts reach deep into them.
const WORDS: &str = "the of to from at for and no not sorry in on next this last week month day days weekend friday sat june may march \
    14th first second twenty three 5 30 2026 99999999999999999999 : / - . , pm am p m half past quarter noon tonight morning evening people kids me my wife \
    and dozen hundred thousand double oh @ dot com gmail street avenue zip 94110 name is this maria delgado b as in boy after before until ish \
    between or a couple couple christmas eve day before vegetarian gluten free allergic to nut birthday budget $ grand each dollars quiero para hola day after half hour hours ago table party yes bye cancel é 日本 ’s o'clock";

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

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_conversation_is_followed_without_panic(turns in prop::collection::vec(phrase(), 0..8)) {
        let mut transcript = Transcript::new(context().reference);
        for (at, turn) in turns.iter().enumerate() {
            if at % 2 == 0 {
                transcript.caller(turn);
            } else {
                transcript.system(turn);
            }
        }
        prop_assert!(transcript.agreed().party_size.as_ref().is_none_or(|size| size.total >= size.adults.unwrap_or(0)));
    }

    #[test]
    fn the_last_of_two_days_wins(one in 0..7_usize, other in 0..7_usize, repair in repairs(), lead in leads()) {
        prop_assume!(one != other);
        let text = format!("{lead}{}{repair}{}", DAYS[one], DAYS[other]);
        let date = understand(&text, &[], &context()).date.map(|found| found.value);
        let Some(DateReading::On(date)) = date else {
            return Err(TestCaseError::fail(format!("{text:?} {date:?}")));
        };
        prop_assert_eq!(usize::try_from(date.weekday().to_monday_zero_offset()).unwrap(), other, "{}", text);
    }

    #[test]
    fn the_last_of_two_times_wins(one in 1..12_i8, other in 1..12_i8, repair in repairs(), lead in leads()) {
        prop_assume!(one != other);
        let text = format!("{lead}{one} pm{repair}{other} pm");
        let time = understand(&text, &[], &context()).time.map(|found| found.value);
        let Some(TimeReading::At { time, .. }) = time else {
            return Err(TestCaseError::fail(format!("{text:?} {time:?}")));
        };
        prop_assert_eq!(time.hour(), other + 12, "{}", text);
    }

    #[test]
    fn the_last_of_two_numbers_of_people_wins(one in 2..60_u32, other in 2..60_u32, repair in repairs(), lead in leads()) {
        prop_assume!(one != other);
        let text = format!("{lead}{one} people{repair}{other} people");
        let size = understand(&text, &[], &context()).party_size.map(|found| found.value.total);
        prop_assert_eq!(size, Some(other), "{}", text);
    }
}

const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Whoever talks eight times as long is read in a time of that order and not in its square, whatever it is that is said again and again. The
/// fastest of many readings counts, so that a busy machine does not matter.
#[test]
fn the_time_that_a_reading_takes_grows_no_faster_than_what_is_said() {
    for phrase in ["at six at seven", "two and", "june 5", "twelve oak street"] {
        let said = |words: usize| {
            let words: Vec<&str> = phrase.split(' ').cycle().take(words).collect();
            words.join(" ")
        };
        let took = |text: &str| {
            let start = std::time::Instant::now();
            std::hint::black_box(understand(text, &[], &context()));
            start.elapsed()
        };
        let (short, long) = (said(100), said(800));
        let (mut least_short, mut least_long) = (took(&short), took(&long));
        for _ in 0..40 {
            if least_long < least_short * 30 {
                break;
            }
            least_short = least_short.min(took(&short));
            least_long = least_long.min(took(&long));
        }
        assert!(
            least_long < least_short * 30,
            "{phrase}: {least_short:?} and {least_long:?}"
        );
    }
}

/// Words with which a caller takes back what was just said.
fn repairs() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        ", no, ",
        " no wait ",
        " sorry ",
        " i mean ",
        " actually ",
        ", no sorry, ",
        ", make that ",
        ". actually make it ",
        " oh no wait, ",
        ", or rather ",
        ", scratch that, ",
    ])
}

fn leads() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "uh ",
        "i'd like a party for ",
        "hi, can we do ",
        "let's say ",
    ])
}
