//! Whole conversations: what an answer does to what stands.

use jiff::civil::{date, time};

use super::super::{Agreed, Transcript};

/// Follows turns that alternate between the caller and our side, the caller first, from a Tuesday on.
fn agreed(turns: &[&str]) -> Agreed {
    let mut transcript = Transcript::new(date(2026, 3, 10).at(9, 0, 0, 0));
    for pair in turns.chunks(2) {
        transcript.caller(pair[0]);
        if let Some(ours) = pair.get(1) {
            transcript.system(ours);
        }
    }
    transcript.agreed().clone()
}

fn size(agreed: &Agreed) -> Option<u32> {
    agreed.party_size.as_ref().map(|size| size.total)
}

#[test]
fn what_is_asked_beside_a_booking_is_not_taken_with_it() {
    let stands = agreed(&[
        "a table for six on friday at half past five pm",
        "Your table for six on Friday at 5:30 pm is booked. Shall I note another one for 6:30 pm?",
        "no, don't",
    ]);
    assert_eq!(stands.time, Some(time(17, 30, 0, 0)));
}

#[test]
fn small_talk_after_a_booking_changes_nothing_and_a_correction_does() {
    let booked = [
        "a party for ten on saturday at 6 pm",
        "Great, your party is booked for Saturday at 6 pm!",
    ];
    let talk = "lovely, my sister flew in on Thursday and nobody has slept since";
    let stands = agreed(&[booked[0], booked[1], talk]);
    assert_eq!(stands.date, Some(date(2026, 3, 14)));
    let stands = agreed(&[booked[0], booked[1], "no, make it Sunday"]);
    assert_eq!(stands.date, Some(date(2026, 3, 15)));
}

#[test]
fn numbers_that_answer_other_questions_are_not_of_the_booking() {
    let stands = agreed(&[
        "dinner for four tomorrow at 7 pm",
        "Could you tell me your account number?",
        "7215",
        "And your date of birth, please?",
        "June 3rd 1971",
        "What was your mother's maiden name?",
        "Delgado",
    ]);
    assert_eq!(size(&stands), Some(4));
    assert_eq!(stands.date, Some(date(2026, 3, 11)));
    assert_eq!(stands.time, Some(time(19, 0, 0, 0)));
    assert_eq!(stands.name, None);
}

#[test]
fn who_calls_is_known_whatever_was_being_arranged_and_others_names_are_not_theirs() {
    let stands = agreed(&[
        "i need a taxi to the airport",
        "May I have your name?",
        "Maria Delgado",
        "The taxi is booked.",
        "now a table for two at 7 pm, my mother's maiden name is Quist by the way",
    ]);
    assert_eq!(
        stands.name.map(|name| name.full()),
        Some("Maria Delgado".to_owned())
    );
    assert_eq!(stands.time, Some(time(19, 0, 0, 0)));
}

#[test]
fn a_forecast_is_no_offer() {
    let stands = agreed(&[
        "a table for two on friday, will it be warm then?",
        "It will be sunny all day on Saturday, with temperatures around 20 degrees.",
        "great, thanks",
    ]);
    assert_eq!(stands.date, Some(date(2026, 3, 13)));
}

#[test]
fn a_weekday_said_with_another_day_is_what_is_kept() {
    let stands = agreed(&["a table for today, Thursday, at 6 pm"]);
    assert_eq!(stands.date, Some(date(2026, 3, 12)));
}

#[test]
fn the_moment_of_the_call_is_no_time_of_a_booking() {
    let stands = agreed(&[
        "a table for two on friday at 6 pm",
        "Whose name?",
        "i can't say right now",
    ]);
    assert_eq!(stands.time, Some(time(18, 0, 0, 0)));
    assert_eq!(stands.date, Some(date(2026, 3, 13)));
}
