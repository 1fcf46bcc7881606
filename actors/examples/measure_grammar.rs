//! Measures the grammar against a directory of examples: `measure_grammar DIR [--show FILE]`.
//!
//! Prints one score per file and aim. Owns nothing: a tool for those who work on the grammar.

#![expect(
    clippy::unwrap_used,
    reason = "a tool that may stop at the first bad line"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::civil::DateTime;
use maitred_actors::grammar::{Context, Intent, Slot, Understanding, render, understand};
use serde_json::{Value, json};

/// Hits, misses and what to show of the misses.
#[derive(Default)]
struct Score {
    right: usize,
    all: usize,
    misses: Vec<String>,
}

impl Score {
    fn count(&mut self, right: bool, miss: impl FnOnce() -> String) {
        self.all += 1;
        if right {
            self.right += 1;
        } else {
            self.misses.push(miss());
        }
    }

    fn print(&self, name: &str) {
        let share = 100.0 * self.right as f64 / self.all.max(1) as f64;
        println!("{name:<34} {share:6.2} %  ({} of {})", self.right, self.all);
    }
}

fn rows(dir: &Path, file: &str) -> Vec<Value> {
    let Ok(text) = fs::read_to_string(dir.join(file)) else {
        println!("{file}: not there");
        return Vec::new();
    };
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn context(row: &Value) -> Context {
    let reference = row["reference_time"].as_str().unwrap_or("2026-01-15T10:00");
    Context::new(reference.parse::<DateTime>().unwrap())
}

fn asked(row: &Value) -> Option<Slot> {
    let names = row["requested"].as_array()?;
    let name = names.first()?.as_str()?;
    match name {
        "people" | "party_size" => Some(Slot::PartySize),
        "first_name" | "last_name" | "name" => Some(Slot::Name),
        "date" => Some(Slot::Date),
        "time" => Some(Slot::Time),
        "phone" => Some(Slot::Phone),
        _ => None,
    }
}

fn text(row: &Value) -> &str {
    row["text"].as_str().unwrap_or_default()
}

fn nbest(row: &Value) -> Vec<String> {
    let list = row["nbest"].as_array().cloned().unwrap_or_default();
    list.iter()
        .filter_map(|guess| Some(guess.as_str()?.to_owned()))
        .collect()
}

fn main() {
    let mut args = std::env::args().skip(1);
    let Some(dir) = args.next() else {
        eprintln!("usage: measure_grammar DIR [--show FILE]");
        std::process::exit(2)
    };
    let show = args
        .next()
        .and_then(|flag| (flag == "--show").then(|| args.next()).flatten());
    let dir = Path::new(&dir);
    let mut took = Timing::default();
    let measures: [(&str, Measure); 8] = [
        ("datetimes", datetimes),
        ("numbers", numbers),
        ("phones", phones),
        ("emails", emails),
        ("addresses", addresses),
        ("slots", slots),
        ("spoken_ids", spoken_ids),
        ("intents", intents),
    ];
    for (name, measure) in measures {
        let scores = measure(&rows(dir, &format!("{name}.jsonl")), &mut took);
        for (label, score) in &scores {
            score.print(label);
            if show.as_deref() == Some(name) {
                for miss in &score.misses {
                    println!("    {miss}");
                }
            }
        }
    }
    println!(
        "{} utterances, {:?} each, longest {:?}",
        took.count,
        took.total / took.count.max(1),
        took.longest
    );
}

type Measure = fn(&[Value], &mut Timing) -> Vec<(String, Score)>;

#[derive(Default)]
struct Timing {
    count: u32,
    total: Duration,
    longest: Duration,
}

impl Timing {
    fn run(&mut self, text: &str, nbest: &[String], context: &Context) -> Understanding {
        let start = Instant::now();
        let understood = understand(text, nbest, context);
        let took = start.elapsed();
        self.count += 1;
        self.total += took;
        self.longest = self.longest.max(took);
        understood
    }
}

fn datetimes(rows: &[Value], timing: &mut Timing) -> Vec<(String, Score)> {
    let mut all = Score::default();
    let mut loose = Score::default();
    let mut by_source: BTreeMap<String, Score> = BTreeMap::new();
    let mut quiet = Score::default();
    for row in rows {
        let understood = timing.run(text(row), &[], &context(row));
        let others = (
            &understood.name,
            &understood.phone,
            &understood.email,
            &understood.address,
        );
        let silent = matches!(others, (None, None, None, None));
        quiet.count(silent, || format!("ALARM {} | {others:?}", text(row)));
        let got = render::datetime(&understood);
        let near = row["tags"]
            .as_array()
            .is_some_and(|tags| tags.contains(&json!("end_within_1_day")));
        let answers: Vec<&Value> = std::iter::once(&row["expected"])
            .chain(row["accept"].as_array().into_iter().flatten())
            .collect();
        let right = answers
            .iter()
            .any(|answer| same_datetime(answer, &got, near));
        let projected = answers
            .iter()
            .any(|answer| same_datetime(answer, &project(&got, answer), near));
        let miss = || {
            format!(
                "{} | {} | want {} | got {got}",
                text(row),
                row["reference_time"],
                row["expected"]
            )
        };
        all.count(right, miss);
        loose.count(right || projected, String::new);
        by_source
            .entry(row["source"].to_string())
            .or_default()
            .count(right, String::new);
    }
    let mut scores = vec![
        ("no name, phone, e-mail, address".to_owned(), quiet),
        ("datetimes".to_owned(), all),
        ("  fields asked for only".to_owned(), loose),
    ];
    scores.extend(
        by_source
            .into_iter()
            .map(|(source, score)| (format!("  {source}"), score)),
    );
    scores
}

/// Keeps of `got` the fields that `answer` has.
fn project(got: &Value, answer: &Value) -> Value {
    let (Some(got), Some(answer)) = (got.as_object(), answer.as_object()) else {
        return got.clone();
    };
    Value::Object(
        got.iter()
            .filter(|(key, _)| answer.contains_key(*key))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect(),
    )
}

fn same_datetime(want: &Value, got: &Value, near: bool) -> bool {
    if want == got {
        return true;
    }
    let (Some(want), Some(got)) = (want["range"].as_object(), got["range"].as_object()) else {
        return false;
    };
    if !near || want.get("start") != got.get("start") {
        return false;
    }
    let day = |value: Option<&Value>| value?.as_str()?.parse::<jiff::civil::Date>().ok();
    match (day(want.get("end")), day(got.get("end"))) {
        (Some(want), Some(got)) => want
            .since(got)
            .is_ok_and(|span| span.get_days().abs() <= 1 && span.get_months() == 0),
        (want, got) => want == got,
    }
}

fn numbers(rows: &[Value], timing: &mut Timing) -> Vec<(String, Score)> {
    let mut party = Score::default();
    let mut parts = Score::default();
    let mut plain = Score::default();
    let mut unasked = Score::default();
    for row in rows {
        let alone = timing.run(text(row), &[], &context(row));
        unasked.count(row["expected"] == render::party_size(&alone), || {
            format!(
                "UNASKED {} | want {} | got {}",
                text(row),
                row["expected"],
                render::party_size(&alone)
            )
        });
        let context = context(row).asking(Slot::PartySize);
        let understood = timing.run(text(row), &[], &context);
        let got = render::party_size(&understood);
        let want = &row["expected"];
        let miss = || format!("{} | want {want} | got {got}", text(row));
        match row["kind"].as_str() {
            Some("party_size") => party.count(*want == got, miss),
            Some("party_parts") => {
                // Rooms are no slot of ours; what is said of people must be right.
                let people = |value: &Value| {
                    let mut value = value.clone();
                    if let Some(object) = value.as_object_mut() {
                        object.remove("rooms");
                    }
                    value
                };
                let wanted = people(want);
                if wanted.as_object().is_some_and(|object| !object.is_empty()) {
                    let whole = wanted["people"].is_u64() && wanted["people"] == got;
                    parts.count(wanted == got || whole, miss);
                }
            }
            _ => plain.count(*want == got, miss),
        }
    }
    vec![
        ("numbers: party size".to_owned(), party),
        ("numbers: adults and children".to_owned(), parts),
        ("numbers: plain".to_owned(), plain),
        ("numbers: all as stands, nothing asked".to_owned(), unasked),
    ]
}

fn exact(
    rows: &[Value],
    timing: &mut Timing,
    slot: Option<Slot>,
    form: fn(&Understanding) -> Value,
) -> Score {
    let mut score = Score::default();
    for row in rows {
        let mut context = context(row);
        context.asked = slot;
        let understood = timing.run(text(row), &[], &context);
        let got = form(&understood);
        score.count(row["expected"] == got, || {
            format!("{} | want {} | got {got}", text(row), row["expected"])
        });
    }
    score
}

fn phones(rows: &[Value], timing: &mut Timing) -> Vec<(String, Score)> {
    vec![
        (
            "phones (nothing asked)".to_owned(),
            exact(rows, timing, None, render::phone),
        ),
        (
            "phones (asked)".to_owned(),
            exact(rows, timing, Some(Slot::Phone), render::phone),
        ),
    ]
}

fn emails(rows: &[Value], timing: &mut Timing) -> Vec<(String, Score)> {
    vec![
        (
            "emails (nothing asked)".to_owned(),
            exact(rows, timing, None, render::email),
        ),
        (
            "emails (asked)".to_owned(),
            exact(rows, timing, Some(Slot::Email), render::email),
        ),
    ]
}

fn addresses(rows: &[Value], timing: &mut Timing) -> Vec<(String, Score)> {
    let mut whole = Score::default();
    let mut fields = Score::default();
    let unasked = exact(rows, timing, None, render::address);
    for row in rows {
        let understood = timing.run(text(row), &[], &context(row).asking(Slot::Address));
        let got = render::address(&understood);
        let want = &row["expected"];
        whole.count(*want == got, || {
            format!("{} | want {want} | got {got}", text(row))
        });
        for (key, value) in want.as_object().into_iter().flatten() {
            fields.count(got.get(key) == Some(value), || {
                format!("{key}: {} | want {value} | got {got}", text(row))
            });
        }
    }
    vec![
        ("addresses: whole (nothing asked)".to_owned(), unasked),
        ("addresses: whole".to_owned(), whole),
        ("addresses: fields".to_owned(), fields),
    ]
}

fn slots(rows: &[Value], timing: &mut Timing) -> Vec<(String, Score)> {
    let mut precision = Score::default();
    let mut recall = Score::default();
    let mut others: BTreeMap<String, Score> = BTreeMap::new();
    for row in rows {
        let mut context = context(row);
        context.asked = asked(row);
        let understood = timing.run(text(row), &[], &context);
        let spans = row["slots"].as_array().cloned().unwrap_or_default();
        // Only the table-booking rows mark every party size; the others would count noise.
        let bookings = row["source"] == "restaurants-8k";
        let people: Vec<&Value> = spans
            .iter()
            .filter(|span| is_party(&span["slot"]))
            .collect();
        let got = understood.party_size.as_ref();
        let overlaps = |span: &Value| {
            got.is_some_and(|found| overlap(span, found.start, found.end, text(row)))
        };
        if bookings && got.is_some() {
            precision.count(people.iter().any(|span| overlaps(span)), || {
                miss(row, &understood)
            });
        }
        if bookings {
            for span in &people {
                recall.count(overlaps(span), || miss(row, &understood));
            }
        }
        for span in &spans {
            if let Some(hit) = other_slot(row, span, &understood) {
                let name = format!(
                    "slots: {} recall {}",
                    span["slot"].as_str().unwrap_or(""),
                    row["source"].as_str().unwrap_or("")
                );
                others.entry(name).or_default().count(hit, || {
                    format!(
                        "{} {} | {:?} {:?} {:?} {:?}",
                        text(row),
                        row["requested"],
                        understood.date,
                        understood.time,
                        understood.name,
                        understood.phone
                    )
                });
            }
        }
    }
    let mut scores = vec![
        ("slots: party size precision".to_owned(), precision),
        ("slots: party size recall".to_owned(), recall),
    ];
    scores.extend(others);
    scores
}

fn is_party(slot: &Value) -> bool {
    matches!(
        slot.as_str(),
        Some("people" | "party_size" | "party_size_number")
    )
}

fn overlap(span: &Value, start: usize, end: usize, text: &str) -> bool {
    // Their offsets count characters.
    let byte = |chars: u64| {
        text.char_indices()
            .nth(chars as usize)
            .map_or(text.len(), |(at, _)| at)
    };
    let (from, to) = (
        byte(span["start"].as_u64().unwrap_or(0)),
        byte(span["end"].as_u64().unwrap_or(0)),
    );
    start < to && from < end
}

fn miss(row: &Value, understood: &Understanding) -> String {
    format!(
        "{} | asked {} | want {} | got {:?}",
        text(row),
        row["requested"],
        row["slots"],
        understood.party_size
    )
}

fn other_slot(row: &Value, span: &Value, understood: &Understanding) -> Option<bool> {
    let text = text(row);
    let hit = |found: Option<(usize, usize)>| {
        found.is_some_and(|(start, end)| overlap(span, start, end, text))
    };
    Some(match span["slot"].as_str()? {
        "date" => hit(understood.date.as_ref().map(|f| (f.start, f.end))),
        "time" => hit(understood.time.as_ref().map(|f| (f.start, f.end))),
        "first_name" | "last_name" | "name" => {
            hit(understood.name.as_ref().map(|f| (f.start, f.end)))
        }
        "phone" => hit(understood.phone.as_ref().map(|f| (f.start, f.end))),
        _ => return None,
    })
}

fn spoken_ids(rows: &[Value], timing: &mut Timing) -> Vec<(String, Score)> {
    let mut names = Score::default();
    let mut spelled = Score::default();
    let mut reachable = Score::default();
    let mut births = Score::default();
    for row in rows {
        let want = &row["expected"];
        match row["item"].as_str() {
            Some("name") => {
                let understood =
                    timing.run(text(row), &nbest(row), &context(row).asking(Slot::Name));
                let got = render::name(&understood);
                let right = ["first", "last"]
                    .iter()
                    .all(|part| folded(&want[part]) == folded(&got[part]));
                let miss = || format!("{} | {:?} | want {want} | got {got}", text(row), nbest(row));
                let full = format!("{} {}", folded(&want["first"]), folded(&want["last"]));
                if nbest(row)
                    .iter()
                    .any(|guess| guess.to_lowercase().contains(&full))
                {
                    reachable.count(right, miss);
                }
                if row["asked_to_spell"] == json!(true) {
                    spelled.count(right, miss);
                } else {
                    names.count(right, miss);
                }
            }
            Some("dob") => {
                let understood =
                    timing.run(text(row), &nbest(row), &context(row).asking(Slot::Date));
                let got = render::datetime(&understood);
                births.count(got["date"] == want["date"], || {
                    format!("{} | {:?} | want {want} | got {got}", text(row), nbest(row))
                });
            }
            _ => {}
        }
    }
    vec![
        ("names: whole name in the n-best".to_owned(), reachable),
        ("names: said".to_owned(), names),
        ("names: asked to spell".to_owned(), spelled),
        ("birth dates".to_owned(), births),
    ]
}

fn folded(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_lowercase()
}

fn intents(rows: &[Value], timing: &mut Timing) -> Vec<(String, Score)> {
    let mut score = Score::default();
    // Right, found, wanted, by intent.
    let mut table: BTreeMap<String, [f64; 3]> = BTreeMap::new();
    for row in rows {
        let mut context = context(row);
        context.confirming = row["context"].as_str().is_some_and(is_read_back);
        let understood = timing.run(text(row), &[], &context);
        let got = understood
            .intents
            .first()
            .map_or_else(|| "out_of_scope".to_owned(), |scored| name_of(scored.value));
        let want = row["intent"].as_str().unwrap_or_default().to_owned();
        score.count(got == want, || {
            format!("{want} <- {got} | {} | {}", text(row), row["source_label"])
        });
        table.entry(want.clone()).or_default()[2] += 1.0;
        table.entry(got.clone()).or_default()[1] += 1.0;
        if got == want {
            table.entry(got).or_default()[0] += 1.0;
        }
    }
    let wanted: Vec<_> = table.iter().filter(|(_, row)| row[2] > 0.0).collect();
    let mut sum = 0.0;
    for (name, [right, found, wanted]) in &wanted {
        let f1 = 2.0 * right / (found + wanted);
        sum += f1;
        println!(
            "  {name:<20} F1 {f1:.3}  precision {:.3}  recall {:.3}  ({wanted})",
            right / found.max(1.0),
            right / wanted
        );
    }
    println!("intents macro-F1 {:.4}", sum / wanted.len().max(1) as f64);
    vec![("intents: accuracy".to_owned(), score)]
}

/// A question that yes or no answers, rather than an offer of more help.
fn is_read_back(said: &str) -> bool {
    let offers = ["else", "help", "assist", "more", "What", "How"];
    said.trim_end().ends_with('?') && !offers.iter().any(|word| said.contains(word))
}

fn name_of(intent: Intent) -> String {
    serde_json::to_value(intent)
        .unwrap()
        .as_str()
        .unwrap_or_default()
        .to_owned()
}
