//! Owns the profile that holds now: looks at its file while the server runs, takes a good version up whole, refuses a bad
//! one whole and says why. Started by `app`; read by the book, `/ready` and the API. Never touches a call that has begun.

use super::{ProfileProblem, read_profile};
use crate::telemetry::Metrics;
use maitred_actors::types::Profile;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// How often the file is looked at. A change counts when two looks in a row found it the same, so that a file that is
/// still being written is not judged.
const LOOK: Duration = Duration::from_millis(500);

/// The profile that holds, and why the file holds another.
#[derive(Clone, Debug)]
pub struct Standing {
    /// What new calls and the book go by.
    pub profile: Arc<Profile>,
    /// What is wrong with the file as it is now; empty if it is the one that holds.
    pub refused: Vec<ProfileProblem>,
}

/// The profile that holds now; cheap to clone.
#[derive(Clone, Debug)]
pub struct CurrentProfile(watch::Receiver<Standing>);

impl CurrentProfile {
    /// Holds one profile for good.
    pub fn fixed(profile: Arc<Profile>) -> Self {
        let refused = Vec::new();
        Self(watch::channel(Standing { profile, refused }).1)
    }

    /// Gives the profile.
    pub fn get(&self) -> Arc<Profile> {
        Arc::clone(&self.0.borrow().profile)
    }

    /// Gives what is wrong with the file as it is now.
    pub fn refused(&self) -> Vec<ProfileProblem> {
        self.0.borrow().refused.clone()
    }
}

/// Looks at the file of a profile.
pub struct Follower {
    file: PathBuf,
    metrics: Arc<Metrics>,
    standing: watch::Sender<Standing>,
    seen: Seen,
}

/// What the looks have found.
#[derive(Default)]
struct Seen {
    last: Option<Result<String, String>>,
    judged: Option<Result<String, String>>,
}

impl Follower {
    /// Follows the file from which the profile was read at start.
    pub fn new(
        file: PathBuf,
        profile: Arc<Profile>,
        metrics: Arc<Metrics>,
    ) -> (Self, CurrentProfile) {
        metrics.note_profile_standing(true);
        metrics.note_profile_in_force(&profile);
        let refused = Vec::new();
        let (standing, current) = watch::channel(Standing { profile, refused });
        let follower = Self {
            file,
            metrics,
            standing,
            seen: Seen::default(),
        };
        (follower, CurrentProfile(current))
    }

    /// Follows until it is told to stop; tells each new profile.
    pub async fn follow(mut self, stop: CancellationToken, tell: impl Fn(&Arc<Profile>) + Send) {
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = look.tick() => {}
            }
            let found = tokio::fs::read_to_string(&self.file).await;
            let found = found.map_err(|error| error.to_string());
            if let Some(profile) = self.judge(found) {
                tell(&profile);
            }
        }
    }

    /// Judges what a look found, once it stays the same; gives the profile if it is another than before.
    fn judge(&mut self, found: Result<String, String>) -> Option<Arc<Profile>> {
        let settled = self.seen.last.as_ref() == Some(&found);
        self.seen.last = Some(found.clone());
        if !settled || self.seen.judged.as_ref() == Some(&found) {
            return None;
        }
        self.seen.judged = Some(found.clone());
        let name = self.file.display().to_string();
        let read = match found {
            Ok(text) => read_profile(&name, &text),
            Err(reason) => Err(vec![ProfileProblem::unreadable(name, reason)]),
        };
        match read {
            Ok(profile) => self.accept(profile),
            Err(problems) => {
                self.refuse(problems);
                None
            }
        }
    }

    fn accept(&self, profile: Profile) -> Option<Arc<Profile>> {
        let is_new = *self.standing.borrow().profile != profile;
        let profile = Arc::new(profile);
        self.standing.send_modify(|standing| {
            standing.refused.clear();
            if is_new {
                standing.profile = Arc::clone(&profile);
            }
        });
        self.metrics.note_profile_standing(true);
        if !is_new {
            return None;
        }
        tracing::info!(file = %self.file.display(), "changed profile taken up");
        self.metrics.note_profile("accepted");
        self.metrics.note_profile_in_force(&profile);
        Some(profile)
    }

    fn refuse(&self, problems: Vec<ProfileProblem>) {
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let problems_told = told.join("; ");
        tracing::warn!(
            problems = problems_told,
            "changed profile refused; the one before still holds"
        );
        self.metrics.note_profile("refused");
        self.metrics.note_profile_standing(false);
        self.standing
            .send_modify(|standing| standing.refused = problems);
    }
}
