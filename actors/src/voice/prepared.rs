//! Owns the sound that is made ahead of need: one line at most, for a short time, known by its words. Held by the mouth.
//! Never puts sound into the playout.

use crate::dialogue::phrases::Line;
use crate::ports::observer::Signal;
use crate::registry::Role;
use crate::speech_desk::{SpeechDeskMsg, Spoken};
use crate::world::World;
use std::time::Duration;
use tokio::sync::oneshot;

/// How long prepared sound waits for its use: as long as a recogniser may wait for the end of a turn.
pub(super) const KEPT_FOR: Duration = Duration::from_secs(6);

/// Words to be spoken. The same words in the same voice sound the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// The words.
    pub text: String,
    /// Whether their sound may be kept.
    pub fixed: bool,
    /// Voice; none: the provider's own.
    pub voice: Option<String>,
}

impl Words {
    /// Gives a line to a voice.
    pub fn of(line: Line, voice: Option<String>) -> Self {
        let Line { text, fixed } = line;
        Self { text, fixed, voice }
    }

    /// Has the sound of them made; `None` if nobody is there to make it. Dropping the answer, or the sound in it, ends the
    /// making.
    pub(super) fn ask_for_sound(&self, world: &World) -> Option<oneshot::Receiver<Spoken>> {
        let (reply, answer) = oneshot::channel();
        let ask = SpeechDeskMsg::Speak {
            text: self.text.clone(),
            fixed: self.fixed,
            voice: self.voice.clone(),
            reply,
        };
        world.registry.tell(Role::SpeechDesk, ask).then_some(answer)
    }
}

/// What is prepared, if anything.
#[derive(Default)]
pub(super) struct Prepared {
    there: Option<(Words, oneshot::Receiver<Spoken>)>,
    /// Number of the last preparation.
    last: u64,
}

impl Prepared {
    /// Has the sound of these words made, in place of what was prepared before. Gives the number of the preparation; none
    /// where it is there already.
    pub fn prepare(&mut self, words: Words, world: &World) -> Option<u64> {
        if self
            .there
            .as_ref()
            .is_some_and(|(there, _)| *there == words)
        {
            return None;
        }
        self.forget(world);
        self.there = words.ask_for_sound(world).map(|sound| (words, sound));
        self.last += 1;
        Some(self.last)
    }

    /// Gives the sound of these words, if it is what was prepared; what else was prepared is of no use any more.
    pub fn take(&mut self, words: &Words, world: &World) -> Option<oneshot::Receiver<Spoken>> {
        let (there, sound) = self.there.take()?;
        let used = there == *words;
        world.note(Signal::Prepared { used });
        used.then_some(sound)
    }

    /// Drops what is prepared.
    pub fn forget(&mut self, world: &World) {
        if self.there.take().is_some() {
            world.note(Signal::Prepared { used: false });
        }
    }

    /// Drops the preparation of this number, if it is still there.
    pub fn expire(&mut self, number: u64, world: &World) {
        if number == self.last {
            self.forget(world);
        }
    }
}
