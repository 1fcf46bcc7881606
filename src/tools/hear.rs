//! Owns the lines of `maitred hear`: recordings of one voice each, heard as a caller would be by the local recogniser; the
//! turns of each and the silence that their ends took, and whether an utterance was cut. Called by `main`. Never takes
//! part in a call, never plays sound.

use crate::adapters::speech::local::{Overheard, overhear};
use maitred_actors::ports::hearing::Patience;
use maitred_speech_engines::Recogniser;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What the speakers were asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Asked {
    /// Anything that is not dictated
    #[default]
    Anything,
    /// A name
    Name,
    /// A message, or something else of any length
    Message,
    /// A telephone number
    Number,
    /// A street with its number
    Street,
    /// A ZIP code
    Zip,
    /// A street with its number, and the ZIP code
    Address,
}

impl Asked {
    fn patience(self) -> Patience {
        match self {
            Self::Anything => Patience::Usual,
            Self::Name => Patience::Name,
            Self::Message => Patience::Long,
            Self::Number => Patience::Number,
            Self::Street => Patience::Street,
            Self::Zip => Patience::Zip,
            Self::Address => Patience::Address,
        }
    }
}

/// Hears files, and the `.wav` and `.mp3` files of folders, and writes their turns and a summary. Fails where one cannot be
/// read or heard, or the output not written.
pub fn hear(
    recogniser: &Recogniser,
    asked: Asked,
    paths: &[PathBuf],
    mut output: impl Write,
) -> anyhow::Result<()> {
    let mut sum = Sum::default();
    for file in files(paths)? {
        let heard = overhear(recogniser, &file, asked.patience())?;
        writeln!(output, "{}", file.display())?;
        for turn in heard.turns.iter().filter(|turn| !turn.text.is_empty()) {
            let (at, waited) = (turn.speech_end_ms, turn.ended_ms - turn.speech_end_ms);
            writeln!(output, "{at:>8} ms, waited {waited:>4} ms: {}", turn.text)?;
        }
        sum.add(&heard);
    }
    Ok(writeln!(output, "{}", sum.told())?)
}

/// Lists files as given, and those of folders by name.
fn files(paths: &[PathBuf]) -> io::Result<Vec<PathBuf>> {
    let is_sound = |path: &PathBuf| {
        let kind = path.extension().and_then(|kind| kind.to_str());
        matches!(kind, Some("wav" | "mp3"))
    };
    let inside = |folder: &Path| -> io::Result<Vec<PathBuf>> {
        let entries = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
        let mut files: Vec<PathBuf> = entries.collect::<io::Result<_>>()?;
        files.retain(is_sound);
        files.sort();
        Ok(files)
    };
    let listed = paths.iter().map(|path| match path.is_dir() {
        true => inside(path),
        false => Ok(vec![path.clone()]),
    });
    Ok(listed.collect::<io::Result<Vec<_>>>()?.concat())
}

#[derive(Default)]
struct Sum {
    recordings: u32,
    silent: u32,
    cut: u32,
    /// Of the last turn of each recording: what came before was an end only where it was cut.
    waits_ms: Vec<u64>,
    requests: u32,
    took_ms: u128,
}

impl Sum {
    fn add(&mut self, heard: &Overheard) {
        let turns = heard.turns.iter().filter(|turn| !turn.text.is_empty());
        let said: Vec<_> = turns.collect();
        self.recordings += 1;
        self.silent += u32::from(said.is_empty());
        self.cut += u32::from(said.len() > 1);
        self.waits_ms
            .extend(said.last().map(|turn| turn.ended_ms - turn.speech_end_ms));
        self.requests += heard.requests;
        self.took_ms += heard.took.as_millis();
    }

    fn told(&self) -> String {
        let count = self.waits_ms.len().max(1) as u64;
        let mean_ms = self.waits_ms.iter().sum::<u64>() / count;
        let each_ms = self.took_ms / u128::from(self.requests.max(1));
        format!(
            "{} recordings, {} cut into several turns, {} without words; the end took {mean_ms} ms of silence on average, \
             {} at most; {} transcripts, {each_ms} ms each",
            self.recordings,
            self.cut,
            self.silent,
            self.waits_ms.iter().max().unwrap_or(&0),
            self.requests,
        )
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

    use super::*;
    use crate::adapters::speech::local::Turn;
    use std::time::Duration;

    fn heard(turns: &[(&str, u64, u64)]) -> Overheard {
        let turn = |(text, speech_end_ms, ended_ms): &(&str, u64, u64)| Turn {
            text: (*text).to_owned(),
            speech_end_ms: *speech_end_ms,
            ended_ms: *ended_ms,
        };
        Overheard {
            turns: turns.iter().map(turn).collect(),
            requests: 2,
            took: Duration::from_millis(300),
        }
    }

    #[test]
    fn a_recording_of_several_turns_was_cut_and_noise_is_no_turn() {
        let mut sum = Sum::default();
        sum.add(&heard(&[("", 100, 400), ("One coffee.", 1_000, 1_300)]));
        sum.add(&heard(&[("One,", 500, 900), ("please.", 2_000, 2_256)]));
        sum.add(&heard(&[("", 100, 400)]));
        let told = sum.told();
        assert!(told.starts_with("3 recordings, 1 cut into several turns, 1 without words;"));
        assert!(
            told.contains(" 278 ms of silence on average, 300 at most; 6 transcripts, 150 ms each")
        );
    }

    #[test]
    fn of_a_folder_the_recordings_are_taken_by_name() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.wav", "a.mp3", "README.md"] {
            std::fs::write(folder.path().join(name), b"").unwrap();
        }
        let alone = PathBuf::from("alone.ulaw");
        let found = files(&[folder.path().to_owned(), alone.clone()]).unwrap();
        let at = |name: &str| folder.path().join(name);
        assert_eq!(found, [at("a.mp3"), at("b.wav"), alone]);
    }
}
