//! Tells from the words of a question, or the name of a slot, what was just asked.
//!
//! Owns how our own questions and the names of slots map to `Context`. Called by `maitred understand`, which
//! is given texts and names instead of the dialogue's state. Never reads what the caller said.

use super::context::Context;
use super::reading::Slot;
use super::tokens;
use super::wording::Wording;

impl Slot {
    /// Finds the slot that goes by a name such as `people`, `first_name` or `phone_number`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "date" | "day" | "dob" | "date_of_birth" | "birth_date" | "birthdate" | "birthday" => {
                Self::Date
            }
            "time" | "datetime" => Self::Time,
            "party_size" | "people" | "number" | "guests" | "adults" | "kids" => Self::PartySize,
            "name" | "first_name" | "last_name" | "full_name" => Self::Name,
            "phone" | "phone_number" | "telephone" => Self::Phone,
            "email" | "e_mail" | "mail" => Self::Email,
            "address" | "street" | "zip" | "postcode" | "city" => Self::Address,
            _ => return None,
        })
    }
}

impl Context {
    /// Takes over what a question asked for, or that it wants a yes or a no.
    #[must_use]
    pub fn after(mut self, question: &str) -> Self {
        let wording = Wording::new(&tokens::tokenise(question));
        let asks = question.trim_end().ends_with('?');
        self.asked = self.asked.or_else(|| slot_of(&wording).filter(|_| asks));
        let offers = wording.any("else|help|assist|more|anything");
        let open = wording.any("what|how|which|who|where|when");
        self.confirming = self.confirming || asks && !offers && !open;
        self
    }
}

/// What a question that begins to ask for something asks for.
fn slot_of(wording: &Wording) -> Option<Slot> {
    let asks = wording.any("what|which|how many|when|who|may i|can i|could i|please|tell me|could you|can you|would you|do you have|what is");
    let table = [
        (
            "how many|party size|number of people|number of guests",
            Slot::PartySize,
        ),
        (
            "phone|telephone|callback number|number to reach|best number|contact number",
            Slot::Phone,
        ),
        ("email|e mail", Slot::Email),
        ("address|zip|zip code|street", Slot::Address),
        (
            "your name|name for|name on|the name|full name|last name|first name|what name",
            Slot::Name,
        ),
        ("what time|which time|time", Slot::Time),
        ("what day|which day|what date|date|day|when", Slot::Date),
    ];
    let found = table.iter().find(|(words, _)| wording.any(words));
    found.filter(|_| asks).map(|(_, slot)| *slot)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn after(question: &str) -> Context {
        Context::new(date(2026, 3, 10).at(9, 0, 0, 0)).after(question)
    }

    #[test]
    fn a_question_tells_what_it_asks_for() {
        assert_eq!(
            after("How many people will there be?").asked,
            Some(Slot::PartySize)
        );
        assert_eq!(after("What time should we come?").asked, Some(Slot::Time));
        assert_eq!(
            after("And which day would that be?").asked,
            Some(Slot::Date)
        );
        assert_eq!(after("May I have your name?").asked, Some(Slot::Name));
        assert_eq!(
            after("What's the best number to reach you?").asked,
            Some(Slot::Phone)
        );
        assert_eq!(after("Your table is booked.").asked, None);
    }

    #[test]
    fn a_read_back_wants_a_yes_or_a_no_and_an_offer_of_help_does_not() {
        assert!(after("A table for four on Friday at six, is that right?").confirming);
        assert!(!after("Can I help you with anything else?").confirming);
        assert!(!after("What time should we come?").confirming);
        assert!(!after("Your table is booked.").confirming);
    }
}
