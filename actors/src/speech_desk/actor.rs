//! Owns the choice of providers for all calls, and the sound of fixed prompts. Asked by listeners and speakers; works
//! on tasks, so that nobody waits for anybody else. Never touches the audio of a call itself.

use super::Breaker;
use crate::ports::hearing::{Error, HearingRequest, HearingStream};
use crate::ports::observer::Signal;
use crate::ports::speaking::SpeechStream;
use crate::registry::Role;
use crate::world::World;
use bytes::{Bytes, BytesMut};
use jiff::Timestamp;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::collections::HashMap;
use tokio::sync::{mpsc, oneshot};

/// Pieces of sound that may wait between a provider and a speaker.
const PIECES_MAX: usize = 64;

/// Shared speech.
pub struct SpeechDesk;

/// An open stream of hearing, and how fast it takes audio from the past.
pub struct Ears {
    /// The stream.
    pub stream: HearingStream,
    /// Speed for kept audio, in times real time; `None` for any.
    pub catch_up: Option<f32>,
}

/// The sound of a prompt, or why there is none.
pub type Spoken = Result<SpeechStream, Error>;

/// What the speech desk is asked.
pub enum SpeechDeskMsg {
    /// Open a stream of hearing with the best provider that is to be had.
    Listen {
        /// What the recogniser is told.
        request: HearingRequest,
        /// Where the stream goes.
        reply: oneshot::Sender<Result<Ears, Error>>,
    },
    /// Give the sound of a text.
    Speak {
        /// The words.
        text: String,
        /// Whether the sound may be kept.
        fixed: bool,
        /// Voice; none: the provider's own.
        voice: Option<String>,
        /// Where the sound goes.
        reply: oneshot::Sender<Spoken>,
    },
    /// Tell whether a call could be heard and spoken to now, as far as is known.
    Works(oneshot::Sender<bool>),
    /// Name the providers that are being left alone now.
    Resting(oneshot::Sender<Vec<&'static str>>),
    /// A provider was asked, and how it went.
    Report {
        /// Its name.
        provider: &'static str,
        /// Whether it served.
        served: bool,
    },
}

/// What the speech desk holds.
pub struct Desk {
    world: World,
    breakers: HashMap<&'static str, Breaker>,
}

impl Actor for SpeechDesk {
    type Msg = SpeechDeskMsg;
    type State = Desk;
    type Arguments = World;

    async fn pre_start(
        &self,
        _myself: ActorRef<Self::Msg>,
        world: Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(Desk {
            world,
            breakers: HashMap::new(),
        })
    }

    async fn handle(
        &self,
        _myself: ActorRef<Self::Msg>,
        message: Self::Msg,
        desk: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            SpeechDeskMsg::Listen { request, reply } => desk.listen(request, reply),
            SpeechDeskMsg::Speak {
                text,
                fixed,
                voice,
                reply,
            } => desk.speak(text, fixed, voice, reply),
            SpeechDeskMsg::Works(reply) => {
                // Whoever asked may have gone on without.
                let _ = reply.send(desk.works());
            }
            SpeechDeskMsg::Resting(reply) => {
                let _ = reply.send(desk.resting());
            }
            SpeechDeskMsg::Report { provider, served } => {
                let now = desk.world.clock.now();
                let breaker = desk.breakers.entry(provider).or_default();
                breaker.note(served, now);
                let open = breaker.is_open();
                desk.world.note(Signal::Breaker { provider, open });
            }
        }
        Ok(())
    }
}

impl Desk {
    /// Orders providers: those whose breaker is closed first, the others still as a last resort.
    fn order<P: Clone>(&self, providers: &[P], name: impl Fn(&P) -> &'static str) -> Vec<P> {
        let now = self.world.clock.now();
        let (good, resting): (Vec<P>, Vec<P>) = providers.iter().cloned().partition(|provider| {
            self.breakers
                .get(name(provider))
                .is_none_or(|breaker| breaker.allows(now))
        });
        good.into_iter().chain(resting).collect()
    }

