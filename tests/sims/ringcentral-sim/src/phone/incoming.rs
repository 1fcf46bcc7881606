//! What a telephone answers to requests from the other side.
//!
//! Owns INVITE, ACK, BYE, CANCEL, UPDATE, REFER, NOTIFY and OPTIONS as a server; the agent calls it. It never
//! starts anything, except the NOTIFYs that a REFER asks for and the BYE after them.

use super::agent::{Agent, Phase};
use super::events::{End, PhoneEvent};
use super::negotiation::Change;
use super::plan::ReferReaction;
use crate::sip::values::{tag_of, uri_of};
use crate::sip::{Flow, Message};

pub(super) const ALLOW: &str =
    "PRACK, INVITE, ACK, BYE, CANCEL, UPDATE, INFO, SUBSCRIBE, NOTIFY, REFER, MESSAGE, OPTIONS";
/// Names session and party of an outbound call; the vendor's SDK finds it in this spelling only.
pub(crate) const API_IDS: &str = "p-rc-api-ids";
const SUPPORTED: &str = "replaces, timer";
const SDP: &str = "application/sdp";

impl Agent {
    pub async fn on_request(&mut self, request: Message, flow: Flow) {
        if request.method() == "ACK" {
            self.on_ack(&request);
            return;
        }
        if let Some(bytes) = self.transactions.kept_answer(&request) {
            flow.send(bytes).await;
            return;
        }
        if self.phase == Phase::Over {
            self.respond(&request, &flow, 481, "Call/Transaction Does Not Exist")
                .await;
            return;
        }
        match request.method() {
            "BYE" => {
                self.respond(&request, &flow, 200, "OK").await;
                self.end(End::RemoteHungUp);
            }
            "INVITE" => self.on_reinvite(request, flow).await,
            "UPDATE" => self.on_update(request, flow).await,
            "CANCEL" => self.on_cancel(&request, &flow).await,
            "REFER" => self.on_refer(&request, &flow).await,
            "NOTIFY" => {
                self.respond(&request, &flow, 200, "OK").await;
                let text = String::from_utf8_lossy(&request.body);
                self.log.push(PhoneEvent::Notified(
                    text.lines().next().unwrap_or_default().to_owned(),
                ));
            }
            "OPTIONS" | "INFO" | "MESSAGE" | "PRACK" => {
                self.respond(&request, &flow, 200, "OK").await;
                self.log
                    .push(PhoneEvent::Served(request.method().to_owned()));
            }
            _ => {
                self.respond(&request, &flow, 405, "Method Not Allowed")
                    .await
            }
        }
    }

    /// Rings with a description, so that the caller hears the network before the answer.
    pub async fn ring_early(&mut self) {
        let Some((invite, flow)) = self.their_invite.clone() else {
            return;
        };
        let offered = self.negotiation.answer(&invite.body, self.media.address());
        let Some((text, aim, _)) = offered else {
            self.their_invite = None;
            self.respond(&invite, &flow, 488, "Not Acceptable Here")
                .await;
            self.end(End::NoMedia);
            return;
        };
        self.aim(aim);
        self.early = Some(text.clone());
        let response = self.response(&invite, 183, "Session Progress");
        self.reply(&invite, &flow, &response.with_body(SDP, text))
            .await;
    }

    /// Answers the call that rings.
    pub async fn answer_call(&mut self) {
        let Some((invite, flow)) = self.their_invite.take() else {
            return;
        };
        self.phase = Phase::Up;
        if self.accept_offer(&invite, &flow).await.is_none() {
            self.respond(&invite, &flow, 488, "Not Acceptable Here")
                .await;
            self.end(End::NoMedia);
            return;
        }
        self.log.push(PhoneEvent::Answered);
    }

    /// Refuses the call that rings.
    pub async fn refuse_call(&mut self, code: u16, end: End) {
        let Some((invite, flow)) = self.their_invite.take() else {
            return;
        };
        self.respond(&invite, &flow, code, reason(code)).await;
        self.end(end);
    }

    /// Sends a response without a body.
    pub async fn respond(&mut self, request: &Message, flow: &Flow, code: u16, reason: &str) {
        let response = self.response(request, code, reason);
        self.reply(request, flow, &response).await;
    }

    fn response(&self, request: &Message, code: u16, reason: &str) -> Message {
        let tag = (code > 100).then(|| tag_of(&self.dialog.local)).flatten();
        let response = Message::response_to(request, code, reason, tag)
            .with("Contact", &self.dialog.contact)
            .with("Allow", ALLOW)
            .with("Supported", SUPPORTED);
        // The edge names the call in the INVITE that it passes on.
        match request.header(API_IDS).filter(|_| code > 100) {
            Some(ids) => response.with(API_IDS, ids),
            None => response,
        }
    }

    fn on_ack(&mut self, ack: &Message) {
        self.transactions
            .acknowledged(ack.cseq().map_or(0, |(number, _)| number));
        if self.offer_in_response && !ack.body.is_empty() {
            self.offer_in_response = false;
            if let Some(aim) = self.negotiation.accept(&ack.body) {
                self.aim(aim);
            }
        }
    }

