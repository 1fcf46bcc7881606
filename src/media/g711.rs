//! Owns G.711 mu-law (ITU-T G.711): one byte to one 16-bit sample and back. Called by concealment, recording and
//! tests. Never resamples and never keeps state.

/// The byte that decodes to silence.
pub const SILENCE: u8 = 0xFF;

const BIAS: i32 = 0x84;
const CLIP: i32 = 32_635;

/// Decodes one mu-law byte to a linear sample.
pub fn decode(byte: u8) -> i16 {
    let bits = !byte;
    let exponent = (bits >> 4) & 0x07;
    let mantissa = i32::from(bits & 0x0F);
    let magnitude = (((mantissa << 3) + BIAS) << exponent) - BIAS;
    // The largest magnitude is 32 124, so the cast keeps every value.
    if bits & 0x80 == 0 {
        magnitude as i16
    } else {
        -magnitude as i16
    }
}

/// Encodes one linear sample as mu-law.
pub fn encode(sample: i16) -> u8 {
    let sign = if sample < 0 { 0x80 } else { 0 };
    let magnitude = i32::from(sample).abs().min(CLIP) + BIAS;
    let exponent = (magnitude >> 7).ilog2() as i32;
    let mantissa = (magnitude >> (exponent + 3)) & 0x0F;
    !(sign | (exponent << 4) as u8 | mantissa as u8)
}

#[cfg(test)]
mod tests {
    use super::{SILENCE, decode, encode};

    #[test]
    fn every_byte_survives_a_round_trip() {
        for byte in 0..=255u8 {
            let sample = decode(byte);
            // 0x7F is "minus zero": it decodes to 0, which has one encoding only.
            let expected = if byte == 0x7F { SILENCE } else { byte };
            assert_eq!(encode(sample), expected, "byte {byte:#04x}");
        }
    }

    #[test]
    fn known_values_match_the_recommendation() {
        assert_eq!(decode(SILENCE), 0);
        assert_eq!((decode(0x80), decode(0x00)), (32_124, -32_124));
        assert_eq!(
            (encode(0), encode(i16::MAX), encode(i16::MIN)),
            (0xFF, 0x80, 0x00)
        );
    }

    #[test]
    fn the_error_stays_within_half_a_step() {
        for sample in i16::MIN..=i16::MAX {
            let error = (i32::from(decode(encode(sample))) - i32::from(sample)).abs();
            assert!(
                error <= (i32::from(sample).abs() / 16).max(8) + 4,
                "{sample}: {error}"
            );
        }
    }
}
