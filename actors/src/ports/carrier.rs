//! Owns the port to RingCentral's own view of a call: commands to a party of a session, reading a session, sending a
//! text. Implemented by `src/adapters/ringcentral`; called by the `PhoneLine` actor and the sender of texts. Carries no
//! audio: that is the telephone line's.

use super::PortFuture;
use crate::call::PartyStatus;
use crate::types::{PhoneNumber, SessionId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One party of a telephony session, by which every command is addressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyRef {
    /// `telephonySessionId`.
    pub session: SessionId,
    /// `partyId`.
    pub party: String,
}

/// Where a call is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A telephone number.
    PhoneNumber(PhoneNumber),
    /// A short number within the account, for example `102`.
    ExtensionNumber(String),
    /// An extension by id.
    ExtensionId(String),
    /// The voicemail of an extension, by the extension's id.
    Voicemail(String),
}

/// What can be asked for a party (Call Control API of RingEX).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Bring a ringing call to our own device, which is rung with a request to answer at once.
    Answer,
    /// Turn a ringing call away; it goes on as the extension's rules say.
    Reject,
    /// End the whole session, for everybody.
    HangUp,
    /// Hold, with RingCentral's music.
    Hold,
    /// Take back from hold.
    Unhold,
    /// Mute or unmute the party.
    Mute {
        /// Whether it is to be muted.
        muted: bool,
    },
    /// Send a ringing call elsewhere.
    Forward {
        /// Where.
        to: Target,
    },
    /// Send an answered call elsewhere, unannounced.
    Transfer {
        /// Where.
        to: Target,
    },
    /// Connect the caller with another call of ours, and leave both (warm transfer).
    Bridge {
        /// Our party in the other call.
        with: PartyRef,
    },
    /// Park the call.
    Park,
    /// Start a recording.
    StartRecording,
    /// Pause or resume a recording.
    SetRecording {
        /// Id of the recording.
        recording: String,
        /// `false` pauses, `true` resumes.
        active: bool,
    },
    /// Press keys for the other side to hear, by the line: RingCentral's REST presses none.
    Press {
        /// `0` to `9`, `*`, `#`, `A` to `D`.
        keys: String,
    },
    /// Have RingCentral speak a text to a caller who has not been answered; takes the call from us.
    Reply {
        /// The text.
        text: String,
    },
}

impl Command {
    /// Names the command, for logs and labels.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Reject => "reject",
            Self::HangUp => "hang_up",
            Self::Hold => "hold",
            Self::Unhold => "unhold",
            Self::Mute { .. } => "mute",
            Self::Forward { .. } => "forward",
            Self::Transfer { .. } => "transfer",
            Self::Bridge { .. } => "bridge",
            Self::Park => "park",
            Self::StartRecording => "start_recording",
            Self::SetRecording { .. } => "set_recording",
            Self::Press { .. } => "press",
            Self::Reply { .. } => "reply",
        }
    }

    /// Tells whether RingCentral takes the command for a party in this state (`status.code`, however written).
    pub fn is_legal(&self, code: &str) -> bool {
        let code = code.to_ascii_lowercase();
        let ringing = matches!(code.as_str(), "setup" | "proceeding");
        let talking = code == "answered";
        let held = code == "hold";
        match self {
            Self::Answer | Self::Reject | Self::Forward { .. } | Self::Reply { .. } => ringing,
            Self::HangUp => ringing || talking || held || code == "parked",
            Self::Hold
            | Self::Press { .. }
            | Self::Mute { .. }
            | Self::StartRecording
            | Self::SetRecording { .. } => talking,
            Self::Unhold => held,
            Self::Transfer { .. } | Self::Bridge { .. } | Self::Park => talking || held,
        }
    }
}

/// What a command brought beside success.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Park orbit after `Park`, for example `*801`.
    #[serde(default)]
    pub park: Option<String>,
    /// Id of the recording after `StartRecording`.
    #[serde(default)]
    pub recording: Option<String>,
}

/// A text that RingCentral says has gone from us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextSeen {
    /// RingCentral's id of it.
    pub id: String,
    /// The words, or their beginning.
    pub body: String,
}

/// Why RingCentral did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum Error {
    /// No REST application is configured.
    #[error("no ringcentral application is configured")]
    NotConfigured,
    /// The session or party is over or was never there.
    #[error("no such session or party")]
    Gone,
    /// The party is in a state in which the command means nothing (TAS-101, TAS-102); the session is to be read again.
    #[error("not in this state of the call")]
    WrongState,
    /// RingCentral refused for another reason, with its HTTP status and `errorCode`.
    #[error("refused with {status} {code}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// `errorCode`.
        code: String,
    },
    /// Down, too slow, or the rate limit has no room; nothing was carried out.
    #[error("ringcentral not available: {0}")]
    Unavailable(String),
    /// No answer came; the command may have been carried out.
    #[error("ringcentral did not answer: {0}")]
    Unsure(String),
}

/// RingCentral's view of calls.
pub trait Carrier: Send + Sync + 'static {
    /// Tells whether a REST application is configured at all.
    fn is_configured(&self) -> bool;
    /// Gives the id of our own extension, by which our parties are told from others'; `None` while nobody could say.
    fn own_extension(&self) -> PortFuture<Option<String>>;
    /// Has a command carried out. Tries again only where repeating is safe: nothing was carried out, or doing it twice
    /// comes to the same.
    fn command(&self, party: &PartyRef, command: &Command) -> PortFuture<Result<Done, Error>>;
    /// Reads a session's parties, with sequence 0; `Gone` once the session is over.
    fn session(&self, session: &SessionId) -> PortFuture<Result<Vec<PartyStatus>, Error>>;
    /// Sends a text message and gives RingCentral's id of it. Never tries again where it may have been sent.
    fn text(&self, to: &PhoneNumber, body: &str) -> PortFuture<Result<String, Error>>;
    /// Lists the texts that went from us to a number since a moment; `NotConfigured` where the carrier keeps no list.
    fn texts_since(
        &self,
        _to: &PhoneNumber,
        _since: Timestamp,
    ) -> PortFuture<Result<Vec<TextSeen>, Error>> {
        Box::pin(std::future::ready(Err(Error::NotConfigured)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Command, Target};

    #[test]
    fn commands_are_legal_only_where_ringcentral_takes_them() {
        let forward = Command::Forward {
            to: Target::ExtensionNumber("102".to_owned()),
        };
        assert!(forward.is_legal("Proceeding") && !forward.is_legal("Answered"));
        assert!(Command::Unhold.is_legal("Hold") && !Command::Unhold.is_legal("Answered"));
        assert!(Command::Park.is_legal("answered") && !Command::Park.is_legal("Disconnected"));
        assert!(!Command::HangUp.is_legal("Gone"));
    }
}
