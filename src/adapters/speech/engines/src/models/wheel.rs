//! Owns taking the wanted files out of a wheel (a zip archive) after checking its digest.
//!
//! Called by `pull`. Never unpacks a wheel whose digest is not the pinned one.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use zip::ZipArchive;

use super::cache::{sha256_of, write_whole};
use super::error::Error;
use super::packages::{Package, Part, Step};
use crate::ort_format::onnx_from_ort;

/// Checks a wheel and writes the package's files into `dir`.
pub fn unpack(wheel: &Path, package: &Package, dir: &Path) -> Result<(), Error> {
    let found = sha256_of(wheel)?;
    if found != package.sha256 {
        return Err(Error::Checksum {
            path: wheel.to_owned(),
            expected: package.sha256,
            found,
        });
    }
    let file = File::open(wheel).map_err(Error::disk(wheel))?;
    let broken = |reason: String| Error::Unpack {
        path: wheel.to_owned(),
        reason,
    };
    let mut archive = ZipArchive::new(file).map_err(|e| broken(e.to_string()))?;
    for part in package.parts {
        let bytes = read_part(&mut archive, part).map_err(broken)?;
        let bytes = match part.step {
            Step::Copy => bytes,
            Step::Convert(weights) => {
                onnx_from_ort(&bytes, weights).map_err(|e| broken(e.to_string()))?
            }
        };
        write_whole(&dir.join(part.name), &bytes)?;
    }
    Ok(())
}

fn read_part(archive: &mut ZipArchive<File>, part: &Part) -> Result<Vec<u8>, String> {
    let wanted = |name: &&str| name.ends_with(part.inside);
    let name = archive.file_names().find(wanted).map(str::to_owned);
    let name = name.ok_or_else(|| format!("{} is not inside", part.inside))?;
    let mut file = archive.by_name(&name).map_err(|e| e.to_string())?;
    let mut bytes = Vec::with_capacity(file.size() as usize);
    file.read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    Ok(bytes)
}
