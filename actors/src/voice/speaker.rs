//! Owns a call's mouth: prompts in order, from the speech desk to the playout. Started by the call's supervisor.
//! Asked twice for the same prompt, it speaks it once and reports its end again. What may be said next it has prepared, and
//! says nothing of it until it is asked to.

use super::prepared::{KEPT_FOR, Prepared, Words};
use crate::call::Event;
use crate::ports::audio::PlayoutCommand;
use crate::speech_desk::Spoken;
use crate::task::OwnedTask;
use crate::types::{CallId, QuestionNo};
use crate::world::World;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tracing::Span;

/// Tries to synthesise one prompt, over all providers.
const TRIES: u32 = 3;
/// Time that the next piece of sound may take.
const PIECE_WAIT: Duration = Duration::from_secs(5);

/// The mouth of one call.
pub struct Speaker;

/// What a mouth is told.
#[derive(Clone, Debug)]
pub enum SpeakerMsg {
    /// Speak, after everything asked for before.
    Say {
        /// Question under which it is spoken.
        question: QuestionNo,
        /// The words.
        words: Words,
    },
    /// Have the sound of this made, in case it is said next.
    Prepare(Words),
    /// What was prepared is not wanted any more.
    Forget,
    /// The preparation of this number has waited for too long.
    Stale(u64),
    /// Fall silent, and keep everything asked for.
    Pause,
    /// Go on after a pause.
    Resume,
    /// Fall silent and forget everything asked for up to this question.
    Stop {
        /// Question of the last prompt that is not wanted any more.
        up_to: QuestionNo,
    },
    /// All sound of a prompt is in the playout, or could not be had.
    Done {
        /// Question under which it was spoken.
        question: QuestionNo,
        /// Length of the sound in bytes, or why there is none.
        result: Result<u64, String>,
    },
}

/// What a mouth needs.
pub struct SpeakerArgs {
    pub(super) call: CallId,
    pub(super) world: World,
    pub(super) playout: mpsc::UnboundedSender<PlayoutCommand>,
}

/// What a mouth holds.
pub struct Mouth {
    args: SpeakerArgs,
    span: Span,
    waiting: VecDeque<Prompt>,
    speaking: Option<Speaking>,
    prepared: Prepared,
    /// Prompts that are in the playout, with their length, or that were dropped before any sound.
    ended: HashMap<QuestionNo, Option<u64>>,
}

struct Prompt {
    question: QuestionNo,
    words: Words,
}

struct Speaking {
    question: QuestionNo,
    /// Whether the playout has some of it, so that it will report the end.
    sounded: Arc<AtomicBool>,
    _task: OwnedTask,
}

impl Actor for Speaker {
    type Msg = SpeakerMsg;
    type State = Mouth;
    type Arguments = SpeakerArgs;

    async fn pre_start(
        &self,
        _myself: ActorRef<Self::Msg>,
        args: Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(Mouth {
            args,
            span: Span::current(),
            waiting: VecDeque::new(),
            speaking: None,
            prepared: Prepared::default(),
            ended: HashMap::new(),
        })
    }

    async fn handle(
        &self,
        myself: ActorRef<Self::Msg>,
        message: Self::Msg,
        mouth: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        mouth.span.clone().in_scope(|| mouth.take(&myself, message));
        Ok(())
    }
}

impl Mouth {
    fn take(&mut self, myself: &ActorRef<SpeakerMsg>, message: SpeakerMsg) {
        match message {
            SpeakerMsg::Say { question, words } => self.say(Prompt { question, words }),
            SpeakerMsg::Prepare(words) => self.prepare(myself, words),
            SpeakerMsg::Forget => self.prepared.forget(&self.args.world),
            SpeakerMsg::Stale(number) => self.prepared.expire(number, &self.args.world),
            SpeakerMsg::Pause => self.tell_the_playout(PlayoutCommand::Pause),
            SpeakerMsg::Resume => self.tell_the_playout(PlayoutCommand::Resume),
            SpeakerMsg::Stop { up_to } => self.stop(up_to),
            SpeakerMsg::Done { question, result } => self.done(question, result),
        }
        self.go_on(myself);
    }

    fn say(&mut self, prompt: Prompt) {
        let question = prompt.question;
        let known = self
            .speaking
            .as_ref()
            .is_some_and(|speaking| speaking.question == question)
            || self
                .waiting
                .iter()
                .any(|waiting| waiting.question == question);
        match self.ended.get(&question) {
            _ if known => {}
            Some(Some(length)) => self.finish(question, *length),
            Some(None) => self.dropped(question),
            None => self.waiting.push_back(prompt),
        }
    }

