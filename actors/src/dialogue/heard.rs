//! Owns what the caller has heard of us, and the rule that nobody agrees to what was not heard. Called by the policy and by
//! the conversation.

use super::conversation::Dialogue;
use super::phrases::Line;
use super::reply::{Next, Reply};

impl Dialogue {
    /// Gives the last line once more.
    pub fn repeat(&self) -> Line {
        self.last_line.clone()
    }

    /// Notes that the last line was heard, all that matters of it.
    pub fn line_was_heard(&mut self) {
        self.line_heard = true;
        self.forget_stray_keys();
    }

    /// Tells whether the last line was heard.
    pub fn line_is_heard(&self) -> bool {
        self.line_heard
    }

    /// Says the last line again where the book would be changed on an answer to it that came before it was heard.
    pub(super) fn unless_unheard(&mut self, reply: Reply) -> Reply {
        let commits = matches!(&reply.next, Next::Ask(ask) if ask.commits());
        if commits && !self.line_heard {
            return self.noise();
        }
        reply
    }
}
