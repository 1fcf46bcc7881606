//! Parts of header values: tags, parameters, URIs, addresses (RFC 3261 section 20).
//!
//! Owns the reading of single values; messages, dialogs and the edge call it. It never sees a whole message.

use std::net::SocketAddr;

/// Finds the `tag` parameter of a From or To header.
pub fn tag_of(value: &str) -> Option<&str> {
    parameter_of(value.rsplit('>').next()?, "tag")
}

/// Finds a `;name=value` parameter.
pub fn parameter_of<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    value.split(';').skip(1).find_map(|part| {
        let (known, value) = part.split_once('=')?;
        known
            .trim()
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().trim_matches('"'))
    })
}

/// Takes the URI out of a name-addr such as `"Ann" <sip:ann@host>;tag=1`.
pub fn uri_of(value: &str) -> &str {
    match (value.find('<'), value.find('>')) {
        (Some(open), Some(close)) if open < close => &value[open + 1..close],
        _ => value.split(';').next().unwrap_or(value).trim(),
    }
}

/// Takes the host and port out of a SIP URI, if the host is an IP address.
pub fn address_of(uri: &str) -> Option<SocketAddr> {
    let rest = uri.split_once(':')?.1;
    let host = rest.split(['@']).next_back()?.split([';', '?']).next()?;
    host.parse()
        .ok()
        .or_else(|| Some(SocketAddr::new(host.parse().ok()?, 5060)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    #[test]
    fn addresses_are_read_with_and_without_port() {
        assert_eq!(
            address_of("sip:a@127.0.0.1:99;transport=tcp")
                .unwrap()
                .port(),
            99
        );
        assert_eq!(address_of("sip:127.0.0.1").unwrap().port(), 5060);
        assert_eq!(address_of("sip:a@host.example"), None);
    }

    #[test]
    fn a_tag_belongs_to_the_header_and_not_to_the_uri() {
        assert_eq!(tag_of("\"A\" <sip:a@h;tag=no>;x=1;tag=yes"), Some("yes"));
        assert_eq!(tag_of("<sip:a@h;tag=no>"), None);
        assert_eq!(uri_of("\"A\" <sip:a@h;ob>;tag=1"), "sip:a@h;ob");
    }
}
