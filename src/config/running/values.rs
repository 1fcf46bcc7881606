//! Owns the settings that can change while the server runs: what a file or the API may say of them, and what holds then.
//! Called by the loading side and by the desk. Never opens a file.

use crate::config::file::{FileProblem, Findings, Section};
use crate::config::sections::{LOG_LEVEL, TURNS, VOICE, log_level, voice_name};
use maitred_actors::types::AiMode;
use serde::Serialize;
use toml_edit::Document;

/// Longest greeting, in characters: half a minute of speech.
const GREETING_MAX: usize = 500;

/// What holds now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Values {
    /// How far the AI handles a call (`RC_AI_MODE`).
    pub ai_mode: AiMode,
    /// Whether calls are picked up (`RC_AUTO_ANSWER`, and only with `ENABLE_VOICE_AI`).
    pub auto_answer: bool,
    /// First sentence spoken (`VOICE_AI_GREETING`); none: one with the name of the business.
    pub greeting: Option<String>,
    /// Voice that speaks (`VOICE_AI_VOICE_MODEL`); none where the engine has one only.
    pub voice: Option<String>,
    /// Turns of the caller before the call is wrapped up (`VOICE_AI_MAX_CONVERSATION_TURNS`).
    pub max_turns: u32,
    /// What is logged (`LOG_LEVEL`).
    pub log_level: String,
}

impl Values {
    /// Names what differs from other values.
    pub(super) fn differing(&self, other: &Self) -> Vec<&'static str> {
        let pairs = [
            ("ai_mode", self.ai_mode != other.ai_mode),
            ("auto_answer", self.auto_answer != other.auto_answer),
            ("greeting", self.greeting != other.greeting),
            ("voice", self.voice != other.voice),
            ("max_turns", self.max_turns != other.max_turns),
            ("log_level", self.log_level != other.log_level),
        ];
        let differing = pairs.into_iter().filter(|(_, differs)| *differs);
        differing.map(|(name, _)| name).collect()
    }
}

/// What a file or the API says; what it says nothing of is as the environment has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    pub(in crate::config) ai_mode: Option<AiMode>,
    pub(in crate::config) auto_answer: Option<bool>,
    pub(in crate::config) greeting: Option<String>,
    pub(in crate::config) voice: Option<String>,
    pub(in crate::config) max_turns: Option<u32>,
    pub(in crate::config) log_level: Option<String>,
}

impl Overrides {
    /// Reads a file of settings, for an engine with several voices or with one. Reports every mistake at once, in the
    /// order of the file; but text that is no TOML only where it first ceases to be.
    pub(in crate::config) fn read(
        file: &str,
        text: &str,
        has_voices: bool,
    ) -> Result<Self, Vec<FileProblem>> {
        let findings = Findings::new(file, text);
        let overrides = match Document::parse(text) {
            Ok(document) => {
                let root = Section::root(&findings, document.as_table());
                let overrides = Self::of(&root, has_voices);
                root.finish();
                Some(overrides)
            }
            Err(error) => {
                findings.note_no_toml(&error);
                None
            }
        };
        let problems = findings.into_problems();
        match overrides {
            Some(overrides) if problems.is_empty() => Ok(overrides),
            _ => Err(problems),
        }
    }

    fn of(root: &Section<'_>, has_voices: bool) -> Self {
        Self {
            ai_mode: read(root, "ai_mode", "full_auto, triage or human_only", ai_mode),
            auto_answer: root.field("auto_answer").and_then(|field| field.flag()),
            greeting: read(root, "greeting", GREETING, greeting),
            voice: if has_voices {
                read(root, "voice", VOICE, voice_name)
            } else {
                read(root, "voice", ONE_VOICE, |_| None)
            },
            max_turns: root
                .field("max_turns")
                .and_then(|field| field.number(&TURNS)),
            log_level: read(root, "log_level", LOG_LEVEL, log_level),
        }
    }
}

