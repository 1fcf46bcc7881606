//! The thread beside a call from outside: tells the exchange what happens on the line, and the line what REST
//! asks for.
//!
//! Owns which party the line stands for; the service starts it. It ends with the call.

use std::ops::ControlFlow;

use serde_json::Value;
use tokio::sync::mpsc;

use super::network::Network;
use crate::phone::{Consultation, End, Events, Line, PhoneEvent};
use crate::rest::Effect;
use crate::wav;
use crate::webhook::{Endpoint, Party, PartyState, Session};

const TARGETS: [&str; 3] = ["phoneNumber", "extensionNumber", "extensionId"];
/// Is no party: the caller waits.
const NOBODY: u32 = 0;
/// Says to answer at once, as the service does after REST `answer`.
pub(super) const ANSWER_NOW: [(&str, &str); 2] = [
    ("Alert-Info", "Auto Answer"),
    (
        "Call-Info",
        "<906014000_10000000@10.13.0.1>;purpose=info;Answer-After=0",
    ),
];

pub(super) struct Follower {
    network: Network,
    session: Session,
    line: Line,
    effects: mpsc::UnboundedReceiver<Effect>,
    /// Counts the party that the line stands for: ours, or whoever the call went to.
    party: u32,
    /// Is ringing because the device asked for a transfer by REFER.
    referral: Option<Referral>,
}

struct Referral {
    ringing: Consultation,
    party: u32,
}

impl Follower {
    pub fn new(
        network: Network,
        session: Session,
        line: Line,
        effects: mpsc::UnboundedReceiver<Effect>,
    ) -> Self {
        let party = session.extension_party;
        Self {
            network,
            session,
            line,
            effects,
            party,
            referral: None,
        }
    }

    pub async fn run(mut self, mut events: Events) {
        let mut end = None;
        loop {
            tokio::select! {
                Some(effect) = self.effects.recv() => self.obey(effect).await,
                happened = events.next() => match happened {
                    Some(happened) => if let ControlFlow::Break(how) = self.note(happened.event).await {
                        end = Some(how);
                        break;
                    },
                    None => break,
                },
                happened = of_referral(&mut self.referral) => self.note_referral(happened),
            }
        }
        let id = self.id();
        self.network.forget(&id);
        let audio = self.line.recorded();
        if !audio.spoken.is_empty() {
            let file = wav::write(&[&audio.spoken, &audio.heard]);
            self.network.exchange.fill_recordings(&id, &file.into());
        }
        let caller_left = matches!(end, Some(End::HungUp | End::Cancelled) | None);
        let first = match caller_left {
            true => Party::Caller,
            false => Party::Extension,
        };
        let reason = match end {
            Some(End::Refused(486)) if self.party != self.session.extension_party => {
                Some("TargetBusy")
            }
            _ => None,
        };
        self.network.exchange.end_session(&id, first, reason);
    }

    fn id(&self) -> String {
        self.session.telephony_session_id.clone()
    }

    fn set(&self, number: u32, code: &str, reason: Option<&str>) {
        self.network.exchange.update(&self.id(), number, |party| {
            code.clone_into(&mut party.code);
            party.reason = reason.map(str::to_owned);
        });
    }

    /// Lets a party ring that has not rung before.
    fn ring(&self, number: u32) {
        if self.network.exchange.is_set_up(&self.id(), number) {
            self.set(number, "Proceeding", None);
        }
    }

    async fn obey(&mut self, effect: Effect) {
        match effect {
            Effect::EndLeg => self.line.hang_up(),
            Effect::AnswerOn(party) => self.ring_again(party).await,
            Effect::Redirected(body) => self.redirect(&body).await,
            Effect::Wait(name) => {
                self.party = NOBODY;
                self.line.wait(&name);
            }
            Effect::Bridge(other) => {
                if let Some(other) = self.network.line(&other) {
                    self.line.patch(&other, ("the caller", "the person"));
                }
            }
        }
    }

    /// Cancels the ringing and rings the device again with the request to answer at once.
    async fn ring_again(&mut self, party: u32) {
        let Some(mut plan) = self.network.to_device() else {
            return;
        };
        plan.from_number = self.session.from.clone().unwrap_or_default();
        plan.from_name = Some(self.session.from_name.clone());
        plan.to_user.clone_from(&self.session.to);
        plan.headers
            .extend(ANSWER_NOW.map(|(name, value)| (name.to_owned(), value.to_owned())));
        if let Ok(call_id) = self.line.redial(&plan, "the device").await {
            self.party = party;
            let id = self.id();
            self.network.remember(&id, self.line.clone(), &call_id);
            self.network.exchange.set_call_id(&id, party, &call_id);
        }
    }