    async fn on_reinvite(&mut self, request: Message, flow: Flow) {
        if self.invite.is_some() || self.their_invite.is_some() {
            self.respond(&request, &flow, 491, "Request Pending").await;
            return;
        }
        self.dialog.learn(&request);
        match self.accept_offer(&request, &flow).await {
            Some(change) => self.note(change, "INVITE"),
            None => {
                self.respond(&request, &flow, 488, "Not Acceptable Here")
                    .await
            }
        }
    }

    async fn on_update(&mut self, request: Message, flow: Flow) {
        self.dialog.learn(&request);
        if request.body.is_empty() {
            let response = with_timer(self.response(&request, 200, "OK"), &request);
            self.reply(&request, &flow, &response).await;
            self.log.push(PhoneEvent::Served("UPDATE".to_owned()));
            return;
        }
        match self.accept_offer(&request, &flow).await {
            Some(change) => self.note(change, "UPDATE"),
            None => {
                self.respond(&request, &flow, 488, "Not Acceptable Here")
                    .await
            }
        }
    }

    /// Sends the 200 with the answer to the request's offer, or with an offer if it brought none.
    async fn accept_offer(&mut self, request: &Message, flow: &Flow) -> Option<Change> {
        let none = Change {
            held: None,
            moved: None,
        };
        let (text, change) = if let Some(text) = self.early.take() {
            (text, none)
        } else if request.body.is_empty() {
            self.offer_in_response = true;
            (self.negotiation.offer(self.media.address()), none)
        } else {
            let (text, aim, change) = self
                .negotiation
                .answer(&request.body, self.media.address())?;
            self.aim(aim);
            (text, change)
        };
        let response = with_timer(self.response(request, 200, "OK"), request).with_body(SDP, text);
        self.reply(request, flow, &response).await;
        Some(change)
    }

    fn note(&mut self, change: Change, method: &str) {
        match change.held {
            Some(true) => self.log.push(PhoneEvent::Held),
            Some(false) => self.log.push(PhoneEvent::Resumed),
            None => {}
        }
        if let Some(address) = change.moved {
            self.log.push(PhoneEvent::Moved(address));
        }
        if change.held.is_none() && change.moved.is_none() {
            self.log.push(PhoneEvent::Served(method.to_owned()));
        }
    }

    async fn on_cancel(&mut self, request: &Message, flow: &Flow) {
        self.respond(request, flow, 200, "OK").await;
        self.refuse_call(487, End::Cancelled).await;
    }

    async fn on_refer(&mut self, request: &Message, flow: &Flow) {
        let to = uri_of(request.header("Refer-To").unwrap_or_default()).to_owned();
        if let ReferReaction::Refuse(code) = self.refer {
            self.respond(request, flow, code, reason(code)).await;
            self.log.push(PhoneEvent::Referred { to });
            return;
        }
        self.respond(request, flow, 202, "Accepted").await;
        self.notify("SIP/2.0 100 Trying", "active;expires=60").await;
        self.log.push(PhoneEvent::Referred { to });
        match self.refer {
            ReferReaction::Fail(code) => self.report_refer(code, false).await,
            ReferReaction::Accept { then_hang_up } => self.report_refer(200, then_hang_up).await,
            ReferReaction::Connect | ReferReaction::Refuse(_) => {}
        }
    }

    /// Reports the outcome of a transfer, and leaves the line afterwards if that is wanted.
    pub async fn report_refer(&mut self, code: u16, then_hang_up: bool) {
        let line = format!("SIP/2.0 {code} {}", reason(code));
        self.notify(&line, "terminated;reason=noresource").await;
        if then_hang_up {
            self.hang_up().await;
        }
    }

    async fn notify(&mut self, line: &str, state: &str) {
        let notify = self.dialog.request("NOTIFY", &self.link.flow);
        let notify = notify
            .with("Event", "refer")
            .with("Subscription-State", state)
            .with_body("message/sipfrag;version=2.0", format!("{line}\r\n"));
        self.send_request(&notify).await;
    }
}

/// Accepts the session timer that was asked for; the other side refreshes (RFC 4028 section 9).
fn with_timer(response: Message, request: &Message) -> Message {
    match request.header("Session-Expires") {
        Some(value) if value.contains("refresher=uac") => response
            .with("Session-Expires", value)
            .with("Require", "timer"),
        _ => response,
    }
}

/// Finds the reason phrase of a status code.
pub(super) fn reason(code: u16) -> &'static str {
    match code {
        200 => "OK",
        404 => "Not Found",
        408 => "Request Timeout",
        480 => "Temporarily Unavailable",
        481 => "Call/Transaction Does Not Exist",
        486 => "Busy Here",
        487 => "Request Terminated",
        503 => "Service Unavailable",
        603 => "Decline",
        _ => "Refused",
    }
}
