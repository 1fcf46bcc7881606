//! Tests of the configuration: every problem at once, no secret in any of them, halves are noticed.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

use super::load::read_dotenv;
use super::{Config, Problem, SipTransport, SpeechEngine, VARIABLES};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

fn read(given: &[(&str, &str)]) -> Result<Config, Vec<Problem>> {
    let given: HashMap<&str, &str> = given.iter().copied().collect();
    Config::from_env(|name| given.get(name).map(|value| (*value).to_owned()))
}

fn wrong(given: &[(&str, &str)]) -> Vec<&'static str> {
    read(given)
        .unwrap_err()
        .iter()
        .map(|problem| problem.variable)
        .collect()
}

#[test]
fn nothing_configured_is_enough() {
    let config = read(&[]).unwrap();
    assert_eq!(config.http.listen.to_string(), "127.0.0.1:8000");
    assert!(matches!(config.speech.engine, SpeechEngine::Local));
    let values = config.values(&config.settings.overrides);
    let settings = config.call_settings(&values, 1, &config.business.profile);
    assert!(settings.answers && settings.greeting.contains("My Hibachi Chef"));
    assert_eq!(
        (
            settings.turns_max,
            settings.opens.hour(),
            settings.closes.hour()
        ),
        (20, 11, 21)
    );
}

#[test]
fn the_example_file_can_be_used_as_it_is() {
    let path = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.env.example"));
    let (values, problems) = read_dotenv(path);
    assert_eq!((values.len(), problems), (VARIABLES.len(), vec![]));
    Config::from_env(|name| values.get(name).cloned()).unwrap();
}

#[test]
fn the_table_holds_just_the_variables_that_are_read() {
    let asked = RefCell::new(BTreeSet::new());
    let with_accounts = |name: &str| {
        asked.borrow_mut().insert(name.to_owned());
        match name {
            "SIP_REGISTRAR" => Some("sip.example.com".to_owned()),
            "RECORD_CALLS" => Some("yes".to_owned()),
            "SIP_USER" | "SIP_PASSWORD" | "DEEPGRAM_API_KEY" => Some("x".to_owned()),
            _ => None,
        }
    };
    Config::from_env(with_accounts).unwrap();
    let table: BTreeSet<_> = VARIABLES.iter().map(|one| one.name.to_owned()).collect();
    assert_eq!(*asked.borrow(), table);
}

#[test]
fn every_problem_is_reported_at_once() {
    let junk = "?? junk ??";
    // These take any text.
    let free = [
        "ADMIN_TOKEN",
        "CACHE_DIR",
        "DEEPGRAM_API_KEY",
        "OWNER_WEBHOOK_SECRET",
        "RECORDINGS_DIR",
        "RC_CLIENT_ID",
        "RC_CLIENT_SECRET",
        "RC_JWT_TOKEN",
        "RC_WEBHOOK_SECRET",
        "RC_WEBHOOK_VERIFICATION_TOKEN",
        "SIP_AUTH_ID",
        "SIP_PASSWORD",
        "SIP_USER",
        "VOICE_AI_GREETING",
    ];
    let given: Vec<_> = VARIABLES.iter().map(|one| (one.name, junk)).collect();
    let found: BTreeSet<_> = wrong(&given).into_iter().collect();
    let expected: BTreeSet<_> = VARIABLES
        .iter()
        .map(|one| one.name)
        .filter(|name| !free.contains(name))
        .collect();
    assert_eq!(found, expected);
    let first = &read(&[("MAX_CALLS", "many")]).unwrap_err()[0];
    assert_eq!(
        first.to_string(),
        "MAX_CALLS: found `many`, expected a whole number from 1 to 10000"
    );
}

#[test]
fn secrets_are_never_shown() {
    let secret = "hunter2hunter2";
    let mut given: Vec<_> = VARIABLES
        .iter()
        .filter(|one| one.secret)
        .map(|one| (one.name, secret))
        .collect();
    let problems = read(&given).unwrap_err();
    assert!(
        problems
            .iter()
            .any(|problem| problem.variable == "DATABASE_URL")
    );
    assert!(!format!("{problems:?}").contains(secret));
    given.retain(|(name, _)| *name != "DATABASE_URL");
    given.extend([
        (
            "DATABASE_URL",
            "postgres://maitred:hunter2hunter2@localhost/maitred",
        ),
        ("SIP_REGISTRAR", "sip.example.com"),
        ("SIP_USER", "101"),
        ("RC_CLIENT_ID", "id"),
        ("LLM_URL", "https://llm.example.com/v1"),
        ("LLM_MODEL", "a-model"),
        ("OWNER_WEBHOOK_URL", "https://owner.example.com/calls"),
    ]);
    let config = read(&given).unwrap();
    assert!(!format!("{config:#?}").contains(secret));
}

