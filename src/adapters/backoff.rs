//! Owns how long to wait before something that failed is tried again. Called by adapters that try again. Pure:
//! chance is given to it.

use std::time::Duration;

/// Gives the wait after so many failures in a row (from 1): doubled each time up to `longest`, and from half to the
/// whole of that by `chance` (0 to 1), so that many who failed together do not come back together.
pub(crate) fn wait(failures: u32, first: Duration, longest: Duration, chance: f64) -> Duration {
    let doubled = first.saturating_mul(
        1_u32
            .checked_shl(failures.saturating_sub(1))
            .unwrap_or(u32::MAX),
    );
    doubled
        .min(longest)
        .mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit_and_are_spread() {
        let (first, longest) = (Duration::from_millis(100), Duration::from_secs(1));
        let ms = |failures, chance| wait(failures, first, longest, chance).as_millis();
        assert_eq!(
            [1, 2, 3, 4, 5, 40].map(|failures| ms(failures, 1.0)),
            [100, 200, 400, 800, 1000, 1000]
        );
        assert_eq!([ms(1, 0.0), ms(1, 0.5), ms(40, 0.0)], [50, 75, 500]);
    }
}
