//! Owns session descriptions (RFC 8866) as far as a telephone needs them: finds in an offer or answer the audio line
//! that we can speak (PCMU, else Opus; RTP/AVP or RTP/SAVP with SDES), and writes ours. Called by `adapters/telephony`. Never
//! opens a socket.

use super::codec::Codec;
use super::srtp::{SUITE, SrtpKey};
use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

/// Longest description that is looked at, in bytes.
const BYTES_MAX: usize = 16_384;
/// Payload type that we offer for telephone events (RFC 4733).
const EVENTS_OFFERED: u8 = 101;

/// Why a description is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SdpError {
    /// It is not SDP, or too long.
    #[error("not a session description")]
    Malformed,
    /// It has no audio line over RTP/AVP or RTP/SAVP.
    #[error("no audio over rtp")]
    NoAudio,
    /// The audio line has no codec that we speak.
    #[error("neither pcmu nor opus")]
    NoCodec,
    /// The audio line is RTP/SAVP without a key of our suite.
    #[error("no usable srtp key")]
    NoKey,
    /// No numeric address is given for the audio.
    #[error("no usable address")]
    NoAddress,
}

/// Which way media flows, as the side that wrote the description sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Both ways.
    #[default]
    SendRecv,
    /// Only from the writer: we are on hold.
    SendOnly,
    /// Only to the writer.
    RecvOnly,
    /// Neither way: we are on hold.
    Inactive,
}

impl Direction {
    fn parse(attribute: &str) -> Option<Self> {
        match attribute {
            "sendrecv" => Some(Self::SendRecv),
            "sendonly" => Some(Self::SendOnly),
            "recvonly" => Some(Self::RecvOnly),
            "inactive" => Some(Self::Inactive),
            _ => None,
        }
    }

    fn answered(self) -> &'static str {
        match self {
            Self::SendRecv => "sendrecv",
            Self::SendOnly => "recvonly",
            Self::RecvOnly => "sendonly",
            Self::Inactive => "inactive",
        }
    }
}

/// SDES key of the other side with the tag to echo (RFC 4568, 5.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crypto {
    /// Tag of the `a=crypto` line.
    pub tag: u32,
    /// Key under which the other side sends.
    pub key: SrtpKey,
}

/// What the other side wants, reduced to the one audio line that we take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    /// Where it wants our packets.
    pub address: SocketAddr,
    /// Where it wants our reports (RFC 3605), the next port unless it says otherwise.
    pub rtcp: SocketAddr,
    /// Codec that we speak with it: PCMU where it is offered, as nothing is gained by another.
    pub codec: Codec,
    /// Payload type of the codec.
    pub payload_type: u8,
    /// Payload type of telephone events.
    pub events: Option<u8>,
    /// Its SRTP key when the line is RTP/SAVP.
    pub crypto: Option<Crypto>,
    /// Its view of the direction.
    pub direction: Direction,
    /// Clock of the telephone events, in Hz.
    events_hz: u32,
    /// All its media lines as `(kind, protocol, first format)`, and which of them we take.
    lines: Vec<(String, String, String)>,
    taken: usize,
}

impl Remote {
    /// Reads an offer or an answer and chooses its first audio line that we can speak, RTP/SAVP before RTP/AVP.
    pub fn parse(body: &[u8]) -> Result<Self, SdpError> {
        let text = std::str::from_utf8(body).map_err(|_| SdpError::Malformed)?;
        if body.len() > BYTES_MAX || !text.trim_start().starts_with("v=0") {
            return Err(SdpError::Malformed);
        }
        let (session, media) = split(text);
        let lines = media.iter().map(MediaLine::summary).collect();
        let mut found = Err(SdpError::NoAudio);
        for (index, line) in media.iter().enumerate() {
            match line.read(&session) {
                Ok(remote) if remote.crypto.is_some() || found.is_err() => {
                    found = Ok((index, remote));
                }
                Err(error) if found.is_err() && error != SdpError::NoAudio => found = Err(error),
                Ok(_) | Err(_) => {}
            }
        }
        let (taken, remote) = found?;
        Ok(Self {
            lines,
            taken,
            ..remote
        })
    }

    /// Tells whether the other side has put us on hold (RFC 3264, 8.4; also the older address 0.0.0.0).
    pub fn holds(&self) -> bool {
        matches!(self.direction, Direction::SendOnly | Direction::Inactive)
            || self.address.ip().is_unspecified()
    }
}

