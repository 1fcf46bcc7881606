//! Owns cutting audio that is too long for one pass of the recogniser.
//!
//! Called by `decode`. Never drops a sample and never looks for words: it cuts where it is quietest.

/// Longest stretch given to the networks at once: 30 s at 16 kHz. Time grows with its square.
const STRETCH_MAX: usize = 480_000;
/// A cut is looked for in the last third of a stretch.
const STRETCH_MIN: usize = STRETCH_MAX * 2 / 3;
/// How loud it is, is judged over this many samples: 50 ms.
const BLOCK: usize = 800;

/// Cuts 16 kHz audio into stretches of at most 30 s.
pub fn stretches(mut samples: &[f32]) -> Vec<&[f32]> {
    let mut found = Vec::new();
    while samples.len() > STRETCH_MAX {
        let energy = |at: &usize| -> f32 { samples[*at..at + BLOCK].iter().map(|x| x * x).sum() };
        let places = (STRETCH_MIN..STRETCH_MAX - BLOCK).step_by(BLOCK);
        let quietest = places.min_by(|a, b| energy(a).total_cmp(&energy(b)));
        let cut = quietest.unwrap_or(STRETCH_MIN) + BLOCK / 2;
        let (stretch, rest) = samples.split_at(cut);
        found.push(stretch);
        samples = rest;
    }
    if !samples.is_empty() {
        found.push(samples);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_audio_is_one_stretch_and_none_is_none() {
        assert_eq!(stretches(&[0.5; 100]), [&[0.5; 100]]);
        assert!(stretches(&[]).is_empty());
    }

    #[test]
    fn long_audio_is_cut_in_its_pause() {
        let mut samples = vec![0.5; 600_000];
        samples[400_000..404_000].fill(0.0);
        let found = stretches(&samples);
        assert_eq!(found.len(), 2);
        assert!(
            (400_000..404_000).contains(&found[0].len()),
            "cut at {}",
            found[0].len()
        );
        assert_eq!(found.concat(), samples);
    }
}
