//! Owns the warm transfer: calls the person, tells them who is calling and why, and connects the caller with them.
//! Started by the phone line, one task for each; answers through the journal, like a transfer.

use super::actor::note_failure;
use super::commands::Ask;
use crate::call::Event;
use crate::ports::audio::{BYTES_PER_MS, Leg, LegEvent, PlayoutCommand};
use crate::ports::carrier::{self, Command, PartyRef};
use crate::ports::telephony::{Dialled, Error};
use crate::registry::Role;
use crate::speech_desk::SpeechDeskMsg;
use crate::switchboard::SwitchboardMsg;
use crate::task::OwnedTask;
use crate::types::{PhoneNumber, QuestionNo, SipCallId};
use crate::world::World;
use bytes::Bytes;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, oneshot};

/// The only thing that is played to the person.
const WHISPER: QuestionNo = QuestionNo(1);
/// Silence before the whisper: time to bring the telephone to the ear, in milliseconds.
const BREATH_MS: u64 = 800;
/// Silence in G.711 mu-law.
const SILENCE: u8 = 0xFF;
/// How long the whisper may take to be synthesised and heard.
const WHISPER_MAX: Duration = Duration::from_secs(40);

/// Whom to call, and what they hear.
#[derive(Clone, Debug)]
pub struct Consultation {
    /// The person's number.
    pub to: PhoneNumber,
    /// What the person hears before the caller.
    pub whisper: String,
    /// Voice that says it; none: the provider's own.
    pub voice: Option<String>,
    /// How long it may ring.
    pub ring: Duration,
}

/// A person being called. Dropping it ends the attempt at once.
pub(super) struct Running {
    stop: Arc<Notify>,
    _task: OwnedTask,
}

impl Running {
    /// Lets the person go, unless the caller is being connected with them already.
    pub(super) fn give_up(&self) {
        self.stop.notify_one();
    }
}

/// Starts to call the person.
pub(super) fn start(world: World, ask: Ask, consultation: Consultation) -> Running {
    let stop = Arc::new(Notify::new());
    let given_up = Arc::clone(&stop);
    let task = OwnedTask::spawn(async move {
        let result = consult(&world, &ask, consultation, &given_up).await;
        if let Err(error) = &result {
            tracing::info!(call.id = %ask.call, %error, "nobody took the call");
        }
        let question = ask.question;
        world
            .queue
            .append(&ask.call, Event::TransferAnswered { question, result });
    });
    Running { stop, _task: task }
}

async fn consult(
    world: &World,
    ask: &Ask,
    consultation: Consultation,
    given_up: &Notify,
) -> Result<(), Error> {
    let dialling = SwitchboardMsg::Dialling(consultation.to.clone());
    world.registry.tell(Role::Switchboard, dialling);
    let whisper = sound(world, consultation.whisper, consultation.voice);
    let dialling = world.line.dial(&consultation.to, ask.sip.as_ref());
    let person = tokio::select! {
        () = given_up.notified() => return Err(Error::Timeout),
        person = tokio::time::timeout(consultation.ring, dialling) => {
            person.map_err(|_| Error::Timeout)??
        }
    };
    let Dialled { dialog, leg, party } = person;
    let told = tokio::select! {
        () = given_up.notified() => Err(Error::Timeout),
        told = tokio::time::timeout(WHISPER_MAX, tell(leg, whisper)) => told.unwrap_or(Err(Error::Timeout)),
    };
    let connected = match told {
        Ok(leg) => {
            let other = (dialog.call_id.clone(), party);
            let connected = connect(world, ask, other).await;
            drop(leg);
            connected
        }
        Err(error) => Err(error),
    };
    if connected.is_err() {
        note_failure(&ask.call, world.line.hang_up(&dialog.call_id).await);
    }
    connected
}

/// Connects the caller with the person: by REST where both calls are known to it, else by REFER with Replaces.
async fn connect(
    world: &World,
    ask: &Ask,
    (other, other_party): (SipCallId, Option<PartyRef>),
) -> Result<(), Error> {
    let mut perhaps_done = false;
    if let (Some(party), Some(with)) = (&ask.party, other_party)
        && world.carrier.is_configured()
    {
        match world
            .carrier
            .command(party, &Command::Bridge { with })
            .await
        {
            Ok(_) => return Ok(()),
            Err(error) => {
                perhaps_done = matches!(error, carrier::Error::Unsure(_));
                tracing::warn!(call.id = %ask.call, %error, "bridge by rest failed, trying refer");
            }
        }
    }
    let Some(sip) = &ask.sip else {
        return Err(Error::NoSuchCall);
    };
    match world.line.connect(sip, &other).await {
        Err(Error::NoSuchCall) if perhaps_done => Ok(()),
        result => result,
    }
}

/// Asks for the sound of the whisper while the person's phone rings.
fn sound(world: &World, text: String, voice: Option<String>) -> oneshot::Receiver<Option<Bytes>> {
    let (done, whole) = oneshot::channel();
    let (reply, spoken) = oneshot::channel();
    let message = SpeechDeskMsg::Speak {
        text,
        fixed: false,
        voice,
        reply,
    };
    world.registry.tell(Role::SpeechDesk, message);
    tokio::spawn(async move {
        let sound = match spoken.await {
            Ok(Ok(mut pieces)) => {
                let mut whole = vec![SILENCE; (BREATH_MS * BYTES_PER_MS) as usize];
                while let Some(Ok(piece)) = pieces.recv().await {
                    whole.extend_from_slice(&piece);
                }
                Some(Bytes::from(whole))
            }
            _ => None,
        };
        // The attempt may have been given up meanwhile.
        let _ = done.send(sound);
    });
    whole
}

/// Plays the whisper and waits until it was heard; the leg lives on for the connecting. A whisper that cannot be had is
/// done without: the caller has waited long enough.
async fn tell(mut leg: Leg, whisper: oneshot::Receiver<Option<Bytes>>) -> Result<Leg, Error> {
    let Ok(Some(audio)) = whisper.await else {
        return Ok(leg);
    };
    let length = audio.len() as u64;
    let gone = |_| Error::NoSuchCall;
    leg.playout
        .send(PlayoutCommand::Append {
            utterance: WHISPER,
            offset: 0,
            audio,
        })
        .map_err(gone)?;
    leg.playout
        .send(PlayoutCommand::Finish {
            utterance: WHISPER,
            length,
        })
        .map_err(gone)?;
    loop {
        match leg.events.recv().await {
            Some(LegEvent::Played { .. }) => return Ok(leg),
            Some(_) => {}
            None => return Err(Error::NoSuchCall),
        }
    }
}
