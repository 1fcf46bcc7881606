//! Owns how often something may be started again: three times in fifteen seconds. Called by supervisors.

use jiff::{SignedDuration, Timestamp};
use std::collections::VecDeque;

/// Restarts allowed within the window.
const RESTARTS_MAX: usize = 3;
/// Length of the window.
const WINDOW: SignedDuration = SignedDuration::from_secs(15);

/// The restarts of one actor.
#[derive(Debug, Default)]
pub struct Budget {
    restarts: VecDeque<Timestamp>,
}

impl Budget {
    /// Takes one restart out of the budget; `false` if it is spent.
    pub fn take(&mut self, now: Timestamp) -> bool {
        while self
            .restarts
            .front()
            .is_some_and(|first| now.duration_since(*first) > WINDOW)
        {
            self.restarts.pop_front();
        }
        self.restarts.push_back(now);
        self.restarts.len() <= RESTARTS_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;
    use jiff::{Timestamp, ToSpan};

    #[test]
    fn a_fourth_restart_within_the_window_is_refused() {
        let mut budget = Budget::default();
        let start = Timestamp::UNIX_EPOCH;
        let after = |seconds: i64| start + seconds.seconds();
        assert!([0, 1, 2].into_iter().all(|s| budget.take(after(s))));
        assert!(!budget.take(after(3)));
        assert!(budget.take(after(60)), "an old restart must not count");
    }
}
