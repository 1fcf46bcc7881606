//! The `maitred` program: `serve` (the default), `check-config`, `models pull`, `understand`.

use clap::{Parser, Subcommand};
use maitred::app::Server;
use maitred::config::{Config, Problem};
use maitred::tools::{Form, understand_lines};
use maitred::{adapters::clock::SystemClock, adapters::speech, telemetry};
use maitred_actors::ports::clock::Clock as _;
use maitred_speech_engines::models;
use std::process::ExitCode;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// Time that calls have to come to their end when the server is told to stop.
const DRAIN: Duration = Duration::from_secs(30);

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
    telemetry::start_logs(&config.log);
    maitred::install_crypto();
    let providers = speech::providers(&config.speech).await?;
    let how_to_call = config
        .sip
        .account
        .as_ref()
        .map(|account| account.user.clone());
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
        DRAIN.as_secs()
    );
    let left = server.stop(DRAIN).await;
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
