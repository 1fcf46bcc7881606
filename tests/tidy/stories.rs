//! Stories: whatever way a conversation may end is told by a caller.

use super::repository::{Broken, FILES};

#[test]
fn there_is_a_story_for_every_end_of_a_conversation() {
    let mut broken = Broken::default();
    let stories = || {
        FILES
            .iter()
            .filter(|file| file.path.starts_with("tests/callers/"))
    };
    assert!(stories().count() > 5, "the library of callers is found");
    let dialogue = FILES.iter().filter(|file| {
        file.path.starts_with("actors/src/dialogue/")
            && file.path.ends_with(".rs")
            && !file.is_test()
    });
    let mut ends = 0;
    for file in dialogue {
        for (line, code) in file.code() {
            for outcome in code.split("Outcome::").skip(1) {
                let name = outcome
                    .split(|one: char| !one.is_alphanumeric())
                    .next()
                    .unwrap();
                // Whatever cannot go on, no caller can bring about.
                if name.is_empty() || name == "Failed" {
                    continue;
                }
                ends += 1;
                let told = format!("\"{}\"", snake_case(name));
                if !stories().any(|story| story.text.contains(&told)) {
                    let advice = format!("no story in tests/callers ends with {told}: tell one");
                    broken.at(&file.path, line, &advice);
                }
            }
        }
    }
    assert!(ends > 5, "ends of conversations are found");
    broken.settle();
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}
