//! SIP messages as text (RFC 3261 section 7) and their framing on streams (section 18.3).
//!
//! Owns parsing and writing of one message; flows and dialogs call it. It never judges what a message means.

use std::fmt::Write as _;

use super::values::{parameter_of, tag_of};

/// Holds the first line of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// Says what a request asks for, and of whom.
    Request {
        /// Names the method, such as `INVITE`.
        method: String,
        /// Holds the Request-URI as written.
        uri: String,
    },
    /// Says how a response answers.
    Response {
        /// Holds the status code, 100 to 699.
        code: u16,
        /// Holds the reason phrase.
        reason: String,
    },
}

/// Holds one SIP message; header names keep their spelling and are looked up without regard to case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Holds the first line.
    pub start: Start,
    /// Holds the headers in order of appearance.
    pub headers: Vec<(String, String)>,
    /// Holds the body, which is mostly SDP.
    pub body: Vec<u8>,
}

const COMPACT: [(&str, &str); 8] = [
    ("v", "Via"),
    ("f", "From"),
    ("t", "To"),
    ("i", "Call-ID"),
    ("m", "Contact"),
    ("l", "Content-Length"),
    ("c", "Content-Type"),
    ("r", "Refer-To"),
];

impl Message {
    /// Starts a request without headers.
    pub fn request(method: &str, uri: &str) -> Self {
        let (method, uri) = (method.to_owned(), uri.to_owned());
        Self {
            start: Start::Request { method, uri },
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// Starts the response to a request by copying what RFC 3261 section 8.2.6.2 says must be copied.
    ///
    /// `to_tag` is added to the To header if the request had none there.
    pub fn response_to(request: &Self, code: u16, reason: &str, to_tag: Option<&str>) -> Self {
        let start = Start::Response {
            code,
            reason: reason.to_owned(),
        };
        let mut response = Self {
            start,
            headers: Vec::new(),
            body: Vec::new(),
        };
        for (name, value) in &request.headers {
            let copied = ["Via", "From", "To", "Call-ID", "CSeq", "Record-Route"];
            if !copied.iter().any(|copy| copy.eq_ignore_ascii_case(name)) {
                continue;
            }
            match to_tag {
                Some(tag) if name.eq_ignore_ascii_case("To") && tag_of(value).is_none() => {
                    response.push("To", &format!("{value};tag={tag}"));
                }
                _ => response.push(name, value),
            }
        }
        response
    }

    /// Adds a header at the end.
    pub fn push(&mut self, name: &str, value: &str) {
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// Adds a header at the end and hands the message on.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.push(name, value);
        self
    }

    /// Sets the body and its type.
    pub fn with_body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.push("Content-Type", content_type);
        self.body = body.into();
        self
    }

    /// Finds the first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Names the method of a request, or of the request that a response answers.
    pub fn method(&self) -> &str {
        match &self.start {
            Start::Request { method, .. } => method,
            Start::Response { .. } => self.cseq().map_or("", |(_, method)| method),
        }
    }

    /// Holds the status code of a response.
    pub fn code(&self) -> Option<u16> {
        match self.start {
            Start::Response { code, .. } => Some(code),
            Start::Request { .. } => None,
        }
    }

    /// Holds the Call-ID, or nothing where it is missing.
    pub fn call_id(&self) -> &str {
        self.header("Call-ID").unwrap_or_default()
    }

    /// Splits the CSeq header into number and method.
    pub fn cseq(&self) -> Option<(u32, &str)> {
        let (number, method) = self.header("CSeq")?.split_once(' ')?;
        Some((number.trim().parse().ok()?, method.trim()))
    }

    /// Finds the branch of the topmost Via, by which a transaction is known (RFC 3261 section 17).
    pub fn branch(&self) -> Option<&str> {
        parameter_of(self.header("Via")?, "branch")
    }

    /// Notes in the topmost Via where a request really came from, if its sender asked (RFC 3581 section 4).
    pub fn stamp(&mut self, from: std::net::SocketAddr) {
        let via = self
            .headers
            .iter_mut()
            .find(|(name, _)| name.eq_ignore_ascii_case("Via"));
        let (Start::Request { .. }, Some((_, value))) = (&self.start, via) else {
            return;
        };
        let asked = |part: &&str| part.trim().eq_ignore_ascii_case("rport");
        if value.split(';').skip(1).any(|part| asked(&part)) {
            let parts = value.split(';').map(|part| {
                if asked(&part) {
                    format!("rport={};received={}", from.port(), from.ip())
                } else {
                    part.to_owned()
                }
            });
            *value = parts.collect::<Vec<_>>().join(";");
        }
    }

    /// Writes the message; Content-Length is always the last header.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = match &self.start {
            Start::Request { method, uri } => format!("{method} {uri} SIP/2.0\r\n"),
            Start::Response { code, reason } => format!("SIP/2.0 {code} {reason}\r\n"),
        };
        for (name, value) in &self.headers {
            if !name.eq_ignore_ascii_case("Content-Length") {
                let _ = write!(text, "{name}: {value}\r\n");
            }
        }
        let _ = write!(text, "Content-Length: {}\r\n\r\n", self.body.len());
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// Reads one message from a datagram; nothing comes back for what is not SIP.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let end = find(bytes, b"\r\n\r\n")?;
        let mut message = parse_head(std::str::from_utf8(&bytes[..end]).ok()?)?;
        let body = &bytes[end + 4..];
        let length = content_length(&message)
            .unwrap_or(body.len())
            .min(body.len());
        message.body = body[..length].to_vec();
        Some(message)
    }
}

