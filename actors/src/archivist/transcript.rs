//! Owns what the final transcript of a call is: what was heard live and what its recording says, each part with where
//! it came from, and what in it differs from the booking. Made by `align` and `differ`. Never changes what was heard.

use crate::ports::journal::TurnSpeaker;

/// The transcript that is kept of a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FinalTranscript {
    /// What was said, in order.
    pub parts: Vec<Part>,
    /// What differs from the booking.
    pub flags: Vec<Flag>,
}

/// Who said a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Speaker {
    /// The caller.
    Caller,
    /// Maitred.
    Agent,
    /// Somebody in the recording who is neither, or not known to be: a colleague, a music on hold. Counted from 1.
    Other(u32),
}

impl Speaker {
    /// Gives the name used in the database and the API, for example `caller` or `speaker_1`.
    pub fn name(self) -> String {
        match self {
            Self::Caller => "caller".to_owned(),
            Self::Agent => "agent".to_owned(),
            Self::Other(number) => format!("speaker_{number}"),
        }
    }
}

impl From<TurnSpeaker> for Speaker {
    fn from(speaker: TurnSpeaker) -> Self {
        match speaker {
            TurnSpeaker::Caller => Self::Caller,
            TurnSpeaker::Agent => Self::Agent,
        }
    }
}

/// Where a part came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Only heard, or said, during the call.
    Live,
    /// Only found in the recording.
    Recording,
    /// Both; the text is the one of the call.
    Both,
}

impl Source {
    /// Gives the name used in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Recording => "recording",
            Self::Both => "both",
        }
    }
}

/// One part of the final transcript.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Who said it.
    pub speaker: Speaker,
    /// What was said; of `Both` what was heard live, on which everything was decided.
    pub text: String,
    /// Milliseconds after the call's start.
    pub started_ms: i64,
    /// Where it came from.
    pub source: Source,
    /// What the recording says, where its words are others.
    pub recording_text: Option<String>,
}

/// Something in the recording that differs from what was booked: to be looked at by a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// Position of the part.
    pub part: usize,
    /// What differs: `date`, `time`, `party_size`, `name`, `phone`.
    pub kind: &'static str,
    /// Confirmation number of the booking.
    pub booking: String,
    /// What was booked.
    pub booked: String,
    /// What the recording says.
    pub heard: String,
}
