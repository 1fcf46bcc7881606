//! Owns the timeline of one call, `maitred call`: what happened, what was decided, what was said, how long each step took.
//! Called by `main`. Shows a caller's words and number to whoever may read the database anyway; never logs them.

use super::find::find_call;
use super::retrace::{Walk, answered};
use super::steps::{Steps, TurnSteps};
use super::story::Story;
use super::{describe, steps};
use crate::adapters::store::{CallRow, Database};
use anyhow::Context as _;
use jiff::Timestamp;
use maitred_actors::call::{CallState, Effect, Event};
use maitred_actors::types::QuestionNo;
use serde::Serialize;
use std::fmt::{self, Write as _};

/// One call, told in order.
#[derive(Debug, Serialize)]
pub struct Timeline {
    /// Its record.
    pub record: CallRow,
    /// Its entries, each with what was decided.
    pub entries: Vec<Entry>,
    /// How long the steps of each turn took.
    pub turns: Vec<TurnSteps>,
    /// What is wrong with its journal, if anything is.
    pub damage: Option<String>,
}

/// One entry of the journal.
#[derive(Debug, Serialize)]
pub struct Entry {
    /// Number within the call.
    pub seq: u64,
    /// When it was learnt of.
    pub at: Timestamp,
    /// Milliseconds since the first entry, with microseconds.
    pub after_ms: f64,
    /// Kind of event.
    pub kind: &'static str,
    /// The event.
    pub event: Event,
    /// What it says, in short.
    #[serde(skip)]
    pub words: String,
    /// What it answers.
    pub answers: Option<Answered>,
    /// Phase that it led to, where it led to another.
    pub phase: Option<String>,
    /// What was asked for because of it.
    pub effects: Vec<Asked>,
    /// What is to be said of its decision: set aside, or today's decision panics.
    pub note: Option<String>,
}

/// Which question was answered, and how long that took.
#[derive(Debug, Serialize)]
pub struct Answered {
    /// Number of the question.
    pub question: QuestionNo,
    /// What had been asked; none if nothing was under that number.
    pub asked: Option<&'static str>,
    /// Milliseconds since it was asked, with microseconds.
    pub took_ms: Option<f64>,
}

/// What was asked for.
#[derive(Debug, Serialize)]
pub struct Asked {
    /// Kind of effect.
    pub kind: &'static str,
    /// Number of the question, where an answer is awaited.
    pub question: Option<QuestionNo>,
    /// What it says, in short.
    pub what: String,
}

impl Timeline {
    /// Reads the call that a text names: its id, session, SIP `Call-ID`, or the caller's number.
    pub async fn of(database: &Database, name: &str) -> anyhow::Result<Self> {
        let call = find_call(database, name).await?;
        let call = call.with_context(|| format!("no call is known as {name}"))?;
        Ok(Self::tell(Story::read(database, &call).await?))
    }

    fn tell(story: Story) -> Self {
        let mut walk = Walk::through(&story.entries);
        let mut steps = Steps::default();
        let began = story.entries.first().map(|entry| entry.at);
        let mut entries = Vec::new();
        for entry in story.entries {
            let step = walk.step(&entry);
            let answers = answered(&entry.event)
                .map(|(question, _)| steps.answer(question, &entry.event, entry.at));
            steps.heard(&entry.event, entry.at);
            for effect in &step.effects {
                steps.ask(effect, entry.at);
            }
            let note = match step.panicked {
                Some(why) => Some(format!("today's decision panics: {why}")),
                None => step
                    .set_aside
                    .then(|| "crashed the call twice, and was set aside".to_owned()),
            };
            let led = walk.state().filter(|_| step.moved).map(describe::phase);
            entries.push(Entry {
                seq: entry.seq,
                at: entry.at,
                after_ms: began.map_or(0.0, |began| steps::ms_between(began, entry.at)),
                kind: entry.event.kind(),
                words: words(&entry.event, walk.state()),
                event: entry.event,
                answers,
                phase: led,
                effects: step.effects.iter().map(asked).collect(),
                note,
            });
        }
        Self {
            record: story.view.record,
            entries,
            turns: steps.turns(),
            damage: story.damage,
        }
    }
}

fn asked(effect: &Effect) -> Asked {
    Asked {
        kind: effect.kind(),
        question: effect.question(),
        what: describe::effect(effect),
    }
}

/// Tells an event; of a prompt, its words.
fn words(event: &Event, state: Option<&CallState>) -> String {
    let Event::PromptStarted { question } = event else {
        return describe::event(event);
    };
    let turns = state.map_or(&[][..], |state| &state.transcript);
    let turn = turns.iter().find(|turn| turn.question == Some(*question));
    turn.map_or_else(String::new, |turn| describe::quoted(&turn.text))
}

impl fmt::Display for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_head(f)?;
        for entry in &self.entries {
            entry.write(f)?;
        }
        if let Some(damage) = &self.damage {
            writeln!(f, "\n{damage}; nothing after it can be told")?;
        }
        if !self.turns.is_empty() {
            writeln!(f, "\n{}", TurnSteps::HEAD)?;
        }
        for turn in &self.turns {
            writeln!(f, "{turn}")?;
        }
        Ok(())
    }
}

impl Timeline {
    fn write_head(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = &self.record;
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        let began = row.started_at.map(|at| at.to_string()).unwrap_or_default();
        let lasted = match row.duration_seconds {
            Some(seconds) => format!("{seconds} s"),
            None => "not over".to_owned(),
        };
        writeln!(f, "{}  {began}  {lasted}", row.call_id)?;
        writeln!(
            f,
            "{} from {} to {}; {}, {}, mode {}; session {}, sip {}\n",
            row.direction.to_lowercase(),
            or_none(&row.from_number),
            or_none(&row.to_number),
            row.state,
            row.outcome.as_deref().unwrap_or("no outcome yet"),
            row.mode,
            or_none(&row.rc_call_id),
            or_none(&row.sip_call_id),
        )
    }
}

impl Entry {
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = format!(
            "{:>9.3} s {:>4}  {:<16}",
            self.after_ms / 1000.0,
            self.seq,
            self.kind
        );
        if let Some(answers) = &self.answers {
            let _ = write!(line, " {}", answers.question);
            if let Some(took) = answers.took_ms {
                let _ = write!(line, " after {took:.1} ms");
            }
        }
        if !self.words.is_empty() {
            let _ = write!(line, " {}", self.words);
        }
        writeln!(f, "{}", line.trim_end())?;
        let aside = " ".repeat(18);
        if let Some(note) = &self.note {
            writeln!(f, "{aside}!! {note}")?;
        }
        if let Some(phase) = &self.phase {
            writeln!(f, "{aside}=> {phase}")?;
        }
        for effect in &self.effects {
            let question = effect.question.map(|no| format!(" {no}"));
            let line = format!(
                "{aside}-> {}{} {}",
                effect.kind,
                question.unwrap_or_default(),
                effect.what
            );
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}
