//! Callers whose first wish cannot be: a day that does not exist, an hour at which no party starts, a place too far away. None
//! of them is booked for anything else than what they agree to.

use jiff::ToSpan as _;
use jiff::civil::Date;
use maitred_harness::{Call, Library, Party, Setup, example_business, said, weekday_said};

#[tokio::test(flavor = "multi_thread")]
async fn callers_whose_first_wish_cannot_be() {
    // Two days, so that tomorrow is too soon at any hour of the day at which this is told.
    let business = example_business(2).replace("notice_hours = 24", "notice_hours = 48");
    let house = Setup::default().with_business(business).open().await;
    Library::at(house)
        .story(
            "weekday and date that disagree are a question",
            weekday_and_date,
        )
        .story(
            "the day before it may be meant by the weekday",
            weekday_meant,
        )
        .story("there is no thirtieth of February", february)
        .story("a day that has passed is not booked", passed)
        .story(
            "no party is promised before the business opens",
            closed_hours,
        )
        .story("tomorrow is too soon to prepare", too_soon)
        .story(
            "more guests than all crews can serve are not promised",
            too_many,
        )
        .story(
            "a place out of the area is declined with what is served",
            out_of_area,
        )
        .told()
        .await;
}

async fn weekday_and_date(call: &mut Call) {
    let day = call.day() + 7.days();
    let before = weekday_said(day - 1.days());
    call.hears("How can I help you?").await;
    call.says(format!(
        "i need a party on {before} {} at six pm for ten",
        said(day)
    ))
    .await;
    call.hears(format!(
        "{} for that date, not {before}. Which day do you mean?",
        said(day)
    ))
    .await;
    call.says(format!("oh then the {} {}", weekday_said(day), said(day)))
        .await;
    call.hears("ZIP code").await;
    call.says("nine five one one two").await;
    call.hears("What name should I put it under?").await;
    call.says("tom brown").await;
    call.hears(said(day)).await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(day, (18, 0), 10, "Tom Brown")).await;
}

async fn weekday_meant(call: &mut Call) {
    let day = call.day() + 7.days();
    let before = day - 1.days();
    call.hears("How can I help you?").await;
    call.says(format!(
        "can i book {} {} at noon for ten people",
        weekday_said(before),
        said(day)
    ))
    .await;
    call.hears("Which day do you mean?").await;
    call.says(format!("the {}", weekday_said(before))).await;
    call.hears("ZIP code").await;
    call.says("nine five one one two").await;
    call.hears("What name should I put it under?").await;
    call.says("lisa wong").await;
    call.hears(said(before)).await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(before, (12, 0), 10, "Lisa Wong"))
        .await;
}

async fn february(call: &mut Call) {
    let day = twenty_eighth_of_february(call.day());
    call.hears("How can I help you?").await;
    call.says("can i book february thirtieth at five pm for ten people")
        .await;
    call.hears("I don't think there is such a day. Which day do you mean?")
        .await;
    call.says("oh um the twenty eighth then").await;
    call.hears("ZIP code").await;
    call.says("nine five one one two").await;
    call.hears("What name should I put it under?").await;
    call.says("tom brown").await;
    call.hears("February twenty-eighth").await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(day, (17, 0), 10, "Tom Brown")).await;
}

/// The next one from a day on.
fn twenty_eighth_of_february(from: Date) -> Date {
    let of = |year| Date::constant(year, 2, 28);
    if of(from.year()) < from {
        of(from.year() + 1)
    } else {
        of(from.year())
    }
}

async fn passed(call: &mut Call) {
    let day = call.day();
    let passed = day - 30.days();
    call.hears("How can I help you?").await;
    call.says(format!(
        "i'd like to book {} {} at six pm",
        said(passed),
        passed.year()
    ))
    .await;
    call.hears("That has already passed. Which day").await;
    call.says(format!("oh sorry i mean {}", said(day))).await;
    call.hears("How many people").await;
    call.says("ten").await;
    call.hears("ZIP code").await;
    call.says("nine five one one two").await;
    call.hears("What name should I put it under?").await;
    call.says("tom brown").await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(day, (18, 0), 10, "Tom Brown")).await;
}

async fn closed_hours(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says(format!(
        "can you come at seven in the morning on {}",
        said(call.day())
    ))
    .await;
    call.hears("eleven a.m.").await;
    call.says("okay eleven then").await;
    call.hears("How many people").await;
    call.says("it's ten people").await;
    call.hears("ZIP code").await;
    call.says("nine five one one two").await;
    call.hears("What name should I put it under?").await;
    call.says("denise walker").await;
    call.hears("at eleven a.m.").await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(call.day(), (11, 0), 10, "Denise Walker"))
        .await;
}

async fn too_soon(call: &mut Call) {
    let day = call.day();
    call.hears("How can I help you?").await;
    call.says(
        "hi so this is really short notice but i need you guys tomorrow at noon for ten people",
    )
    .await;
    call.hears("too soon for us to prepare").await;
    call.says(format!("okay then {} at noon", said(day))).await;
    call.hears("ZIP code").await;
    call.says("nine five one one two").await;
    call.hears("What name should I put it under?").await;
    call.says("tom brown").await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(day, (12, 0), 10, "Tom Brown")).await;
}

async fn too_many(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says(format!(
        "we're planning a company party on {} at six pm for two hundred people",
        said(call.day())
    ))
    .await;
    call.hears("we can cook for eighty guests at most.").await;
    call.says("okay eighty then").await;
    call.hears("ZIP code").await;
    call.says("nine five one one two").await;
    call.hears("What name should I put it under?").await;
    call.says("priya sharma").await;
    call.hears("for eighty people").await;
    call.hears("Is that right?").await;
    call.says("yes").await;
    call.hears("Goodbye.").await;
    call.is_let_go("booked").await;
    call.booked(Party::on(call.day(), (18, 0), 80, "Priya Sharma"))
        .await;
}

async fn out_of_area(call: &mut Call) {
    call.hears("How can I help you?").await;
    call.says(format!(
        "book {} at six pm for twelve people",
        said(call.day())
    ))
    .await;
    call.hears("ZIP code").await;
    call.says("nine oh two one oh").await;
    call.hears("we don't come that far. We serve the San Francisco Bay Area")
        .await;
    call.says("no that's where the house is").await;
    call.hears("Goodbye.").await;
    call.is_let_go("no_booking").await;
    call.booked_nothing().await;
}