    fn prepare(&mut self, myself: &ActorRef<SpeakerMsg>, words: Words) {
        if let Some(number) = self.prepared.prepare(words, &self.args.world) {
            myself.send_after(KEPT_FOR, move || SpeakerMsg::Stale(number));
        }
    }

    fn stop(&mut self, up_to: QuestionNo) {
        if let Some(speaking) = self.speaking.take_if(|now| now.question <= up_to) {
            if speaking.sounded.load(Ordering::SeqCst) {
                self.ended.insert(speaking.question, Some(0));
            } else {
                self.dropped(speaking.question);
            }
        }
        while let Some(prompt) = self.waiting.pop_front_if(|next| next.question <= up_to) {
            self.dropped(prompt.question);
        }
        self.tell_the_playout(PlayoutCommand::Stop { up_to });
    }

    fn done(&mut self, question: QuestionNo, result: Result<u64, String>) {
        if self.speaking.as_ref().map(|speaking| speaking.question) != Some(question) {
            return;
        }
        self.speaking = None;
        match result {
            Ok(length) => {
                self.ended.insert(question, Some(length));
                self.finish(question, length);
            }
            Err(reason) => self.append(Event::PromptFailed { question, reason }),
        }
    }

    /// Says that a prompt ended before any of it could be heard.
    fn dropped(&mut self, question: QuestionNo) {
        self.ended.insert(question, None);
        self.append(Event::PromptStopped {
            question,
            heard_ms: 0,
        });
    }

    fn finish(&self, utterance: QuestionNo, length: u64) {
        self.tell_the_playout(PlayoutCommand::Finish { utterance, length });
    }

    fn tell_the_playout(&self, command: PlayoutCommand) {
        // A leg that has ended plays nothing any more.
        let _ = self.args.playout.send(command);
    }

    fn go_on(&mut self, myself: &ActorRef<SpeakerMsg>) {
        if self.speaking.is_some() {
            return;
        }
        let Some(prompt) = self.waiting.pop_front() else {
            return;
        };
        let question = prompt.question;
        let sounded = Arc::new(AtomicBool::new(false));
        let prepared = self.prepared.take(&prompt.words, &self.args.world);
        let job = Job {
            world: self.args.world.clone(),
            playout: self.args.playout.clone(),
            sounded: Arc::clone(&sounded),
            prompt,
        };
        let myself = myself.clone();
        let task = OwnedTask::spawn(async move {
            let result = job.run(prepared).await;
            let _ = myself.cast(SpeakerMsg::Done { question, result });
        });
        self.speaking = Some(Speaking {
            question,
            sounded,
            _task: task,
        });
    }

    fn append(&self, event: Event) {
        self.args.world.queue.append(&self.args.call, event);
    }
}

/// One prompt on its way to the playout.
struct Job {
    world: World,
    playout: mpsc::UnboundedSender<PlayoutCommand>,
    sounded: Arc<AtomicBool>,
    prompt: Prompt,
}

impl Job {
    async fn run(&self, mut prepared: Option<oneshot::Receiver<Spoken>>) -> Result<u64, String> {
        let mut why = String::new();
        for _ in 0..TRIES {
            match self.speak(prepared.take()).await {
                Ok(length) => return Ok(length),
                Err(reason) => why = reason,
            }
        }
        Err(why)
    }

    /// Puts the sound of the whole prompt into the playout, which ignores what it has already.
    async fn speak(&self, prepared: Option<oneshot::Receiver<Spoken>>) -> Result<u64, String> {
        let asked = prepared.or_else(|| self.prompt.words.ask_for_sound(&self.world));
        let Some(answer) = asked else {
            return Err("speech desk is not there".to_owned());
        };
        let opened = tokio::time::timeout(PIECE_WAIT, answer).await;
        let mut sound = match opened {
            Ok(Ok(Ok(sound))) => sound,
            Ok(Ok(Err(error))) => return Err(error.to_string()),
            Ok(Err(_)) | Err(_) => return Err("speech desk gave no answer".to_owned()),
        };
        let utterance = self.prompt.question;
        let mut offset = 0_u64;
        loop {
            match tokio::time::timeout(PIECE_WAIT, sound.recv()).await {
                Ok(Some(Ok(audio))) => {
                    let length = audio.len() as u64;
                    self.sounded.store(true, Ordering::SeqCst);
                    let _ = self.playout.send(PlayoutCommand::Append {
                        utterance,
                        offset,
                        audio,
                    });
                    offset += length;
                }
                Ok(Some(Err(error))) => return Err(error.to_string()),
                Ok(None) if offset == 0 => return Err("no sound came".to_owned()),
                Ok(None) => return Ok(offset),
                Err(_) => return Err("sound stopped coming".to_owned()),
            }
        }
    }
}
