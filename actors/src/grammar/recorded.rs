//! Reads whether the caller does not want to be recorded.
//!
//! Owns the ways in which that is said. Called by the call, which stops recording whatever else is going on, and by the
//! dialogue, which answers. To refuse once too often costs a recording; to miss a refusal costs a promise: what is left
//! open is read as a refusal, but never a recording of something else ("record a message").

use super::tokens;
use super::wording::Wording;

/// Words for what is done to the call.
const RECORDING: &str = "record|recorded|recording|recordings|recorder|taped|taping|tape";
/// How far before it a word may stand that denies it, in words.
const REACH: usize = 8;
/// Longest answer that is one by itself, in words.
const ANSWER_MAX: usize = 8;

/// Tells whether the caller's words refuse to be recorded. `just_told`: the words are the first after the caller was
/// told of the recording, so that a plain "no" is an answer to that.
#[must_use]
pub fn refuses_recording(text: &str, just_told: bool) -> bool {
    let wording = Wording::new(&tokens::tokenise(text));
    let words: Vec<&str> = wording.words().collect();
    let is_meant = |at: &usize| has(RECORDING, words[*at]) && is_of_the_call(&words, *at);
    let mut named = (0..words.len()).filter(is_meant);
    just_told && is_no(&wording)
        || denies_consent(&wording)
        || in_spanish(&words)
        || named.any(|at| is_denied(&words, at) || is_stopped(&words, at))
}

fn has(list: &str, word: &str) -> bool {
    tokens::holds(list, word)
}

/// Gives a word, or an empty one before the first and after the last.
fn word<'a>(words: &[&'a str], at: Option<usize>) -> &'a str {
    at.and_then(|at| words.get(at)).copied().unwrap_or("")
}

/// Tells whether the word speaks of this call's sound, and not of a message, a note or a memory.
fn is_of_the_call(words: &[&str], at: usize) -> bool {
    let back = |by: usize| word(words, at.checked_sub(by));
    if has("record|tape", words[at]) && has("a|any|no|my|your|for|the|on", back(1)) {
        return false;
    }
    if back(1) == "a" && has("not|is|are|am|just|only|to", back(2)) {
        return false;
    }
    if back(1) == "am" && back(2) == "i" {
        return false;
    }
    let noted = "message|messages|line|order|orders|booking|bookings|reservation|reservations|appointment|number|\
                 name|address|email|details|song|video";
    let mut after = words[at + 1..]
        .iter()
        .filter(|next| !has("a|an|my|our|the|me|down|new|voice", next));
    !after.next().is_some_and(|next| has(noted, next))
        && !has("booking|reservation|order|appointment", back(1))
}

/// Tells whether the word stands behind a no.
fn is_denied(words: &[&str], at: usize) -> bool {
    let from = at.saturating_sub(REACH);
    let between = |no: usize| &words[no + 1..at];
    (from..at).any(|no| match words[no] {
        "not" | "never" | "without" | "nothing" | "none" | "dont" => {
            !is_question(words) && !between(no).iter().any(|word| is_excuse(word))
        }
        "no" => matches!(between(no), [] | ["more" | "call" | "audio"] | ["to", ..]),
        "object" | "objecting" | "refuse" | "decline" | "uncomfortable" | "against" | "mind" => {
            let denied = words[no.saturating_sub(3)..no].iter();
            !denied.clone().any(|word| has("not|no|never|if", word))
                && !words.starts_with(&["do", "you"])
        }
        "opt" => word(words, Some(no + 1)) == "out",
        _ => false,
    })
}

/// Tells whether a word between a no and the recording turns the no into a yes, or into something else.
fn is_excuse(word: &str) -> bool {
    has(
        "mind|care|problem|problems|objection|objections|object|issue|issues|worry|bother|know|knew|hear|heard|\
         realize|realise|understand|catch|matter|whether|if|stop|stopped|delete|erase|pause|turn|switch|forget",
        word,
    )
}

fn is_question(words: &[&str]) -> bool {
    let openers = ["is this", "is it", "is the", "is my", "are we", "was this"];
    let first = words.iter().take(2).copied().collect::<Vec<_>>().join(" ");
    openers.contains(&first.as_str())
}

/// Tells whether the word is what is to be stopped, turned off or thrown away.
fn is_stopped(words: &[&str], at: usize) -> bool {
    let verbs = "stop|quit|pause|disable|delete|erase|discard|cancel|cease|remove|destroy|end";
    let from = at.saturating_sub(4);
    let is_wanted = |verb: usize| !has("not|never", word(words, verb.checked_sub(1)));
    (from..at).any(|verb| {
        let off = words[verb..].iter().take(6).any(|word| *word == "off");
        let turned = has("turn|switch|shut", words[verb]) && off;
        (has(verbs, words[verb]) || turned) && is_wanted(verb)
    })
}

