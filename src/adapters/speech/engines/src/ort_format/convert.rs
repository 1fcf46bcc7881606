//! Owns the re-encoding of one ORT-format model as an ONNX model, node for node.
//!
//! Called through `onnx_from_ort`. Nodes are put into an order in which each comes after those it
//! reads from, as ONNX demands; with [`Weights::Int8`] the plan of `int8` replaces some. Never changes
//! anything else of what the model computes.

use std::collections::{HashMap, HashSet};

use super::flatbuffer::{Corrupt, Table};
use super::int8::Plan;
use super::protobuf::Message;

/// Why an ORT file could not be converted.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is damaged.
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
    /// The file uses a part of the format that is not converted.
    #[error("the model uses {0}, which the converter does not know")]
    Unsupported(&'static str),
}

/// Field numbers of the ORT schema, in the order of its tables.
pub(super) mod ort {
    pub const SESSION_MODEL: usize = 1;
    pub const MODEL_IR_VERSION: usize = 0;
    pub const MODEL_OPSETS: usize = 1;
    pub const MODEL_GRAPH: usize = 7;
    pub const OPSET_DOMAIN: usize = 0;
    pub const OPSET_VERSION: usize = 1;
    pub const GRAPH_INITIALIZERS: usize = 0;
    pub const GRAPH_NODE_ARGS: usize = 1;
    pub const GRAPH_NODES: usize = 2;
    pub const GRAPH_INPUTS: usize = 5;
    pub const GRAPH_OUTPUTS: usize = 6;
    pub const GRAPH_SPARSE: usize = 7;
    pub const NODE_NAME: usize = 0;
    pub const NODE_DOMAIN: usize = 2;
    pub const NODE_OP_TYPE: usize = 5;
    pub const NODE_INPUTS: usize = 8;
    pub const NODE_OUTPUTS: usize = 9;
    pub const NODE_ATTRIBUTES: usize = 10;
    pub const NODE_IMPLICIT_INPUTS: usize = 12;
    pub const TENSOR_NAME: usize = 0;
    pub const TENSOR_DIMS: usize = 2;
    pub const TENSOR_TYPE: usize = 3;
    pub const TENSOR_RAW: usize = 4;
    pub const TENSOR_EXTERNAL: usize = 6;
    pub const ATTRIBUTE_NAME: usize = 0;
    pub const ATTRIBUTE_TYPE: usize = 2;
    pub const ATTRIBUTE_F: usize = 3;
    pub const ATTRIBUTE_I: usize = 4;
    pub const ATTRIBUTE_S: usize = 5;
    pub const ATTRIBUTE_T: usize = 6;
    pub const ATTRIBUTE_G: usize = 7;
    pub const ATTRIBUTE_FLOATS: usize = 8;
    pub const ATTRIBUTE_INTS: usize = 9;
    pub const ATTRIBUTE_STRINGS: usize = 10;
    pub const VALUE_NAME: usize = 0;
    pub const VALUE_TYPE: usize = 2;
    pub const TYPE_KIND: usize = 1;
    pub const TYPE_VALUE: usize = 2;
    pub const TENSOR_TYPE_ELEM: usize = 0;
    pub const TENSOR_TYPE_SHAPE: usize = 1;
    pub const SHAPE_DIMS: usize = 0;
    pub const DIM_VALUE: usize = 0;
    pub const DIM_VALUE_KIND: usize = 0;
    pub const DIM_VALUE_NUMBER: usize = 1;
    pub const DIM_VALUE_PARAM: usize = 2;
}

/// What becomes of weights stored as int8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weights {
    /// They are turned into floats when the model is loaded.
    Float,
    /// They are multiplied as they are: faster and smaller, and exact only on some processors.
    Int8,
}

