//! Measures the grammar against a directory of examples: `measure_grammar DIR [--show FILE] [--half even|odd]`.
//!
//! Owns reading the files and printing one score per file and aim. For those who work on the grammar. Never
//! changes anything.

#![expect(
    clippy::unwrap_used,
    reason = "a tool that may stop at the first bad line"
)]

mod conversations;
mod people;
mod spans;
mod values;
mod whens;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::civil::DateTime;
use maitred_actors::grammar::{Context, Understanding, understand};
use serde_json::Value;

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

/// Which rows are measured: rules are written from one half of each file and judged on the other.
#[derive(Clone, Copy)]
enum Half {
    Both,
    Even,
    Odd,
}

impl Half {
    fn holds(self, at: usize) -> bool {
        match self {
            Self::Both => true,
            Self::Even => at.is_multiple_of(2),
            Self::Odd => !at.is_multiple_of(2),
        }
    }
}

struct Args {
    dir: String,
    show: Option<String>,
    half: Half,
}

fn args() -> Option<Args> {
    let mut words = std::env::args().skip(1);
    let mut args = Args {
        dir: words.next()?,
        show: None,
        half: Half::Both,
    };
    while let Some(word) = words.next() {
        match (word.as_str(), words.next()?.as_str()) {
            ("--show", file) => args.show = Some(file.to_owned()),
            ("--half", "even") => args.half = Half::Even,
            ("--half", "odd") => args.half = Half::Odd,
            _ => return None,
        }
    }
    Some(args)
}

fn rows(dir: &Path, file: &str, half: Half) -> Vec<Value> {
    let Ok(text) = fs::read_to_string(dir.join(file)) else {
        println!("{file}: not there");
        return Vec::new();
    };
    text.lines()
        .enumerate()
        .filter(|(at, _)| half.holds(*at))
        .map(|(_, line)| serde_json::from_str(line).unwrap())
        .collect()
}

fn context(row: &Value) -> Context {
    let reference = row["reference_time"].as_str().unwrap_or("2026-01-15T10:00");
    let mut context = Context::new(reference.parse::<DateTime>().unwrap());
    context.day_first = row["locale"] == "en-GB";
    context
}

fn text(row: &Value) -> &str {
    row["text"].as_str().unwrap_or_default()
}

fn main() {
    let Some(Args { dir, show, half }) = args() else {
        eprintln!("usage: measure_grammar DIR [--show FILE] [--half even|odd]");
        std::process::exit(2)
    };
    let dir = Path::new(&dir);
    let mut took = Timing::default();
    let measures: [(&str, Measure); 9] = [
        ("datetimes", whens::datetimes),
        ("numbers", values::numbers),
        ("phones", values::phones),
        ("emails", values::emails),
        ("addresses", values::addresses),
        ("slots", spans::slots),
        ("spoken_ids", people::spoken_ids),
        ("intents", people::intents),
        ("dialogues", conversations::dialogues),
    ];
    for (name, measure) in measures {
        let scores = measure(&rows(dir, &format!("{name}.jsonl"), half), &mut took);
        for (label, score) in &scores {
            score.print(label);
            if show.as_deref() == Some(name) {
                for miss in score.misses.iter().filter(|miss| !miss.is_empty()) {
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
