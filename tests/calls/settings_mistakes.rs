//! A file of settings with each kind of mistake, while the server runs: refused whole with line and reason, shown wherever
//! one would look, and what held before still holds.

use maitred_harness::{DEADLINE, House, Setup, business};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

const PATH: &str = "/api/v1/settings";
const GOOD: &str = "# ours\ngreeting = \"Hello from ours.\"\nmax_turns = 7\n";

/// What is put in place of the file, and what is told of it: place, what was found, what was expected.
type Mistake = (fn(&Path), &'static str, &'static str, &'static str);

fn write(path: &Path, bytes: impl AsRef<[u8]>) {
    std::fs::write(path, bytes).unwrap();
}

fn with(extra: &str) -> String {
    format!("{GOOD}{extra}\n")
}

const MISTAKES: &[Mistake] = &[
    (|path| write(path, with("ai_mode = ")), ":4:", "", "TOML"),
    (
        |path| write(path, with("voise = \"x\"")),
        ":4:1: voise",
        "a key that is not known",
        "one of ai_mode",
    ),
    (
        |path| write(path, GOOD.replace('7', "\"seven\"")),
        ":3:13: max_turns",
        "`\"seven\"`",
        "a whole number from 2 to 100",
    ),
    (
        |path| write(path, GOOD.replace('7', "1000")),
        ":3:13: max_turns",
        "`1000`",
        "a whole number from 2 to 100",
    ),
    (|path| write(path, ""), ":1:1", "an empty file", "settings"),
    (
        |path| write(path, "\n \n"),
        ":1:1",
        "an empty file",
        "settings",
    ),
    (
        |path| std::fs::remove_file(path).unwrap(),
        ":1:1",
        "No such file",
        "a file that can be read",
    ),
    (
        |path| std::fs::create_dir(path).unwrap(),
        ":1:1",
        "a folder",
        "a file that can be read",
    ),
    (
        |path| {
            std::fs::remove_dir(path).unwrap();
            std::os::unix::fs::symlink("/dev/zero", path).unwrap();
        },
        ":1:1",
        "no file",
        "a file that can be read",
    ),
    (
        |path| {
            std::fs::remove_file(path).unwrap();
            write(path, b"# ours\ngreeting = \"Hello from the caf\xe9.\"\n");
        },
        ":2:31",
        "the byte 0xe9",
        "text in UTF-8",
    ),
    (
        |path| write(path, b"\xff\xfe#\0 \0o\0"),
        ":1:1",
        "text in UTF-16",
        "text in UTF-8",
    ),
    (
        |path| write(path, GOOD.repeat(10_000)),
        ":1:1",
        "more than that",
        "at most 262144 bytes",
    ),
    (
        |path| write(path, with("max_turns = 8")),
        ":4:1",
        "duplicate key",
        "TOML",
    ),
    (
        |path| write(path, "greeting = \"Hello from\nmax_turns = 7\n"),
        ":1:",
        "",
        "TOML",
    ),
    (
        |path| write(path, with("log_level = \"maitred=shout\"")),
        ":4:13: log_level",
        "`\"maitred=shout\"`",
        "error, warn, info",
    ),
    (
        |path| write(path, with("[business]\nname = \"x\"")),
        ":4:2: business",
        "a key that is not known",
        "one of ai_mode",
    ),
];

/// Waits until the server tells of its settings what is wanted.
async fn until(house: &House, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let search = async {
        let mut look = tokio::time::interval(Duration::from_millis(50));
        loop {
            look.tick().await;
            let told = house.get(PATH).await;
            if wanted(&told) {
                return told;
            }
        }
    };
    let told = tokio::time::timeout(DEADLINE, search).await;
    assert!(told.is_ok(), "never told: {what}");
    told.unwrap_or_default()
}

async fn open(file: &Path) -> House {
    write(file, GOOD);
    let path = file.display().to_string();
    Setup::default().with("SETTINGS_FILE", path).open().await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_mistake_is_refused_whole_with_line_and_reason() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("settings.toml");
    let house = open(&file).await;
    let before = house.get(PATH).await;
    assert_eq!(before["values"]["max_turns"], 7);
    let mut seen = json!([]);
    for (number, (make, place, found, expected)) in (1..).zip(MISTAKES) {
        make(&file);
        let what = format!("mistake {number}: {place} {found}");
        let wanted = |told: &Value| {
            let text = |name: &str| told["refused"][0][name].as_str().unwrap_or_default();
            text("place").contains(&format!("settings.toml{place}"))
                && text("found").contains(found)
                && text("expected").contains(expected)
                && told["refused"] != seen
        };
        // The same words for two mistakes in a row are told once.
        let again = seen[0]["found"].as_str() == Some(*found);
        let told = if again {
            house.get(PATH).await
        } else {
            until(&house, &what, wanted).await
        };
        seen = told["refused"].clone();
        assert_eq!(seen.as_array().unwrap().len(), 1, "{what}: {seen}");
        for name in ["version", "values", "from"] {
            assert_eq!(told[name], before[name], "{what}");
        }
        let ready = house.get("/ready").await;
        let part = &ready["parts"]["settings"];
        assert_eq!(
            (&ready["ready"], &part["ok"]),
            (&json!(true), &json!(false)),
            "{what}"
        );
    }
    let metrics = house.text("/metrics").await;
    assert!(metrics.contains("maitred_settings_current 0"), "{metrics}");
    assert!(!metrics.contains("result=\"accepted\"} 1"), "{metrics}");

    write(&file, format!("\u{feff}{}", GOOD.replace('7', "9")));
    let told = until(&house, "a good file", |told| told["from"] == "file").await;
    assert_eq!(
        (&told["values"]["max_turns"], &told["refused"]),
        (&json!(9), &json!([]))
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_profile_takes_no_good_settings_along_nor_the_other_way_round() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("settings.toml");
    let house = open(&file).await;
    house.write_business(&business(2).replace("crews = 2", "crews = -2"));
    write(&file, GOOD.replace('7', "8"));
    let told = until(&house, "good settings", |told| told["from"] == "file").await;
    assert_eq!(told["values"]["max_turns"], 8);
    let refused = async {
        let mut look = tokio::time::interval(Duration::from_millis(50));
        while house.get("/api/v1/business").await["refused"] == json!([]) {
            look.tick().await;
        }
    };
    tokio::time::timeout(DEADLINE, refused).await.unwrap();
    write(&file, "max_turns = 0\n");
    house.write_business(&business(2).replace("My Hibachi Chef", "Luigis Kitchen"));
    let told = until(&house, "bad settings", |told| {
        told["refused"] != json!([]) && told["business"] == "Luigis Kitchen"
    })
    .await;
    assert_eq!(told["values"]["max_turns"], 8);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_written_in_pieces_is_taken_only_when_it_stays() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("settings.toml");
    let house = open(&file).await;
    let whole = GOOD.replace('7', "11");
    // As an editor writes in place: emptied, then a part, then the rest, faster than anybody looks twice.
    write(&file, "");
    write(&file, &whole[..20]);
    write(&file, &whole);
    let told = until(&house, "the whole file", |told| told["from"] == "file").await;
    assert_eq!(told["values"]["max_turns"], 11);
    // As careful editors do: another file takes its name.
    let beside = folder.path().join("settings.toml.new");
    write(&beside, GOOD.replace('7', "12"));
    std::fs::rename(&beside, &file).unwrap();
    let told = until(&house, "the other file", |told| {
        told["values"]["max_turns"] == 12
    })
    .await;
    assert_eq!(told["refused"], json!([]));
    let metrics = house.text("/metrics").await;
    assert!(
        !metrics.contains("maitred_settings_changes_total{from=\"file\",result=\"refused\"} 1"),
        "{metrics}"
    );
    // The API may take everything back; what the file holds then is no mistake.
    let (status, _) = house.send("PUT", PATH, &json!({})).await;
    assert_eq!(status, 200);
    let told = until(&house, "nothing set", |told| {
        told["values"]["max_turns"] == 20
    })
    .await;
    assert_eq!(told["refused"], json!([]));
    house.close().await;
}
