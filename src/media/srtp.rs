//! Owns SRTP (RFC 3711) with keys from SDP (SDES, RFC 4568), suite AES_CM_128_HMAC_SHA1_80 only. Called by the leg
//! and by `sdp`. Never prints a key.

use crate::adapters::clock;
use base64::{Engine, engine::general_purpose::STANDARD};
use rtc_srtp::context::Context;
use rtc_srtp::option::{srtcp_replay_protection, srtp_replay_protection};
use rtc_srtp::protection_profile::ProtectionProfile;
use std::fmt;

/// Name of the only suite we speak (RFC 4568, 6.2.1).
pub const SUITE: &str = "AES_CM_128_HMAC_SHA1_80";
const KEY_BYTES: usize = 16;
const SALT_BYTES: usize = 14;
/// Bytes behind the content of a packet of SRTCP: flag with index, and signature.
const CONTROL_TAIL_BYTES: usize = 4 + 10;
/// Packets within which a repeat is recognised (RFC 3711, 3.3.2: at least 64).
const REPLAY_WINDOW: usize = 128;

/// Master key and salt of one direction.
#[derive(Clone, PartialEq, Eq)]
pub struct SrtpKey([u8; KEY_BYTES + SALT_BYTES]);

impl SrtpKey {
    /// Draws a new key.
    pub fn random() -> Self {
        Self(clock::random())
    }

    /// Reads the base64 of `inline:`; `None` when it is not a key and salt of this suite.
    pub fn from_base64(text: &str) -> Option<Self> {
        STANDARD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// Gives the base64 for `inline:`.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    fn context(&self) -> Result<Context, SrtpError> {
        let (key, salt) = self.0.split_at(KEY_BYTES);
        let provider = rtc_srtp::crypto::default_provider().map_err(|_| SrtpError)?;
        let replay = Some(srtp_replay_protection(REPLAY_WINDOW));
        let profile = ProtectionProfile::Aes128CmHmacSha1_80;
        let control = Some(srtcp_replay_protection(REPLAY_WINDOW));
        Context::new(key, salt, profile, replay, control, provider.crypto()).map_err(|_| SrtpError)
    }
}

impl fmt::Debug for SrtpKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SrtpKey(…)")
    }
}

/// SRTP could not be set up, or a packet was forged, repeated or cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("srtp refused a key or a packet")]
pub struct SrtpError;

/// One direction of SRTP: keeps rollover counter and replay window.
pub struct Srtp {
    key: SrtpKey,
    context: Context,
}

impl Srtp {
    /// Starts with a fresh key.
    pub fn new(key: SrtpKey) -> Result<Self, SrtpError> {
        Ok(Self {
            context: key.context()?,
            key,
        })
    }

    /// Tells whether this direction already uses `key`.
    pub fn uses(&self, key: &SrtpKey) -> bool {
        self.key == *key
    }

    /// Encrypts and signs a whole RTP packet.
    pub fn protect(&mut self, packet: &[u8]) -> Result<Vec<u8>, SrtpError> {
        self.context
            .encrypt_rtp(packet)
            .map(|bytes| bytes.to_vec())
            .map_err(|_| SrtpError)
    }

    /// Encrypts and signs a whole compound packet of RTCP.
    pub fn protect_control(&mut self, packet: &[u8]) -> Result<Vec<u8>, SrtpError> {
        let sealed = self.context.encrypt_rtcp(packet);
        sealed.map(|bytes| bytes.to_vec()).map_err(|_| SrtpError)
    }

    /// Checks and decrypts a whole compound packet of RTCP; a repeated or changed one is refused.
    pub fn unprotect_control(&mut self, packet: &[u8]) -> Result<Vec<u8>, SrtpError> {
        // rtc-srtp 0.21 believes what says that it is not encrypted, without looking at its signature; we agreed on
        // encryption, so nothing may say so (RFC 3711, 3.4).
        let encrypted = packet.len().checked_sub(CONTROL_TAIL_BYTES);
        if encrypted.is_none_or(|flag| packet[flag] & 0x80 == 0) {
            return Err(SrtpError);
        }
        let opened = self.context.decrypt_rtcp(packet);
        opened.map(|bytes| bytes.to_vec()).map_err(|_| SrtpError)
    }

