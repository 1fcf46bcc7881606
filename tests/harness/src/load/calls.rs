//! Owns the load of calls: so many at once, again and again, and what they cost the server. Run by `cargo load calls`.

use super::process::{Process, Usage};
use crate::caller::Caller;
use ringcentral_sim::{DialPlan, Transport};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// How often the server's usage is read.
const LOOK: Duration = Duration::from_secs(5);

/// Makes calls, in which each caller listens for a while, and prints what they cost; fails if one does not go as it should.
///
/// # Errors
/// The server cannot be started or looked at, or a caller was not served.
pub async fn calls(total: u32, at_once: u32, stay: Duration) -> anyhow::Result<()> {
    let server = Process::start().await?;
    let (begun, over) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let empty = server.usage()?;
    let started = Instant::now();
    show(0, empty);
    let mut lines = JoinSet::new();
    for _ in 0..at_once {
        let (begun, over, sip) = (Arc::clone(&begun), Arc::clone(&over), server.sip);
        lines.spawn(async move {
            let mut on_the_phone = Duration::ZERO;
            loop {
                let nth = begun.fetch_add(1, Ordering::SeqCst);
                if nth >= total {
                    return on_the_phone;
                }
                on_the_phone += call(sip, nth, stay).await;
                over.fetch_add(1, Ordering::SeqCst);
            }
        });
    }
    let mut on_the_phone = Duration::ZERO;
    let mut most_kib = 0;
    let mut look = tokio::time::interval(LOOK);
    loop {
        tokio::select! {
            line = lines.join_next() => match line {
                Some(line) => on_the_phone += line?,
                None => break,
            },
            _ = look.tick() => {
                let usage = server.usage()?;
                most_kib = most_kib.max(usage.memory_kib);
                show(over.load(Ordering::SeqCst), usage);
            }
        }
    }
    let end = server.usage()?;
    show(total, end);
    let cpu_s = end.cpu_s - empty.cpu_s;
    let call_s = on_the_phone.as_secs_f64();
    println!(
        "{total} calls, {at_once} at once, {:.1} s of wall time, {call_s:.0} s on the telephone",
        started.elapsed().as_secs_f64()
    );
    println!(
        "a live call costs {:.2} % of a core",
        100.0 * cpu_s / call_s.max(0.001)
    );
    println!(
        "a live call costs at most {} KiB (peak over the empty server, by calls at once)",
        most_kib.saturating_sub(empty.memory_kib) / u64::from(at_once.max(1))
    );
    Ok(())
}

/// Rings, listens to the greeting, stays for a while, says goodbye, and gives the time on the telephone.
async fn call(sip: std::net::SocketAddr, nth: u32, stay: Duration) -> Duration {
    let mut plan = DialPlan::to_address(sip, Transport::Udp);
    plan.from_number = format!("+1555{nth:07}");
    let mut caller = Caller::dial(plan).await;
    let answered = Instant::now();
    caller.hears("help you?").await;
    // A caller who is let go meanwhile was not served, which the goodbye below finds out.
    let _ = caller.phone.ended(stay).await;
    caller.says("no thank you goodbye").await;
    caller.is_let_go().await;
    answered.elapsed()
}

fn show(calls: u32, usage: Usage) {
    println!(
        "{calls:>7} calls over  {:>8.1} s of processor  {:>8} KiB  {:>5} descriptors",
        usage.cpu_s, usage.memory_kib, usage.descriptors
    );
}
