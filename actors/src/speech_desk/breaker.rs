//! Owns the judgement whether a provider is worth asking. Called by the speech desk.

use jiff::{SignedDuration, Timestamp};

/// Failures in a row after which a provider is left alone.
const FAILURES_MAX: u32 = 3;
/// How long it is left alone.
const REST: SignedDuration = SignedDuration::from_secs(10);

/// A circuit breaker: closed while things go well, open for a while after three failures in a row, then one try.
#[derive(Clone, Copy, Debug, Default)]
pub struct Breaker {
    failures: u32,
    open_until: Option<Timestamp>,
}

impl Breaker {
    /// Tells whether the provider may be asked.
    pub fn allows(&self, now: Timestamp) -> bool {
        self.open_until.is_none_or(|until| now >= until)
    }

    /// Tells whether it opened and nothing has succeeded since.
    pub fn is_open(&self) -> bool {
        self.open_until.is_some()
    }

    /// Notes how an attempt went.
    pub fn note(&mut self, succeeded: bool, now: Timestamp) {
        if succeeded {
            *self = Self::default();
            return;
        }
        self.failures += 1;
        if self.failures >= FAILURES_MAX {
            self.open_until = now.checked_add(REST).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Breaker;
    use jiff::{Timestamp, ToSpan};

    #[test]
    fn it_opens_after_three_failures_and_tries_again_later() {
        let now = Timestamp::UNIX_EPOCH;
        let mut breaker = Breaker::default();
        breaker.note(false, now);
        breaker.note(false, now);
        assert!(breaker.allows(now));
        breaker.note(false, now);
        assert!(!breaker.allows(now));
        let later = now + 11.seconds();
        assert!(breaker.allows(later));
        breaker.note(false, later);
        assert!(!breaker.allows(later), "one failed try must open it again");
        breaker.note(true, later);
        assert!(breaker.allows(later));
    }
}
