//! Owns the ways in which fetching and opening model files can fail, each saying what to do.
//!
//! Called by the whole `models` module. Never holds anything secret: only paths and names.

use std::path::{Path, PathBuf};

/// Why the model files are not available.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing was ever pulled into this cache.
    #[error("no speech models in {0}; run `maitred models pull`")]
    Missing(PathBuf),
    /// A file of the cache is not what was pulled.
    #[error("{0} is damaged or out of date; run `maitred models pull` to mend it")]
    Damaged(PathBuf),
    /// The package installer could not be started.
    #[error(
        "cannot start `python3 -m pip` ({0}); install Python 3 with pip, or pull from a directory that holds the wheels"
    )]
    NoPip(std::io::Error),
    /// The package installer ran and failed.
    #[error(
        "`python3 -m pip download` failed ({0}); see its output above, or pull from a directory that holds the wheels"
    )]
    PipFailed(std::process::ExitStatus),
    /// A directory of wheels lacks one.
    #[error("{wheel}*.whl is not in {dir}; put it there, or pull from the package index")]
    NoWheel {
        /// Beginning of the wheel's file name.
        wheel: &'static str,
        /// The directory searched.
        dir: PathBuf,
    },
    /// A wheel is not the one this version was made for.
    #[error(
        "{path} has SHA-256 {found}, expected {expected}; it was changed or cut short, so delete it and pull again"
    )]
    Checksum {
        /// The wheel.
        path: PathBuf,
        /// The pinned digest.
        expected: &'static str,
        /// The digest of the file.
        found: String,
    },
    /// A wheel has the right digest and yet cannot be unpacked.
    #[error("cannot unpack {path}: {reason}")]
    Unpack {
        /// The wheel.
        path: PathBuf,
        /// What the archive reader or the converter said.
        reason: String,
    },
    /// The file system refused.
    #[error("cannot use {path}: {source}; check the free space and the permissions")]
    Disk {
        /// The file or directory.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
}

impl Error {
    /// Returns a converter from an I/O error on `path`.
    pub(super) fn disk(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Disk { path, source }
    }
}
