//! Owns the plan by which a model's int8 weights are multiplied as int8, rather than first turned
//! into floats.
//!
//! Called by `convert`. Never changes a weight: the files hold `scale * (q - zero)` as the chain
//! Cast, Mul, Add, which is just what ONNX's MatMulInteger computes with `q` and `zero`. Only the
//! other factor is rounded, to 8 bits for each multiplication (DynamicQuantizeLinear).

use std::collections::{HashMap, HashSet};

use super::convert::{Error, ort};
use super::flatbuffer::{Corrupt, Table};
use super::protobuf::Message;

/// Tensor types of ONNX.
const FLOAT: i32 = 1;
const INT8: i32 = 3;

type Name<'a> = &'a [u8];

/// One weight tensor that is stored as int8.
struct Weight<'a> {
    tensor: Table<'a>,
    stored: Name<'a>,
    scale: Name<'a>,
    offset: Name<'a>,
    zero: i8,
    /// Outputs of the chain Cast, Mul, Add; the last is the float weight.
    chain: [Name<'a>; 3],
}

/// Which nodes are replaced.
#[derive(Default)]
pub struct Plan<'a> {
    /// By the name of the float weight.
    weights: HashMap<Name<'a>, Weight<'a>>,
    /// The float weight behind each of its transposed copies.
    transposed: HashMap<Name<'a>, Name<'a>>,
    /// Float weights that something else than a rewritten node reads.
    kept: HashSet<Name<'a>>,
}

impl<'a> Plan<'a> {
    /// Finds the weights of a whole model in its outermost graph.
    pub fn of(graph: Table<'a>) -> Result<Self, Error> {
        let mut plan = Self {
            weights: find_weights(graph)?,
            ..Self::default()
        };
        plan.find_uses(graph)?;
        Ok(plan)
    }

    fn find_uses(&mut self, graph: Table<'a>) -> Result<(), Error> {
        for node in graph.tables(ort::GRAPH_NODES)? {
            let kind = node.string(ort::NODE_OP_TYPE)?;
            for (i, input) in node.strings(ort::NODE_INPUTS)?.into_iter().enumerate() {
                if !self.weights.contains_key(input) {
                    continue;
                }
                match (kind, i) {
                    (b"MatMul", 1) | (b"Gather", 0) => {}
                    (b"Transpose", 0) => {
                        let output = node.strings(ort::NODE_OUTPUTS)?;
                        self.transposed
                            .insert(output.first().ok_or(Corrupt)?, input);
                    }
                    _ => {
                        self.kept.insert(input);
                    }
                }
            }
            for attribute in node.tables(ort::NODE_ATTRIBUTES)? {
                if let Some(inner) = attribute.table(ort::ATTRIBUTE_G)? {
                    self.find_uses(inner)?;
                }
            }
        }
        Ok(())
    }

    /// Returns the tensors that the rewritten nodes read and the model lacks.
    pub fn tensors(&self) -> Result<Vec<Message>, Error> {
        let mut found = Vec::new();
        for weight in self.weights.values() {
            found.push(tensor(
                &suffixed(weight.stored, ZERO),
                &[],
                &[weight.zero as u8],
            ));
        }
        let turned: HashSet<_> = self.transposed.values().collect();
        for name in turned {
            let weight = self.weights.get(*name).ok_or(Corrupt)?;
            found.push(transpose(weight)?);
        }
        Ok(found)
    }

