//! Rehearsals of whole calls without a clock or a socket: `decide` is fed events, and its effects are answered.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a panic is a failed test"
)]

mod ahead;
mod asides;
mod callers;
mod changes;
mod conversations;
mod courses;
mod floor;
mod goals;
mod keys;
mod properties;
mod recording;
mod sessions;
mod stories;

use super::*;
use crate::grammar::understand;
use crate::ports::hearing::Utterance;
use crate::ports::telephony::{Dialog, Offer};
use crate::ports::{booking, carrier};
use crate::types::{AiMode, Booking, CallId, CallSettings, PhoneNumber, QuestionNo, SipCallId};
use jiff::{Timestamp, ToSpan};
use std::collections::VecDeque;
use std::sync::Arc;

/// Settings of a business that is open from 11:00 to 21:00 in UTC.
pub(crate) fn settings() -> CallSettings {
    CallSettings {
        mode: AiMode::FullAuto,
        answers: true,
        greeting: "Thank you for calling. How can I help you?".to_owned(),
        turns_max: 20,
        patience_ms: 6_000,
        business: "My Hibachi Chef".to_owned(),
        time_zone: "UTC".to_owned(),
        opens: jiff::civil::time(11, 0, 0, 0),
        closes: jiff::civil::time(21, 0, 0, 0),
        fallback: None,
        own_extension: None,
        carrier: false,
        consult: None,
        texts: crate::types::Texts::default(),
        recording: crate::types::Recording::default(),
        profile: Arc::default(),
        version: 1,
        voice: None,
        model_ms: None,
    }
}

/// How the book takes a question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mood {
    Fine,
    /// The start is full; so many others are offered.
    Taken(usize),
    Closed,
    TooSoon,
    TooFar,
    TooMany,
    OutOfArea,
    Broken,
    /// No answer comes in time.
    Late,
}

/// Something that the book was asked to commit, and how that came about.
#[derive(Clone, Debug)]
pub(super) struct Commit {
    /// What is committed, as it is to be read back before.
    pub read_back: crate::dialogue::phrases::Question,
    /// What was said before.
    pub said: Vec<String>,
    /// How the caller's last words were read.
    pub reading: crate::grammar::Understanding,
}

/// A call in rehearsal.
pub(super) struct Rehearsal {
    /// How the book takes the next questions; fine when there are no more.
    pub moods: VecDeque<Mood>,
    pub commits: Vec<Commit>,
    /// How the caller's last words were read.
    pub reading: crate::grammar::Understanding,
    late: Vec<QuestionNo>,
    pub state: CallState,
    pub journal: Vec<Recorded>,
    pub said: Vec<String>,
    pub booked: Vec<Booking>,
    /// Bookings that stand already.
    pub stands: Vec<Booking>,
    /// Bookings of parties that are over.
    pub past: Vec<Booking>,
    /// Starts that are full.
    pub full: Vec<jiff::civil::DateTime>,
    pub transferred: Option<PhoneNumber>,
    /// What a reading of the session gives.
    pub session: Result<Vec<PartyStatus>, carrier::Error>,
    /// What comes of calling a person.
    pub person: Result<(), crate::ports::telephony::Error>,
    pub whispered: Vec<String>,
    pub commands: Vec<carrier::Command>,
    /// Files of sound that are there.
    pub recorded: Vec<String>,
    at: Timestamp,
    todo: VecDeque<Effect>,
}

