//! Owns what the caller has heard of us, and the rule that nobody agrees to what was not heard. Called by the policy and by
//! the conversation.

use super::conversation::Dialogue;
use super::phrases::Line;
use super::reply::{Next, Reply};
use super::stage::Stage;

impl Dialogue {
    /// Gives the last line once more.
    pub fn repeat(&self) -> Line {
        self.last_line.clone()
    }

    /// Notes that the last line was heard, all that matters of it.
    pub fn line_was_heard(&mut self) {
        self.line_heard = true;
        if let Stage::Confirming(details) = &self.stage {
            self.read_back_heard = Some(details.clone());
        }
        self.forget_stray_keys();
    }

    /// Tells whether the last line was heard, or is a read-back of what was heard before.
    pub fn line_is_heard(&self) -> bool {
        self.line_heard || self.is_read_back_heard()
    }

    /// Tells whether what is to be agreed to was read back before and heard.
    pub(super) fn is_read_back_heard(&self) -> bool {
        match &self.stage {
            Stage::Confirming(details) => self.read_back_heard.as_ref() == Some(details),
            _ => false,
        }
    }

    /// Says the last line again where the book would be changed on an answer to it that came before it was heard.
    pub(super) fn unless_unheard(&mut self, reply: Reply) -> Reply {
        let commits = matches!(&reply.next, Next::Ask(ask) if ask.commits());
        if commits && !self.line_is_heard() {
            return self.noise();
        }
        reply
    }
}
