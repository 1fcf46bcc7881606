//! scratch
use super::goals::{business, with_area};
use super::*;
use crate::types::Dish;
#[test]
fn scratch() {
    let text = std::fs::read_to_string(std::env::var("SCRATCH").unwrap()).unwrap();
    for story in text.split("\n\n") {
        let mut settings = with_area(business());
        let mut profile = settings.profile.as_ref().clone();
        profile.menu.upgrades = vec![
            Dish {
                name: "filet mignon".into(),
                words: vec!["filet".into()],
                per_guest: 800,
                per_party: 0,
            },
            Dish {
                name: "lobster tail".into(),
                words: vec!["lobster".into()],
                per_guest: 1200,
                per_party: 0,
            },
        ];
        settings.profile = std::sync::Arc::new(profile);
        let mut call = Rehearsal::answered(settings);
        println!("----");
        let mut seen = call.said.len();
        for line in story.lines() {
            if line.starts_with('#') {
                continue;
            }
            println!("> {line}");
            if line == "WAIT" {
                call.silence_passes();
            } else {
                call.says(line);
            }
            if let Ok(_) = std::env::var("RD") {
                println!("      {:?}", call.reading);
            }
            for said in &call.said[seen..] {
                println!("    {said}");
            }
            seen = call.said.len();
        }
        println!(
            "= {:?} {:?}",
            call.outcome(),
            call.booked
                .iter()
                .map(|b| (
                    &b.details.name,
                    b.details.starts,
                    b.details.party_size,
                    &b.details.choices,
                    &b.details.place
                ))
                .collect::<Vec<_>>()
        );
    }
}
