//! What must hold of every conversation, whatever the caller says and the book answers. What once did not hold is a named
//! test in `courses`.

use super::callers::{act, act_out, booking_words, house, moods, ring};
use super::goals::business;
use super::*;
use crate::dialogue::phrases::{self, Line};
use crate::grammar::{DateReading, Intent, Slot, TimeReading, Understanding};
use proptest::prelude::*;

/// Fails if anything was committed but what was read back and affirmed: just before, or with nothing between but the answer to a
/// question.
pub fn every_commit_was_affirmed(call: &Rehearsal) {
    let leads = ["Let me read that back: ", "Once more: "];
    let short = phrases::as_read_back();
    for commit in &call.commits {
        let wordings = commit.read_back.wordings();
        let reads_back = |said: &&String| leads.iter().any(|lead| said.contains(lead));
        let asks_only = |said: &str| {
            let mut short = short.wordings().iter();
            short.any(|wording| said.ends_with(&wording.text))
        };
        let (last, before) = commit.said.split_last().unwrap();
        let read_back = match asks_only(last) {
            true => before.iter().rfind(reads_back).unwrap(),
            false => last,
        };
        assert!(
            wordings
                .iter()
                .any(|wording| read_back.ends_with(&wording.text)),
            "{:?} was not read back: {:?}",
            wordings[0].text,
            call.said
        );
        assert!(commit.reading.has(Intent::Affirm), "{:?}", call.said);
    }
}

/// Fails if a question was heard more than twice in the same words.
pub fn no_question_is_worn_out(call: &Rehearsal) {
    let mut heard: Vec<(String, u32)> = Vec::new();
    for said in &call.said {
        let from = ["Let me read that back", "Once more: "]
            .iter()
            .find_map(|lead| said.find(lead));
        let line = Line::own(&said[from.unwrap_or(0)..]);
        let asks = line.asks();
        let is_question = asks.contains('?') || asks.starts_with("Please");
        if !is_question {
            continue;
        }
        match heard.iter_mut().find(|(before, _)| before == asks) {
            Some((_, times)) => *times += 1,
            None => heard.push((asks.to_owned(), 1)),
        }
    }
    let worn = heard.iter().find(|(_, times)| *times > 2);
    assert!(worn.is_none(), "{worn:?} in {:#?}", call.said);
}

/// Fails if a voice would stumble: over digits and signs, or over a sentence that takes more than a breath. What callers said
/// themselves is read back as they said it.
pub fn every_line_is_speakable(call: &Rehearsal) {
    let is_quoted = |said: &str| {
        ["I'll pass this on", "the message"]
            .iter()
            .any(|lead| said.contains(lead))
    };
    for said in call.said.iter().filter(|said| !is_quoted(said)) {
        assert!(
            !said.contains(|one: char| one.is_ascii_digit() || "$%/&@#".contains(one)),
            "{said}"
        );
        assert!(
            !said.contains("  ") && !said.contains("..") && !said.contains(" ,"),
            "{said}"
        );
        let read_back = said.contains("under ") || said.contains(" in all");
        let longest = said
            .split(". ")
            .map(|sentence| sentence.split_whitespace().count())
            .max();
        assert!(
            read_back || longest.is_none_or(|words| words <= 30),
            "{longest:?} words: {said}"
        );
    }
}

fn slots(call: &Rehearsal) -> Option<crate::dialogue::Slots> {
    match &call.state.phase {
        Phase::Talking(talk) => Some(talk.dialogue.slots().clone()),
        _ => None,
    }
}

/// What a caller clearly said last of each thing.
#[derive(Debug, Default)]
struct Told {
    date: Option<jiff::civil::Date>,
    time: Option<jiff::civil::Time>,
    size: Option<u32>,
    name: Option<String>,
    phone: Option<PhoneNumber>,
}

