//! The `maitred` program: `serve` (the default), `check-config`, `models pull`, and the tools: `call`, `replay`,
//! `converse`, `understand`, `hear`.

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use maitred::app::Server;
use maitred::config::{Config, Problem};
use maitred::tools::calls::{Timeline, replay_calls};
use maitred::tools::converse::{Rehearsal, converse};
use maitred::tools::{Asked, Form, hear, understand_lines};
use maitred::{
    adapters::clock::SystemClock, adapters::speech, adapters::store::Database, telemetry,
};
use maitred_actors::ports::clock::Clock as _;
use maitred_actors::types::PhoneNumber;
use maitred_speech_engines::{Recogniser, models};
use secrecy::ExposeSecret as _;
use std::io::{BufReader, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

#[derive(Parser)]
#[command(
    name = "maitred",
    version,
    about = "Answers the phone for a small business"
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Take calls (the default)
    Serve,
    /// Read the configuration and report every problem
    CheckConfig,
    /// Read JSON lines with what callers said, and write what was understood of each
    Understand {
        /// Each line is a whole dialogue
        #[arg(long)]
        dialogue: bool,
    },
    /// Hear recordings of one voice each as a caller's: the turns, the silence that their ends took, and what was cut in two
    Hear {
        /// WAV or MP3 files, and folders of them
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// What the speakers were asked for
        #[arg(long, value_enum, default_value_t)]
        asked: Asked,
    },
    /// Tell one call from its journal: what happened, was decided and said, and how long each step took
    Call {
        /// Its id, RingCentral session, SIP Call-ID, or the caller's number (the newest call)
        name: String,
        /// One JSON object in place of text
        #[arg(long)]
        json: bool,
    },
    /// Run journals through today's decisions; prints each that differs, and exits with 1 if any does
    Replay {
        /// The call, named as for `call`
        #[arg(required_unless_present = "all")]
        name: Option<String>,
        /// All calls
        #[arg(long, conflicts_with = "name")]
        all: bool,
        /// Only calls that rang since: 24h, 7d, 2026-06-04, or a time with its offset
        #[arg(long, requires = "all", value_parser = since)]
        since: Option<jiff::Timestamp>,
        /// One JSON object a line for each call in place of text
        #[arg(long)]
        json: bool,
    },
    /// Talk with the dialogue in the terminal, with its state shown; also /silence, /key 5, /nobody, /person, /hang up
    Converse {
        /// File with what the caller says, a line each, in place of standard input
        #[arg(long)]
        script: Option<PathBuf>,
        /// Local time at the business at which the call begins, such as 2026-06-04T15:00
        #[arg(long)]
        now: Option<jiff::civil::DateTime>,
        /// The caller's number; none: it is withheld
        #[arg(long)]
        from: Option<String>,
    },
    /// Models of the local speech engines
    Models {
        #[command(subcommand)]
        command: ModelsCommand,
    },
}

