//! Owns the cutting of a stream into events: lines of any ending, comments, data over several lines, pieces cut anywhere.
//! Called by `answer`. Pure; knows nothing of what the data is.

/// Longest event that is taken.
const EVENT_MAX: usize = 256 * 1024;

/// Cuts pieces of a stream into the data of its events.
#[derive(Debug, Default)]
pub(super) struct Events {
    line: Vec<u8>,
    data: Option<String>,
    /// The piece before ended with a carriage return, whose line feed is no empty line.
    returned: bool,
}

/// An event was longer than any that is taken, or no text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

impl Events {
    /// Takes a piece and gives the data of every event that it completes.
    pub fn push(&mut self, piece: &[u8]) -> Result<Vec<String>, Unreadable> {
        let mut found = Vec::new();
        for &byte in piece {
            let after_return = std::mem::replace(&mut self.returned, byte == b'\r');
            match byte {
                b'\n' if after_return => {}
                b'\n' | b'\r' => found.extend(self.end_line()?),
                _ if self.line.len() >= EVENT_MAX => return Err(Unreadable),
                other => self.line.push(other),
            }
        }
        Ok(found)
    }

    /// Gives what was still open when the stream ended.
    pub fn finish(&mut self) -> Result<Option<String>, Unreadable> {
        self.end_line()?;
        Ok(self.data.take())
    }

    fn end_line(&mut self) -> Result<Option<String>, Unreadable> {
        let line = String::from_utf8(std::mem::take(&mut self.line)).map_err(|_| Unreadable)?;
        if line.is_empty() {
            return Ok(self.data.take());
        }
        if let Some(more) = line.strip_prefix("data:") {
            let more = more.strip_prefix(' ').unwrap_or(more);
            let data = self.data.get_or_insert_default();
            if !data.is_empty() {
                data.push('\n');
            }
            data.push_str(more);
            if data.len() > EVENT_MAX {
                return Err(Unreadable);
            }
        }
        // Comments, names and numbers of events say nothing that is needed.
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

    use super::*;

    #[test]
    fn events_are_the_same_wherever_the_stream_is_cut() {
        let stream = ": a comment\r\nevent: x\r\ndata: one\r\n\r\ndata:two\ndata: more\n\n\n: ping\n\ndata: thr\u{e9}e\r\rdata: last";
        let whole = ["one", "two\nmore", "thr\u{e9}e", "last"];
        for size in 1..=stream.len() {
            let mut events = Events::default();
            let mut found: Vec<String> = Vec::new();
            for piece in stream.as_bytes().chunks(size) {
                found.extend(events.push(piece).unwrap());
            }
            found.extend(events.finish().unwrap());
            assert_eq!(found, whole, "cut into pieces of {size}");
        }
    }

    #[test]
    fn an_endless_line_is_refused() {
        let mut events = Events::default();
        let piece = vec![b'x'; 64 * 1024];
        let refused = (0..10).any(|_| events.push(&piece) == Err(Unreadable));
        assert!(refused);
    }
}
