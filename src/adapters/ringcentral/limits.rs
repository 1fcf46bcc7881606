//! Owns the rate limits: a sliding window for each usage group, taught by the answers' headers, and penalties in which
//! nothing is sent. Called by the client before and after each request. The windows are pure; the wait is around them.
//! Not a bucket that leaks, such as `governor`'s: it lets nearly twice the limit through in one window, and cannot be taught.

use super::error::Error;
use super::request::Urgency;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Penalty where a 429 does not tell it, and the window before the first answer.
const WINDOW: Duration = Duration::from_secs(60);
/// Requests arrive later than they leave, and not all by the same time: two that left a window apart can arrive closer.
const TRAVEL: Duration = Duration::from_millis(500);
/// Of a group's limit, one part in so many is kept for commands.
const KEPT_FOR_COMMANDS: u32 = 5;

/// Usage group, as RingCentral counts requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Cheap reads and call control.
    Light,
    /// Most writes.
    Medium,
    /// Call log and recordings.
    Heavy,
    /// Tokens.
    Auth,
}

impl Group {
    pub(super) const ALL: [Self; 4] = [Self::Light, Self::Medium, Self::Heavy, Self::Auth];

    /// Names the group for the metrics, as RingCentral's headers do.
    pub fn label(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Medium => "medium",
            Self::Heavy => "heavy",
            Self::Auth => "auth",
        }
    }

    fn limit_at_first(self) -> u32 {
        match self {
            Self::Light => 50,
            Self::Medium => 40,
            Self::Heavy => 10,
            Self::Auth => 5,
        }
    }
}

/// What an answer tells of the limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lesson {
    group: Option<Group>,
    limit: Option<u32>,
    remaining: Option<u32>,
    window: Option<Duration>,
    retry_after: Option<Duration>,
    is_refused: bool,
}

impl Lesson {
    /// Reads `X-Rate-Limit-*` and `Retry-After`.
    pub(super) fn read(status: u16, headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
        let number = |name: &str| text(name)?.parse::<u32>().ok();
        let seconds = |name: &str| number(name).map(|count| Duration::from_secs(count.into()));
        let group = text("x-rate-limit-group").and_then(|name| {
            Group::ALL
                .into_iter()
                .find(|group| group.label().eq_ignore_ascii_case(name))
        });
        Self {
            group,
            limit: number("x-rate-limit-limit").filter(|limit| *limit > 0),
            remaining: number("x-rate-limit-remaining"),
            window: seconds("x-rate-limit-window").filter(|window| !window.is_zero()),
            retry_after: seconds(RETRY_AFTER.as_str()),
            is_refused: status == 429,
        }
    }
}

/// The window of one group.
#[derive(Debug)]
struct Window {
    limit: u32,
    length: Duration,
    sent: VecDeque<Instant>,
    penalty: Option<Instant>,
}

impl Window {
    fn new(group: Group) -> Self {
        Self {
            limit: group.limit_at_first(),
            length: WINDOW,
            sent: VecDeque::new(),
            penalty: None,
        }
    }

    /// Counts a request that may go now, or tells when to ask again.
    fn admit(&mut self, urgency: Urgency, now: Instant) -> Result<(), Instant> {
        if let Some(until) = self.penalty.filter(|until| *until > now) {
            return Err(until);
        }
        let span = self.length + TRAVEL;
        while self
            .sent
            .front()
            .is_some_and(|at| now.duration_since(*at) >= span)
        {
            self.sent.pop_front();
        }
        let kept = match urgency {
            Urgency::Command => 0,
            Urgency::Upkeep => self.limit / KEPT_FOR_COMMANDS,
        };
        let room = self.limit.saturating_sub(kept).max(1) as usize;
        match self
            .sent
            .len()
            .checked_sub(room)
            .and_then(|over| self.sent.get(over))
        {
            // The oldest that must have left the window.
            Some(oldest) => Err(*oldest + span),
            None => {
                self.sent.push_back(now);
                Ok(())
            }
        }
    }

