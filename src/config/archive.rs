//! Owns the settings of what is done after a call: recordings, how long they are looked for and kept, and how the owner
//! is told. Called by the loading side. Never reads the environment itself.

use super::reader::Reader;
use super::sections::web_url;
use jiff::SignedDuration;
use maitred_actors::ports::archive::Patience;
use maitred_actors::types::PhoneNumber;
use secrecy::SecretString;
use std::path::PathBuf;

/// What is done after a call.
#[derive(Clone, Debug)]
pub struct ArchiveSettings {
    /// Folder for recordings.
    pub folder: PathBuf,
    /// How long recordings are looked for, and kept.
    pub patience: Patience,
    /// Where the owner is told of calls, and the key of the signature.
    pub owner_webhook: Option<(String, SecretString)>,
    /// Number that gets a text about each call.
    pub owner_sms: Option<PhoneNumber>,
}

/// Longest sentence that tells callers of the recording, in characters.
const SENTENCE_MAX: usize = 300;

/// Reads the sentence that tells callers of the recording. It is told, not asked: whoever goes on agrees, and a question
/// would have to be answered first.
pub(super) fn consent_sentence(
    reader: &mut Reader<impl Fn(&str) -> Option<String>>,
) -> Option<Option<String>> {
    let expected = format!(
        "a sentence of up to {SENTENCE_MAX} characters that tells and does not ask, such as \
         `This call is recorded for quality. If you do not want that, just say so.`"
    );
    reader.optional("RECORDING_CONSENT_SENTENCE", expected, |text| {
        let tells = !text.contains('?') && text.chars().count() <= SENTENCE_MAX;
        tells.then(|| text.to_owned())
    })
}

pub(super) fn archive(
    reader: &mut Reader<impl Fn(&str) -> Option<String>>,
) -> Option<ArchiveSettings> {
    let wait = reader.number("ARCHIVE_WAIT_SECONDS", 1..=600);
    let hours = reader.number("ARCHIVE_PATIENCE_HOURS", 1..=720);
    let days = reader.number("RECORDING_RETENTION_DAYS", 0..=36_500);
    let whole = reader.group(&["OWNER_WEBHOOK_URL", "OWNER_WEBHOOK_SECRET"], &[]);
    let url = reader.optional(
        "OWNER_WEBHOOK_URL",
        "a url that begins with https:// or http://",
        web_url,
    );
    let owner_sms = reader.optional(
        "OWNER_SMS",
        "a phone number such as +14155550100",
        PhoneNumber::parse,
    );
    let owner_webhook = match (url?, reader.secret("OWNER_WEBHOOK_SECRET")) {
        (Some(url), Some(secret)) if whole => Some((url, secret)),
        _ => None,
    };
    let days = days?;
    Some(ArchiveSettings {
        folder: PathBuf::from(reader.text("RECORDINGS_DIR")),
        patience: Patience {
            first_wait: SignedDuration::from_secs(i64::from(wait?)),
            longest: SignedDuration::from_hours(i64::from(hours?)),
            kept_for: (days > 0).then(|| SignedDuration::from_hours(24 * i64::from(days))),
        },
        owner_webhook,
        owner_sms: owner_sms?,
    })
}
