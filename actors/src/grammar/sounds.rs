//! Tells how alike two names sound, whatever their spelling.
//!
//! Owns the sounds that English spellings stand for. Called by `name_vote`. Never knows which names there are.

/// Spellings and the sound they stand for, the longer first; `^` holds only at the beginning.
const SPELLINGS: &[(&str, &str)] = &[
    ("^kn", "n"),
    ("^wr", "r"),
    ("^x", "s"),
    ("sch", "sk"),
    ("ght", "t"),
    ("tch", "C"),
    ("ph", "f"),
    ("gh", ""),
    ("kh", "k"),
    ("wh", "w"),
    ("ch", "C"),
    ("sh", "S"),
    ("th", "T"),
    ("ck", "k"),
    ("dg", "j"),
    ("ce", "se"),
    ("ci", "si"),
    ("cy", "sy"),
    ("ge", "je"),
    ("gi", "ji"),
    ("gy", "jy"),
    ("c", "k"),
    ("q", "k"),
    ("x", "ks"),
    ("z", "s"),
];

/// The consonants of a name as they sound, and whether it begins with a vowel: the same for "Lee" and "Leigh".
pub(super) fn key(name: &str) -> String {
    let mut sounds = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let spelled =
            SPELLINGS
                .iter()
                .find_map(|(spelling, sound)| match spelling.strip_prefix('^') {
                    Some(opening) => (rest.len() == name.len() && rest.starts_with(opening))
                        .then_some((opening, *sound)),
                    None => rest.starts_with(spelling).then_some((*spelling, *sound)),
                });
        let (length, sound) = match &spelled {
            // The vowel that softens a consonant is read by itself.
            Some((spelling, sound)) if spelling.len() == sound.len() && sound.len() == 2 => {
                (1, &sound[..1])
            }
            Some((spelling, sound)) => (spelling.len(), *sound),
            None => (first.len_utf8(), &rest[..first.len_utf8()]),
        };
        sounds.push_str(sound);
        rest = &rest[length..];
    }
    consonants(&sounds)
}

fn consonants(sounds: &str) -> String {
    let mut key = String::with_capacity(sounds.len());
    for (at, sound) in sounds.chars().filter(char::is_ascii_alphabetic).enumerate() {
        let silent = matches!(sound, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
        let kept = match sound {
            _ if silent && at == 0 => 'A',
            _ if silent || at > 0 && matches!(sound, 'h' | 'w') => continue,
            sound => sound,
        };
        if !key.ends_with(kept) {
            key.push(kept);
        }
    }
    key
}

/// What a difference between two sounds costs, and one between two letters.
const SOUND_COST: f64 = 1.0;
const LETTER_COST: f64 = 0.5;

/// How alike two names are, 1 for the same.
pub(super) fn alike(one: &str, other: &str) -> f64 {
    if one == other {
        return 1.0;
    }
    let sounds = edits(&key(one), &key(other));
    let letters = edits(one, other);
    (-(SOUND_COST * sounds as f64 + LETTER_COST * letters as f64)).exp()
}

/// The number of letters to change, add or leave out to make one word of another.
pub(super) fn edits(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (row, left) in one.chars().enumerate() {
        let mut line = Vec::with_capacity(above.len());
        line.push(row + 1);
        for (column, right) in other.iter().enumerate() {
            let changed = above[column] + usize::from(left != *right);
            line.push(changed.min(above[column + 1] + 1).min(line[column] + 1));
        }
        above = line;
    }
    above[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_sound_the_same_have_one_key() {
        for (one, other) in [
            ("lee", "leigh"),
            ("geoffrey", "jeffrey"),
            ("knowles", "noles"),
            ("philip", "fillip"),
            ("wright", "rite"),
            ("cyril", "syril"),
        ] {
            assert_eq!(key(one), key(other), "{one} {other}");
        }
        assert_ne!(key("terry"), key("kerry"));
        assert_eq!(key(""), "");
        assert_eq!(key("日本"), "");
    }

    #[test]
    fn the_closer_two_names_sound_the_more_alike_they_are() {
        assert!(alike("steven", "stephen") > alike("steven", "evan"));
        assert!((alike("ann", "ann") - 1.0).abs() < f64::EPSILON);
    }
}
