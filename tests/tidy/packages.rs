//! Who may depend on whom, and on what: our packages, their dependencies, licences, sources.

use super::repository::{Broken, FILES, File, ROOT, file, members, metadata};
use std::collections::BTreeSet;
use std::path::Path;

/// Which of our packages each may depend on; for tests everything is allowed but a cycle, which cargo refuses.
const KNOWS: &[(&str, &[&str])] = &[
    (
        "maitred",
        &[
            "maitred-actors",
            "maitred-migrations",
            "maitred-speech-engines",
        ],
    ),
    ("maitred-actors", &[]),
    ("maitred-migrations", &[]),
    ("maitred-speech-engines", &[]),
    ("voice-modem", &[]),
    ("ringcentral-sim", &[]),
    ("llm-sim", &[]),
    ("deepgram-sim", &["voice-modem"]),
    (
        "maitred-harness",
        &[
            "maitred",
            "maitred-actors",
            "maitred-speech-engines",
            "deepgram-sim",
            "ringcentral-sim",
            "voice-modem",
        ],
    ),
];
/// What the heart is built from. No HTTP, no SQL, no vendor.
const HEART_USES: &[&str] = &[
    "bytes",
    "jiff",
    "ractor",
    "serde",
    "serde_json",
    "thiserror",
    "tokio",
    "tracing",
];
const LICENCES: &[&str] = &[
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "Unicode-3.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
];
/// Packages whose licence is only a file, read by hand, with its SPDX name.
const LICENCE_FILES: &[(&str, &str)] = &[("language-tokenizer", "WTFPL")];
/// Packages that must not come in; TLS is rustls with ring.
const BANNED: &[&str] = &[
    "openssl",
    "openssl-sys",
    "native-tls",
    "aws-lc-rs",
    "aws-lc-sys",
];

#[test]
fn packages_know_only_whom_they_may() {
    let mut broken = Broken::default();
    let members = members();
    for package in &members {
        let name = package["name"].as_str().unwrap();
        let known = KNOWS.iter().find(|(who, _)| *who == name);
        let Some((_, may)) = known else {
            broken.at(
                "Cargo.toml",
                0,
                &format!("say in tests/tidy.rs whom the new package {name} may know"),
            );
            continue;
        };
        for dependency in package["dependencies"].as_array().unwrap() {
            let on = dependency["name"].as_str().unwrap();
            let ours = !dependency["path"].is_null();
            if dependency["kind"].is_null() && ours && !may.contains(&on) {
                broken.at("Cargo.toml", 0, &format!("{name} must not depend on {on}"));
            }
            if name == "maitred-actors" && dependency["kind"].is_null() && !HEART_USES.contains(&on)
            {
                broken.at(
                    "actors/Cargo.toml",
                    0,
                    &format!("the heart must not depend on {on}"),
                );
            }
        }
    }
    assert_eq!(
        members.len(),
        KNOWS.len(),
        "tests/tidy names a package that is gone"
    );
    broken.settle();
}

#[test]
fn every_dependency_is_used() {
    let mut broken = Broken::default();
    let metadata = metadata();
    for package in members() {
        let manifest = Path::new(package["manifest_path"].as_str().unwrap());
        let manifest = manifest.strip_prefix(&*ROOT).unwrap();
        let folder = manifest.parent().unwrap().to_str().unwrap();
        let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
        let node = nodes.iter().find(|node| node["id"] == package["id"]);
        for dependency in node.unwrap()["deps"].as_array().unwrap() {
            let name = dependency["name"].as_str().unwrap();
            if !sources(folder).any(|file| mentions(&file.text, name)) {
                let what = format!("`{name}` is not used; take it out");
                broken.at(manifest.to_str().unwrap(), 0, &what);
            }
        }
    }
    broken.settle();
}

