//! Owns what each section of the configuration must look like, and what its variables must be together. Called by the
//! loading side. A section reads all its variables before it gives up.

use super::file::read;
use super::profile::{example, read_profile};
use super::reader::Reader;
use super::running::Overrides;
use super::settings::{
    Business, Deepgram, DeepgramListen, Handover, Http, Log, LogFormat, RingCentral,
    RingCentralCredentials, RingCentralDevice, RingCentralUrls, SettingsFile, Sip, SipAccount,
    SipTls, SipTransport, Speech, SpeechEngine, Webhook, WebhookAuth,
};
use maitred_actors::types::{AiMode, PhoneNumber, Texts};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// Turns that a call may have.
pub(super) const TURNS: RangeInclusive<u32> = 2..=100;
pub(super) const VOICE: &str = "a name of letters, digits, `-`, `_` and `.`";
pub(super) const LOG_LEVEL: &str =
    "error, warn, info, debug, trace, or a filter such as info,maitred=debug";
const ADDRESS: &str = "an address and port such as 127.0.0.1:8000";
const HOST: &str = "a host or host:port such as sip.example.com:5060";
const PORTS: &str = "two ports from 1024 on, such as 20000-64999";
const NUMBER: &str = "a phone number such as +14155550100";
const WEB_URL: &str = "a url that begins with https:// or http://";

pub(super) fn mode(reader: &mut Reader<impl Fn(&str) -> Option<String>>) -> Option<AiMode> {
    reader.one_of(
        "RC_AI_MODE",
        &[
            ("full_auto", AiMode::FullAuto),
            ("triage", AiMode::Triage),
            ("human_only", AiMode::HumanOnly),
        ],
    )
}

pub(super) fn http(reader: &mut Reader<impl Fn(&str) -> Option<String>>) -> Option<Http> {
    let listen: Option<std::net::SocketAddr> = reader.parsed("HTTP_LISTEN", ADDRESS);
    let admin_token = reader.secret("ADMIN_TOKEN");
    if admin_token.is_none() && listen.is_some_and(|listen| !listen.ip().is_loopback()) {
        reader.problem(
            "ADMIN_TOKEN",
            "a value, because HTTP_LISTEN is not a loopback address",
        );
    }
    Some(Http {
        listen: listen?,
        admin_token,
    })
}

pub(super) fn sip(reader: &mut Reader<impl Fn(&str) -> Option<String>>) -> Option<Sip> {
    let listen = reader.parsed("SIP_LISTEN", ADDRESS);
    let tls = sip_tls(reader);
    let account = sip_account(reader);
    let ca = match reader.given("SIP_CA") {
        Some(_) => reader.file("SIP_CA").map(Some),
        None => Some(None),
    };
    let rtp_ports = reader.optional("RTP_PORTS", PORTS, ports);
    Some(Sip {
        listen: listen?,
        tls: tls?,
        account: account?,
        ca: ca?,
        rtp_ports: rtp_ports?,
    })
}

/// Reads `20000-64999`: at least one call's two ports, the first of them even.
fn ports(text: &str) -> Option<RangeInclusive<u16>> {
    let (first, last) = text.split_once('-')?;
    let (first, last): (u16, u16) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    let even = u32::from(first).next_multiple_of(2);
    (first >= 1_024 && even < u32::from(last)).then_some(first..=last)
}

fn sip_tls(reader: &mut Reader<impl Fn(&str) -> Option<String>>) -> Option<Option<SipTls>> {
    if !reader.group(&["SIP_TLS_LISTEN", "SIP_TLS_CERT", "SIP_TLS_KEY"], &[]) {
        return Some(None);
    }
    let listen = reader.parsed("SIP_TLS_LISTEN", ADDRESS);
    let (cert, key) = (reader.file("SIP_TLS_CERT"), reader.file("SIP_TLS_KEY"));
    Some(Some(SipTls {
        listen: listen?,
        cert: cert?,
        key: key?,
    }))
}

fn sip_account(reader: &mut Reader<impl Fn(&str) -> Option<String>>) -> Option<Option<SipAccount>> {
    let needed = ["SIP_REGISTRAR", "SIP_USER", "SIP_PASSWORD"];
    // The account of a RingCentral device is asked for by REST, and may need certificates too.
    let also: &[&str] = match reader.given("RC_CLIENT_ID") {
        Some(_) => &["SIP_AUTH_ID", "SIP_OUTBOUND_PROXY"],
        None => &["SIP_AUTH_ID", "SIP_OUTBOUND_PROXY", "SIP_CA"],
    };
    let whole = reader.group(&needed, also);
    let registrar = reader.optional("SIP_REGISTRAR", HOST, host);
    let outbound_proxy = reader.optional("SIP_OUTBOUND_PROXY", HOST, host);
    let transport = reader.one_of(
        "SIP_TRANSPORT",
        &[
            ("udp", SipTransport::Udp),
            ("tcp", SipTransport::Tcp),
            ("tls", SipTransport::Tls),
        ],
    );
    if !whole {
        return Some(None);
    }
    let user = reader.text("SIP_USER");
    Some(Some(SipAccount {
        registrar: registrar??,
        transport: transport?,
        auth_id: reader.given("SIP_AUTH_ID").unwrap_or_else(|| user.clone()),
        user,
        password: reader.secret("SIP_PASSWORD")?,
        outbound_proxy: outbound_proxy?,
    }))
}

