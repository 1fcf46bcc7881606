//! Owns the merging of what was heard live with what recordings of the call say. Called by the archivist's work. Pure:
//! the same input gives the same transcript. Never changes a word of either.

use super::transcript::{Part, Source, Speaker};
use super::words::{likeness, words};
use crate::ports::archive::{Origin, Spoken};
use crate::ports::journal::{TranscriptTurn, TurnSpeaker};

/// Silence within one voice after which what it says next is another part.
const PAUSE_MS: i64 = 1_200;
/// Likeness from which two texts are the same words.
const ALIKE: f64 = 0.5;
/// Likeness that a text must have to a turn of somebody else than its voice.
const ALIKE_ACROSS: f64 = 0.8;
/// Parts of one side that may be one part of the other.
const JOINED_MAX: usize = 4;
/// How far apart in time two parts may be that are the same by time alone.
const NEAR_MS: i64 = 1_500;

/// One recording as it was written down.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// Who made it.
    pub origin: Origin,
    /// When it begins, in milliseconds from the call's start, as far as is known without its words.
    pub begins_ms: i64,
    /// What is said in it.
    pub spoken: Vec<Spoken>,
}

/// Merges the live turns with the recordings of the same call. One that has no word in common with the live turns begins
/// where it is said to.
pub fn align(turns: &[TranscriptTurn], recordings: &[Heard]) -> Vec<Part> {
    let mut live: Vec<Line> = turns.iter().map(Line::of_turn).collect();
    live.sort_by_key(|line| line.at_ms);
    let mut used = vec![false; live.len()];
    let mut parts = Vec::new();
    let mut others = 0;
    for recording in recordings {
        let mut runs = runs(&recording.spoken);
        name_voices(&mut runs, &live, recording.origin, &mut others);
        let mut pairs = match_words(&live, &runs, &used);
        match_across(&live, &runs, &used, &mut pairs);
        let offset = offset(&live, &runs, &pairs).unwrap_or(recording.begins_ms);
        match_times(&live, &runs, &used, offset, &mut pairs);
        for pair in &pairs {
            pair.live.iter().for_each(|place| used[*place] = true);
            parts.push(pair.part(&live, &runs, offset));
        }
        let matched = |place: usize| pairs.iter().any(|pair| pair.runs.contains(&place));
        let alone = runs
            .iter()
            .enumerate()
            .filter(|(place, _)| !matched(*place));
        parts.extend(alone.map(|(_, run)| Part {
            speaker: run.speaker,
            text: run.text.clone(),
            started_ms: (run.at_ms + offset).max(0),
            source: Source::Recording,
            recording_text: None,
        }));
    }
    let unmatched = live.iter().zip(&used).filter(|(_, used)| !**used);
    parts.extend(unmatched.map(|(line, _)| Part {
        speaker: line.speaker,
        text: line.text.clone(),
        started_ms: line.at_ms,
        source: Source::Live,
        recording_text: None,
    }));
    parts.sort_by_key(|part| part.started_ms);
    parts
}

/// A turn, or what one voice says without a pause.
#[derive(Clone, Debug)]
struct Line {
    speaker: Speaker,
    voice: u32,
    text: String,
    words: Vec<String>,
    at_ms: i64,
    to_ms: i64,
}

impl Line {
    fn of_turn(turn: &TranscriptTurn) -> Self {
        Self {
            speaker: turn.speaker.into(),
            voice: 0,
            text: turn.text.clone(),
            words: words(&turn.text),
            at_ms: turn.started_ms,
            to_ms: turn.started_ms,
        }
    }
}

/// Parts of both sides that are the same words.
struct Pair {
    live: Vec<usize>,
    runs: Vec<usize>,
}

impl Pair {
    fn part(&self, live: &[Line], runs: &[Line], offset: i64) -> Part {
        let join = |lines: &[Line], places: &[usize]| {
            let texts: Vec<&str> = places
                .iter()
                .map(|place| lines[*place].text.as_str())
                .collect();
            texts.join(" ")
        };
        let (text, recorded) = (join(live, &self.live), join(runs, &self.runs));
        let first = &live[self.live[0]];
        // A caller's turn carries the time of its end.
        let started_ms = match first.speaker {
            Speaker::Caller => (runs[self.runs[0]].at_ms + offset).clamp(0, first.at_ms.max(0)),
            Speaker::Agent | Speaker::Other(_) => first.at_ms,
        };
        let differs = words(&text) != words(&recorded);
        Part {
            speaker: first.speaker,
            text,
            started_ms,
            source: Source::Both,
            recording_text: differs.then_some(recorded),
        }
    }
}

