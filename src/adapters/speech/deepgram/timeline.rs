//! Owns the relation between the vendor's clock, which counts all audio it was sent, and the caller's, which does not
//! count the silence that we put in. Called by `listen`; never reads a real clock.

use maitred_actors::ports::audio::BYTES_PER_MS;

/// What was sent on one stream, in bytes of mu-law audio.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    sent: u64,
    /// Inserted silence: where in the stream, how much.
    inserted: Vec<(u64, u64)>,
}

impl Timeline {
    /// Counts audio of the caller.
    pub(super) fn sent(&mut self, bytes: usize) {
        self.sent += bytes as u64;
    }

    /// Counts silence that the caller's audio does not have.
    pub(super) fn inserted(&mut self, bytes: usize) {
        let bytes = bytes as u64;
        match self.inserted.last_mut() {
            Some((at, length)) if *at + *length == self.sent => *length += bytes,
            _ => self.inserted.push((self.sent, bytes)),
        }
        self.sent += bytes;
    }

    /// Gives the length of the stream in milliseconds, inserted silence included.
    pub(super) fn stream_ms(&self) -> u64 {
        self.sent / BYTES_PER_MS
    }

    /// Turns a moment of the stream, in seconds, into milliseconds of the caller's audio.
    pub(super) fn caller_ms(&self, stream_seconds: f64) -> u64 {
        let at = (stream_seconds.max(0.0) * 1000.0 * BYTES_PER_MS as f64) as u64;
        let before: u64 = self
            .inserted
            .iter()
            .map(|(from, length)| at.saturating_sub(*from).min(*length))
            .sum();
        ((at - before) + BYTES_PER_MS / 2) / BYTES_PER_MS
    }
}

#[cfg(test)]
mod tests {
    use super::Timeline;

    #[test]
    fn inserted_silence_does_not_count() {
        let mut timeline = Timeline::default();
        timeline.sent(8000);
        timeline.inserted(4000);
        timeline.inserted(4000);
        timeline.sent(8000);
        timeline.inserted(800);
        assert_eq!(timeline.stream_ms(), 3100);
        let caller: Vec<u64> = [0.5, 1.0, 1.7, 2.0, 2.5, 3.1]
            .map(|at| timeline.caller_ms(at))
            .into();
        assert_eq!(caller, [500, 1000, 1000, 1000, 1500, 2000]);
    }
}
