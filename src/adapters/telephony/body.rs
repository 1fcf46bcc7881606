//! Owns the content of messages: what we send, and finding the session description in what comes. Called by whoever
//! describes media. Never reads the description itself.

use rsipstack::sip::{HasHeaders, Header, Request, Response};

const SDP: &str = "application/sdp";

/// Content of a message of ours.
pub(super) struct Body {
    pub kind: &'static str,
    pub bytes: Vec<u8>,
}

impl Body {
    /// Makes the content of a session description.
    pub fn sdp(text: String) -> Self {
        Self {
            kind: SDP,
            bytes: text.into_bytes(),
        }
    }
}

/// A message from outside, with its content.
pub(super) trait Content: HasHeaders {
    /// Gives the content as it came.
    fn content(&self) -> &[u8];

    /// Gives the session description: all of the content, or its part of that kind (RFC 5621, 3); empty when there is none.
    fn description(&self) -> &[u8] {
        let kind = self
            .headers()
            .iter()
            .find(|header| matches!(header, Header::ContentType(_)))
            .map_or(SDP, Header::value);
        let (name, parameters) = kind.split_once(';').unwrap_or((kind, ""));
        let name = name.trim().to_ascii_lowercase();
        match name.split_once('/') {
            Some(("multipart", _)) => part(self.content(), parameters).unwrap_or_default(),
            _ if name == SDP => self.content(),
            _ => &[],
        }
    }
}

impl Content for Request {
    fn content(&self) -> &[u8] {
        &self.body
    }
}

impl Content for Response {
    fn content(&self) -> &[u8] {
        &self.body
    }
}

/// Finds the part that is a session description (RFC 2046, 5.1).
fn part<'a>(content: &'a [u8], parameters: &str) -> Option<&'a [u8]> {
    let text = std::str::from_utf8(content).ok()?;
    let boundary = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let named = name.trim().eq_ignore_ascii_case("boundary");
        named.then(|| value.trim().trim_matches('"'))
    })?;
    let mark = format!("--{boundary}");
    text.split(mark.as_str()).skip(1).find_map(|part| {
        let (head, body) = part.split_once("\r\n\r\n")?;
        let described = head.lines().any(|line| {
            let (name, value) = line.split_once(':').unwrap_or_default();
            let value = value.trim().to_ascii_lowercase();
            name.trim().eq_ignore_ascii_case("content-type") && value.starts_with(SDP)
        });
        described.then_some(body.as_bytes())
    })
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a test may stop at what it did not expect"
    )]
    use super::Content;
    use proptest::prelude::*;
    use rsipstack::sip::Request;

    fn message(kind: &str, body: &str) -> Request {
        let length = body.len();
        let text = format!(
            "INVITE sip:a@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:x@h>;tag=1\r\nTo: <sip:a@h>\r\n\
             Call-ID: 1\r\nCSeq: 1 INVITE\r\n{kind}Content-Length: {length}\r\n\r\n{body}"
        );
        Request::try_from(text.as_str()).unwrap()
    }

    #[test]
    fn the_description_is_found_alone_and_among_other_parts() {
        for kind in [
            "",
            "Content-Type: application/sdp\r\n",
            "c: Application/SDP;x=y\r\n",
        ] {
            assert_eq!(message(kind, "v=0").description(), b"v=0", "{kind}");
        }
        let other = message("Content-Type: application/json\r\n", "{}");
        assert!(other.description().is_empty());
        let parts = "--x y\r\nContent-Type: application/rs-metadata\r\n\r\n<a/>\r\n--x y\r\ncontent-type: application/sdp\r\n\
             Content-Disposition: session\r\n\r\nv=0\r\n--x y--\r\n";
        let mixed = message("Content-Type: multipart/mixed;boundary=\"x y\"\r\n", parts);
        assert_eq!(mixed.description(), b"v=0\r\n");
        let without = message("Content-Type: multipart/mixed\r\n", parts);
        assert!(without.description().is_empty());
    }

    proptest! {
        #[test]
        fn arbitrary_parts_never_panic(body in "[-x\r\n :a/]{0,60}") {
            message("Content-Type: multipart/mixed;boundary=x\r\n", &body).description();
        }
    }
}
