//! Owns the conversion of a model from onnxruntime's ORT file format to ONNX.
//!
//! Called by `models` once per pull. Never runs a model and never touches a file. The field numbers
//! come from onnxruntime's published flatbuffer schema (`ort.fbs`) and ONNX's `onnx.proto`.

mod convert;
mod flatbuffer;
mod int8;
mod protobuf;

pub use convert::{Weights, onnx_from_ort};