/// Our side of a session: what stays the same in all its descriptions.
#[derive(Clone, Debug)]
pub struct Local {
    /// Number of the session in `o=`.
    pub session: u32,
    /// Where we want packets.
    pub address: SocketAddr,
    /// Key under which we send, when the media is SRTP.
    pub key: Option<SrtpKey>,
}

impl Local {
    /// Writes the answer to an offer; `version` grows with each description of the session.
    pub fn answer(&self, offer: &Remote, version: u32) -> String {
        let mut out = self.head(version);
        for (index, (kind, protocol, format)) in offer.lines.iter().enumerate() {
            if index != offer.taken {
                let _ = write!(out, "m={kind} 0 {protocol} {format}\r\n");
                continue;
            }
            let tag = offer.crypto.as_ref().map(|crypto| crypto.tag);
            let codecs = [(offer.payload_type, offer.codec)];
            let events = offer.events.map(|events| (events, offer.events_hz));
            self.audio(&mut out, &codecs, events, tag, offer.direction.answered());
        }
        out
    }

    /// Writes an offer of PCMU, of `codec` too when that is another, and of telephone events.
    pub fn offer(&self, version: u32, codec: Codec) -> String {
        let mut codecs = vec![(0, Codec::Pcmu)];
        match codec {
            Codec::Pcmu => {}
            Codec::Opus => codecs.push((111, codec)),
            Codec::Opus16 => codecs.push((109, codec)),
        }
        let events = Some((EVENTS_OFFERED, 8_000));
        let mut out = self.head(version);
        self.audio(&mut out, &codecs, events, Some(1), "sendrecv");
        out
    }

    fn head(&self, version: u32) -> String {
        let ip = self.address.ip();
        let family = if ip.is_ipv4() { "IP4" } else { "IP6" };
        let session = self.session;
        format!(
            "v=0\r\no=maitred {session} {version} IN {family} {ip}\r\ns=-\r\nc=IN {family} {ip}\r\nt=0 0\r\n"
        )
    }

    fn audio(
        &self,
        out: &mut String,
        codecs: &[(u8, Codec)],
        events: Option<(u8, u32)>,
        tag: Option<u32>,
        direction: &str,
    ) {
        let profile = if self.key.is_some() {
            "RTP/SAVP"
        } else {
            "RTP/AVP"
        };
        let _ = write!(out, "m=audio {} {profile}", self.address.port());
        let types = codecs.iter().map(|(number, _)| *number);
        for number in types.chain(events.map(|(number, _)| number)) {
            let _ = write!(out, " {number}");
        }
        out.push_str("\r\n");
        for (number, codec) in codecs {
            let _ = write!(out, "a=rtpmap:{number} {}\r\n", codec.name());
        }
        if let Some((events, hz)) = events {
            let _ = write!(
                out,
                "a=rtpmap:{events} telephone-event/{hz}\r\na=fmtp:{events} 0-15\r\n"
            );
        }
        if let (Some(key), Some(tag)) = (&self.key, tag) {
            let _ = write!(out, "a=crypto:{tag} {SUITE} inline:{}\r\n", key.to_base64());
        }
        let _ = write!(out, "a=ptime:20\r\na={direction}\r\n");
    }
}

/// Lines before the first `m=`.
#[derive(Default)]
struct Session {
    address: Option<IpAddr>,
    direction: Option<Direction>,
}

struct MediaLine<'a> {
    kind: &'a str,
    port: u16,
    protocol: &'a str,
    formats: Vec<&'a str>,
    address: Option<IpAddr>,
    attributes: Vec<&'a str>,
}

fn split(text: &str) -> (Session, Vec<MediaLine<'_>>) {
    let mut session = Session::default();
    let mut media: Vec<MediaLine<'_>> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        let Some((kind, value)) = line.split_once('=') else {
            continue;
        };
        match (kind, media.last_mut()) {
            ("m", _) => media.extend(MediaLine::parse(value)),
            ("c", None) => session.address = address(value),
            ("c", Some(line)) => line.address = address(value),
            ("a", None) => session.direction = Direction::parse(value).or(session.direction),
            ("a", Some(line)) => line.attributes.push(value),
            _ => {}
        }
    }
    (session, media)
}

/// Reads `IN IP4 192.0.2.1`, with or without the multicast suffix.
fn address(value: &str) -> Option<IpAddr> {
    value
        .split_whitespace()
        .nth(2)?
        .split('/')
        .next()?
        .parse()
        .ok()
}

