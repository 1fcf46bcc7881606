//! Owns the way from the environment to `Config`. Called at start and by `maitred check-config`. Never contacts
//! anybody.

use super::Problem;
use super::archive::{archive, consent_sentence};
use super::language::language;
use super::reader::Reader;
use super::sections::{
    TURNS, business, handover, http, log, mode, ringcentral, settings_file, sip, speech, texts,
};
use super::settings::Config;
use maitred_actors::types::PhoneNumber;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

impl Config {
    /// Reads the environment and, for what it does not set, a `.env` file in the working directory.
    pub fn load() -> Result<Self, Vec<Problem>> {
        let (file, mut problems) = read_dotenv(Path::new(".env"));
        let read = Self::from_env(|name| match std::env::var_os(name) {
            Some(value) => Some(value.to_string_lossy().into_owned()),
            None => file.get(name).cloned(),
        });
        match read {
            Ok(config) if problems.is_empty() => Ok(config),
            Ok(_) => Err(problems),
            Err(more) => {
                problems.extend(more);
                Err(problems)
            }
        }
    }

    /// Reads settings through `lookup`, which gives the value of a variable. Reports every problem at once.
    pub fn from_env(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader::new(lookup);
        let config = config(&mut reader);
        let problems = reader.into_problems();
        match config {
            Some(config) if problems.is_empty() => Ok(config),
            _ => Err(problems),
        }
    }
}

/// Reads a `.env` file; one that is not there is empty. What a bad line holds is not told: it may be a secret.
pub(super) fn read_dotenv(path: &Path) -> (HashMap<String, String>, Vec<Problem>) {
    let unreadable = |found: String| Problem {
        variable: ".env",
        within: None,
        found,
        expected: "lines of the form NAME=value, with quotes around values that hold blanks"
            .to_owned(),
    };
    let (mut values, mut problems) = (HashMap::new(), Vec::new());
    match dotenvy::from_path_iter(path) {
        Ok(lines) => {
            for (number, line) in lines.enumerate() {
                match line {
                    Ok((name, value)) => {
                        values.insert(name, value);
                    }
                    Err(_) => problems.push(unreadable(format!(
                        "a line that cannot be read, the {}. that is set",
                        number + 1
                    ))),
                }
            }
        }
        Err(error) if error.not_found() => {}
        Err(_) => problems.push(unreadable("a file that cannot be read".to_owned())),
    }
    (values, problems)
}

/// Reads every section before it gives up on any.
fn config(reader: &mut Reader<impl Fn(&str) -> Option<String>>) -> Option<Config> {
    let http = http(reader);
    let sip = sip(reader);
    let database_url = reader.read(
        "DATABASE_URL",
        "sqlite://<file> or postgres://<user>@<host>/<database>, and none in memory",
        database,
    );
    let ringcentral = ringcentral(reader);
    let speech = speech(reader);
    let language = language(reader);
    let business = business(reader);
    let settings = settings_file(reader, speech.as_ref());
    let mode = mode(reader);
    let (auto_answer, voice) = (
        reader.flag("RC_AUTO_ANSWER"),
        reader.flag("ENABLE_VOICE_AI"),
    );
    let turns_max = reader.number("VOICE_AI_MAX_CONVERSATION_TURNS", TURNS);
    let patience_ms = reader.number("VOICE_AI_PATIENCE_MS", 500..=60_000);
    let fallback = reader.optional(
        "FALLBACK_NUMBER",
        "a phone number such as +14155550100",
        PhoneNumber::parse,
    );
    let handover = handover(reader);
    let texts = texts(reader);
    let record = reader.flag("RECORD_CALLS");
    let consent = consent_sentence(reader);
    let archive = archive(reader);
    let calls_max = reader.number("MAX_CALLS", 1..=10_000);
    let drain = reader.number("DRAIN_SECONDS", 0..=3_600);
    let log = log(reader);
    let greeting = reader.given("VOICE_AI_GREETING");
    Some(Config {
        http: http?,
        sip: sip?,
        database_url: database_url?.into(),
        ringcentral: ringcentral?,
        speech: speech?,
        language: language?,
        business: business?,
        mode: mode?,
        settings: settings?,
        auto_answer: auto_answer?,
        voice_ai: voice?,
        greeting,
        turns_max: turns_max?,
        patience_ms: patience_ms?,
        fallback: fallback?,
        handover: handover?,
        texts: texts?,
        recordings: record?.then(|| PathBuf::from(reader.text("RECORDINGS_DIR"))),
        consent_sentence: consent?,
        archive: archive?,
        calls_max: calls_max?,
        drain: Duration::from_secs(u64::from(drain?)),
        log: log?,
    })
}

fn database(text: &str) -> Option<String> {
    let known = ["sqlite://", "sqlite:", "postgres://", "postgresql://"];
    let rest = known.iter().find_map(|scheme| text.strip_prefix(scheme))?;
    let in_memory = text.contains(":memory:") || text.contains("mode=memory");
    (!rest.is_empty() && !in_memory).then(|| text.to_owned())
}
