//! Owns the keeping of the subscription: looks at the list, does what `what_to_do` says, looks again, for as long as
//! the server runs. Started by `app` once HTTP is served, because RingCentral tries the address before it says yes.

use super::client::Client;
use super::error::Error;
use super::limits::Group;
use super::request::Request;
use super::standing::Standing;
use super::subscription::{LIFE, Listed, Step, Wanted, what_to_do};
use crate::adapters::{backoff, clock};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const PATH: &str = "/restapi/v1.0/subscription";
/// Steps of one look; more leftovers wait for the next.
const STEPS_MAX: usize = 20;
/// What is wrong with a subscription that brings no calls.
const DEAF: &str = "the filter for telephony sessions was refused; has the application the CallControl permission?";

/// How often the keeper looks.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// Between two looks when all is well: a subscription can be blacklisted or deleted at any time.
    pub look_every: Duration,
    /// After the first failure; doubled with each, up to `look_every`.
    pub first_wait: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            look_every: Duration::from_secs(120),
            first_wait: Duration::from_secs(1),
        }
    }
}

/// Keeps exactly one subscription with our address.
pub struct Keeper {
    client: Client,
    wanted: Wanted,
    timing: Timing,
    standing: Standing,
    granted: Duration,
    /// Whether this keeper made one, so that its token is ours.
    has_made: bool,
    /// Whether one that was adopted brings a token that is not ours. The list does not show tokens.
    mistrusts: bool,
}

impl Keeper {
    /// Makes a keeper that has done nothing yet.
    pub fn new(client: Client, wanted: Wanted, timing: Timing, standing: Standing) -> Self {
        Self {
            client,
            wanted,
            timing,
            standing,
            granted: LIFE,
            has_made: false,
            mistrusts: false,
        }
    }

    /// Keeps the subscription until told to stop; it is left in place then, for the next start to adopt.
    pub async fn keep(mut self, stop: CancellationToken) {
        let mut failures = 0;
        loop {
            let look = tokio::select! {
                () = stop.cancelled() => return,
                look = self.look() => look,
            };
            let wait = match look {
                Ok(renew_in) => {
                    failures = 0;
                    renew_in.min(self.timing.look_every)
                }
                Err(error) => {
                    failures += 1;
                    tracing::warn!(%error, failures, "subscription could not be seen to");
                    self.standing.failed(error.to_string());
                    let Timing {
                        look_every,
                        first_wait,
                    } = self.timing;
                    backoff::wait(failures, first_wait, look_every, clock::random())
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep_until(tokio::time::Instant::now() + wait) => {}
                // Once at most: anybody can send a wrong token.
                () = self.standing.wrong_token(), if !self.has_made && !self.mistrusts => {
                    tracing::warn!("deliveries carry another verification token: making a new subscription");
                    self.mistrusts = true;
                }
            }
        }
    }

    /// Looks and acts until all is well; gives the time until it is to be renewed. A step that has to be done twice did
    /// not help, and is left to the next look.
    async fn look(&mut self) -> Result<Duration, Error> {
        let mut done = Vec::new();
        while done.len() < STEPS_MAX {
            let answer = self.client.send(&Request::get(Group::Light, PATH)).await?;
            let mut listed = Listed::read_all(&answer);
            if self.mistrusts {
                listed.iter_mut().for_each(|one| one.is_active = false);
            }
            let step = what_to_do(&self.wanted, self.granted, &listed);
            if let Step::Keep {
                id,
                renew_in,
                expires_in,
            } = step
            {
                self.standing.kept(expires_in);
                if listed.iter().any(|one| one.id == id && one.is_deaf()) {
                    self.standing.failed(DEAF.to_owned());
                }
                return Ok(renew_in);
            }
            if done.contains(&step) {
                return Err(Error::Unreadable(format!("{step:?} did not help")));
            }
            self.perform(&step).await?;
            done.push(step);
        }
        Err(Error::Unreadable(format!(
            "{STEPS_MAX} steps did not lead to one subscription"
        )))
    }

    async fn perform(&mut self, step: &Step) -> Result<(), Error> {
        match step {
            Step::Create => {
                self.standing.lost();
                let request = Request::post(Group::Medium, PATH, Some(self.wanted.body()));
                let made = self.client.send(&request).await?;
                (self.has_made, self.mistrusts) = (true, false);
                self.note_granted("created", &made);
                match Listed::read(&made) {
                    Some(odd) if !odd.has_our_filters() => {
                        self.delete(&odd.id).await?;
                        let reason = format!("asked for our filters, was given {:?}", odd.filters);
                        return Err(Error::Unreadable(reason));
                    }
                    _ => {}
                }
            }
            Step::Delete(id) => self.delete(id).await?,
            Step::Renew(id) => {
                let path = format!("{PATH}/{id}/renew");
                let request = Request::post(Group::Light, path, None).repeatable();
                match self.client.send(&request).await {
                    Ok(renewed) => self.note_granted("renewed", &renewed),
                    // The next look finds it gone.
                    Err(error) if error.is_gone() => {}
                    Err(error) => return Err(error),
                }
            }
            Step::Keep { .. } => {}
        }
        Ok(())
    }

    async fn delete(&self, id: &str) -> Result<(), Error> {
        let request = Request::delete(Group::Medium, format!("{PATH}/{id}"));
        match self.client.send(&request).await {
            Err(error) if !error.is_gone() => Err(error),
            _ => {
                tracing::info!(subscription.id = id, "subscription deleted");
                Ok(())
            }
        }
    }

    fn note_granted(&mut self, what: &'static str, answer: &serde_json::Value) {
        if let Some(listed) = Listed::read(answer).filter(|one| !one.expires_in.is_zero()) {
            self.granted = listed.expires_in;
            tracing::info!(
                subscription.id = listed.id,
                seconds = listed.expires_in.as_secs(),
                "subscription {what}"
            );
        }
    }
}
