//! Scenarios that check a receiver of webhooks from outside.
//!
//! Owns what is sent and what must come back; the binary and tests call it. It never looks into the receiver.

use std::fmt;
use std::time::Duration;

use super::delivery::{Delivery, SendError, Sender};
use super::handshake::shake_hands;
use super::notification::{Notification, Shape};
use super::session::{Party, Session};

/// Names a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scenario {
    /// Offers a Validation-Token.
    Validation,
    /// Rings.
    InboundRinging,
    /// Answers.
    Answered,
    /// Ends the call.
    Disconnected,
    /// Ends the call and shows a recording that was stopped.
    RecordingReady,
    /// Delivers under a wrong signature.
    BadSignature,
}

impl Scenario {
    /// Lists all scenarios in the order in which they make one call.
    pub const ALL: [Self; 6] = [
        Self::Validation,
        Self::InboundRinging,
        Self::Answered,
        Self::Disconnected,
        Self::RecordingReady,
        Self::BadSignature,
    ];

    /// Spells the name as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Validation => "validation",
            Self::InboundRinging => "inbound-ringing",
            Self::Answered => "answered",
            Self::Disconnected => "disconnected",
            Self::RecordingReady => "recording-ready",
            Self::BadSignature => "bad-signature",
        }
    }
}

/// Holds the outcome of one delivery of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Names scenario and shape.
    pub name: String,
    /// Says whether the receiver did what it must.
    pub passed: bool,
    /// Says what came back.
    pub detail: String,
}

impl fmt::Display for Check {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.passed { "PASS" } else { "FAIL" };
        write!(formatter, "{verdict} {}: {}", self.name, self.detail)
    }
}

const RECORDING_ID: &str = "9912";

/// Runs scenarios about one call against a receiver.
pub async fn run(sender: &Sender, session: &Session, scenarios: &[Scenario]) -> Vec<Check> {
    let mut checks = Vec::new();
    for scenario in scenarios {
        match scenario {
            Scenario::Validation => checks.push(validation(sender).await),
            Scenario::BadSignature => checks.push(bad_signature(sender, session).await),
            _ => {
                for shape in [Shape::Parties, Shape::Flat] {
                    checks.push(delivered(sender, session, *scenario, shape).await);
                }
            }
        }
    }
    checks
}

async fn validation(sender: &Sender) -> Check {
    let name = Scenario::Validation.name().to_owned();
    match shake_hands(sender).await {
        Err(error) => Check {
            name,
            passed: false,
            detail: error.to_string(),
        },
        Ok((token, answer)) => {
            let body: Option<serde_json::Value> = serde_json::from_slice(&answer.body).ok();
            let echoed = body.is_some_and(|body| body.to_string().contains(&token));
            let detail = match echoed {
                true => format!("200 with the token, in {}", milliseconds(answer.took)),
                false => "200, but the JSON body does not hold the token".to_owned(),
            };
            Check {
                name,
                passed: echoed,
                detail,
            }
        }
    }
}

async fn bad_signature(sender: &Sender, session: &Session) -> Check {
    let name = Scenario::BadSignature.name().to_owned();
    let body = session
        .event(5, Party::Extension, "Proceeding", 80)
        .json()
        .to_string()
        .into_bytes();
    let answer = sender.send_raw(body, Some(&"0".repeat(64))).await;
    judge(name, answer, |status| status == 401 || status == 403)
}

async fn delivered(sender: &Sender, session: &Session, scenario: Scenario, shape: Shape) -> Check {
    let name = match shape {
        Shape::Parties => scenario.name().to_owned(),
        Shape::Flat => format!("{} (flat)", scenario.name()),
    };
    judge(
        name,
        sender
            .send(&notification(session, scenario).shaped(shape))
            .await,
        |status| status == 200,
    )
}

fn notification(session: &Session, scenario: Scenario) -> Notification {
    let event = |sequence, status, after| session.event(sequence, Party::Extension, status, after);
    match scenario {
        Scenario::Answered => event(6, "Answered", 6_800),
        Scenario::Disconnected => event(7, "Disconnected", 42_000),
        Scenario::RecordingReady => {
            event(8, "Disconnected", 42_010).with_recording(RECORDING_ID, false)
        }
        Scenario::InboundRinging | Scenario::Validation | Scenario::BadSignature => {
            event(5, "Proceeding", 80)
        }
    }
}

fn judge(name: String, answer: Result<Delivery, SendError>, right: impl Fn(u16) -> bool) -> Check {
    match answer {
        Err(error) => Check {
            name,
            passed: false,
            detail: error.to_string(),
        },
        Ok(answer) => {
            let detail = format!("{} in {}", answer.status, milliseconds(answer.took));
            Check {
                name,
                passed: right(answer.status),
                detail,
            }
        }
    }
}

fn milliseconds(took: Duration) -> String {
    format!("{:.1} ms", took.as_secs_f64() * 1000.0)
}
