//! Owns turning normalised text into phonemes, and guessing those of words in no lexicon.
//!
//! Called by `synthesis`. Never reads digits or symbols: `spoken` has put them into words before.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use misaki_rs::fallback::FallbackError;
use misaki_rs::{Fallback, G2P, Language};
use rten::NodeId;
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;
use serde::Deserialize;

use crate::net::{Error, Net, Result, Workers};

/// Longest phoneme string the network is given at once.
const PHONEMES_MAX: usize = 400;

/// English text to phonemes in misaki's alphabet.
pub struct Phonemes {
    g2p: G2P,
}

impl Phonemes {
    /// Loads the lexicons and the network for unknown words from the voice's folder.
    pub fn load(dir: &Path) -> Result<Self> {
        let guess = Guess::load(dir)?;
        let g2p = G2P::with_fallback(Language::EnglishUS, Some(Box::new(guess)));
        Ok(Self { g2p })
    }

    /// Returns the phonemes of a sentence, in pieces short enough for the network.
    pub fn of(&self, sentence: &str) -> Vec<String> {
        let whole = self.g2p.g2p(sentence).map(|(phonemes, _)| phonemes);
        pieces(&whole.unwrap_or_else(|_| self.word_by_word(sentence)))
    }

    /// Leaves out just the word that cannot be read, rather than the sentence.
    fn word_by_word(&self, sentence: &str) -> String {
        let words = sentence.split_whitespace();
        let read = words.filter_map(|word| self.g2p.g2p(word).ok());
        let read: Vec<String> = read.map(|(phonemes, _)| phonemes).collect();
        read.join(" ")
    }
}

/// Cuts phonemes after a comma or the like when there are too many.
fn pieces(phonemes: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut piece = String::new();
    for word in phonemes.split_inclusive(' ') {
        let length = piece.chars().count() + word.chars().count();
        let at_clause = piece.trim_end().ends_with([',', ';', ':', '—']);
        if length > PHONEMES_MAX || (length > PHONEMES_MAX / 2 && at_clause) {
            found.push(std::mem::take(&mut piece));
        }
        piece.push_str(word);
    }
    found.push(piece);
    found.retain(|piece| !piece.trim().is_empty());
    found
}

/// The network that guesses how a word is pronounced from its letters.
struct Guess {
    net: Net,
    letters: NodeId,
    output: NodeId,
    known: HashMap<char, i32>,
    sounds: Vec<char>,
    letters_max: usize,
    workers: Workers,
}

#[derive(Deserialize)]
struct Alphabets {
    r#in: Vec<char>,
    out: Vec<char>,
    maxlen: usize,
}

impl Guess {
    fn load(dir: &Path) -> Result<Self> {
        let path = dir.join("oov.json");
        let text = fs::read(&path).map_err(|e| Error::load(&path, e))?;
        let alphabets: Alphabets =
            serde_json::from_slice(&text).map_err(|e| Error::load(&path, e))?;
        let net = Net::load(&dir.join("oov.onnx"))?;
        let output = net.outputs().first().map(|(_, id)| *id);
        Ok(Self {
            letters: net.node("chars")?,
            output: output.ok_or_else(|| net.failed("it has no output"))?,
            net,
            known: alphabets.r#in.into_iter().zip(1..).collect(),
            sounds: alphabets.out,
            letters_max: alphabets.maxlen,
            workers: Workers::default(),
        })
    }

    fn guess(&self, word: &str) -> Result<String> {
        let known = word
            .chars()
            .filter_map(|letter| self.known.get(&letter).copied());
        let letters: Vec<i32> = known.take(self.letters_max).collect();
        if letters.is_empty() {
            return Ok(String::new());
        }
        let letters = NdTensor::from_data([1, letters.len()], letters);
        let inputs = vec![(self.letters, letters.into())];
        let run = |options: &_| self.net.run(inputs, &[self.output], options);
        let outputs = self.workers.lend(run)?;
        let codes = outputs
            .into_iter()
            .next()
            .and_then(|value| value.into_tensor::<i32>());
        let codes = codes.ok_or_else(|| self.net.failed("no phonemes"))?;
        Ok(self.collapse(&codes.to_vec()))
    }

    /// Reads the network's alignment: a code that repeats counts once, 0 is a gap.
    fn collapse(&self, codes: &[i32]) -> String {
        let mut codes = codes.to_vec();
        codes.dedup();
        let sounds = codes
            .iter()
            .filter_map(|code| usize::try_from(code - 1).ok());
        sounds.filter_map(|i| self.sounds.get(i)).collect()
    }
}

impl Fallback for Guess {
    fn phonemize(&self, word: &str) -> std::result::Result<String, FallbackError> {
        let none = || FallbackError::NoPhonemes {
            word: word.to_owned(),
        };
        let phonemes = self.guess(word).map_err(|_| none())?;
        if phonemes.is_empty() {
            Err(none())
        } else {
            Ok(phonemes)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_sentence_stays_whole() {
        assert_eq!(pieces("həlˈO, ðˈɛɹ."), ["həlˈO, ðˈɛɹ."]);
        assert!(pieces(" ").is_empty());
    }

    #[test]
    fn a_long_sentence_is_cut_after_a_comma() {
        let clause = "aaaa ".repeat(30);
        let text = format!("{},  {},  {}", clause.trim(), clause.trim(), clause.trim());
        let found = pieces(&text);
        assert!(found.len() > 1);
        assert!(found[0].trim_end().ends_with(','));
        assert_eq!(found.concat(), text);
        assert!(
            found
                .iter()
                .all(|piece| piece.chars().count() <= PHONEMES_MAX)
        );
    }
}