impl Rehearsal {
    pub fn begin(settings: CallSettings) -> Self {
        // A Thursday.
        let at: Timestamp = "2026-06-04T15:00:00Z".parse().unwrap();
        let call = CallId::new("call_1");
        let event = Event::Admitted {
            settings: Box::new(settings),
        };
        let first = Recorded {
            call,
            seq: 1,
            at,
            event,
        };
        Self {
            moods: VecDeque::new(),
            commits: Vec::new(),
            reading: crate::grammar::Understanding::default(),
            late: Vec::new(),
            state: CallState::begin(&first).unwrap(),
            journal: vec![first],
            said: Vec::new(),
            booked: Vec::new(),
            stands: Vec::new(),
            past: Vec::new(),
            full: Vec::new(),
            transferred: None,
            session: Err(carrier::Error::NotConfigured),
            person: Ok(()),
            whispered: Vec::new(),
            commands: Vec::new(),
            recorded: Vec::new(),
            at,
            todo: VecDeque::new(),
        }
    }

    /// A call that was answered and greeted.
    pub fn answered(settings: CallSettings) -> Self {
        let mut call = Self::begin(settings);
        call.rings();
        call
    }

    pub fn rings(&mut self) {
        let offer = Offer {
            sip_call_id: SipCallId::new("sip-1"),
            from: PhoneNumber::parse("+14155550198"),
            from_name: None,
            to: "15551230001".to_owned(),
            auto_answer: false,
        };
        self.happens(Event::Rang { offer });
    }

    pub fn says(&mut self, text: &str) {
        self.happens(Event::SpeechStarted);
        let utterance = Utterance {
            text: text.to_owned(),
            nbest: Vec::new(),
            confidence: 1.0,
            speech_end_ms: 0,
        };
        self.happens(Event::CallerSaid {
            utterance,
            recognised_ms: 100,
        });
    }

    /// Says something, or makes a sound, while a prompt is playing of which as much was heard; gives what follows.
    pub fn says_over(&mut self, question: QuestionNo, text: &str, heard_ms: u64) -> Vec<Effect> {
        self.feed(Event::PromptStarted { question });
        self.feed(Event::SpeechStarted);
        assert_eq!(self.todo.pop_back(), Some(Effect::PauseSpeaking));
        self.feed(Event::PromptPaused {
            question,
            heard_ms,
            left_ms: Some(10_000 - heard_ms),
        });
        self.feed(said(text));
        self.todo.drain(..).collect()
    }

    /// Says something, and answers all that follows but for the last prompt, which is given back with its words.
    pub fn until_said(&mut self, text: &str) -> (QuestionNo, String) {
        self.feed(Event::SpeechStarted);
        self.feed(said(text));
        loop {
            match self.todo.pop_front().unwrap() {
                Effect::Say { question, text, .. } if self.todo.is_empty() => {
                    return (question, text);
                }
                effect => self.answer(effect),
            }
        }
    }

    /// Carries out effects that were taken out, and all that follows.
    pub fn carry_out(&mut self, effects: Vec<Effect>) {
        self.todo.extend(effects);
        while let Some(effect) = self.todo.pop_front() {
            self.answer(effect);
        }
    }

    /// Lets the next timer come.
    pub fn time_passes(&mut self) {
        let next = self
            .state
            .questions
            .timers()
            .iter()
            .min_by_key(|(_, moment)| **moment);
        let (timer, moment) = next.map(|(timer, moment)| (*timer, *moment)).unwrap();
        self.at = moment;
        self.happens(Event::TimeCame { timer });
    }

    /// Lets the caller be silent until that is noticed.
    pub fn silence_passes(&mut self) {
        let timer = Timer::CallerSilent;
        if let Some(moment) = self.state.questions.timers().get(&timer) {
            self.at = self.at.max(*moment);
            self.happens(Event::TimeCame { timer });
        }
    }

    /// Feeds one event, then answers all effects that follow.
    pub fn happens(&mut self, event: Event) {
        self.feed(event);
        self.answer_all();
    }

    /// Answers what is asked; what gets no answer comes too late, and is said to be.
    fn answer_all(&mut self) {
        loop {
            if let Some(effect) = self.todo.pop_front() {
                self.answer(effect);
            } else if let Some(question) = self.late.pop() {
                let timer = Timer::Deadline(question);
                if let Some(moment) = self.state.questions.timers().get(&timer) {
                    self.at = self.at.max(*moment);
                    self.feed(Event::TimeCame { timer });
                }
            } else {
                return;
            }
        }
    }

