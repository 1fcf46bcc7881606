//! Digest authentication with MD5 and without qop, as RingCentral asks for it (RFC 2617 section 3.2.2.1).
//!
//! Owns the arithmetic of the response; the edge and the answering phone call it. It never stores a password.

use md5::{Digest as _, Md5};

/// Holds the parameters of a `Digest` header in order of appearance.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads the value of an Authorization or Www-Authenticate header.
    pub fn parse(header: &str) -> Option<Self> {
        let (scheme, rest) = header.trim().split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("digest") {
            return None;
        }
        let mut parts = vec![String::new()];
        let mut quoted = false;
        for letter in rest.chars() {
            match letter {
                '"' => quoted = !quoted,
                ',' if !quoted => parts.push(String::new()),
                _ => parts.last_mut()?.push(letter),
            }
        }
        let pair = |part: String| {
            let (name, value) = part.split_once('=')?;
            Some((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        };
        Some(Self(parts.into_iter().filter_map(pair).collect()))
    }

    /// Finds one parameter; names are lower case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Computes the response to a challenge without qop; `uri` is whatever the client wrote.
pub fn response(
    user: &str,
    realm: &str,
    password: &str,
    nonce: &str,
    method: &str,
    uri: &str,
) -> String {
    let secret = hash(&format!("{user}:{realm}:{password}"));
    let request = hash(&format!("{method}:{uri}"));
    hash(&format!("{secret}:{nonce}:{request}"))
}

fn hash(text: &str) -> String {
    hex::encode(Md5::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_with_and_without_quotes() {
        let header = "Digest realm=\"a, b\", nonce=\"n=1\",algorithm=MD5";
        let parameters = Parameters::parse(header).unwrap_or_default();
        assert_eq!(parameters.get("realm"), Some("a, b"));
        assert_eq!(parameters.get("nonce"), Some("n=1"));
        assert_eq!(parameters.get("algorithm"), Some("MD5"));
    }

    #[test]
    fn response_matches_a_value_computed_elsewhere() {
        // RFC 2069 section 2.4 with its published correction (errata 749).
        let uri = "/dir/index.html";
        let nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093";
        let made = response(
            "Mufasa",
            "testrealm@host.com",
            "CircleOfLife",
            nonce,
            "GET",
            uri,
        );
        assert_eq!(made, "1949323746fe6a43ef61f9606e7febea");
    }
}
