//! Owns `maitred replay`: runs a call's journal through today's `decide` and finds every decision that differs from what
//! the journal and the rows show was done. Called by `main`. Never performs an effect, never writes.
//!
//! The journal does not hold effects, so a decision is known by its traces: the answers to the questions it asked, the
//! timers it set, what was said, booked and texted, and the record of the call.

use super::booked::booked_otherwise;
use super::find::{calls_since, find_call};
use super::retrace::{Step, Walk, answered};
use super::rows;
use super::story::Story;
use crate::adapters::store::Database;
use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use maitred_actors::call::{CallState, Effect, Event, Recorded, Timer};
use maitred_actors::types::{CallId, QuestionNo};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::Write;

/// How late a timer may come, on a machine that is busy.
const LATE: SignedDuration = SignedDuration::from_secs(5);

/// How near the end of the line a prompt may be cut short by it.
const AT_THE_END: SignedDuration = SignedDuration::from_secs(1);

/// One decision that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Number of the entry at which it shows; none where it shows in a row.
    pub seq: Option<u64>,
    /// What it is about: `question`, `timer`, `prompt`, `booking`, `record`, `transcript`, `text` or `decide`.
    pub about: &'static str,
    /// What was done then.
    pub then: String,
    /// What would be done today.
    pub today: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match self.seq {
            Some(seq) => format!("entry {seq}"),
            None => "rows".to_owned(),
        };
        let Self {
            about, then, today, ..
        } = self;
        write!(f, "{place:>9}  {about:<10} then: {then}; today: {today}")
    }
}

/// What the replay of one call found.
#[derive(Debug, Serialize)]
pub struct Replay {
    /// The call.
    pub call: CallId,
    /// Entries that were decided again.
    pub entries: usize,
    /// Decisions that differ, in order; empty if all are the same.
    pub differences: Vec<Difference>,
}

impl Replay {
    /// Replays one call.
    pub async fn of(database: &Database, call: &CallId) -> anyhow::Result<Self> {
        Ok(Self::play(&Story::read(database, call).await?, call))
    }

    /// Tells of a call whose rows cannot be read; the others can be all the same.
    fn unread(call: &CallId, error: &anyhow::Error) -> Self {
        Self {
            call: call.clone(),
            entries: 0,
            differences: vec![Difference {
                seq: None,
                about: "journal",
                then: format!("{error:#}"),
                today: "cannot be decided".to_owned(),
            }],
        }
    }

    fn play(story: &Story, call: &CallId) -> Self {
        let mut player = Player::new(&story.entries);
        for entry in &story.entries {
            player.take(entry);
        }
        let mut differences = player.found;
        if let Some(damage) = &story.damage {
            differences.push(Difference {
                seq: Some(story.entries.len() as u64 + 1),
                about: "journal",
                then: damage.clone(),
                today: "cannot be decided".to_owned(),
            });
        } else {
            differences.extend(rows::compare(story, &player.ends));
        }
        Self {
            call: call.clone(),
            entries: story.entries.len(),
            differences,
        }
    }
}

/// Replays the call that is named, or all since then, and writes what differs, as text or as a JSON object a line. Gives
/// the number of calls in which something differs.
pub async fn replay_calls(
    database: &Database,
    name: Option<&str>,
    since: Option<Timestamp>,
    json: bool,
    mut output: impl Write,
) -> anyhow::Result<usize> {
    let calls = match name {
        Some(name) => {
            let call = find_call(database, name).await?;
            vec![call.with_context(|| format!("no call is known as {name}"))?]
        }
        None => calls_since(database, since).await?,
    };
    let (mut differing, mut entries) = (0, 0);
    for call in &calls {
        let replay = Replay::of(database, call).await;
        let replay = replay.unwrap_or_else(|error| Replay::unread(call, &error));
        differing += usize::from(!replay.differences.is_empty());
        entries += replay.entries;
        if json {
            writeln!(output, "{}", serde_json::to_string(&replay)?)?;
        } else {
            write!(output, "{replay}")?;
        }
    }
    if !json {
        let calls = calls.len();
        writeln!(
            output,
            "{calls} calls, {entries} entries: {differing} calls would be decided otherwise"
        )?;
    }
    Ok(differing)
}

impl fmt::Display for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.differences.is_empty() {
            return Ok(());
        }
        writeln!(f, "{}:", self.call)?;
        for difference in &self.differences {
            writeln!(f, "{difference}")?;
        }
        Ok(())
    }
}

/// The replay of one journal.
struct Player {
    walk: Walk,
    asked: BTreeMap<QuestionNo, Effect>,
    timers: BTreeMap<Timer, BTreeSet<Timestamp>>,
    overdue: BTreeSet<(Timer, Timestamp)>,
    stopped: bool,
    line_ends: Vec<Timestamp>,
    clock_since: Timestamp,
    finished: bool,
    ends: Vec<CallState>,
    found: Vec<Difference>,
}

impl Player {
    fn new(entries: &[Recorded]) -> Self {
        Self {
            walk: Walk::through(entries),
            asked: BTreeMap::new(),
            timers: BTreeMap::new(),
            overdue: BTreeSet::new(),
            stopped: false,
            line_ends: entries
                .iter()
                .filter(|one| ends_the_line(one))
                .map(|one| one.at)
                .collect(),
            clock_since: Timestamp::MIN,
            finished: false,
            ends: Vec::new(),
            found: Vec::new(),
        }
    }

