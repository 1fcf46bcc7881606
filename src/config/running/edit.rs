//! Owns the editing of a file of settings as the API asks for it: comments and order stay. Called by the desk. Never
//! judges a value, never writes a file.

use serde_json::{Map, Value};
use toml_edit::{DocumentMut, Item};

/// How a change by the API is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// What is named changes; `null` takes it back to the environment.
    Some,
    /// What is named holds; everything else is as in the environment.
    Whole,
}

/// Gives the file as it would be after a change, or the key whose value no file can hold.
pub(super) fn edited(
    text: &str,
    change: Change,
    wanted: &Map<String, Value>,
) -> Result<String, String> {
    // A file that is no TOML has nothing worth keeping when it is replaced as a whole.
    let mut document = match (text.parse::<DocumentMut>(), change) {
        (Ok(document), _) => document,
        (Err(_), Change::Whole) => DocumentMut::new(),
        (Err(_), Change::Some) => return Ok(text.to_owned()),
    };
    if change == Change::Whole {
        let keys: Vec<String> = document.iter().map(|(key, _)| key.to_owned()).collect();
        for key in keys.iter().filter(|key| !wanted.contains_key(*key)) {
            document.remove(key);
        }
    }
    for (key, value) in wanted {
        let item = match value {
            Value::Null => {
                document.remove(key);
                continue;
            }
            Value::Bool(flag) => toml_edit::value(*flag),
            Value::String(text) => toml_edit::value(text.as_str()),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => toml_edit::value(whole),
                (None, Some(number)) => toml_edit::value(number),
                (None, None) => return Err(key.clone()),
            },
            Value::Array(_) | Value::Object(_) => return Err(key.clone()),
        };
        put(&mut document, key, item);
    }
    Ok(document.to_string())
}

/// Puts a value in place of the one before, with the comments above it and behind it.
fn put(document: &mut DocumentMut, key: &str, mut item: Item) {
    let Some(there) = document.get_mut(key) else {
        document.insert(key, item);
        return;
    };
    let behind = there
        .as_value()
        .and_then(|value| value.decor().suffix().cloned());
    if let (Some(behind), Some(value)) = (behind, item.as_value_mut()) {
        value.decor_mut().set_suffix(behind);
    }
    *there = item;
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

    use super::*;
    use serde_json::json;

    const FILE: &str = "# for the summer\nmax_turns = 9 # enough\n\nai_mode = \"triage\"\n";

    fn edit(change: Change, wanted: &Value) -> Result<String, String> {
        edited(FILE, change, wanted.as_object().unwrap())
    }

    #[test]
    fn a_change_leaves_the_rest_of_the_file_alone() {
        let wanted = json!({ "max_turns": 12, "auto_answer": false });
        let text = "# for the summer\nmax_turns = 12 # enough\n\nai_mode = \"triage\"\nauto_answer = false\n";
        assert_eq!(edit(Change::Some, &wanted).unwrap(), text);
        let gone = edit(Change::Some, &json!({ "ai_mode": null })).unwrap();
        assert!(gone.contains("max_turns = 9 # enough") && !gone.contains("ai_mode"));
    }

    #[test]
    fn a_whole_change_takes_away_what_it_does_not_name() {
        let text = edit(Change::Whole, &json!({ "greeting": "Hi \"you\"" })).unwrap();
        assert!(
            !text.contains("max_turns") && !text.contains("ai_mode"),
            "{text}"
        );
        let read: DocumentMut = text.parse().unwrap();
        assert_eq!(read["greeting"].as_str(), Some("Hi \"you\""));
        let from_nothing = edited("not toml", Change::Whole, &Map::new()).unwrap();
        assert_eq!(from_nothing, "");
    }

    #[test]
    fn what_no_setting_can_be_is_named() {
        assert_eq!(
            edit(Change::Some, &json!({ "voice": ["a"] })),
            Err("voice".to_owned())
        );
    }
}
