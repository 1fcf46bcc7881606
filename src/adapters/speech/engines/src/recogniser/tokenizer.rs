//! Owns turning token numbers back into text.
//!
//! Called by `decode`. Never encodes text. The file is Moonshine's `tokenizer.bin`: byte strings one
//! after the other, each led by its length (a length of 128 or more takes two bytes, low part first).

/// The byte strings of all tokens, by token number.
pub struct Tokenizer {
    pieces: Vec<Vec<u8>>,
}

/// The tokenizer's space, U+2581.
const SPACE: &str = "\u{2581}";

impl Tokenizer {
    /// Reads `tokenizer.bin`; `None` when the file ends inside a token.
    pub fn parse(mut bytes: &[u8]) -> Option<Self> {
        let mut pieces = Vec::new();
        while let Some((&first, rest)) = bytes.split_first() {
            bytes = rest;
            let mut length = usize::from(first);
            if length >= 128 {
                let (&second, rest) = bytes.split_first()?;
                bytes = rest;
                length += usize::from(second) * 128 - 128;
            }
            let (piece, rest) = bytes.split_at_checked(length)?;
            bytes = rest;
            pieces.push(piece.to_vec());
        }
        Some(Self { pieces })
    }

    /// Joins the tokens into text; control tokens such as `<s>` leave nothing.
    pub fn text(&self, tokens: &[i32]) -> String {
        let mut bytes = Vec::new();
        for &token in tokens {
            let piece = usize::try_from(token).ok().and_then(|i| self.pieces.get(i));
            let Some(piece) = piece else { continue };
            match piece.as_slice() {
                [b'<', b'0', b'x', hex @ .., b'>'] => bytes.extend(byte_of(hex)),
                [b'<', .., b'>'] => {}
                other => bytes.extend_from_slice(other),
            }
        }
        let text = String::from_utf8_lossy(&bytes).replace(SPACE, " ");
        text.trim().to_owned()
    }
}

fn byte_of(hex: &[u8]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
    use super::*;

    fn file(pieces: &[&str]) -> Vec<u8> {
        let mut out = vec![];
        for piece in pieces {
            match piece.len() {
                n if n < 128 => out.push(n as u8),
                n => out.extend([(n % 128 + 128) as u8, (n / 128) as u8]),
            }
            out.extend(piece.as_bytes());
        }
        out
    }

    #[test]
    fn spaces_bytes_and_control_tokens() {
        let t = Tokenizer::parse(&file(&["<s>", "▁A", "▁caf", "<0xC3>", "<0xA9>", "!"])).unwrap();
        assert_eq!(t.text(&[0, 1, 2, 3, 4, 5]), "A café!");
    }

    #[test]
    fn a_long_piece_has_a_two_byte_length() {
        let long = "x".repeat(300);
        let t = Tokenizer::parse(&file(&["a", &long, "b"])).unwrap();
        assert_eq!(t.text(&[1]), long);
        assert_eq!(t.text(&[2]), "b");
    }

    #[test]
    fn numbers_outside_the_table_are_skipped() {
        let t = Tokenizer::parse(&file(&["a"])).unwrap();
        assert_eq!(t.text(&[-1, 0, 99]), "a");
    }

    #[test]
    fn a_file_cut_short_is_refused() {
        assert!(Tokenizer::parse(&[5, b'a', b'b']).is_none());
        assert!(Tokenizer::parse(&[200]).is_none());
    }
}
