//! Where things are and how they introduce themselves: files, modules, folders, links.

use super::repository::{Broken, FILES, ROOT, rust};
use std::collections::BTreeSet;

/// `mod.rs` files with code: whole actors and small shared parts that need no file of their own beside.
const MODS_WITH_CODE: &[&str] = &[
    "actors/src/booking_desk/mod.rs",
    "actors/src/call/phases/mod.rs",
    "actors/src/ports/mod.rs",
    "src/adapters/speech/engines/src/spoken/mod.rs",
];

#[test]
fn every_file_says_first_what_it_owns() {
    let mut broken = Broken::default();
    for file in rust().filter(|file| !file.text.starts_with("//! ")) {
        broken.at(
            &file.path,
            1,
            "open with `//!`: what it owns, who calls it, what it never does",
        );
    }
    broken.settle();
}

#[test]
fn a_mod_file_only_shows_what_is_inside() {
    let mut broken = Broken::default();
    let mut needed = BTreeSet::new();
    for file in rust().filter(|file| file.path.ends_with("/mod.rs") && !file.is_test()) {
        let items = [
            "fn ", "struct ", "enum ", "trait ", "impl ", "impl<", "const ", "static ", "type ",
        ];
        let code = file.code().find(|(_, line)| {
            let line = line.strip_prefix("pub ").unwrap_or(line);
            let line = line
                .split_once(") ")
                .filter(|(head, _)| head.starts_with("pub("))
                .map_or(line, |(_, rest)| rest);
            items.iter().any(|item| line.starts_with(item))
        });
        match code {
            Some(_) if MODS_WITH_CODE.contains(&file.path.as_str()) => {
                needed.insert(file.path.clone());
            }
            Some((line, _)) => broken.at(
                &file.path,
                line,
                "code in a mod.rs; give it a file with a name",
            ),
            None => {}
        }
    }
    broken.unused(MODS_WITH_CODE.iter().copied(), &needed);
    broken.settle();
}

#[test]
fn every_file_is_part_of_the_build() {
    let mut broken = Broken::default();
    for file in rust() {
        let (folder, name) = file.path.rsplit_once('/').unwrap();
        let stem = name.trim_end_matches(".rs");
        let is_root = ["main", "lib"].contains(&stem)
            || folder == "tests"
            || ["examples", "bin", "benches"]
                .iter()
                .any(|kind| folder.ends_with(kind))
            || folder.ends_with("/tests")
                && FILES
                    .iter()
                    .any(|other| other.path == folder.replace("/tests", "/Cargo.toml"));
        if is_root {
            continue;
        }
        let (home, stem) = match stem {
            "mod" => folder.rsplit_once('/').unwrap(),
            _ => (folder, stem),
        };
        let parents = ["mod.rs", "main.rs", "lib.rs"].map(|name| format!("{home}/{name}"));
        let parents: Vec<String> = parents.into_iter().chain([format!("{home}.rs")]).collect();
        let declared = FILES.iter().any(|other| {
            let near = parents.contains(&other.path)
                || other.path.starts_with(home) && other.text.contains("#[path");
            near && other.text.lines().any(|line| {
                let line = line.trim();
                line == format!("mod {stem};")
                    || line.ends_with(&format!(" mod {stem};"))
                    || line.contains(&format!("\"{name}\""))
            })
        });
        if !declared {
            broken.at(
                &file.path,
                1,
                &format!("nobody says `mod {stem};`: it is never compiled"),
            );
        }
    }
    broken.settle();
}

#[test]
fn every_folder_says_what_lives_in_it() {
    let mut broken = Broken::default();
    let mut folders = BTreeSet::new();
    for file in FILES.iter().filter(|file| !file.path.starts_with('.')) {
        let parts: Vec<&str> = file.path.split('/').collect();
        let depth = match parts[0] {
            "src" => 2,
            "tests" => 3,
            _ => 1,
        };
        for depth in 1..=depth.min(parts.len() - 1) {
            let is_file_tree = parts[0] == "tests" && depth == 3 && parts[1] != "sims";
            if !is_file_tree {
                folders.insert(parts[..depth].join("/"));
            }
        }
    }
    for folder in folders {
        let of_one_file = ROOT.join(format!("{folder}.rs")).exists();
        if !of_one_file && !ROOT.join(&folder).join("README.md").exists() {
            broken.at(
                &folder,
                0,
                "a README.md of one screen: what lives here, what does not, how to add one",
            );
        }
    }
    broken.settle();
}

#[test]
fn links_in_readmes_lead_somewhere() {
    let mut broken = Broken::default();
    for file in FILES.iter().filter(|file| file.path.ends_with(".md")) {
        let folder = ROOT.join(&file.path).parent().unwrap().to_owned();
        for (at, line) in file.text.lines().enumerate() {
            for link in line.split("](").skip(1) {
                let target = link.split([')', '#', ' ']).next().unwrap();
                let elsewhere =
                    target.contains("://") || target.starts_with("mailto:") || target.is_empty();
                if !elsewhere && !folder.join(target).exists() {
                    broken.at(&file.path, at + 1, &format!("{target} does not exist"));
                }
            }
        }
    }
    broken.settle();
}