    /// Returns what stands in for a node, or `None` when it stays; `ready` holds the values that this
    /// graph has quantised so far.
    pub fn rewrite(
        &self,
        node: Table<'a>,
        ready: &mut HashSet<Name<'a>>,
    ) -> Result<Option<Vec<Message>>, Error> {
        let inputs = node.strings(ort::NODE_INPUTS)?;
        let outputs = node.strings(ort::NODE_OUTPUTS)?;
        let (Some(&output), Some(&first)) = (outputs.first(), inputs.first()) else {
            return Ok(None);
        };
        let chained = |w: &Weight| w.chain.contains(&output) && !self.kept.contains(w.chain[2]);
        if self.transposed.contains_key(output) || self.weights.values().any(chained) {
            return Ok(Some(Vec::new()));
        }
        match (node.string(ort::NODE_OP_TYPE)?, inputs.get(1)) {
            (b"Gather", Some(&which)) => Ok(self.weights.get(first).map(|weight| {
                let axis = node.tables(ort::NODE_ATTRIBUTES).unwrap_or_default();
                let axis = axis
                    .first()
                    .and_then(|a| a.i64(ort::ATTRIBUTE_I).ok())
                    .unwrap_or(0);
                gather(weight, which, axis, output)
            })),
            (b"MatMul", Some(&second)) => {
                let turned = self.transposed.get(second);
                let Some(weight) = self.weights.get(turned.copied().unwrap_or(second)) else {
                    return Ok(None);
                };
                let mut nodes = Vec::new();
                if ready.insert(first) {
                    let parts = [BITS, SCALE, ZERO].map(|part| suffixed(first, part));
                    nodes.push(op(
                        b"DynamicQuantizeLinear",
                        &[first],
                        &[&parts[0], &parts[1], &parts[2]],
                    ));
                }
                let stored = match turned {
                    Some(_) => suffixed(weight.stored, TURNED),
                    None => weight.stored.to_vec(),
                };
                nodes.extend(multiply(weight, first, &stored, output));
                Ok(Some(nodes))
            }
            _ => Ok(None),
        }
    }
}

const BITS: &str = "/int8";
const SCALE: &str = "/scale";
const ZERO: &str = "/zero";
const TURNED: &str = "/transposed";

fn suffixed(name: Name, suffix: &str) -> Vec<u8> {
    [name, suffix.as_bytes()].concat()
}

fn find_weights<'a>(graph: Table<'a>) -> Result<HashMap<Name<'a>, Weight<'a>>, Error> {
    let mut tensors = HashMap::new();
    for tensor in graph.tables(ort::GRAPH_INITIALIZERS)? {
        tensors.insert(tensor.string(ort::TENSOR_NAME)?, tensor);
    }
    let scalar = |name: Name| -> Option<f32> {
        let tensor = tensors.get(name)?;
        let raw = tensor.bytes(ort::TENSOR_RAW).ok()?;
        let float = tensor.i32(ort::TENSOR_TYPE).ok()? == FLOAT;
        Some(f32::from_le_bytes(raw.try_into().ok()?)).filter(|_| float)
    };
    // For each value read together with a scalar by a node: the kind of node, the scalar, the result.
    let mut steps = HashMap::new();
    let mut casts = Vec::new();
    for node in graph.tables(ort::GRAPH_NODES)? {
        let (inputs, outputs) = (
            node.strings(ort::NODE_INPUTS)?,
            node.strings(ort::NODE_OUTPUTS)?,
        );
        let kind = node.string(ort::NODE_OP_TYPE)?;
        match (kind, inputs.as_slice(), outputs.as_slice()) {
            (b"Cast", &[stored], &[output]) => casts.push((stored, output)),
            (b"Mul" | b"Add", &[a, b], &[output]) if scalar(b).is_some() => {
                steps.insert((kind, a), (b, output));
            }
            (b"Mul" | b"Add", &[a, b], &[output]) if scalar(a).is_some() => {
                steps.insert((kind, b), (a, output));
            }
            _ => {}
        }
    }
    let mut weights = HashMap::new();
    for (stored, cast) in casts {
        let tensor = tensors.get(stored).copied();
        let int8 = |t: &Table| t.i32(ort::TENSOR_TYPE) == Ok(INT8);
        let mul = steps.get(&(b"Mul".as_slice(), cast)).copied();
        let add = mul.and_then(|(_, scaled)| steps.get(&(b"Add".as_slice(), scaled)).copied());
        let (Some(tensor), Some((scale, scaled)), Some((offset, float))) =
            (tensor.filter(int8), mul, add)
        else {
            continue;
        };
        let Some(zero) = scalar(scale)
            .zip(scalar(offset))
            .and_then(|(s, o)| zero_point(s, o))
        else {
            continue;
        };
        let chain = [cast, scaled, float];
        weights.insert(
            float,
            Weight {
                tensor,
                stored,
                scale,
                offset,
                zero,
                chain,
            },
        );
    }
    Ok(weights)
}

