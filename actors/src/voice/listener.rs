//! Owns a call's ears: streams the caller's audio to a recogniser and writes what was heard to the journal. Started by
//! the call's supervisor. When the stream breaks, the audio since the caller began to speak is sent to the next one.

use crate::call::{CallMsg, Event};
use crate::ports::audio::{BYTES_PER_MS, CallerAudio};
use crate::ports::hearing::{Error, Heard, HearingRequest, HearingStream, PatienceWatch};
use crate::ports::observer::{Signal, TurnPart};
use crate::registry::Role;
use crate::speech_desk::{Ears, SpeechDeskMsg};
use crate::task::OwnedTask;
use crate::types::CallId;
use crate::world::World;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tracing::Span;

/// Streams that may fail in a row before the ears are given up.
const FAILURES_MAX: u32 = 10;
/// First pause before a new stream; doubled after each failure.
const PAUSE: Duration = Duration::from_millis(50);
/// Longest pause before a new stream.
const PAUSE_MAX: Duration = Duration::from_secs(2);
/// Time that opening a stream may take, all providers together.
const OPEN_WAIT: Duration = Duration::from_secs(15);
/// Audio sent at once, in bytes: 80 ms.
const PIECE: usize = 80 * BYTES_PER_MS as usize;
/// Audio before the notice of speech that a new stream gets again, in bytes: 1 s.
const LEAD: u64 = 1_000 * BYTES_PER_MS;

/// The ears of one call.
pub struct Listener;

/// What ears are told.
#[derive(Debug)]
pub enum ListenerMsg {
    /// Open a stream.
    Open,
    /// A stream ended; whether it had heard anything, and why it ended.
    Ended(bool, Result<(), Error>),
}

/// What ears need.
pub struct ListenerArgs {
    pub(super) call: CallId,
    pub(super) world: World,
    pub(super) caller: CallerAudio,
    pub(super) heard_to: Arc<AtomicU64>,
    pub(super) patience: PatienceWatch,
}

/// What ears hold.
pub struct Hearing {
    span: Span,
    args: Arc<ListenerArgs>,
    failures: u32,
    _stream: Option<OwnedTask>,
}

impl Actor for Listener {
    type Msg = ListenerMsg;
    type State = Hearing;
    type Arguments = ListenerArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<Self::Msg>,
        args: Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        myself.cast(ListenerMsg::Open)?;
        Ok(Hearing {
            span: Span::current(),
            args: Arc::new(args),
            failures: 0,
            _stream: None,
        })
    }

    async fn handle(
        &self,
        myself: ActorRef<Self::Msg>,
        message: Self::Msg,
        hearing: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        hearing
            .span
            .clone()
            .in_scope(|| hearing.take(myself, message));
        Ok(())
    }
}

impl Hearing {
    fn take(&mut self, myself: ActorRef<ListenerMsg>, message: ListenerMsg) {
        match message {
            ListenerMsg::Open => {
                let args = Arc::clone(&self.args);
                self._stream = Some(OwnedTask::spawn(async move {
                    let mut heard_something = false;
                    let result = listen(&args, &mut heard_something).await;
                    let _ = myself.cast(ListenerMsg::Ended(heard_something, result));
                }));
            }
            ListenerMsg::Ended(_, Ok(())) => self._stream = None,
            ListenerMsg::Ended(heard_something, Err(error)) => {
                self.failures = if heard_something {
                    1
                } else {
                    self.failures + 1
                };
                self.try_again(&myself, &error);
            }
        }
    }

    fn try_again(&self, myself: &ActorRef<ListenerMsg>, error: &Error) {
        let call = &self.args.call;
        tracing::warn!(call.id = %call, %error, failures = self.failures, "stream of hearing ended");
        if self.failures >= FAILURES_MAX {
            let reason = error.to_string();
            self.args
                .world
                .queue
                .append(call, Event::EarsFailed { reason });
            return;
        }
        let pause = PAUSE.saturating_mul(1 << (self.failures.saturating_sub(1)).min(6));
        myself.send_after(pause.min(PAUSE_MAX), || ListenerMsg::Open);
    }
}