/// Converts a whole ORT-format file into the bytes of an ONNX file.
pub fn onnx_from_ort(file: &[u8], weights: Weights) -> Result<Vec<u8>, Error> {
    let session = Table::root(file, b"ORTM")?;
    let model = session.table(ort::SESSION_MODEL)?.ok_or(Corrupt)?;
    let mut onnx = Message::default();
    onnx.int(1, model.i64(ort::MODEL_IR_VERSION)?);
    for opset in model.tables(ort::MODEL_OPSETS)? {
        let mut id = Message::default();
        id.bytes(1, opset.string(ort::OPSET_DOMAIN)?);
        id.int(2, opset.i64(ort::OPSET_VERSION)?);
        onnx.message(8, id);
    }
    let graph = model.table(ort::MODEL_GRAPH)?.ok_or(Corrupt)?;
    let plan = match weights {
        Weights::Float => Plan::default(),
        Weights::Int8 => Plan::of(graph)?,
    };
    onnx.message(7, convert_graph(graph, &plan, plan.tensors()?)?);
    Ok(onnx.into_bytes())
}

fn convert_graph<'a>(
    graph: Table<'a>,
    plan: &Plan<'a>,
    more: Vec<Message>,
) -> Result<Message, Error> {
    if !graph.tables(ort::GRAPH_SPARSE)?.is_empty() {
        return Err(Error::Unsupported("sparse weights"));
    }
    let mut onnx = Message::default();
    let mut ready = HashSet::new();
    for node in sorted_nodes(graph)? {
        let nodes = match plan.rewrite(node, &mut ready)? {
            Some(nodes) => nodes,
            None => vec![convert_node(node, plan)?],
        };
        nodes.into_iter().for_each(|node| onnx.message(1, node));
    }
    onnx.bytes(2, b"graph");
    for tensor in graph.tables(ort::GRAPH_INITIALIZERS)? {
        onnx.message(5, convert_tensor(tensor)?);
    }
    more.into_iter().for_each(|tensor| onnx.message(5, tensor));
    let mut types = HashMap::new();
    for value in graph.tables(ort::GRAPH_NODE_ARGS)? {
        types.insert(value.string(ort::VALUE_NAME)?, value);
    }
    for (field, list) in [(11, ort::GRAPH_INPUTS), (12, ort::GRAPH_OUTPUTS)] {
        for name in graph.strings(list)? {
            onnx.message(field, convert_value(name, types.get(name).copied())?);
        }
    }
    Ok(onnx)
}

/// Puts the nodes into an order in which every value is made before it is read.
fn sorted_nodes(graph: Table) -> Result<Vec<Table>, Error> {
    let nodes = graph.tables(ort::GRAPH_NODES)?;
    let mut reads = Vec::with_capacity(nodes.len());
    let mut pending = HashSet::new();
    for node in &nodes {
        let mut names = node.strings(ort::NODE_INPUTS)?;
        names.extend(node.strings(ort::NODE_IMPLICIT_INPUTS)?);
        reads.push(names);
        pending.extend(node.strings(ort::NODE_OUTPUTS)?);
    }
    let mut sorted = Vec::with_capacity(nodes.len());
    let mut waiting: Vec<usize> = (0..nodes.len()).collect();
    while !waiting.is_empty() {
        let before = waiting.len();
        let mut later = Vec::new();
        for i in waiting {
            if reads[i].iter().any(|name| pending.contains(name)) {
                later.push(i);
                continue;
            }
            for name in nodes[i].strings(ort::NODE_OUTPUTS)? {
                pending.remove(name);
            }
            sorted.push(nodes[i]);
        }
        if later.len() == before {
            return Err(Error::Unsupported("nodes that read each other in a circle"));
        }
        waiting = later;
    }
    Ok(sorted)
}

fn convert_node<'a>(node: Table<'a>, plan: &Plan<'a>) -> Result<Message, Error> {
    let mut onnx = Message::default();
    for name in node.strings(ort::NODE_INPUTS)? {
        onnx.bytes(1, name);
    }
    for name in node.strings(ort::NODE_OUTPUTS)? {
        onnx.bytes(2, name);
    }
    onnx.bytes(3, node.string(ort::NODE_NAME)?);
    onnx.bytes(4, node.string(ort::NODE_OP_TYPE)?);
    for attribute in node.tables(ort::NODE_ATTRIBUTES)? {
        onnx.message(5, convert_attribute(attribute, plan)?);
    }
    onnx.bytes(7, node.string(ort::NODE_DOMAIN)?);
    Ok(onnx)
}

