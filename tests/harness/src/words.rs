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
    sounding: Arc<watch::Sender<bool>>,
}

impl Default for Heard {
    fn default() -> Self {
        Self {
            words: Arc::default(),
            damaged: Arc::default(),
            count: Arc::new(watch::Sender::new(0)),
            sounding: Arc::new(watch::Sender::new(false)),
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

    /// Notes that a sound began or ended.
    pub fn sounds(&self, sounds: bool) {
        self.sounding.send_replace(sounds);
    }

    /// Waits until nothing sounds.
    pub async fn quiet(&self) {
        // The sender lives as long as this value.
        let _ = self.sounding.subscribe().wait_for(|sounds| !sounds).await;
    }

    /// Waits until more words than so many were heard, and gives their number.
    pub async fn more(&self, than: usize) -> usize {
        let mut count = self.count.subscribe();
        // The sender lives as long as this value.
        let heard = count.wait_for(|count| *count > than).await;
        heard.map_or(than, |count| *count)
    }

    /// Gives the number of words heard so far.
    pub fn count(&self) -> usize {
        *self.count.borrow()
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

/// Says a day as a recogniser writes what a caller said, for example "june sixth".
pub fn said(day: Date) -> String {
    day_in_words(day).to_lowercase()
}

/// Says which day of its month a day is, for example "the sixth".
pub fn nth_said(day: Date) -> String {
    let words = said(day);
    let nth = words.split_once(' ').map_or("", |(_, nth)| nth);
    format!("the {nth}")
}

/// Says the weekday of a day, for example "saturday".
pub fn weekday_said(day: Date) -> String {
    spoken::weekday(day.weekday()).to_lowercase()
}
