//! Owns the business of the stories: the example with capacities that are easy to count with. Called by the house, and by
//! stories that write a profile of their own.

use maitred::config::EXAMPLE;

/// Gives a profile in which each crew serves one party for two hours, from 11:00 to 21:00 UTC on any day, whatever its
/// size and place, without notice, and in which nobody is there to hand a caller over to.
pub fn business(crews: u32) -> String {
    let capacity = format!(
        "[capacity]\ncrews = {crews}\nguests_per_grill = 1000\n\
         lengths = [{{ guests_max = 1000, minutes = 120 }}]\nhorizon_days = 3660\n\n"
    );
    let (before, rest) = EXAMPLE.split_once("[capacity]").unwrap_or((EXAMPLE, ""));
    let after = rest.split_once("[menu]").map_or("", |(_, after)| after);
    let text = format!("{before}{capacity}[menu]{after}");
    let text = without(&text, "[[area.zones]]", "[[services]]");
    let text = without(&text, "[[people]]", "[vocabulary]");
    let text = text.replace("America/Los_Angeles", "UTC");
    text.lines()
        .filter(|line| !line.starts_with("closed_on") && !line.starts_with("asks_address"))
        .map(|line| format!("{line}\n"))
        .collect()
}

/// Gives the example as it is, with its prices, area and rules, but with so many crews, by the clock of UTC, open on every
/// day, content with the ZIP of a place, and with nobody in it to hand a caller over to: the tests run on any day at any hour.
pub fn example_business(crews: u32) -> String {
    let text = without(EXAMPLE, "[[people]]", "[vocabulary]");
    text.replace("America/Los_Angeles", "UTC")
        .lines()
        .filter(|line| !line.starts_with("closed_on") && !line.starts_with("asks_address"))
        .map(|line| match line.starts_with("crews =") {
            true => format!("crews = {crews}\n"),
            false => format!("{line}\n"),
        })
        .collect()
}

/// Leaves out what stands between two headings.
fn without(text: &str, from: &str, to: &str) -> String {
    let parts = text
        .split_once(from)
        .and_then(|(before, rest)| Some((before, rest.split_once(to)?.1)));
    parts.map_or_else(
        || text.to_owned(),
        |(before, after)| format!("{before}{to}{after}"),
    )
}
