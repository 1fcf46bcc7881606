//! G.711 mu-law: one octet for each 16-bit sample, and back.
//!
//! Owns nothing but the conversion (ITU-T G.711, table 2). Called by whoever stands between the modem
//! and a telephone line; it never resamples or frames.

const BIAS: i32 = 0x84;
const CLIP: i32 = 32_635;

/// Compresses linear samples into mu-law octets, one for one.
#[must_use]
pub fn encode(samples: &[i16]) -> Vec<u8> {
    samples.iter().map(|&sample| compress(sample)).collect()
}

/// Expands mu-law octets into linear samples, one for one.
#[must_use]
pub fn decode(octets: &[u8]) -> Vec<i16> {
    octets.iter().map(|&octet| expand(octet)).collect()
}

fn compress(sample: i16) -> u8 {
    let sign = if sample < 0 { 0x80 } else { 0 };
    let magnitude = i32::from(sample).abs().min(CLIP) + BIAS;
    // The biased magnitude lies in 0x84..0x8000, so its highest set bit is 7..=14.
    let exponent = 24 - magnitude.leading_zeros() as i32;
    let mantissa = (magnitude >> (exponent + 3)) & 0x0F;
    !(sign | (exponent << 4) as u8 | mantissa as u8)
}

fn expand(octet: u8) -> i16 {
    let octet = !octet;
    let exponent = i32::from((octet >> 4) & 0x07);
    let mantissa = i32::from(octet & 0x0F);
    let magnitude = (((mantissa << 3) + BIAS) << exponent) - BIAS;
    if octet & 0x80 == 0 {
        magnitude as i16
    } else {
        -magnitude as i16
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn every_octet_survives_expansion_and_compression() {
        for octet in 0..=255_u8 {
            // 0x7F is the negative zero, which compresses to the positive one.
            let expected = if octet == 0x7F { 0xFF } else { octet };
            assert_eq!(encode(&decode(&[octet])), [expected]);
        }
    }

    #[test]
    fn known_values_match_g711() {
        assert_eq!(
            decode(&[0xFF, 0x00, 0x80, 0x8F]),
            [0, -32_124, 32_124, 16_764]
        );
        assert_eq!(
            encode(&[0, i16::MAX, i16::MIN, 8, -8]),
            [0xFF, 0x80, 0x00, 0xFE, 0x7E]
        );
    }

    #[test]
    fn error_stays_within_half_a_step() {
        for sample in (i16::MIN..=i16::MAX).step_by(7) {
            let back = decode(&encode(&[sample]))[0];
            let error = (i32::from(back) - i32::from(sample)).abs();
            assert!(
                error <= 4 + i32::from(sample.unsigned_abs()) / 32 + 512 / 32,
                "{sample} {back}"
            );
        }
    }
}
