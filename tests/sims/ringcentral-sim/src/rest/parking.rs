//! Calls that wait or move: parked, picked up, flipped to another phone.
//!
//! Owns the park orbits; the table of commands calls it. It never rings anybody itself.

use super::commands::{Asked, Done, next};
use super::error::ApiError;
use super::exchange::Effect;
use crate::webhook::PartyState;

const ORBITS: std::ops::RangeInclusive<u32> = 801..=899;

/// Parks a call in the first free orbit: our leg is over, the call waits as a party of nobody.
pub(super) fn park(asked: &Asked) -> Result<Done, ApiError> {
    let orbit = {
        let state = asked.exchange.state();
        let parties = state.calls.values().flat_map(|call| &call.parties);
        let taken: Vec<&String> = parties
            .filter(|party| party.code == "Parked")
            .filter_map(|party| party.park.as_ref())
            .collect();
        let mut free = ORBITS.map(|number| format!("*{number}"));
        free.find(|orbit| !taken.contains(&orbit))
    };
    let orbit = orbit.ok_or_else(|| ApiError::wrong_state(409))?;
    asked.set("Disconnected", Some("CallPark"));
    let number = leave(asked, &orbit);
    Ok(Done::Created(number))
}

/// Parks a call in an orbit that was named.
pub(super) fn leave_at(asked: &Asked, orbit: &str) {
    leave(asked, orbit);
}

fn leave(asked: &Asked, orbit: &str) -> u32 {
    asked.affect(Effect::Wait(format!("park {orbit}")));
    let party = PartyState {
        extension_id: None,
        park: Some(orbit.to_owned()),
        ..next(asked)
    };
    let number = asked.exchange.join(asked.session, party);
    asked
        .exchange
        .set_party(asked.session, number, "Parked", None);
    number
}

/// Takes a parked call to our device.
pub(super) fn pick_up(asked: &Asked) -> Result<Done, ApiError> {
    asked.device()?;
    let own = asked.exchange.config().extension_id.clone();
    asked.set("Gone", Some("Pickup"));
    let party = PartyState {
        extension_id: Some(own.clone()),
        to: asked.party.to.clone().at(&own),
        ..next(asked)
    };
    let number = asked.exchange.join(asked.session, party);
    let carried = asked.affect(Effect::AnswerOn(number));
    let code = if carried { "Setup" } else { "Answered" };
    asked.exchange.set_party(asked.session, number, code, None);
    Ok(Done::Created(number))
}

/// Moves a call to another phone of the extension: our leg is over, the other one is set up.
pub(super) fn flip(asked: &Asked) -> Result<Done, ApiError> {
    asked.text("callFlipId")?;
    asked.set("Disconnected", Some("CallFlip"));
    asked.affect(Effect::Wait("another phone".to_owned()));
    let number = asked.exchange.join(asked.session, next(asked));
    asked
        .exchange
        .set_party(asked.session, number, "Setup", None);
    Ok(Done::Party(number))
}
