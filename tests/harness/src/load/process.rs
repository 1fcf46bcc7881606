//! Owns a server process under load: its start, its addresses, and what the kernel counts of it. Held by the kinds of
//! load. Reads Linux's `/proc` (proc(5)); ends the process when dropped.

use super::WEBHOOK_SECRET;
use crate::business::business;
use anyhow::Context as _;
use deepgram_sim::{DeepgramSim, SimConfig};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// Time in which the server must be ready.
const START: Duration = Duration::from_secs(60);
/// Clock ticks a second in `/proc/PID/stat`; USER_HZ is 100 on every Linux of today.
const TICKS: f64 = 100.0;

/// A server, and the vendor it speaks with.
pub(super) struct Process {
    /// Where it takes HTTP.
    pub(super) http: SocketAddr,
    /// Where it takes SIP.
    pub(super) sip: SocketAddr,
    child: Child,
    _deepgram: DeepgramSim,
    _folder: TempDir,
}

/// What the kernel counts of a process.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usage {
    /// Processor time so far, in seconds.
    pub(super) cpu_s: f64,
    /// Memory in use, in KiB.
    pub(super) memory_kib: u64,
    /// Open descriptors.
    pub(super) descriptors: usize,
}

impl Process {
    /// Starts the server that was built beside this program and waits until it is ready.
    pub(super) async fn start() -> anyhow::Result<Self> {
        maitred::install_crypto();
        let program = std::env::current_exe()?.with_file_name("maitred");
        anyhow::ensure!(
            program.exists(),
            "{} is not there: build it with the same profile",
            program.display()
        );
        let folder = TempDir::new()?;
        let deepgram = DeepgramSim::start(SimConfig::default()).await?;
        let mut child = command(&program, folder.path(), &deepgram)?.spawn()?;
        let output = child.stdout.take().context("the server's output")?;
        let (http, sip) = tokio::time::timeout(START, addresses(output))
            .await
            .context("the server was not ready in time")??;
        Ok(Self {
            http,
            sip,
            child,
            _deepgram: deepgram,
            _folder: folder,
        })
    }

    /// Reads what the kernel counts.
    pub(super) fn usage(&self) -> anyhow::Result<Usage> {
        let id = self.child.id().context("the server has ended")?;
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        // The name, in brackets, may hold blanks; `utime` and `stime` are the 12th and 13th field after it.
        let (_, fields) = stat.rsplit_once(')').context("/proc/PID/stat")?;
        let ticks: f64 = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<f64>().ok())
            .sum();
        let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let memory = memory.and_then(|line| line.split_whitespace().next());
        Ok(Usage {
            cpu_s: ticks / TICKS,
            memory_kib: memory.context("VmRSS")?.parse()?,
            descriptors: std::fs::read_dir(format!("/proc/{id}/fd"))?.count(),
        })
    }
}

fn command(program: &Path, folder: &Path, deepgram: &DeepgramSim) -> anyhow::Result<Command> {
    let path = |name: &str| folder.join(name).display().to_string();
    std::fs::write(path("business.toml"), business(1_000))?;
    let mut command = Command::new(program);
    command
        .arg("serve")
        .current_dir(folder)
        .env_clear()
        .env("HTTP_LISTEN", "127.0.0.1:0")
        .env("SIP_LISTEN", "127.0.0.1:0")
        .env(
            "DATABASE_URL",
            format!("sqlite://{}?mode=rwc", path("maitred.db")),
        )
        .env("CACHE_DIR", path("cache"))
        .env("RECORDINGS_DIR", path("recordings"))
        .env("BUSINESS_PROFILE", path("business.toml"))
        .env("DEEPGRAM_API_KEY", deepgram.key())
        .env("DEEPGRAM_URL", deepgram.url())
        .env("RC_WEBHOOK_SECRET", WEBHOOK_SECRET)
        .env("MAX_CALLS", "1000")
        .env("LOG_LEVEL", "error")
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    Ok(command)
}

/// Reads where the server listens from what it prints; the rest of its output is read and dropped.
async fn addresses(
    output: tokio::process::ChildStdout,
) -> anyhow::Result<(SocketAddr, SocketAddr)> {
    let mut lines = BufReader::new(output).lines();
    let mut http = None;
    while let Some(line) = lines.next_line().await? {
        let after = |mark: &str| line.split_once(mark).map(|(_, rest)| rest.to_owned());
        if let Some(rest) = after("http://") {
            http = rest.split('/').next().map(str::parse).transpose()?;
        }
        if let Some(rest) = after("sip:maitred@") {
            let sip = rest.split(' ').next().unwrap_or_default().parse()?;
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok((http.context("no address for HTTP")?, sip));
        }
    }
    anyhow::bail!("the server ended before it was ready")
}