/// Joins what one voice says without a pause.
fn runs(spoken: &[Spoken]) -> Vec<Line> {
    let mut sorted: Vec<&Spoken> = spoken
        .iter()
        .filter(|one| !one.text.trim().is_empty())
        .collect();
    sorted.sort_by_key(|one| one.from_ms);
    let mut runs: Vec<Line> = Vec::new();
    for one in sorted {
        let last = runs.iter_mut().rev().find(|run| run.voice == one.voice);
        match last {
            Some(run) if one.from_ms - run.to_ms < PAUSE_MS => {
                run.text = format!("{} {}", run.text, one.text.trim());
                run.words.extend(words(&one.text));
                run.to_ms = run.to_ms.max(one.to_ms);
            }
            _ => runs.push(Line {
                speaker: Speaker::Other(0),
                voice: one.voice,
                text: one.text.trim().to_owned(),
                words: words(&one.text),
                at_ms: one.from_ms,
                to_ms: one.to_ms,
            }),
        }
    }
    runs
}

/// Finds out who each voice of a recording is.
fn name_voices(runs: &mut [Line], live: &[Line], origin: Origin, others: &mut u32) {
    let mut voices: Vec<u32> = runs.iter().map(|run| run.voice).collect();
    voices.sort_unstable();
    voices.dedup();
    for voice in voices {
        let speaker = match (origin, voice) {
            (Origin::Own, 0) => Speaker::Caller,
            (Origin::Own, 1) => Speaker::Agent,
            _ => who(runs, voice, live).unwrap_or_else(|| {
                *others += 1;
                Speaker::Other(*others)
            }),
        };
        let own = runs.iter_mut().filter(|run| run.voice == voice);
        own.for_each(|run| run.speaker = speaker);
    }
}

/// Tells whose live turns a voice repeats.
fn who(runs: &[Line], voice: u32, live: &[Line]) -> Option<Speaker> {
    let sum = |speaker: TurnSpeaker| -> f64 {
        let turns = || live.iter().filter(|turn| turn.speaker == speaker.into());
        let own = runs.iter().filter(|run| run.voice == voice);
        own.map(|run| {
            let best = turns().map(|turn| likeness(&run.words, &turn.words));
            best.fold(0.0, f64::max) * run.words.len() as f64
        })
        .sum()
    };
    let (caller, agent) = (sum(TurnSpeaker::Caller), sum(TurnSpeaker::Agent));
    if caller.max(agent) < ALIKE {
        None
    } else if caller > agent {
        Some(Speaker::Caller)
    } else {
        Some(Speaker::Agent)
    }
}

/// Matches each speaker's turns and runs by their words, in order; one may be up to `JOINED_MAX` of the other.
fn match_words(live: &[Line], runs: &[Line], used: &[bool]) -> Vec<Pair> {
    [Speaker::Caller, Speaker::Agent]
        .into_iter()
        .flat_map(|speaker| {
            let turns: Vec<usize> = (0..live.len())
                .filter(|place| live[*place].speaker == speaker && !used[*place])
                .collect();
            let said: Vec<usize> = (0..runs.len())
                .filter(|place| runs[*place].speaker == speaker)
                .collect();
            in_order(live, runs, &turns, &said)
        })
        .collect()
}

/// How many turns and runs a step takes.
type Step = (usize, usize);