fn convert_attribute<'a>(attribute: Table<'a>, plan: &Plan<'a>) -> Result<Message, Error> {
    let mut onnx = Message::default();
    onnx.bytes(1, attribute.string(ort::ATTRIBUTE_NAME)?);
    let kind = attribute.i32(ort::ATTRIBUTE_TYPE)?;
    match kind {
        1 => onnx.float(2, attribute.f32(ort::ATTRIBUTE_F)?),
        2 => onnx.int(3, attribute.i64(ort::ATTRIBUTE_I)?),
        3 => onnx.bytes(4, attribute.string(ort::ATTRIBUTE_S)?),
        4 => {
            let tensor = attribute.table(ort::ATTRIBUTE_T)?.ok_or(Corrupt)?;
            onnx.message(5, convert_tensor(tensor)?);
        }
        5 => {
            let graph = attribute.table(ort::ATTRIBUTE_G)?.ok_or(Corrupt)?;
            onnx.message(6, convert_graph(graph, plan, Vec::new())?);
        }
        6 => {
            for value in attribute.f32s(ort::ATTRIBUTE_FLOATS)? {
                onnx.float(7, value);
            }
        }
        7 => {
            for value in attribute.i64s(ort::ATTRIBUTE_INTS)? {
                onnx.int(8, value);
            }
        }
        8 => {
            for value in attribute.strings(ort::ATTRIBUTE_STRINGS)? {
                onnx.bytes(9, value);
            }
        }
        _ => return Err(Error::Unsupported("a rare attribute type")),
    }
    onnx.int(20, i64::from(kind));
    Ok(onnx)
}

fn convert_tensor(tensor: Table) -> Result<Message, Error> {
    const STRING: i32 = 8;
    let kind = tensor.i32(ort::TENSOR_TYPE)?;
    if kind == STRING {
        return Err(Error::Unsupported("text weights"));
    }
    if tensor.i64(ort::TENSOR_EXTERNAL)? > 0 {
        return Err(Error::Unsupported("weights in a second file"));
    }
    let mut onnx = Message::default();
    for size in tensor.i64s(ort::TENSOR_DIMS)? {
        onnx.int(1, size);
    }
    onnx.int(2, i64::from(kind));
    onnx.bytes(8, tensor.string(ort::TENSOR_NAME)?);
    onnx.bytes(9, tensor.bytes(ort::TENSOR_RAW)?);
    Ok(onnx)
}

fn convert_value(name: &[u8], value: Option<Table>) -> Result<Message, Error> {
    const TENSOR: u8 = 1;
    let mut onnx = Message::default();
    onnx.bytes(1, name);
    let Some(info) = value
        .map(|v| v.table(ort::VALUE_TYPE))
        .transpose()?
        .flatten()
    else {
        return Ok(onnx);
    };
    if info.u8(ort::TYPE_KIND)? != TENSOR {
        return Err(Error::Unsupported("inputs that are not tensors"));
    }
    let kind = info.table(ort::TYPE_VALUE)?.ok_or(Corrupt)?;
    let mut tensor = Message::default();
    tensor.int(1, i64::from(kind.i32(ort::TENSOR_TYPE_ELEM)?));
    if let Some(shape) = kind.table(ort::TENSOR_TYPE_SHAPE)? {
        let mut dims = Message::default();
        for dim in shape.tables(ort::SHAPE_DIMS)? {
            dims.message(1, convert_dimension(dim)?);
        }
        tensor.message(2, dims);
    }
    let mut type_proto = Message::default();
    type_proto.message(1, tensor);
    onnx.message(2, type_proto);
    Ok(onnx)
}

fn convert_dimension(dim: Table) -> Result<Message, Error> {
    const NUMBER: u8 = 1;
    const PARAM: u8 = 2;
    let mut onnx = Message::default();
    if let Some(value) = dim.table(ort::DIM_VALUE)? {
        match value.u8(ort::DIM_VALUE_KIND)? {
            NUMBER => onnx.int(1, value.i64(ort::DIM_VALUE_NUMBER)?),
            PARAM => onnx.bytes(2, value.string(ort::DIM_VALUE_PARAM)?),
            _ => {}
        }
    }
    Ok(onnx)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_another_kind_is_called_damaged() {
        let result = onnx_from_ort(b"\x08\x00\x00\x00ONNX and some more bytes", Weights::Float);
        assert!(matches!(result, Err(Error::Corrupt(_))));
    }
}
