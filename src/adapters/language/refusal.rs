//! Owns what a refusal means, by status or by an error in the answer, whatever shape that has. Called by `chat` and
//! `answer`. Never keeps the words of an error: servers repeat in them what was asked.

use maitred_actors::ports::language::Error;
use reqwest::Response;
use serde_json::Value;

/// Octets of a refusal that are looked at.
const LOOK_MAX: usize = 64 * 1024;
/// Characters of an error's code that are kept.
const CODE_MAX: usize = 40;

/// Reads the refusal of a server.
pub(super) async fn refused(response: Response) -> Error {
    let status = response.status().as_u16();
    let body = looked_at(response).await;
    let value: Value = serde_json::from_slice(&body).unwrap_or_default();
    let code = code(error_in(&value));
    of_status(status, code.as_deref())
}

/// Reads an error that came in an answer.
pub(super) fn of_error(error: &Value) -> Error {
    let code = code(error);
    let number = error["code"].as_u64().or_else(|| error["status"].as_u64());
    let status = number.and_then(|number| u16::try_from(number).ok());
    match (status, code.as_deref()) {
        (Some(status), code) if status >= 400 => of_status(status, code),
        (_, Some(code)) if code.contains("rate_limit") || code.contains("quota") => {
            Error::RateLimited
        }
        (_, code) => Error::Unreachable(format!(
            "an error in the answer: {}",
            code.unwrap_or("without a code")
        )),
    }
}

/// Tells why a server was not reached. The address may hold a key, so it is left out.
pub(super) fn unreachable(error: reqwest::Error) -> Error {
    let what = if error.is_timeout() {
        "no connection in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    Error::Unreachable(what.to_owned())
}

fn of_status(status: u16, code: Option<&str>) -> Error {
    let told = match code {
        Some(code) => format!("{status} {code}"),
        None => status.to_string(),
    };
    match status {
        401 | 403 => Error::Unauthorised(status),
        402 | 429 => Error::RateLimited,
        408 | 425 | 500.. => Error::Unreachable(told),
        _ => Error::BadRequest(told),
    }
}

async fn looked_at(mut response: Response) -> Vec<u8> {
    let mut body = Vec::new();
    while body.len() < LOOK_MAX {
        match response.chunk().await {
            Ok(Some(piece)) => body.extend_from_slice(&piece),
            Ok(None) | Err(_) => break,
        }
    }
    body
}

/// Finds the error in a body: an object, or a list with one object, with or without `error` around it.
fn error_in(body: &Value) -> &Value {
    let body = body.get(0).unwrap_or(body);
    body.get("error").unwrap_or(body)
}

/// Gives the code of an error, if it looks like one: a word, never a sentence.
fn code(error: &Value) -> Option<String> {
    let named = ["code", "type", "status"];
    let mut words = named.iter().filter_map(|name| error[*name].as_str());
    let plain = |one: char| one.is_ascii_alphanumeric() || "_-.".contains(one);
    words
        .find(|word| !word.is_empty() && word.len() <= CODE_MAX && word.chars().all(plain))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn errors_of_every_shape_are_read_and_their_words_are_not_kept() {
        let said = "your message 'my name is Maria' is bad";
        let bare = json!({ "code": "model_not_found", "message": said });
        for body in [
            bare.clone(),
            json!({ "error": bare }),
            json!([{ "error": bare }]),
        ] {
            let code = code(error_in(&body));
            assert_eq!(code.as_deref(), Some("model_not_found"), "{body}");
            let told = of_status(404, code.as_deref()).to_string();
            assert!(told.contains("model_not_found") && !told.contains("Maria"));
        }
        let sentence = json!({ "error": { "code": said, "type": "bad" } });
        assert_eq!(code(error_in(&sentence)).as_deref(), Some("bad"));
        assert_eq!(code(error_in(&json!("a text"))), None);
    }

    #[test]
    fn an_error_in_an_answer_is_what_its_code_says() {
        assert_eq!(of_error(&json!({ "code": 429 })), Error::RateLimited);
        let named = json!({ "type": "rate_limit_exceeded" });
        assert_eq!(of_error(&named), Error::RateLimited);
        let down = of_error(&json!({ "message": "overloaded" }));
        assert!(matches!(down, Error::Unreachable(_)));
        assert_eq!(of_error(&json!({ "code": 401 })), Error::Unauthorised(401));
    }
}
