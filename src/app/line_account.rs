//! Owns what the SIP line is opened with, and the task that gives it the account of our RingCentral device. Called by
//! `app`. Neither registers nor speaks REST itself.

use crate::adapters::ringcentral::{AccountStanding, Devices, Error, SipInfo};
use crate::adapters::telephony::{Account, SipConfig, SipLine, TlsListen, Transport};
use crate::adapters::{backoff, clock};
use crate::config::{Config, RingCentralDevice, Sip, SipAccount, SipTls, SipTransport};
use anyhow::Context as _;
use secrecy::SecretString;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Waits after a failure: the first, and the longest.
const WAITS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// Reads the files that the line needs.
pub(super) async fn sip_config(config: &Config) -> anyhow::Result<SipConfig> {
    let Sip {
        listen,
        tls,
        account,
        ca: _,
        rtp_ports,
    } = &config.sip;
    let mut sip = SipConfig::new(*listen);
    sip.rtp_ports.clone_from(rtp_ports);
    sip.recordings.clone_from(&config.recordings);
    if let Some(SipTls { listen, cert, key }) = tls {
        sip.tls = Some(TlsListen {
            listen: *listen,
            cert_pem: read("SIP_TLS_CERT", cert).await?,
            key_pem: SecretString::from(read("SIP_TLS_KEY", key).await?),
        });
    }
    if let Some(account) = account {
        sip.account = Some(configured(account, extra_ca_pem(config).await?));
    }
    Ok(sip)
}

fn configured(account: &SipAccount, extra_ca_pem: Option<String>) -> Account {
    Account {
        registrar: account.registrar.clone(),
        transport: match account.transport {
            SipTransport::Udp => Transport::Udp,
            SipTransport::Tcp => Transport::Tcp,
            SipTransport::Tls => Transport::Tls,
        },
        user: account.user.clone(),
        auth_id: Some(account.auth_id.clone()),
        password: account.password.clone(),
        outbound_proxy: account.outbound_proxy.clone(),
        extra_ca_pem,
    }
}

async fn extra_ca_pem(config: &Config) -> anyhow::Result<Option<String>> {
    match &config.sip.ca {
        Some(path) => Ok(Some(read("SIP_CA", path).await?)),
        None => Ok(None),
    }
}

async fn read(variable: &str, path: &Path) -> anyhow::Result<String> {
    tokio::fs::read_to_string(path)
        .await
        .with_context(|| format!("{variable}: {} cannot be read", path.display()))
}

/// Gives the line the account of our device, and looks for it again when the server no longer takes it.
pub(super) struct Fetching {
    devices: Devices,
    line: Arc<SipLine>,
    extra_ca_pem: Option<String>,
    standing: AccountStanding,
}

impl Fetching {
    /// Makes the task where an account is to be fetched: there is a REST application, no account is configured, and a
    /// device is wanted.
    pub async fn new(
        config: &Config,
        devices: Option<Devices>,
        line: &Arc<SipLine>,
    ) -> anyhow::Result<Option<Self>> {
        let is_wanted = config.ringcentral.device != RingCentralDevice::None;
        let Some(devices) = devices.filter(|_| is_wanted && config.sip.account.is_none()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            devices,
            line: Arc::clone(line),
            extra_ca_pem: extra_ca_pem(config).await?,
            standing: AccountStanding::default(),
        }))
    }

    /// Gives where it is told how the fetching stands.
    pub fn standing(&self) -> AccountStanding {
        self.standing.clone()
    }

    /// Fetches until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let mut failures = 0;
        while let Some(fetched) = stop.run_until_cancelled(self.fetch()).await {
            let wait = match fetched {
                Ok(()) => {
                    failures = 0;
                    self.standing.fetched();
                    // The line itself waits longer and longer between two tries.
                    let refused = stop.run_until_cancelled(self.line.account_refused());
                    refused.await;
                    Duration::ZERO
                }
                Err(error) => {
                    failures += 1;
                    tracing::warn!(%error, failures, "sip account could not be fetched");
                    self.standing.failed(error.to_string());
                    backoff::wait(failures, WAITS.0, WAITS.1, clock::random())
                }
            };
            if tokio::time::timeout(wait, stop.cancelled()).await.is_ok() {
                return;
            }
        }
    }

    async fn fetch(&self) -> Result<(), Error> {
        let account = of_device(self.devices.sip_info().await?, self.extra_ca_pem.clone());
        match self.line.use_account(account) {
            Ok(true) => tracing::info!("sip account fetched"),
            Ok(false) => tracing::warn!("sip account was refused, and is still the same"),
            // Read before; there is nothing to be fetched anew.
            Err(error) => return Err(Error::Unreadable(error.to_string())),
        }
        Ok(())
    }
}

fn of_device(info: SipInfo, extra_ca_pem: Option<String>) -> Account {
    Account {
        registrar: info.domain,
        transport: Transport::Tls,
        user: info.user,
        auth_id: Some(info.auth_id),
        password: info.password,
        outbound_proxy: Some(info.proxy),
        extra_ca_pem,
    }
}
