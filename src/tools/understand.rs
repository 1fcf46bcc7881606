//! Owns the lines of `maitred understand`: JSON in, what the grammar made of it out, one line for each, in order. Called
//! by `main`. A bad line gives an error object, and the rest goes on.

use jiff::civil::{Date, DateTime};
use maitred_actors::grammar::{Agreed, Context, Slot, Transcript, render, understand};
use serde::Deserialize;
use serde::de::{Deserializer, Error};
use serde_json::{Map, Value, json};
use std::io::{self, BufRead, Read, Write};

/// What the lines hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One utterance a line.
    Utterances,
    /// One whole dialogue a line.
    Dialogues,
}

/// Longest line that is read, in bytes.
const LINE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Longest utterance that is read, in bytes: a caller who talks for ten minutes.
const TEXT_BYTES_MAX: usize = 16 * 1024;

#[derive(Deserialize)]
struct Line {
    id: Value,
    text: String,
    #[serde(default)]
    nbest: Option<Vec<String>>,
    #[serde(default, deserialize_with = "local_time")]
    reference_time: Option<DateTime>,
    #[serde(default)]
    requested: Option<Vec<String>>,
    context: Option<String>,
    locale: Option<String>,
}

#[derive(Deserialize)]
struct DialogueLine {
    id: Value,
    #[serde(default, deserialize_with = "local_time")]
    reference_time: Option<DateTime>,
    turns: Vec<Turn>,
}

#[derive(Deserialize)]
struct Turn {
    speaker: String,
    text: String,
}

/// Reads a local time, a day (its midnight), or a time with an offset, of which the local part counts.
fn local_time<'de, D: Deserializer<'de>>(source: D) -> Result<Option<DateTime>, D::Error> {
    let Some(text) = Option::<String>::deserialize(source)? else {
        return Ok(None);
    };
    let local = text
        .parse::<DateTime>()
        .or_else(|_| text.parse::<Date>().map(|date| date.at(0, 0, 0, 0)))
        .or_else(|_| text.trim_end_matches('Z').parse::<DateTime>())
        .map_err(|_| {
            D::Error::custom("reference_time is no local time such as 2026-06-04T15:00")
        })?;
    Ok(Some(local))
}

/// Reads lines until the input ends and answers each. `now` is the local time where a line names none. Fails only
/// when the input cannot be read or the output not written.
pub fn understand_lines(
    form: Form,
    now: DateTime,
    mut input: impl BufRead,
    mut output: impl Write,
) -> io::Result<()> {
    let mut line = Vec::new();
    while next_line(&mut input, &mut line)? {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        writeln!(output, "{}", answer(form, now, &line))?;
    }
    output.flush()
}

/// Reads one line, of which at most `LINE_BYTES_MAX` and one byte are kept; false at the end.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let limit = LINE_BYTES_MAX as u64 + 1;
    let read = input.by_ref().take(limit).read_until(b'\n', line)?;
    if read as u64 == limit && line.last() != Some(&b'\n') {
        input.skip_until(b'\n')?;
    }
    Ok(read > 0)
}

fn answer(form: Form, now: DateTime, line: &[u8]) -> Value {
    if line.len() > LINE_BYTES_MAX {
        return error(
            Value::Null,
            &format!("line is longer than {LINE_BYTES_MAX} bytes"),
        );
    }
    let Ok(text) = std::str::from_utf8(line) else {
        return error(Value::Null, "line is not UTF-8");
    };
    let answer = match form {
        Form::Utterances => serde_json::from_str(text).map(|line| utterance(&line, now)),
        Form::Dialogues => serde_json::from_str(text).map(|line| dialogue(&line, now)),
    };
    answer.unwrap_or_else(|problem| error(id_of(text), &problem.to_string()))
}

fn error(id: Value, problem: &str) -> Value {
    json!({ "id": id, "error": problem })
}

/// The id of a line that is JSON and yet not of the form.
fn id_of(line: &str) -> Value {
    serde_json::from_str::<Value>(line).map_or(Value::Null, |line| line["id"].clone())
}

