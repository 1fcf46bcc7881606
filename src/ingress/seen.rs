//! Owns which notifications were taken before, by their `uuid`. Called by `webhooks`. Remembers one only once it is in
//! the journal, and never more than a bounded number.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Notifications that are remembered; the oldest is forgotten first.
const REMEMBERED_MAX: usize = 50_000;
/// Longest `uuid` that is remembered, in bytes; RingCentral's have 19.
const UUID_MAX: usize = 128;

/// The notifications that were taken.
#[derive(Clone, Debug, Default)]
pub struct Seen(Arc<Mutex<Inside>>);

#[derive(Debug, Default)]
struct Inside {
    known: HashMap<Arc<str>, State>,
    /// Those that were taken, oldest first.
    taken: VecDeque<Arc<str>>,
}

#[derive(Debug)]
enum State {
    /// Somebody is taking it; the channel ends when that failed.
    Busy(watch::Receiver<()>),
    Taken,
}

/// The right to take a notification. Dropped, it was not taken, and a repetition has another try.
#[derive(Debug)]
pub struct Claim {
    seen: Seen,
    uuid: Option<Arc<str>>,
    _alive: watch::Sender<()>,
}

impl Seen {
    /// Claims a notification; `None` if it was taken before. Waits while another is taking the same. One without a
    /// `uuid` is never the same as another.
    pub async fn claim(&self, uuid: Option<&str>) -> Option<Claim> {
        let uuid = uuid
            .filter(|uuid| uuid.len() <= UUID_MAX)
            .map(Arc::<str>::from);
        loop {
            let mut busy = {
                let mut inside = self.inside();
                let (alive, watched) = watch::channel(());
                match uuid.as_ref().and_then(|uuid| inside.known.get(uuid)) {
                    Some(State::Taken) => return None,
                    Some(State::Busy(busy)) => busy.clone(),
                    None => {
                        if let Some(uuid) = &uuid {
                            inside.known.insert(Arc::clone(uuid), State::Busy(watched));
                        }
                        return Some(Claim {
                            seen: self.clone(),
                            uuid,
                            _alive: alive,
                        });
                    }
                }
            };
            // Nothing is ever sent: it ends.
            let _ = busy.changed().await;
        }
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Claim {
    /// Remembers that it was taken.
    pub fn taken(mut self) {
        let Some(uuid) = self.uuid.take() else {
            return;
        };
        let mut inside = self.seen.inside();
        inside.known.insert(Arc::clone(&uuid), State::Taken);
        inside.taken.push_back(uuid);
        if inside.taken.len() > REMEMBERED_MAX
            && let Some(oldest) = inside.taken.pop_front()
        {
            inside.known.remove(&oldest);
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(uuid) = &self.uuid {
            self.seen.inside().known.remove(uuid);
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

    use super::*;

    #[tokio::test]
    async fn what_was_taken_is_known_and_what_failed_is_not() {
        let seen = Seen::default();
        seen.claim(Some("1")).await.unwrap().taken();
        assert!(seen.claim(Some("1")).await.is_none());
        drop(seen.claim(Some("2")).await.unwrap());
        assert!(seen.claim(Some("2")).await.is_some());
        for _ in 0..2 {
            seen.claim(None).await.unwrap().taken();
        }
    }

    #[tokio::test]
    async fn of_many_at_once_one_takes_it_and_the_others_wait_for_that() {
        let seen = Seen::default();
        let first = seen.claim(Some("1")).await.unwrap();
        let mut others = tokio::task::JoinSet::new();
        for _ in 0..10 {
            let seen = seen.clone();
            others.spawn(async move {
                let claim = seen.claim(Some("1")).await;
                let is_first = claim.is_some();
                claim.into_iter().for_each(Claim::taken);
                is_first
            });
        }
        tokio::task::yield_now().await;
        assert!(others.try_join_next().is_none(), "nobody knows yet");
        drop(first);
        let firsts = others.join_all().await;
        assert_eq!(firsts.iter().filter(|is_first| **is_first).count(), 1);
    }

    #[tokio::test]
    async fn memory_is_bounded() {
        let seen = Seen::default();
        for number in 0..REMEMBERED_MAX + 100 {
            seen.claim(Some(&number.to_string())).await.unwrap().taken();
        }
        assert_eq!(seen.inside().known.len(), REMEMBERED_MAX);
        assert!(seen.claim(Some("99")).await.is_some(), "long forgotten");
        assert!(seen.claim(Some("100")).await.is_none());
        let long = "1".repeat(UUID_MAX + 1);
        seen.claim(Some(&long)).await.unwrap().taken();
        assert_eq!(seen.inside().known.len(), REMEMBERED_MAX);
    }
}
