//! G.711 mu-law, the codec of the telephone network (ITU-T G.711).
//!
//! Owns the conversion of samples; the media session calls it. It never sees a packet.

/// Holds the mu-law code of silence.
pub const SILENCE: u8 = 0xff;

const BIAS: i32 = 0x84;
const CLIP: i32 = 32_635;

/// Encodes one 16-bit sample.
pub fn encode(sample: i16) -> u8 {
    let sign = if sample < 0 { 0x80 } else { 0 };
    let magnitude = i32::from(sample).abs().min(CLIP) + BIAS;
    let exponent = 24 - magnitude.leading_zeros() as i32;
    let exponent = exponent.clamp(0, 7);
    let mantissa = (magnitude >> (exponent + 3)) & 0x0f;
    !((sign | (exponent << 4) | mantissa) as u8)
}

/// Decodes one code into a 16-bit sample.
pub fn decode(code: u8) -> i16 {
    let code = i32::from(!code);
    let magnitude = ((((code & 0x0f) << 3) + BIAS) << ((code & 0x70) >> 4)) - BIAS;
    (if code & 0x80 == 0 {
        magnitude
    } else {
        -magnitude
    }) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_survives_a_round_trip() {
        for code in 0..=255_u8 {
            let again = encode(decode(code));
            assert!(
                again == code || (decode(code) == 0 && decode(again) == 0),
                "{code:#x} became {again:#x}"
            );
        }
    }

    #[test]
    fn error_stays_below_one_step() {
        for sample in (-32_635..=32_635).step_by(7) {
            let error = i32::from(decode(encode(sample as i16))) - sample;
            assert!(
                error.abs() <= sample.abs() / 16 + 8,
                "{sample} is off by {error}"
            );
        }
    }
}