/// Cuts a byte stream into messages by Content-Length and skips CRLF keep-alives.
#[derive(Debug, Default)]
pub struct Framer {
    buffer: Vec<u8>,
}

impl Framer {
    /// Takes bytes as they came off the stream.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Gives the next whole message, once it is there.
    ///
    /// A head that cannot be read is skipped.
    pub fn next_message(&mut self) -> Option<Message> {
        loop {
            let blank = self
                .buffer
                .iter()
                .take_while(|byte| **byte == b'\r' || **byte == b'\n')
                .count();
            self.buffer.drain(..blank);
            let end = find(&self.buffer, b"\r\n\r\n")?;
            let head = std::str::from_utf8(&self.buffer[..end])
                .ok()
                .and_then(parse_head);
            let Some(mut message) = head else {
                self.buffer.drain(..end + 4);
                continue;
            };
            let total = end + 4 + content_length(&message).unwrap_or(0);
            if self.buffer.len() < total {
                return None;
            }
            message.body = self.buffer[end + 4..total].to_vec();
            self.buffer.drain(..total);
            return Some(message);
        }
    }
}

fn parse_head(head: &str) -> Option<Message> {
    let head = head.trim_start_matches(['\r', '\n']);
    let mut lines = head.split("\r\n");
    let first = lines.next()?;
    let start = if let Some(rest) = first.strip_prefix("SIP/2.0 ") {
        let (code, reason) = rest.split_once(' ').unwrap_or((rest, ""));
        Start::Response {
            code: code.parse().ok()?,
            reason: reason.to_owned(),
        }
    } else {
        let mut words = first.split(' ');
        let (method, uri) = (words.next()?.to_owned(), words.next()?.to_owned());
        (words.next()? == "SIP/2.0").then_some(Start::Request { method, uri })?
    };
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in lines {
        if line.starts_with([' ', '\t']) {
            headers.last_mut()?.1.push_str(&format!(" {}", line.trim()));
            continue;
        }
        let (name, value) = line.split_once(':')?;
        let name = name.trim();
        let long = COMPACT
            .iter()
            .find(|(short, _)| short.eq_ignore_ascii_case(name));
        headers.push((
            long.map_or(name, |(_, long)| long).to_owned(),
            value.trim().to_owned(),
        ));
    }
    Some(Message {
        start,
        headers,
        body: Vec::new(),
    })
}

fn content_length(message: &Message) -> Option<usize> {
    message.header("Content-Length")?.parse().ok()
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    #[test]
    fn framer_cuts_a_stream_and_skips_keep_alives() {
        let one = Message::request("OPTIONS", "sip:a@127.0.0.1")
            .with("Call-ID", "1")
            .with_body("text/plain", "hi");
        let two = Message::request("BYE", "sip:a@127.0.0.1").with("i", "2");
        let mut stream = b"\r\n\r\n".to_vec();
        stream.extend(one.to_bytes());
        stream.extend(b"\r\n");
        stream.extend(two.to_bytes());
        let mut framer = Framer::default();
        let mut found = Vec::new();
        for byte in stream {
            framer.push(&[byte]);
            found.extend(framer.next_message());
        }
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].body, b"hi");
        assert_eq!(found[1].call_id(), "2");
    }

    #[test]
    fn headers_are_found_whatever_their_case_and_folding() {
        let text = b"SIP/2.0 200 OK\r\nvia: SIP/2.0/UDP h;branch=z9\r\nWww-Authenticate: Digest realm=\"r\",\r\n nonce=\"n\"\r\nCSeq: 7 INVITE\r\n\r\n";
        let message = Message::parse(text).unwrap();
        assert_eq!(
            message.header("WWW-AUTHENTICATE"),
            Some("Digest realm=\"r\", nonce=\"n\"")
        );
        assert_eq!(
            (message.branch(), message.method(), message.code()),
            (Some("z9"), "INVITE", Some(200))
        );
    }

    #[test]
    fn a_request_is_stamped_with_its_source_when_it_asks() {
        let via = "SIP/2.0/UDP 10.0.0.1:5060;rport;branch=z9";
        let mut request = Message::request("OPTIONS", "sip:h").with("Via", via);
        request.stamp("127.0.0.1:99".parse().unwrap());
        let stamped = "SIP/2.0/UDP 10.0.0.1:5060;rport=99;received=127.0.0.1;branch=z9";
        assert_eq!(request.header("Via"), Some(stamped));
    }
}