    /// Presses a key.
    pub fn presses(&mut self, key: char) {
        self.happens(Event::KeyPressed { key });
    }

    /// Makes a sound, words or none, after a prompt that was cut short.
    pub fn sounds(&mut self, text: &str) {
        self.feed(Event::SpeechStarted);
        self.feed(Event::PromptStopped {
            question: stray(),
            heard_ms: 300,
        });
        self.happens(said(text));
    }

    /// Takes the book's mood; `None`: no answer comes.
    fn mood(
        &mut self,
        question: QuestionNo,
        starts: jiff::civil::DateTime,
    ) -> Option<Result<(), booking::Error>> {
        use booking::Refusal;
        let after = |hours: i64| starts.checked_add(hours.hours()).unwrap();
        let refused = |why, alternatives| Err(booking::Error::Refused { why, alternatives });
        Some(match self.moods.pop_front().unwrap_or(Mood::Fine) {
            Mood::Fine => Ok(()),
            Mood::Taken(offers) => Err(booking::Error::Taken {
                alternatives: [24, 2, -2].into_iter().take(offers).map(after).collect(),
            }),
            Mood::Closed => refused(Refusal::Closed, vec![after(2)]),
            Mood::TooSoon => refused(
                Refusal::TooSoon {
                    earliest: after(48),
                },
                vec![after(48), after(72)],
            ),
            Mood::TooFar => refused(
                Refusal::TooFar {
                    latest: jiff::civil::date(2027, 6, 1),
                },
                vec![],
            ),
            Mood::TooMany => refused(Refusal::TooManyGuests { most: 80 }, vec![]),
            Mood::OutOfArea => refused(Refusal::OutOfArea, vec![]),
            Mood::Broken => Err(booking::Error::Unavailable("down".to_owned())),
            Mood::Late => {
                self.late.push(question);
                return None;
            }
        })
    }

    /// Notes what the book is asked to commit.
    fn commits(&mut self, read_back: crate::dialogue::phrases::Question) {
        self.commits.push(Commit {
            read_back,
            said: self.said.clone(),
            reading: self.reading.clone(),
        });
    }

    /// Says something and answers what follows up to the transfer, which is given back unanswered.
    pub fn until_transfer(&mut self, text: &str) -> Effect {
        self.feed(Event::SpeechStarted);
        let utterance = Utterance {
            text: text.to_owned(),
            nbest: Vec::new(),
            confidence: 1.0,
            speech_end_ms: 0,
        };
        self.feed(Event::CallerSaid {
            utterance,
            recognised_ms: 0,
        });
        loop {
            match self.todo.pop_front().unwrap() {
                transfer @ Effect::Transfer { .. } => return transfer,
                effect => self.answer(effect),
            }
        }
    }

    pub fn feed(&mut self, event: Event) {
        self.at = self.at.checked_add(10.milliseconds()).unwrap();
        let seq = self.journal.len() as u64 + 1;
        let entry = Recorded {
            call: self.state.call.clone(),
            seq,
            at: self.at,
            event,
        };
        let effects = decide(&mut self.state, &entry);
        self.journal.push(entry);
        self.todo.extend(effects);
    }