const GREETING: &str = "a sentence of up to 500 characters, without line breaks";
const ONE_VOICE: &str = "no voice, because the local engine has one only";

/// Reads a text, if there is one; notes where it cannot be used.
fn read<T>(
    root: &Section<'_>,
    key: &'static str,
    expected: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let field = root.field(key)?;
    let value = parse(field.text()?);
    if value.is_none() {
        field.wrong(expected);
    }
    value
}

fn ai_mode(text: &str) -> Option<AiMode> {
    let named = |mode: &AiMode| mode.as_str().eq_ignore_ascii_case(text);
    AiMode::ALL.into_iter().find(named)
}

fn greeting(text: &str) -> Option<String> {
    let fits = text.chars().count() <= GREETING_MAX && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

    use super::*;

    fn mistakes(text: &str) -> Vec<String> {
        let problems = Overrides::read("settings.toml", text, true).unwrap_err();
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_file_says_what_it_wants_and_nothing_else() {
        let text = "# ours\nai_mode = \"triage\"\nmax_turns = 7\n";
        let read = Overrides::read("s", text, true).unwrap();
        let wanted = Overrides {
            ai_mode: Some(AiMode::Triage),
            max_turns: Some(7),
            ..Overrides::default()
        };
        assert_eq!(read, wanted);
        assert_eq!(Overrides::read("s", "", false), Ok(Overrides::default()));
    }

    #[test]
    fn every_mistake_is_told_at_its_place_all_at_once() {
        let text = format!(
            "ai_mode = \"robot\"\nauto_answer = \"yes\"\ngreeting = \"{}\"\nvoice = \"a voice\"\n\
             max_turns = 1\nlog_level = \"loud\"\nmaxturns = 3\n[business]\nname = \"x\"\n",
            "a".repeat(501)
        );
        let told = mistakes(&text);
        let starts = [
            "settings.toml:1:11: ai_mode: found `\"robot\"`, expected full_auto, triage or human_only",
            "settings.toml:2:15: auto_answer: found `\"yes\"`, expected true or false",
            "settings.toml:3:12: greeting: found ",
            "settings.toml:4:9: voice: found `\"a voice\"`, expected a name of letters",
            "settings.toml:5:13: max_turns: found `1`, expected a whole number from 2 to 100",
            "settings.toml:6:13: log_level: found `\"loud\"`, expected error, warn, info",
            "settings.toml:7:1: maxturns: found a key that is not known, expected one of ai_mode",
            "settings.toml:8:2: business: found a key that is not known",
        ];
        assert_eq!(told.len(), starts.len(), "{told:#?}");
        for (told, start) in told.iter().zip(starts) {
            assert!(told.starts_with(start), "{told}\n{start}");
        }
    }

    #[test]
    fn what_is_no_toml_or_of_another_kind_is_a_mistake_too() {
        for (text, place) in [
            ("max_turns = ", "settings.toml:1:1"),
            ("max_turns = 3\nmax_turns = 4\n", "settings.toml:2:1"),
            (
                "greeting = \"two\\nlines\"\n",
                "settings.toml:1:12: greeting",
            ),
            ("greeting = \"\"\n", "settings.toml:1:12: greeting"),
            ("max_turns = 2.5\n", "settings.toml:1:13: max_turns"),
            ("[ai_mode]\n", "settings.toml:1:1: ai_mode"),
            (
                "log_level = \"maitred=shout\"\n",
                "settings.toml:1:13: log_level",
            ),
        ] {
            let told = mistakes(text);
            let file_and_line = place.split(':').take(2).collect::<Vec<_>>().join(":");
            let wanted = if place.contains(": ") {
                place
            } else {
                &file_and_line
            };
            assert!(
                told.len() == 1 && told[0].starts_with(wanted),
                "{text}: {told:?}"
            );
        }
        let told = Overrides::read("s", "voice = \"aura-2-luna-en\"", false).unwrap_err();
        assert!(told[0].expected.contains("one only"));
    }
}
