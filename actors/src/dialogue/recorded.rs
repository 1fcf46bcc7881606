//! Owns the answer to a caller who does not want to be recorded; the recording itself is the call's. Called by the policy
//! before all else, since it may be said at any moment, beside anything.

use super::conversation::Dialogue;
use super::phrases::{Line, NOT_RECORDED};
use super::reply::{Next, Reply};
use crate::grammar::{Intent, Understanding, refuses_recording};
use jiff::civil::DateTime;

impl Dialogue {
    /// Answers a refusal, and whatever else was said with it; `None` where nobody refuses.
    pub(super) fn about_recording(
        &mut self,
        words: &str,
        reading: &Understanding,
        now: DateTime,
    ) -> Option<Reply> {
        let just_told = self.settings.recording.sentence.is_some() && self.turns() == 1;
        if !refuses_recording(words, just_told) || reading.language.is_some() {
            return None;
        }
        let rest = without_the_refusal(words, reading);
        if brings_nothing(&rest) {
            return Some(self.after(NOT_RECORDED));
        }
        let reply = self.business(words, &rest, now);
        Some(match (reply.say, reply.next) {
            (None, Next::Leave(line, outcome)) => {
                Reply::then(Next::Leave(line.after(NOT_RECORDED), outcome))
            }
            (say, next) => Reply {
                say: Some(match say {
                    Some(line) => line.after(NOT_RECORDED),
                    None => Line::fixed(NOT_RECORDED),
                }),
                next,
            },
        })
    }
}

/// Leaves out of a reading what the words of a refusal are easily taken for: a no, a wish to cancel, a name.
fn without_the_refusal(words: &str, reading: &Understanding) -> Understanding {
    let words = words.to_lowercase();
    let nouns = ["booking", "reservation", "appointment", "party", "event"];
    let names_a_booking = nouns.iter().any(|noun| words.contains(noun));
    let mut rest = Understanding {
        name: None,
        address: None,
        ..reading.clone()
    };
    rest.intents.retain(|scored| match scored.value {
        Intent::Affirm | Intent::Deny | Intent::Repeat | Intent::OutOfScope => false,
        Intent::CancelBooking | Intent::ChangeBooking => names_a_booking,
        Intent::Book
        | Intent::AskPrice
        | Intent::AskAvailability
        | Intent::AskMenu
        | Intent::AskHours
        | Intent::TalkToHuman
        | Intent::Goodbye => true,
    });
    rest
}

fn brings_nothing(reading: &Understanding) -> bool {
    let Understanding {
        intents,
        date,
        time,
        party_size,
        phone,
        email,
        menu,
        dietary,
        occasion,
        budget,
        same_number,
        ..
    } = reading;
    let booking = date.is_some() || time.is_some() || party_size.is_some() || occasion.is_some();
    let contact = phone.is_some() || email.is_some() || *same_number;
    let wishes = !menu.is_empty() || !dietary.is_empty() || budget.is_some();
    intents.is_empty() && !booking && !contact && !wishes
}
