//! Words as audio-frequency data through G.711, and back.
