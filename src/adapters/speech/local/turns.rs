//! Owns the turns of a caller as local ears find them: frames with and without voice go in, what to transcribe and
//! what to report come out. Pure: no clock but the audio's, no engine. Called by `hearing`.

use super::waits::wait_ms;
use maitred_actors::ports::hearing::{Heard, Patience, Utterance};

/// Audio before a start that is transcribed with it: what it took to be sure of the voice, and soft consonants.
const PRE_ROLL_MS: u64 = 400;
/// Silence after which transcribing begins, in the hope that the turn is over.
const EARLY_MS: u64 = 96;
/// Longest time by which a turn's end is put off for what may be a voice.
const DOUBT_MS: u64 = 160;
/// Silence after which audio waits for a text that is not there.
const LATE_MS: u64 = 416;
/// Longest turn; what is said beyond it begins a new one.
const TURN_MS_MAX: u64 = 20_000;

/// What follows from a frame or a transcript.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// Tells the heart.
    Report(Heard),
    /// Asks for the text of a stretch of audio, in milliseconds; an earlier request is void.
    Transcribe { from_ms: u64, to_ms: u64 },
    /// Makes the request void.
    Forget,
}

/// What a frame of audio sounds like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Sound {
    #[default]
    Silence,
    /// What may become a voice.
    Doubt,
    Voice,
}

/// Where the caller is.
#[derive(Debug, Default)]
pub(super) struct Turns {
    open: Option<Turn>,
    last: Sound,
    /// Up to where audio belongs to turns that are over.
    done_ms: u64,
    now_ms: u64,
    patience: Patience,
}

#[derive(Debug)]
struct Turn {
    from_ms: u64,
    voice_end_ms: u64,
    text: Text,
    eager: bool,
    /// Ends with its text, however long the silence was.
    must_end: bool,
}

#[derive(Debug)]
enum Text {
    Unasked,
    Asked,
    Known { text: String, confidence: f32 },
}

impl Turns {
    /// Waits for the ends of turns as patiently as this from now on.
    pub(super) fn be_patient(&mut self, patience: Patience) {
        self.patience = patience;
    }

    /// Takes the frame that ends at `end_ms`.
    pub(super) fn frame(&mut self, sound: Sound, end_ms: u64) -> Vec<Step> {
        let voiced = sound == Sound::Voice;
        (self.last, self.now_ms) = (sound, end_ms);
        let Some(turn) = &mut self.open else {
            return if voiced { self.start() } else { Vec::new() };
        };
        let mut steps = Vec::new();
        if voiced {
            turn.voice_end_ms = end_ms;
            if !matches!(turn.text, Text::Unasked) {
                turn.text = Text::Unasked;
                steps.push(Step::Forget);
            }
            if std::mem::take(&mut turn.eager) {
                steps.push(Step::Report(Heard::TurnResumed));
            }
        }
        let early = end_ms - turn.voice_end_ms >= EARLY_MS;
        turn.must_end |= end_ms - turn.from_ms >= TURN_MS_MAX;
        if matches!(turn.text, Text::Unasked) && (early || turn.must_end) {
            turn.text = Text::Asked;
            steps.push(Step::Transcribe {
                from_ms: turn.from_ms,
                to_ms: end_ms,
            });
        }
        steps.extend(self.end_if_due());
        steps
    }

    /// Takes the text that was asked for.
    pub(super) fn transcribed(&mut self, text: String, confidence: f32) -> Vec<Step> {
        let Some(turn) = self
            .open
            .as_mut()
            .filter(|turn| matches!(turn.text, Text::Asked))
        else {
            return Vec::new();
        };
        turn.text = Text::Known {
            text: text.clone(),
            confidence,
        };
        if let Some(end) = self.end_if_due() {
            return vec![end];
        }
        if text.is_empty() {
            return Vec::new();
        }
        if let Some(turn) = &mut self.open {
            turn.eager = true;
        }
        vec![Step::Report(Heard::EagerEndOfTurn(text))]
    }

    /// Says that there will be no more audio; an open turn ends with its text.
    pub(super) fn close(&mut self) -> Vec<Step> {
        let Some(turn) = &mut self.open else {
            return Vec::new();
        };
        turn.must_end = true;
        if matches!(turn.text, Text::Unasked) {
            turn.text = Text::Asked;
            return vec![Step::Transcribe {
                from_ms: turn.from_ms,
                to_ms: self.now_ms,
            }];
        }
        self.end_if_due().into_iter().collect()
    }

    /// Tells whether a turn would be over if only its text were there: time stands still until it is.
    pub(super) fn awaits_text(&self) -> bool {
        let due = |turn: &Turn| turn.must_end || self.now_ms - turn.voice_end_ms >= LATE_MS;
        self.open
            .as_ref()
            .is_some_and(|turn| matches!(turn.text, Text::Asked) && due(turn))
    }

    /// Tells from where on audio may still be transcribed.
    pub(super) fn needed_from_ms(&self) -> u64 {
        let pre_roll_ms = self.now_ms.saturating_sub(PRE_ROLL_MS).max(self.done_ms);
        self.open.as_ref().map_or(pre_roll_ms, |turn| turn.from_ms)
    }

    fn start(&mut self) -> Vec<Step> {
        let (from_ms, voice_end_ms) = (self.needed_from_ms(), self.now_ms);
        self.open = Some(Turn {
            from_ms,
            voice_end_ms,
            text: Text::Unasked,
            eager: false,
            must_end: false,
        });
        vec![Step::Report(Heard::SpeechStarted)]
    }

    fn end_if_due(&mut self) -> Option<Step> {
        let turn = self.open.take()?;
        let silence_ms = self.now_ms - turn.voice_end_ms;
        match turn.text {
            Text::Known { text, confidence }
                if turn.must_end || silence_ms >= self.wait_ms(&text) =>
            {
                self.done_ms = self.now_ms;
                let speech_end_ms = turn.voice_end_ms;
                let said = Utterance {
                    text,
                    nbest: Vec::new(),
                    confidence,
                    speech_end_ms,
                };
                Some(Step::Report(Heard::EndOfTurn(said)))
            }
            _ => {
                self.open = Some(turn);
                None
            }
        }
    }

    /// Tells how much silence ends a turn with this text, for now.
    fn wait_ms(&self, text: &str) -> u64 {
        let doubt_ms = if self.last == Sound::Doubt {
            DOUBT_MS
        } else {
            0
        };
        wait_ms(text, self.patience) + doubt_ms
    }
}

#[cfg(test)]
#[path = "turns_tests.rs"]
mod tests;
