//! `cargo load`: what calls and webhooks cost a real server process on this machine, measured from outside.

use clap::{Parser, Subcommand};
use maitred_harness::load;
use std::process::ExitCode;
use std::time::Duration;

/// Starts `maitred serve` as a process of its own with simulated vendors, puts load on it, and prints what it cost.
///
/// The server is the `maitred` beside this program: build both with `--release` for numbers that mean something.
#[derive(Parser)]
#[command(name = "load", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Calls that are answered, greeted and ended by a goodbye, so many at once
    Calls {
        /// Calls in all
        #[arg(long, default_value_t = 500)]
        total: u32,
        /// Calls at a time
        #[arg(long, default_value_t = 50)]
        at_once: u32,
        /// Seconds for which each caller listens before saying goodbye
        #[arg(long, default_value_t = 5)]
        stay: u64,
    },
    /// Signed deliveries of RingCentral's events, at a steady rate
    Webhooks {
        /// Deliveries a second
        #[arg(long, default_value_t = 1_000)]
        rate: u32,
        /// Seconds of load
        #[arg(long, default_value_t = 20)]
        seconds: u32,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Calls {
            total,
            at_once,
            stay,
        } => load::calls(total, at_once, Duration::from_secs(stay)).await,
        Command::Webhooks { rate, seconds } => load::webhooks(rate, seconds).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("load: {error:#}");
            ExitCode::FAILURE
        }
    }
}
