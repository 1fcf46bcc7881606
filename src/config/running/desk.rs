//! Owns the settings that hold now, and each change of them: checked whole, taken or refused whole, numbered, told. Asked
//! by the API and by the followers of the files. Never touches a call that has begun.

use super::edit::{Change, edited};
use super::keep::replace;
use super::standing::{Refusal, Source, Standing, version_after};
use super::values::Overrides;
use crate::config::file::{FileProblem, Follower, Found, look_at};
use crate::config::{Config, CurrentProfile, profile, read_profile};
use crate::telemetry::{Metrics, set_log_level};
use maitred_actors::ports::clock::Clock;
use maitred_actors::ports::speaking::{Error, Speaking};
use maitred_actors::types::{CallSettings, Profile};
use serde_json::{Map, Value};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How long a provider may take to speak in a voice that is tried.
const TRIAL_WAIT: Duration = Duration::from_secs(10);
/// What a voice that is tried speaks.
const TRIAL: &str = "Hello.";

type Tell = Box<dyn Fn(CallSettings) + Send + Sync>;

/// The settings that hold now, and how they change.
pub struct SettingsDesk {
    config: Config,
    metrics: Arc<Metrics>,
    clock: Arc<dyn Clock>,
    speaking: Vec<Arc<dyn Speaking>>,
    tell: OnceLock<Tell>,
    one_at_a_time: tokio::sync::Mutex<()>,
    standing: watch::Sender<Standing>,
    profile: watch::Sender<profile::Standing>,
    current: CurrentProfile,
}

impl SettingsDesk {
    /// Begins with the settings as they were read at start.
    pub fn new(
        config: Config,
        metrics: Arc<Metrics>,
        clock: Arc<dyn Clock>,
        speaking: Vec<Arc<dyn Speaking>>,
    ) -> Self {
        let at = clock.now();
        let (profile, current) = CurrentProfile::new(Arc::clone(&config.business.profile));
        let standing = Standing {
            version: version_after(0, at),
            at,
            source: Source::Start,
            values: config.values(&config.settings.overrides),
            refused: Vec::new(),
            text: config.settings.text.clone(),
        };
        metrics.note_profile_standing(true);
        metrics.note_profile_in_force(&config.business.profile);
        let mode = standing.values.ai_mode.as_str();
        metrics.note_settings_standing(standing.version, mode, true);
        Self {
            config,
            metrics,
            clock,
            speaking,
            tell: OnceLock::new(),
            one_at_a_time: tokio::sync::Mutex::default(),
            standing: watch::channel(standing).0,
            profile,
            current,
        }
    }

    /// Says who is told of the settings with which calls begin from now on; the first time counts.
    pub fn tell_to(&self, tell: impl Fn(CallSettings) + Send + Sync + 'static) {
        let _ = self.tell.set(Box::new(tell));
    }

    /// Gives the profile of the business, as it is at each moment.
    pub fn profile(&self) -> CurrentProfile {
        self.current.clone()
    }

    /// Tells how the settings stand.
    pub fn standing(&self) -> Standing {
        self.standing.borrow().clone()
    }

    /// Gives the file in which a change is kept; none: it holds until the server ends.
    pub fn file(&self) -> Option<&Path> {
        self.config.settings.file.as_deref()
    }

    /// Gives the settings that a call admitted now keeps.
    pub fn call_settings(&self) -> CallSettings {
        let standing = self.standing.borrow();
        let profile = self.current.get();
        self.config
            .call_settings(&standing.values, standing.version, &profile)
    }

    /// Follows the files until told to stop.
    pub async fn follow(&self, stop: CancellationToken) {
        let settings = async {
            if let Some(file) = self.config.settings.file.clone() {
                let tell = |found| self.settings_found(found);
                Follower::new(file).follow(stop.clone(), tell).await;
            }
        };
        let profile = async {
            if let Some(file) = self.config.business.file.clone() {
                let tell = |found| self.profile_found(found);
                Follower::new(file).follow(stop.clone(), tell).await;
            }
        };
        tokio::join!(settings, profile);
    }

