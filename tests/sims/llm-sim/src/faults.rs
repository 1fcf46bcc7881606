//! What goes wrong, and what is said otherwise than by OpenAI.
//!
//! Owns the set of faults that hold. Written by tests at any time, read by each request; it never does anything itself.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// One thing that is not as a client expects it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The first byte of the answer comes so late.
    SlowFirstByte(Duration),
    /// Each piece of the answer waits so long; comments come first.
    SlowPieces(Duration),
    /// The connection is cut after so many pieces.
    DropAfter(usize),
    /// Every request is refused with this status and an error object, whose message repeats the request.
    Status(u16),
    /// The body of a refusal is a list with one error in it.
    ErrorInList,
    /// The stream begins with status 200 and holds an error object.
    ErrorInStream,
    /// The stream ends without its mark.
    NoDone,
    /// The last piece tells the usage, with `choices` null.
    UsageWithoutChoices,
    /// Comments stand between the pieces.
    Comments,
    /// Lines end with carriage return and line feed, and the stream is cut into single octets.
    SingleOctets,
    /// Pieces lack `id`, `object`, `created` and `model`, and end for a reason of their own.
    Bare,
    /// A piece is no JSON.
    GarbagePiece,
    /// The answer is a web page with status 200.
    WebPage,
    /// A request with `response_format` is refused with 400.
    RefusesFormat,
    /// A request with anything but model, messages and stream is refused with 400.
    RefusesAllButMessages,
    /// The stream never ends.
    Endless,
    /// The answer comes whole, as JSON, though a stream was asked for.
    Whole,
    /// The answer is cut off at its limit of tokens.
    CutOff,
    /// The model thinks aloud before it answers.
    ThinksAloud,
}

/// The faults that hold.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    pub(crate) fn set(&self, fault: Fault) {
        self.with(|faults| faults.push(fault));
    }

    pub(crate) fn clear(&self) {
        self.with(Vec::clear);
    }

    pub(crate) fn all(&self) -> Held {
        Held(self.with(|faults| faults.clone()))
    }

    fn with<T>(&self, with: impl FnOnce(&mut Vec<Fault>) -> T) -> T {
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The faults that held when a request came.
#[derive(Clone, Debug)]
pub(crate) struct Held(Vec<Fault>);

impl Held {
    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.0.contains(&fault)
    }

    pub(crate) fn find<T>(&self, of: impl Fn(&Fault) -> Option<T>) -> Option<T> {
        self.0.iter().find_map(of)
    }
}
