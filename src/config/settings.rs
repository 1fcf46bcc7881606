//! Owns the settings as the program uses them. Made by the loading side; read by `app`. Never reads the environment;
//! secrets are `SecretString`, whose `Debug` shows nothing.

use super::archive::ArchiveSettings;
use super::language::LanguageSettings;
use super::running::{Overrides, Values};
use jiff::civil::Time;
use maitred_actors::types::{
    AiMode, CallSettings, Consult, PhoneNumber, Profile, Recording, Texts,
};
use secrecy::SecretString;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Everything that can be configured.
#[derive(Clone, Debug)]
pub struct Config {
    /// HTTP server.
    pub http: Http,
    /// SIP line.
    pub sip: Sip,
    /// Where the database is; may carry a password.
    pub database_url: SecretString,
    /// RingCentral.
    pub ringcentral: RingCentral,
    /// Speech.
    pub speech: Speech,
    /// The language model, if there is one.
    pub language: Option<LanguageSettings>,
    /// The business.
    pub business: Business,
    /// What a file says beside the environment, and may say otherwise while the server runs.
    pub settings: SettingsFile,
    /// How far the AI handles a call.
    pub mode: AiMode,
    /// Whether calls are picked up.
    pub auto_answer: bool,
    /// Whether the voice talks with callers at all.
    pub voice_ai: bool,
    /// First sentence spoken; none: one with the name of the business.
    pub greeting: Option<String>,
    /// Turns of the caller after which the call is wrapped up.
    pub turns_max: u32,
    /// How long the caller may be silent before being asked again, in milliseconds.
    pub patience_ms: u32,
    /// Number that takes a call which Maitred cannot serve.
    pub fallback: Option<PhoneNumber>,
    /// How callers are handed over to a person.
    pub handover: Handover,
    /// Which texts are sent.
    pub texts: Texts,
    /// Folder into which calls are recorded; none if they are not.
    pub recordings: Option<PathBuf>,
    /// Sentence that tells callers of the recording before it begins.
    pub consent_sentence: Option<String>,
    /// What is done after a call.
    pub archive: ArchiveSettings,
    /// Calls served at the same time.
    pub calls_max: u32,
    /// How long live calls have to end when the server is told to stop.
    pub drain: Duration,
    /// Log.
    pub log: Log,
}

impl Config {
    /// Gives what holds by the environment and what a file or the API says beside it.
    pub fn values(&self, overrides: &Overrides) -> Values {
        let own_voice = self.speech.has_voices().then_some(&self.speech.voice_model);
        let text = |over: &Option<String>, own: Option<&String>| over.as_ref().or(own).cloned();
        Values {
            ai_mode: overrides.ai_mode.unwrap_or(self.mode),
            auto_answer: overrides.auto_answer.unwrap_or(self.auto_answer),
            greeting: text(&overrides.greeting, self.greeting.as_ref()),
            voice: text(&overrides.voice, own_voice),
            max_turns: overrides.max_turns.unwrap_or(self.turns_max),
            log_level: overrides
                .log_level
                .clone()
                .unwrap_or_else(|| self.log.level.clone()),
        }
    }

    /// Gives the log as it is to begin.
    pub fn log_at_start(&self) -> Log {
        Log {
            level: self.values(&self.settings.overrides).log_level,
            ..self.log.clone()
        }
    }

    /// Gives the settings that a call keeps which is admitted with these values, for this business.
    pub fn call_settings(
        &self,
        values: &Values,
        version: u64,
        profile: &Arc<Profile>,
    ) -> CallSettings {
        let hours = profile.hours.widest();
        let greeting = values.greeting.clone().unwrap_or_else(|| {
            format!(
                "Thank you for calling {}. This is the automated host. How can I help you?",
                profile.spoken_name
            )
        });
        CallSettings {
            mode: values.ai_mode,
            answers: values.auto_answer && self.voice_ai,
            greeting,
            turns_max: values.max_turns,
            patience_ms: self.patience_ms,
            business: profile.spoken_name.clone(),
            time_zone: profile.time_zone.clone(),
            opens: hours.map_or(Time::midnight(), |hours| hours.from),
            closes: hours.map_or(Time::midnight(), |hours| hours.to),
            fallback: self.fallback.clone(),
            own_extension: None,
            carrier: self.ringcentral.credentials.is_some(),
            consult: self
                .handover
                .consult(self.sip.account.is_some() || self.ringcentral.credentials.is_some()),
            texts: self.texts.clone(),
            recording: Recording {
                own: self.recordings.is_some(),
                sentence: self.consent_sentence.clone(),
            },
            profile: Arc::clone(profile),
            version,
            voice: values.voice.clone(),
            model_ms: self.language.as_ref().map(LanguageSettings::live_wait_ms),
        }
    }
}

/// How callers are handed over to a person (`HANDOVER`, `HANDOVER_RING_SECONDS`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// Whether the person is called and told first; if not, the caller is sent on unannounced.
    pub is_announced: bool,
    /// How long the person's phone may ring.
    pub ring: Duration,
}

impl Handover {
    /// Gives what a call needs to call a person; none where it is not wanted, or where there is no account to call out
    /// with.
    fn consult(&self, can_call_out: bool) -> Option<Consult> {
        let ring_ms = u32::try_from(self.ring.as_millis()).unwrap_or(u32::MAX);
        (self.is_announced && can_call_out).then_some(Consult { ring_ms })
    }
}

/// The HTTP server.
#[derive(Clone, Debug)]
pub struct Http {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Token of the API; always there unless the address is loopback.
    pub admin_token: Option<SecretString>,
}

