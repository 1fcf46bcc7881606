//! Owns the reading of single variables and the list of what is wrong with them. Called by the loading side. Never
//! stops at the first problem, and never keeps the value of a secret in one.

use super::{FileProblem, Problem, VARIABLES};
use secrecy::SecretString;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

/// Reads variables and collects problems. A reading gives `None` where a problem was noted.
pub(super) struct Reader<F> {
    lookup: F,
    problems: Vec<Problem>,
}

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    pub fn new(lookup: F) -> Self {
        Self {
            lookup,
            problems: Vec::new(),
        }
    }

    pub fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// Gives what is set, without blanks around it; an empty value counts as unset.
    pub fn given(&self, name: &'static str) -> Option<String> {
        let value = (self.lookup)(name)?.trim().to_owned();
        (!value.is_empty()).then_some(value)
    }

    /// Gives what is set, or the default; empty where there is neither.
    pub fn text(&self, name: &'static str) -> String {
        let default = || {
            VARIABLES
                .iter()
                .find(|one| one.name == name)
                .map_or("", |one| one.default)
        };
        self.given(name).unwrap_or_else(|| default().to_owned())
    }

    pub fn secret(&self, name: &'static str) -> Option<SecretString> {
        self.given(name).map(SecretString::from)
    }

    /// Reads what is set or the default; notes a problem where it cannot be read.
    pub fn read<T>(
        &mut self,
        name: &'static str,
        expected: impl Display,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let value = parse(&self.text(name));
        if value.is_none() {
            self.problem(name, expected);
        }
        value
    }

    /// Reads what is set; `Some(None)` where nothing is.
    pub fn optional<T>(
        &mut self,
        name: &'static str,
        expected: impl Display,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<Option<T>> {
        if self.text(name).is_empty() {
            Some(None)
        } else {
            self.read(name, expected, parse).map(Some)
        }
    }

    pub fn parsed<T: FromStr>(&mut self, name: &'static str, expected: impl Display) -> Option<T> {
        self.read(name, expected, |text| text.parse().ok())
    }

    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        self.read(name, "true, false, yes, no, 1 or 0", |text| {
            match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => Some(true),
                "false" | "no" | "0" => Some(false),
                _ => None,
            }
        })
    }

    pub fn number(&mut self, name: &'static str, range: RangeInclusive<u32>) -> Option<u32> {
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        self.read(name, expected, |text| {
            text.parse().ok().filter(|number| range.contains(number))
        })
    }

    pub fn one_of<T: Copy>(&mut self, name: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        self.read(name, format!("one of {}", names.join(", ")), |text| {
            choices
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(text))
                .map(|(_, value)| *value)
        })
    }

    /// Reads a path and opens the file once, so that a wrong path is told at start.
    pub fn file(&mut self, name: &'static str) -> Option<PathBuf> {
        self.read(name, "a file that can be read", |text| {
            let opened = std::fs::File::open(text).and_then(|file| file.metadata());
            opened
                .is_ok_and(|data| data.is_file())
                .then(|| PathBuf::from(text))
        })
    }

    /// Tells whether a group is given: wholly, or not at all. Notes each one that is missing from a half.
    pub fn group(&mut self, names: &[&'static str], also: &[&'static str]) -> bool {
        let given = |name: &&&'static str| self.given(name).is_some();
        let present: Vec<_> = names.iter().chain(also).filter(given).copied().collect();
        let missing: Vec<_> = names.iter().filter(|name| !given(name)).copied().collect();
        if let Some(first) = present.first() {
            for name in &missing {
                self.problem(name, format!("a value, because {first} is set"));
            }
        }
        !present.is_empty() && missing.is_empty()
    }

    /// Notes a problem with what is set, or with the lack of it.
    pub fn problem(&mut self, name: &'static str, expected: impl Display) {
        let secret = VARIABLES.iter().any(|one| one.name == name && one.secret);
        let found = match self.text(name) {
            value if value.is_empty() => "nothing".to_owned(),
            value if secret => format!("a secret of {} characters", value.chars().count()),
            value => format!("`{value}`"),
        };
        self.problems.push(Problem {
            variable: name,
            within: None,
            found,
            expected: expected.to_string(),
        });
    }

    /// Notes what is wrong within the file that a variable names.
    pub fn within(&mut self, name: &'static str, problems: Vec<FileProblem>) {
        self.problems
            .extend(problems.into_iter().map(|one| Problem {
                variable: name,
                within: Some(one.place()),
                found: one.found,
                expected: one.expected,
            }));
    }
}
