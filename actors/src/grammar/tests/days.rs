//! Days: absolute, relative, weekdays, holidays, ranges, repairs, what does not exist.

use jiff::civil::{Date, date, time};

use super::super::{DateReading, Slot, TimeReading, understand};
use super::{context, read};

fn day(text: &str) -> Option<DateReading> {
    read(text).date.map(|found| found.value)
}

fn assert_day(text: &str, wanted: Date) {
    assert_eq!(day(text), Some(DateReading::On(wanted)), "{text}");
}

#[test]
fn a_day_is_read_in_every_usual_form() {
    for text in [
        "the 23rd of june please",
        "June 23",
        "june twenty third",
        "on the twenty-third of June, 2026",
        "6/23/2026",
        "Tuesday the 23rd of June",
        "twenty three june",
    ] {
        assert_day(text, date(2026, 6, 23));
    }
}

#[test]
fn relative_days_are_counted_from_the_reference() {
    assert_day("could we do tomorrow", date(2026, 3, 11));
    assert_day("the day after tomorrow", date(2026, 3, 12));
    assert_day("in three weeks", date(2026, 3, 31));
    assert_day("two weeks from saturday", date(2026, 3, 28));
    assert_day("a week from tomorrow", date(2026, 3, 18));
    assert_day("in a couple of days", date(2026, 3, 12));
}

#[test]
fn a_weekday_is_the_coming_one_and_next_is_in_the_next_week() {
    assert_day("friday", date(2026, 3, 13));
    assert_day("this saturday", date(2026, 3, 14));
    assert_day("next saturday", date(2026, 3, 21));
    assert_day("saturday next week", date(2026, 3, 21));
}

#[test]
fn what_is_past_rolls_forward() {
    assert_day("the 5th", date(2026, 4, 5));
    assert_day("january 3rd", date(2027, 1, 3));
    assert_day("the first saturday in february", date(2027, 2, 6));
}

#[test]
fn holidays_are_known_by_name() {
    assert_day("on mother's day", date(2026, 5, 10));
    assert_day("thanksgiving", date(2026, 11, 26));
    assert_day("the day before christmas", date(2026, 12, 24));
    assert_day("easter", date(2026, 4, 5));
}

#[test]
fn ranges_keep_both_ends() {
    let range = |from, to| Some(DateReading::Between { from, to });
    assert_eq!(
        day("june 4th to 6th"),
        range(date(2026, 6, 4), date(2026, 6, 6))
    );
    assert_eq!(
        day("from the 4th to the 6th of june"),
        range(date(2026, 6, 4), date(2026, 6, 6))
    );
    assert_eq!(
        day("the weekend"),
        range(date(2026, 3, 14), date(2026, 3, 15))
    );
    assert_eq!(
        day("next week"),
        range(date(2026, 3, 16), date(2026, 3, 22))
    );
}

#[test]
fn a_correction_wins() {
    assert_day("friday, no, saturday", date(2026, 3, 14));
    assert_day("the 12th um sorry the 13th", date(2026, 3, 13));
    assert_day("not friday, saturday", date(2026, 3, 14));
    assert_day("can you change it from friday to sunday", date(2026, 3, 15));
}

#[test]
fn a_day_that_does_not_exist_is_impossible_and_not_unclear() {
    assert!(matches!(
        day("february 30th"),
        Some(DateReading::Impossible { .. })
    ));
    assert!(matches!(
        day("june 31st"),
        Some(DateReading::Impossible { .. })
    ));
    assert_eq!(day("sometime maybe"), None);
}

#[test]
fn a_weekday_that_disagrees_with_its_date_becomes_a_question() {
    let conflict = Some(DateReading::Conflict {
        date: date(2026, 3, 23),
        weekday: 6,
    });
    assert_eq!(
        day("um, the twenty-third, it's a Saturday I think"),
        conflict
    );
    assert_day("the twenty-third, it's a monday", date(2026, 3, 23));
}

#[test]
fn a_bare_number_is_a_day_when_the_day_was_asked() {
    let understood = understand("the four", &[], &context().asking(Slot::Date));
    assert_eq!(
        understood.date.unwrap().value,
        DateReading::On(date(2026, 4, 4))
    );
}

#[test]
fn verbs_that_look_like_months_are_no_days() {
    assert_eq!(day("that may be right"), None);
    assert_eq!(day("may i ask something"), None);
}

#[test]
fn the_span_covers_the_words_of_the_day() {
    let text = "hello, maybe next Friday at six?";
    let found = read(text).date.unwrap();
    assert_eq!(&text[found.start..found.end], "next Friday");
}

#[test]
fn an_instead_after_the_second_day_replaces_the_first() {
    assert_day(
        "we can't do tuesday after all, can we do saturday instead",
        date(2026, 3, 14),
    );
    assert_day(
        "she has a trip on thursday, can we move the party to friday",
        date(2026, 3, 13),
    );
}

#[test]
fn weeks_and_weekends_of_a_month_are_found() {
    let range = |from, to| Some(DateReading::Between { from, to });
    assert_eq!(
        day("the last weekend of april"),
        range(date(2026, 4, 25), date(2026, 4, 26))
    );
    assert_eq!(
        day("memorial day weekend"),
        range(date(2026, 5, 23), date(2026, 5, 25))
    );
    assert_eq!(
        day("friday or saturday"),
        range(date(2026, 3, 13), date(2026, 3, 14))
    );
    assert_day("next month on the 18th", date(2026, 4, 18));
    assert_day("not this saturday but the next one", date(2026, 3, 21));
}

#[test]
fn days_and_times_are_counted_from_those_in_hand() {
    let mut hand = context();
    hand.standing.day = Some(date(2027, 1, 16));
    hand.standing.start = Some(time(17, 0, 0, 0));
    let day = |text: &str| match understand(text, &[], &hand).date.map(|found| found.value) {
        Some(DateReading::On(date)) => date.to_string(),
        other => format!("{other:?}"),
    };
    for (said, want) in [
        ("no wait the one after", "2027-01-23"),
        ("a week later", "2027-01-23"),
        ("the week after please", "2027-01-23"),
        ("the following week", "2027-01-23"),
        ("the day before would be better", "2027-01-15"),
        ("can we do the next day", "2027-01-17"),
        ("the following Friday", "2027-01-22"),
        ("the Saturday after that", "2027-01-23"),
        ("two weeks earlier", "2027-01-02"),
        ("the week after at seven", "2027-01-23"),
        ("make it Sunday", "2027-01-17"),
        ("Friday would be better", "2027-01-15"),
        ("the 23rd then", "2027-01-23"),
        ("Sunday the 24th", "2027-01-24"),
    ] {
        assert_eq!(day(said), want, "{said}");
    }
    let start = |text: &str| {
        let understood = understand(text, &[], &hand);
        let day = understood.date.map(|found| found.value);
        let time = understood.time.map(|found| found.value);
        (day, time)
    };
    for (said, hour, minute) in [
        ("can we make it an hour later", 18, 0),
        ("half an hour earlier", 16, 30),
        ("push it back thirty minutes", 17, 30),
        ("an hour and a half later please", 18, 30),
    ] {
        let want = (
            Some(DateReading::On(date(2027, 1, 16))),
            Some(TimeReading::At {
                time: time(hour, minute, 0, 0),
                half_guessed: false,
            }),
        );
        assert_eq!(start(said), want, "{said}");
    }
    assert_eq!(day("tomorrow"), "2026-03-11");
    assert_eq!(day("the day after tomorrow"), "2026-03-12");
    assert_eq!(day("next week on monday"), "2026-03-16");
}
