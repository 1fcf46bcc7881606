//! Owns what the line must be told to open. Filled by `app`; read by the rest of this folder. Never read from the
//! environment here.

use secrecy::SecretString;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

/// How long a caller's side may send nothing before the call is told, unless configured.
const NO_AUDIO_AFTER: Duration = Duration::from_secs(10);

/// Everything that the line needs.
#[derive(Clone, Debug)]
pub struct SipConfig {
    /// Address for SIP over UDP and TCP; port 0 takes a free one. Media is bound to the same interface.
    pub listen: SocketAddr,
    /// Listener for SIP over TLS.
    pub tls: Option<TlsListen>,
    /// Address told to others for signalling and media, when it is not the one listened on (NAT).
    pub advertise: Option<IpAddr>,
    /// Account to register with, so that calls come down its connection.
    pub account: Option<Account>,
    /// Ports for media; any, unless given. Two are kept for each call: the even ones are bound.
    pub rtp_ports: Option<RangeInclusive<u16>>,
    /// Silence on the wire after which the leg reports `NoAudio`.
    pub no_audio_after: Duration,
    /// Folder for recordings; none can be begun without.
    pub recordings: Option<PathBuf>,
}

impl SipConfig {
    /// Listens on `listen` without TLS, account and recordings.
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            tls: None,
            advertise: None,
            account: None,
            rtp_ports: None,
            no_audio_after: NO_AUDIO_AFTER,
            recordings: None,
        }
    }
}

/// Listener for SIP over TLS.
#[derive(Clone, Debug)]
pub struct TlsListen {
    /// Address; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Certificate chain in PEM.
    pub cert_pem: String,
    /// Private key in PEM (PKCS 8 or PKCS 1).
    pub key_pem: SecretString,
}

/// What SIP is carried over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Datagrams.
    Udp,
    /// A stream.
    Tcp,
    /// A stream under TLS; what RingCentral wants.
    Tls,
}

/// Account with a registrar.
#[derive(Clone, Debug)]
pub struct Account {
    /// Domain of the account, `host` or `host:port`.
    pub registrar: String,
    /// Transport to the registrar.
    pub transport: Transport,
    /// User part of the address.
    pub user: String,
    /// Name for the digest, when it is not the user (RingCentral's authorization id).
    pub auth_id: Option<String>,
    /// Password for the digest.
    pub password: SecretString,
    /// Where to send everything instead of to the registrar, `host:port`.
    pub outbound_proxy: Option<String>,
    /// Certificates trusted beside the public ones, in PEM.
    pub extra_ca_pem: Option<String>,
}

impl Account {
    /// Gives the domain of addresses: the registrar without its port.
    pub(super) fn domain(&self) -> &str {
        let registrar = self.registrar.as_str();
        registrar
            .rsplit_once(':')
            .map_or(registrar, |(domain, _)| domain)
    }
}

/// Why the line could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// An address could not be listened on.
    #[error("cannot listen on {address} for sip: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The certificate or key does not work.
    #[error("certificate or key for sip over tls: {0}")]
    Certificate(String),
    /// The account's certificates do not work.
    #[error("extra certificates for the sip account: {0}")]
    Authorities(String),
    /// The stack refused to start.
    #[error("sip stack: {0}")]
    Stack(String),
}
