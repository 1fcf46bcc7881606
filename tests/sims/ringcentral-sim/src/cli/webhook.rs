//! `ringcentral-sim webhook`: checks a receiver from outside.
//!
//! Owns the output of the check; the command line calls it. It never decides what is right.

use clap::{Args, ValueEnum};
use ringcentral_sim::webhook::{Scenario, Sender, Session, run};

/// Sends notifications to a receiver and judges its answers.
#[derive(Debug, Args)]
pub struct Webhook {
    /// What to send.
    #[arg(value_enum)]
    scenario: Choice,
    /// Address of the receiver, path included.
    #[arg(long)]
    to: String,
    /// Secret of the HMAC signature; unsigned without it.
    #[arg(long)]
    secret: Option<String>,
    /// Verification token; none is sent without it.
    #[arg(long)]
    token: Option<String>,
    /// Number of the caller.
    #[arg(long, default_value = "+15557654321")]
    from: String,
    /// Number that was dialled.
    #[arg(long, default_value = "+15551230001")]
    dialled: String,
    /// SIP Call-ID that the events name.
    #[arg(long)]
    call_id: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Choice {
    Validation,
    InboundRinging,
    Answered,
    Disconnected,
    RecordingReady,
    BadSignature,
    All,
}

impl Choice {
    fn scenarios(self) -> Vec<Scenario> {
        match self {
            Self::Validation => vec![Scenario::Validation],
            Self::InboundRinging => vec![Scenario::InboundRinging],
            Self::Answered => vec![Scenario::Answered],
            Self::Disconnected => vec![Scenario::Disconnected],
            Self::RecordingReady => vec![Scenario::RecordingReady],
            Self::BadSignature => vec![Scenario::BadSignature],
            Self::All => Scenario::ALL.to_vec(),
        }
    }
}

impl Webhook {
    /// Runs the scenario; says whether every delivery was answered as it must be.
    ///
    /// # Errors
    /// Fails when no HTTP client can be made.
    pub async fn run(self) -> anyhow::Result<bool> {
        let mut sender = Sender::new(&self.to)?;
        if let Some(secret) = &self.secret {
            sender = sender.signing(secret);
        }
        if let Some(token) = &self.token {
            sender = sender.with_token(token);
        }
        let mut session = Session::inbound(&self.from, &self.dialled);
        session.call_id = self.call_id;
        let checks = run(&sender, &session, &self.scenario.scenarios()).await;
        for check in &checks {
            println!("{check}");
        }
        Ok(checks.iter().all(|check| check.passed))
    }
}