/// Tells whether consent is denied by its name.
fn denies_consent(wording: &Wording) -> bool {
    wording.any(
        "not consent|no consent|never consent|not give consent|not give my consent|not give you consent|\
         not give you my consent|not given consent|not given my consent|not give permission|not give my permission|\
         not give you permission|not give you my permission|withdraw my consent|revoke my consent|withdraw consent|\
         without my consent|without my permission|refuse consent",
    )
}

/// Tells whether a first answer, short as it is, can only be a no to being recorded.
fn is_no(wording: &Wording) -> bool {
    let alone = "no|nope|no thanks|no thank you|no please|no sir|no ma'am|please do not|do not|no do not|no please do not|\
                 i object|i refuse|i decline|i mind|no i do|no i do not";
    let within = "would rather not|prefer not|prefer you did not|rather you did not|i do mind|not okay with that|\
                  not comfortable with that|not want that|not like that|not do that|not agree|opt out";
    wording.is(alone) || wording.count() <= ANSWER_MAX && wording.any(within)
}

/// Tells whether it is said in Spanish: "no quiero que me graben", "deje de grabar".
fn in_spanish(words: &[&str]) -> bool {
    let is_verb = |word: &str| {
        let rest = word.strip_prefix("grab").unwrap_or_default();
        !rest.is_empty() && !rest.starts_with('b') && rest != "s"
    };
    let mut verbs = words.iter().enumerate().filter(|(_, word)| is_verb(word));
    verbs.any(|(at, _)| {
        words[at.saturating_sub(5)..at]
            .iter()
            .any(|word| has("no|sin|deje|deja|dejen|pare|paren", word))
    })
}

#[cfg(test)]
mod tests {
    use super::refuses_recording;

    #[test]
    fn a_refusal_is_heard_in_many_words() {
        for text in [
            "No, I don't want to be recorded.",
            "please don't record this",
            "don't record me",
            "stop recording",
            "could you stop the recording please",
            "I don't consent",
            "I do not give you my consent",
            "turn off the recording",
            "can you turn the recording off",
            "switch that recorder off",
            "i'd rather not be recorded",
            "I would prefer that you not record this call",
            "no recording please",
            "I am not okay with being recorded",
            "I'm not comfortable being recorded",
            "I object to being recorded",
            "I refuse to be recorded",
            "I want to opt out of the recording",
            "can we do this without recording",
            "delete the recording",
            "I never agreed to be recorded",
            "I don't want a recording of this",
            "actually can you please not record our call and I need a table for six tomorrow",
            "hi uh I do mind being recorded",
            "dont tape this",
            "no quiero que me graben",
            "deje de grabar por favor",
        ] {
            assert!(refuses_recording(text, false), "{text}");
        }
    }

    #[test]
    fn a_recording_of_something_else_or_a_question_is_no_refusal() {
        for text in [
            "can you record a message",
            "can't you record a message for the chef",
            "I'd like to record a message",
            "is this a recording",
            "you're not a recording are you",
            "is this call recorded",
            "is this call not being recorded",
            "I don't mind being recorded",
            "no I don't mind if you record",
            "I don't care if you record this",
            "no problem with the recording",
            "I have no objection to being recorded",
            "I didn't know this was recorded",
            "that's fine record away",
            "yes you can record this",
            "do you mind being recorded",
            "don't stop recording",
            "you have no record of my booking",
            "you don't have my reservation recorded",
            "for the record I'm not happy with the time",
            "you did not record my order last time",
            "no the recording is fine",
            "no, grab me a table for six",
            "no",
            "cancel my reservation",
            "stop",
            "we don't want shrimp",
            "",
        ] {
            assert!(!refuses_recording(text, false), "{text}");
        }
    }

    #[test]
    fn a_plain_no_refuses_only_right_after_the_sentence() {
        for text in [
            "No.",
            "no thank you",
            "I'd rather not",
            "uh no I'd rather you didn't",
        ] {
            assert!(refuses_recording(text, true), "{text}");
            assert!(!refuses_recording(text, false), "{text}");
        }
        for text in [
            "no I want to book a party",
            "hello",
            "yes",
            "okay a table for two",
        ] {
            assert!(!refuses_recording(text, true), "{text}");
        }
    }
}