    /// Checks and decrypts a whole packet; a repeated or changed one is refused.
    pub fn unprotect(&mut self, packet: &[u8]) -> Result<Vec<u8>, SrtpError> {
        self.context
            .decrypt_rtp(packet)
            .map(|bytes| bytes.to_vec())
            .map_err(|_| SrtpError)
    }
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a test may stop at what it did not expect"
    )]
    use super::{Srtp, SrtpError, SrtpKey};
    use crate::media::rtp::Packet;
    use proptest::prelude::*;

    fn packet(sequence: u16) -> Vec<u8> {
        let mut bytes = Vec::new();
        let timestamp = u32::from(sequence) * 160;
        Packet {
            marker: false,
            payload_type: 0,
            sequence,
            timestamp,
            ssrc: 7,
            payload: &[5; 160],
        }
        .write(&mut bytes);
        bytes
    }

    #[test]
    fn repeated_changed_and_foreign_packets_are_refused() {
        let key = SrtpKey::from_base64(&SrtpKey::random().to_base64()).unwrap();
        let (mut out, mut back) = (Srtp::new(key.clone()).unwrap(), Srtp::new(key).unwrap());
        let sealed = out.protect(&packet(1)).unwrap();
        assert_eq!(back.unprotect(&sealed).unwrap(), packet(1));
        assert_eq!(back.unprotect(&sealed), Err(SrtpError), "replay");
        let mut changed = out.protect(&packet(2)).unwrap();
        changed[20] ^= 1;
        assert_eq!(back.unprotect(&changed), Err(SrtpError), "tampered");
        let mut stranger = Srtp::new(SrtpKey::random()).unwrap();
        assert_eq!(
            back.unprotect(&stranger.protect(&packet(3)).unwrap()),
            Err(SrtpError)
        );
    }

    #[test]
    fn reports_are_sealed_too() {
        let key = SrtpKey::random();
        let (mut out, mut back) = (Srtp::new(key.clone()).unwrap(), Srtp::new(key).unwrap());
        let report = [0x80, 201, 0, 1, 0, 0, 0, 7];
        let sealed = out.protect_control(&report).unwrap();
        assert_eq!(back.unprotect_control(&sealed).unwrap(), report);
        assert_eq!(back.unprotect_control(&sealed), Err(SrtpError), "replay");
        let mut changed = out.protect_control(&report).unwrap();
        changed[9] ^= 1;
        assert_eq!(back.unprotect_control(&changed), Err(SrtpError), "tampered");
        let bare = [&report[..], &[0; 14]].concat();
        assert_eq!(
            back.unprotect_control(&bare),
            Err(SrtpError),
            "not encrypted"
        );
    }

    #[test]
    fn the_sequence_number_may_wrap() {
        let key = SrtpKey::random();
        let (mut out, mut back) = (Srtp::new(key.clone()).unwrap(), Srtp::new(key).unwrap());
        for step in 0..20u16 {
            let plain = packet(65_530u16.wrapping_add(step));
            assert_eq!(
                back.unprotect(&out.protect(&plain).unwrap()).unwrap(),
                plain
            );
        }
    }

    #[test]
    fn keys_of_another_length_are_refused_and_never_printed() {
        assert_eq!(SrtpKey::from_base64("AAAA"), None);
        let key = SrtpKey::random();
        assert!(!format!("{key:?}").contains(&key.to_base64()));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
            let mut back = Srtp::new(SrtpKey::random()).unwrap();
            prop_assert!(back.unprotect(&bytes).is_err());
            prop_assert!(back.unprotect_control(&bytes).is_err());
        }
    }
}