    /// Changes settings as the API asks for it, and keeps the change in the file, if there is one.
    pub async fn change(&self, change: Change, wanted: &Map<String, Value>) -> Result<(), Refusal> {
        let _turn = self.one_at_a_time.lock().await;
        let changed = self.change_now(change, wanted).await;
        if let Err(refusal) = &changed {
            self.metrics.note_settings(Source::Api.as_str(), "refused");
            tracing::warn!(from = Source::Api.as_str(), %refusal, "changed settings refused");
        }
        changed
    }

    async fn change_now(&self, change: Change, wanted: &Map<String, Value>) -> Result<(), Refusal> {
        let before = match self.file() {
            Some(file) if !file.exists() => String::new(),
            Some(file) => match look_at(file).await {
                Ok(text) => text,
                // What cannot be read has nothing worth keeping when it is replaced as a whole.
                Err(_) if change == Change::Whole => String::new(),
                Err(problem) => return Err(Refusal::NotKept(problem.to_string())),
            },
            None => self.standing.borrow().text.clone(),
        };
        let text = edited(&before, change, wanted).map_err(|key| {
            Refusal::Problems(vec![FileProblem {
                file: self.name(),
                line: 1,
                column: 1,
                key,
                found: "a list or an object".to_owned(),
                expected: "a text, a number, true, false or null".to_owned(),
            }])
        })?;
        let overrides = self.judge(&text).await.map_err(Refusal::Problems)?;
        if let Some(file) = self.file() {
            let kept = replace(file, &text).await;
            kept.map_err(|error| Refusal::NotKept(error.to_string()))?;
        }
        self.take(&overrides, text, Source::Api);
        Ok(())
    }

    async fn settings_found(&self, found: Found) {
        let _turn = self.one_at_a_time.lock().await;
        if is_outdated(self.file(), &found).await {
            return;
        }
        let judged = match found {
            Ok(text) if self.is_emptied(&text) => Err(vec![FileProblem {
                expected: "settings, or a comment where none are wanted".to_owned(),
                ..FileProblem::unreadable(self.name(), "an empty file".to_owned())
            }]),
            Ok(text) => self.judge(&text).await.map(|overrides| (overrides, text)),
            Err(problem) => Err(vec![problem]),
        };
        match judged {
            Ok((overrides, text)) => self.take(&overrides, text, Source::File),
            Err(problems) => {
                self.metrics.note_settings(Source::File.as_str(), "refused");
                tracing::warn!(
                    problems = told(&problems),
                    "changed settings refused; those before still hold"
                );
                self.standing
                    .send_modify(|standing| standing.refused = problems);
                self.note_standing();
            }
        }
    }

    /// Tells whether a file that held something holds nothing any more: a write that broke off, on a full disk for
    /// example, must not take every setting back.
    fn is_emptied(&self, text: &str) -> bool {
        text.trim().is_empty() && !self.standing.borrow().text.trim().is_empty()
    }

    fn note_standing(&self) {
        let standing = self.standing.borrow();
        let mode = standing.values.ai_mode.as_str();
        let is_current = standing.refused.is_empty();
        self.metrics
            .note_settings_standing(standing.version, mode, is_current);
    }

    /// Names the file in problems.
    fn name(&self) -> String {
        let file = self.file().map(|file| file.display().to_string());
        file.unwrap_or_else(|| "settings".to_owned())
    }

    /// Checks settings as a whole. A voice that is new is tried: one that the provider does not know would leave every
    /// caller in silence.
    async fn judge(&self, text: &str) -> Result<Overrides, Vec<FileProblem>> {
        let overrides = Overrides::read(&self.name(), text, self.config.speech.has_voices())?;
        let voice = self.config.values(&overrides).voice;
        let is_new = voice != self.standing.borrow().values.voice;
        if let Some(voice) = voice.filter(|_| is_new)
            && let Err(error) = self.try_voice(&voice).await
        {
            let line = text
                .lines()
                .position(|line| line.trim_start().starts_with("voice"));
            return Err(vec![FileProblem {
                file: self.name(),
                line: line.map_or(1, |line| line + 1),
                column: 1,
                key: "voice".to_owned(),
                found: format!("`{voice}`, which did not speak ({error})"),
                expected: "a voice that the provider speaks with now".to_owned(),
            }]);
        }
        Ok(overrides)
    }

