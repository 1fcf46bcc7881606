//! Owns listening to a recording of one voice as to a caller, with a recogniser that takes no time: what the turns would
//! be, and how long each end was waited for. Called by `maitred hear`. Never takes part in a call.

use super::ear::{Ear, FRAME_BYTES, Task};
use super::sound;
use maitred_actors::ports::hearing::{Heard, Patience};
use maitred_speech_engines::{Recogniser, mulaw};
use std::path::Path;
use std::time::{Duration, Instant};

/// Samples of silence that follow the recording: two seconds.
const SILENCE: usize = 16_000;

/// A turn as it was heard, in milliseconds from the start of the recording.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// The words; none where it was a noise.
    pub text: String,
    /// Where the voice was last heard.
    pub speech_end_ms: u64,
    /// Where the turn was taken for over.
    pub ended_ms: u64,
}

/// What was heard.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overheard {
    /// The turns, in order.
    pub turns: Vec<Turn>,
    /// How often the recogniser was asked.
    pub requests: u32,
    /// How long it took in all.
    pub took: Duration,
}

/// Listens to the first channel of a WAV or MP3 file. Fails where it cannot be read, or the recogniser fails.
pub fn overhear(
    recogniser: &Recogniser,
    path: &Path,
    patience: Patience,
) -> anyhow::Result<Overheard> {
    let mut samples = sound::read(path)?.into_iter().next().unwrap_or_default();
    samples.resize(samples.len() + SILENCE, 0);
    let coded: Vec<u8> = samples
        .iter()
        .map(|sample| mulaw::encode(*sample))
        .collect();
    let mut ear = Ear::new(patience);
    let mut heard = Overheard::default();
    for frame in coded.chunks_exact(FRAME_BYTES) {
        let tasks = ear.frame(frame);
        perform(recogniser, &mut ear, tasks, &mut heard)?;
    }
    let tasks = ear.close();
    perform(recogniser, &mut ear, tasks, &mut heard)?;
    Ok(heard)
}

fn perform(
    recogniser: &Recogniser,
    ear: &mut Ear,
    mut tasks: Vec<Task>,
    heard: &mut Overheard,
) -> anyhow::Result<()> {
    while let Some(task) = tasks.pop() {
        match task {
            Task::Report(Heard::EndOfTurn(said)) => heard.turns.push(Turn {
                text: said.text,
                speech_end_ms: said.speech_end_ms,
                ended_ms: ear.now_ms(),
            }),
            Task::Transcribe(stretch) => {
                let begun = Instant::now();
                let transcript = recogniser.transcribe(&stretch.samples_16k())?;
                heard.took += begun.elapsed();
                heard.requests += 1;
                tasks.extend(ear.transcribed(&transcript));
            }
            Task::Report(_) | Task::Forget => {}
        }
    }
    Ok(())
}