    fn answer(&mut self, effect: Effect) {
        match effect {
            Effect::Answer { question } | Effect::Reattach { question } => {
                self.feed(Event::Answered {
                    question,
                    dialog: Box::new(dialog()),
                    recording: None,
                });
            }
            Effect::Say { question, text, .. } => {
                self.said.push(text);
                self.feed(Event::PromptStarted { question });
                self.feed(Event::PromptPlayed { question });
            }
            Effect::BePatient(_)
            | Effect::PauseSpeaking
            | Effect::ResumeSpeaking
            | Effect::StopSpeaking { .. }
            | Effect::StopConsult => {}
            Effect::StartRecording { question, file } => {
                self.recorded.push(file.clone());
                self.feed(Event::RecordingStarted {
                    question,
                    file,
                    result: Ok(()),
                });
            }
            Effect::DiscardRecording { question, files } => {
                self.recorded.retain(|file| !files.contains(file));
                self.feed(Event::RecordingDiscarded {
                    question,
                    result: Ok(()),
                });
            }
            Effect::ReadSession { question, .. } => {
                let result = self.session.clone();
                self.feed(Event::SessionRead { question, result });
            }
            Effect::Command {
                question,
                key,
                command,
                ..
            } => {
                self.commands.push(command);
                self.feed(Event::CommandAnswered {
                    question,
                    key,
                    result: Ok(carrier::Done::default()),
                });
            }
            Effect::Consult {
                question,
                to,
                whisper,
                ..
            } => {
                self.whispered.push(whisper);
                let result = self.person.clone();
                if result.is_ok() {
                    self.transferred = Some(to);
                }
                self.feed(Event::TransferAnswered { question, result });
            }
            Effect::Interpret {
                question,
                text,
                nbest,
                context,
            } => {
                let reading = Box::new(understand(&text, &nbest, &context));
                self.reading = reading.as_ref().clone();
                self.feed(Event::Understood { question, reading });
            }
            Effect::HoldSlot { question, wanted } => {
                let looked = self.look(wanted.starts);
                let mood = self.mood(question, wanted.starts);
                if let Some(result) = mood.map(|mood| looked.and(mood)) {
                    self.feed(Event::SlotChecked { question, result });
                }
            }
            Effect::FindOpenings { question, wanted } => {
                let first = wanted.starts.date();
                let until = wanted.until.unwrap_or(first);
                let days = std::iter::successors(Some(first), |day| day.tomorrow().ok());
                let wanted_day = |day: &jiff::civil::Date| {
                    let weekday = day.weekday().to_monday_one_offset();
                    wanted.weekday.is_none_or(|one| one == weekday)
                };
                let openings: Vec<jiff::civil::DateTime> = days
                    .take_while(|day| *day <= until)
                    .filter(wanted_day)
                    .flat_map(|day| [11, 14, 18].map(|hour| day.at(hour, 0, 0, 0)))
                    .filter(|start| !self.full.contains(start))
                    .collect();
                if let Some(mood) = self.mood(question, wanted.starts) {
                    let result = match mood {
                        Err(booking::Error::Taken { .. }) => Ok(Vec::new()),
                        other => other.map(|()| openings),
                    };
                    self.feed(Event::OpeningsFound { question, result });
                }
            }
            Effect::FindBookings { question, search } => {
                let found = self.found_by(&search);
                if let Some(mood) = self.mood(question, jiff::civil::DateTime::default()) {
                    let result = match mood {
                        Ok(()) => Ok(found),
                        Err(_) => Err(booking::Error::Unavailable("down".to_owned())),
                    };
                    self.feed(Event::BookingsFound { question, result });
                }
            }
            Effect::ChangeBooking {
                question,
                number,
                details,
                ..
            } => {
                let caller = self.state.line.from().cloned();
                self.commits(crate::dialogue::phrases::read_back(
                    &details,
                    caller.as_ref(),
                ));
                let Some(mood) = self.mood(question, details.starts) else {
                    return;
                };
                if let Err(error) = mood {
                    let result = Err(error);
                    return self.feed(Event::BookingChanged { question, result });
                }
                let found = self.stands.iter_mut().find(|one| one.number == number);
                let result = found.ok_or(booking::Error::NoSuchBooking).map(|booking| {
                    booking.details = details;
                    booking.clone()
                });
                self.feed(Event::BookingChanged { question, result });
            }
            Effect::CancelBooking {
                question, number, ..
            } => {
                let at = self.stands.iter().position(|one| one.number == number);
                let standing = at.map(|at| crate::dialogue::phrases::cancel_this(&self.stands[at]));
                self.commits.extend(standing.map(|read_back| Commit {
                    read_back,
                    said: self.said.clone(),
                    reading: self.reading.clone(),
                }));
                let Some(mood) = self.mood(question, jiff::civil::DateTime::default()) else {
                    return;
                };
                if let Err(booking::Error::Unavailable(why)) = mood {
                    let result = Err(booking::Error::Unavailable(why));
                    return self.feed(Event::BookingCancelled { question, result });
                }
                let result = at
                    .map(|at| self.stands.remove(at))
                    .ok_or(booking::Error::NoSuchBooking);
                self.feed(Event::BookingCancelled { question, result });
            }
            Effect::Book {
                question,
                key,
                details,
            } => {
                let caller = self.state.line.from().cloned();
                self.commits(crate::dialogue::phrases::read_back(
                    &details,
                    caller.as_ref(),
                ));
                let Some(mood) = self.mood(question, details.starts) else {
                    return;
                };
                let result = self.look(details.starts).and(mood).map(|()| {
                    let call = self.state.call.clone();
                    Booking {
                        number: "MH4821".to_owned(),
                        key,
                        call,
                        details,
                        cancelled: false,
                    }
                });
                self.booked.extend(result.iter().cloned());
                self.feed(Event::BookingAnswered { question, result });
            }
            Effect::Transfer { question, to, .. } => {
                self.transferred = Some(to);
                self.feed(Event::TransferAnswered {
                    question,
                    result: Ok(()),
                });
            }
            Effect::HangUp { question } => self.feed(Event::HungUp { question }),
        }
    }

