//! Owns the caller of the demo on the line: listens, answers when a question was asked, asks back when none was
//! understood. Called by the demo. Knows of Maitred only what it hears.

use super::manners::{Answer, Manners, PARDON};
use super::senses::Senses;
use ringcentral_sim::SimCall;
use std::sync::{Arc, Mutex, PoisonError};

/// Frames of silence, 20 ms each, after words without a question before the guest asks back.
const PATIENCE_FRAMES: u32 = 175;

/// What the guest heard and said, a line each.
#[derive(Clone, Default)]
pub(super) struct Memory(Arc<Mutex<Vec<String>>>);

impl Memory {
    /// Lists everything so far.
    pub fn lines(&self) -> Vec<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn note(&self, verb: &str, text: &str) {
        let line = format!("the caller {verb}: {text}");
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(line);
    }
}

/// Someone on the line.
pub(super) struct Guest {
    senses: Senses,
    manners: Manners,
    memory: Memory,
    /// What was heard since the guest last spoke.
    heard: String,
    silent_frames: u32,
}

impl Guest {
    /// Gives a guest with these senses and manners.
    pub fn new(senses: Senses, manners: Manners, memory: Memory) -> Self {
        Self {
            senses,
            manners,
            memory,
            heard: String::new(),
            silent_frames: 0,
        }
    }

    /// Talks until the line is dead.
    pub async fn talk(&mut self, call: &SimCall) -> anyhow::Result<()> {
        let mut audio = call.audio();
        while let Some(frame) = audio.recv().await {
            let said = self.senses.hear(&frame.samples).await?;
            self.silent_frames = if self.senses.hears_speech() {
                0
            } else {
                self.silent_frames + 1
            };
            if let Some(said) = said {
                self.memory.note("heard", said.trim());
                self.heard.push_str(&said);
                self.heard.push(' ');
                self.silent_frames = 0;
                match self.manners.answer(&self.heard) {
                    Answer::Say(text) => self.say(call, &text).await?,
                    Answer::Nothing => self.heard.clear(),
                    Answer::NotYet => {}
                }
            } else if self.silent_frames >= PATIENCE_FRAMES && !self.heard.trim().is_empty() {
                self.say(call, PARDON).await?;
            }
        }
        Ok(())
    }

    async fn say(&mut self, call: &SimCall, text: &str) -> anyhow::Result<()> {
        let sound = self.senses.sound(text).await?;
        self.memory.note("said", text);
        // A clip that is cut off means that the call is over, which is noticed by the line going dead.
        call.speak(&sound).finished().await;
        self.heard.clear();
        self.silent_frames = 0;
        Ok(())
    }
}