    /// Tells how many requests may still go, commands included, and of how many.
    fn room(&self, now: Instant) -> (u32, u32) {
        if self.penalty.is_some_and(|until| until > now) {
            return (0, self.limit);
        }
        let span = self.length + TRAVEL;
        let live = |at: &&Instant| now.duration_since(**at) < span;
        let sent = u32::try_from(self.sent.iter().filter(live).count()).unwrap_or(u32::MAX);
        (self.limit.saturating_sub(sent), self.limit)
    }

    fn learn(&mut self, lesson: &Lesson, now: Instant) {
        self.limit = lesson.limit.unwrap_or(self.limit);
        self.length = lesson.window.unwrap_or(self.length);
        if lesson.is_refused {
            let until = now + lesson.retry_after.unwrap_or(WINDOW);
            self.penalty = self.penalty.max(Some(until));
        }
        // Others use the same credentials: what they sent is counted as if we had, just now.
        let used = self
            .limit
            .saturating_sub(lesson.remaining.unwrap_or(self.limit)) as usize;
        while self.sent.len() < used {
            self.sent.push_back(now);
        }
    }
}

/// The rate limits of one application and user.
#[derive(Debug)]
pub(super) struct Limits(Mutex<[Window; 4]>);

impl Default for Limits {
    fn default() -> Self {
        Self(Mutex::new(Group::ALL.map(Window::new)))
    }
}

impl Limits {
    /// Waits until a request of the group may be sent, and counts it; fails at once when that would take longer than
    /// the urgency has patience.
    pub(super) async fn admit(&self, group: Group, urgency: Urgency) -> Result<(), Error> {
        let given_up = Instant::now() + urgency.patience();
        while let Err(until) = self.try_admit(group, urgency) {
            if until > given_up {
                return Err(Error::Limited(
                    until.saturating_duration_since(Instant::now()),
                ));
            }
            tokio::time::sleep_until(until.into()).await;
        }
        Ok(())
    }

    /// Learns from an answer. A 429 that names no group is a limit on account or address, and stops all groups.
    pub(super) fn learn(&self, asked: Group, lesson: &Lesson) {
        let now = Instant::now();
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let groups = match lesson.group {
            None if lesson.is_refused => Group::ALL.to_vec(),
            named => vec![named.unwrap_or(asked)],
        };
        for group in groups {
            windows[group as usize].learn(lesson, now);
        }
    }

    /// Tells for each group how many requests may still be sent in the present window, and of how many.
    pub(super) fn room(&self) -> [(Group, u32, u32); 4] {
        let now = Instant::now();
        let windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Group::ALL.map(|group| {
            let (remaining, limit) = windows[group as usize].room(now);
            (group, remaining, limit)
        })
    }

