//! Owns the port to RingCentral's view of calls: commands, reading of sessions, texts. Called by the `PhoneLine` actor
//! and by the sender of texts. Repeats only what is safe to repeat; where no answer came it looks what became of it.

use super::client::Client;
use super::commands::{done, requests, session_path, shows};
use super::devices::Devices;
use super::error::Error;
use super::limits::Group;
use super::party::{read_party, text};
use super::request::Request;
use super::texts;
use jiff::Timestamp;
use maitred_actors::call::PartyStatus;
use maitred_actors::ports::PortFuture;
use maitred_actors::ports::carrier::{self, Carrier, Command, Done, PartyRef, TextSeen};
use maitred_actors::types::{PhoneNumber, SessionId};
use serde_json::Value;
use std::sync::Arc;

/// The carrier where no REST application is configured.
#[derive(Clone, Copy, Debug)]
pub struct NoCarrier;

/// The carrier by REST; clones share one client.
#[derive(Clone)]
pub struct RestCarrier(Arc<Inner>);

struct Inner {
    client: Client,
    devices: Devices,
    texts_from: Option<PhoneNumber>,
}

impl RestCarrier {
    /// Speaks through this client; `texts_from` is the number of ours that texts come from.
    pub fn new(client: Client, devices: Devices, texts_from: Option<PhoneNumber>) -> Self {
        Self(Arc::new(Inner {
            client,
            devices,
            texts_from,
        }))
    }
}

impl Carrier for RestCarrier {
    fn is_configured(&self) -> bool {
        true
    }

    fn own_extension(&self) -> PortFuture<Option<String>> {
        let inner = Arc::clone(&self.0);
        Box::pin(async move { inner.own_extension().await })
    }

    fn command(
        &self,
        party: &PartyRef,
        command: &Command,
    ) -> PortFuture<Result<Done, carrier::Error>> {
        let (inner, party, command) = (Arc::clone(&self.0), party.clone(), command.clone());
        Box::pin(async move {
            let result = inner.command(&party, &command).await;
            let label = result.as_ref().map_or_else(name_of, |_| "ok");
            tracing::info!(command = command.name(), session.id = %party.session, result = label, "call control");
            result
        })
    }

    fn session(&self, session: &SessionId) -> PortFuture<Result<Vec<PartyStatus>, carrier::Error>> {
        let (inner, session) = (Arc::clone(&self.0), session.clone());
        Box::pin(async move { inner.session(&session).await })
    }

    fn text(&self, to: &PhoneNumber, body: &str) -> PortFuture<Result<String, carrier::Error>> {
        let (inner, to, body) = (Arc::clone(&self.0), to.clone(), body.to_owned());
        Box::pin(async move { inner.text(&to, &body).await })
    }

    fn texts_since(
        &self,
        to: &PhoneNumber,
        since: Timestamp,
    ) -> PortFuture<Result<Vec<TextSeen>, carrier::Error>> {
        let (inner, to) = (Arc::clone(&self.0), to.clone());
        Box::pin(async move { texts::sent_since(&inner.client, &to, since).await })
    }
}

impl Inner {
    async fn own_extension(&self) -> Option<String> {
        let told = match self.client.owner().await {
            Ok(Some(owner)) => Ok(Some(owner)),
            Ok(None) => {
                let ours = Request::get(Group::Light, "/restapi/v1.0/account/~/extension/~");
                let answer = self.client.send(&ours.as_command()).await;
                answer.map(|answer| text(&answer["id"]))
            }
            Err(error) => Err(error),
        };
        told.unwrap_or_else(|error| {
            tracing::warn!(%error, "own extension is not known");
            None
        })
    }

    async fn command(&self, party: &PartyRef, command: &Command) -> Result<Done, carrier::Error> {
        if let Command::Press { .. } = command {
            return Err(carrier::Error::WrongState);
        }
        let device = match command {
            Command::Answer => self.devices.id().await.map_err(before_sending)?,
            _ => String::new(),
        };
        let mut asked = self.ask(requests(party, command, &device)).await;
        if *command == Command::Answer && matches!(&asked, Err(Error::Refused(_))) {
            self.devices.forget().await;
        }
        if *command == Command::HangUp && asked.as_ref().is_err_and(is_gone) {
            asked = Ok(Value::Null);
        }
        match asked.map_err(from_answer) {
            Ok(answer) => Ok(done(command, &answer)),
            Err(carrier::Error::Unsure(reason)) => self
                .look_after(party, command)
                .await
                .ok_or(carrier::Error::Unsure(reason)),
            Err(error) => Err(error),
        }
    }