pub(super) fn ringcentral(
    reader: &mut Reader<impl Fn(&str) -> Option<String>>,
) -> Option<RingCentral> {
    let urls = ringcentral_urls(reader);
    let device = reader.read(
        "RC_DEVICE_ID",
        "an id of digits and letters, or none",
        device,
    );
    let texts_from = reader.optional("RC_SMS_FROM", NUMBER, PhoneNumber::parse);
    let whole = reader.group(&["RC_CLIENT_ID", "RC_CLIENT_SECRET", "RC_JWT_TOKEN"], &[]);
    let credentials = |reader: &Reader<_>| {
        Some(RingCentralCredentials {
            client_id: reader.given("RC_CLIENT_ID")?,
            client_secret: reader.secret("RC_CLIENT_SECRET")?,
            jwt: reader.secret("RC_JWT_TOKEN")?,
        })
    };
    let credentials = if whole { credentials(reader) } else { None };
    let webhook = webhook(reader);
    Some(RingCentral {
        credentials,
        urls: urls?,
        device: device?,
        texts_from: texts_from?,
        webhook: webhook?,
    })
}

fn ringcentral_urls(
    reader: &mut Reader<impl Fn(&str) -> Option<String>>,
) -> Option<RingCentralUrls> {
    let server = reader.read("RC_SERVER_URL", WEB_URL, web_url);
    let token = reader.optional("RC_TOKEN_URL", WEB_URL, web_url);
    let media = reader.optional("RC_MEDIA_URL", WEB_URL, web_url);
    let derived = RingCentralUrls::of(&server?);
    Some(RingCentralUrls {
        token: token?.unwrap_or(derived.token),
        media: media?.unwrap_or(derived.media),
        server: derived.server,
    })
}

fn device(text: &str) -> Option<RingCentralDevice> {
    let plain = text.chars().all(|one| one.is_ascii_alphanumeric());
    plain.then(|| match text {
        "" => RingCentralDevice::First,
        none if none.eq_ignore_ascii_case("none") => RingCentralDevice::None,
        id => RingCentralDevice::Id(id.to_owned()),
    })
}

fn webhook(reader: &mut Reader<impl Fn(&str) -> Option<String>>) -> Option<Webhook> {
    let auth = reader.one_of(
        "RC_WEBHOOK_AUTH",
        &[
            ("any", WebhookAuth::Any),
            ("signature", WebhookAuth::Signature),
            ("token", WebhookAuth::Token),
        ],
    );
    let url = reader.optional("RC_WEBHOOK_URL", WEB_URL, web_url);
    let secret = reader.secret("RC_WEBHOOK_SECRET");
    let verification_token = reader
        .secret("RC_WEBHOOK_VERIFICATION_TOKEN")
        .or_else(|| secret.clone());
    match auth {
        Some(WebhookAuth::Signature) if secret.is_none() => {
            reader.problem(
                "RC_WEBHOOK_SECRET",
                "a value, because RC_WEBHOOK_AUTH is signature",
            );
        }
        Some(WebhookAuth::Token) if verification_token.is_none() => {
            reader.problem(
                "RC_WEBHOOK_VERIFICATION_TOKEN",
                "a value, because RC_WEBHOOK_AUTH is token",
            );
        }
        _ => {}
    }
    Some(Webhook {
        secret,
        verification_token,
        auth: auth?,
        url: url?,
    })
}

#[derive(Clone, Copy, PartialEq)]
enum SpeechChoice {
    Auto,
    Deepgram,
    Local,
}

pub(super) fn speech(reader: &mut Reader<impl Fn(&str) -> Option<String>>) -> Option<Speech> {
    use SpeechChoice::{Auto, Local};
    let choices = [
        ("auto", Auto),
        ("deepgram", SpeechChoice::Deepgram),
        ("local", Local),
    ];
    let choice = reader.one_of("SPEECH", &choices);
    let key = reader.secret("DEEPGRAM_API_KEY");
    let url = reader.read("DEEPGRAM_URL", WEB_URL, web_url);
    let listen = reader.one_of(
        "DEEPGRAM_LISTEN",
        &[
            ("flux", DeepgramListen::Flux),
            ("nova", DeepgramListen::Nova),
        ],
    );
    let voice_model = reader.read("VOICE_AI_VOICE_MODEL", VOICE, voice_name);
    if choice == Some(SpeechChoice::Deepgram) && key.is_none() {
        reader.problem("DEEPGRAM_API_KEY", "a value, because SPEECH is deepgram");
    }
    let engine = match key {
        Some(key) if choice? != Local => SpeechEngine::Deepgram(Deepgram {
            key,
            url: url?,
            listen: listen?,
        }),
        _ => SpeechEngine::Local,
    };
    Some(Speech {
        engine,
        voice_model: voice_model?,
        cache: reader.text("CACHE_DIR").into(),
    })
}

