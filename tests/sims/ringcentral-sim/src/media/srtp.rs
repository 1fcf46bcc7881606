//! SRTP keys as they stand in SDP, and contexts made of them (RFC 3711, RFC 4568).
//!
//! Owns key material of a simulated call; SDP and the media session call it. It never talks to the network.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rtc_srtp::context::Context;
use rtc_srtp::crypto::default_provider;
use rtc_srtp::option::srtp_replay_protection;
use rtc_srtp::protection_profile::ProtectionProfile;

const KEY_BYTES: usize = 16;
const SALT_BYTES: usize = 14;
const REPLAY_WINDOW_PACKETS: usize = 128;

/// Holds master key and salt of one direction, 30 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SrtpKey([u8; KEY_BYTES + SALT_BYTES]);

impl SrtpKey {
    /// Draws a new key.
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// Reads the `inline:` value of a crypto line.
    pub fn from_base64(text: &str) -> Option<Self> {
        Some(Self(STANDARD.decode(text).ok()?.try_into().ok()?))
    }

    /// Writes the `inline:` value of a crypto line.
    pub fn to_base64(self) -> String {
        STANDARD.encode(self.0)
    }

    /// Makes a context for sending with this key, its rollover counter at zero.
    pub fn protector(self) -> Option<Context> {
        self.context(None)
    }

    /// Makes a context for receiving what was sent with this key; repeated packets are refused.
    pub fn unprotector(self) -> Option<Context> {
        self.context(Some(srtp_replay_protection(REPLAY_WINDOW_PACKETS)))
    }

    fn context(self, replay: Option<rtc_srtp::option::ContextOption>) -> Option<Context> {
        let (key, salt) = self.0.split_at(KEY_BYTES);
        let provider = default_provider().ok()?;
        Context::new(
            key,
            salt,
            ProtectionProfile::Aes128CmHmacSha1_80,
            replay,
            None,
            provider.crypto(),
        )
        .ok()
    }
}
