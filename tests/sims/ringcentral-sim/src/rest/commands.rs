//! The commands to a party: in which state each is taken, what it changes, what the line must do.
//!
//! Owns the table of commands; the path of parties calls it. It never moves audio.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::error::ApiError;
use super::exchange::{Effect, Exchange};
use crate::webhook::{Endpoint, PartyState};

/// Holds a command that is allowed in the party's state.
pub(super) struct Asked<'a> {
    pub exchange: &'a Exchange,
    pub session: &'a str,
    pub party: PartyState,
    pub body: &'a Value,
}

/// Says how a command is answered.
pub(super) enum Done {
    /// With 200 and this party.
    Party(u32),
    /// With 201 and this party.
    Created(u32),
    /// With 200 and this JSON.
    Json(Value),
    /// With 204.
    Nothing,
}

struct Command {
    name: &'static str,
    states: &'static [&'static str],
    /// Is the status of a refusal in another state: 403 with TAS-101, or 409 with TAS-102.
    refusal: u16,
    run: fn(&Asked) -> Result<Done, ApiError>,
}

const RINGING: &[&str] = &["Setup", "Proceeding"];
const TALKING: &[&str] = &["Answered", "Hold"];
const COMMANDS: &[Command] = &[
    command("answer", RINGING, 409, answer),
    command("reject", RINGING, 409, reject),
    command("ignore", RINGING, 409, ignore),
    command("reply", RINGING, 409, reply),
    command("forward", RINGING, 409, forward),
    command("transfer", TALKING, 403, transfer),
    command("hold", &["Answered"], 409, hold),
    command("unhold", &["Hold"], 409, unhold),
    command("flip", &["Answered"], 403, super::parking::flip),
    command("park", TALKING, 403, super::parking::park),
    command("pickup", &["Parked"], 409, super::parking::pick_up),
    command("bridge", TALKING, 403, super::joining::bridge),
    command("supervise", TALKING, 403, super::joining::supervise),
];

const fn command(
    name: &'static str,
    states: &'static [&'static str],
    refusal: u16,
    run: fn(&Asked) -> Result<Done, ApiError>,
) -> Command {
    Command {
        name,
        states,
        refusal,
        run,
    }
}

/// Carries out the command of that name, or says why not.
pub(super) fn carry_out(
    exchange: &Exchange,
    session: &str,
    party_id: &str,
    name: &str,
    body: &Value,
) -> Result<Response, ApiError> {
    let command = COMMANDS
        .iter()
        .find(|one| one.name == name)
        .ok_or_else(|| ApiError::new(404, "CMN-120", "Unknown URI"))?;
    // Anybody may take a parked call, and a supervisor listens to others.
    let party = match name {
        "pickup" | "supervise" => exchange.any_party(session, party_id)?,
        _ => exchange.own_party(session, party_id)?,
    };
    if !command.states.contains(&party.code.as_str()) {
        return Err(ApiError::wrong_state(command.refusal));
    }
    let asked = Asked {
        exchange,
        session,
        party,
        body,
    };
    let shown = |status: StatusCode, number| {
        let party = exchange.party_json(session, number)?;
        Ok((status, Json(party)).into_response())
    };
    match (command.run)(&asked)? {
        Done::Party(number) => shown(StatusCode::OK, number),
        Done::Created(number) => shown(StatusCode::CREATED, number),
        Done::Json(body) => Ok(Json(body).into_response()),
        Done::Nothing => Ok(StatusCode::NO_CONTENT.into_response()),
    }
}

impl Asked<'_> {
    pub fn set(&self, code: &str, reason: Option<&str>) {
        self.exchange
            .set_party(self.session, self.party.number, code, reason);
    }

    pub fn affect(&self, effect: Effect) -> bool {
        self.exchange.affect(self.session, effect)
    }

    pub fn text(&self, name: &'static str) -> Result<&str, ApiError> {
        let text = self.body[name].as_str().filter(|text| !text.is_empty());
        text.ok_or_else(|| ApiError::invalid(name))
    }

    pub fn device(&self) -> Result<(), ApiError> {
        let device = self.text("deviceId")?;
        let sip = self.exchange.config().sip.as_ref();
        match sip.is_none_or(|sip| sip.account.authorization_id == device) {
            true => Ok(()),
            false => Err(ApiError::not_found("deviceId")),
        }
    }
}

