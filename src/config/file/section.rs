//! Owns the reading of single values of a file and the list of what is wrong with them. Called by the parts of the
//! reading. Never stops at the first mistake: a value that cannot be read is noted and stands as its default.

use super::FileProblem;
use maitred_actors::types::Cents;
use std::cell::RefCell;
use std::fmt::Display;
use std::ops::{Range, RangeInclusive};
use toml_edit::{Item, TableLike, Value};

/// Longest stretch of the file that is shown as what was found, in characters.
const SHOWN_MAX: usize = 40;

/// The file, and what is wrong with it so far.
pub(in crate::config) struct Findings<'t> {
    file: &'t str,
    text: &'t str,
    problems: RefCell<Vec<FileProblem>>,
}

impl<'t> Findings<'t> {
    pub fn new(file: &'t str, text: &'t str) -> Self {
        Self {
            file,
            text,
            problems: RefCell::default(),
        }
    }

    /// Gives what is wrong, in the order of the file.
    pub fn into_problems(self) -> Vec<FileProblem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|one| (one.line, one.column));
        problems
    }

    pub fn note(
        &self,
        at: &Range<usize>,
        key: impl Into<String>,
        found: impl Into<String>,
        expected: impl Display,
    ) {
        let start = at.start.min(self.text.len());
        let before = self.text.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        self.problems.borrow_mut().push(FileProblem {
            file: self.file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            key: key.into(),
            found: found.into(),
            expected: expected.to_string(),
        });
    }

    /// Notes where the text ceases to be TOML.
    pub fn note_no_toml(&self, error: &toml_edit::TomlError) {
        let at = error.span().unwrap_or(0..0);
        let found = error.message().lines().collect::<Vec<_>>().join("; ");
        self.note(&at, "", found, "TOML, such as `key = \"value\"`");
    }

    /// Quotes a stretch of the file: its first line, cut where it is long.
    fn quoted(&self, at: &Range<usize>) -> String {
        let text = self.text.get(at.clone()).unwrap_or_default();
        let line = text.lines().next().unwrap_or_default();
        let shown: String = line.chars().take(SHOWN_MAX).collect();
        let more = if shown.len() < text.len() { "…" } else { "" };
        format!("`{shown}{more}`")
    }
}

/// One value with its name and its place.
#[derive(Clone)]
pub(in crate::config) struct Field<'t> {
    found: &'t Findings<'t>,
    path: String,
    at: Range<usize>,
    value: &'t Value,
}

impl<'t> Field<'t> {
    /// Notes that the value is not what it should be.
    pub fn wrong(&self, expected: impl Display) {
        let quoted = self.found.quoted(&self.at);
        self.found.note(&self.at, &*self.path, quoted, expected);
    }

    /// Gives a text that is not empty, without blanks around it.
    pub fn text(&self) -> Option<&'t str> {
        let text = self.value.as_str().map(str::trim);
        let text = text.filter(|text| !text.is_empty());
        if text.is_none() {
            self.wrong("a text in quotes");
        }
        text
    }

    /// Gives a whole number within a range.
    pub fn number(&self, range: &RangeInclusive<u32>) -> Option<u32> {
        let number = self.value.as_integer().and_then(|one| one.try_into().ok());
        let number = number.filter(|one| range.contains(one));
        if number.is_none() {
            let (least, most) = (range.start(), range.end());
            self.wrong(format!("a whole number from {least} to {most}"));
        }
        number
    }

    /// Gives `true` or `false`.
    pub fn flag(&self) -> Option<bool> {
        let flag = self.value.as_bool();
        if flag.is_none() {
            self.wrong("true or false");
        }
        flag
    }

    fn cents(&self) -> Option<Cents> {
        let cents = self.value.as_integer().map_or_else(
            || self.value.as_float().map(|dollars| dollars * 100.0),
            |dollars| Some(dollars as f64 * 100.0),
        );
        let whole = cents.filter(|cents| {
            (0.0..=100_000_000.0).contains(cents) && (cents - cents.round()).abs() < 1e-6
        });
        if whole.is_none() {
            self.wrong("an amount in dollars from 0 to 1000000, such as 60.00");
        }
        whole.map(|cents| cents.round() as Cents)
    }

    /// Tells whether it is a list without elements.
    pub fn is_empty_list(&self) -> bool {
        self.value
            .as_array()
            .is_some_and(toml_edit::Array::is_empty)
    }

    /// Gives the elements of a list.
    pub fn elements(&self) -> Vec<Self> {
        let Some(list) = self.value.as_array() else {
            self.wrong("a list in brackets");
            return Vec::new();
        };
        let element = |(index, value): (usize, &'t Value)| Self {
            found: self.found,
            path: format!("{}[{}]", self.path, index + 1),
            at: value.span().unwrap_or_else(|| self.at.clone()),
            value,
        };
        list.iter().enumerate().map(element).collect()
    }
}

/// One table of the file.
pub(in crate::config) struct Section<'t> {
    found: &'t Findings<'t>,
    path: String,
    at: Range<usize>,
    table: &'t dyn TableLike,
    asked: RefCell<Vec<&'static str>>,
}

impl<'t> Section<'t> {
    pub fn root(found: &'t Findings<'t>, table: &'t dyn TableLike) -> Self {
        Self {
            found,
            path: String::new(),
            at: 0..0,
            table,
            asked: RefCell::default(),
        }
    }

