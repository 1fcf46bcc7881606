//! A call from outside that SIP, REST and webhooks know alike.
//!
//! Owns the caller's phone; tests and the binary hold it. Dropping it hangs up.

use std::ops::Deref;

use crate::phone::Caller;
use crate::webhook::Session;

/// Is a call that is known to SIP, REST and webhooks; the caller's phone is reached through it.
pub struct SimCall {
    pub(super) caller: Caller,
    pub(super) session: Session,
}

impl SimCall {
    /// Shows the identifiers under which REST and webhooks know the call.
    pub fn session(&self) -> &Session {
        &self.session
    }
}

impl Deref for SimCall {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}