    /// Has every provider with voices speak in one, and waits for the first sound.
    async fn try_voice(&self, voice: &str) -> Result<(), Error> {
        let voiced = self
            .speaking
            .iter()
            .filter_map(|provider| provider.with_voice(voice));
        for provider in voiced {
            let trial = async {
                let mut sound = provider.speak(TRIAL.to_owned()).await?;
                match sound.recv().await {
                    Some(piece) => piece.map(drop),
                    None => Err(Error::Broken("no sound came".to_owned())),
                }
            };
            let tried = tokio::time::timeout(TRIAL_WAIT, trial).await;
            tried.unwrap_or_else(|_| Err(Error::Unreachable("no sound in time".to_owned())))?;
        }
        Ok(())
    }

    fn take(&self, overrides: &Overrides, text: String, source: Source) {
        let values = self.config.values(overrides);
        let changed = values.differing(&self.standing.borrow().values);
        self.standing.send_modify(|standing| {
            standing.refused.clear();
            standing.text = text;
            if !changed.is_empty() {
                standing.values = values.clone();
            }
        });
        if changed.contains(&"log_level") {
            set_log_level(&values.log_level);
        }
        if changed.is_empty() {
            return self.note_standing();
        }
        self.metrics.note_settings(source.as_str(), "accepted");
        self.number(source, &changed.join(", "));
    }

    /// Gives what holds now a version, and tells it.
    fn number(&self, source: Source, changed: &str) {
        let at = self.clock.now();
        self.standing.send_modify(|standing| {
            standing.version = version_after(standing.version, at);
            standing.at = at;
            standing.source = source;
        });
        self.note_standing();
        let version = self.standing.borrow().version;
        tracing::info!(
            settings.version = version,
            from = source.as_str(),
            changed,
            "settings changed"
        );
        if let Some(tell) = self.tell.get() {
            tell(self.call_settings());
        }
    }

    /// Changes the profile of the business as the API asks for it, and keeps it in its file, if there is one.
    pub async fn change_profile(&self, text: &str) -> Result<(), Refusal> {
        let _turn = self.one_at_a_time.lock().await;
        let file = self.config.business.file.as_deref();
        let name = file.map_or_else(
            || "business.toml".to_owned(),
            |file| file.display().to_string(),
        );
        let profile = match read_profile(&name, text) {
            Ok(profile) => profile,
            Err(problems) => {
                self.metrics.note_profile("refused");
                tracing::warn!(
                    from = Source::Api.as_str(),
                    problems = told(&problems),
                    "changed profile refused; the one before still holds"
                );
                return Err(Refusal::Problems(problems));
            }
        };
        if let Some(file) = file {
            let kept = replace(file, text).await;
            kept.map_err(|error| Refusal::NotKept(error.to_string()))?;
        }
        self.take_profile(profile, Source::Api);
        Ok(())
    }

    async fn profile_found(&self, found: Found) {
        let _turn = self.one_at_a_time.lock().await;
        let file = self.config.business.file.as_deref();
        if is_outdated(file, &found).await {
            return;
        }
        let name = file.map_or_else(String::new, |file| file.display().to_string());
        let read = match found {
            Ok(text) => read_profile(&name, &text),
            Err(problem) => Err(vec![problem]),
        };
        match read {
            Ok(profile) => self.take_profile(profile, Source::File),
            Err(problems) => {
                tracing::warn!(
                    problems = told(&problems),
                    "changed profile refused; the one before still holds"
                );
                self.metrics.note_profile("refused");
                self.metrics.note_profile_standing(false);
                self.profile
                    .send_modify(|standing| standing.refused = problems);
            }
        }
    }

    fn take_profile(&self, profile: Profile, source: Source) {
        let is_new = *self.profile.borrow().profile != profile;
        self.profile.send_modify(|standing| {
            standing.refused.clear();
            if is_new {
                standing.profile = Arc::new(profile);
            }
        });
        self.metrics.note_profile_standing(true);
        if is_new {
            self.metrics.note_profile("accepted");
            self.metrics.note_profile_in_force(&self.current.get());
            self.number(source, "business profile");
        }
    }
}

/// Tells whether a file holds something else by now, because the API changed it meanwhile; the follower will tell of that too.
async fn is_outdated(file: Option<&Path>, found: &Found) -> bool {
    let (Some(file), Ok(found)) = (file, found) else {
        return false;
    };
    look_at(file).await.is_ok_and(|now| now != *found)
}

fn told(problems: &[FileProblem]) -> String {
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    told.join("; ")
}
