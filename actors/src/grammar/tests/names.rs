//! Names: introduced, alone, spelled, chosen among guesses.

use super::super::{PersonName, Slot, understand};
use super::{context, read};

fn name(first: &str, last: &str) -> Option<PersonName> {
    let some = |part: &str| (!part.is_empty()).then(|| part.to_owned());
    Some(PersonName {
        first: some(first),
        last: some(last),
    })
}

fn found(text: &str) -> Option<PersonName> {
    read(text).name.map(|found| found.value)
}

fn answer(text: &str, nbest: &[&str]) -> Option<PersonName> {
    let nbest: Vec<String> = nbest.iter().map(|guess| (*guess).to_owned()).collect();
    understand(text, &nbest, &context().asking(Slot::Name))
        .name
        .map(|found| found.value)
}

#[test]
fn a_name_is_read_after_the_phrases_that_introduce_one() {
    assert_eq!(found("hi this is Maria Delgado"), name("Maria", "Delgado"));
    assert_eq!(
        found("my name is maria delgado and i'd like a table"),
        name("Maria", "Delgado")
    );
    assert_eq!(found("it's under smith"), name("", "Smith"));
    assert_eq!(
        found("the reservation is under the name of Anna Weber"),
        name("Anna", "Weber")
    );
    assert_eq!(found("maria delgado speaking"), name("Maria", "Delgado"));
}

#[test]
fn an_answer_is_a_name_by_itself() {
    assert_eq!(answer("Delgado", &[]), name("", "Delgado"));
    assert_eq!(answer("yeah it's maria", &[]), name("Maria", ""));
    assert_eq!(
        answer("um maria delgado please", &[]),
        name("Maria", "Delgado")
    );
}

#[test]
fn plain_words_are_no_names() {
    assert_eq!(found("i'm looking for a table on friday"), None);
    assert_eq!(found("this is great"), None);
    assert_eq!(found("for christmas"), None);
}

#[test]
fn letters_are_put_together() {
    assert_eq!(answer("D E L G A D O", &[]), name("", "Delgado"));
    assert_eq!(answer("it's b as in boy r o w n", &[]), name("", "Brown"));
    assert_eq!(
        answer("maria delgato d e l g a d o", &[]),
        name("Maria", "Delgado")
    );
}

#[test]
fn the_likelier_name_is_taken_from_the_other_guesses() {
    let guesses = ["normal crisp", "Norman Crisp", "crisps"];
    assert_eq!(answer("normal crisp", &guesses), name("Norman", "Crisp"));
}

#[test]
fn other_peoples_names_are_not_the_callers() {
    assert_eq!(found("i need an appointment with Dr. Morgan"), None);
    assert_eq!(found("a surprise party for Mark please"), None);
    assert_eq!(found("The chef's name is Robert"), None);
}

#[test]
fn family_names_keep_their_particles_and_titles_fall_away() {
    assert_eq!(answer("maria de la cruz", &[]), name("Maria", "De La Cruz"));
    assert_eq!(answer("mister brown", &[]), name("", "Brown"));
}

#[test]
fn a_day_is_no_name() {
    assert_eq!(found("Christmas Eve"), None);
}

#[test]
fn letters_after_a_name_spell_the_part_that_they_are_like() {
    let whole = "Emily Carter, that's E-M-I-L-Y C-A-R-T-E-R";
    assert_eq!(answer(whole, &[]), name("Emily", "Carter"));
    assert_eq!(
        answer("my name is priya kowalczyk k o w a l c z y k", &[]),
        name("Priya", "Kowalczyk")
    );
    assert_eq!(
        answer("siobhan nguyen that's s i o b h a n n g u y e n", &[]),
        name("Siobhan", "Nguyen")
    );
    assert_eq!(answer("It's Nguyen. N-G-U-Y-E-N.", &[]), name("", "Nguyen"));
    assert_eq!(
        answer("It's John, J-O-N, Smith.", &[]),
        name("Jon", "Smith")
    );
    assert_eq!(
        answer("last name Smith, S-M-Y-T-H, first name Jo", &[]),
        name("Jo", "Smyth")
    );
}

#[test]
fn what_is_said_of_a_letter_picks_the_spelling() {
    for (said, first) in [
        ("catherine with a k", "Katherine"),
        ("Ann with an E.", "Anne"),
        ("steven with a p h", "Stephen"),
        ("sarah without the h", "Sara"),
        ("John, no H", "Jon"),
        ("phillip with one l", "Philip"),
        ("michele with two l's", "Michelle"),
        ("Katherine with a K", "Katherine"),
        // Nobody spells it so.
        ("nora with an x", "Nora"),
    ] {
        assert_eq!(answer(said, &[]), name(first, ""), "{said}");
    }
    assert_eq!(answer("Jon Smith, no H", &[]), name("Jon", "Smith"));
    assert_eq!(
        answer("my name is mary brown with an e", &[]),
        name("Mary", "Browne")
    );
}

#[test]
fn a_first_name_alone_and_then_the_whole_is_the_whole() {
    assert_eq!(answer("it's rob, rob jones", &[]), name("Rob", "Jones"));
}

#[test]
fn ordinary_words_answer_no_question_for_a_name() {
    for said in [
        "yes sounds good",
        "works for me",
        "it's my wife",
        "absolutely",
        "hang on a sec",
        "i'm driving",
        "whatever",
        "chicken please",
        "the operator",
        "for my dad",
    ] {
        assert_eq!(answer(said, &[]), None, "{said}");
    }
    // Family names that are ordinary words, after a given name or where they are common; and what introduces any name.
    assert_eq!(answer("tom butcher", &[]), name("Tom", "Butcher"));
    assert_eq!(answer("bird", &[]), name("", "Bird"));
    assert_eq!(answer("my name is Precious", &[]), name("Precious", ""));
    assert_eq!(answer("it's Priya Nair", &[]), name("Priya", "Nair"));
}

#[test]
fn a_name_that_a_recogniser_repeats_has_no_second_vote() {
    let guesses = [
        "Damian Johnson",
        "Damien Johnson",
        "Damien Johnston",
        "Damien Johnstone",
        "Damien Jonsson",
    ];
    assert_eq!(answer(guesses[0], &guesses), name("Damian", "Johnson"));
}

#[test]
fn letters_that_a_recogniser_ran_together_are_one_name() {
    assert_eq!(answer("nor a q u i s t", &[]), name("Nora", "Quist"));
    assert_eq!(answer("m a r c p a r k ER", &[]), name("Marc", "Parker"));
}
