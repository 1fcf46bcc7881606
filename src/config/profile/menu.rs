//! Owns the reading of menu, questions and answers, people, and words. Called by the reading of a profile.

use super::hours::hours;
use crate::config::file::{Field, Section};
use maitred_actors::types::{Answer, Dish, Menu, Person, PhoneNumber, Vocabulary};

/// Fewest and most digits of a number that can be dialled (E.164 allows 15).
const DIGITS: std::ops::RangeInclusive<usize> = 10..=15;

pub(super) fn menu(root: &Section<'_>) -> Menu {
    let Some(section) = root.section("menu") else {
        return Menu::default();
    };
    let menu = Menu {
        proteins: section.sections("proteins").into_iter().map(dish).collect(),
        proteins_per_guest: section.number("proteins_per_guest", 0..=10, Some(0)),
        included: section.texts("included"),
        upgrades: section.sections("upgrades").into_iter().map(dish).collect(),
        diets: section.sections("diets").into_iter().map(answer).collect(),
        allergies: optional_text(&section, "allergies"),
    };
    section.finish();
    menu
}

fn dish(section: Section<'_>) -> Dish {
    let dish = Dish {
        name: section.text("name"),
        words: section.words("words"),
        per_guest: section.cents("per_guest").unwrap_or_default(),
        per_party: section.cents("per_party").unwrap_or_default(),
    };
    section.finish();
    dish
}

pub(super) fn answer(section: Section<'_>) -> Answer {
    let keywords = section.words("keywords");
    if keywords.is_empty() {
        section.missing("keywords", "a list of one word or phrase at least");
    }
    let answer = Answer {
        keywords,
        answer: section.text("answer"),
    };
    section.finish();
    answer
}

pub(super) fn person(section: Section<'_>) -> Option<Person> {
    let (name, number) = (section.text("name"), number(&section));
    let (hours, topics) = (hours(&section, "hours"), section.words("topics"));
    section.finish();
    Some(Person {
        name,
        number: number?,
        hours,
        topics,
    })
}

fn number(section: &Section<'_>) -> Option<PhoneNumber> {
    let expected = "a phone number such as \"+14155550100\"";
    let field = section.needed("number", expected)?;
    let text = field.text()?;
    let plain = |one: char| one.is_ascii_digit() || "+-(). ".contains(one);
    let number = PhoneNumber::parse(text).filter(|number| {
        let digits = number.as_str().trim_start_matches('+').len();
        text.chars().all(plain) && DIGITS.contains(&digits)
    });
    if number.is_none() {
        field.wrong(expected);
    }
    number
}

pub(super) fn vocabulary(root: &Section<'_>) -> Vocabulary {
    let Some(section) = root.section("vocabulary") else {
        return Vocabulary::default();
    };
    let vocabulary = Vocabulary {
        occasions: section.words("occasions"),
        dietary: section.words("dietary"),
        other: section.words("other"),
    };
    section.finish();
    vocabulary
}

pub(super) fn optional_text(section: &Section<'_>, key: &'static str) -> String {
    let field = section.field(key);
    let text = field.as_ref().and_then(Field::text);
    text.unwrap_or_default().to_owned()
}
