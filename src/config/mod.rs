//! Configuration: one table of variables, one reading that reports every problem at once.

mod archive;
mod load;
mod problem;
mod profile;
mod reader;
mod sections;
mod settings;
#[cfg(test)]
mod tests;
mod variables;

pub use archive::ArchiveSettings;
pub use problem::Problem;
pub use profile::{CurrentProfile, EXAMPLE, Follower, ProfileProblem, example, read_profile};
pub use settings::{
    Business, Config, Deepgram, DeepgramListen, Http, Log, LogFormat, RingCentral,
    RingCentralCredentials, RingCentralDevice, RingCentralUrls, Sip, SipAccount, SipTls,
    SipTransport, Speech, SpeechEngine, Webhook, WebhookAuth,
};
pub use variables::{VARIABLES, Variable};
