//! Pulling from a directory of tiny made-up wheels into caches in every state.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::io::Write;

use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::models::cache::sha256_of;
use crate::models::packages::{Part, Step};

/// A directory with one wheel, and the package that pins it.
struct Made {
    wheels: TempDir,
    cache: TempDir,
    package: Package,
}

impl Made {
    fn new() -> Self {
        let wheels = TempDir::new().unwrap();
        let path = wheels.path().join("tiny-1.0-py3-none-any.whl");
        let mut zip = ZipWriter::new(fs::File::create(&path).unwrap());
        for (name, text) in [
            ("tiny/a.txt", "alpha"),
            ("tiny/b.txt", "beta"),
            ("tiny/c", "no"),
        ] {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap();
        let part = |inside, name| Part {
            inside,
            name,
            step: Step::Copy,
        };
        let package = Package {
            requirement: "tiny==1.0",
            wheel: "tiny-1.0-",
            sha256: sha256_of(&path).unwrap().leak(),
            folder: "tiny-1.0-c1",
            parts: vec![part("/a.txt", "a"), part("/b.txt", "b")].leak(),
        };
        let cache = TempDir::new().unwrap();
        Self {
            wheels,
            cache,
            package,
        }
    }

    /// Pulls, and returns the progress lines.
    fn pull(&self) -> Result<Vec<String>, Error> {
        let mut lines = Vec::new();
        let wheels = self.wheels.path().to_owned();
        let mut note = |line: &str| lines.push(line.to_owned());
        complete(self.cache.path(), &[&self.package], &mut note, |_, _| {
            Ok(wheels)
        })?;
        Ok(lines)
    }

    fn open(&self) -> Result<ModelSet, Error> {
        open_packages(self.cache.path(), &[&self.package])
    }

    fn file(&self, name: &str) -> PathBuf {
        speech_dir(self.cache.path())
            .join(self.package.folder)
            .join(name)
    }
}

#[test]
fn a_pull_brings_the_wanted_files_and_nothing_else() {
    let made = Made::new();
    assert!(matches!(made.open(), Err(Error::Missing(_))));
    made.pull().unwrap();
    assert_eq!(fs::read(made.file("b")).unwrap(), b"beta");
    assert!(!made.file("c").exists());
    assert!(!speech_dir(made.cache.path()).join("pull.tmp").exists());
    made.open().unwrap();
}

#[test]
fn a_second_pull_fetches_nothing() {
    let made = Made::new();
    assert_eq!(made.pull().unwrap().len(), 3);
    fs::remove_dir_all(made.wheels.path()).unwrap();
    let lines = made.pull().unwrap();
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains("ready"), "{lines:?}");
}

#[test]
fn a_changed_file_is_noticed_and_mended() {
    let made = Made::new();
    made.pull().unwrap();
    fs::write(made.file("b"), "bets").unwrap();
    let error = made.open().unwrap_err();
    assert!(matches!(&error, Error::Damaged(path) if *path == made.file("b")));
    assert!(error.to_string().contains("models pull"));
    made.pull().unwrap();
    assert_eq!(fs::read(made.file("b")).unwrap(), b"beta");
}

#[test]
fn a_lost_or_shortened_file_is_noticed_and_mended() {
    let made = Made::new();
    for harm in [
        |path: &Path| fs::remove_file(path),
        |path: &Path| fs::write(path, "al"),
    ] {
        made.pull().unwrap();
        harm(&made.file("a")).unwrap();
        assert!(matches!(made.open(), Err(Error::Damaged(_))));
    }
    made.pull().unwrap();
    made.open().unwrap();
}

#[test]
fn a_file_with_the_same_contents_and_a_new_time_is_whole() {
    let made = Made::new();
    made.pull().unwrap();
    fs::remove_file(made.file("a")).unwrap();
    fs::write(made.file("a"), "alpha").unwrap();
    made.open().unwrap();
}

#[test]
fn a_damaged_manifest_is_mended() {
    let made = Made::new();
    made.pull().unwrap();
    fs::write(made.file("manifest.json"), "{").unwrap();
    assert!(matches!(made.open(), Err(Error::Damaged(_))));
    made.pull().unwrap();
    made.open().unwrap();
}

#[test]
fn what_a_broken_pull_left_behind_is_cleared() {
    let made = Made::new();
    let left = speech_dir(made.cache.path()).join("pull.tmp/tiny-1.0-c1");
    fs::create_dir_all(&left).unwrap();
    fs::write(left.join("a"), "half").unwrap();
    made.pull().unwrap();
    assert_eq!(fs::read(made.file("a")).unwrap(), b"alpha");
}

#[test]
fn another_wheel_under_the_right_name_is_refused() {
    let made = Made::new();
    let wheel = made.wheels.path().join("tiny-1.0-py3-none-any.whl");
    fs::write(&wheel, "something else").unwrap();
    let error = made.pull().unwrap_err();
    assert!(matches!(&error, Error::Checksum { path, .. } if *path == wheel));
    assert!(matches!(made.open(), Err(Error::Missing(_))));
}

#[test]
fn a_directory_without_the_wheel_is_named() {
    let made = Made::new();
    let empty = TempDir::new().unwrap();
    let error = pull_from(empty.path(), made.cache.path(), &mut |_| {}).unwrap_err();
    assert!(matches!(&error, Error::NoWheel { .. }));
    assert!(
        error.to_string().contains("moonshine_cpp-0.1.4-"),
        "{error}"
    );
}
