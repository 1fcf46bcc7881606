//! Owns the layout of the cache and the check that its files are still those that were pulled.
//!
//! Called by `pull` and by whoever opens the models. Never downloads and never repairs.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::Error;
use super::packages::{ALL, HIBARI, MOONSHINE, Package};

const MANIFEST: &str = "manifest.json";

/// A complete set of model files on disk.
#[derive(Debug, Clone)]
pub struct ModelSet {
    root: PathBuf,
}

impl ModelSet {
    /// Returns the folder of the speech recogniser: the networks `encoder` and
    /// `decoder`, each as `.onnx` and `.int8.onnx`, and `tokenizer.bin`.
    pub fn recogniser_dir(&self) -> PathBuf {
        self.root.join(MOONSHINE.folder)
    }

    /// Returns the folder of the voice: `hibari.onnx`, `vocab.json`, `oov.onnx`, `oov.json`.
    pub fn voice_dir(&self) -> PathBuf {
        self.root.join(HIBARI.folder)
    }
}

/// Returns `$MAITRED_CACHE`, else `$XDG_CACHE_HOME/maitred`, else `~/.cache/maitred`.
pub fn default_cache_dir() -> PathBuf {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(dir) = set("MAITRED_CACHE") {
        return dir.into();
    }
    let base = set("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || set("HOME").map(|home| PathBuf::from(home).join(".cache"));
    base.or_else(home)
        .unwrap_or_else(std::env::temp_dir)
        .join("maitred")
}

/// Opens the models in `cache` without fetching anything.
///
/// # Errors
/// [`Error::Missing`] when they were never pulled, [`Error::Damaged`] when a file has changed since.
pub fn open(cache: &Path) -> Result<ModelSet, Error> {
    open_packages(cache, &ALL)
}

/// Opens a cache that must hold just these packages.
pub fn open_packages(cache: &Path, packages: &[&Package]) -> Result<ModelSet, Error> {
    let root = speech_dir(cache);
    for package in packages {
        check(&root.join(package.folder), package)?;
    }
    Ok(ModelSet { root })
}

/// Returns the part of the cache that belongs to this crate.
pub fn speech_dir(cache: &Path) -> PathBuf {
    cache.join("speech")
}

#[derive(Serialize, Deserialize)]
struct Manifest {
    requirement: String,
    wheel_sha256: String,
    files: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    name: String,
    size: u64,
    modified_ns: u64,
    sha256: String,
}

/// Checks one package's folder against its manifest.
///
/// A file whose size and time stamp are as recorded is taken to be whole; one with another time
/// stamp (restored from a backup, overwritten) is hashed.
pub fn check(dir: &Path, package: &Package) -> Result<(), Error> {
    let path = dir.join(MANIFEST);
    let Ok(text) = fs::read(&path) else {
        return Err(Error::Missing(dir.to_owned()));
    };
    let damaged = || Error::Damaged(path.clone());
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|_| damaged())?;
    if manifest.wheel_sha256 != package.sha256 {
        return Err(damaged());
    }
    for part in package.parts {
        let entry = manifest.files.iter().find(|entry| entry.name == part.name);
        check_file(&dir.join(part.name), entry.ok_or_else(damaged)?)?;
    }
    Ok(())
}

fn check_file(path: &Path, entry: &Entry) -> Result<(), Error> {
    let damaged = || Error::Damaged(path.to_owned());
    let (size, modified_ns) = stamp(path).map_err(|_| damaged())?;
    if size != entry.size {
        return Err(damaged());
    }
    if modified_ns == entry.modified_ns || sha256_of(path)? == entry.sha256 {
        return Ok(());
    }
    Err(damaged())
}

/// Size in bytes and time of the last change in nanoseconds since 1970.
fn stamp(path: &Path) -> std::io::Result<(u64, u64)> {
    let meta = fs::metadata(path)?;
    let since = meta.modified()?.duration_since(UNIX_EPOCH);
    let modified_ns = since.map_or(0, |d| d.as_nanos() as u64);
    Ok((meta.len(), modified_ns))
}

/// Writes the manifest that makes a folder of unpacked files complete.
pub fn seal(dir: &Path, package: &Package) -> Result<(), Error> {
    let mut files = Vec::new();
    for part in package.parts {
        let path = dir.join(part.name);
        let (size, modified_ns) = stamp(&path).map_err(Error::disk(&path))?;
        let sha256 = sha256_of(&path)?;
        let name = part.name.to_owned();
        files.push(Entry {
            name,
            size,
            modified_ns,
            sha256,
        });
    }
    let manifest = Manifest {
        requirement: package.requirement.to_owned(),
        wheel_sha256: package.sha256.to_owned(),
        files,
    };
    let path = dir.join(MANIFEST);
    let text = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
    write_whole(&path, &text)
}

/// Writes a file and waits until it is on the disk.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let write = || {
        let mut file = fs::File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(Error::disk(path))
}

/// Returns the SHA-256 of a file in lower-case hexadecimal.
pub fn sha256_of(path: &Path) -> Result<String, Error> {
    let digest = || {
        let mut file = fs::File::open(path)?;
        let mut hash = Sha256::new();
        let mut block = vec![0; 1 << 20];
        loop {
            let n = file.read(&mut block)?;
            if n == 0 {
                return Ok(hex::encode(hash.finalize()));
            }
            hash.update(&block[..n]);
        }
    };
    digest().map_err(Error::disk(path))
}
