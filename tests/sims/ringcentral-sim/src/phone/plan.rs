//! What a caller is to do: whom to call, from which number, how the media is protected.
//!
//! Owns plain data; tests fill it in. It never opens a socket.

use std::net::SocketAddr;
use std::time::Duration;

use super::device::DeviceAccount;
use crate::edge::SipEdge;
use crate::sip::Transport;

/// Says whether media is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// Offers RTP/AVP.
    Rtp,
    /// Offers RTP/SAVP with `AES_CM_128_HMAC_SHA1_80`, keys in SDP.
    Srtp,
}

/// Says where the INVITE goes.
#[derive(Debug, Clone)]
pub enum Target {
    /// Goes to an address, as from a plain SIP trunk.
    Address(SocketAddr, Transport),
    /// Goes through the edge to whoever registered there last, as from RingCentral.
    Edge(SipEdge),
}

/// Says how a phone answers a REFER (RFC 3515).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferReaction {
    /// Accepts, reports 100 and 200, and hangs up this leg if asked to.
    Accept {
        /// Sends BYE after the last report, as the service does.
        then_hang_up: bool,
    },
    /// Accepts and reports that the target answered with this status; the call goes on.
    Fail(u16),
    /// Accepts and leaves it to the network to connect the caller and to report how that went.
    Connect,
    /// Refuses the REFER with this status.
    Refuse(u16),
}

/// Describes one call to be made.
#[derive(Debug, Clone)]
pub struct DialPlan {
    /// Says where the INVITE goes.
    pub to: Target,
    /// Holds the caller's number, `+15557654321` by default.
    pub from_number: String,
    /// Holds the caller's name, if the network knows one.
    pub from_name: Option<String>,
    /// Holds the number that was dialled, `+15551230001` by default.
    pub to_user: String,
    /// Says whether media is encrypted.
    pub media: Media,
    /// Holds the Call-ID to use; drawn at random when `None`.
    pub call_id: Option<String>,
    /// Lists further headers of the INVITE.
    pub headers: Vec<(String, String)>,
    /// Lists the payload types offered; only PCMU (0) is really spoken.
    pub payload_types: Vec<u8>,
    /// Sends the INVITE without SDP, as RingCentral's queues may; the offer is then the other side's.
    pub delayed_offer: bool,
    /// Holds what a device answers to 407 with, when it calls out through the edge.
    pub credentials: Option<DeviceAccount>,
    /// Keeps both directions in memory.
    pub record: bool,
    /// Says how a REFER is answered.
    pub refer: ReferReaction,
    /// Sets the first retransmission pause, 500 ms by RFC 3261.
    pub t1: Duration,
}

impl DialPlan {
    /// Plans a call to an address with plain RTP.
    pub fn to_address(address: SocketAddr, transport: Transport) -> Self {
        Self::new(Target::Address(address, transport), Media::Rtp, vec![0])
    }

    /// Plans a call through the edge, with the codec list and encryption of the service.
    pub fn through(edge: &SipEdge) -> Self {
        let offered = vec![111, 9, 0, 18, 96, 8, 109];
        Self::new(Target::Edge(edge.clone()), Media::Srtp, offered)
    }

    /// Plans a call of a device to a number, through the edge where it registers.
    pub fn from_device(account: &DeviceAccount, number: &str) -> Self {
        let to = Target::Address(account.server, account.transport);
        Self {
            from_number: account.user_name.clone(),
            to_user: number.to_owned(),
            credentials: Some(account.clone()),
            ..Self::new(to, Media::Srtp, vec![0])
        }
    }

    fn new(to: Target, media: Media, payload_types: Vec<u8>) -> Self {
        Self {
            to,
            from_number: "+15557654321".to_owned(),
            from_name: None,
            to_user: "+15551230001".to_owned(),
            media,
            call_id: None,
            headers: Vec::new(),
            payload_types,
            delayed_offer: false,
            credentials: None,
            record: false,
            refer: ReferReaction::Accept { then_hang_up: true },
            t1: Duration::from_millis(500),
        }
    }
}