    /// Gives a value; `None` where there is none, or where a table stands in its place, which is noted.
    pub fn field(&self, key: &'static str) -> Option<Field<'t>> {
        let item = self.item(key)?;
        let at = self.place(key, item);
        match item.as_value() {
            Some(value) => Some(Field {
                found: self.found,
                path: self.path_of(key),
                at,
                value,
            }),
            None => {
                let found = self.found;
                found.note(&at, self.path_of(key), "a table", "a value");
                None
            }
        }
    }

    /// Gives a value that must be there.
    pub fn needed(&self, key: &'static str, expected: impl Display) -> Option<Field<'t>> {
        if self.item(key).is_none() {
            self.missing(key, expected);
        }
        self.field(key)
    }

    /// Notes that something is not there.
    pub fn missing(&self, key: &'static str, expected: impl Display) {
        let path = self.path_of(key);
        self.found.note(&self.at, path, "nothing", expected);
    }

    /// Gives a text that must be there.
    pub fn text(&self, key: &'static str) -> String {
        let field = self.needed(key, "a text in quotes");
        let text = field.as_ref().and_then(Field::text);
        text.unwrap_or_default().to_owned()
    }

    /// Gives a list of texts; empty where there is none.
    pub fn texts(&self, key: &'static str) -> Vec<String> {
        let elements = self.field(key).map(|list| list.elements());
        let texts = elements.unwrap_or_default();
        let texts = texts.iter().filter_map(|one| Some(one.text()?.to_owned()));
        texts.collect()
    }

    /// Gives a list of words in lower case; empty where there is none.
    pub fn words(&self, key: &'static str) -> Vec<String> {
        let texts = self.texts(key).into_iter();
        texts.map(|text| text.to_lowercase()).collect()
    }

    /// Gives a number, or the default where there is none; without a default it must be there.
    pub fn number(
        &self,
        key: &'static str,
        range: RangeInclusive<u32>,
        default: Option<u32>,
    ) -> u32 {
        let field = match default {
            Some(_) => self.field(key),
            None => self.needed(key, format!("a number from {} on", range.start())),
        };
        let number = field.and_then(|field| field.number(&range));
        number.or(default).unwrap_or(*range.start())
    }

    /// Gives an amount, if there is one.
    pub fn cents(&self, key: &'static str) -> Option<Cents> {
        self.field(key).and_then(|field| field.cents())
    }

    /// Gives an amount that must be there.
    pub fn cents_needed(&self, key: &'static str) -> Cents {
        let field = self.needed(key, "an amount in dollars, such as 60.00");
        field.and_then(|field| field.cents()).unwrap_or_default()
    }

    /// Gives a table below, if there is one.
    pub fn section(&self, key: &'static str) -> Option<Section<'t>> {
        let item = self.item(key)?;
        let at = self.place(key, item);
        let table = item.as_table_like();
        if table.is_none() {
            let quoted = self.found.quoted(&at);
            let path = self.path_of(key);
            let expected = format!("a table [{path}]");
            self.found.note(&at, path, quoted, expected);
        }
        Some(self.below(self.path_of(key), at, table?))
    }

    /// Gives a list of tables; empty where there is none.
    pub fn sections(&self, key: &'static str) -> Vec<Section<'t>> {
        let Some(item) = self.item(key) else {
            return Vec::new();
        };
        let path = self.path_of(key);
        let named = |index: usize| format!("{path}[{}]", index + 1);
        if let Some(tables) = item.as_array_of_tables() {
            let tables = tables.iter().enumerate();
            let below = tables.map(|(index, table)| {
                let at = table.span().unwrap_or_else(|| self.at.clone());
                self.below(named(index), at, table)
            });
            return below.collect();
        }
        let at = self.place(key, item);
        let Some(list) = item.as_array() else {
            let expected = format!("a list of tables [[{path}]]");
            let quoted = self.found.quoted(&at);
            self.found.note(&at, path, quoted, expected);
            return Vec::new();
        };
        let mut below = Vec::new();
        for (index, value) in list.iter().enumerate() {
            let at = value.span().unwrap_or_else(|| at.clone());
            match value.as_inline_table() {
                Some(table) => below.push(self.below(named(index), at, table)),
                None => {
                    let quoted = self.found.quoted(&at);
                    self.found
                        .note(&at, named(index), quoted, "a table in braces");
                }
            }
        }
        below
    }

    /// Tells whether a table stands under the key.
    pub fn has_table(&self, key: &'static str) -> bool {
        self.item(key).is_some_and(Item::is_table_like)
    }

    /// Notes every key that nobody asked for. Comes last.
    pub fn finish(self) {
        let asked = self.asked.into_inner();
        for (key, item) in self.table.iter() {
            if asked.contains(&key) {
                continue;
            }
            let name = self.table.key(key).and_then(toml_edit::Key::span);
            let at = name.or_else(|| item.span()).unwrap_or(self.at.clone());
            let path = if self.path.is_empty() {
                key.to_owned()
            } else {
                format!("{}.{key}", self.path)
            };
            let mut known = asked.clone();
            known.sort_unstable();
            known.dedup();
            let known = known.join(", ");
            let expected = format!("one of {known}");
            self.found
                .note(&at, path, "a key that is not known", expected);
        }
    }

    fn item(&self, key: &'static str) -> Option<&'t Item> {
        self.asked.borrow_mut().push(key);
        self.table.get(key).filter(|item| !item.is_none())
    }

    fn place(&self, key: &str, item: &Item) -> Range<usize> {
        let name = || self.table.key(key).and_then(toml_edit::Key::span);
        item.span().or_else(name).unwrap_or_else(|| self.at.clone())
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    fn below(&self, path: String, at: Range<usize>, table: &'t dyn TableLike) -> Section<'t> {
        Section {
            found: self.found,
            path,
            at,
            table,
            asked: RefCell::default(),
        }
    }
}
