//! Owns what the answer of the carrier means for a text: sent, tried again, looked after, given up. Called by the
//! sender. Pure: time and chance are given to it.

use crate::adapters::backoff;
use crate::adapters::store::{DueText, TextStep};
use jiff::{SignedDuration, Timestamp};
use maitred_actors::ports::carrier::{Error, TextSeen};
use std::time::Duration;

/// Least number of characters by which a text that was listed cut short is known again.
const BEGINNING_MIN: usize = 20;

/// How patient the sender is.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// Wait after the first failure; doubled with each.
    pub first_wait: Duration,
    /// Longest wait after a failure.
    pub longest_wait: Duration,
    /// Time after a try by which the carrier lists what it has taken.
    pub listed_within: Duration,
    /// Age at which a text is of no use any more.
    pub too_old: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            first_wait: Duration::from_secs(5),
            longest_wait: Duration::from_secs(600),
            listed_within: Duration::from_secs(60),
            too_old: Duration::from_secs(86_400),
        }
    }
}

impl Timing {
    fn later(&self, text: &DueText, now: Timestamp, chance: f64) -> Timestamp {
        let failures = text.tries.max(1);
        after(
            now,
            backoff::wait(failures, self.first_wait, self.longest_wait, chance),
        )
    }

    /// Tells what follows for a text that is too old; `None` for one that is not.
    pub(super) fn expired(&self, text: &DueText, now: Timestamp) -> Option<TextStep> {
        let reason = "too old".to_owned();
        let step = match text.maybe_sent_at {
            Some(_) => TextStep::Uncertain { reason },
            None => TextStep::Failed { reason },
        };
        (after(text.created_at, self.too_old) <= now).then_some(step)
    }

    /// Tells what follows from the answer to a try. `text` is as it was before.
    pub(super) fn tried(
        &self,
        text: &DueText,
        answer: Result<String, Error>,
        now: Timestamp,
        chance: f64,
    ) -> TextStep {
        let tried = DueText {
            tries: text.tries + 1,
            ..text.clone()
        };
        match answer {
            Ok(id) => TextStep::Sent {
                message: (!id.is_empty()).then_some(id),
                at: now,
            },
            Err(Error::NotConfigured) => TextStep::Skipped,
            Err(Error::Unsure(reason)) => TextStep::Check { due: now, reason },
            // Credentials that are refused can be set right.
            Err(Error::Refused { status, code }) if !code.starts_with("OAU-") => TextStep::Failed {
                reason: format!("refused with {status} {code}"),
            },
            Err(error @ (Error::Gone | Error::WrongState)) => TextStep::Failed {
                reason: error.to_string(),
            },
            Err(error @ (Error::Unavailable(_) | Error::Refused { .. })) => TextStep::Again {
                due: self.later(&tried, now, chance),
                reason: error.to_string(),
            },
        }
    }

    /// Tells what follows from the list of what the carrier has sent to the number. `seen` are those that no other
    /// text of ours is known to be.
    pub(super) fn looked(
        &self,
        text: &DueText,
        seen: Result<Vec<TextSeen>, Error>,
        now: Timestamp,
        chance: f64,
    ) -> TextStep {
        match seen {
            Ok(seen) => match seen.into_iter().find(|one| is_same(&text.body, &one.body)) {
                Some(found) => TextStep::Sent {
                    message: Some(found.id),
                    at: now,
                },
                None => self.not_listed(text, now),
            },
            Err(error @ Error::Refused { .. }) if !is_passing(&error) => TextStep::Uncertain {
                reason: format!("the list of messages was {error}"),
            },
            Err(Error::NotConfigured) => TextStep::Uncertain {
                reason: "nobody keeps a list of messages".to_owned(),
            },
            Err(error) => TextStep::Check {
                due: self.later(text, now, chance),
                reason: error.to_string(),
            },
        }
    }

    fn not_listed(&self, text: &DueText, now: Timestamp) -> TextStep {
        let listed = after(text.maybe_sent_at.unwrap_or(now), self.listed_within);
        if listed > now {
            let reason = "not listed yet".to_owned();
            return TextStep::Check {
                due: listed,
                reason,
            };
        }
        TextStep::Again {
            due: now,
            reason: "was not taken".to_owned(),
        }
    }
}