/// The int8 that stands for 0, if there is one: `q * scale + offset = scale * (q - zero)`.
fn zero_point(scale: f32, offset: f32) -> Option<i8> {
    let zero = -offset / scale;
    let near = (zero - zero.round()).abs() < 1e-3 && (-128.0..=127.0).contains(&zero.round());
    near.then_some(zero.round() as i8)
}

/// The weight with its two sides exchanged.
fn transpose(weight: &Weight) -> Result<Message, Error> {
    let (dims, raw) = (
        weight.tensor.i64s(ort::TENSOR_DIMS)?,
        weight.tensor.bytes(ort::TENSOR_RAW)?,
    );
    let &[rows, columns] = dims.as_slice() else {
        return Err(Error::Unsupported(
            "a transposed weight that is not a matrix",
        ));
    };
    let (height, width) = (rows as usize, columns as usize);
    if raw.len() != height * width {
        return Err(Corrupt.into());
    }
    let turned: Vec<u8> = (0..raw.len())
        .map(|i| raw[i % height * width + i / height])
        .collect();
    Ok(tensor(
        &suffixed(weight.stored, TURNED),
        &[columns, rows],
        &turned,
    ))
}

fn tensor(name: Name, dims: &[i64], raw: &[u8]) -> Message {
    let mut onnx = Message::default();
    for size in dims {
        onnx.int(1, *size);
    }
    onnx.int(2, i64::from(INT8));
    onnx.bytes(8, name);
    onnx.bytes(9, raw);
    onnx
}

fn op(kind: Name, inputs: &[Name], outputs: &[Name]) -> Message {
    let mut onnx = Message::default();
    inputs.iter().for_each(|name| onnx.bytes(1, name));
    outputs.iter().for_each(|name| onnx.bytes(2, name));
    onnx.bytes(3, outputs.first().copied().unwrap_or_default());
    onnx.bytes(4, kind);
    onnx
}

/// Adds a whole-number attribute to a node.
fn with(mut node: Message, name: &str, value: i64) -> Message {
    const INT: i64 = 2;
    let mut attribute = Message::default();
    attribute.bytes(1, name.as_bytes());
    attribute.int(3, value);
    attribute.int(20, INT);
    node.message(5, attribute);
    node
}

fn to_float(from: Name, to: Name) -> Message {
    with(op(b"Cast", &[from], &[to]), "to", i64::from(FLOAT))
}

fn multiply(weight: &Weight, left: Name, stored: Name, output: Name) -> [Message; 4] {
    let (bits, zero) = (suffixed(left, BITS), suffixed(left, ZERO));
    let (whole, float) = (suffixed(output, "/whole"), suffixed(output, "/float"));
    let scale = suffixed(output, SCALE);
    let inputs: [Name; 4] = [&bits, stored, &zero, &suffixed(weight.stored, ZERO)];
    [
        op(b"MatMulInteger", &inputs, &[&whole]),
        to_float(&whole, &float),
        op(b"Mul", &[&suffixed(left, SCALE), weight.scale], &[&scale]),
        op(b"Mul", &[&float, &scale], &[output]),
    ]
}

fn gather(weight: &Weight, which: Name, axis: i64, output: Name) -> Vec<Message> {
    let [bits, float, scaled] = ["/picked", "/float", "/scaled"].map(|s| suffixed(output, s));
    vec![
        with(
            op(b"Gather", &[weight.stored, which], &[&bits]),
            "axis",
            axis,
        ),
        to_float(&bits, &float),
        op(b"Mul", &[&float, weight.scale], &[&scaled]),
        op(b"Add", &[&scaled, weight.offset], &[output]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zero_point_is_a_whole_number_of_eight_bits() {
        assert_eq!(zero_point(0.5, 1.0), Some(-2));
        assert_eq!(zero_point(0.021_122_88, -1.372_987), Some(65));
        assert_eq!(zero_point(0.5, 0.7), None);
        assert_eq!(zero_point(0.01, 100.0), None);
    }
}
