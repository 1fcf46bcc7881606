//! Owns the answers to questions about the business. Each is a sentence to which the open question is put again.

use super::Line;
use crate::dialogue::spoken;
use crate::types::{
    Area, CallSettings, Capacity, Charge, Dish, NoQuote, Profile, Quote, QuoteLine,
};

/// Tells what a party costs, line by line.
pub fn quoted(quote: &Result<Quote, NoQuote>, profile: &Profile) -> String {
    let quote = match quote {
        Ok(quote) => quote,
        Err(NoQuote::NoPrices) => return NO_PRICES.to_owned(),
        Err(NoQuote::OutOfArea) => {
            return format!(
                "We don't come that far: we serve {}.",
                profile.area.description
            );
        }
    };
    let lines: Vec<String> = quote.lines.iter().map(charge).collect();
    let travel = match quote.travel {
        None if !profile.area.zones.is_empty() => ", plus travel, which depends on your ZIP code",
        _ => "",
    };
    format!(
        "That is {}: {} in all{travel}.",
        spoken::listed(&lines, "and"),
        spoken::dollars(quote.total)
    )
}

fn charge(line: &QuoteLine) -> String {
    let many = |what: &str| {
        format!(
            "{} {what} at {}",
            spoken::number(line.count),
            spoken::dollars(line.each)
        )
    };
    match &line.what {
        Charge::Adults if line.count == 1 => many("adult"),
        Charge::Adults => many("adults"),
        Charge::Children if line.count == 1 => many("child"),
        Charge::Children => many("children"),
        Charge::Minimum => format!("{} up to our minimum", spoken::dollars(line.amount)),
        Charge::Upgrade(name) => format!("{} for {name}", spoken::dollars(line.amount)),
        Charge::Travel(_) => format!("{} for travel", spoken::dollars(line.amount)),
    }
}

/// Said when the profile has no prices.
const NO_PRICES: &str =
    "I don't have the prices here, but somebody can tell you when they call back.";

/// Tells the price rules in a breath.
pub fn prices(profile: &Profile) -> String {
    let Some(prices) = &profile.prices else {
        return NO_PRICES.to_owned();
    };
    format!(
        "It's {} for each adult and {} for children up to {}, with a minimum of {}.",
        spoken::dollars(prices.adult),
        spoken::dollars(prices.child),
        spoken::number(prices.child_age_max),
        spoken::dollars(prices.minimum),
    )
}

/// Tells somebody who wonders where the call has ended.
pub fn this_is(business: &str) -> String {
    format!("This is the automated host of {business}.")
}

/// Takes leave of somebody who wanted another number.
pub fn wrong_number(business: &str) -> Line {
    Line::own(format!(
        "No problem. This is {business}, so you may have dialled another number. Goodbye."
    ))
}

/// Tells where parties are served.
pub fn area(area: &Area, zip: Option<&str>) -> String {
    let described = if area.description.is_empty() {
        "We come to you.".to_owned()
    } else {
        format!("We serve {}.", area.description)
    };
    match zip {
        Some(zip) if area.serves(zip) => format!("Yes, we come there. {described}"),
        Some(_) => format!("I'm sorry, we don't come there. {described}"),
        None => described,
    }
}

/// Tells what there is to eat.
pub fn menu(profile: &Profile) -> String {
    let names = |dishes: &[Dish]| {
        dishes
            .iter()
            .map(|dish| dish.name.clone())
            .collect::<Vec<_>>()
    };
    let proteins = names(&profile.menu.proteins);
    if proteins.is_empty() {
        return String::new();
    }
    let choice = match profile.menu.proteins_per_guest {
        0 | 1 => "You can choose".to_owned(),
        n => format!("Each guest chooses {} of", spoken::number(n)),
    };
    let mut line = format!("{choice} {}.", spoken::listed(&proteins, "or"));
    if !profile.menu.included.is_empty() {
        let included = spoken::listed(&profile.menu.included, "and");
        line.push_str(&format!(" It comes with {included}."));
    }
    line
}

/// Tells how long a party of that many guests lasts; of the smallest kind where that is not known.
pub fn length(capacity: &Capacity, guests: Option<u32>) -> String {
    let smallest = capacity.lengths.first().map_or(1, |row| row.guests_max);
    let minutes = capacity.minutes_for(guests.unwrap_or(smallest));
    let of = match guests {
        Some(guests) => format!(" for {} people", spoken::number(guests)),
        None if capacity.lengths.len() > 1 => {
            format!(" for up to {} people", spoken::number(smallest))
        }
        None => String::new(),
    };
    format!("A party{of} takes about {}.", spoken::length(minutes))
}

/// Tells the hours in which parties start: those of most days, and those of today where they are others.
pub fn hours(settings: &CallSettings, today: jiff::civil::Date) -> String {
    let hours = &settings.profile.hours;
    let span = |from, to| {
        format!(
            "between {} and {}",
            spoken::time(from),
            spoken::ended(spoken::time(to))
        )
    };
    let general = span(settings.opens, settings.closes);
    match hours.on(today) {
        None => format!("Our parties start {general} Today we are closed."),
        Some(opening) if (opening.from, opening.to) == (settings.opens, settings.closes) => {
            format!("Our parties start {general}")
        }
        Some(opening) => format!(
            "Our parties start {general} Today it's {}",
            span(opening.from, opening.to)
        ),
    }
}
