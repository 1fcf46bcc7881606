//! Configuration: one table of variables, one reading that reports every problem at once.

mod load;
mod problem;
mod reader;
mod sections;
mod settings;
#[cfg(test)]
mod tests;
mod variables;

pub use problem::Problem;
pub use settings::{
    Business, Config, Deepgram, DeepgramListen, Http, Log, LogFormat, RingCentral,
    RingCentralCredentials, RingCentralDevice, RingCentralUrls, Sip, SipAccount, SipTls,
    SipTransport, Speech, SpeechEngine, Webhook, WebhookAuth,
};
pub use variables::{VARIABLES, Variable};
