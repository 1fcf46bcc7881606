//! Owns one neural network in memory and the single-threaded workers that run it.
//!
//! Called by the recogniser and the voice. Never downloads and never keeps state between two runs,
//! so one network serves any number of threads.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rten::{Model, ModelOptions, NodeId, RunOptions, ThreadPool, Value, ValueOrView};

/// Why an engine could not be loaded or could not finish.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A model file cannot be read or understood.
    #[error("cannot load {path}: {reason}; run `maitred models pull` to mend the models")]
    Load {
        /// The file.
        path: String,
        /// What was wrong with it.
        reason: String,
    },
    /// The network refused its input or broke off.
    #[error("the {net} network failed: {reason}")]
    Run {
        /// File name of the network.
        net: String,
        /// What it said.
        reason: String,
    },
}

impl Error {
    /// Builds a loading error for `path`.
    pub(crate) fn load(path: &Path, reason: impl ToString) -> Self {
        Self::Load {
            path: path.display().to_string(),
            reason: reason.to_string(),
        }
    }
}

/// Result of loading or running an engine.
pub type Result<T> = std::result::Result<T, Error>;

/// Threads that run networks, one for each caller at work; a call borrows one and gives it back.
///
/// A network spread over several threads finishes a little earlier and costs much more in all, so
/// each run stays on one thread and several callers run side by side.
#[derive(Default)]
pub struct Workers {
    idle: Mutex<Vec<Arc<ThreadPool>>>,
}

impl Workers {
    /// Runs `job` with options that keep it on one borrowed thread.
    pub fn lend<T>(&self, job: impl FnOnce(&RunOptions) -> T) -> T {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let worker = idle().pop();
        let worker = worker.unwrap_or_else(|| Arc::new(ThreadPool::with_num_threads(1)));
        let options = RunOptions::default().with_thread_pool(Some(worker.clone()));
        let result = job(&options);
        idle().push(worker);
        result
    }
}

/// One loaded network.
pub struct Net {
    name: String,
    model: Model,
}

impl Net {
    /// Loads an ONNX file.
    pub fn load(path: &Path) -> Result<Self> {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
        let options = ModelOptions::with_all_ops();
        let model = options.load_file(path).map_err(|e| Error::load(path, e))?;
        Ok(Self {
            name: name.unwrap_or_default(),
            model,
        })
    }

    /// Builds a run-time error that names this network.
    pub fn failed(&self, reason: impl ToString) -> Error {
        Error::Run {
            net: self.name.clone(),
            reason: reason.to_string(),
        }
    }

    /// Looks up an input or output by its name.
    pub fn node(&self, name: &str) -> Result<NodeId> {
        self.model.node_id(name).map_err(|e| self.failed(e))
    }

    /// Returns the names of the inputs, in the file's order.
    pub fn inputs(&self) -> Vec<(String, NodeId)> {
        self.named(self.model.input_ids())
    }

    /// Returns the names of the outputs, in the file's order.
    pub fn outputs(&self) -> Vec<(String, NodeId)> {
        self.named(self.model.output_ids())
    }

    fn named(&self, ids: &[NodeId]) -> Vec<(String, NodeId)> {
        let name = |id: &NodeId| {
            self.model
                .node_info(*id)
                .and_then(|info| info.name().map(str::to_owned))
        };
        ids.iter()
            .map(|id| (name(id).unwrap_or_default(), *id))
            .collect()
    }

    /// Computes the outputs for the inputs.
    pub fn run(
        &self,
        inputs: Vec<(NodeId, ValueOrView)>,
        outputs: &[NodeId],
        options: &RunOptions,
    ) -> Result<Vec<Value>> {
        let result = self.model.run(inputs, outputs, Some(options.clone()));
        result.map_err(|e| self.failed(e))
    }
}
