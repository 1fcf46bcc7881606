//! Owns the table of variables: names, defaults, what each is for, which are secret. Read by the reader, and compared
//! with `.env.example` by a test. Never reads the environment.

/// One variable of the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What holds when it is unset or empty; empty for nothing.
    pub default: &'static str,
    /// What it is for, in one line.
    pub about: &'static str,
    /// Whether its value must never be shown.
    pub secret: bool,
}

const fn open(name: &'static str, default: &'static str, about: &'static str) -> Variable {
    Variable {
        name,
        default,
        about,
        secret: false,
    }
}

const fn secret(name: &'static str, default: &'static str, about: &'static str) -> Variable {
    Variable {
        name,
        default,
        about,
        secret: true,
    }
}

/// Every variable that Maitred reads, in the order of `.env.example`.
pub const VARIABLES: &[Variable] = &[
    open(
        "HTTP_LISTEN",
        "127.0.0.1:8000",
        "Address and port for webhooks, API, health and metrics",
    ),
    secret(
        "ADMIN_TOKEN",
        "",
        "Bearer token of the API; needed unless HTTP_LISTEN is loopback",
    ),
    secret(
        "DATABASE_URL",
        "sqlite://maitred.db?mode=rwc",
        "SQLite file, or postgres://user:password@host/database",
    ),
    open(
        "MAX_CALLS",
        "5",
        "Calls served at the same time, 1 to 10000; RingCentral gives an extension five",
    ),
    open(
        "DRAIN_SECONDS",
        "30",
        "Seconds that live calls have to end when the server is told to stop, 0 to 3600",
    ),
    open("LOG_FORMAT", "pretty", "pretty or json"),
    open(
        "LOG_LEVEL",
        "info",
        "error, warn, info, debug, trace, or a filter such as info,maitred=debug",
    ),
    open(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "",
        "Collector that traces are sent to by OTLP over HTTP, such as http://127.0.0.1:4318; needs the feature otlp",
    ),
    open(
        "SIP_LISTEN",
        "127.0.0.1:5060",
        "Address and port for SIP over UDP and TCP",
    ),
    open(
        "SIP_TLS_LISTEN",
        "",
        "Address and port for SIP over TLS; needs certificate and key",
    ),
    open(
        "SIP_TLS_CERT",
        "",
        "PEM file of the certificate chain for SIP over TLS",
    ),
    open("SIP_TLS_KEY", "", "PEM file of its private key"),
    open(
        "SIP_REGISTRAR",
        "",
        "Server to register with, host or host:port; unset: RingCentral's device, if RC_CLIENT_ID is set",
    ),
    open(
        "SIP_TRANSPORT",
        "udp",
        "Transport to the registrar: udp, tcp or tls",
    ),
    open("SIP_USER", "", "User name of the SIP account"),
    open(
        "SIP_AUTH_ID",
        "",
        "Authorization id of the SIP account; unset: SIP_USER",
    ),
    secret("SIP_PASSWORD", "", "Password of the SIP account"),
    open(
        "SIP_CA",
        "",
        "PEM file of certificates to trust for the registrar beside the public ones",
    ),
    open(
        "SIP_OUTBOUND_PROXY",
        "",
        "Host or host:port through which the registrar is reached",
    ),
    open(
        "RTP_PORTS",
        "",
        "Ports for the sound of calls, such as 20000-64999; unset: any",
    ),
    open(
        "RC_CLIENT_ID",
        "",
        "Client id of the RingCentral application; needs secret and token",
    ),
    secret(
        "RC_CLIENT_SECRET",
        "",
        "Client secret of the RingCentral application",
    ),
    secret("RC_JWT_TOKEN", "", "JWT credential of the RingCentral user"),
    open(
        "RC_SERVER_URL",
        "https://platform.ringcentral.com",
        "Base URL of RingCentral, or of anything that speaks like it",
    ),
    open(
        "RC_TOKEN_URL",
        "",
        "URL that tokens are asked from; unset: RC_SERVER_URL with /restapi/oauth/token",
    ),
    open(
        "RC_MEDIA_URL",
        "",
        "Base URL of recordings; unset: RC_SERVER_URL with media in place of platform",
    ),
    open(
        "RC_DEVICE_ID",
        "",
        "Id of the device calls come to, or none; unset: the extension's first Existing Phone",
    ),
    open(
        "RC_SMS_FROM",
        "",
        "Number of the extension that texts come from; unset: no texts are sent",
    ),
    secret(
        "RC_WEBHOOK_SECRET",
        "",
        "Key of the webhook signature; also the verification token where that is unset",
    ),
    secret(
        "RC_WEBHOOK_VERIFICATION_TOKEN",
        "",
        "Token that RingCentral repeats with each webhook",
    ),
    open(
        "RC_WEBHOOK_AUTH",
        "any",
        "Proof that a webhook must carry: any, signature or token",
    ),
    open(
        "RC_WEBHOOK_URL",
        "",
        "Public URL of our webhook, for the subscription",
    ),
    open("RC_AUTO_ANSWER", "true", "Whether calls are picked up"),
    open("RC_AI_MODE", "full_auto", "full_auto, triage or human_only"),
    open(
        "ENABLE_VOICE_AI",
        "true",
        "Whether the voice talks with callers; if not, calls are only tracked",
    ),
    open(
        "VOICE_AI_GREETING",
        "",
        "First sentence spoken; unset: one with the name of the business",
    ),
    open(
        "VOICE_AI_VOICE_MODEL",
        "aura-2-thalia-en",
        "Voice of the speech provider",
    ),
    open(
        "VOICE_AI_MAX_CONVERSATION_TURNS",
        "20",
        "Turns of the caller before the call is wrapped up, 2 to 100",
    ),
    open(
        "VOICE_AI_PATIENCE_MS",
        "6000",
        "Milliseconds of silence before the caller is asked again, 500 to 60000",
    ),
    open(
        "FALLBACK_NUMBER",
        "",
        "Phone number that takes calls which Maitred cannot serve",
    ),
    open(
        "HANDOVER",
        "announced",
        "How a caller is handed to a person: announced (the person is called and told first) or blind",
    ),
    open(
        "HANDOVER_RING_SECONDS",
        "25",
        "Seconds that the person's phone rings before the caller is back with the AI, 5 to 120",
    ),
    open(
        "TEXT_CONFIRMATIONS",
        "true",
        "Whether a booking is confirmed by text; needs RC_SMS_FROM",
    ),
    open(
        "TEXT_MISSED_CALLS",
        "false",
        "Whether a caller whom nobody answered is sent a text; needs RC_SMS_FROM",
    ),
    open(
        "TEXT_SUMMARIES",
        "true",
        "Whether the person who is to take a call is sent who calls and why; needs RC_SMS_FROM",
    ),
    open(
        "SPEECH",
        "auto",
        "auto, deepgram or local; auto is deepgram when its key is set",
    ),
    secret(
        "DEEPGRAM_API_KEY",
        "",
        "Key of Deepgram; unset: local speech",
    ),
    open(
        "DEEPGRAM_URL",
        "https://api.deepgram.com",
        "Base URL of Deepgram, or of anything that speaks like it",
    ),
    open(
        "DEEPGRAM_LISTEN",
        "flux",
        "Recogniser of Deepgram: flux or nova",
    ),
    open(
        "CACHE_DIR",
        "cache",
        "Folder for prompts that were spoken before",
    ),
    open(
        "LLM_URL",
        "",
        "Base URL of a language model's server that speaks like OpenAI's, such as https://api.openai.com/v1; unset: none is used",
    ),
    open("LLM_MODEL", "", "Name of the model; needs LLM_URL"),
    secret("LLM_API_KEY", "", "Key of that server, if it wants one"),
    open(
        "LLM_TIMEOUT_MS",
        "2500",
        "Milliseconds that an answer of the model may take while a caller waits, 200 to 5000",
    ),
    open(
        "RECORD_CALLS",
        "false",
        "Whether Maitred records calls itself",
    ),
    open(
        "RECORDING_CONSENT_SENTENCE",
        "",
        "Sentence before the greeting that tells callers of the recording, which begins only after it; unset: they are not told",
    ),
    open("RECORDINGS_DIR", "recordings", "Folder for recordings"),
    open(
        "RECORDING_RETENTION_DAYS",
        "0",
        "Days after which recordings are deleted, up to 36500; 0 keeps them for ever",
    ),
    open(
        "ARCHIVE_WAIT_SECONDS",
        "20",
        "Seconds after a call before its recording is looked for, 1 to 600; later waits grow from it",
    ),
    open(
        "ARCHIVE_PATIENCE_HOURS",
        "24",
        "Hours after which a recording that never comes is given up, 1 to 720",
    ),
    open(
        "OWNER_WEBHOOK_URL",
        "",
        "URL that is told of every call when it is over; needs OWNER_WEBHOOK_SECRET",
    ),
    secret(
        "OWNER_WEBHOOK_SECRET",
        "",
        "Key with which those messages are signed (HMAC-SHA256)",
    ),
    open(
        "OWNER_SMS",
        "",
        "Phone number that gets a text about every call when it is over",
    ),
    open(
        "BUSINESS_PROFILE",
        "",
        "File that tells everything about the business, such as business.toml; unset: the built-in example",
    ),
    open(
        "SETTINGS_FILE",
        "",
        "TOML file with ai_mode, auto_answer, greeting, voice, max_turns and log_level in place of the variables; may change while the server runs",
    ),
];

#[cfg(test)]
mod tests {
    use super::VARIABLES;

    /// Names, values and the comment above each, as the file has them.
    fn example() -> Vec<(String, String, String)> {
        let mut about = String::new();
        let mut found = Vec::new();
        for line in include_str!("../../.env.example").lines() {
            if let Some(comment) = line.strip_prefix("# ") {
                about = comment.to_owned();
            } else if let Some((name, value)) = line.split_once('=') {
                found.push((
                    name.to_owned(),
                    value.trim_matches('"').to_owned(),
                    std::mem::take(&mut about),
                ));
            }
        }
        found
    }

    #[test]
    fn the_example_lists_every_variable_with_its_default_and_purpose() {
        let table: Vec<_> = VARIABLES
            .iter()
            .map(|one| {
                (
                    one.name.to_owned(),
                    one.default.to_owned(),
                    one.about.to_owned(),
                )
            })
            .collect();
        assert_eq!(example(), table);
    }
}
