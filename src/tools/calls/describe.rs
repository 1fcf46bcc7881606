//! Owns how an event or an effect is told in one line. Called by the timeline and the replay. What has no words of its
//! own is told by its fields, so that a new event needs nothing here.

use maitred_actors::call::{CallState, Effect, Event, Outcome, Phase, Then};
use serde_json::Value;

/// Longest line of fields, in characters.
const FIELDS_MAX: usize = 140;

/// Tells what an event holds; empty where its kind says it all.
pub(super) fn event(event: &Event) -> String {
    match event {
        Event::Admitted { settings } => format!(
            "settings version {}: {}, {} turns, voice {}",
            settings.version,
            settings.mode.as_str(),
            settings.turns_max,
            settings.voice.as_deref().unwrap_or("of the provider"),
        ),
        Event::CallerSaid { utterance, .. } => quoted(&utterance.text),
        Event::Answered { dialog, .. } => {
            format!("{} over {}", dialog.codec, dialog.transport)
        }
        other => serde_json::to_value(other).map_or_else(|_| String::new(), |value| told(&value)),
    }
}

/// Tells what an effect asks for, without its kind and its number.
pub(super) fn effect(effect: &Effect) -> String {
    match effect {
        Effect::Say { text, .. } | Effect::Interpret { text, .. } => quoted(text),
        other => {
            let fields = format!("{other:?}");
            let fields = fields.split_once('{').map_or("", |(_, fields)| fields);
            let fields = match fields.split_once("question: QuestionNo(") {
                Some((_, rest)) => rest.split_once(')').map_or(rest, |(_, rest)| rest),
                None => fields,
            };
            shortened(fields.trim_end_matches('}').trim_matches([' ', ',']))
        }
    }
}

/// Names the phase a call is in, with how it ended or is to end.
pub(super) fn phase(state: &CallState) -> String {
    let name = state.phase.name();
    match (&state.phase, state.outcome()) {
        (_, Some(outcome)) => format!("{name} ({})", outcome.as_str()),
        (Phase::Leaving(Then::HangUp(outcome)) | Phase::HangingUp(outcome), None) => {
            format!("{name} ({})", Outcome::as_str(*outcome))
        }
        _ => name.to_owned(),
    }
}

pub(super) fn quoted(text: &str) -> String {
    format!("“{text}”")
}

/// Tells the fields of an event that say anything.
fn told(value: &Value) -> String {
    let mut value = value.clone();
    if let Some(fields) = value.as_object_mut() {
        fields.remove("type");
        fields.remove("question");
    }
    shortened(&plain(&without_nothing(value)))
}

/// Leaves out what is null or empty.
fn without_nothing(value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(name, value)| (name, without_nothing(value)))
                .filter(|(_, value)| !is_nothing(value))
                .collect(),
        ),
        other => other,
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// Writes JSON with as few marks as a reader needs.
fn plain(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| match value {
                Value::Object(_) => format!("{name} {{{}}}", plain(value)),
                _ => format!("{name} {}", plain(value)),
            });
            fields.collect::<Vec<_>>().join(", ")
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(plain).collect();
            format!("[{}]", items.join("; "))
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= FIELDS_MAX {
        return text.to_owned();
    }
    let cut: String = text.chars().take(FIELDS_MAX).collect();
    format!("{cut}…")
}