fn is_passing(error: &Error) -> bool {
    matches!(error, Error::Refused { code, .. } if code.starts_with("OAU-"))
}

/// Compares a text with one that was listed, which may be cut short.
fn is_same(ours: &str, listed: &str) -> bool {
    let (ours, listed) = (ours.trim(), listed.trim());
    let is_beginning = listed.chars().count() >= BEGINNING_MIN && ours.starts_with(listed);
    ours == listed || is_beginning
}

fn after(at: Timestamp, wait: Duration) -> Timestamp {
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    at.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMING: Timing = Timing {
        first_wait: Duration::from_secs(5),
        longest_wait: Duration::from_secs(600),
        listed_within: Duration::from_secs(60),
        too_old: Duration::from_secs(86_400),
    };

    fn second(count: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(count)
    }

    fn text(tries: u32, maybe_sent_at: Option<i64>) -> DueText {
        DueText {
            id: 1,
            to: None,
            body: "Your table is booked for Friday at six.".to_owned(),
            tries,
            created_at: second(0),
            maybe_sent_at: maybe_sent_at.map(second),
        }
    }

    fn refused(status: u16, code: &str) -> Error {
        Error::Refused {
            status,
            code: code.to_owned(),
        }
    }

    #[test]
    fn only_what_was_not_sent_is_tried_again() {
        let down = || Error::Unavailable("down".to_owned());
        let table = [
            (Ok("7".to_owned()), "sent"),
            (Ok(String::new()), "sent"),
            (Err(down()), "waiting"),
            (Err(refused(400, "OAU-211")), "waiting"),
            (Err(refused(403, "CMN-401")), "failed"),
            (Err(refused(400, "CMN-101")), "failed"),
            (Err(Error::Gone), "failed"),
            (Err(Error::Unsure("no answer".to_owned())), "checking"),
            (Err(Error::NotConfigured), "skipped"),
        ];
        for (answer, expected) in table {
            let step = TIMING.tried(&text(0, None), answer.clone(), second(10), 1.0);
            assert_eq!(step.status(), expected, "{answer:?}");
        }
        for (tries, wait) in [(0, 5), (1, 10), (20, 600)] {
            let step = TIMING.tried(&text(tries, None), Err(down()), second(10), 1.0);
            let due = matches!(step, TextStep::Again { due, .. } if due == second(10 + wait));
            assert!(due, "{step:?}");
        }
    }

    #[test]
    fn the_list_says_whether_it_was_sent_once_it_is_complete() {
        let seen = |body: &str| {
            Ok(vec![TextSeen {
                id: "7".to_owned(),
                body: body.to_owned(),
            }])
        };
        let table = [
            (seen("Your table is booked for Friday at six. "), 1, "sent"),
            (seen("Your table is booked for"), 1, "sent"),
            (seen("Your table"), 1, "checking"),
            (seen("Another text"), 1, "checking"),
            (Ok(Vec::new()), 59, "checking"),
            (Ok(Vec::new()), 60, "waiting"),
            (Err(Error::Unavailable("down".to_owned())), 60, "checking"),
            (Err(Error::Unsure("no answer".to_owned())), 60, "checking"),
            (Err(refused(403, "CMN-401")), 60, "uncertain"),
            (Err(Error::NotConfigured), 60, "uncertain"),
        ];
        for (seen, now, expected) in table {
            let step = TIMING.looked(&text(1, Some(0)), seen.clone(), second(now), 1.0);
            assert_eq!(step.status(), expected, "{seen:?} after {now} s");
        }
    }

    #[test]
    fn a_text_of_yesterday_is_not_sent() {
        assert_eq!(TIMING.expired(&text(3, None), second(86_399)), None);
        let status = |text: &DueText| {
            TIMING
                .expired(text, second(86_400))
                .map(|step| step.status())
        };
        assert_eq!(status(&text(3, None)), Some("failed"));
        assert_eq!(status(&text(3, Some(9))), Some("uncertain"));
    }
}
