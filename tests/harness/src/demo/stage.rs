//! Owns what the demo runs on: Maitred as `maitred serve` would start it, registered over TLS as a device of the
//! simulated RingCentral, whose webhooks it gets. Called by the demo. Takes nothing from the environment.

use crate::exchange::subscribe;
use anyhow::Context as _;
use deepgram_sim::DeepgramSim;
use maitred::adapters::speech;
use maitred::app::Server;
use maitred::config::Config;
use ringcentral_sim::{RingCentralSim, SimConfig};
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Token that RingCentral repeats with each webhook.
const VERIFICATION_TOKEN: &str = "token of the demo";
const GREETING: &str =
    "Thank you for calling My Hibachi Chef. This call is recorded. How can I help you?";
/// Time in which a step on loopback must be done.
const STEP: Duration = Duration::from_secs(20);

/// Maitred and what is around it.
pub(super) struct Stage {
    /// The server.
    pub server: Server,
    /// The simulated RingCentral.
    pub ringcentral: RingCentralSim,
    http: reqwest::Client,
    _deepgram: Option<DeepgramSim>,
}

impl Stage {
    /// Sets everything up in a folder, with simulated speech or with the local engines.
    pub async fn open(folder: &Path, scripted: bool) -> anyhow::Result<Self> {
        maitred::install_crypto();
        let ringcentral = RingCentralSim::start(SimConfig::default()).await?;
        let certificate = folder.join("ringcentral.pem");
        tokio::fs::write(&certificate, ringcentral.tls_pem()).await?;
        let mut variables = variables(folder, &ringcentral, &certificate);
        let mut deepgram = None;
        if scripted {
            let simulated = DeepgramSim::start(deepgram_sim::SimConfig::default()).await?;
            variables.insert("DEEPGRAM_API_KEY", simulated.key().to_owned());
            variables.insert("DEEPGRAM_URL", simulated.url().to_owned());
            deepgram = Some(simulated);
        }
        let config = Config::from_env(|name| variables.get(name).cloned()).map_err(|problems| {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            anyhow::anyhow!("configuration of the demo: {}", lines.join("; "))
        })?;
        let providers = speech::providers(&config.speech).await?;
        let server = Server::start(config, providers).await?;
        let http = reqwest::Client::new();
        let stage = Self {
            server,
            ringcentral,
            http,
            _deepgram: deepgram,
        };
        let edge = stage.ringcentral.edge();
        edge.until_registered(STEP)
            .await
            .context("Maitred did not register")?;
        let receiver = format!(
            "http://{}/api/v1/ringcentral/webhooks/events",
            stage.server.http
        );
        subscribe(&stage.ringcentral, &receiver, VERIFICATION_TOKEN)
            .await
            .context("no subscription to webhooks")?;
        Ok(stage)
    }

    /// Reads from Maitred's API.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let url = format!("http://{}{path}", self.server.http);
        let answer = self.http.get(url).timeout(STEP).send().await?;
        Ok(answer.error_for_status()?.json().await?)
    }

    /// Waits until a call has ended, and gives its record.
    pub async fn ended_call(&self) -> anyhow::Result<Value> {
        let search = async {
            let mut look = tokio::time::interval(Duration::from_millis(20));
            loop {
                look.tick().await;
                let calls = self.get("/api/v1/calls").await?;
                if !calls["items"][0]["ended_at"].is_null() {
                    return anyhow::Ok(calls["items"][0].clone());
                }
            }
        };
        tokio::time::timeout(STEP, search)
            .await
            .context("the call's record was never ended")?
    }

    /// Lists all bookings.
    pub async fn bookings(&self) -> anyhow::Result<Vec<Value>> {
        let bookings = self.get("/api/v1/bookings").await?;
        Ok(bookings["items"].as_array().cloned().unwrap_or_default())
    }
}

fn variables(
    folder: &Path,
    ringcentral: &RingCentralSim,
    certificate: &Path,
) -> HashMap<&'static str, String> {
    let path = |path: PathBuf| path.display().to_string();
    let device = ringcentral.edge().config();
    let port = ringcentral.sip_addr().port();
    HashMap::from([
        ("HTTP_LISTEN", "127.0.0.1:0".to_owned()),
        ("SIP_LISTEN", "127.0.0.1:0".to_owned()),
        (
            "DATABASE_URL",
            format!("sqlite://{}?mode=rwc", path(folder.join("maitred.db"))),
        ),
        // Prompts that never change are kept from one demo to the next, as in daily work.
        ("CACHE_DIR", path(folder.with_file_name("prompts"))),
        ("RECORD_CALLS", "true".to_owned()),
        ("RECORDINGS_DIR", path(folder.to_owned())),
        ("VOICE_AI_GREETING", GREETING.to_owned()),
        (
            "RC_WEBHOOK_VERIFICATION_TOKEN",
            VERIFICATION_TOKEN.to_owned(),
        ),
        ("SIP_REGISTRAR", format!("{}:{port}", device.domain)),
        ("SIP_OUTBOUND_PROXY", ringcentral.sip_addr().to_string()),
        ("SIP_TRANSPORT", "tls".to_owned()),
        ("SIP_USER", device.user_name.clone()),
        ("SIP_AUTH_ID", device.authorization_id.clone()),
        ("SIP_PASSWORD", device.password.clone()),
        ("SIP_CA", path(certificate.to_owned())),
    ])
}
