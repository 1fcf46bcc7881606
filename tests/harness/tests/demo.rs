//! The demo without speech models, run as people run it: what it prints and how it ends.

use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// Time for the whole call, which takes ten seconds.
const DEADLINE: Duration = Duration::from_secs(120);

#[tokio::test]
async fn the_scripted_demo_books_what_the_caller_wanted() {
    let demo = Command::new(env!("CARGO_BIN_EXE_demo"))
        .arg("--scripted")
        .env_remove("LOG_LEVEL")
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(DEADLINE, demo)
        .await
        .expect("the demo ends")
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{told}\n{log}");
    assert_eq!(log, "", "the log is quiet");
    let lines = [
        "first word",
        "Maitred  Thank you for calling",
        "RingCentral's session s-",
        "Caller   My name is Emily Carter.",
        "understood: name Emily Carter",
        "reply after",
        "booked as",
        "Maitred hung up",
        "party_size       12",
        "outcome          booked",
        "verdict: the booking is the one that the caller wanted",
    ];
    for line in lines {
        assert!(told.contains(line), "{line:?} is missing in\n{told}");
    }
    let recording = told
        .lines()
        .find_map(|line| line.strip_prefix("recording (left the caller, right Maitred): "));
    let sound = std::fs::read(recording.expect("a recording is named")).unwrap();
    assert_eq!(
        (&sound[..4], sound[22]),
        (&b"RIFF"[..], 2),
        "the recording is a stereo wav"
    );
}