/// Serves one stream until the audio is over or the stream breaks.
async fn listen(args: &ListenerArgs, heard_something: &mut bool) -> Result<(), Error> {
    let (reply, answer) = oneshot::channel();
    let ask = SpeechDeskMsg::Listen {
        request: HearingRequest {
            patience: args.patience.clone(),
            ..HearingRequest::default()
        },
        reply,
    };
    if !args.world.registry.tell(Role::SpeechDesk, ask) {
        return Err(Error::Unreachable("speech desk is not there".to_owned()));
    }
    let Ears { stream, catch_up } = match tokio::time::timeout(OPEN_WAIT, answer).await {
        Ok(Ok(ears)) => ears?,
        Ok(Err(_)) | Err(_) => {
            return Err(Error::Unreachable("speech desk gave no answer".to_owned()));
        }
    };
    let HearingStream { audio, mut heard } = stream;
    let began_at = args.heard_to.load(Ordering::SeqCst);
    let mut ears = Stream {
        args,
        began_at,
        in_turn: false,
        text_at: None,
    };
    let sent_to = AtomicU64::new(began_at);
    let pump = pump(args, audio, began_at, catch_up, &sent_to);
    tokio::pin!(pump);
    let mut audio_over = false;
    loop {
        tokio::select! {
            // What was heard goes first, so that nothing is lost when the audio ends.
            biased;
            news = heard.recv() => match news {
                Some(Ok(news)) => {
                    *heard_something = true;
                    ears.take(news, sent_to.load(Ordering::SeqCst));
                }
                Some(Err(error)) => return Err(error),
                None if audio_over => return Ok(()),
                None => return Err(Error::Broken("stream closed by the other side".to_owned())),
            },
            () = &mut pump, if !audio_over => audio_over = true,
        }
        ears.note_position(sent_to.load(Ordering::SeqCst));
    }
}

/// Sends the caller's audio from a position on: at once what is new, and what is old as fast as the provider takes it.
/// Ends when the audio is over or nobody takes it any more.
async fn pump(
    args: &ListenerArgs,
    audio: mpsc::Sender<bytes::Bytes>,
    from: u64,
    catch_up: Option<f32>,
    sent_to: &AtomicU64,
) {
    let piece_ms = PIECE as f32 / BYTES_PER_MS as f32;
    let pace = catch_up.map(|times| Duration::from_secs_f32(piece_ms / 1000.0 / times.max(1.0)));
    let mut position = from;
    while let Some((start, piece)) = args.caller.read(position, PIECE).await {
        if start > position {
            let unheard_ms = (start - position) / BYTES_PER_MS;
            args.world
                .note(Signal::Unheard(Duration::from_millis(unheard_ms)));
        }
        position = start + piece.len() as u64;
        let behind = args.caller.end().saturating_sub(position);
        if audio.send(piece).await.is_err() {
            return;
        }
        sent_to.store(position, Ordering::SeqCst);
        if let Some(pace) = pace
            && behind >= PIECE as u64
        {
            let mut pacing = tokio::time::interval(pace);
            pacing.tick().await;
            pacing.tick().await;
        }
    }
}

/// What one stream has heard so far.
struct Stream<'a> {
    args: &'a ListenerArgs,
    /// Position of the first byte sent on this stream.
    began_at: u64,
    in_turn: bool,
    /// Where the audio stood when the turn's text was first there.
    text_at: Option<u64>,
}

impl Stream<'_> {
    fn take(&mut self, news: Heard, sent_to: u64) {
        match news {
            Heard::SpeechStarted => {
                self.note_position(sent_to);
                self.in_turn = true;
                self.append(Event::SpeechStarted);
            }
            Heard::EagerEndOfTurn(text) => {
                self.text_at = Some(self.args.caller.end());
                self.hint(CallMsg::MayHaveSaid(text));
            }
            Heard::TurnResumed => {
                self.text_at = None;
                self.hint(CallMsg::GoesOn);
            }
            Heard::EndOfTurn(utterance) => {
                let ended_at = self.began_at + utterance.speech_end_ms * BYTES_PER_MS;
                let now_at = self.args.caller.end();
                let late = now_at.saturating_sub(ended_at);
                let text_at = self.text_at.take().unwrap_or(now_at);
                self.note_part(TurnPart::Recognition, ended_at, text_at);
                self.note_part(TurnPart::EndOfTurn, text_at, now_at);
                self.in_turn = false;
                self.args
                    .heard_to
                    .fetch_max(ended_at.min(sent_to), Ordering::SeqCst);
                self.append(Event::CallerSaid {
                    utterance,
                    recognised_ms: late / BYTES_PER_MS,
                });
            }
        }
    }

    /// Remembers where a new stream would have to begin: a little before now, or before the turn that is being spoken.
    fn note_position(&self, sent_to: u64) {
        if !self.in_turn {
            self.args
                .heard_to
                .fetch_max(sent_to.saturating_sub(LEAD), Ordering::SeqCst);
        }
    }

    /// Notes how long a part of the turn took, by the audio that came meanwhile.
    fn note_part(&self, part: TurnPart, from: u64, to: u64) {
        let took = Duration::from_millis(to.saturating_sub(from) / BYTES_PER_MS);
        self.args.world.note(Signal::TurnPart { part, took });
    }

    /// Tells the call what nothing is decided on: it need not be written, and a call that is not there misses nothing.
    fn hint(&self, hint: CallMsg) {
        let call = Role::Call(&self.args.call);
        self.args.world.registry.tell(call, hint);
    }

    fn append(&self, event: Event) {
        self.args.world.queue.append(&self.args.call, event);
    }
}
