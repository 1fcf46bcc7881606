//! Owns what is known of one party. Called by `Session`. A field is that of the highest sequence that brought it; what was
//! once true of the party stays true, whatever came before or after.

use crate::call::PartyStatus;
use crate::types::PhoneNumber;
use std::collections::BTreeSet;

/// What `status.code` means (RingCentral dossier, 3.3), however it is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Code {
    Ringing,
    Answered,
    Held,
    Parked,
    Voicemail,
    Over,
    Other,
}

impl Code {
    pub(super) fn read(code: &str) -> Self {
        match plain(code).as_str() {
            "setup" | "proceeding" => Self::Ringing,
            "answered" | "faxreceive" => Self::Answered,
            "hold" => Self::Held,
            "parked" => Self::Parked,
            "voicemail" | "voicemailscreening" | "vmscreening" => Self::Voicemail,
            "disconnected" | "gone" => Self::Over,
            _ => Self::Other,
        }
    }
}

/// Letters and digits only, in lower case: RingCentral is not sure of its own spelling.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|one| one.to_ascii_lowercase())
        .collect()
}

/// A value with the sequence that brought it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Latest<T>(Option<(u64, T)>);

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Clone> Latest<T> {
    fn take(&mut self, sequence: u64, value: Option<&T>) {
        if let Some(value) = value
            && self.0.as_ref().is_none_or(|(known, _)| sequence >= *known)
        {
            self.0 = Some((sequence, value.clone()));
        }
    }

    fn get(&self) -> Option<&T> {
        self.0.as_ref().map(|(_, value)| value)
    }
}

/// What is known of one party.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    code: Latest<String>,
    direction: Latest<String>,
    extension: Latest<String>,
    from: Latest<PhoneNumber>,
    from_name: Latest<String>,
    to: Latest<String>,
    /// Reason of the report that ended the party.
    reason: Latest<String>,
    over: bool,
    seen: BTreeSet<Code>,
    missed: bool,
    replied: bool,
    recordings: BTreeSet<String>,
}

impl Party {
    pub(super) fn take(&mut self, sequence: u64, status: &PartyStatus) {
        let code = Code::read(&status.code);
        self.code.take(sequence, Some(&status.code));
        self.direction.take(sequence, status.direction.as_ref());
        self.extension.take(sequence, status.extension.as_ref());
        self.from.take(sequence, status.from.as_ref());
        self.from_name.take(sequence, status.from_name.as_ref());
        self.to.take(sequence, status.to.as_ref());
        if code == Code::Over {
            self.over = true;
            self.reason.take(sequence, status.reason.as_ref());
        }
        self.seen.insert(code);
        self.missed |= status.missed;
        self.replied |= status.reason.as_deref().map(plain).as_deref() == Some("callreplied");
        let recordings = status.recordings.iter().map(|one| one.id.clone());
        self.recordings.extend(recordings);
    }

    /// Gives the highest sequence seen.
    pub fn sequence(&self) -> u64 {
        self.code.0.as_ref().map_or(0, |(sequence, _)| *sequence)
    }

    /// Gives the latest `status.code`; a party that ended stays `Disconnected`.
    pub fn code(&self) -> &str {
        let code = self.code.get().map_or("", String::as_str);
        if self.over && Code::read(code) != Code::Over {
            return "Disconnected";
        }
        code
    }

    /// Tells whether the party is over, or goes on elsewhere.
    pub fn is_over(&self) -> bool {
        self.over
    }

    pub(super) fn has_been(&self, code: Code) -> bool {
        self.seen.contains(&code)
    }

    /// Tells whether anybody spoke with this party. One that rang and ended without a word of missing was answered by
    /// somebody, though the report of that never came.
    pub(super) fn was_answered(&self) -> bool {
        [Code::Answered, Code::Held, Code::Parked]
            .into_iter()
            .any(|code| self.has_been(code))
    }

    pub(super) fn was_missed(&self) -> bool {
        self.missed
    }

    pub(super) fn was_replied(&self) -> bool {
        self.replied
    }

    pub(super) fn reason(&self) -> Option<String> {
        self.reason.get().map(|reason| plain(reason))
    }

    pub(super) fn is_inbound(&self) -> bool {
        self.direction() == Some("Inbound")
    }

    pub(super) fn direction(&self) -> Option<&str> {
        self.direction.get().map(String::as_str)
    }

    pub(super) fn extension(&self) -> Option<&str> {
        self.extension.get().map(String::as_str)
    }

    pub(super) fn from(&self) -> Option<&PhoneNumber> {
        self.from.get()
    }

    pub(super) fn caller_name(&self) -> Option<&String> {
        self.from_name.get()
    }

    pub(super) fn to(&self) -> Option<&String> {
        self.to.get()
    }

    pub(super) fn recordings(&self) -> impl Iterator<Item = &str> {
        self.recordings.iter().map(String::as_str)
    }
}
