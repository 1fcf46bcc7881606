//! Owns G.711 mu-law coding of samples (ITU-T G.711, 8 bits a sample at 8 kHz).
//!
//! Called by whoever carries telephone audio. Never resamples and keeps no state.

const BIAS: i32 = 0x84;
const CLIP: i32 = 32_635;

/// The 16-bit sample for each mu-law byte.
pub static DECODED: [i16; 256] = {
    let mut table = [0; 256];
    let mut code = 0;
    while code < 256 {
        table[code] = expand(code as u8);
        code += 1;
    }
    table
};

const fn expand(code: u8) -> i16 {
    let code = !code;
    let exponent = (code >> 4) & 0x07;
    let mantissa = (code & 0x0f) as i32;
    let magnitude = (((mantissa << 3) + BIAS) << exponent) - BIAS;
    if code & 0x80 != 0 {
        -magnitude as i16
    } else {
        magnitude as i16
    }
}

/// Decodes one mu-law byte.
pub fn decode(code: u8) -> i16 {
    DECODED[code as usize]
}

/// Encodes one 16-bit sample, clipping at 32 635.
pub fn encode(sample: i16) -> u8 {
    let sign = if sample < 0 { 0x80 } else { 0 };
    let magnitude = i32::from(sample).abs().min(CLIP) + BIAS;
    // The bias puts the highest set bit between 7 and 14.
    let exponent = (31 - magnitude.leading_zeros()) as i32 - 7;
    let mantissa = (magnitude >> (exponent + 3)) & 0x0f;
    !(sign | (exponent << 4) as u8 | mantissa as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_codes_of_the_recommendation() {
        assert_eq!(encode(0), 0xff);
        assert_eq!(decode(0xff), 0);
        assert_eq!(decode(0x80), 32_124);
        assert_eq!(decode(0x00), -32_124);
        assert_eq!(encode(i16::MAX), 0x80);
        assert_eq!(encode(i16::MIN), 0x00);
    }

    #[test]
    fn every_code_survives_a_round_trip() {
        for code in 0..=255u8 {
            // 0x7f is "negative zero" and comes back as 0xff.
            let expected = if code == 0x7f { 0xff } else { code };
            assert_eq!(encode(decode(code)), expected, "code {code:#x}");
        }
    }

    #[test]
    fn the_error_stays_within_half_a_step() {
        for sample in (-32_000..=32_000).step_by(7) {
            let error = (i32::from(decode(encode(sample))) - i32::from(sample)).abs();
            let step = (i32::from(sample).abs() + BIAS) / 16;
            assert!(error <= step / 2 + 4, "sample {sample} is off by {error}");
        }
    }
}