#[test]
fn half_of_an_account_is_a_problem() {
    assert_eq!(
        wrong(&[("RC_CLIENT_ID", "id")]),
        ["RC_CLIENT_SECRET", "RC_JWT_TOKEN"]
    );
    assert_eq!(
        wrong(&[("SIP_REGISTRAR", "sip.example.com")]),
        ["SIP_USER", "SIP_PASSWORD"]
    );
    assert_eq!(
        wrong(&[("SIP_OUTBOUND_PROXY", "proxy.example.com:5096")]),
        ["SIP_REGISTRAR", "SIP_USER", "SIP_PASSWORD"]
    );
    assert_eq!(
        wrong(&[("SIP_TLS_LISTEN", "127.0.0.1:5061")]),
        ["SIP_TLS_CERT", "SIP_TLS_KEY"]
    );
    assert_eq!(wrong(&[("SPEECH", "deepgram")]), ["DEEPGRAM_API_KEY"]);
    assert_eq!(
        wrong(&[("OWNER_WEBHOOK_URL", "https://owner.example.com/calls")]),
        ["OWNER_WEBHOOK_SECRET"]
    );
    assert_eq!(
        wrong(&[("RC_WEBHOOK_AUTH", "signature")]),
        ["RC_WEBHOOK_SECRET"]
    );
    assert_eq!(
        wrong(&[("RC_WEBHOOK_AUTH", "token")]),
        ["RC_WEBHOOK_VERIFICATION_TOKEN"]
    );
}

#[test]
fn an_api_open_to_the_network_needs_a_token() {
    assert_eq!(wrong(&[("HTTP_LISTEN", "0.0.0.0:8000")]), ["ADMIN_TOKEN"]);
    read(&[
        ("HTTP_LISTEN", "0.0.0.0:8000"),
        ("ADMIN_TOKEN", "long enough"),
    ])
    .unwrap();
    read(&[("HTTP_LISTEN", "[::1]:8000")]).unwrap();
}

#[test]
fn certificates_are_files_that_can_be_read() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    let tls = |key| {
        [
            ("SIP_TLS_LISTEN", "127.0.0.1:0"),
            ("SIP_TLS_CERT", path),
            ("SIP_TLS_KEY", key),
        ]
    };
    read(&tls(path)).unwrap();
    assert_eq!(wrong(&tls("/nowhere/key.pem")), ["SIP_TLS_KEY"]);
}

#[test]
fn values_may_be_written_in_more_than_one_way() {
    let config = read(&[
        ("RC_AUTO_ANSWER", " No "),
        ("SIP_REGISTRAR", "[2001:db8::1]:5061"),
        ("SIP_USER", "101"),
        ("SIP_PASSWORD", "p"),
        ("SIP_TRANSPORT", "TLS"),
        ("RC_SERVER_URL", "http://127.0.0.1:9000/"),
        ("FALLBACK_NUMBER", "(415) 555-0100"),
        ("LOG_LEVEL", "info,maitred=debug"),
        ("DEEPGRAM_API_KEY", "key"),
        ("SPEECH", ""),
    ])
    .unwrap();
    let account = config.sip.account.unwrap();
    assert_eq!(
        (account.auth_id.as_str(), account.transport),
        ("101", SipTransport::Tls)
    );
    assert_eq!(config.ringcentral.urls.server, "http://127.0.0.1:9000");
    assert_eq!(config.fallback.unwrap().as_str(), "+14155550100");
    assert!(!(config.auto_answer && config.voice_ai));
    assert!(matches!(config.speech.engine, SpeechEngine::Deepgram(_)));
}

