//! Owns what an earlier try has brought of a recording: its bytes, and by what the server tells whether it still has the
//! same one. Called by the download. The note of that lies beside the part and goes with it.

use reqwest::header::{ETAG, HeaderMap, LAST_MODIFIED};
use std::path::Path;

/// What is there of a recording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Held {
    /// Bytes of it.
    pub bytes: u64,
    /// How long the whole was said to be.
    pub total: Option<u64>,
    /// What the server calls this state of it: a strong `ETag`, else `Last-Modified` (RFC 9110, 13.1.5).
    pub validator: Option<String>,
}

impl Held {
    /// Reads what lies there; nothing where there is no part.
    pub async fn read(part: &Path, note: &Path) -> Self {
        let bytes = tokio::fs::metadata(part).await.map_or(0, |file| file.len());
        let noted = tokio::fs::read_to_string(note).await.unwrap_or_default();
        let mut lines = noted.lines();
        Self {
            bytes,
            total: lines.next().and_then(|line| line.parse().ok()),
            validator: lines
                .next()
                .filter(|line| !line.is_empty())
                .map(str::to_owned),
        }
    }

    /// Takes what the head of an answer says of the whole.
    pub fn of(headers: &HeaderMap, total: Option<u64>) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let validator = match text(ETAG) {
            Some(tag) => Some(tag).filter(|tag| !tag.starts_with("W/")),
            None => text(LAST_MODIFIED),
        };
        Self {
            bytes: 0,
            total,
            validator: validator.map(str::to_owned),
        }
    }

    /// Writes it down for the next try.
    pub fn note(&self) -> String {
        let total = self.total.map(|total| total.to_string());
        let validator = self.validator.clone().unwrap_or_default();
        format!("{}\n{validator}\n", total.unwrap_or_default())
    }

    /// Tells whether an answer goes on with what is held: nothing that both sides know of differs.
    pub fn goes_on_with(&self, now: &Self) -> bool {
        let same = |one: &Option<String>, other: &Option<String>| {
            one.is_none() || other.is_none() || one == other
        };
        let as_long = self.total.is_none() || now.total.is_none() || self.total == now.total;
        as_long && same(&self.validator, &now.validator)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

    use super::*;

    fn headers(pairs: &[(reqwest::header::HeaderName, &str)]) -> HeaderMap {
        let pairs = pairs.iter().cloned();
        pairs
            .map(|(name, value)| (name, value.parse().unwrap()))
            .collect()
    }

    #[tokio::test]
    async fn a_note_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let (part, note) = (folder.path().join("p"), folder.path().join("n"));
        assert_eq!(Held::read(&part, &note).await, Held::default());
        let held = Held::of(&headers(&[(ETAG, "\"a1\"")]), Some(9));
        std::fs::write(&part, "abc").unwrap();
        std::fs::write(&note, held.note()).unwrap();
        assert_eq!(Held::read(&part, &note).await, Held { bytes: 3, ..held });
    }

    #[test]
    fn a_weak_tag_proves_nothing_and_what_differs_is_another_recording() {
        let date = "Sun, 22 Nov 2026 10:00:00 GMT";
        let of = |pairs: &[_], total| Held::of(&headers(pairs), total);
        assert_eq!(
            of(&[(ETAG, "W/\"a\""), (LAST_MODIFIED, date)], None).validator,
            None
        );
        let dated = of(&[(LAST_MODIFIED, date)], Some(5));
        assert_eq!(dated.validator.as_deref(), Some(date));
        assert!(dated.goes_on_with(&of(&[], Some(5))));
        assert!(!dated.goes_on_with(&of(&[], Some(6))));
        let tagged = of(&[(ETAG, "\"a\"")], None);
        assert!(!tagged.goes_on_with(&of(&[(ETAG, "\"b\"")], None)));
    }
}
