//! Owns time and chance: the only file that reads the clock or draws random numbers. Called through
//! `ports::clock::Clock`, by the ledger, and by whoever needs a value that nobody can guess. Never decides anything.

use jiff::{Timestamp, Unit};
use maitred_actors::ports::clock::Clock;
use maitred_actors::types::CallId;
use rand::Rng;
use rand::distr::{Distribution, StandardUniform};
use uuid::Uuid;

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        let cut = jiff::TimestampRound::new()
            .smallest(Unit::Microsecond)
            .mode(jiff::RoundMode::Trunc);
        now.round(cut).unwrap_or(now)
    }

    fn new_call_id(&self) -> CallId {
        CallId::new(format!("call_{}", Uuid::now_v7()))
    }
}

/// Gives whole seconds since 2024 began, a number that a process started later never finds lower.
pub fn seconds() -> u32 {
    const BEGIN: i64 = 1_704_067_200;
    u32::try_from(SystemClock.now().as_second() - BEGIN).unwrap_or_default()
}

/// Gives the time of NTP: seconds since 1900 in the upper half, their fraction in the lower (RFC 3550, 4).
pub fn ntp() -> u64 {
    const BETWEEN_S: i128 = 2_208_988_800;
    let nanoseconds = SystemClock.now().as_nanosecond() + BETWEEN_S * 1_000_000_000;
    ((nanoseconds << 32) / 1_000_000_000) as u64
}

/// Draws a value, each as likely as the others, from the process's cryptographic generator.
pub fn random<T>() -> T
where
    StandardUniform: Distribution<T>,
{
    rand::random()
}

/// Draws a name that nothing else has.
pub fn unique() -> Uuid {
    Uuid::new_v4()
}

/// Draws so many decimal digits, each as likely as the others.
pub fn random_digits(count: usize) -> String {
    let mut rng = rand::rng();
    (0..count)
        .map(|_| char::from(rng.random_range(b'0'..=b'9')))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_whole_microseconds() {
        assert_eq!(SystemClock.now().subsec_nanosecond() % 1000, 0);
    }

    #[test]
    fn call_ids_sort_by_time_and_differ() {
        let ids: Vec<_> = (0..100).map(|_| SystemClock.new_call_id()).collect();
        assert!(ids.is_sorted_by(|earlier, later| earlier < later));
        assert!(ids.iter().all(|id| id.as_str().starts_with("call_")));
    }

    #[test]
    fn random_digits_are_digits() {
        let digits = random_digits(12);
        assert_eq!(digits.len(), 12);
        assert!(digits.bytes().all(|digit| digit.is_ascii_digit()));
    }
}
