//! Owns the list of packages the weights come from, pinned by version and digest.
//!
//! Called by `fetch`, `wheel` and `pull`. Never names a host: which index serves the packages is
//! the package installer's configuration.

use crate::ort_format::Weights;

/// How a file of a wheel becomes a file of the cache.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// As it is.
    Copy,
    /// From onnxruntime's ORT format to ONNX.
    Convert(Weights),
}

/// One file to take out of a wheel.
pub struct Part {
    /// End of the path inside the wheel.
    pub inside: &'static str,
    /// Name in the package's cache folder.
    pub name: &'static str,
    /// What happens on the way.
    pub step: Step,
}

/// One wheel and what is taken out of it.
pub struct Package {
    /// Requirement as the package installer understands it.
    pub requirement: &'static str,
    /// Beginning of the wheel's file name.
    pub wheel: &'static str,
    /// SHA-256 of the wheel in lower-case hexadecimal.
    pub sha256: &'static str,
    /// Folder in the cache; changes with the version of the package or of the conversion.
    pub folder: &'static str,
    /// The files wanted.
    pub parts: &'static [Part],
}

const fn copy(inside: &'static str, name: &'static str) -> Part {
    let step = Step::Copy;
    Part { inside, name, step }
}

const fn convert(inside: &'static str, name: &'static str, weights: Weights) -> Part {
    let step = Step::Convert(weights);
    Part { inside, name, step }
}

const ENCODER: &str = "/models/base-en/encoder_model.ort";
const DECODER: &str = "/models/base-en/decoder_model_merged.ort";

/// Hearing: Moonshine base, English, int8 weights, MIT licence.
pub const MOONSHINE: Package = Package {
    requirement: "moonshine-cpp==0.1.4",
    wheel: "moonshine_cpp-0.1.4-",
    sha256: "f7afc662bdd3ef98815ee3b940438b456e77d5a77cea5396ed9c572785412ebd",
    folder: "moonshine-base-en-0.1.4-c2",
    parts: &[
        convert(ENCODER, "encoder.onnx", Weights::Float),
        convert(ENCODER, "encoder.int8.onnx", Weights::Int8),
        convert(DECODER, "decoder.onnx", Weights::Float),
        convert(DECODER, "decoder.int8.onnx", Weights::Int8),
        copy("/models/base-en/tokenizer.bin", "tokenizer.bin"),
        copy("/moonshine_cpp/LICENSE", "LICENSE"),
    ],
};

/// Speaking: Hibari with the voice "heart", US English, Apache-2.0 licence.
pub const HIBARI: Package = Package {
    requirement: "hibari-tts==0.2.1",
    wheel: "hibari_tts-0.2.1-",
    sha256: "49f2abbbe451c988e7448b5afa08c8a56410535ebb855c0e7d174275df5ca1f3",
    folder: "hibari-0.2.1-c1",
    parts: &[
        copy("hibari/assets/hibari.onnx", "hibari.onnx"),
        copy("hibari/assets/oov.onnx", "oov.onnx"),
        copy("hibari/assets/oov.json", "oov.json"),
        copy("hibari/assets/vocab.json", "vocab.json"),
        copy("/licenses/LICENSE", "LICENSE"),
        copy("/licenses/NOTICE", "NOTICE"),
    ],
};

/// Everything a pull brings.
pub const ALL: [&Package; 2] = [&MOONSHINE, &HIBARI];