    /// Asks, in the next way as long as the answer is 400.
    async fn ask(&self, ways: Vec<Request>) -> Result<Value, Error> {
        let mut answer = Ok(Value::Null);
        for way in ways {
            answer = self.client.send(&way).await;
            match &answer {
                Err(Error::Refused(refusal)) if refusal.status == 400 => {}
                _ => break,
            }
        }
        answer
    }

    /// Looks whether a command without an answer was carried out.
    async fn look_after(&self, party: &PartyRef, command: &Command) -> Option<Done> {
        let parties = match self.session(&party.session).await {
            Ok(parties) => parties,
            Err(carrier::Error::Gone) if *command == Command::HangUp => {
                return Some(Done::default());
            }
            Err(_) => return None,
        };
        shows(command, &party.party, &parties)
    }

    async fn session(&self, session: &SessionId) -> Result<Vec<PartyStatus>, carrier::Error> {
        let read = Request::get(Group::Light, session_path(session)).as_command();
        let answer = self.client.send(&read).await.map_err(from_answer)?;
        let parties = answer["parties"].as_array().into_iter().flatten();
        Ok(parties
            .filter_map(|party| read_party(session, Some(0), party, &Value::Null))
            .collect())
    }

    async fn text(&self, to: &PhoneNumber, body: &str) -> Result<String, carrier::Error> {
        let Some(from) = &self.texts_from else {
            return Err(carrier::Error::NotConfigured);
        };
        texts::send(&self.client, from, to, body).await
    }
}

impl Carrier for NoCarrier {
    fn is_configured(&self) -> bool {
        false
    }

    fn own_extension(&self) -> PortFuture<Option<String>> {
        Box::pin(std::future::ready(None))
    }

    fn command(&self, _: &PartyRef, _: &Command) -> PortFuture<Result<Done, carrier::Error>> {
        not_configured()
    }

    fn session(&self, _: &SessionId) -> PortFuture<Result<Vec<PartyStatus>, carrier::Error>> {
        not_configured()
    }

    fn text(&self, _: &PhoneNumber, _: &str) -> PortFuture<Result<String, carrier::Error>> {
        not_configured()
    }
}

fn not_configured<T: Send + 'static>() -> PortFuture<Result<T, carrier::Error>> {
    Box::pin(std::future::ready(Err(carrier::Error::NotConfigured)))
}

/// Tells whether it is the session or the party that is not there, and not, say, the extension to transfer to.
fn is_gone(error: &Error) -> bool {
    let Error::Refused(refusal) = error else {
        return false;
    };
    let about = refusal.parameter.to_ascii_lowercase();
    let names_call = about.contains("session") || about.contains("party");
    match refusal.status {
        404 => names_call || about.is_empty(),
        400 => names_call && refusal.code == "CMN-102",
        _ => false,
    }
}

/// Translates what came of a command that was sent.
pub(super) fn from_answer(error: Error) -> carrier::Error {
    if is_gone(&error) {
        return carrier::Error::Gone;
    }
    match error {
        Error::Refused(refusal) => match (refusal.status, refusal.code.as_str()) {
            (_, "TAS-101" | "TAS-102") | (409, _) => carrier::Error::WrongState,
            (429 | 503, _) => carrier::Error::Unavailable(refusal.to_string()),
            (500.., _) => carrier::Error::Unsure(refusal.to_string()),
            (status, _) => carrier::Error::Refused {
                status,
                code: refusal.code,
            },
        },
        Error::NoAnswer(_) | Error::Unreadable(_) => carrier::Error::Unsure(error.to_string()),
        Error::Unreachable(_) | Error::Limited(_) | Error::Missing(_) => before_sending(error),
    }
}

/// Translates what kept a command from being sent.
fn before_sending(error: Error) -> carrier::Error {
    carrier::Error::Unavailable(error.to_string())
}

fn name_of(error: &carrier::Error) -> &'static str {
    match error {
        carrier::Error::NotConfigured => "not_configured",
        carrier::Error::Gone => "gone",
        carrier::Error::WrongState => "wrong_state",
        carrier::Error::Refused { .. } => "refused",
        carrier::Error::Unavailable(_) => "unavailable",
        carrier::Error::Unsure(_) => "unsure",
    }
}
