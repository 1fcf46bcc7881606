//! Owns the writing down of stored recordings with the local recogniser: channel by channel, stretch by stretch, on a
//! thread of its own, and only while nobody is on the telephone. Called by the `Archivist` through
//! `ports::archive::Transcriber`. Never uses the threads of live calls.

use super::sound;
use super::workers::{Engines, LocalSpeech};
use maitred_actors::ports::PortFuture;
use maitred_actors::ports::archive::{Error, Spoken, Stored, Transcriber};
use maitred_speech_engines::{Thresholds, VoiceActivity, resample};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior};

const NAME: &str = "local_recorded";
/// Samples of one look at the sound: 16 ms.
const FRAME: usize = 128;
const SAMPLES_PER_MS: usize = 8;
/// Sound before the first voice that belongs to it.
const PRE_ROLL_MS: usize = 300;
/// Silence that ends a stretch.
const PAUSE_MS: u64 = 500;
/// Longest stretch; what is longer is cut, so that a call that begins never waits long for the processor.
const STRETCH_MS_MAX: usize = 12_000;
/// How often it is looked whether the telephone is quiet.
const LOOK: Duration = Duration::from_millis(250);
/// Longest wait for a quiet telephone; the archivist tries again later.
const QUIET_WITHIN: Duration = Duration::from_secs(900);

/// Writes recordings down with the local recogniser.
#[derive(Clone)]
pub struct LocalTranscriber {
    speech: LocalSpeech,
}

/// A stretch of voice on a channel, in samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    channel: usize,
    from: usize,
    to: usize,
}

impl LocalTranscriber {
    pub(super) fn new(speech: LocalSpeech) -> Self {
        Self { speech }
    }

    async fn write_down(&self, path: PathBuf) -> Result<Vec<Spoken>, Error> {
        self.until_quiet().await?;
        let read = move || {
            let channels = sound::read(&path)?;
            let stretches = stretches(&channels);
            Ok::<_, io::Error>((channels, stretches))
        };
        let (channels, stretches) = tokio::task::spawn_blocking(read)
            .await
            .map_err(|error| Error::passing("broken", error))?
            .map_err(|error| unreadable(&error))?;
        let channels = Arc::new(channels);
        let mut spoken = Vec::new();
        for stretch in stretches {
            self.until_quiet().await?;
            let channels = Arc::clone(&channels);
            let engines = self.speech.engines();
            let heard = tokio::task::spawn_blocking(move || hear(&engines, &channels, stretch))
                .await
                .map_err(|error| Error::passing("broken", error))?
                .map_err(|error| Error::passing("broken", error))?;
            spoken.extend(heard);
        }
        spoken.sort_by_key(|one| one.from_ms);
        Ok(spoken)
    }

    /// Waits until nobody is listened to live.
    async fn until_quiet(&self) -> Result<(), Error> {
        let deadline = Instant::now() + QUIET_WITHIN;
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while self.speech.is_listening() {
            if Instant::now() >= deadline {
                return Err(Error::passing("busy", "the telephone was never quiet"));
            }
            look.tick().await;
        }
        Ok(())
    }
}

impl Transcriber for LocalTranscriber {
    fn name(&self) -> &'static str {
        NAME
    }

    fn transcribe(&self, stored: &Stored) -> PortFuture<Result<Vec<Spoken>, Error>> {
        let (transcriber, path) = (self.clone(), PathBuf::from(&stored.path));
        Box::pin(async move { transcriber.write_down(path).await })
    }
}

fn unreadable(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::NotFound => Error::last("missing_file", error),
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
            Error::last("not_audio", error)
        }
        _ => Error::passing("disk", error),
    }
}

fn hear(
    engines: &Engines,
    channels: &[Vec<i16>],
    stretch: Stretch,
) -> Result<Option<Spoken>, maitred_speech_engines::Error> {
    let sound = channels
        .get(stretch.channel)
        .and_then(|channel| channel.get(stretch.from..stretch.to))
        .unwrap_or_default();
    let samples: Vec<f32> = sound.iter().map(|one| f32::from(*one) / 32_768.0).collect();
    let transcript = engines
        .recogniser
        .transcribe(&resample::to_16k_from_8k(&samples))?;
    let text = transcript.text.trim();
    let ms = |samples: usize| i64::try_from(samples / SAMPLES_PER_MS).unwrap_or(i64::MAX);
    Ok((!text.is_empty()).then(|| Spoken {
        voice: u32::try_from(stretch.channel).unwrap_or(u32::MAX),
        from_ms: ms(stretch.from),
        to_ms: ms(stretch.to),
        text: text.to_owned(),
    }))
}

/// Finds where somebody speaks, in order of time.
fn stretches(channels: &[Vec<i16>]) -> Vec<Stretch> {
    let mut all: Vec<Stretch> = channels
        .iter()
        .enumerate()
        .flat_map(|(channel, samples)| {
            voiced(samples).map(move |(from, to)| Stretch { channel, from, to })
        })
        .collect();
    all.sort_by_key(|stretch| stretch.from);
    all
}

fn voiced(samples: &[i16]) -> impl Iterator<Item = (usize, usize)> {
    let thresholds = Thresholds {
        end_ms: PAUSE_MS,
        ..Thresholds::default()
    };
    let mut activity = VoiceActivity::new(thresholds);
    let (mut found, mut begun) = (Vec::new(), None);
    for (number, frame) in samples.chunks(FRAME).enumerate() {
        activity.push(frame);
        let at = number * FRAME + frame.len();
        match begun {
            None if activity.is_speaking() => {
                let lead = (thresholds.start_ms as usize + PRE_ROLL_MS) * SAMPLES_PER_MS;
                begun = Some(at.saturating_sub(lead));
            }
            Some(from)
                if !activity.is_speaking() || at - from >= STRETCH_MS_MAX * SAMPLES_PER_MS =>
            {
                found.push((from, at));
                begun = activity.is_speaking().then_some(at);
            }
            None | Some(_) => {}
        }
    }
    if let Some(from) = begun {
        found.push((from, samples.len()));
    }
    found.into_iter()
}