impl Told {
    /// Notes what a reading clearly says, and gives what that is.
    fn take(&mut self, reading: &Understanding, now: jiff::civil::DateTime) -> Vec<Slot> {
        let mut told = Vec::new();
        if let Some(DateReading::On(date)) = reading.date.as_ref().map(|one| &one.value)
            && *date > now.date()
        {
            self.date = Some(*date);
            told.push(Slot::Date);
        }
        if let Some(TimeReading::At { time, .. }) = reading.time.as_ref().map(|one| &one.value)
            && (11..=20).contains(&time.hour())
        {
            self.time = Some(*time);
            told.push(Slot::Time);
        }
        if let Some(size) = reading.party_size.as_ref().map(|one| one.value.total)
            && (1..=300).contains(&size)
        {
            self.size = Some(size);
            told.push(Slot::PartySize);
        }
        if let Some(name) = reading.name.as_ref().map(|one| one.value.full()) {
            self.name = Some(name);
            told.push(Slot::Name);
        }
        if let Some(phone) = reading.phone.as_ref() {
            self.phone = PhoneNumber::parse(&phone.value);
            told.push(Slot::Phone);
        }
        told
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_conversation_ends_in_time_and_commits_only_what_was_affirmed(
        settings in house(),
        moods in moods(),
        comes in any::<bool>(),
        acts in prop::collection::vec(act(), 0..45),
    ) {
        let turns_max = settings.turns_max;
        let mut call = ring(settings, moods, comes);
        for act in &acts {
            if call.outcome().is_some() {
                break;
            }
            act_out(&mut call, act);
            if let Phase::Talking(talk) = &call.state.phase {
                prop_assert!(talk.dialogue.turns() < turns_max.max(2), "{:?}", call.said);
            }
        }
        for _ in 0..200 {
            if call.state.is_finished() {
                break;
            }
            call.time_passes();
        }
        prop_assert!(call.state.is_finished(), "stuck in {:?}", call.state.phase);
        prop_assert!(call.outcome().is_some());
        every_commit_was_affirmed(&call);
        no_question_is_worn_out(&call);
        every_line_is_speakable(&call);
        prop_assert!(call.booked.len() <= 1);
    }

    #[test]
    fn the_later_word_counts_and_nothing_is_asked_that_was_just_told(
        words in prop::collection::vec(booking_words(), 0..25),
    ) {
        let mut call = Rehearsal::answered(CallSettings { turns_max: 100, ..business() });
        let mut told = Told::default();
        for said in words {
            // From there on words may be a message.
            if call.outcome().is_some() || call.said.iter().any(|said| said.contains("nobody can")) {
                break;
            }
            let booked = call.booked.len();
            call.says(said);
            let now = "2026-06-04T15:00:00".parse().unwrap();
            let just_told = told.take(&call.reading.clone(), now);
            let message = call.said.iter().any(|said| said.contains("nobody can"));
            if let Some(slots) = slots(&call).filter(|_| !message) {
                let differs = told.date.is_some_and(|date| slots.date.is_some_and(|one| one != date))
                    || told.time.is_some_and(|time| slots.time.is_some_and(|one| one != time))
                    || told.size.is_some_and(|size| slots.party_size.is_some_and(|one| one != size))
                    || told.name.as_ref().is_some_and(|name| slots.name.as_ref() != Some(name))
                    || told.phone.is_some() && !call.reading.same_number && slots.phone.is_none();
                prop_assert!(!differs, "{told:?} {slots:?} {:?}", call.said);
                for slot in just_told {
                    let asks = phrases::ask(slot, &slots);
                    let asked = asks.wordings().iter().any(|ask| call.last_said().ends_with(ask.asks()));
                    prop_assert!(!asked, "{said:?} was answered by {:?}", call.last_said());
                }
            }
            if call.booked.len() > booked {
                let details = &call.booked[0].details;
                prop_assert_eq!(Some(details.starts.date()), told.date);
                prop_assert_eq!(Some(details.starts.time()), told.time);
                prop_assert_eq!(Some(details.party_size), told.size);
                prop_assert_eq!(Some(&details.name), told.name.as_ref());
            }
        }
        every_commit_was_affirmed(&call);
    }
}

#[test]
fn a_caller_who_only_asks_to_hear_it_again_ends_with_a_person_or_a_message() {
    let mut call = Rehearsal::answered(business());
    call.says("I'd like to book a party");
    for _ in 0..15 {
        call.says("what was that");
    }
    no_question_is_worn_out(&call);
    assert!(
        call.said
            .iter()
            .any(|said| said.contains("nobody can take your call")),
        "{:?}",
        call.said
    );
}
