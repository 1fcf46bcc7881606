//! Owns what the guest answers to what was understood, whatever the order of the questions. Called by the guest. Pure:
//! hears text, gives text.

use super::wish::{Part, Wish, plain_words};

/// Asks for the last words once more.
pub(super) const PARDON: &str = "Sorry, could you say that again?";

/// Words by which a question is known, and what it asks for. The one that comes last in a prompt counts.
const QUESTIONS: [(&str, Question); 33] = [
    ("help you", Question::Greeting),
    ("like to book", Question::Greeting),
    ("what day", Question::Needs(Part::Day)),
    ("which day", Question::Needs(Part::Day)),
    ("other day", Question::Needs(Part::Day)),
    ("the month", Question::Needs(Part::Day)),
    ("what time", Question::Needs(Part::Time)),
    ("what hour", Question::Needs(Part::Time)),
    ("just the time", Question::Needs(Part::Time)),
    ("should it start", Question::Needs(Part::Time)),
    ("how many", Question::Needs(Part::People)),
    ("number of guests", Question::Needs(Part::People)),
    ("what name", Question::Needs(Part::Name)),
    ("your name", Question::Needs(Part::Name)),
    ("last name", Question::Needs(Part::Name)),
    ("put it under", Question::Needs(Part::Name)),
    ("house number", Question::Street),
    ("street address", Question::Street),
    ("zip code", Question::Zip),
    ("five digits", Question::Zip),
    ("call you back", Question::Number),
    ("phone number", Question::Number),
    ("is that right", Question::Confirm),
    ("is that correct", Question::Confirm),
    ("that right", Question::Confirm),
    ("shall i book", Question::Confirm),
    ("should i change", Question::Change),
    ("would that work", Question::Agree),
    ("which would you like", Question::Agree),
    ("still there", Question::Presence),
    ("booked for", Question::Nothing),
    ("you're booked", Question::Nothing),
    ("goodbye", Question::Nothing),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    Greeting,
    Needs(Part),
    Street,
    Zip,
    Number,
    Confirm,
    Change,
    Agree,
    Presence,
    Nothing,
}

/// What somebody who listens does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Says this.
    Say(String),
    /// Needs to say nothing.
    Nothing,
    /// Has heard no question yet.
    NotYet,
}

/// A caller with a wish.
pub(super) struct Manners {
    wish: Wish,
    /// Times that a booking was read back.
    read_back: u32,
    /// The part that was wrong when it was read back.
    wrong: Option<Part>,
}

impl Manners {
    /// Gives a caller who wants this.
    pub fn new(wish: Wish) -> Self {
        Self {
            wish,
            read_back: 0,
            wrong: None,
        }
    }

    /// Answers what was heard since the caller last spoke.
    pub fn answer(&mut self, heard: &str) -> Answer {
        let words = plain_words(heard);
        let found = QUESTIONS
            .iter()
            .filter_map(|(phrase, question)| Some((words.rfind(phrase)?, phrase.len(), *question)));
        let Some((_, _, question)) = found.max_by_key(|(at, length, _)| (*at, *length)) else {
            return Answer::NotYet;
        };
        let wish = &self.wish;
        Answer::Say(match question {
            Question::Greeting => {
                format!(
                    "Hello. I'd like to book a party on {}.",
                    wish.said(Part::Day)
                )
            }
            Question::Needs(Part::Name) => format!("My name is {}.", wish.said(Part::Name)),
            Question::Needs(Part::Time) => format!("At {}", wish.said(Part::Time)),
            Question::Needs(Part::People) => format!("We will be {}.", wish.said(Part::People)),
            Question::Needs(Part::Day) => format!("On {}.", wish.said(Part::Day)),
            Question::Street => "It's forty two Oak Street.".to_owned(),
            Question::Zip => "The ZIP code is nine five one one two.".to_owned(),
            Question::Number => "The number I'm calling from.".to_owned(),
            Question::Confirm => self.confirm(&words),
            Question::Change => self.correction(self.wrong.unwrap_or(Part::Day)),
            Question::Agree => "Yes, please.".to_owned(),
            Question::Presence => "Yes, I'm here.".to_owned(),
            Question::Nothing => return Answer::Nothing,
        })
    }

    /// Says yes to what is right, has the rest repeated once, and corrects it once.
    fn confirm(&mut self, words: &str) -> String {
        let parts = [Part::Day, Part::Time, Part::People, Part::Name];
        self.wrong = parts
            .into_iter()
            .find(|part| !self.wish.is_heard(*part, words));
        self.read_back += 1;
        match (self.wrong, self.read_back) {
            (Some(_), 1) => PARDON.to_owned(),
            (Some(part), 2) => format!("No. {}", self.correction(part)),
            _ => "Yes, that's right.".to_owned(),
        }
    }

    fn correction(&self, part: Part) -> String {
        let said = self.wish.said(part);
        match part {
            Part::Day => format!("The party is on {said}."),
            Part::Time => format!("It should start at {said}"),
            Part::People => format!("We will be {said}."),
            Part::Name => format!("The name is {said}."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn manners() -> Manners {
        Manners::new(Wish::near(date(2026, 11, 22)))
    }

    fn said(answer: Answer) -> String {
        match answer {
            Answer::Say(text) => text,
            Answer::Nothing | Answer::NotYet => String::new(),
        }
    }

    #[test]
    fn the_last_question_of_a_prompt_is_answered() {
        let mut manners = manners();
        let prompt = "Thank you for calling. How can I help you?";
        assert!(said(manners.answer(prompt)).contains("Saturday, December fifth"));
        let prompt = "I'm sorry, I didn't get that. What day would you like the party?";
        assert_eq!(said(manners.answer(prompt)), "On Saturday, December fifth.");
        let prompt = "Saturday, December 5th. What time should it start?";
        assert_eq!(said(manners.answer(prompt)), "At six thirty p.m.");
        let prompt = "Are you still there? What name should I put it under?";
        assert_eq!(said(manners.answer(prompt)), "My name is Emily Carter.");
    }

    #[test]
    fn half_a_prompt_and_a_farewell_get_no_answer() {
        let mut manners = manners();
        assert_eq!(
            manners.answer("Thank you for calling My Hibachi Chef."),
            Answer::NotYet
        );
        assert_eq!(
            manners.answer("You're booked for Saturday, December 5th."),
            Answer::Nothing
        );
    }

    #[test]
    fn a_wrong_read_back_is_asked_for_again_and_then_corrected() {
        let wrong =
            "Saturday, December 5th at 6:30 p.m. for 20 people under Emily Carter. Is that right?";
        let right =
            "Saturday, December 5th at 6:30 p.m. for 12 people under Emily Carter. Is that right?";
        let mut manners = manners();
        assert_eq!(said(manners.answer(wrong)), PARDON);
        assert_eq!(said(manners.answer(wrong)), "No. We will be twelve people.");
        assert_eq!(said(manners.answer(right)), "Yes, that's right.");
    }
}