fn utterance(line: &Line, now: DateTime) -> Value {
    let nbest = line.nbest.as_deref().unwrap_or_default();
    if std::iter::once(&line.text)
        .chain(nbest)
        .any(|text| is_too_long(text))
    {
        return error(
            line.id.clone(),
            &format!("text is longer than {TEXT_BYTES_MAX} bytes"),
        );
    }
    let mut context = Context::new(line.reference_time.unwrap_or(now));
    let mut requested = line.requested.iter().flatten();
    context.asked = requested.find_map(|name| Slot::named(name));
    let locale = line.locale.as_deref().unwrap_or("en-US");
    context.day_first = locale != "en-US";
    if let Some(question) = &line.context {
        context = context.after(question);
    }
    let reading = understand(&line.text, nbest, &context);
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

fn is_too_long(text: &str) -> bool {
    text.len() > TEXT_BYTES_MAX
}

fn dialogue(line: &DialogueLine, now: DateTime) -> Value {
    if line.turns.iter().any(|turn| is_too_long(&turn.text)) {
        return error(
            line.id.clone(),
            &format!("a turn is longer than {TEXT_BYTES_MAX} bytes"),
        );
    }
    let mut transcript = Transcript::new(line.reference_time.unwrap_or(now));
    let mut states = Vec::new();
    for turn in &line.turns {
        if turn.speaker == "user" {
            states.push(slots(transcript.caller(&turn.text)));
        } else {
            transcript.system(&turn.text);
        }
    }
    json!({ "id": line.id, "states": states, "final": slots(transcript.agreed()) })
}

/// What stands, in the form of `final` in the public dialogues.
fn slots(agreed: &Agreed) -> Value {
    let mut slots = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        slots.extend(value.map(|value| (name.to_owned(), value)));
    };
    put("date", agreed.date.map(|date| json!(date.to_string())));
    put(
        "day",
        agreed
            .date
            .map(|date| json!(format!("{:?}", date.weekday()).to_lowercase())),
    );
    let clock = agreed
        .time
        .map(|time| format!("{:02}:{:02}", time.hour(), time.minute()));
    put("time", clock.map(|clock| json!(clock)));
    put(
        "party_size",
        agreed
            .party_size
            .as_ref()
            .map(|size| json!(size.total.to_string())),
    );
    put("name", agreed.name.as_ref().map(|name| json!(name.full())));
    put("phone", agreed.phone.as_ref().map(|phone| json!(phone)));
    put("email", agreed.email.as_ref().map(|email| json!(email)));
    put(
        "address",
        agreed.address.as_ref().map(|address| json!(address)),
    );
    Value::Object(slots)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

    use super::*;

    fn answers(form: Form, lines: impl AsRef<[u8]>) -> Vec<Value> {
        let now = "2026-06-04T15:00".parse().unwrap();
        let mut output = Vec::new();
        understand_lines(form, now, lines.as_ref(), &mut output).unwrap();
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

    #[test]
    fn bytes_that_are_no_text_and_endless_lines_are_errors_of_their_own_lines() {
        let mut lines = b"{\"id\":1,\"text\":\"noon\"}\n\xff\xfe\n".to_vec();
        lines.extend(vec![b'x'; LINE_BYTES_MAX + 10]);
        lines.extend(format!("\n{{\"id\":4,\"text\":\"{}\"}}\n", "six ".repeat(8000)).bytes());
        lines.extend(
            b"\r\n{\"id\":5,\"text\":\"noon\",\"nbest\":null,\"requested\":[\"shoe size\"]}",
        );
        let answers = answers(Form::Utterances, lines);
        let errors: Vec<bool> = answers
            .iter()
            .map(|answer| answer["error"].is_string())
            .collect();
        assert_eq!(errors, [false, true, true, true, false]);
        assert_eq!(answers[3]["id"], 4);
        assert_eq!(answers[4]["datetime"], json!({"time": "12:00"}));
    }

    #[test]
    fn a_line_may_name_its_local_time_in_several_ways_and_a_wrong_one_is_an_error() {
        let line = |time: &str| {
            let lines = json!({"id": 1, "text": "tomorrow", "reference_time": time}).to_string();
            answers(Form::Utterances, lines)[0].clone()
        };
        for time in [
            "2019-03-01",
            "2019-03-01T10:00",
            "2019-03-01T10:00:00Z",
            "2019-03-01T10:00:00-08:00",
        ] {
            assert_eq!(
                line(time)["datetime"],
                json!({"date": "2019-03-02"}),
                "{time}"
            );
        }
        assert!(line("soon")["error"].is_string());
    }

    #[test]
    fn what_was_offered_is_taken_on_a_yes_and_left_on_a_no() {
        let talk = |answer: &str| {
            let line = json!({"id": 1, "turns": [
                {"speaker": "user", "text": "a table for four tomorrow at seven pm"},
                {"speaker": "system", "text": "I'm sorry, seven is taken. How about 7:30 pm?"},
                {"speaker": "user", "text": answer},
            ]});
            answers(Form::Dialogues, line.to_string())[0]["final"]["time"].clone()
        };
        assert_eq!(talk("yes, that works"), "19:30");
        assert_eq!(talk("no, thanks"), "19:00");
        assert_eq!(talk("could we do eight pm?"), "20:00");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_answered_line_by_line(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400), dialogues: bool) {
            let form = if dialogues { Form::Dialogues } else { Form::Utterances };
            let asked = bytes.split(|byte| *byte == b'\n').filter(|line| !line.iter().all(u8::is_ascii_whitespace)).count();
            proptest::prop_assert_eq!(answers(form, &bytes).len(), asked);
        }
    }
}
