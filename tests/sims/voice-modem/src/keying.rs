//! 4-phase keying at a quarter of the sample rate: two bits a symbol, eight samples a symbol.
//!
//! Owns the mapping from bits to phases and samples and back. Called by the encoder and the decoder;
//! it never looks for the start of anything.

/// Samples in one symbol: 1000 symbols a second.
pub(crate) const SYMBOL: usize = 8;

/// Symbols in one octet.
pub(crate) const SYMBOLS_PER_OCTET: usize = 4;

/// Peak of the two quadrature parts; every sample has this magnitude, which is -18 dBFS.
pub(crate) const AMPLITUDE: i16 = 4125;

/// A point of the complex plane: in-phase and quadrature part.
pub(crate) type Point = (i64, i64);

/// Splits octets into symbols of two bits, highest bits first.
pub(crate) fn symbols(octets: &[u8]) -> impl Iterator<Item = u8> + '_ {
    octets
        .iter()
        .flat_map(|octet| [6, 4, 2, 0].map(|shift| (octet >> shift) & 3))
}

/// The unit point of a symbol: the high bit turns the in-phase part, the low bit the other.
pub(crate) fn point(symbol: u8) -> Point {
    let part = |bit: u8| if bit == 0 { 1 } else { -1 };
    (part(symbol & 2), part(symbol & 1))
}

/// Writes the eight samples of one symbol.
pub(crate) fn modulate(symbol: u8, out: &mut Vec<i16>) {
    let (i, q) = point(symbol);
    let (i, q) = (i as i16 * AMPLITUDE, q as i16 * AMPLITUDE);
    for _ in 0..SYMBOL / 4 {
        out.extend_from_slice(&[i, -q, -i, q]);
    }
}

/// Turns one sample, counted from any fixed origin, down from the carrier to the complex plane.
pub(crate) fn mix(sample: i16, index: u64) -> (i32, i32) {
    let sample = i32::from(sample);
    match index % 4 {
        0 => (sample, 0),
        1 => (0, -sample),
        2 => (-sample, 0),
        _ => (0, sample),
    }
}

/// Multiplies by the conjugate of `b`: the phase of `a` as seen from `b`.
pub(crate) fn against(a: Point, b: Point) -> Point {
    (a.0 * b.0 + a.1 * b.1, a.1 * b.0 - a.0 * b.1)
}

/// The squared magnitude.
pub(crate) fn power(a: Point) -> i64 {
    a.0 * a.0 + a.1 * a.1
}
