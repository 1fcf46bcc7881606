//! Owns the judgement whether a caller could be served now, part by part with the reason. Called by `/ready` and `/metrics`.
//! Asks with a deadline, and changes nothing.

use super::routes::Ingress;
use crate::adapters::clock::SystemClock;
use crate::adapters::ringcentral::{AccountStanding, Subscribed};
use crate::config::FileProblem;
use maitred_actors::ports::clock::Clock as _;
use maitred_actors::registry::Role;
use maitred_actors::speech_desk::SpeechDeskMsg;
use maitred_actors::switchboard::{Standing, SwitchboardMsg};
use std::time::Duration;
use tokio::sync::oneshot;

/// Time in which the database and an actor must answer.
const ANSWER_WAIT: Duration = Duration::from_secs(1);

/// How a part stands: good, or why not.
pub(super) type Check = Result<(), String>;

/// How everything stands.
pub(super) struct Readiness {
    /// Parts without which no caller can be served.
    pub needed: [(&'static str, Check); 4],
    /// Parts without which a caller is served all the same, because the call itself comes by SIP.
    pub helpful: [(&'static str, Check); 5],
    /// Calls that are live.
    pub calls: usize,
}

impl Readiness {
    /// Looks at every part.
    pub async fn look(ingress: &Ingress) -> Self {
        let (database, standing, resting) =
            tokio::join!(database(ingress), standing(ingress), resting(ingress));
        let (recognisers, voices) = &ingress.speech;
        Self {
            needed: [
                ("database", database),
                ("line", line(ingress, standing.as_ref())),
                ("recogniser", provider("recogniser", recognisers, &resting)),
                ("voice", provider("voice", voices, &resting)),
            ],
            helpful: [
                ("webhooks", webhooks(ingress)),
                ("subscription", subscription(ingress)),
                ("business", business(ingress)),
                ("settings", settings(ingress)),
                ("language_model", language_model(ingress)),
            ],
            calls: standing.map_or(0, |standing| standing.calls),
        }
    }

    /// Tells whether a caller could be served.
    pub fn is_ready(&self) -> bool {
        self.needed.iter().all(|(_, check)| check.is_ok())
    }

    /// Gives every part.
    pub fn parts(self) -> impl Iterator<Item = (&'static str, Check)> {
        self.needed.into_iter().chain(self.helpful)
    }
}

async fn database(ingress: &Ingress) -> Check {
    if ingress.queue.is_saturated() {
        return Err(format!(
            "{} journal entries wait to be written",
            ingress.queue.backlog()
        ));
    }
    if ingress.metrics.journal_fails() {
        return Err("the journal cannot be written; it is tried again".to_owned());
    }
    match tokio::time::timeout(ANSWER_WAIT, ingress.database.ping()).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err("does not answer".to_owned()),
    }
}

fn line(ingress: &Ingress, standing: Option<&Standing>) -> Check {
    match standing {
        None => Err("switchboard does not answer".to_owned()),
        Some(standing) if standing.closing => Err("server is closing".to_owned()),
        Some(standing) if ingress.registers && standing.registered != Some(true) => {
            let problem = ingress.account.as_ref().and_then(AccountStanding::problem);
            Err(problem.map_or_else(
                || "not registered with the SIP server".to_owned(),
                |reason| format!("no account to register: {reason}"),
            ))
        }
        Some(_) => Ok(()),
    }
}

/// Tells whether one of the providers of a kind is worth asking: a call is admitted by the same rule.
fn provider(kind: &str, names: &[&'static str], resting: &[&'static str]) -> Check {
    if names.is_empty() {
        return Err(format!("no {kind} is configured"));
    }
    if names.iter().all(|name| resting.contains(name)) {
        let names = names.join(", ");
        return Err(format!(
            "{names}: failed again and again, left alone for a while"
        ));
    }
    Ok(())
}

fn webhooks(ingress: &Ingress) -> Check {
    if ingress.authenticator.is_configured() {
        Ok(())
    } else {
        Err(
            "every delivery is refused: set RC_WEBHOOK_SECRET or RC_WEBHOOK_VERIFICATION_TOKEN"
                .to_owned(),
        )
    }
}

fn subscription(ingress: &Ingress) -> Check {
    match ingress.subscription.get() {
        Subscribed::Kept => Ok(()),
        Subscribed::NotConfigured(missing) => Err(format!("not configured: {missing}")),
        Subscribed::NotYet => Err("not looked at yet".to_owned()),
        Subscribed::Failed(reason) => Err(reason),
    }
}

fn business(ingress: &Ingress) -> Check {
    all_taken("profile", &ingress.profile.refused())
}

fn settings(ingress: &Ingress) -> Check {
    all_taken("settings", &ingress.settings.standing().refused)
}

fn all_taken(what: &str, refused: &[FileProblem]) -> Check {
    let told: Vec<String> = refused.iter().map(ToString::to_string).collect();
    if told.is_empty() {
        Ok(())
    } else {
        let told = told.join("; ");
        Err(format!(
            "changed {what} refused, the one before holds: {told}"
        ))
    }
}

/// Tells whether the language model is worth asking. Without one, calls go by the grammar alone.
fn language_model(ingress: &Ingress) -> Check {
    match &ingress.model {
        None => Err("not configured: LLM_URL is not set".to_owned()),
        Some(model) if !model.serves(SystemClock.now()) => Err(format!(
            "{}: failed again and again, left alone for a while",
            model.name()
        )),
        Some(_) => Ok(()),
    }
}

async fn standing(ingress: &Ingress) -> Option<Standing> {
    let (reply, answer) = oneshot::channel();
    let ask = SwitchboardMsg::Stand(reply);
    ingress.registry.tell(Role::Switchboard, ask);
    tokio::time::timeout(ANSWER_WAIT, answer).await.ok()?.ok()
}

/// Names the providers that are left alone now; a speech desk that is being started again knows of none.
async fn resting(ingress: &Ingress) -> Vec<&'static str> {
    let (reply, answer) = oneshot::channel();
    let ask = SpeechDeskMsg::Resting(reply);
    ingress.registry.tell(Role::SpeechDesk, ask);
    match tokio::time::timeout(ANSWER_WAIT, answer).await {
        Ok(Ok(names)) => names,
        Ok(Err(_)) | Err(_) => Vec::new(),
    }
}
