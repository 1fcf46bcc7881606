//! Owns the lines of `maitred understand`: JSON in, what the grammar made of it out, one line for each, in order. Called
//! by `main`. A bad line gives an error object, and the rest goes on.

use jiff::civil::DateTime;
use maitred_actors::grammar::{
    Context, DateReading, Slot, TimeReading, Understanding, render, understand,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::io::{self, BufRead, Write};

/// What the lines hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One utterance a line.
    Utterances,
    /// One whole dialogue a line.
    Dialogues,
}

#[derive(Deserialize)]
struct Line {
    id: Value,
    text: String,
    #[serde(default)]
    nbest: Vec<String>,
    reference_time: Option<DateTime>,
    #[serde(default)]
    requested: Vec<String>,
    context: Option<String>,
}

#[derive(Deserialize)]
struct DialogueLine {
    id: Value,
    reference_time: Option<DateTime>,
    turns: Vec<Turn>,
}

#[derive(Deserialize)]
struct Turn {
    speaker: String,
    text: String,
}

/// Reads lines until the input ends and answers each. `now` is the local time where a line names none. Fails only
/// when a line cannot be read or written.
pub fn understand_lines(
    form: Form,
    now: DateTime,
    input: impl BufRead,
    mut output: impl Write,
) -> io::Result<()> {
    for line in input.lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let answer = match form {
            Form::Utterances => serde_json::from_str(&line).map(|line| utterance(&line, now)),
            Form::Dialogues => serde_json::from_str(&line).map(|line| dialogue(&line, now)),
        };
        let answer = answer.unwrap_or_else(|error| unreadable(&line, &error));
        writeln!(output, "{answer}")?;
    }
    output.flush()
}

fn unreadable(line: &str, error: &serde_json::Error) -> Value {
    let id = serde_json::from_str::<Value>(line).map_or(Value::Null, |line| line["id"].clone());
    json!({ "id": id, "error": error.to_string() })
}

fn utterance(line: &Line, now: DateTime) -> Value {
    let mut context = Context::new(line.reference_time.unwrap_or(now));
    context.asked = line.requested.iter().find_map(|name| Slot::named(name));
    if let Some(question) = &line.context {
        context = context.after(question);
    }
    let reading = understand(&line.text, &line.nbest, &context);
    let intents: Vec<_> = reading.intents.iter().map(|scored| scored.value).collect();
    json!({
        "id": line.id,
        "intents": intents,
        "datetime": render::datetime(&reading),
        "party_size": render::party_size(&reading),
        "phone": render::phone(&reading),
        "email": render::email(&reading),
        "name": render::name(&reading),
        "address": render::address(&reading),
        "confidence": reading.confidence,
    })
}

fn dialogue(line: &DialogueLine, now: DateTime) -> Value {
    let reference = line.reference_time.unwrap_or(now);
    let mut slots = Map::new();
    let mut states = Vec::new();
    let mut question: Option<&str> = None;
    for turn in &line.turns {
        if turn.speaker != "user" {
            question = Some(&turn.text);
            continue;
        }
        let mut context = Context::new(reference);
        if let Some(question) = question.take() {
            context = context.after(question);
        }
        take(&mut slots, &understand(&turn.text, &[], &context));
        states.push(Value::Object(slots.clone()));
    }
    json!({ "id": line.id, "states": states, "final": slots })
}

/// Takes over what a turn says; what is said later wins.
fn take(slots: &mut Map<String, Value>, reading: &Understanding) {
    if let Some(DateReading::On(date)) = reading.date.as_ref().map(|found| &found.value) {
        let weekday = format!("{:?}", date.weekday()).to_lowercase();
        slots.insert("date".to_owned(), json!(date.to_string()));
        slots.insert("day".to_owned(), json!(weekday));
    }
    if let Some(TimeReading::At { time, .. }) = reading.time.as_ref().map(|found| &found.value) {
        let clock = format!("{:02}:{:02}", time.hour(), time.minute());
        slots.insert("time".to_owned(), json!(clock));
    }
    if let Some(party) = &reading.party_size {
        slots.insert(
            "party_size".to_owned(),
            json!(party.value.total.to_string()),
        );
    }
    for (name, value) in [
        ("name", render::name(reading)),
        ("phone", render::phone(reading)),
        ("email", render::email(reading)),
        ("address", render::address(reading)),
    ] {
        if !value.is_null() {
            slots.insert(name.to_owned(), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(form: Form, lines: &str) -> Vec<Value> {
        let now = "2026-06-04T15:00".parse().unwrap();
        let mut output = Vec::new();
        understand_lines(form, now, lines.as_bytes(), &mut output).unwrap();
        let text = String::from_utf8(output).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    #[test]
    fn each_line_is_answered_in_order_and_a_bad_one_does_not_end_it() {
        let lines = "{\"id\":1,\"text\":\"saturday at six pm\",\"reference_time\":\"2026-06-04T15:00\"}\n\
                     not json\n\
                     {\"id\":3}\n\
                     {\"id\":\"four\",\"text\":\"four\",\"requested\":[\"people\"]}\n";
        let answers = answers(Form::Utterances, lines);
        assert_eq!(
            answers[0]["datetime"],
            json!({"date": "2026-06-06", "time": "18:00"})
        );
        assert!(answers[1]["error"].is_string() && answers[1]["id"].is_null());
        assert_eq!(
            (&answers[2]["id"], answers[2]["error"].is_string()),
            (&json!(3), true)
        );
        assert_eq!(
            (&answers[3]["id"], &answers[3]["party_size"]),
            (&json!("four"), &json!(4))
        );
    }

    #[test]
    fn a_dialogue_keeps_what_was_said_last() {
        let line = r#"{"id":1,"turns":[{"speaker":"user","text":"a party on saturday for ten people"},
            {"speaker":"system","text":"What time should it start?"},{"speaker":"user","text":"six"},
            {"speaker":"user","text":"no, make it sunday"}]}"#
            .replace('\n', " ");
        let answer = &answers(Form::Dialogues, &line)[0];
        assert_eq!(answer["states"].as_array().map(Vec::len), Some(3));
        assert_eq!(answer["states"][0]["day"], "saturday");
        assert_eq!(answer["final"]["day"], "sunday");
        assert_eq!(answer["final"]["time"], "18:00");
        assert_eq!(answer["final"]["party_size"], "10");
    }
}