    fn take(&mut self, entry: &Recorded) {
        self.check_overdue(entry);
        self.check_answer(entry);
        self.check_timer(entry);
        self.check_prompt(entry);
        let step = self.walk.step(entry);
        if let Some(why) = &step.panicked {
            self.differs(
                entry,
                "decide",
                "was decided".to_owned(),
                format!("panics: {why}"),
            );
        }
        self.note(&step);
    }

    /// Remembers what today's decision asked for and wants to be woken for.
    fn note(&mut self, step: &Step) {
        // Calls of former days stopped where a call of today pauses first.
        let is_stop =
            |effect: &Effect| matches!(effect, Effect::StopSpeaking { .. } | Effect::PauseSpeaking);
        self.stopped |= step.effects.iter().any(is_stop);
        let Some(state) = self.walk.state() else {
            return;
        };
        for (question, effect) in state.questions.open() {
            self.asked
                .entry(*question)
                .or_insert_with(|| effect.clone());
        }
        for effect in &step.effects {
            if let Some(question) = effect.question() {
                self.asked.entry(question).or_insert_with(|| effect.clone());
            }
        }
        for (timer, moment) in state.questions.timers() {
            self.timers.entry(*timer).or_default().insert(*moment);
        }
        // What comes after the end may have found no actor any more, so any state from the end on may be the last written.
        if !self.finished {
            self.ends.clear();
        }
        self.finished |= state.is_finished();
        self.ends.push(state.clone());
    }

    /// An answer shows what had been asked under its number.
    fn check_answer(&mut self, entry: &Recorded) {
        let Some((question, kinds)) = answered(&entry.event) else {
            return;
        };
        let asked = self.asked.get(&question);
        let fits = |effect: &Effect| kinds.is_empty() || kinds.contains(&effect.kind());
        if asked.is_none_or(|effect| !fits(effect)) {
            let then = match kinds {
                [] => format!("{question} was asked, and not answered in time"),
                kinds => format!("{question} was {}", kinds.join(" or ")),
            };
            let today = match asked {
                Some(effect) => format!("{question} is {}", effect.kind()),
                None => format!("{question} is never asked"),
            };
            return self.differs(entry, "question", then, today);
        }
        let booked = asked.and_then(|asked| booked_otherwise(&entry.event, asked));
        if let Some((then, today)) = booked {
            self.differs(entry, "booking", then, today);
        }
    }

    /// A moment that came shows that it had been asked for.
    fn check_timer(&mut self, entry: &Recorded) {
        let Event::TimeCame { timer } = &entry.event else {
            return;
        };
        let moments = self.timers.get(timer);
        if moments.is_some_and(|moments| moments.iter().any(|moment| *moment <= entry.at)) {
            return;
        }
        let then = format!("was woken for {timer:?}");
        let today = match moments.and_then(|moments| moments.first()) {
            Some(first) => format!("wants it at {first}, not before"),
            None => "never asks for it".to_owned(),
        };
        self.differs(entry, "timer", then, today);
    }

    /// A moment that is long past, and did not come, had not been asked for.
    fn check_overdue(&mut self, entry: &Recorded) {
        // Whoever keeps the clock died with the process, and catches up in the next; or with the call that was given up.
        if matches!(entry.event, Event::ProcessRestarted) {
            self.clock_since = entry.at;
        }
        let is_new_clock = matches!(
            entry.event,
            Event::ProcessRestarted | Event::Abandoned { .. } | Event::TimeCame { .. }
        );
        let Some(state) = self.walk.state().filter(|_| !is_new_clock) else {
            return;
        };
        let late: Vec<(Timer, Timestamp)> = state
            .questions
            .timers()
            .iter()
            .filter(|(_, moment)| entry.at.duration_since(self.clock_since.max(**moment)) > LATE)
            .map(|(timer, moment)| (*timer, *moment))
            .filter(|late| !self.overdue.contains(late))
            .collect();
        for (timer, moment) in late {
            self.overdue.insert((timer, moment));
            self.differs(
                entry,
                "timer",
                format!("nothing came at {moment}"),
                format!("wants to be woken then, for {timer:?}"),
            );
        }
    }

    /// A prompt that was cut short shows that silence had been asked for.
    fn check_prompt(&mut self, entry: &Recorded) {
        let Event::PromptStopped { question, .. } = &entry.event else {
            return;
        };
        let by_the_line = |end: &Timestamp| end.duration_since(entry.at).abs() < AT_THE_END;
        let is_asked = self.asked.contains_key(question);
        if is_asked && !self.stopped && !self.line_ends.iter().any(by_the_line) {
            self.differs(
                entry,
                "prompt",
                format!("{question} was stopped"),
                "nothing is stopped".to_owned(),
            );
        }
    }

    fn differs(&mut self, entry: &Recorded, about: &'static str, then: String, today: String) {
        self.found.push(Difference {
            seq: Some(entry.seq),
            about,
            then,
            today,
        });
    }
}

/// Tells whether the sound of the call goes with an entry, and what was being said with it.
fn ends_the_line(entry: &Recorded) -> bool {
    matches!(
        entry.event,
        Event::CallerHungUp { .. }
            | Event::HungUp { .. }
            | Event::TransferAnswered { .. }
            | Event::MouthRestarted
            | Event::ProcessRestarted
            | Event::ServerClosing
            | Event::Abandoned { .. }
    )
}
