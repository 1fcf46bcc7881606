//! Owns one call without a line: every effect is carried out at once, with the real grammar and the real book, and answered by
//! an event at the time of a clock that moves as a call would. Called by the script. Never waits for real time.

use crate::adapters::booking::Ledger;
use crate::adapters::store::Database;
use crate::config::{Config, CurrentProfile};
use anyhow::Context as _;
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};
use maitred_actors::call::{CallState, Effect, Event, Phase, Recorded, decide};
use maitred_actors::grammar::understand;
use maitred_actors::ports::booking::Book as _;
use maitred_actors::ports::carrier;
use maitred_actors::ports::clock::Clock;
use maitred_actors::ports::hearing::Utterance;
use maitred_actors::ports::telephony::{Dialog, Error, Offer};
use maitred_actors::types::{CallId, PhoneNumber, QuestionNo, SipCallId};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

/// How long a letter of a prompt takes to be spoken, in milliseconds.
const LETTER_MS: i64 = 60;
/// How long the caller takes for a sentence, in milliseconds.
const SENTENCE_MS: i64 = 2_000;
/// How long everything else takes, in milliseconds.
const STEP_MS: i64 = 1;

/// A clock that moves when it is told to, in microseconds since 1970.
#[derive(Debug)]
struct ToldClock(AtomicI64);

impl ToldClock {
    fn advance(&self, ms: i64) {
        self.0.fetch_add(ms * 1000, Ordering::SeqCst);
    }
}

impl Clock for ToldClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap_or_default()
    }

    fn new_call_id(&self) -> CallId {
        CallId::new("call_rehearsal")
    }
}

/// A call that is rehearsed.
pub struct Rehearsal {
    state: CallState,
    seq: u64,
    clock: Arc<ToldClock>,
    book: Ledger,
    person_answers: bool,
    todo: VecDeque<Effect>,
    texts: usize,
    told: Vec<String>,
}

impl Rehearsal {
    /// Begins a call from this number, at a local time of the business, and lets it be answered.
    pub async fn begin(
        config: &Config,
        now: Option<DateTime>,
        from: Option<PhoneNumber>,
        real: Timestamp,
    ) -> anyhow::Result<Self> {
        let profile = Arc::clone(&config.business.profile);
        let values = config.values(&config.settings.overrides);
        let settings = config.call_settings(&values, 1, &profile);
        let at = match now {
            Some(now) => now.in_tz(&settings.time_zone)?.timestamp(),
            None => real,
        };
        let clock = Arc::new(ToldClock(AtomicI64::new(at.as_microsecond())));
        let drawn = AtomicUsize::new(1000);
        let book = Ledger::new(
            Database::in_memory().await?,
            Arc::clone(&clock) as _,
            CurrentProfile::fixed(profile),
        )
        .drawing(Arc::new(move |digits| {
            format!("{:0digits$}", drawn.fetch_add(1, Ordering::SeqCst) + 1)
        }));
        let admitted = Recorded {
            call: clock.new_call_id(),
            seq: 1,
            at,
            event: Event::Admitted {
                settings: Box::new(settings),
            },
        };
        let state = CallState::begin(&admitted).context("the call does not begin")?;
        let mut rehearsal = Self {
            state,
            seq: 1,
            clock,
            book,
            person_answers: true,
            todo: VecDeque::new(),
            texts: 0,
            told: Vec::new(),
        };
        rehearsal.event(Event::Rang { offer: offer(from) }).await;
        Ok(rehearsal)
    }

    /// Gives what was said and done since it was asked last, a line each.
    pub fn lines(&mut self) -> Vec<String> {
        std::mem::take(&mut self.told)
    }

    /// Gives the call as it stands.
    pub fn state(&self) -> &CallState {
        &self.state
    }

    /// Gives the time of the call.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Tells whether the call is over.
    pub fn is_over(&self) -> bool {
        matches!(self.state.phase, Phase::Over(_))
    }

    /// Says whether a person takes the call the next time one is called.
    pub fn person_answers(&mut self, answers: bool) {
        self.person_answers = answers;
    }

    /// Has the caller say something.
    pub async fn says(&mut self, text: &str) {
        self.event(Event::SpeechStarted).await;
        self.clock.advance(SENTENCE_MS);
        let utterance = Utterance {
            text: text.to_owned(),
            nbest: Vec::new(),
            confidence: 1.0,
            speech_end_ms: 0,
        };
        self.event(Event::CallerSaid {
            utterance,
            recognised_ms: 0,
        })
        .await;
    }

    /// Has the caller press a key.
    pub async fn presses(&mut self, key: char) {
        self.event(Event::KeyPressed { key }).await;
    }

    /// Has the caller hang up.
    pub async fn hangs_up(&mut self) {
        let reason = "the caller hung up".to_owned();
        let dialog = None;
        self.event(Event::CallerHungUp { dialog, reason }).await;
    }

    /// Lets time pass until the call itself does something, if it waits for anything.
    pub async fn waits(&mut self) {
        let timers = self.state.questions.timers().iter();
        let next = timers.min_by_key(|(_, moment)| **moment);
        let Some((timer, moment)) = next.map(|(timer, moment)| (*timer, *moment)) else {
            return;
        };
        let wait = moment.duration_since(self.now()).max(SignedDuration::ZERO);
        let ms = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        self.told
            .push(format!("({:.1} s later: {timer:?})", wait.as_secs_f64()));
        self.clock.advance(ms);
        self.event(Event::TimeCame { timer }).await;
    }

