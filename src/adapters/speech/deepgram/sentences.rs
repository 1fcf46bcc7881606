//! Owns the cutting of long texts for Aura, which takes 2000 characters at a time. Called by `line`; never changes a
//! word.

/// Cuts a text into pieces of at most `chars_max` characters: at the last end of a sentence, else at the last space,
/// else anywhere.
pub(super) fn pieces(text: &str, chars_max: usize) -> Vec<&str> {
    let mut rest = text.trim();
    let mut pieces = Vec::new();
    while let Some((limit, _)) = rest.char_indices().nth(chars_max) {
        // A separator may stand right after the last character that fits.
        let next = rest[limit..]
            .chars()
            .next()
            .map_or(limit, |c| limit + c.len_utf8());
        let spaces = || {
            rest[..next]
                .char_indices()
                .rev()
                .filter(|(_, c)| c.is_whitespace())
                .map(|(at, _)| at)
        };
        let sentence = spaces().find(|at| rest[..*at].ends_with(['.', '!', '?']));
        let cut = sentence.or_else(|| spaces().next()).unwrap_or(limit);
        pieces.push(rest[..cut].trim_end());
        rest = rest[cut..].trim_start();
    }
    if !rest.is_empty() {
        pieces.push(rest);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn a_short_text_stays_whole() {
        assert_eq!(pieces(" One. Two. ", 20), ["One. Two."]);
        assert!(pieces("  ", 20).is_empty());
    }

    #[test]
    fn a_long_text_is_cut_at_sentences_then_words_then_anywhere() {
        assert_eq!(
            pieces("One two. Three! Four five six", 16),
            ["One two. Three!", "Four five six"]
        );
        assert_eq!(pieces("one two three", 7), ["one two", "three"]);
        assert_eq!(pieces("ééééé", 2), ["éé", "éé", "é"]);
    }

    #[test]
    fn no_word_is_lost_and_no_piece_is_too_long() {
        let text = "Seven o'clock on the fourth. Is that right? ".repeat(120);
        let cut = pieces(&text, 2000);
        assert!(cut.len() > 2 && cut.iter().all(|piece| piece.chars().count() <= 2000));
        assert_eq!(cut.join(" "), text.trim());
    }
}
