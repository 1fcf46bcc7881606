//! The program itself is told to stop while somebody is on the line: it takes no more calls, says how many it still waits for,
//! and ends when they have ended or their time is over.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use deepgram_sim::{DeepgramSim, SimConfig};
use maitred_harness::{Caller, DEADLINE};
use ringcentral_sim::{DialPlan, Transport};
use serde_json::Value;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

/// A running program.
struct Program {
    child: Child,
    http: String,
    sip: String,
    output: JoinHandle<Vec<String>>,
    log: JoinHandle<Vec<String>>,
    _folder: TempDir,
    _deepgram: DeepgramSim,
}

impl Program {
    async fn start(drain_seconds: u32) -> Self {
        let folder = TempDir::new().unwrap();
        let deepgram = DeepgramSim::start(SimConfig::default()).await.unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_maitred"))
            .current_dir(folder.path())
            .env_clear()
            .env("HTTP_LISTEN", "127.0.0.1:0")
            .env("SIP_LISTEN", "127.0.0.1:0")
            .env("DEEPGRAM_API_KEY", deepgram.key())
            .env("DEEPGRAM_URL", deepgram.url())
            .env("DRAIN_SECONDS", drain_seconds.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let log = tokio::spawn(lines(child.stderr.take().unwrap()));
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut told = async |before: &str, after: &str| loop {
            let line = tokio::time::timeout(DEADLINE, output.next_line()).await;
            let line = line.unwrap().unwrap().expect("the program starts");
            if let Some((_, rest)) = line.split_once(before) {
                return rest.split(after).next().unwrap().to_owned();
            }
        };
        let http = told("maitred is ready: ", "/ready").await;
        let sip = told("sip:maitred@", " ").await;
        let output = tokio::spawn(async move {
            let mut all = Vec::new();
            while let Ok(Some(line)) = output.next_line().await {
                all.push(line);
            }
            all
        });
        Self {
            child,
            http,
            sip,
            output,
            log,
            _folder: folder,
            _deepgram: deepgram,
        }
    }

    fn plan(&self) -> DialPlan {
        DialPlan::to_address(self.sip.parse().unwrap(), Transport::Udp)
    }

    async fn is_told_to_stop(&self) {
        let pid = self.child.id().unwrap().to_string();
        let kill = Command::new("kill").args(["-TERM", &pid]).status().await;
        assert!(kill.unwrap().success());
    }

    /// Waits until a page of the server is as wanted, and gives its status.
    async fn until(&self, path: &str, wanted: impl Fn(&str) -> bool) -> u16 {
        let url = format!("{}{path}", self.http);
        let there = async {
            let mut look = tokio::time::interval(Duration::from_millis(50));
            loop {
                look.tick().await;
                let answer = reqwest::get(&url).await.unwrap();
                let status = answer.status().as_u16();
                if wanted(&answer.text().await.unwrap()) {
                    return status;
                }
            }
        };
        let there = tokio::time::timeout(DEADLINE, there).await;
        there.unwrap_or_else(|_| unreachable!("{path} never was as wanted"))
    }

    /// Waits for the end; gives how it ended, and what it said and logged.
    async fn ends(mut self) -> (ExitStatus, String) {
        let ended = tokio::time::timeout(DEADLINE, self.child.wait()).await;
        let status = ended.expect("the program ends").unwrap();
        let (output, log) = (self.output.await.unwrap(), self.log.await.unwrap());
        (status, [output, log].concat().join("\n"))
    }
}

async fn lines(source: impl AsyncRead + Unpin) -> Vec<String> {
    let mut lines = BufReader::new(source).lines();
    let mut all = Vec::new();
    while let Ok(Some(line)) = lines.next_line().await {
        all.push(line);
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_told_to_stop_waits_for_the_live_call_and_takes_no_other() {
    maitred::install_crypto();
    let program = Program::start(600).await;
    assert_eq!(program.until("/ready", |_| true).await, 200);
    let mut caller = Caller::dial(program.plan()).await;
    caller.hears("How can I help").await;
    program.is_told_to_stop().await;
    let is_closing = |page: &str| {
        let page: Value = serde_json::from_str(page).unwrap();
        page["parts"]["line"]["reason"] == "server is closing" && page["calls"] == 1
    };
    assert_eq!(program.until("/ready", is_closing).await, 503);
    assert_eq!(program.until("/health", |_| true).await, 200, "it is alive");
    let waits = |page: &str| page.contains("maitred_closing_calls_left 1\n");
    program.until("/metrics", waits).await;
    let refused = Caller::ring(program.plan()).await;
    let answer = refused.phone.answered(DEADLINE).await;
    assert!(answer.is_err(), "a closing server took a call");
    caller.says("What are your opening hours?").await;
    caller.hears("Our parties start").await;
    caller.hangs_up().await;
    let (status, told) = program.ends().await;
    assert!(status.success(), "{status}: {told}");
    for words in ["calls left", "calls=1", "waiting up to 600 s"] {
        assert!(told.contains(words), "{words:?} is not in: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_whose_time_is_over_are_cut_off_and_counted() {
    maitred::install_crypto();
    let program = Program::start(1).await;
    let mut callers = Vec::new();
    for _ in 0..2 {
        let mut caller = Caller::dial(program.plan()).await;
        caller.hears("How can I help").await;
        callers.push(caller);
    }
    program.is_told_to_stop().await;
    let (status, told) = program.ends().await;
    assert_eq!(status.code(), Some(1), "{told}");
    assert!(told.contains("2 calls were cut off"), "{told}");
    for caller in callers {
        caller.is_let_go().await;
    }
}
