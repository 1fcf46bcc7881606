//! The demo: one whole call on loopback, told as it happens. `stage` is what it runs on, `guest` who calls with
//! `senses` and `manners` for a `wish`, `narrator` tells it. Run by `cargo demo`.

mod guest;
mod latency;
mod manners;
mod narrator;
mod senses;
mod stage;
mod wish;

use anyhow::Context as _;
use guest::{Guest, Memory};
use jiff::Timestamp;
use maitred::adapters::clock::SystemClock;
use maitred::config::{Log, LogFormat};
use maitred_actors::call::Recorded;
use maitred_actors::ports::clock::Clock as _;
use maitred_speech_engines::models;
use manners::Manners;
use narrator::Narrator;
use senses::Senses;
use serde_json::Value;
use stage::Stage;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use wish::Wish;

/// Longest time from the call to its end.
const CALL_MAX: Duration = Duration::from_secs(180);
/// Time that the call's last steps may take when the conversation is over.
const END: Duration = Duration::from_secs(10);
/// Time zone of the business, as configured by default.
const TIME_ZONE: &str = "America/Los_Angeles";

/// Runs the demo in a new folder beside the built program, with speech models or by modem. Tells whether the booking is
/// the one that the caller wanted; fails where there could be no call at all.
pub async fn run(scripted: bool) -> anyhow::Result<bool> {
    let started = SystemClock.now();
    let level = std::env::var("LOG_LEVEL").unwrap_or_else(|_| "error".to_owned());
    maitred::telemetry::start_logs(&Log {
        format: LogFormat::Pretty,
        level,
        traces: None,
    });
    let local = started.in_tz(TIME_ZONE)?;
    let wish = Wish::near(local.date());
    let folder = folder(started)?;
    let (senses, stage) = if scripted {
        (Senses::by_modem(), Stage::open(&folder, scripted).await?)
    } else {
        let cache = models::default_cache_dir();
        let pull = move || models::pull(&cache, &mut |line| println!("{line}"));
        let models = tokio::task::spawn_blocking(pull).await?.context(
            "the speech models could not be fetched; `cargo demo -- --scripted` needs none",
        )?;
        let loading = tokio::task::spawn_blocking(move || Senses::by_engines(&models));
        let stage = Stage::open(&folder, scripted).await?;
        (loading.await??, stage)
    };
    println!(
        "Maitred: http on {}, registered over TLS at {}",
        stage.server.http,
        stage.ringcentral.sip_addr()
    );
    println!(
        "the caller wants: {}, {}, {} people, {}",
        wish.starts.date(),
        wish.starts.time(),
        wish.people,
        wish.name,
    );
    println!();
    let memory = Memory::default();
    let guest = Guest::new(senses, Manners::new(wish.clone()), memory.clone());
    let mut narrator = Narrator::new(started);
    let conversation = converse(&stage, guest, &mut narrator);
    let result = match tokio::time::timeout(CALL_MAX, conversation).await {
        Ok(result) => result,
        Err(_) => Err(anyhow::anyhow!(
            "the call did not end within {} s",
            CALL_MAX.as_secs()
        )),
    };
    let differences = match result {
        Ok(()) => report(&stage, &folder, &wish, &narrator).await?,
        Err(error) => vec![format!("{error:#}")],
    };
    stage.server.stop(END).await;
    if differences.is_empty() {
        println!("verdict: the booking is the one that the caller wanted");
        return Ok(true);
    }
    println!("\nas the caller tells it:");
    for line in memory.lines() {
        println!("  {line}");
    }
    println!("\nverdict: FAILED: {}", differences.join("; "));
    Ok(false)
}

/// Makes the call and tells it until it is over.
async fn converse(stage: &Stage, mut guest: Guest, narrator: &mut Narrator) -> anyhow::Result<()> {
    let mut journal = stage.server.watch();
    let call = stage.ringcentral.call(stage.ringcentral.caller()).await?;
    let talking = async {
        tokio::select! {
            talked = guest.talk(&call) => talked.context("the caller lost speech or hearing"),
            ended = call.ended(CALL_MAX) => ended.map(|_| ()).context("the call did not end"),
        }
    };
    tokio::pin!(talking);
    loop {
        tokio::select! {
            entry = journal.recv() => match entry {
                Ok(entry) => narrator.take(&entry, SystemClock.now()),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => anyhow::bail!("Maitred stopped"),
            },
            result = &mut talking => {
                result?;
                stage.ended_call().await?;
                tell_the_rest(&mut journal, narrator);
                return Ok(());
            }
        }
    }
}

/// Tells what was written while the call's record was waited for.
fn tell_the_rest(journal: &mut broadcast::Receiver<Recorded>, narrator: &mut Narrator) {
    loop {
        match journal.try_recv() {
            Ok(entry) => narrator.take(&entry, SystemClock.now()),
            Err(TryRecvError::Lagged(_)) => {}
            Err(TryRecvError::Empty | TryRecvError::Closed) => return,
        }
    }
}

/// Shows what the call left behind; gives what is wrong with it.
async fn report(
    stage: &Stage,
    folder: &Path,
    wish: &Wish,
    narrator: &Narrator,
) -> anyhow::Result<Vec<String>> {
    let record = stage.ended_call().await?;
    let bookings = stage.bookings().await?;
    println!("\n{}", latency::summary(narrator.latencies()));
    println!("\nbooking:");
    for booking in &bookings {
        fields(
            booking,
            &[
                "number",
                "starts_local",
                "party_size",
                "name",
                "phone",
                "status",
            ],
        );
    }
    println!("\ncall record:");
    let shown = [
        "call_id",
        "rc_call_id",
        "sip_call_id",
        "direction",
        "from_number",
        "to_number",
        "status",
        "state",
        "outcome",
        "mode",
        "turns",
        "duration_seconds",
        "started_at",
        "ended_at",
    ];
    fields(&record, &shown);
    let recording = record["recording_path"].as_str().map_or_else(
        || "none was made".to_owned(),
        |name| folder.join(name).display().to_string(),
    );
    println!("\nrecording (left the caller, right Maitred): {recording}\n");
    Ok(wish.differences(&bookings))
}

fn fields(row: &Value, names: &[&str]) {
    for name in names {
        let value = row[*name]
            .as_str()
            .map_or_else(|| row[*name].to_string(), str::to_owned);
        println!("  {name:<17}{value}");
    }
}

/// Makes a folder of its own for this demo, beside the built programs.
fn folder(started: Timestamp) -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe()?;
    let target = program
        .parent()
        .and_then(Path::parent)
        .context("the program lies in no target folder")?;
    let name = started.strftime("%Y-%m-%dT%H-%M-%S-%3f").to_string();
    let folder = target.join("demo").join(name);
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("{} cannot be made", folder.display()))?;
    Ok(folder)
}
