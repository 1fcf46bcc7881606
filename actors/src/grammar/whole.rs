//! Reads whether what was asked for and comes in parts is there as a whole.
//!
//! Owns where a telephone number, a name, a street and a ZIP code end. Called by ears that must tell a pause from an end. Never
//! takes words that are left over after it: who said more may say more.

use super::context::Context;
use super::reading::Slot;
use super::tokens::{Token, tokenise};
use super::{address, names, phone};
use jiff::civil::DateTime;

/// Digits of a whole telephone number in North America.
const NUMBER_DIGITS: usize = 10;
/// Digits of a ZIP code, and of one with its extension.
const ZIP_DIGITS: [usize; 2] = [5, 9];

/// Tells whether the words end with a whole telephone number, or mean the one that is called from.
#[must_use]
pub fn is_whole_number(text: &str) -> bool {
    let tokens = tokenise(text);
    let context = Context::new(DateTime::default()).asking(Slot::Phone);
    digits_at_the_end(&tokens) >= NUMBER_DIGITS || phone::is_same_number(&tokens, &context)
}

/// Tells whether the words end with a first and a last name.
#[must_use]
pub fn is_whole_name(text: &str) -> bool {
    let tokens = tokenise(text);
    let context = Context::new(DateTime::default()).asking(Slot::Name);
    names::read(text, &tokens, &[], &context).is_some_and(|name| {
        let both = name.value.first.is_some() && name.value.last.is_some();
        both && tokens
            .iter()
            .all(|token| token.end <= name.end || token.is_mark())
    })
}

/// Tells whether the words end with a street and its number.
#[must_use]
pub fn is_whole_street(text: &str) -> bool {
    let tokens = tokenise(text);
    address::street_end(&tokens).is_some_and(|end| tokens[end..].iter().all(Token::is_mark))
}

/// Tells whether the words end with a ZIP code.
#[must_use]
pub fn is_whole_zip(text: &str) -> bool {
    ZIP_DIGITS.contains(&digits_at_the_end(&tokenise(text)))
}

/// Tells whether the words end with a ZIP code and are more than five digits, with which a house may be numbered.
#[must_use]
pub fn is_whole_address(text: &str) -> bool {
    let tokens = tokenise(text);
    let named = || {
        let is_name = |token: &Token| token.is_any("zip|zipcode|postcode");
        tokens.iter().any(is_name)
    };
    is_whole_zip(text) && (named() || address::street_end(&tokens).is_some())
}

/// Counts the digits that are said last.
fn digits_at_the_end(tokens: &[Token]) -> usize {
    let runs = phone::runs(tokens);
    let Some(run) = runs.last() else {
        return 0;
    };
    let end = run.last().map_or(0, |group| group.end);
    if !tokens[end..].iter().all(Token::is_mark) {
        return 0;
    }
    run.iter().map(|group| group.digits.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_whole_with_its_tenth_digit() {
        for (text, whole) in [
            ("415-555-0198.", true),
            (
                "It's four one five, five five five, oh one nine eight.",
                true,
            ),
            ("(415) 555 0198", true),
            ("The number I'm calling from.", true),
            ("415-555-019", false),
            ("four one five, five five five.", false),
            ("555-0198 in 415, that is", false),
            ("My number is", false),
        ] {
            assert_eq!(is_whole_number(text), whole, "{text}");
        }
    }

    #[test]
    fn a_name_is_whole_with_its_last_one() {
        for (text, whole) in [
            ("My name is Emily Carter,", true),
            ("Maria Delgado", true),
            ("Emily Carter, and the", false),
            ("My name is Emily,", false),
            ("It's under,", false),
        ] {
            assert_eq!(is_whole_name(text), whole, "{text}");
        }
    }

    #[test]
    fn a_street_is_whole_with_its_kind() {
        for (text, whole) in [
            ("It's forty two oak street.", true),
            ("1600 Pennsylvania Avenue Northwest.", true),
            ("It's forty two oak.", false),
            ("Oak Street.", false),
            ("42 Oak Street, San", false),
            ("Forty two.", false),
        ] {
            assert_eq!(is_whole_street(text), whole, "{text}");
        }
    }

    #[test]
    fn a_zip_code_is_whole_with_its_fifth_digit() {
        for (text, whole) in [
            ("The zip code is 95112.", true),
            ("Nine five one one two.", true),
            ("95112-1234", true),
            ("Nine five one one", false),
            ("95112 in San", false),
            ("The zip code is", false),
        ] {
            assert_eq!(is_whole_zip(text), whole, "{text}");
        }
    }

    #[test]
    fn an_address_is_whole_with_its_zip_code_and_not_with_the_number_of_a_house() {
        for (text, whole) in [
            ("42 Oak Street, San Jose, 95112.", true),
            ("The zip code is 95112.", true),
            ("It's 10452.", false),
            ("42 Oak Street.", false),
            ("42 Oak Street, 951", false),
        ] {
            assert_eq!(is_whole_address(text), whole, "{text}");
        }
    }
}
