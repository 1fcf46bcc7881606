//! Configuration: one table of variables, one reading that reports every problem at once.

mod archive;
mod file;
mod language;
mod load;
mod problem;
mod profile;
mod reader;
mod running;
mod sections;
mod settings;
#[cfg(test)]
mod tests;
mod variables;

pub use archive::ArchiveSettings;
pub use file::FileProblem;
pub use language::LanguageSettings;
pub use problem::Problem;
pub use profile::{CurrentProfile, EXAMPLE, example, read_profile};
pub use running::{Change, Overrides, Refusal, SettingsDesk, Source, Standing, Values};
pub use settings::{
    Business, Config, Deepgram, DeepgramListen, Http, Log, LogFormat, RingCentral,
    RingCentralCredentials, RingCentralDevice, RingCentralUrls, SettingsFile, Sip, SipAccount,
    SipTls, SipTransport, Speech, SpeechEngine, Webhook, WebhookAuth,
};
pub use variables::{VARIABLES, Variable};
