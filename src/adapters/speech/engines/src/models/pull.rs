//! Owns bringing a cache to a complete state, whatever state it is in.
//!
//! Called by the operator's `models pull` and by tests. Never leaves a half-written package: each is
//! made in a folder of its own and renamed into place.

use std::fs;
use std::path::{Path, PathBuf};

use super::cache::{ModelSet, check, open_packages, seal, speech_dir};
use super::error::Error;
use super::fetch;
use super::packages::{ALL, Package};
use super::wheel::unpack;

/// Fetches whatever the cache lacks from the package index and converts it.
///
/// A complete cache is only checked. Several processes may pull at once: one works, the others wait.
///
/// # Errors
/// See [`Error`]; the cache stays as usable as it was.
pub fn pull(cache: &Path, progress: &mut dyn FnMut(&str)) -> Result<ModelSet, Error> {
    let source = |packages: &[&Package], temporary: &Path| {
        fetch::download(packages, temporary)?;
        Ok(temporary.to_owned())
    };
    complete(cache, &ALL, progress, source)
}

/// Does what [`pull`] does with wheels that already lie in the directory `wheels`.
///
/// # Errors
/// See [`Error`]; the cache stays as usable as it was.
pub fn pull_from(
    wheels: &Path,
    cache: &Path,
    progress: &mut dyn FnMut(&str),
) -> Result<ModelSet, Error> {
    complete(cache, &ALL, progress, |_, _| Ok(wheels.to_owned()))
}

fn complete(
    cache: &Path,
    packages: &[&Package],
    progress: &mut dyn FnMut(&str),
    source: impl FnOnce(&[&Package], &Path) -> Result<PathBuf, Error>,
) -> Result<ModelSet, Error> {
    let root = speech_dir(cache);
    fs::create_dir_all(&root).map_err(Error::disk(&root))?;
    let lock_path = root.join("pull.lock");
    let lock = fs::File::create(&lock_path).map_err(Error::disk(&lock_path))?;
    lock.lock().map_err(Error::disk(&lock_path))?;

    let whole = |package: &Package| check(&root.join(package.folder), package).is_ok();
    let mut wanted = packages.to_vec();
    wanted.retain(|package| !whole(package));
    if !wanted.is_empty() {
        // The lock is held, so whatever lies here was left by a pull that was cut short.
        let temporary = root.join("pull.tmp");
        remove(&temporary)?;
        fs::create_dir(&temporary).map_err(Error::disk(&temporary))?;
        for package in &wanted {
            progress(&format!("fetching {}", package.requirement));
        }
        let wheels = source(&wanted, &temporary)?;
        for package in wanted {
            progress(&format!("unpacking {}", package.requirement));
            install(package, &wheels, &temporary, &root)?;
        }
        remove(&temporary)?;
    }
    let set = open_packages(cache, packages)?;
    progress(&format!("speech models are ready in {}", root.display()));
    Ok(set)
}

fn install(package: &Package, wheels: &Path, temporary: &Path, root: &Path) -> Result<(), Error> {
    let wheel = fetch::find(package, wheels)?;
    let fresh = temporary.join(package.folder);
    fs::create_dir(&fresh).map_err(Error::disk(&fresh))?;
    unpack(&wheel, package, &fresh)?;
    seal(&fresh, package)?;
    let place = root.join(package.folder);
    remove(&place)?;
    fs::rename(&fresh, &place).map_err(Error::disk(&place))
}

fn remove(dir: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::disk(dir)(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