fn in_order(live: &[Line], runs: &[Line], turns: &[usize], said: &[usize]) -> Vec<Pair> {
    let width = said.len() + 1;
    let mut best = vec![0.0_f64; (turns.len() + 1) * width];
    let mut steps: Vec<Step> = vec![(0, 0); best.len()];
    for at in 0..=turns.len() {
        for place in 0..=said.len() {
            let mut consider = |step: Step, score: f64| {
                let total = best[(at - step.0) * width + place - step.1] + score;
                if steps[at * width + place] == (0, 0) || total > best[at * width + place] {
                    best[at * width + place] = total;
                    steps[at * width + place] = step;
                }
            };
            if at > 0 {
                consider((1, 0), 0.0);
            }
            if place > 0 {
                consider((0, 1), 0.0);
            }
            for step in joins(at, place) {
                let one = joined(live, &turns[at - step.0..at]);
                let other = joined(runs, &said[place - step.1..place]);
                let like = likeness(&one, &other);
                if like >= ALIKE {
                    consider(step, like * (one.len() + other.len()) as f64);
                }
            }
        }
    }
    let (mut at, mut place, mut pairs) = (turns.len(), said.len(), Vec::new());
    while at > 0 || place > 0 {
        let step = steps[at * width + place];
        if step.0 > 0 && step.1 > 0 {
            pairs.push(Pair {
                live: turns[at - step.0..at].to_vec(),
                runs: said[place - step.1..place].to_vec(),
            });
        }
        (at, place) = (at - step.0, place - step.1);
    }
    pairs.reverse();
    pairs
}

/// One to one, one turn in several runs, several turns in one run.
fn joins(at: usize, place: usize) -> impl Iterator<Item = Step> {
    let many = (1..=JOINED_MAX).map(|many| (1, many));
    let few = (2..=JOINED_MAX).map(|many| (many, 1));
    many.chain(few)
        .filter(move |step| step.0 <= at && step.1 <= place)
}

fn joined(lines: &[Line], places: &[usize]) -> Vec<String> {
    let words = places.iter().flat_map(|place| lines[*place].words.iter());
    words.cloned().collect()
}

/// Matches what a recording gave to the wrong voice: a whole sentence is enough to tell.
fn match_across(live: &[Line], runs: &[Line], used: &[bool], pairs: &mut Vec<Pair>) {
    for (place, run) in runs.iter().enumerate() {
        if run.words.len() < 3 || pairs.iter().any(|pair| pair.runs.contains(&place)) {
            continue;
        }
        let free =
            |turn: &usize| !used[*turn] && !pairs.iter().any(|pair| pair.live.contains(turn));
        let found = (0..live.len())
            .filter(free)
            .map(|turn| (turn, likeness(&live[turn].words, &run.words)))
            .filter(|(_, like)| *like >= ALIKE_ACROSS)
            .max_by(|one, other| one.1.total_cmp(&other.1));
        if let Some((turn, _)) = found {
            pairs.push(Pair {
                live: vec![turn],
                runs: vec![place],
            });
        }
    }
}

/// Tells where in the call a recording begins: the middle one of what all pairs say.
fn offset(live: &[Line], runs: &[Line], pairs: &[Pair]) -> Option<i64> {
    let mut all: Vec<i64> = pairs
        .iter()
        .filter_map(|pair| {
            let (turn, last) = (&live[*pair.live.first()?], &runs[*pair.runs.last()?]);
            let first = &runs[*pair.runs.first()?];
            Some(match turn.speaker {
                Speaker::Caller => live[*pair.live.last()?].at_ms - last.to_ms,
                Speaker::Agent | Speaker::Other(_) => turn.at_ms - first.at_ms,
            })
        })
        .collect();
    all.sort_unstable();
    all.get(all.len() / 2).copied()
}

/// Matches what is left by time alone: the same speaker at the same moment said the same, whatever was understood.
fn match_times(live: &[Line], runs: &[Line], used: &[bool], offset: i64, pairs: &mut Vec<Pair>) {
    for (place, run) in runs.iter().enumerate() {
        if pairs.iter().any(|pair| pair.runs.contains(&place)) {
            continue;
        }
        let distance = |turn: usize| match live[turn].speaker {
            Speaker::Caller => (live[turn].at_ms - run.to_ms - offset).abs(),
            Speaker::Agent | Speaker::Other(_) => (live[turn].at_ms - run.at_ms - offset).abs(),
        };
        let free = |turn: &usize| {
            live[*turn].speaker == run.speaker
                && !used[*turn]
                && !pairs.iter().any(|pair| pair.live.contains(turn))
        };
        let nearest = (0..live.len())
            .filter(free)
            .min_by_key(|turn| distance(*turn));
        if let Some(turn) = nearest.filter(|turn| distance(*turn) <= NEAR_MS) {
            pairs.push(Pair {
                live: vec![turn],
                runs: vec![place],
            });
        }
    }
}

#[cfg(test)]
#[path = "align_tests.rs"]
mod tests;