fn answer(asked: &Asked) -> Result<Done, ApiError> {
    asked.device()?;
    let number = asked.party.number;
    if !asked.affect(Effect::AnswerOn(number)) {
        asked.set("Answered", None);
    }
    // The party counts as answered while the device is being rung.
    let mut shown = asked.exchange.party_json(asked.session, number)?;
    shown["status"]["code"] = json!("Answered");
    Ok(Done::Json(shown))
}

fn reject(asked: &Asked) -> Result<Done, ApiError> {
    asked.set("Disconnected", Some("Rejected"));
    asked.affect(Effect::EndLeg);
    Ok(Done::Nothing)
}

/// Skips this agent of a queue: our leg is over, the caller waits for the next one.
fn ignore(asked: &Asked) -> Result<Done, ApiError> {
    asked.device()?;
    asked.set("Disconnected", Some("AgentDropped"));
    asked.affect(Effect::Wait("the queue".to_owned()));
    Ok(Done::Nothing)
}

/// Speaks to the caller in our place: the call is taken from us.
fn reply(asked: &Asked) -> Result<Done, ApiError> {
    let text = asked.body["replyWithText"].as_str();
    let pattern = asked.body["replyWithPattern"]["pattern"].as_str();
    let said = text.or(pattern).filter(|said| !said.is_empty());
    let said = said.ok_or_else(|| ApiError::invalid("replyWithText"))?;
    asked.set("Setup", Some("CallReplied"));
    asked.affect(Effect::Wait(format!("a reply: {said}")));
    asked.set("Disconnected", Some("CallReplied"));
    Ok(Done::Party(asked.party.number))
}

fn hold(asked: &Asked) -> Result<Done, ApiError> {
    asked.set("Hold", None);
    Ok(Done::Party(asked.party.number))
}

fn unhold(asked: &Asked) -> Result<Done, ApiError> {
    asked.set("Answered", None);
    Ok(Done::Party(asked.party.number))
}

fn forward(asked: &Asked) -> Result<Done, ApiError> {
    let targets = ["phoneNumber", "extensionNumber", "extensionId", "voicemail"];
    redirect(asked, &targets)
}

fn transfer(asked: &Asked) -> Result<Done, ApiError> {
    let targets = [
        "phoneNumber",
        "extensionNumber",
        "extensionId",
        "voicemail",
        "parkOrbit",
    ];
    redirect(asked, &targets)
}

/// Sends the caller elsewhere: our party is over, the caller's is not.
fn redirect(asked: &Asked, targets: &[&str]) -> Result<Done, ApiError> {
    let named: Vec<&&str> = targets
        .iter()
        .filter(|name| asked.body.get(**name).is_some())
        .collect();
    let [name] = named[..] else {
        return Err(ApiError::invalid("phoneNumber"));
    };
    let target = asked.body[*name].as_str().filter(|to| !to.is_empty());
    let target = target.ok_or_else(|| ApiError::invalid("phoneNumber"))?;
    asked.set("Disconnected", Some("BlindTransfer"));
    match *name {
        "voicemail" => {
            asked.affect(Effect::Wait("voicemail".to_owned()));
            let party = PartyState {
                extension_id: Some(target.to_owned()),
                to: Endpoint::default().at(target),
                ..next(asked)
            };
            let number = asked.exchange.join(asked.session, party);
            asked
                .exchange
                .set_party(asked.session, number, "VoiceMail", None);
        }
        "parkOrbit" => super::parking::leave_at(asked, target),
        _ => {
            asked.affect(Effect::Redirected(asked.body.clone()));
        }
    }
    Ok(Done::Party(asked.party.number))
}

/// Describes whoever comes after our party: called like it, by the same caller.
pub(super) fn next(asked: &Asked) -> PartyState {
    PartyState {
        extension_id: asked.party.extension_id.clone(),
        inbound: true,
        from: asked.party.from.clone(),
        to: asked.party.to.clone(),
        ..PartyState::default()
    }
}
