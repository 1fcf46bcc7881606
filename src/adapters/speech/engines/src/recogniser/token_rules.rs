//! Owns the rules that keep the decoder from ending too soon, running on, or repeating itself.
//!
//! Called by `decode` after each step. Never looks at the audio or at text.

/// Token that starts every transcript.
pub const START: i32 = 1;
/// Token that ends every transcript.
pub const END: i32 = 2;

/// Highest rate of tokens in real speech; beyond it the decoder is inventing.
const TOKENS_PER_SECOND: f32 = 6.5;
/// A short word needs this many whatever its length in seconds.
const TOKENS_MIN: usize = 6;
/// Longest run of tokens looked at as one repeated unit.
const UNIT_MAX: usize = 16;
/// How often a unit of one or two tokens may stand in a row: "555-5555" has a digit seven times.
const SHORT_REPEATS_MAX: usize = 7;
/// How often a longer unit may.
const LONG_REPEATS_MAX: usize = 3;

/// Returns how many tokens `samples` of 16 kHz audio may yield.
pub fn token_cap(samples: usize) -> usize {
    let seconds = samples as f32 / 16_000.0;
    TOKENS_MIN.max((seconds * TOKENS_PER_SECOND).ceil() as usize)
}

/// Picks the most probable token, and its probability; at step 0 the end is not allowed.
///
/// Moonshine base otherwise ends at once on many short utterances and on digits.
pub fn pick(logits: &[f32], step: usize) -> (i32, f32) {
    let banned = if step == 0 { END } else { -1 };
    let mut best = (0, f32::NEG_INFINITY);
    for (token, &logit) in logits.iter().enumerate() {
        if logit > best.1 && token as i32 != banned {
            best = (token as i32, logit);
        }
    }
    let total: f32 = logits.iter().map(|logit| (logit - best.1).exp()).sum();
    (best.0, 1.0 / total)
}

/// Returns the length to which the tokens must be cut when their tail is a unit that repeats itself
/// too often: one copy stays.
pub fn cut_repeats(tokens: &[i32]) -> Option<usize> {
    for unit in 1..=UNIT_MAX.min(tokens.len()) {
        let most = if unit <= 2 {
            SHORT_REPEATS_MAX
        } else {
            LONG_REPEATS_MAX
        };
        let tail = &tokens[tokens.len() - unit..];
        let repeats = tokens
            .rchunks_exact(unit)
            .take_while(|chunk| *chunk == tail)
            .count();
        if repeats > most {
            return Some(tokens.len() - unit * (repeats - 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_token_is_never_the_end() {
        let logits = [0.0, 1.0, 9.0, 3.0];
        assert_eq!(pick(&logits, 0).0, 3);
        assert_eq!(pick(&logits, 1).0, END);
    }

    #[test]
    fn probability_is_that_of_a_softmax() {
        let (token, p) = pick(&[0.0, 0.0, 0.0, 0.0], 1);
        assert_eq!(token, 0);
        assert!((p - 0.25).abs() < 1e-6);
    }

    #[test]
    fn the_cap_grows_with_the_audio() {
        assert_eq!(token_cap(16_000 * 10), 65);
        assert_eq!(token_cap(800), TOKENS_MIN);
    }

    #[test]
    fn a_loop_is_cut_to_one_copy() {
        let mut tokens = vec![7, 8];
        tokens.extend([5, 6, 4].repeat(4));
        assert_eq!(cut_repeats(&tokens), Some(5));
    }

    #[test]
    fn a_digit_said_seven_times_is_kept() {
        let digits = |n| {
            [9].into_iter()
                .chain([4, 3].repeat(n))
                .collect::<Vec<i32>>()
        };
        assert_eq!(cut_repeats(&digits(7)), None);
        assert_eq!(cut_repeats(&digits(8)), Some(3));
    }
}