impl<'a> MediaLine<'a> {
    fn parse(value: &'a str) -> Option<Self> {
        let mut words = value.split_whitespace();
        let (kind, port, protocol) = (words.next()?, words.next()?, words.next()?);
        let port = port.split('/').next()?.parse().ok()?;
        Some(Self {
            kind,
            port,
            protocol,
            formats: words.collect(),
            address: None,
            attributes: vec![],
        })
    }

    fn summary(&self) -> (String, String, String) {
        let format = self.formats.first().copied().unwrap_or("0");
        (
            self.kind.to_owned(),
            self.protocol.to_owned(),
            format.to_owned(),
        )
    }

    fn read(&self, session: &Session) -> Result<Remote, SdpError> {
        let secured = self.protocol == "RTP/SAVP";
        if self.kind != "audio" || self.port == 0 || !(secured || self.protocol == "RTP/AVP") {
            return Err(SdpError::NoAudio);
        }
        let of = |codec: Codec| Some((codec, self.payload_type(codec.name())?));
        let (codec, payload_type) = Codec::ALL
            .into_iter()
            .find_map(of)
            .ok_or(SdpError::NoCodec)?;
        // RFC 4733, 2.1: events share the clock of the audio; RingCentral's run at 8000 Hz beside any codec.
        let mut events = None;
        for hz in [codec.clock_hz(), 8_000] {
            let found = self.payload_type(&format!("telephone-event/{hz}"));
            events = events.or(found.map(|found| (found, hz)));
        }
        let crypto = self
            .attributes
            .iter()
            .find_map(|attribute| crypto(attribute));
        if secured && crypto.is_none() {
            return Err(SdpError::NoKey);
        }
        let ip = self
            .address
            .or(session.address)
            .ok_or(SdpError::NoAddress)?;
        let direction = self
            .attributes
            .iter()
            .find_map(|attribute| Direction::parse(attribute));
        Ok(Remote {
            address: SocketAddr::new(ip, self.port),
            rtcp: self.rtcp(ip),
            codec,
            payload_type,
            events: events.map(|(number, _)| number),
            events_hz: events.map_or(8_000, |(_, hz)| hz),
            crypto: crypto.filter(|_| secured),
            direction: direction.or(session.direction).unwrap_or_default(),
            lines: Vec::new(),
            taken: 0,
        })
    }

    /// Reads `rtcp:53020 IN IP4 192.0.2.1`, of which the address may be missing.
    fn rtcp(&self, ip: IpAddr) -> SocketAddr {
        let named = self.attributes.iter().find_map(|a| a.strip_prefix("rtcp:"));
        let (port, rest) = named.map_or(("", ""), |a| a.split_once(' ').unwrap_or((a, "")));
        let port = port.trim().parse().unwrap_or(self.port.wrapping_add(1));
        SocketAddr::new(address(rest).unwrap_or(ip), port)
    }

    /// Finds the payload type offered for an encoding; PCMU needs no `a=rtpmap` (RFC 3551, 6).
    fn payload_type(&self, encoding: &str) -> Option<u8> {
        let offered = |number: &str| self.formats.contains(&number);
        let mapped = self
            .attributes
            .iter()
            .filter_map(|a| a.strip_prefix("rtpmap:"))
            .find_map(|map| {
                let (number, name) = map.split_once(' ')?;
                let name = name.trim();
                let name = name.strip_suffix("/1").unwrap_or(name);
                (name.eq_ignore_ascii_case(encoding) && offered(number)).then_some(number)
            });
        let fixed = (encoding == "PCMU/8000" && offered("0")).then_some("0");
        fixed
            .or(mapped)?
            .parse()
            .ok()
            .filter(|number| *number < 128)
    }
}

/// Reads `crypto:1 SUITE inline:KEY|2^20`; lines with a key identifier or session parameters that change the packets
/// are passed over (RFC 4568, 6.3).
fn crypto(attribute: &str) -> Option<Crypto> {
    let mut words = attribute.strip_prefix("crypto:")?.split_whitespace();
    let (tag, suite, key) = (words.next()?.parse().ok()?, words.next()?, words.next()?);
    if suite != SUITE || words.any(|parameter| !parameter.starts_with("WSH=")) {
        return None;
    }
    let mut parts = key.strip_prefix("inline:")?.split(';').next()?.split('|');
    let key = SrtpKey::from_base64(parts.next()?)?;
    let identified = parts.any(|part| part.contains(':'));
    (!identified).then_some(Crypto { tag, key })
}

#[cfg(test)]
#[path = "sdp_tests.rs"]
mod tests;
