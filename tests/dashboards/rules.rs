//! Owns the alerts as Prometheus is given them: as they are shipped, or with a second for each minute. Called by the story and
//! by the tests beside it. Never changes a query otherwise.

use crate::files;

/// The text of a file of rules.
pub struct Rules(String);

impl Rules {
    /// Reads the alerts as they are shipped.
    pub fn shipped() -> Self {
        Self(files::text("alerts/maitred.yml"))
    }

    /// Makes a second of each minute, in windows and in the time that an alert waits; thresholds stay.
    pub fn with_a_second_for_a_minute(self) -> Self {
        let text = each_after(&self.0, "[", "]");
        Self(each_after(&text, " for: ", "\n"))
    }

    pub fn text(&self) -> &str {
        &self.0
    }
}

/// Shortens each length of time that stands between these marks. A selector of labels has no brackets of this kind.
fn each_after(text: &str, open: &str, close: &str) -> String {
    let mut shorter = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        let (length, after) = after.split_once(close).unwrap();
        shorter += &format!("{before}{open}{}{close}", sixtieth(length));
        rest = after;
    }
    shorter + rest
}

fn sixtieth(length: &str) -> String {
    let (number, unit) = length.split_at(length.len() - 1);
    let number: u64 = number
        .parse()
        .unwrap_or_else(|_| panic!("{length:?} is no length of time"));
    match unit {
        "s" => format!("{}ms", number * 1_000 / 60),
        "m" => format!("{number}s"),
        "h" => format!("{number}m"),
        _ => panic!("{length:?} has an unknown unit"),
    }
}

#[test]
fn a_minute_becomes_a_second_and_nothing_else_changes() {
    let rules = Rules("    - expr: 'rate(x{le=\"5\"}[10m]) > 7200'\n      for: 30s\n".to_owned());
    assert_eq!(
        rules.with_a_second_for_a_minute().text(),
        "    - expr: 'rate(x{le=\"5\"}[10s]) > 7200'\n      for: 500ms\n"
    );
}
