//! Owns the turns of a caller as local ears find them: frames with and without voice go in, what to transcribe and
//! what to report come out. Pure: no clock but the audio's, no engine. Called by `hearing`.

use super::unfinished::{is_dictating, is_short, is_unfinished};
use maitred_actors::ports::hearing::{Heard, Patience, Utterance};

/// Audio before a start that is transcribed with it: what it took to be sure of the voice, and soft consonants.
const PRE_ROLL_MS: u64 = 400;
/// Silence after which transcribing begins, in the hope that the turn is over.
const EARLY_MS: u64 = 176;
/// Silence that ends a turn of a few words, which are seldom followed by more; and one without any.
const SHORT_MS: u64 = 304;
/// Silence that ends a turn.
const FINISHED_MS: u64 = 416;
/// Silence that ends a turn in which something is spelled or dictated.
const DICTATED_MS: u64 = 1008;
/// Silence that ends a turn whose words lead on.
const UNFINISHED_MS: u64 = 1296;
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

/// Where the caller is.
#[derive(Debug, Default)]
pub(super) struct Turns {
    open: Option<Turn>,
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
    pub(super) fn frame(&mut self, voiced: bool, end_ms: u64) -> Vec<Step> {
        self.now_ms = end_ms;
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
        let due = |turn: &Turn| turn.must_end || self.now_ms - turn.voice_end_ms >= FINISHED_MS;
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

    /// Tells how much silence ends a turn with this text.
    fn wait_ms(&self, text: &str) -> u64 {
        let dictates = is_dictating(text, self.patience == Patience::Long);
        match text {
            "" => SHORT_MS,
            _ if is_unfinished(text) => UNFINISHED_MS,
            _ if dictates => DICTATED_MS,
            _ if is_short(text) => SHORT_MS,
            _ => FINISHED_MS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME_MS: u64 = 16;

    /// Plays voice and silence, by turns beginning with voice, in milliseconds; answers each request at once with
    /// the next text.
    fn played(stretches: &[u64], texts: &[&str]) -> Vec<Step> {
        played_to(Turns::default(), stretches, texts)
    }

    fn played_to(mut turns: Turns, stretches: &[u64], texts: &[&str]) -> Vec<Step> {
        let (mut texts, mut at_ms, mut all) = (texts.iter(), 0, Vec::new());
        for (nth, length_ms) in stretches.iter().enumerate() {
            for _ in 0..length_ms / FRAME_MS {
                at_ms += FRAME_MS;
                for step in turns.frame(nth % 2 == 0, at_ms) {
                    let asked = matches!(step, Step::Transcribe { .. });
                    all.push(step);
                    if asked {
                        all.extend(turns.transcribed((*texts.next().unwrap_or(&"?")).into(), 0.5));
                    }
                }
            }
        }
        all.extend(turns.close());
        all
    }

    fn said(text: &str, speech_end_ms: u64) -> Step {
        Step::Report(Heard::EndOfTurn(Utterance {
            text: text.into(),
            nbest: Vec::new(),
            confidence: 0.5,
            speech_end_ms,
        }))
    }

    fn eager(text: &str) -> Step {
        Step::Report(Heard::EagerEndOfTurn(text.into()))
    }

    #[test]
    fn a_turn_ends_after_a_pause_with_the_text_that_was_ready() {
        let steps = played(&[800, 512], &["Four people."]);
        let wanted = [
            Step::Report(Heard::SpeechStarted),
            Step::Transcribe {
                from_ms: 0,
                to_ms: 976,
            },
            eager("Four people."),
            said("Four people.", 800),
        ];
        assert_eq!(steps, wanted);
    }

    #[test]
    fn a_caller_who_goes_on_is_transcribed_again() {
        let steps = played(&[800, 288, 800, 512], &["Four", "Four people."]);
        let wanted = [
            Step::Report(Heard::SpeechStarted),
            Step::Transcribe {
                from_ms: 0,
                to_ms: 976,
            },
            eager("Four"),
            Step::Forget,
            Step::Report(Heard::TurnResumed),
            Step::Transcribe {
                from_ms: 0,
                to_ms: 2064,
            },
            eager("Four people."),
            said("Four people.", 1888),
        ];
        assert_eq!(steps, wanted);
    }

    #[test]
    fn words_that_lead_on_get_more_time() {
        let steps = played(
            &[800, 1200, 320, 512],
            &["My number is", "My number is secret."],
        );
        assert_eq!(
            steps
                .iter()
                .filter(|step| matches!(step, Step::Report(Heard::EndOfTurn(_))))
                .count(),
            1
        );
        assert_eq!(steps.last(), Some(&said("My number is secret.", 2320)));
        assert!(played(&[800, 1296], &["My number is"]).contains(&said("My number is", 800)));
    }

    /// Counts the turns.
    fn turns_in(steps: &[Step]) -> usize {
        let ends = |step: &&Step| matches!(step, Step::Report(Heard::EndOfTurn(_)));
        steps.iter().filter(ends).count()
    }

    #[test]
    fn a_few_words_end_sooner_than_a_sentence() {
        let sentence = "I would like to book a party for twelve.";
        assert_eq!(
            turns_in(&played(&[800, 320, 320, 416], &["Yes.", "Please."])),
            2
        );
        assert_eq!(
            turns_in(&played(&[800, 320, 320, 416], &[sentence, sentence])),
            1
        );
    }

    #[test]
    fn a_number_in_groups_is_one_turn_and_a_whole_one_does_not_wait() {
        let groups = ["415", "415-555", "415-555-0198."];
        let steps = played(&[800, 640, 800, 640, 800, 432], &groups);
        assert_eq!(turns_in(&steps), 1);
        assert_eq!(steps.last(), Some(&said("415-555-0198.", 3680)));
    }

    #[test]
    fn what_is_dictated_gets_more_time_where_it_was_asked_for() {
        let texts = ["Twelve Elm Street.", "Twelve Elm Street, Oakland."];
        let stretches = [800, 640, 800, 1024];
        let mut turns = Turns::default();
        turns.be_patient(Patience::Long);
        assert_eq!(turns_in(&played_to(turns, &stretches, &texts)), 1);
        assert_eq!(turns_in(&played(&stretches, &texts)), 2);
        let spelled = ["D-E-L.", "D-E-L-G-A-D-O."];
        assert_eq!(turns_in(&played(&stretches, &spelled)), 1);
    }

    #[test]
    fn noise_is_an_empty_turn() {
        let noise = played(&[400, 800], &[""]);
        assert_eq!(noise.last(), Some(&said("", 400)));
        assert!(!noise.contains(&eager("")));
    }

    #[test]
    fn time_stands_still_only_for_a_text_that_is_due() {
        let mut turns = Turns::default();
        let mut due = Vec::new();
        for frame in 1..=77 {
            turns.frame(frame <= 50, frame * FRAME_MS);
            if turns.awaits_text() {
                due.push(frame);
            }
        }
        assert_eq!(due, [76, 77]);
        assert_eq!(turns.transcribed("Yes.".into(), 0.5), [said("Yes.", 800)]);
        assert!(!turns.awaits_text());
    }

    #[test]
    fn a_speech_without_end_is_cut_and_nothing_is_transcribed_twice() {
        let steps = played(&[TURN_MS_MAX + 1600, 512], &["One.", "Two."]);
        let stretches: Vec<_> = steps
            .iter()
            .filter_map(|step| {
                if let Step::Transcribe { from_ms, to_ms } = step {
                    Some((*from_ms, *to_ms))
                } else {
                    None
                }
            })
            .collect();
        assert_eq!(
            stretches,
            [(0, TURN_MS_MAX), (TURN_MS_MAX, TURN_MS_MAX + 1776)]
        );
    }

    #[test]
    fn closing_ends_the_open_turn() {
        let mut turns = Turns::default();
        for frame in 1..=10 {
            turns.frame(true, frame * FRAME_MS);
        }
        assert_eq!(
            turns.close(),
            [Step::Transcribe {
                from_ms: 0,
                to_ms: 160
            }]
        );
        assert!(turns.awaits_text());
        assert_eq!(turns.transcribed("Bye.".into(), 0.5), [said("Bye.", 160)]);
    }
}
