//! Owns the port to the telephone line. Implemented by `src/adapters/telephony`; called by the `PhoneLine` actor.

use super::{PortFuture, audio::Leg, carrier::PartyRef};
use crate::types::{PhoneNumber, SipCallId};
use serde::{Deserialize, Serialize};

/// A call that rings for us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// `Call-ID` of the INVITE.
    pub sip_call_id: SipCallId,
    /// Number of the caller, unless withheld.
    pub from: Option<PhoneNumber>,
    /// Name shown for the caller.
    pub from_name: Option<String>,
    /// User part of the address that was called.
    pub to: String,
    /// Whether the other side asks for an answer at once: somebody has decided already that we take this call, for
    /// example by RingCentral's REST `answer`.
    #[serde(default)]
    pub auto_answer: bool,
}

/// What another process needs to speak on the same dialog again (RFC 3261, 12). Holds no keys: a re-INVITE brings
/// new ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialog {
    /// `Call-ID`.
    pub call_id: SipCallId,
    /// Our tag.
    pub local_tag: String,
    /// The other side's tag.
    pub remote_tag: String,
    /// Our URI, as in `To` of the INVITE.
    pub local_uri: String,
    /// The other side's URI, as in `From` of the INVITE.
    pub remote_uri: String,
    /// Last `CSeq` that we used.
    pub local_seq: u32,
    /// Last `CSeq` that the other side used.
    pub remote_seq: u32,
    /// Route set, in the order in which we would send it.
    pub route_set: Vec<String>,
    /// `Contact` of the other side.
    pub remote_target: String,
    /// `udp`, `tcp` or `tls`.
    pub transport: String,
    /// Negotiated codec as in `a=rtpmap`, for example `PCMU/8000`.
    pub codec: String,
    /// Whether the media is SRTP.
    pub secured: bool,
    /// RTP address of the other side, `host:port`.
    pub remote_media: String,
    /// Whether the way to the other side is the account's server.
    #[serde(default)]
    pub of_account: bool,
}

/// An answered call: the dialog for the journal, the leg for the voice.
pub struct AnsweredCall {
    /// Facts of the dialog.
    pub dialog: Dialog,
    /// Running media leg.
    pub leg: Leg,
}

/// A person whom we called and who answered.
pub struct Dialled {
    /// Facts of the dialog; its `call_id` is what the line's other commands want.
    pub dialog: Dialog,
    /// Running media leg.
    pub leg: Leg,
    /// RingCentral's name for our party of this call, where it told.
    pub party: Option<PartyRef>,
}

/// What the line reports without being asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineEvent {
    /// A call rings for us; `180 Ringing` has been sent.
    Offered(Offer),
    /// The caller gave up before the answer (CANCEL).
    Cancelled {
        /// The call.
        call: SipCallId,
    },
    /// The other side hung up (BYE), or the dialog was lost.
    HungUp {
        /// The call.
        call: SipCallId,
        /// Why, in short.
        reason: String,
    },
    /// The other side put us on hold, or took us back.
    HoldChanged {
        /// The call.
        call: SipCallId,
        /// Whether we are on hold now.
        held: bool,
    },
    /// The registrar granted a registration for so many seconds.
    Registered {
        /// Seconds until it must be renewed.
        expires_s: u32,
    },
    /// The registration failed or ended; calls will not come until it is back.
    RegistrationLost {
        /// Why, in short.
        reason: String,
    },
}

/// How a call is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Too many calls (SIP 486).
    Busy,
    /// Not able to serve now (SIP 503).
    Unavailable,
    /// Not wanted (SIP 603).
    Declined,
}

/// Why the line could not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum Error {
    /// The call is over or was never there.
    #[error("no such call on the line")]
    NoSuchCall,
    /// The other side offered nothing that we can speak.
    #[error("no common media: {0}")]
    NoCommonMedia(String),
    /// The other side refused, with its SIP status code.
    #[error("refused with status {0}")]
    Refused(u16),
    /// No answer in time.
    #[error("no answer in time")]
    Timeout,
    /// The transport or the socket failed.
    #[error("line failed: {0}")]
    Failed(String),
}

/// A telephone line that rings, can be answered and hung up.
pub trait Line: Send + Sync + 'static {
    /// Waits for the next report; `None` when the line is closed.
    fn next_event(&self) -> PortFuture<Option<LineEvent>>;
    /// Answers a ringing call and starts its media. Asked again for an answered call, gives `NoSuchCall`.
    fn answer(&self, call: &SipCallId) -> PortFuture<Result<AnsweredCall, Error>>;
    /// Turns a ringing call away.
    fn refuse(&self, call: &SipCallId, how: Refusal) -> PortFuture<Result<(), Error>>;
    /// Ends an answered call (BYE).
    fn hang_up(&self, call: &SipCallId) -> PortFuture<Result<(), Error>>;
    /// Takes an answered call up again that another process answered: a re-INVITE within the dialog brings new keys and
    /// a new address for the media. Waits for the registration where the call came over the account's connection.
    /// `NoSuchCall` when the other side no longer knows the call.
    fn resume(&self, dialog: &Dialog) -> PortFuture<Result<AnsweredCall, Error>>;
    /// Calls a person and waits until they answer; what is heard before is ignored. Dropping the future before that
    /// gives the call up. `from_call` is the call on whose behalf it happens, whose caller is named to the person.
    fn dial(
        &self,
        to: &PhoneNumber,
        from_call: Option<&SipCallId>,
    ) -> PortFuture<Result<Dialled, Error>>;
    /// Connects the caller with whom is on the call `with` and leaves both: a REFER of the caller's dialog that replaces
    /// the other one (RFC 3891). Waits until the other side reports success; hanging up whatever is left of the two
    /// calls afterwards is the caller's task.
    fn connect(&self, caller: &SipCallId, with: &SipCallId) -> PortFuture<Result<(), Error>>;
    /// Presses keys on an answered call, as telephone events (RFC 4733); fails where the other side takes none.
    fn press(&self, call: &SipCallId, keys: &str) -> PortFuture<Result<(), Error>>;
    /// Records what both sides of an answered call say from now on into a file of this name; asked again while the same
    /// audio is recorded, changes nothing.
    fn start_recording(&self, call: &SipCallId, file: &str) -> PortFuture<Result<(), Error>>;
    /// Stops recording an answered call; what was recorded stays where it is.
    fn stop_recording(&self, call: &SipCallId) -> PortFuture<Result<(), Error>>;
    /// Sends the caller to another number (REFER, RFC 3515) and waits until the other side reports success; hanging
    /// up afterwards is the caller's task.
    fn transfer(&self, call: &SipCallId, to: &PhoneNumber) -> PortFuture<Result<(), Error>>;
}
