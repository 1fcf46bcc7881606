//! Owns the floor: what becomes of our prompts when the caller makes a sound or presses a key, whether what was said last was
//! heard, and how long the ears and we wait. Called by the conversation. A sound makes us pause at once; words or a key make us
//! stop; a nod or a cough lets us go on where we paused.

use crate::call::decide::say_line;
use crate::call::state::{CallState, Phase};
use crate::call::talk::Talk;
use crate::call::{Effect, Event, Timer};
use crate::dialogue::phrases::Line;
use crate::types::QuestionNo;
use jiff::Timestamp;
use jiff::civil::DateTime;

/// Sounds of somebody who listens. They fell into our prompt, which goes on.
const NODS: [&str; 12] = [
    "mhm", "mm", "hmm", "uh", "huh", "um", "ah", "yeah", "okay", "ok", "right", "sure",
];
/// What is no more than a nod as long as the caller cannot know what is to be agreed to.
const AGREEING: [&str; 8] = [
    "yes", "yep", "yup", "correct", "exactly", "good", "great", "perfect",
];
/// Words that a nod has at most.
const NOD_WORDS: usize = 3;

/// Pause after which pressed digits are taken as whole, in milliseconds.
const KEYS_OVER_MS: i64 = 3_000;

/// Says the dialogue's line, and remembers under which number.
pub(super) fn say_reply(
    state: &mut CallState,
    talk: &mut Talk,
    line: Line,
    at: Timestamp,
) -> Effect {
    let effect = say_line(state, line, at);
    talk.line = effect.question();
    effect
}

/// Pauses what is being said, as the caller makes a sound.
pub(super) fn pause(state: &CallState, talk: &mut Talk) -> Option<Effect> {
    let last = state.questions.last_prompt()?;
    if talk.paused.is_some() || talk.stopped_to >= Some(last) {
        return None;
    }
    talk.paused = Some(last);
    Some(Effect::PauseSpeaking)
}

/// Stops what was paused: the caller has the floor. What was asked for later is still said.
pub(super) fn give_way(talk: &mut Talk) -> Option<Effect> {
    let up_to = talk.paused.take()?;
    talk.stopped_to = Some(up_to);
    Some(Effect::StopSpeaking { up_to })
}

/// Stops what is being said, paused or not, as the caller presses a key.
pub(super) fn give_way_to_a_key(state: &CallState, talk: &mut Talk) -> Option<Effect> {
    // The stop makes the pause superfluous.
    pause(state, talk);
    give_way(talk)
}

/// Goes on with what was paused.
pub(super) fn go_on(talk: &mut Talk) -> Option<Effect> {
    talk.paused.take().map(|_| Effect::ResumeSpeaking)
}

/// Tells whether words only say that somebody listens to the prompt into which they fell.
pub(super) fn is_nod(state: &CallState, talk: &Talk, text: &str, now: DateTime) -> bool {
    let paused = talk
        .paused
        .is_some_and(|last| state.questions.is_speaking_up_to(last));
    if !(paused || talk.cut_short) {
        return false;
    }
    let confirming = talk.dialogue.context(now).confirming;
    if confirming && talk.dialogue.line_is_heard() {
        return false;
    }
    let means_nothing = |word: &str| NODS.contains(&word) || confirming && AGREEING.contains(&word);
    let letters = |word: &str| {
        word.chars()
            .filter(char::is_ascii_alphabetic)
            .collect::<String>()
    };
    let mut words = text
        .split([' ', '-'])
        .map(|word| letters(&word.to_ascii_lowercase()))
        .filter(|word| !word.is_empty());
    words.clone().count() <= NOD_WORDS && words.all(|word| means_nothing(&word))
}

/// Notes how much of the dialogue's last line was heard.
pub(super) fn note_heard(state: &CallState, talk: &mut Talk, event: &Event) {
    let heard = if let Event::PromptPlayed { question } = event {
        Some(*question)
    } else if let Event::PromptPaused {
        question,
        heard_ms,
        left_ms: Some(left_ms),
    } = event
        && all_but_the_question(state, *question, *heard_ms, *left_ms)
    {
        Some(*question)
    } else {
        None
    };
    if heard.is_some() && talk.line == heard {
        talk.dialogue.line_was_heard();
    }
}

/// Tells whether of a prompt no more than its last sentence was missing, which is the question: who answers before it is
/// asked has heard what matters.
fn all_but_the_question(
    state: &CallState,
    question: QuestionNo,
    heard_ms: u64,
    left_ms: u64,
) -> bool {
    let Some(Effect::Say { text, .. }) = state.questions.get(question) else {
        return false;
    };
    let body = text.trim_end_matches(['.', '?', '!']);
    let before = body.rfind(['.', '?', '!']).map_or(text.len(), |at| at + 1);
    heard_ms * text.len() as u64 >= (heard_ms + left_ms) * before as u64
}

/// Has the ears wait as long as the answer to what was asked may take.
pub(in crate::call) fn listen(state: &mut CallState) -> Option<Effect> {
    let Phase::Talking(talk) = &mut state.phase else {
        return None;
    };
    let wanted = talk.dialogue.patience();
    let before = std::mem::replace(&mut talk.patience, wanted);
    (before != wanted).then_some(Effect::BePatient(wanted))
}

/// Asks again for what ears and playout were told, after a restart of the call or of the mouth.
pub(in crate::call) fn ask_again(state: &CallState) -> Vec<Effect> {
    let Phase::Talking(talk) = &state.phase else {
        return Vec::from_iter(state.has_audio().then_some(Effect::ResumeSpeaking));
    };
    let stop = talk.stopped_to.map(|up_to| Effect::StopSpeaking { up_to });
    let pause = match talk.paused {
        Some(_) => Effect::PauseSpeaking,
        None => Effect::ResumeSpeaking,
    };
    let patience = Effect::BePatient(talk.patience);
    stop.into_iter().chain([patience, pause]).collect()
}

/// Tells whether a prompt was told to stop, so that it is not asked for again.
pub(in crate::call) fn was_stopped(state: &CallState, question: QuestionNo) -> bool {
    matches!(&state.phase, Phase::Talking(talk) if talk.stopped_to >= Some(question))
}

/// Tells whether our voice is held back for the caller.
pub(in crate::call) fn is_paused(state: &CallState) -> bool {
    matches!(&state.phase, Phase::Talking(talk) if talk.paused.is_some())
}

/// Sets the patience with a silent caller, unless somebody is speaking or at work.
pub(super) fn wait_for_the_caller(state: &mut CallState, talk: &Talk, at: Timestamp) {
    let busy = talk.hearing || talk.reading.is_some() || talk.booking.is_some();
    if !busy && !state.questions.is_speaking() {
        let times = 1 + i64::from(talk.dialogue.patience().is_long());
        let usual = times * i64::from(state.settings.patience_ms);
        let patience = if talk.dialogue.is_keying() {
            KEYS_OVER_MS
        } else {
            usual
        };
        state.questions.wake(Timer::CallerSilent, at, patience);
    }
}
