//! The command line and which subcommand it chooses.
//!
//! Owns the list of subcommands; `main` calls it. It never prints by itself.

use clap::{Parser, Subcommand};

use super::{call, play, serve, webhook};

/// Simulates RingCentral: calls, webhooks, SIP edge, REST.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Checks a receiver of webhooks: one line per delivery, failure if any fails.
    Webhook(webhook::Webhook),
    /// Sends the events of a whole call to a receiver.
    Play(play::Play),
    /// Calls an address, says something, records what it hears.
    Call(call::Call),
    /// Serves edge and REST until interrupted, and prints their addresses.
    Serve(serve::Serve),
}

impl Arguments {
    /// Runs the chosen subcommand; says whether it succeeded.
    ///
    /// # Errors
    /// Fails when it could not be carried out at all.
    pub async fn run(self) -> anyhow::Result<bool> {
        match self.command {
            Command::Webhook(webhook) => webhook.run().await,
            Command::Play(play) => play.run().await,
            Command::Call(call) => call.run().await,
            Command::Serve(serve) => serve.run().await,
        }
    }
}