    /// Takes an event, and everything that follows from it at once.
    async fn event(&mut self, event: Event) {
        self.append(event);
        while let Some(effect) = self.todo.pop_front() {
            self.carry_out(effect).await;
        }
    }

    fn append(&mut self, event: Event) {
        self.clock.advance(STEP_MS);
        self.seq += 1;
        let entry = Recorded {
            call: self.state.call.clone(),
            seq: self.seq,
            at: self.clock.now(),
            event,
        };
        self.todo.extend(decide(&mut self.state, &entry));
        for text in self.state.texts.iter().skip(self.texts) {
            let line = format!("(text to {}: {})", text.to.as_str(), text.body);
            self.told.push(line);
        }
        self.texts = self.state.texts.len();
    }

    async fn carry_out(&mut self, effect: Effect) {
        if let Some(answer) = self.ask_the_book(&effect).await {
            return self.append(answer);
        }
        let event = match effect {
            Effect::Answer { question } | Effect::Reattach { question } => Event::Answered {
                question,
                dialog: Box::new(dialog()),
                recording: None,
            },
            Effect::Say { question, text, .. } => return self.play(question, &text),
            Effect::BePatient(_)
            | Effect::PauseSpeaking
            | Effect::ResumeSpeaking
            | Effect::StopSpeaking { .. }
            | Effect::StopConsult
            | Effect::HoldSlot { .. }
            | Effect::FindOpenings { .. }
            | Effect::FindBookings { .. }
            | Effect::Book { .. }
            | Effect::ChangeBooking { .. }
            | Effect::CancelBooking { .. } => return,
            Effect::Interpret {
                question,
                text,
                nbest,
                context,
            } => Event::Understood {
                question,
                reading: Box::new(understand(&text, &nbest, &context)),
            },
            Effect::StartRecording { question, file } => {
                self.told.push("(the call is recorded)".to_owned());
                Event::RecordingStarted {
                    question,
                    file,
                    result: Ok(()),
                }
            }
            Effect::DiscardRecording { question, .. } => {
                self.told.push("(the recording is deleted)".to_owned());
                Event::RecordingDiscarded {
                    question,
                    result: Ok(()),
                }
            }
            Effect::Transfer { question, to, .. } => self.transferred(question, &to, None),
            Effect::Consult {
                question,
                to,
                whisper,
                ..
            } => self.transferred(question, &to, Some(&whisper)),
            Effect::ReadSession { question, .. } => Event::SessionRead {
                question,
                result: Err(carrier::Error::NotConfigured),
            },
            Effect::Command { question, key, .. } => Event::CommandAnswered {
                question,
                key,
                result: Err(carrier::Error::NotConfigured),
            },
            Effect::HangUp { question } => Event::HungUp { question },
        };
        self.append(event);
    }

    /// Gives the book's answer; none where it is not asked.
    async fn ask_the_book(&self, effect: &Effect) -> Option<Event> {
        let (book, call) = (&self.book, self.state.call.clone());
        Some(match effect.clone() {
            Effect::HoldSlot { question, wanted } => Event::SlotChecked {
                question,
                result: book.hold(call, wanted).await,
            },
            Effect::FindOpenings { question, wanted } => Event::OpeningsFound {
                question,
                result: book.openings(call, wanted).await,
            },
            Effect::FindBookings { question, search } => Event::BookingsFound {
                question,
                result: book.find(search).await,
            },
            Effect::Book {
                question,
                key,
                details,
            } => Event::BookingAnswered {
                question,
                result: book.book(key, call, details).await,
            },
            Effect::ChangeBooking {
                question,
                key,
                number,
                details,
            } => Event::BookingChanged {
                question,
                result: book.change(key, call, number, details).await,
            },
            Effect::CancelBooking {
                question,
                key,
                number,
            } => Event::BookingCancelled {
                question,
                result: book.cancel(key, call, number).await,
            },
            _ => return None,
        })
    }

    fn play(&mut self, question: QuestionNo, text: &str) {
        self.told.push(format!("maitred: {text}"));
        self.append(Event::PromptStarted { question });
        let letters = i64::try_from(text.chars().count()).unwrap_or(i64::MAX / LETTER_MS);
        self.clock.advance(letters * LETTER_MS);
        self.append(Event::PromptPlayed { question });
    }

    fn transferred(
        &mut self,
        question: QuestionNo,
        to: &PhoneNumber,
        whisper: Option<&str>,
    ) -> Event {
        let to = to.as_str();
        if let Some(whisper) = whisper {
            self.told
                .push(format!("({to} is called and told: {whisper})"));
        }
        let result = if self.person_answers {
            self.told.push(format!("({to} takes the caller)"));
            Ok(())
        } else {
            self.told.push(format!("({to} does not answer)"));
            Err(Error::Timeout)
        };
        Event::TransferAnswered { question, result }
    }
}

fn offer(from: Option<PhoneNumber>) -> Offer {
    Offer {
        sip_call_id: SipCallId::new("rehearsal"),
        from,
        from_name: None,
        to: "rehearsal".to_owned(),
        auto_answer: false,
    }
}

/// A dialog that leads nowhere.
fn dialog() -> Dialog {
    Dialog {
        call_id: SipCallId::new("rehearsal"),
        local_tag: String::new(),
        remote_tag: String::new(),
        local_uri: String::new(),
        remote_uri: String::new(),
        local_seq: 0,
        remote_seq: 0,
        route_set: Vec::new(),
        remote_target: String::new(),
        transport: "none".to_owned(),
        codec: "none".to_owned(),
        secured: false,
        remote_media: String::new(),
        of_account: false,
    }
}
