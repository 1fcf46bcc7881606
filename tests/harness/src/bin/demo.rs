//! `cargo demo`: one whole call on this machine, with nothing configured.

use clap::Parser;
use std::process::ExitCode;

/// Starts Maitred and a simulated RingCentral, lets a simulated caller book a party, and tells the call.
#[derive(Parser)]
#[command(name = "demo", version)]
struct Arguments {
    /// Speak by modem, without speech models
    #[arg(long)]
    scripted: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match maitred_harness::demo::run(Arguments::parse().scripted).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("demo: {error:#}");
            ExitCode::FAILURE
        }
    }
}