    fn try_admit(&self, group: Group, urgency: Urgency) -> Result<(), Instant> {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        windows[group as usize].admit(urgency, Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn the_window_slides() {
        let (mut window, start) = (Window::new(Group::Auth), Instant::now());
        for at in 0..5 {
            assert_eq!(window.admit(Urgency::Command, start + seconds(at)), Ok(()));
        }
        let (left, next) = (start + seconds(60) + TRAVEL, start + seconds(61) + TRAVEL);
        assert_eq!(
            window.admit(Urgency::Command, start + seconds(5)),
            Err(left)
        );
        assert_eq!(window.admit(Urgency::Command, left), Ok(()));
        assert_eq!(window.admit(Urgency::Command, left), Err(next));
    }

    #[test]
    fn upkeep_leaves_room_for_commands() {
        let (mut window, start) = (Window::new(Group::Heavy), Instant::now());
        let sent = (0..20)
            .filter(|_| window.admit(Urgency::Upkeep, start).is_ok())
            .count();
        assert_eq!(sent, 8);
        assert!(window.admit(Urgency::Command, start).is_ok());
        assert!(window.admit(Urgency::Command, start).is_ok());
        assert!(window.admit(Urgency::Command, start).is_err());
        // Both wait: the command is let in before upkeep is.
        let later = window.admit(Urgency::Command, start);
        assert!(later <= window.admit(Urgency::Upkeep, start));
    }

    #[test]
    fn nothing_goes_inside_a_penalty_not_even_a_command() {
        let (mut window, start) = (Window::new(Group::Light), Instant::now());
        let refused = |after| Lesson {
            is_refused: true,
            retry_after: after,
            ..Lesson::default()
        };
        window.learn(&refused(Some(seconds(30))), start);
        window.learn(&refused(Some(seconds(10))), start);
        assert_eq!(
            window.admit(Urgency::Command, start + seconds(29)),
            Err(start + seconds(30))
        );
        assert_eq!(window.admit(Urgency::Command, start + seconds(30)), Ok(()));
        assert_eq!(window.room(start + seconds(29)), (0, 50));
        assert_eq!(window.room(start + seconds(30)), (49, 50));
        window.learn(&refused(None), start + seconds(40));
        assert_eq!(
            window.admit(Urgency::Command, start + seconds(41)),
            Err(start + seconds(100))
        );
    }

    #[test]
    fn answers_teach_the_limit_and_what_others_used() {
        let (mut window, start) = (Window::new(Group::Light), Instant::now());
        let lesson = Lesson {
            limit: Some(4),
            remaining: Some(1),
            window: Some(seconds(10)),
            ..Lesson::default()
        };
        assert!(window.admit(Urgency::Command, start).is_ok());
        window.learn(&lesson, start);
        assert_eq!(window.room(start), (1, 4));
        assert!(window.admit(Urgency::Command, start).is_ok());
        assert_eq!(
            window.admit(Urgency::Command, start),
            Err(start + seconds(10) + TRAVEL)
        );
    }

    #[test]
    fn headers_are_read_in_any_case_and_tolerated_when_odd() {
        let read = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, reqwest::header::HeaderValue::from_static(value));
            }
            Lesson::read(429, &headers)
        };
        let lesson = read(&[
            ("x-rate-limit-group", "Heavy"),
            ("retry-after", "7"),
            ("x-rate-limit-window", "0"),
        ]);
        assert_eq!(
            (lesson.group, lesson.retry_after),
            (Some(Group::Heavy), Some(seconds(7)))
        );
        assert_eq!(lesson.window, None);
        let odd = read(&[
            ("x-rate-limit-group", "golden"),
            ("x-rate-limit-limit", "many"),
            ("retry-after", "-1"),
        ]);
        assert_eq!(
            odd,
            Lesson {
                is_refused: true,
                ..Lesson::default()
            }
        );
    }

    #[test]
    fn a_429_without_a_group_stops_every_group() {
        let limits = Limits::default();
        limits.learn(
            Group::Light,
            &Lesson {
                is_refused: true,
                ..Lesson::default()
            },
        );
        for group in Group::ALL {
            assert!(
                limits.try_admit(group, Urgency::Command).is_err(),
                "{group:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_window_holds_more_than_the_limit(
            limit in 1_u32..8,
            asked in prop::collection::vec((0_u64..4000, any::<bool>()), 1..200),
        ) {
            let (mut window, start) = (Window::new(Group::Light), Instant::now());
            let lesson = Lesson { limit: Some(limit), window: Some(seconds(10)), ..Lesson::default() };
            window.learn(&lesson, start);
            let (mut now, mut sent) = (start, Vec::new());
            for (pause, is_command) in asked {
                now += Duration::from_millis(pause);
                let urgency = if is_command { Urgency::Command } else { Urgency::Upkeep };
                // Who waits until told, and is first then, must be let in.
                let at = window.admit(urgency, now).err().unwrap_or(now);
                if at > now {
                    prop_assert_eq!(window.admit(urgency, at), Ok(()));
                }
                now = at;
                sent.push(at);
            }
            for (first, at) in sent.iter().enumerate() {
                let inside = sent[first..].iter().filter(|other| other.duration_since(*at) < seconds(10));
                prop_assert!(inside.count() <= limit as usize);
            }
        }
    }
}
