//! Session descriptions for one audio stream (RFC 8866, RFC 3264, SDES keys by RFC 4568).
//!
//! Owns reading and writing of the few lines a telephone needs; the phone calls it. It never opens a socket.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

use crate::media::srtp::SrtpKey;

/// Names the payload type of telephone events that is offered (RFC 4733).
pub const TELEPHONE_EVENT: u8 = 101;

/// Says in which directions audio flows, from the view of whoever wrote the description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Sends and receives.
    SendRecv,
    /// Only sends: the other side is on hold.
    SendOnly,
    /// Only receives.
    RecvOnly,
    /// Neither sends nor receives.
    Inactive,
}

impl Direction {
    const ALL: [(Self, &'static str); 4] = [
        (Self::SendRecv, "sendrecv"),
        (Self::SendOnly, "sendonly"),
        (Self::RecvOnly, "recvonly"),
        (Self::Inactive, "inactive"),
    ];

    /// Says what the answer to this offer must be (RFC 3264 section 6.1).
    pub fn answered(self) -> Self {
        match self {
            Self::SendOnly => Self::RecvOnly,
            Self::RecvOnly => Self::SendOnly,
            other => other,
        }
    }

    /// Says whether the writer of the description sends audio.
    pub fn sends(self) -> bool {
        matches!(self, Self::SendRecv | Self::SendOnly)
    }

    /// Says whether the writer of the description wants to receive audio.
    pub fn receives(self) -> bool {
        matches!(self, Self::SendRecv | Self::RecvOnly)
    }

    fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == self)
            .map_or("sendrecv", |(_, name)| name)
    }
}

/// Describes one side's end of the audio stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Tells where RTP is to be sent.
    pub address: SocketAddr,
    /// Counts the changes of the description within a dialog.
    pub version: u64,
    /// Says which way audio flows.
    pub direction: Direction,
    /// Lists the payload types in order of preference.
    pub payload_types: Vec<u8>,
    /// Names the payload type of telephone events, if any.
    pub telephone_event: Option<u8>,
    /// Holds the SRTP master key with which the writer will encrypt; `None` means plain RTP/AVP.
    pub key: Option<SrtpKey>,
    /// Names the tag of the crypto line, which an answer repeats.
    pub crypto_tag: u32,
}

impl Description {
    /// Writes the description with the given origin id.
    pub fn write(&self, origin: u64) -> String {
        let family = if self.address.is_ipv4() { "IP4" } else { "IP6" };
        let ip = self.address.ip();
        let profile = if self.key.is_some() {
            "RTP/SAVP"
        } else {
            "RTP/AVP"
        };
        let mut types = String::new();
        for payload_type in self.payload_types.iter().chain(&self.telephone_event) {
            let _ = write!(types, " {payload_type}");
        }
        let mut text = format!(
            "v=0\r\no=- {origin} {} IN {family} {ip}\r\ns=-\r\nc=IN {family} {ip}\r\nt=0 0\r\nm=audio {} {profile}{types}\r\n",
            self.version,
            self.address.port(),
        );
        for payload_type in &self.payload_types {
            if let Some(map) = rtpmap(*payload_type) {
                let _ = write!(text, "a=rtpmap:{payload_type} {map}\r\n");
            }
        }
        if let Some(event) = self.telephone_event {
            let _ = write!(
                text,
                "a=rtpmap:{event} telephone-event/8000\r\na=fmtp:{event} 0-15\r\n"
            );
        }
        if let Some(key) = &self.key {
            let tag = self.crypto_tag;
            let _ = write!(
                text,
                "a=crypto:{tag} AES_CM_128_HMAC_SHA1_80 inline:{}\r\n",
                key.to_base64()
            );
        }
        let _ = write!(text, "a=ptime:20\r\na={}\r\n", self.direction.name());
        text
    }

    /// Reads the first audio stream of a description; nothing comes back if there is none that could be used.
    pub fn parse(body: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(body).ok()?;
        let (session, media) = text.split_once("m=audio ")?;
        let media = media.split("\nm=").next()?;
        let mut first = media.lines().next()?.split_whitespace();
        let port: u16 = first.next()?.parse().ok()?;
        let secure = first.next()?.contains("SAVP");
        let all: Vec<u8> = first.filter_map(|word| word.parse().ok()).collect();
        let origin = session.lines().find_map(|line| line.strip_prefix("o="))?;
        let connection = media
            .lines()
            .chain(session.lines())
            .find_map(|line| line.strip_prefix("c="))?;
        let ip: IpAddr = connection
            .split_whitespace()
            .nth(2)?
            .split('/')
            .next()?
            .parse()
            .ok()?;
        let telephone_event = media.lines().find_map(|line| {
            let (number, name) = line.strip_prefix("a=rtpmap:")?.split_once(' ')?;
            name.trim()
                .eq_ignore_ascii_case("telephone-event/8000")
                .then(|| number.parse().ok())?
        });
        let crypto = secure
            .then(|| media.lines().find_map(parse_crypto))
            .flatten();
        if secure && crypto.is_none() {
            return None;
        }
        let directions = |line: &str| {
            let name = line.trim().strip_prefix("a=")?.to_owned();
            Direction::ALL
                .iter()
                .find(|(_, known)| *known == name)
                .map(|(direction, _)| *direction)
        };
        Some(Self {
            address: SocketAddr::new(ip, port),
            version: origin.split_whitespace().nth(2)?.parse().ok()?,
            direction: media
                .lines()
                .chain(session.lines())
                .find_map(directions)
                .unwrap_or(Direction::SendRecv),
            payload_types: all
                .iter()
                .copied()
                .filter(|one| Some(*one) != telephone_event)
                .collect(),
            telephone_event,
            crypto_tag: crypto.as_ref().map_or(1, |(tag, _)| *tag),
            key: crypto.map(|(_, key)| key),
        })
    }
}

fn parse_crypto(line: &str) -> Option<(u32, SrtpKey)> {
    let mut words = line.trim().strip_prefix("a=crypto:")?.split_whitespace();
    let tag = words.next()?.parse().ok()?;
    if words.next()? != "AES_CM_128_HMAC_SHA1_80" {
        return None;
    }
    let inline = words.next()?.strip_prefix("inline:")?;
    Some((tag, SrtpKey::from_base64(inline.split('|').next()?)?))
}

fn rtpmap(payload_type: u8) -> Option<&'static str> {
    Some(match payload_type {
        0 => "PCMU/8000",
        8 => "PCMA/8000",
        9 => "G722/8000",
        18 => "G729/8000",
        96 => "iLBC/8000",
        109 => "OPUS/16000",
        111 => "OPUS/48000/2",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    #[test]
    fn what_was_written_is_read_back() {
        for key in [None, Some(SrtpKey::random())] {
            let description = Description {
                address: "127.0.0.1:4000".parse().unwrap(),
                version: 3,
                direction: Direction::SendOnly,
                payload_types: vec![111, 0],
                telephone_event: Some(TELEPHONE_EVENT),
                key,
                crypto_tag: 1,
            };
            assert_eq!(
                Description::parse(description.write(7).as_bytes()),
                Some(description)
            );
        }
    }

    #[test]
    fn secure_profile_without_a_usable_key_is_refused() {
        let text = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\nc=IN IP4 127.0.0.1\r\nm=audio 4 RTP/SAVP 0\r\na=crypto:1 OTHER inline:x\r\n";
        assert_eq!(Description::parse(text.as_bytes()), None);
    }
}