    fn found_by(&self, search: &booking::Search) -> Vec<Booking> {
        let all = if search.past {
            &self.past
        } else {
            &self.stands
        };
        let fits = |one: &&Booking| {
            let details = &one.details;
            search.phone.is_none() || search.phone == details.phone
        };
        let named = |one: &&Booking| {
            let details = &one.details;
            search
                .name
                .as_ref()
                .is_none_or(|name| *name == details.name)
                && search.day.is_none_or(|day| day == details.starts.date())
        };
        all.iter().filter(fits).filter(named).cloned().collect()
    }

    fn look(&self, starts: jiff::civil::DateTime) -> Result<(), booking::Error> {
        if self.full.contains(&starts) {
            let alternatives = vec![starts.checked_add(2.hours()).unwrap()];
            return Err(booking::Error::Taken { alternatives });
        }
        Ok(())
    }

    pub fn outcome(&self) -> Option<Outcome> {
        self.state.outcome()
    }

    pub fn last_said(&self) -> &str {
        self.said.last().map_or("", String::as_str)
    }
}

/// Words of the caller.
pub(super) fn said(text: &str) -> Event {
    let utterance = Utterance {
        text: text.to_owned(),
        nbest: Vec::new(),
        confidence: 1.0,
        speech_end_ms: 0,
    };
    Event::CallerSaid {
        utterance,
        recognised_ms: 100,
    }
}

pub(super) fn dialog() -> Dialog {
    Dialog {
        call_id: SipCallId::new("sip-1"),
        local_tag: "a".to_owned(),
        remote_tag: "b".to_owned(),
        local_uri: "sip:us@example.com".to_owned(),
        remote_uri: "sip:them@example.com".to_owned(),
        local_seq: 0,
        remote_seq: 1,
        route_set: Vec::new(),
        remote_target: "sip:them@127.0.0.1".to_owned(),
        transport: "udp".to_owned(),
        codec: "PCMU/8000".to_owned(),
        secured: false,
        remote_media: "127.0.0.1:4000".to_owned(),
        of_account: false,
    }
}

/// A question that nobody asked.
pub(super) fn stray() -> QuestionNo {
    QuestionNo(9_999)
}
