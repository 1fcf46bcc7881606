//! Spans of speech and silence, on the clock of the audio.
//!
//! Owns when a span is reported and when it is final. Called by the session with what the modem found and with the
//! passing of audio; it never knows the time of day.

use voice_modem::{Item, SAMPLE_RATE};

use crate::audio_clock::MILLISECOND;
use crate::nova::settings::Settings;

/// Samples between two interim results.
const INTERIM_SAMPLES: u64 = SAMPLE_RATE as u64;

/// Samples after which a span is made final although nothing ended.
const SPAN_SAMPLES: u64 = 3 * SAMPLE_RATE as u64;

/// Something to report.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Event {
    SpeechStarted { at: u64 },
    Results(Span),
    UtteranceEnd { last_word_end: u64 },
}

/// A span of audio with its words.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Span {
    pub(crate) from: u64,
    pub(crate) to: u64,
    pub(crate) words: Vec<Word>,
    /// Stretches of speech that could not be understood.
    pub(crate) damaged: usize,
    pub(crate) is_final: bool,
    pub(crate) speech_final: bool,
    pub(crate) from_finalize: bool,
}

/// A word and the samples it spans.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) from: u64,
    pub(crate) to: u64,
}

/// The span that is not final yet.
#[derive(Debug, Default)]
pub(crate) struct Utterance {
    span: Span,
    last_result: u64,
    /// Whether speech was heard that no endpoint has followed.
    speaking: bool,
    silent_since: Option<u64>,
    /// End of the last word that no `UtteranceEnd` has followed.
    last_word_end: Option<u64>,
}

impl Utterance {
    /// Takes one finding of the modem.
    pub(crate) fn hear(&mut self, item: Item) -> Option<Event> {
        match item {
            Item::CarrierStarted { at_sample } => {
                self.speaking = true;
                self.silent_since = None;
                return Some(Event::SpeechStarted { at: at_sample });
            }
            Item::Word {
                text,
                from_sample,
                to_sample,
            } => {
                self.span.words.push(Word {
                    text,
                    from: from_sample,
                    to: to_sample,
                });
                self.last_word_end = Some(to_sample);
            }
            Item::Damaged { .. } => self.span.damaged += 1,
            Item::CarrierEnded { at_sample } => self.silent_since = Some(at_sample),
        }
        None
    }

    /// Lets audio pass up to a sample; to be called until it gives nothing.
    pub(crate) fn pass(&mut self, now: u64, settings: &Settings) -> Option<Event> {
        if self.speaking
            && let (Some(since), Some(wait)) = (self.silent_since, settings.endpointing_ms)
            && now.saturating_sub(since) >= wait * MILLISECOND
        {
            self.speaking = false;
            // A final may span less audio than the interim results before it.
            let to = since.max(self.span.from);
            return Some(self.finish(
                to,
                Span {
                    speech_final: true,
                    ..Span::default()
                },
            ));
        }
        if let (Some(end), Some(wait)) = (self.last_word_end, settings.utterance_end_ms)
            && now.saturating_sub(end) >= wait * MILLISECOND
        {
            self.last_word_end = None;
            return Some(Event::UtteranceEnd { last_word_end: end });
        }
        if now >= self.span.from + SPAN_SAMPLES {
            return Some(self.finish(now, Span::default()));
        }
        if settings.interim_results && now >= self.last_result + INTERIM_SAMPLES {
            self.last_result = now;
            return Some(Event::Results(Span {
                to: now,
                ..self.span.clone()
            }));
        }
        None
    }

    /// Makes final what is pending, if audio is.
    pub(crate) fn flush(&mut self, now: u64, from_finalize: bool) -> Option<Event> {
        (now > self.span.from).then(|| {
            self.finish(
                now,
                Span {
                    from_finalize,
                    ..Span::default()
                },
            )
        })
    }

    fn finish(&mut self, to: u64, marks: Span) -> Event {
        self.last_result = to;
        let next = Span {
            from: to,
            ..Span::default()
        };
        let span = std::mem::replace(&mut self.span, next);
        Event::Results(Span {
            to,
            is_final: true,
            speech_final: marks.speech_final,
            from_finalize: marks.from_finalize,
            ..span
        })
    }
}
