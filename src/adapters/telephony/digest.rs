//! Owns the repair of digest headers on their way through rsipstack 0.7.14, which knows `SHA256` where RFC 8760 writes
//! `SHA-256`, and one `qop` where RFC 7616 allows a list. Called by the stack for each message. Never computes a digest.

use rsipstack::sip::{HasHeaders, Header, SipMessage};
use rsipstack::transaction::endpoint::MessageInspector;
use rsipstack::transport::SipAddr;

/// Rewrites challenges as the stack reads them and credentials as servers read them.
pub(super) struct DigestRepair;

impl MessageInspector for DigestRepair {
    fn before_send(&self, mut message: SipMessage, _: Option<&SipAddr>) -> SipMessage {
        for header in message.headers_mut().iter_mut() {
            match header {
                Header::Authorization(h) => h.replace(for_servers(h.value())),
                Header::ProxyAuthorization(h) => h.replace(for_servers(h.value())),
                _ => {}
            }
        }
        message
    }

    fn after_received(&self, mut message: SipMessage, _: Option<&SipAddr>) -> SipMessage {
        for header in message.headers_mut().iter_mut() {
            match header {
                Header::WwwAuthenticate(h) => h.replace(for_stack(h.value())),
                Header::ProxyAuthenticate(h) => h.replace(for_stack(h.value())),
                _ => {}
            }
        }
        message
    }
}

fn for_servers(credentials: &str) -> String {
    map_parameters(credentials, |name, value| match (name, value) {
        ("algorithm", "SHA256") => Some("SHA-256".into()),
        ("algorithm", "SHA512") => Some("SHA-512".into()),
        // RFC 7616, 3.4: `qop` is not quoted in credentials.
        ("qop", quoted) => Some(quoted.trim_matches('"').into()),
        _ => None,
    })
}

fn for_stack(challenge: &str) -> String {
    map_parameters(challenge, |name, value| match name {
        "algorithm" => {
            let plain = value.trim_matches('"').to_ascii_uppercase();
            plain.strip_prefix("SHA-").map(|bits| format!("SHA{bits}"))
        }
        "qop" => {
            let mut offered = value.trim_matches('"').split(',').map(str::trim);
            offered
                .any(|qop| qop.eq_ignore_ascii_case("auth"))
                .then(|| "\"auth\"".into())
        }
        _ => None,
    })
}

/// Rewrites `scheme name=value, name="a,b"`; `map` gives the new value or leaves the old one.
fn map_parameters(text: &str, map: impl Fn(&str, &str) -> Option<String>) -> String {
    let Some((scheme, rest)) = text.trim().split_once(' ') else {
        return text.to_owned();
    };
    let mut parameters = Vec::new();
    for parameter in split_outside_quotes(rest) {
        let rewritten = parameter.split_once('=').and_then(|(name, value)| {
            let value = map(&name.trim().to_ascii_lowercase(), value.trim())?;
            Some(format!("{}={value}", name.trim()))
        });
        parameters.push(rewritten.unwrap_or_else(|| parameter.trim().to_owned()));
    }
    format!("{scheme} {}", parameters.join(", "))
}

fn split_outside_quotes(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::{for_servers, for_stack};
    use proptest::prelude::*;

    #[test]
    fn challenges_become_readable_for_the_stack() {
        assert_eq!(
            for_stack(r#"Digest realm="a, b", algorithm=SHA-256, qop="auth,auth-int", nonce="x""#),
            r#"Digest realm="a, b", algorithm=SHA256, qop="auth", nonce="x""#
        );
        let plain = r#"Digest realm="sip.example", nonce="x""#;
        assert_eq!(for_stack(plain), plain);
    }

    #[test]
    fn credentials_become_readable_for_servers() {
        assert_eq!(
            for_servers(r#"Digest username="1", algorithm=SHA256, qop="auth", nc=00000001"#),
            r#"Digest username="1", algorithm=SHA-256, qop=auth, nc=00000001"#
        );
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in ".{0,80}") {
            for_stack(&text);
            for_servers(&text);
        }
    }
}
