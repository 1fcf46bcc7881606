//! Owns what is done by command: RingCentral's REST first where a call is known to it, SIP where REST is down. Called by
//! the phone line on tasks of their own; answers through the journal.

use crate::call::Event;
use crate::ports::carrier::{self, Command, Done, PartyRef, Target};
use crate::ports::telephony;
use crate::types::{CallId, PhoneNumber, QuestionNo, SessionId, SipCallId};
use crate::world::World;

/// Who asks, and for which party.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Call that asks.
    pub call: CallId,
    /// Number of the question.
    pub question: QuestionNo,
    /// The call's dialog on the line, if it has one.
    pub sip: Option<SipCallId>,
    /// Our party in RingCentral's view, where it is known.
    pub party: Option<PartyRef>,
}

/// Sends the caller to another number, unannounced.
pub(super) async fn transfer(world: World, ask: Ask, to: PhoneNumber) {
    let result = transferred(&world, &ask, &to).await;
    let question = ask.question;
    world
        .queue
        .append(&ask.call, Event::TransferAnswered { question, result });
}

/// By REST; by REFER where REST cannot. Where REST was asked and did not answer, a line that has lost the call by then
/// means that it was done.
async fn transferred(world: &World, ask: &Ask, to: &PhoneNumber) -> Result<(), telephony::Error> {
    let mut perhaps_done = false;
    if let Some(party) = ask.party.as_ref().filter(|_| world.carrier.is_configured()) {
        let command = Command::Transfer {
            to: Target::PhoneNumber(to.clone()),
        };
        match world.carrier.command(party, &command).await {
            Ok(_) => return Ok(()),
            Err(error) => {
                perhaps_done = matches!(error, carrier::Error::Unsure(_));
                tracing::warn!(call.id = %ask.call, %error, "transfer by rest failed, trying refer");
            }
        }
    }
    let Some(sip) = &ask.sip else {
        return Err(telephony::Error::NoSuchCall);
    };
    match world.line.transfer(sip, to).await {
        Err(telephony::Error::NoSuchCall) if perhaps_done => Ok(()),
        result => result,
    }
}

/// Carries out a command, once it is found legal.
pub(super) async fn command(
    world: World,
    ask: Ask,
    code: Option<String>,
    key: Option<String>,
    command: Command,
) {
    let result = commanded(&world, &ask, code.as_deref(), &command).await;
    if let Err(error) = &result {
        tracing::warn!(call.id = %ask.call, command = command.name(), %error, "command was not carried out");
    }
    let question = ask.question;
    let answer = Event::CommandAnswered {
        question,
        key,
        result,
    };
    world.queue.append(&ask.call, answer);
}

async fn commanded(
    world: &World,
    ask: &Ask,
    code: Option<&str>,
    command: &Command,
) -> Result<Done, carrier::Error> {
    if let Command::Press { .. } = command {
        let sip = ask.sip.as_ref().ok_or(carrier::Error::Gone)?;
        return by_line(world, sip, command, carrier::Error::Gone).await;
    }
    let by_rest = match (&ask.party, code) {
        (Some(party), Some(code)) if command.is_legal(code) => {
            world.carrier.command(party, command).await
        }
        (Some(_), _) => return Err(carrier::Error::WrongState),
        (None, _) => Err(carrier::Error::Gone),
    };
    match (by_rest, &ask.sip, command) {
        (Ok(done), _, _) => Ok(done),
        (Err(error), Some(sip), _) => by_line(world, sip, command, error).await,
        (Err(error), None, _) => Err(error),
    }
}

/// Does by SIP what SIP can do too; else gives REST's error back.
async fn by_line(
    world: &World,
    sip: &SipCallId,
    command: &Command,
    error: carrier::Error,
) -> Result<Done, carrier::Error> {
    let done = match command {
        Command::HangUp => world.line.hang_up(sip).await,
        Command::Press { keys } => world.line.press(sip, keys).await,
        Command::Transfer {
            to: Target::PhoneNumber(to),
        } => world.line.transfer(sip, to).await,
        _ => return Err(error),
    };
    done.map(|()| Done::default())
        .map_err(|failed| match failed {
            telephony::Error::NoSuchCall => error,
            failed => carrier::Error::Unavailable(failed.to_string()),
        })
}

/// Reads a session.
pub(super) async fn read_session(
    world: World,
    call: CallId,
    question: QuestionNo,
    session: SessionId,
) {
    let result = world.carrier.session(&session).await;
    world
        .queue
        .append(&call, Event::SessionRead { question, result });
}
