//! Food, occasions, budgets, other languages, and what stands agreed after a conversation.

use super::super::{
    Budget, Context, Intent, Language, Slot, Transcript, Understanding, Vocabulary, understand,
};
use super::{context, read};

fn hungry() -> Context {
    let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let mut context = context();
    context.vocabulary = Vocabulary {
        proteins: own(&["chicken", "new york strip"]),
        upgrades: own(&["filet mignon"]),
        occasions: own(&["luau"]),
        ..Vocabulary::default()
    };
    context
}

fn order(text: &str) -> Understanding {
    understand(text, &[], &hungry())
}

#[test]
fn plates_are_counted_apart_from_guests() {
    let understood = order("we're ten people, filet mignon for four and six chicken");
    let menu: Vec<_> = understood
        .menu
        .iter()
        .map(|found| {
            (
                found.value.name.as_str(),
                found.value.upgrade,
                found.value.count,
            )
        })
        .collect();
    assert_eq!(
        menu,
        [("filet mignon", true, Some(4)), ("chicken", false, Some(6))]
    );
    assert_eq!(understood.party_size.unwrap().value.total, 10);
}

#[test]
fn a_dish_that_is_not_wanted_is_told_from_one_that_is() {
    let declined = |text: &str| order(text).menu[0].value.declined;
    for text in [
        "without the filet mignon",
        "no filet mignon",
        "take off the filet mignon",
        "could you take the filet mignon off",
        "i don't want any filet mignon",
        "actually skip the filet mignon please",
        "we won't need the chicken",
        "chicken instead of the filet mignon",
    ] {
        let understood = order(text);
        assert!(
            understood.menu.last().unwrap().value.declined,
            "{text}: {understood:?}"
        );
        assert!(!understood.has(Intent::AskMenu) && !understood.has(Intent::CancelBooking));
    }
    for text in [
        "we want the filet mignon",
        "no, the filet mignon for four",
        "no filet mignon for four",
        "do you have filet mignon",
        "chicken instead of the filet mignon",
    ] {
        assert!(!declined(text), "{text}");
    }
    assert!(order("take the filet mignon off my booking").has(Intent::ChangeBooking));
}

#[test]
fn a_dish_is_heard_only_where_the_business_serves_it() {
    assert!(order("do you have new york strips").menu.len() == 1);
    assert!(read("do you have new york strips").menu.is_empty());
}

#[test]
fn diets_and_allergies_are_told_apart() {
    let understood = read("two vegetarians, one gluten-free, and my son is allergic to shellfish");
    let needs: Vec<_> = understood
        .dietary
        .iter()
        .map(|found| {
            (
                found.value.name.as_str(),
                found.value.allergy,
                found.value.count,
            )
        })
        .collect();
    assert_eq!(
        needs,
        [
            ("vegetarian", false, Some(2)),
            ("gluten free", false, Some(1)),
            ("shellfish", true, None)
        ]
    );
    assert!(understood.party_size.is_none());
}

#[test]
fn what_is_celebrated_is_read_from_english_and_from_the_business_s_own_words() {
    let occasion = |text: &str| order(text).occasion.map(|found| found.value);
    assert_eq!(
        occasion("it's my mom's birthday"),
        Some("birthday".to_owned())
    );
    assert_eq!(occasion("we do a luau every year"), Some("luau".to_owned()));
    assert_eq!(occasion("a table for two"), None);
    assert_eq!(occasion("it's not a wedding"), None);
}

#[test]
fn a_budget_is_money_that_the_caller_names() {
    let budget = |text: &str| read(text).budget.map(|found| found.value);
    let dollars = |dollars, per_person| {
        Some(Budget {
            dollars,
            per_person,
        })
    };
    assert_eq!(
        budget("our budget is two thousand dollars"),
        dollars(2000, false)
    );
    assert_eq!(budget("we can spend $60 a person"), dollars(60, true));
    assert_eq!(budget("keep it under 2 grand"), dollars(2000, false));
    assert_eq!(budget("a table under the tree for six"), None);
    assert_eq!(read("we can spend $60 a person").party_size, None);
}

#[test]
fn the_spans_of_wishes_are_their_words() {
    let text = "uh, filet mignon for four, it's a birthday, at most $900";
    let understood = order(text);
    let said = |start: usize, end: usize| &text[start..end];
    let dish = &understood.menu[0];
    assert_eq!(said(dish.start, dish.end), "filet mignon for four");
    let occasion = understood.occasion.unwrap();
    assert_eq!(said(occasion.start, occasion.end), "birthday");
    let budget = understood.budget.unwrap();
    assert_eq!(said(budget.start, budget.end), "$900");
}

#[test]
fn spanish_is_recognised_and_not_read_as_english() {
    for text in [
        "hola quiero hacer una reservación para el sábado",
        "buenas tardes cuanto cuesta para diez personas",
        "no hablo inglés, hay alguien que hable español",
    ] {
        let understood = read(text);
        assert_eq!(understood.language, Some(Language::Spanish), "{text}");
        let scoped = understood.has(Intent::OutOfScope) || understood.has(Intent::TalkToHuman);
        assert!(scoped && understood.name.is_none(), "{text}");
    }
    for text in [
        "my name is maria de la cruz",
        "hola, a table for two please",
        "adios amigo",
        "si",
    ] {
        assert_eq!(read(text).language, None, "{text}");
    }
}

