//! Owns getting the wheels: from the package index through the package installer, or from a directory.
//!
//! Called by `pull`. Never looks inside a wheel and never chooses a host.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::Error;
use super::packages::Package;

/// Downloads the packages' wheels into `into`, with the installer's own progress on the terminal.
pub fn download(packages: &[&Package], into: &Path) -> Result<(), Error> {
    let mut command = Command::new("python3");
    command.args(["-m", "pip", "download", "--no-deps", "--only-binary=:all:"]);
    command.arg("--disable-pip-version-check");
    if !(cfg!(target_os = "linux") && cfg!(target_arch = "x86_64")) {
        // The weights are the same for every machine, but one wheel exists for this one only.
        command.args([
            "--platform",
            "manylinux2014_x86_64",
            "--python-version",
            "3.11",
        ]);
    }
    command.arg("-d").arg(into);
    command.args(packages.iter().map(|package| package.requirement));
    let status = command.status().map_err(Error::NoPip)?;
    if !status.success() {
        return Err(Error::PipFailed(status));
    }
    Ok(())
}

/// Finds a package's wheel in a directory.
pub fn find(package: &Package, dir: &Path) -> Result<PathBuf, Error> {
    let entries = fs::read_dir(dir).map_err(Error::disk(dir))?;
    let is_wheel = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy());
        name.is_some_and(|name| name.starts_with(package.wheel) && name.ends_with(".whl"))
    };
    let mut paths = entries.flatten().map(|entry| entry.path());
    paths.find(is_wheel).ok_or_else(|| Error::NoWheel {
        wheel: package.wheel,
        dir: dir.to_owned(),
    })
}
