//! Owns the voice path between the network and the call's ears and mouth: RTP and SRTP, SDP, jitter buffer, keys,
//! playout, recording. Started by `adapters/telephony`. Never speaks SIP and never decides anything.

pub mod codec;
mod control;
pub mod dtmf;
pub mod g711;
pub mod jitter;
pub mod leg;
pub mod playout;
pub mod reception;
pub mod recording;
mod rtcp;
pub mod rtp;
pub mod sdp;
mod sender;
pub mod socket;
pub mod srtp;
