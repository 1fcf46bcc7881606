//! Owns the reading of an answer, streamed or whole, until it ends, breaks or is too long. Called by `chat`. Never gives
//! a part of an answer for the whole.

use super::chunk::{Chunk, End};
use super::refusal::{of_error, unreachable};
use super::sse::{Events, Unreadable};
use maitred_actors::ports::language::Error;
use reqwest::Response;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;

/// Longest text that is taken.
const TEXT_MAX: usize = 32 * 1024;
/// Most octets that are read for it: a stream says much beside its text.
const OCTETS_MAX: usize = 2 * 1024 * 1024;

/// Reads the answer of a server that took the request.
pub(super) async fn read(mut response: Response) -> Result<String, Error> {
    let kind = response.headers().get(CONTENT_TYPE);
    let kind = kind
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    if kind.starts_with("text/html") {
        return Err(broken("a web page"));
    }
    let streamed = !kind.starts_with("application/json");
    let mut answer = Answer::default();
    let mut octets = Vec::new();
    let mut read = 0;
    while let Some(piece) = response.chunk().await.map_err(cut)? {
        read += piece.len();
        if read > OCTETS_MAX {
            return Err(broken("an answer without end"));
        }
        if !streamed {
            octets.extend_from_slice(&piece);
        } else if answer.take(&piece)? {
            return answer.whole();
        }
    }
    if !streamed {
        answer.event(&String::from_utf8_lossy(&octets))?;
        return answer.whole();
    }
    answer.rest()?;
    answer.whole()
}

/// What was read so far.
#[derive(Default)]
struct Answer {
    events: Events,
    text: String,
    end: Option<End>,
    seen: bool,
}

impl Answer {
    /// Takes a piece of the stream; tells whether the answer is over.
    fn take(&mut self, piece: &[u8]) -> Result<bool, Error> {
        for data in self.events.push(piece).map_err(unreadable)? {
            if self.event(&data)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Takes what was still open when the stream ended: not every server ends it with a mark.
    fn rest(&mut self) -> Result<(), Error> {
        match self.events.finish().map_err(unreadable)? {
            Some(data) => self.event(&data).map(drop),
            None => Ok(()),
        }
    }

    fn event(&mut self, data: &str) -> Result<bool, Error> {
        let data = data.trim();
        if data.is_empty() {
            return Ok(false);
        }
        if data == "[DONE]" {
            return Ok(true);
        }
        let value: Value = serde_json::from_str(data).map_err(|_| broken("no JSON"))?;
        // Some proxies send an error as a list with one error in it.
        let value = match value {
            Value::Array(mut list) if !list.is_empty() => list.remove(0),
            other => other,
        };
        let chunk: Chunk =
            serde_json::from_value(value).map_err(|_| broken("JSON of another form"))?;
        if let Some(error) = chunk.error.as_ref().filter(|error| !error.is_null()) {
            return Err(of_error(error));
        }
        let (text, end) = chunk.read();
        self.seen = true;
        self.end = end.or(self.end);
        self.text.push_str(&text);
        if self.text.len() > TEXT_MAX {
            return Err(broken("a text without end"));
        }
        Ok(false)
    }

    fn whole(self) -> Result<String, Error> {
        match self.end {
            Some(End::CutOff) => return Err(broken("cut off at its limit of tokens")),
            Some(End::Refused) => return Err(broken("the model would not answer")),
            Some(End::Whole) | None => {}
        }
        let text = without_thoughts(&self.text).trim();
        if !self.seen || text.is_empty() {
            return Err(broken("nothing"));
        }
        Ok(text.to_owned())
    }
}

/// Leaves out what a model thought aloud before its answer.
fn without_thoughts(text: &str) -> &str {
    match text.trim_start().strip_prefix("<think>") {
        Some(thought) => thought.split_once("</think>").map_or("", |(_, text)| text),
        None => text,
    }
}

fn broken(what: &str) -> Error {
    Error::Broken(what.to_owned())
}

fn unreadable(Unreadable: Unreadable) -> Error {
    broken("a stream that cannot be cut into events")
}

/// A connection that ended in the middle of an answer.
fn cut(error: reqwest::Error) -> Error {
    match unreachable(error) {
        Error::Unreachable(why) => Error::Broken(why),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(stream: &str) -> Result<String, Error> {
        let mut answer = Answer::default();
        if !answer.take(stream.as_bytes())? {
            answer.rest()?;
        }
        answer.whole()
    }

    #[test]
    fn odd_pieces_make_a_whole() {
        let stream = "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}\n\n\
            : keepalive\n\ndata: {\"choices\":[{\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"one \"}]}}],\"x_groq\":{}}\n\n\
            data: {\"choices\":[{\"delta\":{\"content\":\"two\"},\"finish_reason\":\"eos\"}]}\n\n\
            data: {\"choices\":null,\"usage\":{\"total_tokens\":3}}\n\ndata: [DONE]\n\ndata: garbage\n\n";
        assert_eq!(read(stream), Ok("one two".to_owned()));
    }

    #[test]
    fn half_an_answer_is_none() {
        for end in ["length", "content_filter"] {
            let stream = format!(
                "data: {{\"choices\":[{{\"delta\":{{\"content\":\"one\"}},\"finish_reason\":\"{end}\"}}]}}\n\n"
            );
            assert!(matches!(read(&stream), Err(Error::Broken(_))), "{end}");
        }
        let refused = "data: {\"choices\":[{\"delta\":{\"refusal\":\"I can't\"}}]}\n\n";
        assert!(matches!(read(refused), Err(Error::Broken(_))));
        assert!(matches!(read(""), Err(Error::Broken(_))));
    }

    #[test]
    fn thoughts_are_no_answer() {
        assert_eq!(without_thoughts("<think>hm</think>\n{}").trim(), "{}");
        assert_eq!(without_thoughts("<think>without end"), "");
        assert_eq!(without_thoughts("plain"), "plain");
    }
}