/// Reads the profile in the file that is named, or the built-in one.
pub(super) fn business(reader: &mut Reader<impl Fn(&str) -> Option<String>>) -> Option<Business> {
    let name = "BUSINESS_PROFILE";
    let file = reader.given(name).map(PathBuf::from);
    let read = match &file {
        None => example(),
        Some(file) => match read(file) {
            Ok(text) => read_profile(&file.display().to_string(), &text),
            Err(problem) => Err(vec![problem]),
        },
    };
    match read {
        Ok(profile) => Some(Business {
            profile: Arc::new(profile),
            file,
        }),
        Err(problems) => {
            reader.within(name, problems);
            None
        }
    }
}

pub(super) fn handover(reader: &mut Reader<impl Fn(&str) -> Option<String>>) -> Option<Handover> {
    let is_announced = reader.one_of("HANDOVER", &[("announced", true), ("blind", false)]);
    let ring = reader.number("HANDOVER_RING_SECONDS", 5..=120);
    Some(Handover {
        is_announced: is_announced?,
        ring: Duration::from_secs(ring?.into()),
    })
}

pub(super) fn texts(reader: &mut Reader<impl Fn(&str) -> Option<String>>) -> Option<Texts> {
    let confirmations = reader.flag("TEXT_CONFIRMATIONS");
    let missed_calls = reader.flag("TEXT_MISSED_CALLS");
    let summaries = reader.flag("TEXT_SUMMARIES");
    Some(Texts {
        confirmations: confirmations?,
        missed_calls: missed_calls?,
        summaries: summaries?,
    })
}

pub(super) fn log(reader: &mut Reader<impl Fn(&str) -> Option<String>>) -> Option<Log> {
    let format = reader.one_of(
        "LOG_FORMAT",
        &[("pretty", LogFormat::Pretty), ("json", LogFormat::Json)],
    );
    let level = reader.read("LOG_LEVEL", LOG_LEVEL, log_level);
    let traces = reader.optional("OTEL_EXPORTER_OTLP_ENDPOINT", WEB_URL, web_url);
    Some(Log {
        format: format?,
        level: level?,
        traces: traces?,
    })
}

/// Reads a filter of the log.
pub(super) fn log_level(text: &str) -> Option<String> {
    // A lone word that is no level would be taken as the name of a target, and silence all others.
    let known = text.contains('=') || text.parse::<LevelFilter>().is_ok();
    (known && EnvFilter::try_new(text).is_ok()).then(|| text.to_owned())
}

/// Reads the name of a voice.
pub(super) fn voice_name(text: &str) -> Option<String> {
    let plain = |one: char| one.is_ascii_alphanumeric() || "-_.".contains(one);
    text.chars().all(plain).then(|| text.to_owned())
}

/// Reads the file of settings that is named.
pub(super) fn settings_file(
    reader: &mut Reader<impl Fn(&str) -> Option<String>>,
    speech: Option<&Speech>,
) -> Option<SettingsFile> {
    let name = "SETTINGS_FILE";
    let Some(file) = reader.given(name).map(PathBuf::from) else {
        return Some(SettingsFile::default());
    };
    let text = match read(&file) {
        Ok(text) => text,
        Err(problem) => {
            reader.within(name, vec![problem]);
            return None;
        }
    };
    let has_voices = speech.is_none_or(Speech::has_voices);
    match Overrides::read(&file.display().to_string(), &text, has_voices) {
        Ok(overrides) => Some(SettingsFile {
            file: Some(file),
            text,
            overrides,
        }),
        Err(problems) => {
            reader.within(name, problems);
            None
        }
    }
}

pub(super) fn web_url(text: &str) -> Option<String> {
    let url = reqwest::Url::parse(text).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host())
        .then(|| text.trim_end_matches('/').to_owned())
}

fn host(text: &str) -> Option<String> {
    let host = match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
            port.parse::<u16>().ok().filter(|port| *port > 0)?;
            host
        }
        _ => text,
    };
    let plain = |one: char| one.is_ascii_alphanumeric() || "-._[]:".contains(one);
    (!host.is_empty() && host.chars().all(plain)).then(|| text.to_owned())
}
