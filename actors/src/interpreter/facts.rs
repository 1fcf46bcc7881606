//! Owns what a model is told of the business: sentences from the profile, as they are spoken, each with a number. Called by
//! `asking` and `answers`. Pure; holds nothing that callers are not told anyway, and no person's name or number.

use crate::dialogue::{phrases, spoken};
use crate::types::{Cents, Dish, Profile};

/// Most sentences, and most characters of one.
const FACTS_MAX: usize = 80;
const FACT_CHARACTERS_MAX: usize = 400;

/// Lists what callers may be told.
pub(super) fn facts(profile: &Profile) -> Vec<String> {
    let mut facts = Vec::new();
    if !profile.spoken_name.is_empty() {
        facts.push(format!("The business is called {}.", profile.spoken_name));
    }
    for service in &profile.services {
        facts.push(format!("{}: {}.", service.name, service.description));
    }
    if !profile.area.description.is_empty() {
        facts.push(phrases::area(&profile.area, None));
    }
    facts.extend(hours(profile));
    prices(profile, &mut facts);
    capacity(profile, &mut facts);
    menu(profile, &mut facts);
    facts.extend(profile.questions.iter().map(|one| one.answer.clone()));
    let shortened = |fact: String| fact.chars().take(FACT_CHARACTERS_MAX).collect();
    facts.into_iter().take(FACTS_MAX).map(shortened).collect()
}

fn hours(profile: &Profile) -> Option<String> {
    let widest = profile.hours.widest()?;
    Some(format!(
        "Parties start between {} and {}",
        spoken::time(widest.from),
        spoken::ended(spoken::time(widest.to))
    ))
}

fn prices(profile: &Profile, facts: &mut Vec<String>) {
    let Some(prices) = &profile.prices else {
        return;
    };
    facts.push(phrases::prices(profile));
    if prices.travel_per_mile > 0 {
        facts.push(format!(
            "Travel is free for the first {} miles, then it is {} a mile.",
            spoken::number(prices.travel_free_miles),
            spoken::dollars(prices.travel_per_mile)
        ));
    }
}

fn capacity(profile: &Profile, facts: &mut Vec<String>) {
    let capacity = &profile.capacity;
    let number = spoken::number;
    if capacity.setup_minutes > 0 {
        let minutes = number(capacity.setup_minutes);
        facts.push(format!("The chef needs {minutes} minutes to set up."));
    }
    for length in &capacity.lengths {
        facts.push(format!(
            "A party of up to {} guests takes {} minutes.",
            number(length.guests_max),
            number(length.minutes)
        ));
    }
    if capacity.notice_hours > 0 {
        let hours = number(capacity.notice_hours);
        facts.push(format!("A party must be booked {hours} hours ahead."));
    }
}

fn menu(profile: &Profile, facts: &mut Vec<String>) {
    let menu = &profile.menu;
    let line = phrases::menu(profile);
    facts.extend((!line.is_empty()).then_some(line));
    facts.extend(menu.upgrades.iter().filter_map(upgrade));
    facts.extend(menu.diets.iter().map(|diet| {
        let about = diet.keywords.first().map_or("a diet", String::as_str);
        format!("About {about}: {}", diet.answer)
    }));
    facts.extend((!menu.allergies.is_empty()).then(|| menu.allergies.clone()));
}

fn upgrade(dish: &Dish) -> Option<String> {
    let costs = |amount: Cents, for_whom: &str| {
        let (name, dollars) = (&dish.name, spoken::dollars(amount));
        format!("An upgrade: {name}, {dollars} extra {for_whom}.")
    };
    match (dish.per_guest, dish.per_party) {
        (0, 0) => None,
        (0, party) => Some(costs(party, "for the party")),
        (guest, _) => Some(costs(guest, "for each guest")),
    }
}
