//! Owns what a caller has heard, word by word, and the comparing of words. Called by `caller`.

use jiff::civil::Date;
use maitred_actors::dialogue::spoken;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// The words that survived the line, in order.
#[derive(Clone)]
pub struct Heard {
    words: Arc<Mutex<Vec<String>>>,
    damaged: Arc<Mutex<usize>>,
    count: Arc<watch::Sender<usize>>,
}

impl Default for Heard {
    fn default() -> Self {
        Self {
            words: Arc::default(),
            damaged: Arc::default(),
            count: Arc::new(watch::Sender::new(0)),
        }
    }
}

impl Heard {
    /// Adds a word.
    pub fn add(&self, word: &str) {
        let mut words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        words.push(plain(word));
        self.count.send_replace(words.len());
    }

    /// Counts a stretch that could not be read.
    pub fn add_damage(&self) {
        *self.damaged.lock().unwrap_or_else(PoisonError::into_inner) += 1;
    }

    /// Gives the number of stretches that could not be read.
    pub fn damaged(&self) -> usize {
        *self.damaged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives everything heard so far.
    pub fn text(&self) -> String {
        self.words
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .join(" ")
    }

    /// Waits until a phrase was heard at or after a position; gives the position after it.
    pub async fn phrase(&self, phrase: &str, from: usize) -> usize {
        let wanted: Vec<String> = phrase.split_whitespace().map(plain).collect();
        let mut count = self.count.subscribe();
        loop {
            if let Some(at) = self.find(&wanted, from) {
                return at + wanted.len();
            }
            // The sender lives as long as this value.
            let _ = count.changed().await;
        }
    }

    fn find(&self, wanted: &[String], from: usize) -> Option<usize> {
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = words.get(from..)?;
        rest.windows(wanted.len())
            .position(|window| window == wanted)
            .map(|at| at + from)
    }
}

/// Strips a word of punctuation and capitals.
pub fn plain(word: &str) -> String {
    word.chars()
        .filter(|c| c.is_alphanumeric() || *c == '\'')
        .flat_map(char::to_lowercase)
        .collect()
}

/// Says a day without its weekday, for example "June sixth".
pub fn day_in_words(day: Date) -> String {
    spoken::date(day)
        .split_once(", ")
        .map_or_else(String::new, |(_, rest)| rest.to_owned())
}
