//! `ringcentral-sim call`: calls an address as a telephone would.
//!
//! Owns the course of one call by hand; the command line calls it. It never judges what it hears.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use ringcentral_sim::phone::{CallError, PhoneEvent};
use ringcentral_sim::{Caller, DialPlan, Media, Transport, wav};

/// Calls an address, says something and records what it hears.
#[derive(Debug, Args)]
pub struct Call {
    /// Address to send the INVITE to.
    #[arg(long)]
    to: SocketAddr,
    /// Transport of SIP.
    #[arg(long, value_enum, default_value = "udp")]
    transport: Way,
    /// Encrypt media.
    #[arg(long)]
    srtp: bool,
    /// Number of the caller.
    #[arg(long, default_value = "+15557654321")]
    from: String,
    /// Number to dial.
    #[arg(long, default_value = "+15551230001")]
    number: String,
    /// WAV file to say, 8 kHz, 16 bit; a tone of two seconds without it.
    #[arg(long)]
    say: Option<PathBuf>,
    /// Keys to press after that.
    #[arg(long)]
    press: Option<String>,
    /// WAV file for the recording: left what was said, right what was heard.
    #[arg(long)]
    record: Option<PathBuf>,
    /// Seconds after the answer at which to hang up, unless the other side does before.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Way {
    Udp,
    Tcp,
    Tls,
}

const ANSWER_WITHIN: Duration = Duration::from_secs(60);
const TONE_HERTZ: f64 = 440.0;
const TONE_SAMPLES: usize = 16_000;

impl Call {
    /// Makes the call; says whether it was answered.
    ///
    /// # Errors
    /// Fails when a file cannot be read or written, or no socket can be opened.
    pub async fn run(self) -> anyhow::Result<bool> {
        let transport = match self.transport {
            Way::Udp => Transport::Udp,
            Way::Tcp => Transport::Tcp,
            Way::Tls => Transport::Tls,
        };
        let samples = match &self.say {
            Some(path) => wav::read(&std::fs::read(path)?)?,
            None => tone(),
        };
        let caller = Caller::dial(DialPlan {
            from_number: self.from.clone(),
            to_user: self.number.clone(),
            media: if self.srtp { Media::Srtp } else { Media::Rtp },
            record: true,
            ..DialPlan::to_address(self.to, transport)
        })
        .await?;
        let mut events = caller.events();
        let narrator = tokio::spawn(async move {
            while let Some(happened) = events.next().await {
                println!("{:?}", happened.event);
                if matches!(happened.event, PhoneEvent::Ended(_)) {
                    return;
                }
            }
        });
        if let Err(error) = caller.answered(ANSWER_WITHIN).await {
            println!("not answered: {error}");
            return Ok(false);
        }
        caller.speak(&samples);
        if let Some(keys) = &self.press {
            caller.press(keys);
        }
        if let Err(CallError::Deadline(_)) = caller.ended(Duration::from_secs(self.seconds)).await {
            caller.hang_up().await?;
        }
        narrator.await?;
        if let Some(path) = &self.record {
            let recording = caller.recording();
            std::fs::write(path, wav::write(&[&recording.spoken, &recording.heard]))?;
        }
        println!("{:?}", caller.counts());
        Ok(true)
    }
}

pub(super) fn tone() -> Vec<i16> {
    let step = TONE_HERTZ * std::f64::consts::TAU / 8000.0;
    (0..TONE_SAMPLES)
        .map(|at| (8000.0 * (at as f64 * step).sin()) as i16)
        .collect()
}