#[test]
fn a_vocabulary_that_was_journaled_as_a_list_is_still_read() {
    let mut old = serde_json::to_value(context()).unwrap();
    old["vocabulary"] = serde_json::json!(["luau"]);
    old.as_object_mut().unwrap().remove("day_first");
    let context: Context = serde_json::from_value(old).unwrap();
    assert_eq!(context.vocabulary.other, ["luau"]);
    let hungry = serde_json::to_value(hungry()).unwrap();
    assert_eq!(
        serde_json::from_value::<Context>(hungry).unwrap(),
        self::hungry()
    );
    let empty: Understanding = serde_json::from_str("{}").unwrap();
    assert_eq!(empty, Understanding::default());
}

#[test]
fn five_digits_alone_are_a_zip() {
    let zip = |text: &str, asked: Option<Slot>| {
        let mut context = context();
        context.asked = asked;
        understand(text, &[], &context).address?.value.zip
    };
    let found = Some("90210".to_owned());
    assert_eq!(zip("nine oh two one oh", None), found);
    assert_eq!(zip("we're in nine zero two one zero", None), found);
    assert_eq!(zip("90210", Some(Slot::Address)), found);
    assert_eq!(zip("90210", None), found);
    assert_eq!(zip("90210", Some(Slot::Date)), found);
    assert_eq!(zip("nine oh two one oh", Some(Slot::Phone)), None);
    assert_eq!(zip("12345 main street", Some(Slot::Address)), None);
}

#[test]
fn a_zip_is_heard_in_passing_and_takes_nothing_from_the_rest() {
    let read = |text: &str| {
        let understood = read(text);
        let zip = understood
            .address
            .as_ref()
            .and_then(|found| found.value.zip.clone());
        let people = understood
            .party_size
            .as_ref()
            .map(|found| found.value.total);
        (zip, people, understood.time.is_some())
    };
    let zip = || Some("95112".to_owned());
    for text in [
        "saturday the twelfth at six for twelve people nine five one one two",
        "saturday the twelfth at six for twelve nine five one one two",
        "twelve people nine five double one two on saturday at six",
        "at six for twelve people nine five one one two under john smith",
    ] {
        assert_eq!(read(text), (zip(), Some(12), true), "{text}");
    }
    assert_eq!(read("no nine five one one two").0, zip());
    for text in [
        "my number is nine five one one two",
        "five five five nine five one one two",
        "we live at one two five one two oak street",
        "order nine five one one two please",
        "party of four four of us two kids",
    ] {
        assert_eq!(read(text).0, None, "{text}");
    }
}

fn follow(turns: &[&str]) -> Transcript {
    let mut transcript = Transcript::new(context().reference);
    for (at, turn) in turns.iter().enumerate() {
        if at % 2 == 0 {
            transcript.caller(turn);
        } else {
            transcript.system(turn);
        }
    }
    transcript
}

fn clock(transcript: &Transcript) -> String {
    let agreed = transcript.agreed();
    agreed
        .time
        .map_or_else(String::new, |time| time.strftime("%H:%M").to_string())
}

#[test]
fn a_no_to_a_read_back_rejects_only_what_is_corrected() {
    let talk = follow(&[
        "dinner at 6 pm please",
        "So that is a table for four on March 20th at 6 pm. Is that right?",
        "no, make it 7 pm",
        "Then it is 7 pm, correct?",
        "yes",
    ]);
    assert_eq!(clock(&talk), "19:00");
    let agreed = talk.agreed();
    assert_eq!(agreed.party_size.as_ref().unwrap().total, 4);
    assert_eq!(agreed.date.unwrap().to_string(), "2026-03-20");
}

#[test]
fn small_talk_after_the_booking_changes_nothing() {
    let talk = follow(&[
        "a table for two on friday at 7 pm",
        "Great, your table is booked for Friday at 7 pm.",
        "thanks, that's all i need today",
        "You're welcome.",
        "my sister's wedding is on sunday",
    ]);
    assert_eq!(
        talk.agreed().date.unwrap().weekday(),
        jiff::civil::Weekday::Friday
    );
}

#[test]
fn what_is_said_of_other_things_is_not_the_booking() {
    let talk = follow(&[
        "a table for two on friday at 7 pm",
        "Done. Anything else?",
        "i also need a train that arrives at 9:15 on sunday",
        "Which day do you want to travel?",
        "sunday",
    ]);
    assert_eq!(clock(&talk), "19:00");
    assert_eq!(
        talk.agreed().date.unwrap().weekday(),
        jiff::civil::Weekday::Friday
    );
}

#[test]
fn a_refused_time_may_come_with_an_offer() {
    let talk = follow(&[
        "a table for two on friday at 7 pm",
        "I was not able to book 7 pm, would you like 8 pm?",
        "sounds good",
    ]);
    assert_eq!(clock(&talk), "20:00");
    let talk = follow(&[
        "friday at 7 pm",
        "Sorry, 7 pm is not available.",
        "what about the next day",
    ]);
    assert_eq!(
        talk.agreed().date.unwrap().weekday(),
        jiff::civil::Weekday::Saturday
    );
}