    /// Tells whether there is a recogniser and a voice that is not being left alone.
    fn works(&self) -> bool {
        let now = self.world.clock.now();
        let good = |name: &str| {
            self.breakers
                .get(name)
                .is_none_or(|breaker| breaker.allows(now))
        };
        self.world.hearing.iter().any(|one| good(one.name()))
            && self.world.speaking.iter().any(|one| good(one.name()))
    }

    fn resting(&self) -> Vec<&'static str> {
        let now = self.world.clock.now();
        let resting = self.breakers.iter();
        resting
            .filter(|(_, breaker)| !breaker.allows(now))
            .map(|(name, _)| *name)
            .collect()
    }

    fn listen(&self, request: HearingRequest, reply: oneshot::Sender<Result<Ears, Error>>) {
        let providers = self.order(&self.world.hearing, |provider| provider.name());
        let world = self.world.clone();
        tokio::spawn(async move {
            let mut result = Err(no_provider());
            for provider in providers {
                let asked = world.clock.now();
                let opened = provider.open(request.clone()).await;
                report(&world, provider.name(), asked, opened.as_ref().err());
                result = opened.map(|stream| Ears {
                    stream,
                    catch_up: provider.catch_up(),
                });
                if result.is_ok() {
                    break;
                }
            }
            let _ = reply.send(result);
        });
    }

    fn speak(
        &self,
        text: String,
        fixed: bool,
        voice: Option<String>,
        reply: oneshot::Sender<Spoken>,
    ) {
        let providers = self.order(&self.world.speaking, |provider| provider.name());
        let providers = providers.into_iter().map(|provider| {
            let voiced = voice
                .as_deref()
                .and_then(|voice| provider.with_voice(voice));
            voiced.unwrap_or(provider)
        });
        let providers: Vec<_> = providers.collect();
        let world = self.world.clone();
        tokio::spawn(async move {
            let mut result = Err(no_provider());
            for provider in providers {
                let voice = provider.voice();
                if fixed && let Some(sound) = world.prompts.get(&voice, &text).await {
                    result = Ok(whole(sound).await);
                    break;
                }
                let asked = world.clock.now();
                let begun = provider.speak(text.clone()).await;
                report(&world, provider.name(), asked, begun.as_ref().err());
                match begun {
                    Ok(stream) if fixed => {
                        result = Ok(keep(world, voice, text, stream));
                        break;
                    }
                    Ok(stream) => {
                        result = Ok(stream);
                        break;
                    }
                    Err(error) => result = Err(error),
                }
            }
            let _ = reply.send(result);
        });
    }
}

fn no_provider() -> Error {
    Error::Unreachable("no provider of speech is configured".to_owned())
}

fn report(world: &World, provider: &'static str, asked: Timestamp, error: Option<&Error>) {
    let result = match error {
        None => "ok",
        Some(Error::Unauthorised { .. }) => "unauthorised",
        Some(Error::RateLimited(_)) => "rate_limited",
        Some(Error::BadRequest(_)) => "bad_request",
        Some(Error::Unreachable(_)) => "unreachable",
        Some(Error::Broken(_)) => "broken",
    };
    if let Some(error) = error {
        tracing::warn!(provider, %error, "provider of speech did not serve");
    }
    let took = world.clock.now().duration_since(asked).unsigned_abs();
    world.note(Signal::Vendor {
        provider,
        result,
        took,
    });
    let served = error.is_none();
    world
        .registry
        .tell(Role::SpeechDesk, SpeechDeskMsg::Report { provider, served });
}

async fn whole(sound: Bytes) -> SpeechStream {
    let (send, stream) = mpsc::channel(1);
    // The receiver is right here, and there is room for one.
    let _ = send.send(Ok(sound)).await;
    stream
}

/// Passes the sound on and keeps it once it is complete.
fn keep(world: World, voice: String, text: String, mut stream: SpeechStream) -> SpeechStream {
    let (send, kept) = mpsc::channel(PIECES_MAX);
    tokio::spawn(async move {
        let mut all = BytesMut::new();
        while let Some(piece) = stream.recv().await {
            if let Ok(piece) = &piece {
                all.extend_from_slice(piece);
            }
            let failed = piece.is_err();
            if send.send(piece).await.is_err() || failed {
                return;
            }
        }
        if !all.is_empty() {
            world.prompts.put(&voice, &text, all.freeze()).await;
        }
    });
    kept
}
