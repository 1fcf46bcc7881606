//! The simulator as a program, for daily use.
//!
//! Owns the reading of its options. Called by people and scripts; it never does more than the library.

use clap::Parser;
use llm_sim::{Fault, LlmSim, SimConfig};
use std::net::SocketAddr;
use std::time::Duration;

/// Speaks the chat completions of language models, with scripted answers.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Options {
    /// Address to listen on; port 0 takes any free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Key that clients must present; none is wanted when absent.
    #[arg(long)]
    key: Option<String>,
    /// `words=answer`: what to answer where the last message holds the words.
    #[arg(long, value_parser = pair)]
    answer: Vec<(String, String)>,
    /// What to answer otherwise.
    #[arg(long, default_value = "{}")]
    otherwise: String,
    /// Time until the first byte, in milliseconds.
    #[arg(long)]
    first_byte_ms: Option<u64>,
    /// Time between pieces, in milliseconds.
    #[arg(long)]
    piece_ms: Option<u64>,
    /// Status with which every request is refused.
    #[arg(long)]
    status: Option<u16>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (words, answer) = text.split_once('=').ok_or("words=answer is wanted")?;
    Ok((words.to_owned(), answer.to_owned()))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let options = Options::parse();
    let sim = LlmSim::start_with(SimConfig {
        listen: options.listen,
        key: options.key,
    })
    .await?;
    sim.answer("", &options.otherwise);
    for (words, answer) in &options.answer {
        sim.answer(words, answer);
    }
    let faults = [
        options
            .first_byte_ms
            .map(Duration::from_millis)
            .map(Fault::SlowFirstByte),
        options
            .piece_ms
            .map(Duration::from_millis)
            .map(Fault::SlowPieces),
        options.status.map(Fault::Status),
    ];
    faults
        .into_iter()
        .flatten()
        .for_each(|fault| sim.set(fault));
    println!("{}", sim.url());
    tokio::signal::ctrl_c().await
}
