//! Reads what callers say of food: dishes of the business, diets and allergies, and how many of each.
//!
//! Owns the words of diets that English has. Called by `understand` before people are counted, for "two vegetarians" and
//! "filet mignon for four" count plates. Never knows what the business serves: that is in the vocabulary.

use std::sync::LazyLock;

use super::numbers;
use super::reading::{DietaryNeed, Found, MenuChoice};
use super::tokens::{Token, holds, items, word, word_before};
use super::vocabulary::{Vocabulary, longest_at};

/// Diets and what people are allergic to, as English has them.
static DIETS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    items("vegetarian|vegan|gluten free|gluten intolerant|gluten|celiac|dairy free|lactose intolerant|lactose free|\
    nut free|peanut free|halal|kosher|pescatarian|keto|low carb|low sodium|sugar free|no pork|no beef|no shellfish|\
    no dairy|no gluten|no nuts|diabetic|veggie|plant based").collect()
});
static ALLERGENS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    items("shellfish|peanut|tree nut|nut|dairy|egg|soy|sesame|fish|wheat|gluten|milk|seafood|shrimp|lobster|scallop|crab|msg|mushroom|garlic").collect()
});

/// What was said of food, and the token spans that are no number of guests.
#[derive(Default)]
pub(super) struct Food {
    pub menu: Vec<Found<MenuChoice>>,
    pub dietary: Vec<Found<DietaryNeed>>,
    /// Bytes from and to.
    pub taken: Vec<(usize, usize)>,
}

/// Reads all of it.
pub(super) fn read(tokens: &[Token], vocabulary: &Vocabulary) -> Food {
    let mut food = Food::default();
    let allergy = (0..tokens.len()).find(|i| is_allergy(word(tokens, *i)));
    let mut i = 0;
    while i < tokens.len() {
        let found = |(end, name): (usize, &str)| (end, name.to_owned());
        let own =
            |list: &[String]| longest_at(tokens, i, list.iter().map(String::as_str)).map(found);
        let english = |list: &[&str]| longest_at(tokens, i, list.iter().copied()).map(found);
        let dish = own(&vocabulary.upgrades)
            .map(|found| (found, true))
            .or_else(|| own(&vocabulary.proteins).map(|found| (found, false)));
        let near = allergy.is_some_and(|at| at.abs_diff(i) < 8);
        let allergen = if near { english(&ALLERGENS) } else { None };
        let diet = own(&vocabulary.dietary).or_else(|| english(&DIETS));
        // "Gluten free" is a diet also where somebody is allergic to something else.
        let allergen =
            allergen.filter(|(end, _)| diet.as_ref().is_none_or(|(other, _)| end >= other));
        i = match (allergen, dish, diet) {
            (Some((end, name)), ..) => food.need(tokens, (i, end), name, true),
            (None, Some(((end, name), upgrade)), _) => food.dish(tokens, (i, end), name, upgrade),
            (None, None, Some((end, name))) => food.need(tokens, (i, end), name, false),
            (None, None, None) => i + 1,
        };
    }
    food
}

fn is_allergy(word: &str) -> bool {
    matches!(
        word,
        "allergic" | "allergy" | "allergies" | "intolerant" | "anaphylactic"
    )
}

impl Food {
    fn dish(
        &mut self,
        tokens: &[Token],
        span: (usize, usize),
        name: String,
        upgrade: bool,
    ) -> usize {
        let declined = is_declined(tokens, span);
        let (start, end, count) = match declined {
            true => (span.0, span.1, None),
            false => self.counted(tokens, span),
        };
        let value = MenuChoice {
            name,
            upgrade,
            count,
            declined,
        };
        self.menu.extend(found(tokens, start, end, value));
        end
    }

    fn need(
        &mut self,
        tokens: &[Token],
        span: (usize, usize),
        name: String,
        allergy: bool,
    ) -> usize {
        let (start, end, count) = self.counted(tokens, span);
        let value = DietaryNeed {
            name,
            allergy,
            count,
        };
        self.dietary.extend(found(tokens, start, end, value));
        end
    }

    /// "Two vegetarians", "filet for four": the plates, and the span with their number.
    fn counted(
        &mut self,
        tokens: &[Token],
        (start, end): (usize, usize),
    ) -> (usize, usize, Option<u32>) {
        let before = (start.saturating_sub(3)..start).find_map(|at| {
            let (count, next) = numbers::small(tokens, at)?;
            (next == start).then_some((at, count))
        });
        let (start, end, count) = if let Some((at, count)) = before {
            (at, end, Some(count))
        } else if word(tokens, end) == "for" && !self.follows_party(tokens, start) {
            match numbers::small(tokens, end + 1) {
                Some((count, next)) if ends(tokens, next) => (start, next, Some(count)),
                _ => (start, end, None),
            }
        } else {
            (start, end, None)
        };
        if count.is_some()
            && let (Some(first), Some(last)) = (tokens.get(start), tokens.get(end - 1))
        {
            self.taken.push((first.start, last.end));
        }
        (start, end, count)
    }

    /// "A vegetarian party for four": then four is the party.
    fn follows_party(&self, tokens: &[Token], start: usize) -> bool {
        matches!(word_before(tokens, start, 1), "a" | "an" | "book" | "have")
    }
}

/// "Without the lobster", "no lobster", "take the filet off", "I don't want any filet": a dish that is not to be served.
fn is_declined(tokens: &[Token], (start, end): (usize, usize)) -> bool {
    let article = |token: &Token| token.is_any("the|any|that|those|our|my|more|a|an");
    let mut at = start;
    while at > 0 && at + 2 > start && article(&tokens[at - 1]) {
        at -= 1;
    }
    let before = |back: usize| word_before(tokens, at, back);
    let within = |words: &str, reach: usize| (1..=reach).any(|back| holds(words, before(back)));
    let led = match before(1) {
        "without" | "minus" | "remove" | "drop" | "skip" | "cancel" | "lose" | "not" | "forget" => {
            true
        }
        // "No, the lobster": an article makes it a correction; a number makes it an order.
        "no" => at == start && word(tokens, end) != "for",
        "off" | "out" => within("take|leave|cut|cross|scratch", 3),
        "of" => matches!(before(2), "instead" | "rid"),
        "want" | "need" | "like" | "have" | "do" => {
            within("don't|not|doesn't|won't|longer|dont", 3)
        }
        _ => false,
    };
    let taken_off =
        matches!(word(tokens, end), "off" | "out" | "away") && within("take|leave|cut", 3);
    led || taken_off
}

/// Whether nothing that is counted follows.
fn ends(tokens: &[Token], i: usize) -> bool {
    tokens
        .get(i)
        .is_none_or(|token| token.is_mark() || token.is_any("of|and|please|then|the|with|but"))
}

fn found<T>(tokens: &[Token], start: usize, end: usize, value: T) -> Option<Found<T>> {
    Some(Found {
        value,
        start: tokens.get(start)?.start,
        end: tokens.get(end.checked_sub(1)?)?.end,
        confidence: 0.9,
    })
}
