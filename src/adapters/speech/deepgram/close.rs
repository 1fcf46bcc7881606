//! Owns the mapping of Deepgram's refusals, close frames and error messages to errors that say what to do. Called by
//! `link` and `listen`; never holds on to the vendor's prose beyond its first words.

use maitred_actors::ports::hearing::Error;
use reqwest::StatusCode;

/// Variable that holds the key.
pub(super) const KEY_VARIABLE: &str = "DEEPGRAM_API_KEY";
/// Characters of a vendor's text that an error carries.
const TEXT_CHARS_MAX: usize = 200;

/// Maps a refused upgrade; `text` is the `dg-error` header or the body.
pub(super) fn refusal(provider: &str, status: u16, text: &str) -> Error {
    let said = if text.is_empty() {
        format!("HTTP {status}")
    } else {
        format!("HTTP {status}: {}", shortened(text))
    };
    match StatusCode::from_u16(status) {
        Ok(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => unauthorised(provider),
        Ok(StatusCode::TOO_MANY_REQUESTS) => Error::RateLimited(provider.into()),
        Ok(StatusCode::REQUEST_TIMEOUT) => Error::Unreachable(said),
        // 499: the vendor's proxy gave up.
        Ok(code) if code.is_server_error() || status == 499 => Error::Unreachable(said),
        _ => Error::BadRequest(said),
    }
}

/// Says that the key cannot be used.
pub(super) fn unauthorised(provider: &str) -> Error {
    Error::Unauthorised {
        provider: provider.into(),
        variable: KEY_VARIABLE.into(),
    }
}

/// Maps a close frame: its code and the first token of its reason, such as `1011 NET-0001`.
pub(super) fn closed(provider: &str, code: u16, reason: &str) -> Error {
    let token = first_token(reason);
    let said = if token.is_empty() {
        code.to_string()
    } else {
        format!("{code} {token}")
    };
    match (code, token.as_str()) {
        // Too many characters in the recent window: a limit, not a mistake.
        (1008, "DATA-0001") => Error::RateLimited(format!("{provider} ({said})")),
        (1002 | 1003 | 1007..=1010, _) => Error::BadRequest(said),
        _ => Error::Broken(said),
    }
}

/// Maps an `Error` message by its code (or, on `/v1`, its variant).
pub(super) fn told(provider: &str, code: &str) -> Error {
    let token = first_token(code);
    let said = if token.is_empty() {
        "error without a code".into()
    } else {
        token.clone()
    };
    let ours = ["DATA-", "MESSAGE-", "BIG-", "CONFIGURE_"]
        .iter()
        .any(|prefix| token.starts_with(prefix));
    match token.as_str() {
        "DATA-0001" => Error::RateLimited(format!("{provider} ({said})")),
        "UNPARSABLE_CLIENT_MESSAGE" | "SchemaError" => Error::BadRequest(said),
        _ if ours => Error::BadRequest(said),
        _ => Error::Broken(said),
    }
}

fn first_token(text: &str) -> String {
    let token = text.split_whitespace().next().unwrap_or_default();
    token
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
        .take(40)
        .collect()
}

fn shortened(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(TEXT_CHARS_MAX)
        .collect::<String>()
        .trim()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_codes_say_whether_to_come_back() {
        let closed = |code, reason| closed("deepgram_flux", code, reason);
        assert_eq!(
            closed(1011, "NET-0001 no audio, see https://x"),
            Error::Broken("1011 NET-0001".into())
        );
        assert_eq!(
            closed(1008, "DATA-0000 not audio"),
            Error::BadRequest("1008 DATA-0000".into())
        );
        assert_eq!(
            closed(1003, "MESSAGE-0000"),
            Error::BadRequest("1003 MESSAGE-0000".into())
        );
        assert!(matches!(closed(1008, "DATA-0001"), Error::RateLimited(_)));
        assert_eq!(closed(1000, ""), Error::Broken("1000".into()));
    }

    #[test]
    fn refusals_say_what_to_do() {
        let refusal = |status| refusal("deepgram_nova", status, "no\r\nway");
        assert!(
            matches!(refusal(401), Error::Unauthorised { variable, .. } if variable == KEY_VARIABLE)
        );
        assert!(matches!(refusal(403), Error::Unauthorised { .. }));
        assert_eq!(refusal(429), Error::RateLimited("deepgram_nova".into()));
        assert_eq!(refusal(400), Error::BadRequest("HTTP 400: no  way".into()));
        assert!(matches!(refusal(402), Error::BadRequest(_)));
        for status in [408, 499, 500, 503] {
            assert!(matches!(refusal(status), Error::Unreachable(_)));
        }
    }

    #[test]
    fn error_messages_are_sorted_by_their_code() {
        assert_eq!(
            told("p", "INTERNAL_SERVER_ERROR"),
            Error::Broken("INTERNAL_SERVER_ERROR".into())
        );
        assert_eq!(
            told("p", "UNPARSABLE_CLIENT_MESSAGE"),
            Error::BadRequest("UNPARSABLE_CLIENT_MESSAGE".into())
        );
        assert_eq!(told("p", "NET-0003"), Error::Broken("NET-0003".into()));
        assert_eq!(told("p", "BIG-0001"), Error::BadRequest("BIG-0001".into()));
        assert!(matches!(told("p", ""), Error::Broken(_)));
    }
}