/// The SIP line.
#[derive(Clone, Debug)]
pub struct Sip {
    /// Where it listens over UDP and TCP.
    pub listen: SocketAddr,
    /// TLS, if it listens there too.
    pub tls: Option<SipTls>,
    /// Account to register; none: RingCentral is asked for one, or calls come from whoever dials the address.
    pub account: Option<SipAccount>,
    /// File with certificates that are trusted for the registrar beside the public ones.
    pub ca: Option<PathBuf>,
    /// Ports for media; none: any.
    pub rtp_ports: Option<RangeInclusive<u16>>,
}

/// SIP over TLS.
#[derive(Clone, Debug)]
pub struct SipTls {
    /// Where it listens.
    pub listen: SocketAddr,
    /// PEM file of the certificate chain.
    pub cert: PathBuf,
    /// PEM file of the private key.
    pub key: PathBuf,
}

/// A SIP account.
#[derive(Clone, Debug)]
pub struct SipAccount {
    /// Registrar, `host` or `host:port`.
    pub registrar: String,
    /// Transport to it.
    pub transport: SipTransport,
    /// User part of the address.
    pub user: String,
    /// Name for the digest.
    pub auth_id: String,
    /// Password for the digest.
    pub password: SecretString,
    /// Proxy on the way to the registrar, `host` or `host:port`.
    pub outbound_proxy: Option<String>,
}

/// How SIP travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SipTransport {
    /// Datagrams.
    Udp,
    /// A stream in the clear.
    Tcp,
    /// A secured stream.
    Tls,
}

/// RingCentral.
#[derive(Clone, Debug)]
pub struct RingCentral {
    /// Credentials for REST; none: REST is not used.
    pub credentials: Option<RingCentralCredentials>,
    /// Where its REST is.
    pub urls: RingCentralUrls,
    /// Device by which calls reach us.
    pub device: RingCentralDevice,
    /// Number of ours that texts come from; none: no texts are sent.
    pub texts_from: Option<PhoneNumber>,
    /// Webhook.
    pub webhook: Webhook,
}

/// Which device of RingCentral calls come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RingCentralDevice {
    /// The first of the extension that fits.
    First,
    /// The one with this id.
    Id(String),
    /// None is registered.
    None,
}

/// Where RingCentral's REST is. No URL has a slash at its end.
#[derive(Clone, Debug)]
pub struct RingCentralUrls {
    /// Base of the API.
    pub server: String,
    /// Whole address of the token endpoint.
    pub token: String,
    /// Base of the host that recordings are fetched from.
    pub media: String,
}

impl RingCentralUrls {
    /// Derives the others from the base of the API, as RingCentral names its hosts.
    pub fn of(server: &str) -> Self {
        Self {
            server: server.to_owned(),
            token: format!("{server}/restapi/oauth/token"),
            media: server.replacen("://platform.", "://media.", 1),
        }
    }
}

/// Credentials of a RingCentral application and user.
#[derive(Clone, Debug)]
pub struct RingCentralCredentials {
    /// Client id.
    pub client_id: String,
    /// Client secret.
    pub client_secret: SecretString,
    /// JWT credential of the user.
    pub jwt: SecretString,
}

/// How webhooks are told from forgeries.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Key of the signature.
    pub secret: Option<SecretString>,
    /// Token that RingCentral repeats; the secret where no other is configured.
    pub verification_token: Option<SecretString>,
    /// Which proof a delivery must carry.
    pub auth: WebhookAuth,
    /// Public URL, for the subscription.
    pub url: Option<String>,
}

/// Which proof a webhook must carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookAuth {
    /// A signature, or the token where there is no signature.
    Any,
    /// A signature.
    Signature,
    /// The token.
    Token,
}

/// Speech.
#[derive(Clone, Debug)]
pub struct Speech {
    /// Who hears and speaks.
    pub engine: SpeechEngine,
    /// Voice of the provider.
    pub voice_model: String,
    /// Folder for prompts that were spoken before.
    pub cache: PathBuf,
}

impl Speech {
    /// Tells whether there is a voice to choose.
    pub fn has_voices(&self) -> bool {
        matches!(self.engine, SpeechEngine::Deepgram(_))
    }
}

/// Who hears and speaks.
#[derive(Clone, Debug)]
pub enum SpeechEngine {
    /// Deepgram.
    Deepgram(Deepgram),
    /// Models on this machine.
    Local,
}

/// Deepgram.
#[derive(Clone, Debug)]
pub struct Deepgram {
    /// Key.
    pub key: SecretString,
    /// Base URL, without a slash at the end.
    pub url: String,
    /// Recogniser.
    pub listen: DeepgramListen,
}

/// Recogniser of Deepgram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeepgramListen {
    /// Flux on `/v2/listen`.
    Flux,
    /// Nova-3 on `/v1/listen`.
    Nova,
}

/// The business.
#[derive(Clone, Debug)]
pub struct Business {
    /// What it is, as it was read at start.
    pub profile: Arc<Profile>,
    /// File it came from; none: it is built in.
    pub file: Option<PathBuf>,
}

/// What a file says of settings beside the environment (`SETTINGS_FILE`).
#[derive(Clone, Debug, Default)]
pub struct SettingsFile {
    /// The file; none: there is none.
    pub file: Option<PathBuf>,
    /// What it held at start.
    pub text: String,
    /// What that says.
    pub overrides: Overrides,
}

/// The log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// How a line looks.
    pub format: LogFormat,
    /// Filter, as `tracing_subscriber::EnvFilter` reads it.
    pub level: String,
    /// Where traces are sent by OTLP, without a slash at the end; none: nowhere.
    pub traces: Option<String>,
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For machines.
    Json,
}
