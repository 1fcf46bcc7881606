//! Owns what is known at the moment of the subscription and of the device's account. Written by the keeper, by the
//! webhook when a delivery has another token than ours, and by who fetches the account; read by `/ready` and `/metrics`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// How the subscription stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subscribed {
    /// Nobody keeps one; says what is missing.
    NotConfigured(&'static str),
    /// It was not looked at yet.
    NotYet,
    /// It is there.
    Kept,
    /// It is not there, or nobody knows; says why.
    Failed(String),
}

/// Shared between the keeper and those who ask.
#[derive(Clone, Debug)]
pub struct Standing {
    inside: Arc<Mutex<Inside>>,
    wrong_token: Arc<Notify>,
}

#[derive(Debug)]
struct Inside {
    subscribed: Subscribed,
    expires: Option<Instant>,
    /// Whether it was there at any time.
    was_kept: bool,
    /// Whether it was there, and is not there again yet.
    is_lost: bool,
    revived: u64,
}

impl Standing {
    /// Begins with this.
    pub fn new(subscribed: Subscribed) -> Self {
        let inside = Inside {
            subscribed,
            expires: None,
            was_kept: false,
            is_lost: false,
            revived: 0,
        };
        Self {
            inside: Arc::new(Mutex::new(inside)),
            wrong_token: Arc::default(),
        }
    }

    /// Notes a delivery with another token than ours: the subscription may be from before the token was changed.
    pub fn saw_wrong_token(&self) {
        self.wrong_token.notify_one();
    }

    /// Waits for such a delivery; one that came before counts.
    pub(super) async fn wrong_token(&self) {
        self.wrong_token.notified().await;
    }

    /// Tells how it stands; who kept one that has expired since keeps none.
    pub fn get(&self) -> Subscribed {
        let inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        match &inside.subscribed {
            Subscribed::Kept if inside.expires.is_none_or(|at| at <= Instant::now()) => {
                Subscribed::Failed("expired".to_owned())
            }
            subscribed => subscribed.clone(),
        }
    }

    /// Tells how many seconds are left of the subscription; 0 where there is none.
    pub fn seconds_to_expiry(&self) -> u64 {
        let inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        inside.expires.map_or(0, |at| {
            at.saturating_duration_since(Instant::now()).as_secs()
        })
    }

    /// Tells how often it came back after it had been lost.
    pub fn revived(&self) -> u64 {
        let inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        inside.revived
    }

    /// Notes that it is there for so long.
    pub(super) fn kept(&self, expires_in: Duration) {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        inside.subscribed = Subscribed::Kept;
        inside.expires = Some(Instant::now() + expires_in);
        inside.was_kept = true;
        inside.revived += u64::from(std::mem::take(&mut inside.is_lost));
    }

    /// Notes that it could not be seen to; one that was there may be there still, until it expires.
    pub(super) fn failed(&self, reason: String) {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        inside.subscribed = Subscribed::Failed(reason);
    }

    /// Notes that there is none, and that one is about to be made.
    pub(super) fn lost(&self) {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        inside.expires = None;
        inside.is_lost = inside.was_kept;
    }
}

/// How the fetching of our device's SIP account stands; shared between who fetches and those who ask.
#[derive(Clone, Debug, Default)]
pub struct AccountStanding(Arc<Mutex<Option<String>>>);

impl AccountStanding {
    /// Tells why there is no account, or no newer one.
    pub fn problem(&self) -> Option<String> {
        self.inside().clone()
    }

    /// Notes that it was fetched.
    pub fn fetched(&self) {
        *self.inside() = None;
    }

    /// Notes that it could not be.
    pub fn failed(&self, reason: String) {
        *self.inside() = Some(reason);
    }

    fn inside(&self) -> MutexGuard<'_, Option<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscription_is_revived_once_it_is_back_and_not_when_it_is_first_made() {
        let standing = Standing::new(Subscribed::NotYet);
        let life = Duration::from_secs(60);
        standing.lost();
        standing.kept(life);
        assert_eq!(standing.revived(), 0, "it was never there before");
        for _ in 0..3 {
            standing.lost();
            standing.failed("no connection".to_owned());
        }
        assert_eq!(standing.revived(), 0, "it is not back");
        standing.kept(life);
        standing.kept(life);
        assert_eq!(standing.revived(), 1);
    }
}
