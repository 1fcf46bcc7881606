//! Owns the load of webhooks: deliveries at a steady rate, whether or not earlier ones were answered, and how long each
//! took. Run by `cargo load webhooks`.

use super::WEBHOOK_SECRET;
use super::process::Process;
use ringcentral_sim::webhook::{Sender, Session};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

/// Delivers events and prints how they were answered.
///
/// # Errors
/// The server cannot be started or looked at.
pub async fn webhooks(rate: u32, seconds: u32) -> anyhow::Result<()> {
    let server = Process::start().await?;
    let address = format!("http://{}/api/v1/ringcentral/webhooks/events", server.http);
    let sender = Sender::new(&address)?.signing(WEBHOOK_SECRET);
    let before = server.usage()?;
    let mut tick = tokio::time::interval(Duration::from_secs(1) / rate.max(1));
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut answers = JoinSet::new();
    let (mut sent, all) = (0, rate * seconds);
    'load: loop {
        for event in session(sent).events() {
            tick.tick().await;
            let sender = sender.clone();
            answers.spawn(async move {
                let delivery = sender.send(&event).await;
                delivery.map(|delivery| (delivery.status, delivery.took))
            });
            sent += 1;
            if sent >= all {
                break 'load;
            }
        }
    }
    let mut took = Vec::new();
    let mut failed = 0_u32;
    while let Some(answer) = answers.join_next().await {
        match answer? {
            Ok((200, time)) => took.push(time),
            Ok(_) | Err(_) => failed += 1,
        }
    }
    took.sort_unstable();
    let after = server.usage()?;
    println!("{sent} deliveries at {rate}/s, {failed} not answered with 200");
    for (name, share) in [("median", 0.5), ("p99", 0.99), ("p99.9", 0.999)] {
        println!("{name:>7} {:>8.2} ms", at(&took, share).as_secs_f64() * 1e3);
    }
    println!(
        "{:>7} {:>8.2} ms",
        "longest",
        at(&took, 1.0).as_secs_f64() * 1e3
    );
    println!(
        "a delivery costs {:.0} us of processor; {} KiB before, {} KiB after",
        1e6 * (after.cpu_s - before.cpu_s) / f64::from(sent.max(1)),
        before.memory_kib,
        after.memory_kib
    );
    Ok(())
}

/// Makes a call of its own for each group of events.
fn session(nth: u32) -> Session {
    Session::inbound(&format!("+1555{nth:07}"), "+15551230001")
}

fn at(sorted: &[Duration], share: f64) -> Duration {
    let last = sorted.len().saturating_sub(1);
    let position = (last as f64 * share).round() as usize;
    sorted.get(position).copied().unwrap_or_default()
}
