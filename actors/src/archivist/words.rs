//! Owns how like two texts are, word by word. Called by `align`. Pure; knows nothing of calls.

/// Words of one text that are looked at.
const WORDS_MAX: usize = 300;

/// Gives the words of a text: lower case, letters and digits only.
pub(super) fn words(text: &str) -> Vec<String> {
    let plain = |word: &str| -> String {
        word.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    text.split(|c: char| c.is_whitespace() || c == '-')
        .map(plain)
        .filter(|word| !word.is_empty())
        .take(WORDS_MAX)
        .collect()
}

/// Tells how like two lists of words are: twice the words that both have in the same order, of all words; 0 to 1.
pub(super) fn likeness(one: &[String], other: &[String]) -> f64 {
    if one.is_empty() || other.is_empty() {
        return 0.0;
    }
    let mut row = vec![0_usize; other.len() + 1];
    for left in one {
        let mut diagonal = 0;
        for (place, right) in other.iter().enumerate() {
            let above = row[place + 1];
            row[place + 1] = if left == right {
                diagonal + 1
            } else {
                above.max(row[place])
            };
            diagonal = above;
        }
    }
    let common = row[other.len()];
    2.0 * common as f64 / (one.len() + other.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_counts_common_words_in_order() {
        let like = |one, other| likeness(&words(one), &words(other));
        assert_eq!(like("Yes, that's right.", "yes thats right"), 1.0);
        assert_eq!(like("twelve people", "twenty people"), 0.5);
        assert_eq!(like("one two", "two one"), 0.5);
        assert_eq!(like("", "hello"), 0.0);
        assert_eq!(like("five-thirty", "five thirty"), 1.0);
    }
}