#[test]
fn the_other_addresses_of_ringcentral_follow_from_the_first() {
    let urls = |pairs: &[(&str, &str)]| {
        let urls = read(pairs).unwrap().ringcentral.urls;
        [urls.server, urls.token, urls.media]
    };
    assert_eq!(
        urls(&[]),
        [
            "https://platform.ringcentral.com",
            "https://platform.ringcentral.com/restapi/oauth/token",
            "https://media.ringcentral.com"
        ]
    );
    let (here, there) = ("http://127.0.0.1:9000", "http://127.0.0.1:9001");
    let derived = [here, "http://127.0.0.1:9000/restapi/oauth/token", here];
    assert_eq!(urls(&[("RC_SERVER_URL", here)]), derived);
    assert_eq!(
        urls(&[
            ("RC_SERVER_URL", here),
            ("RC_TOKEN_URL", there),
            ("RC_MEDIA_URL", there)
        ]),
        [here, there, there]
    );
}

#[test]
fn a_bad_line_of_the_file_is_told_without_its_content() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(
        file.path(),
        "MAX_CALLS=7\nADMIN_TOKEN=hunter2 hunter2\nLOG_FORMAT=json\n",
    )
    .unwrap();
    let (values, problems) = read_dotenv(file.path());
    assert_eq!(
        (values["MAX_CALLS"].as_str(), values["LOG_FORMAT"].as_str()),
        ("7", "json")
    );
    assert_eq!(problems.len(), 1);
    assert!(
        !problems[0].to_string().contains("hunter2"),
        "{}",
        problems[0]
    );
    assert_eq!(
        read_dotenv(std::path::Path::new("/nowhere/.env")),
        (HashMap::new(), vec![])
    );
}

#[test]
fn a_profile_is_read_from_its_file_and_its_mistakes_are_told_there() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    let good = include_str!("../../business.toml");
    std::fs::write(path, good.replacen("crews = 2", "crews = 7", 1)).unwrap();
    let given = [("BUSINESS_PROFILE", path), ("MAX_CALLS", "many")];
    let config = read(&given[..1]).unwrap();
    assert_eq!(config.business.profile.capacity.crews, 7);
    assert_eq!(config.business.file.as_deref(), Some(file.path()));
    std::fs::write(path, "name = \"X\"\ntime_zone = 3\n").unwrap();
    let told: Vec<_> = read(&given)
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(told.len(), 4, "{told:?}");
    let place = format!("{path}:2:13: time_zone: found `3`, expected a text in quotes");
    assert!(told.contains(&place), "{told:?}");
    assert!(told.iter().any(|one| one.starts_with("MAX_CALLS: ")));
}

#[test]
fn ports_for_sound_are_a_range_with_room_for_a_call() {
    let config = read(&[("RTP_PORTS", "20000-64999")]).unwrap();
    assert_eq!(config.sip.rtp_ports, Some(20_000..=64_999));
    for bad in [
        "20000",
        "64999-20000",
        "80-90",
        "20001-20002",
        "20000-70000",
        "a-b",
    ] {
        assert_eq!(wrong(&[("RTP_PORTS", bad)]), ["RTP_PORTS"], "{bad}");
    }
}

#[test]
fn a_language_model_is_configured_wholly_or_not_at_all() {
    let whole = [
        ("LLM_URL", "http://127.0.0.1:11434/v1/"),
        ("LLM_MODEL", "llama3.2:3b"),
    ];
    assert!(read(&[]).unwrap().language.is_none());
    let language = read(&whole).unwrap().language.unwrap();
    assert_eq!(language.url, "http://127.0.0.1:11434/v1");
    assert_eq!(language.live_wait_ms(), 2_500);
    assert!(language.key.is_none());
    for (given, named) in [
        (vec![whole[0]], "LLM_MODEL"),
        (vec![whole[1]], "LLM_URL"),
        (vec![("LLM_API_KEY", "sk-one")], "LLM_URL"),
        (vec![("LLM_URL", "localhost:1"), whole[1]], "LLM_URL"),
        (vec![whole[0], ("LLM_MODEL", "a b")], "LLM_MODEL"),
        (
            vec![whole[0], whole[1], ("LLM_API_KEY", "sk one")],
            "LLM_API_KEY",
        ),
        (vec![("LLM_TIMEOUT_MS", "199")], "LLM_TIMEOUT_MS"),
        (vec![("LLM_TIMEOUT_MS", "5001")], "LLM_TIMEOUT_MS"),
    ] {
        assert!(wrong(&given).contains(&named), "{given:?}");
    }
    let told = read(&[whole[0], whole[1], ("LLM_API_KEY", "sk one")]).unwrap_err();
    assert!(!format!("{told:?}").contains("sk one"), "{told:?}");
}