#[derive(Subcommand)]
enum ModelsCommand {
    /// Fetch, verify and prepare the models, once
    Pull,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => serve().await,
        Command::CheckConfig => check_config(),
        Command::Understand { dialogue } => understand(dialogue),
        Command::Hear { paths, asked } => overhear(asked, &paths),
        Command::Converse { script, now, from } => talk(script.as_deref(), now, from).await,
        Command::Call { name, json } => call(&name, json).await,
        Command::Replay {
            name, since, json, ..
        } => return replay(name.as_deref(), since, json).await,
        Command::Models {
            command: ModelsCommand::Pull,
        } => pull_models().await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("maitred: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn check_config() -> anyhow::Result<()> {
    let config = Config::load().map_err(all)?;
    println!(
        "configuration is good: {} calls at a time, http on {}",
        config.calls_max, config.http.listen
    );
    match &config.language {
        Some(language) => println!("language model: {} at {}", language.model, language.url),
        None => println!("language model: none, LLM_URL is not set"),
    }
    Ok(())
}

fn understand(dialogue: bool) -> anyhow::Result<()> {
    let form = if dialogue {
        Form::Dialogues
    } else {
        Form::Utterances
    };
    let now = SystemClock
        .now()
        .to_zoned(jiff::tz::TimeZone::system())
        .datetime();
    let output = std::io::BufWriter::new(std::io::stdout().lock());
    Ok(understand_lines(
        form,
        now,
        std::io::stdin().lock(),
        output,
    )?)
}

fn overhear(asked: Asked, paths: &[PathBuf]) -> anyhow::Result<()> {
    let models = models::pull(&models::default_cache_dir(), &mut |line| {
        eprintln!("{line}")
    })?;
    let recogniser = Recogniser::load(&models)?;
    hear(&recogniser, asked, paths, std::io::stdout().lock())
}

async fn talk(
    script: Option<&Path>,
    now: Option<jiff::civil::DateTime>,
    from: Option<String>,
) -> anyhow::Result<()> {
    let config = Config::load().map_err(all)?;
    let from = from.as_deref().and_then(PhoneNumber::parse);
    let rehearsal = Rehearsal::begin(&config, now, from, SystemClock.now()).await?;
    let output = std::io::stdout().lock();
    match script {
        Some(script) => {
            let file = std::fs::File::open(script)
                .with_context(|| format!("{} cannot be read", script.display()))?;
            converse(rehearsal, BufReader::new(file), true, output).await
        }
        None => {
            let echo = !std::io::stdin().is_terminal();
            converse(rehearsal, std::io::stdin().lock(), echo, output).await
        }
    }
}

async fn call(name: &str, json: bool) -> anyhow::Result<()> {
    let timeline = Timeline::of(&database().await?, name).await?;
    let mut output = std::io::stdout().lock();
    if json {
        writeln!(output, "{}", serde_json::to_string(&timeline)?)?;
    } else {
        write!(output, "{timeline}")?;
    }
    Ok(())
}

/// Exits with 0 if every decision is the same, 1 if one differs, 2 if that could not be found out.
async fn replay(name: Option<&str>, since: Option<jiff::Timestamp>, json: bool) -> ExitCode {
    let replayed = async {
        let database = database().await?;
        replay_calls(&database, name, since, json, std::io::stdout().lock()).await
    };
    match replayed.await {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(error) => {
            eprintln!("maitred: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Opens the configured database without changing it.
async fn database() -> anyhow::Result<Database> {
    let config = Config::load().map_err(all)?;
    Ok(Database::open_as_it_is(config.database_url.expose_secret()).await?)
}

/// Reads a moment: a time, a local day, or how long ago.
fn since(text: &str) -> Result<jiff::Timestamp, String> {
    let zone = jiff::tz::TimeZone::system();
    let day = |date: jiff::civil::Date| date.to_zoned(zone.clone()).ok();
    let ago = |span: jiff::Span| {
        let now = SystemClock.now().to_zoned(zone.clone());
        now.checked_sub(span).ok()
    };
    text.parse()
        .ok()
        .or_else(|| Some(text.parse().ok().and_then(day)?.timestamp()))
        .or_else(|| Some(text.parse().ok().and_then(ago)?.timestamp()))
        .ok_or_else(|| "not a moment such as 24h, 7d, 2026-06-04 or 2026-06-04T15:00Z".to_owned())
}

async fn pull_models() -> anyhow::Result<()> {
    let models = tokio::task::spawn_blocking(|| {
        models::pull(&models::default_cache_dir(), &mut |line| println!("{line}"))
    })
    .await??;
    println!("models are ready in {}", models.recogniser_dir().display());
    Ok(())
}

async fn serve() -> anyhow::Result<()> {
    let config = Config::load().map_err(all)?;
    maitred::install_crypto();
    telemetry::start_logs(&config.log_at_start());
    let providers = speech::providers(&config.speech).await?;
    let how_to_call = config
        .sip
        .account
        .as_ref()
        .map(|account| account.user.clone());
    let drain = config.drain;
    let mut server = Server::start(config, providers).await?;
    println!("maitred is ready: http://{}/ready", server.http);
    println!(
        "call it from any SIP phone: sip:maitred@{} (UDP or TCP)",
        server.sip
    );
    if let Some(tls) = server.sip_tls {
        println!("or secured: sip:maitred@{tls};transport=tls (SRTP)");
    }
    if let Some(user) = how_to_call {
        println!("or through the account of {user}");
    }
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => {}
        result = tokio::signal::ctrl_c() => result?,
        () = server.ended() => anyhow::bail!("the tree of actors ended; start the server again"),
    }
    println!(
        "closing: waiting up to {} s for calls to end",
        drain.as_secs()
    );
    let left = server.stop(drain).await;
    tokio::task::spawn_blocking(telemetry::flush_traces).await?;
    anyhow::ensure!(left == 0, "{left} calls were cut off");
    Ok(())
}

/// Puts all problems into one error, a line each.
fn all(problems: Vec<Problem>) -> anyhow::Error {
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| format!("  {problem}"))
        .collect();
    anyhow::anyhow!(
        "{} problems in the configuration:\n{}",
        lines.len(),
        lines.join("\n")
    )
}
