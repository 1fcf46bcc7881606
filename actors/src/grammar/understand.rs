//! Reads one utterance: runs the readers and weighs what they found against what was asked.
//!
//! Owns the order of the readers. Called by everybody through `grammar::understand`. Never holds rules
//! of its own about any one slot.

use super::reading::{Context, Understanding};
use super::wording::Wording;
use super::{address, datetime, email, intents, names, party, phone, tokens};

/// Reads `text` (the recogniser's best guess, with its other guesses in `nbest`) into intents and slots.
#[must_use]
pub fn understand(text: &str, nbest: &[String], context: &Context) -> Understanding {
    let tokens = tokens::tokenise(text);
    let email = email::read(&tokens, context);
    let phone = phone::read(&tokens, context);
    let when = datetime::read(&tokens, context);
    let party_size = party::read(&tokens, &when.taken, context);
    let name = names::read(text, &tokens, nbest, context);
    let slots = when.date.is_some()
        || when.time.is_some()
        || party_size.is_some()
        || name.is_some()
        || phone.is_some()
        || email.is_some();
    let address = address::read(text, &tokens, context);
    let intents = intents::read(&Wording::new(&tokens), slots, context);
    Understanding {
        intents,
        name,
        date: when.date,
        time: when.time,
        party_size,
        same_number: phone.is_none() && phone::is_same_number(&tokens, context),
        phone,
        email,
        address,
        ..Understanding::default()
    }
}
