//! Owns the reading of the repository: its files, its packages, and the collecting of what breaks a rule. Called by
//! the rules. Never changes a file.

use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// One file of the repository.
pub struct File {
    pub path: String,
    pub text: String,
}

impl File {
    pub fn is_test(&self) -> bool {
        let in_tests = |part: &str| part == "tests" || part == "examples";
        !self.path.starts_with("tests/sims/") && self.path.split('/').any(in_tests)
            || self.path.split('/').skip(3).any(in_tests)
            || self.path.ends_with("_tests.rs")
            || self.path.ends_with("/tests.rs")
    }

    /// The lines with their numbers, without comments and without the tests at the end of the file.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate();
        lines
            .take_while(|(_, line)| *line != "#[cfg(test)]")
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
            .map(|(at, line)| (at + 1, line))
    }
}

pub static ROOT: LazyLock<PathBuf> = LazyLock::new(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));

/// Every text file that belongs to the repository.
pub static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
    let mut files = Vec::new();
    collect(&ROOT, &mut files);
    files.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(files.len() > 100, "only {} files found", files.len());
    files
});

fn collect(folder: &Path, files: &mut Vec<File>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let hidden = name.starts_with('.') && ![".ci", ".cargo", ".env.example"].contains(&name);
        let of_a_run = ["recordings", "cache"].contains(&name) && folder == *ROOT;
        if hidden || of_a_run || path.join("CACHEDIR.TAG").exists() || name == "target" {
            continue;
        }
        if path.is_dir() {
            collect(&path, files);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            let path = path
                .strip_prefix(&*ROOT)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            files.push(File { path, text });
        }
    }
}

/// All Rust files but these, which must name what they look for.
pub fn rust() -> impl Iterator<Item = &'static File> {
    FILES
        .iter()
        .filter(|file| file.path.ends_with(".rs") && !file.path.starts_with("tests/tidy"))
}

/// Rust files of the product: the edge, the heart, the migrations.
pub fn product() -> impl Iterator<Item = &'static File> {
    let roots = ["src/", "actors/src/", "migrations/src/"];
    rust()
        .filter(move |file| roots.iter().any(|root| file.path.starts_with(root)) && !file.is_test())
}

pub fn file(path: &str) -> &'static File {
    FILES
        .iter()
        .find(|file| file.path == path)
        .unwrap_or_else(|| panic!("{path} is gone"))
}

/// Collects what breaks a rule, and fails with all of it.
#[derive(Default)]
pub struct Broken(String);

impl Broken {
    pub fn at(&mut self, path: &str, line: usize, what: &str) {
        writeln!(self.0, "{path}:{line}: {what}").unwrap();
    }

    /// Reports each line of code that holds one of the words.
    pub fn words<'f>(&mut self, files: impl Iterator<Item = &'f File>, words: &[&str], why: &str) {
        for file in files {
            for (line, text) in file.code() {
                for word in words.iter().filter(|word| text.contains(**word)) {
                    self.at(&file.path, line, &format!("`{word}`: {why}"));
                }
            }
        }
    }

    /// Reports exceptions that nothing needs any more.
    pub fn unused<'e>(
        &mut self,
        list: impl IntoIterator<Item = &'e str>,
        needed: &BTreeSet<String>,
    ) {
        for entry in list {
            if !needed.contains(entry) {
                self.at(
                    "tests/tidy",
                    0,
                    &format!("take {entry} off the list of exceptions"),
                );
            }
        }
    }

    #[track_caller]
    pub fn settle(self) {
        assert!(self.0.is_empty(), "\n{}", self.0);
    }
}

pub fn members() -> Vec<Value> {
    let metadata = metadata();
    let ids = metadata["workspace_members"].as_array().unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .filter(|package| ids.contains(&package["id"]))
        .cloned()
        .collect()
}

/// What cargo knows of this workspace for the machine's own platform, whose packages are there once it was built.
pub fn metadata() -> Value {
    let version = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "metadata",
        "--format-version=1",
        "--locked",
        "--offline",
        "--filter-platform",
        host,
    ]);
    let output = cargo.current_dir(&*ROOT).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("cargo speaks JSON")
}