/// The Rust files of a package; those of the root are not the ones of the packages below it.
fn sources(folder: &str) -> impl Iterator<Item = &'static File> {
    let own = ["src/", "tests/calls/", "tests/contracts/", "tests/tidy"];
    FILES.iter().filter(move |file| {
        file.path.ends_with(".rs")
            && match folder {
                "" => {
                    own.iter().any(|own| file.path.starts_with(own))
                        && !file.path.contains("/engines/")
                }
                _ => file.path.starts_with(folder),
            }
    })
}

fn mentions(text: &str, name: &str) -> bool {
    ["::", ";", " as "]
        .iter()
        .any(|after| text.contains(&format!("{name}{after}")))
}

#[test]
fn dependencies_may_be_used_and_come_from_one_registry() {
    let mut broken = Broken::default();
    let metadata = metadata();
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    let built: BTreeSet<&str> = nodes
        .iter()
        .map(|node| node["id"].as_str().unwrap())
        .collect();
    let packages = metadata["packages"].as_array().unwrap();
    for package in packages
        .iter()
        .filter(|package| built.contains(package["id"].as_str().unwrap()))
    {
        let name = package["name"].as_str().unwrap();
        let by_hand = LICENCE_FILES.iter().any(|(by_hand, _)| *by_hand == name);
        match package["license"].as_str() {
            Some(licence) if !by_hand => {
                if !is_allowed(licence) {
                    broken.at(
                        "Cargo.lock",
                        0,
                        &format!("{name}: licence {licence} is not on the list"),
                    );
                }
            }
            Some(_) => broken.at("tests/tidy", 0, &format!("{name} names its licence now")),
            None if by_hand => {}
            None => broken.at("Cargo.lock", 0, &format!("{name} names no licence")),
        }
        if BANNED.contains(&name) {
            broken.at(
                "Cargo.lock",
                0,
                &format!("{name} must not come in: TLS is rustls with ring"),
            );
        }
        if package["source"]
            .as_str()
            .is_some_and(|source| !source.starts_with("registry+"))
        {
            broken.at(
                "Cargo.lock",
                0,
                &format!("{name} does not come from the registry"),
            );
        }
    }
    let sources: BTreeSet<&str> = file("Cargo.lock")
        .text
        .lines()
        .filter(|line| line.starts_with("source = "))
        .collect();
    assert_eq!(
        sources.len(),
        1,
        "all packages come from one registry: {sources:?}"
    );
    broken.settle();
}

/// Reads an SPDX expression without the precedence of `AND` over `OR` inside one level of parentheses, which the
/// packages we use never need: each of `AND` must be allowed, and one of `OR`.
fn is_allowed(expression: &str) -> bool {
    expression.split(" AND ").all(|part| {
        let part = part.trim_matches(['(', ')']).replace('/', " OR ");
        part.split(" OR ")
            .any(|licence| LICENCES.contains(&licence.trim()))
    })
}

#[test]
fn licences_are_read_as_they_are_meant() {
    for good in [
        "MIT",
        "MIT/Apache-2.0",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
        "GPL-3.0 OR MIT",
    ] {
        assert!(is_allowed(good), "{good}");
    }
    for bad in [
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "(MIT OR Apache-2.0) AND OpenSSL",
        "",
    ] {
        assert!(!is_allowed(bad), "{bad}");
    }
}

#[test]
fn no_file_names_the_host_of_a_registry() {
    let mut broken = Broken::default();
    // In halves, so that this file does not name them either.
    let hosts = [
        ("pypi.", "org"),
        ("pythonhosted.", "org"),
        ("npmjs.", "org"),
        ("npmjs.", "com"),
        ("index.crates", ".io"),
        ("static.crates", ".io"),
        ("debian.", "org"),
        ("golang.", "org"),
        ("huggingface", ".co"),
    ];
    for file in FILES.iter() {
        for (at, line) in file.text.lines().enumerate() {
            for host in hosts.map(|(one, other)| format!("{one}{other}")) {
                if line.contains(&host) {
                    broken.at(
                        &file.path,
                        at + 1,
                        "fetch packages by name, with the client as the machine has it set up",
                    );
                }
            }
        }
    }
    broken.settle();
}