    /// Rings whom the request names, or ends the leg where no such phone is known.
    async fn redirect(&mut self, body: &Value) {
        let named = TARGETS.iter().find_map(|name| body[*name].as_str());
        let plan = named.and_then(|number| Some((number, self.network.to_phone(number)?)));
        let Some((number, mut plan)) = plan else {
            self.line.hang_up();
            return;
        };
        plan.from_number = self.session.from.clone().unwrap_or_default();
        plan.from_name = Some(self.session.from_name.clone());
        self.party = self.join(number);
        if self.line.redial(&plan, number).await.is_err() {
            self.line.hang_up();
        }
    }

    /// Adds whoever the call goes to as the next party.
    fn join(&self, number: &str) -> u32 {
        let caller = self.session.party(Party::Caller);
        let party = PartyState {
            inbound: true,
            from: caller.from,
            to: Endpoint::number(number),
            ..PartyState::default()
        };
        let joined = self.network.exchange.join(&self.id(), party);
        self.set(joined, "Setup", None);
        joined
    }

    async fn note(&mut self, event: PhoneEvent) -> ControlFlow<End> {
        match event {
            // Some devices say that they are trying, and never that they ring.
            PhoneEvent::Ringing | PhoneEvent::Progress(_) => self.ring(self.party),
            PhoneEvent::Answered => self.set(self.party, "Answered", None),
            PhoneEvent::Referred { to } => self.refer(&to).await,
            // The service does not wait for a device to confirm that the caller is gone.
            PhoneEvent::Left => return ControlFlow::Break(End::HungUp),
            PhoneEvent::Ended(how) => return ControlFlow::Break(how),
            _ => {}
        }
        ControlFlow::Continue(())
    }

    /// Carries out a REFER of the device: with `Replaces` the two calls are connected, else the number is rung.
    async fn refer(&mut self, to: &str) {
        let (uri, headers) = to.split_once('?').unwrap_or((to, ""));
        let replaced = headers
            .split('&')
            .find_map(|pair| pair.strip_prefix("Replaces="))
            .map(|value| {
                value
                    .replace("%3B", ";")
                    .replace("%3b", ";")
                    .replace("%40", "@")
            });
        if let Some(replaced) = replaced {
            let call_id = replaced.split(';').next().unwrap_or_default();
            let other = self.network.session_of(call_id);
            let Some((other, line)) =
                other.and_then(|other| Some((other.clone(), self.network.line(&other)?)))
            else {
                return self.line.report_refer(481);
            };
            self.line.report_refer(200);
            self.network.exchange.attend(&self.id(), &other);
            self.line.patch(&line, ("the caller", "the person"));
            return;
        }
        let rest = uri.split_once(':').map_or("", |(_, rest)| rest);
        let number = rest.split(['@', ';']).next().unwrap_or_default().to_owned();
        let Some(mut plan) = self.network.to_phone(&number) else {
            // Whom nobody simulates takes the call, and nobody hears of it.
            self.line.report_refer(200);
            let ours = self.session.extension_party;
            self.set(ours, "Disconnected", Some("BlindTransfer"));
            return self.line.hang_up();
        };
        plan.from_number = self.session.from.clone().unwrap_or_default();
        let Ok(ringing) = self.line.consult(&plan).await else {
            return self.line.report_refer(503);
        };
        let party = self.join(&number);
        self.referral = Some(Referral { ringing, party });
    }

    fn note_referral(&mut self, event: Option<PhoneEvent>) {
        let Some(Referral { ringing, party }) = self.referral.take() else {
            return;
        };
        match event {
            Some(PhoneEvent::Answered) => {
                self.line.report_refer(200);
                let ours = self.session.extension_party;
                self.set(ours, "Disconnected", Some("BlindTransfer"));
                self.set(party, "Answered", None);
                self.party = party;
                return self.line.move_to(ringing, "the person");
            }
            Some(PhoneEvent::Ended(how)) => {
                let code = match how {
                    End::Refused(code) => code,
                    _ => 480,
                };
                self.line.report_refer(code);
                return self.set(party, "Disconnected", Some("TargetBusy"));
            }
            Some(PhoneEvent::Ringing | PhoneEvent::Progress(_)) => self.ring(party),
            Some(_) | None => {}
        }
        self.referral = Some(Referral { ringing, party });
    }
}

async fn of_referral(referral: &mut Option<Referral>) -> Option<PhoneEvent> {
    match referral {
        Some(referral) => referral
            .ringing
            .events
            .next()
            .await
            .map(|happened| happened.event),
        None => std::future::pending().await,
    }
}
