//! What a telephone asks for, and what it does with the responses.
//!
//! Owns INVITE, ACK, CANCEL, BYE and REFER as a client; the agent calls it. It never answers a request.

use super::agent::{Agent, Phase};
use super::events::{End, PhoneEvent};
use crate::sip::Message;
use crate::sip::digest::Parameters;
use crate::sip::message::Start;

impl Agent {
    /// Sends the first INVITE; `delayed` leaves the offer to the other side.
    pub async fn call(&mut self, headers: &[(String, String)], delayed: bool) {
        let mut invite = self.dialog.request("INVITE", &self.link.flow);
        for (name, value) in headers {
            invite.push(name, value);
        }
        invite.push("Allow", super::incoming::ALLOW);
        if !delayed {
            let offer = self.negotiation.offer(self.media.address());
            invite = invite.with_body("application/sdp", offer);
        }
        self.offer_in_response = delayed;
        self.send_invite(invite).await;
    }

    /// Offers the session as it should be from now on.
    pub async fn reinvite(&mut self) {
        let offer = self.negotiation.offer(self.media.address());
        let invite = self
            .dialog
            .request("INVITE", &self.link.flow)
            .with_body("application/sdp", offer);
        self.offer_in_response = false;
        self.send_invite(invite).await;
    }

    async fn send_invite(&mut self, invite: Message) {
        let flow = self.send_request(&invite).await;
        self.invite = Some((invite, flow));
    }

    /// Gives up an unanswered call; CANCEL waits for a provisional response (RFC 3261 section 9.1).
    pub async fn cancel(&mut self) {
        if !self.cancelling && !self.is_handed_over() {
            self.log.push(PhoneEvent::Left);
        }
        self.cancelling = true;
        if !self.provisional {
            return;
        }
        let Some((invite, flow)) = self.invite.clone() else {
            return;
        };
        let cancel = self.beside("CANCEL", &invite, invite.header("To").unwrap_or_default());
        flow.send(&cancel.to_bytes()).await;
        self.transactions
            .sent(&cancel, &flow, std::time::Instant::now());
    }

    /// Hangs up an answered call.
    pub async fn hang_up(&mut self) {
        let bye = self.dialog.request("BYE", &self.link.flow);
        self.phase = Phase::Leaving;
        if !self.is_handed_over() && !self.cancelling {
            self.log.push(PhoneEvent::Left);
        }
        self.send_request(&bye).await;
    }

    /// Asks the other side to call somebody else (RFC 3515).
    pub async fn send_refer(&mut self, to: &str) {
        let by = self.dialog.local.clone();
        let refer = self.dialog.request("REFER", &self.link.flow);
        let refer = refer
            .with("Refer-To", &format!("<{to}>"))
            .with("Referred-By", &by);
        self.send_request(&refer).await;
    }

    pub async fn on_response(&mut self, response: Message, code: u16) {
        let expected = self.transactions.answered(&response);
        match response.method() {
            "INVITE" if expected => self.on_invite_response(response, code).await,
            "INVITE" if code >= 200 => self.acknowledge_again(&response).await,
            "BYE" if expected && code >= 200 => self.end(End::HungUp),
            "REFER" if expected && code >= 200 => self.log.push(PhoneEvent::ReferAnswered(code)),
            _ => {}
        }
    }

    async fn on_invite_response(&mut self, response: Message, code: u16) {
        let first = self.phase == Phase::Calling;
        match code {
            ..200 => self.on_provisional(&response, code, first).await,
            200..300 => self.on_accepted(response, first).await,
            _ => self.on_refused(&response, code, first).await,
        }
    }

    async fn on_provisional(&mut self, response: &Message, code: u16, first: bool) {
        if !first {
            return;
        }
        if !self.provisional {
            self.provisional = true;
            if self.cancelling {
                self.cancel().await;
            }
        }
        if !response.body.is_empty()
            && !self.shares_media
            && let Some(aim) = self.negotiation.accept(&response.body)
        {
            self.aim(aim);
        }
        match code {
            180 => self.log.push(PhoneEvent::Ringing),
            _ => self.log.push(PhoneEvent::Progress(code)),
        }
    }

    async fn on_accepted(&mut self, response: Message, first: bool) {
        self.invite = None;
        self.dialog.learn(&response);
        if first {
            if let Some(to) = response.header("To") {
                to.clone_into(&mut self.dialog.remote);
            }
            let routes = response
                .headers
                .iter()
                .filter(|(name, _)| name.eq_ignore_ascii_case("Record-Route"));
            self.dialog.routes = routes.rev().map(|(_, value)| value.clone()).collect();
        }
        let (aim, answer) = if self.offer_in_response {
            let answered = self
                .negotiation
                .answer(&response.body, self.media.address());
            answered.map_or((None, None), |(answer, aim, _)| (Some(aim), Some(answer)))
        } else {
            (self.negotiation.accept(&response.body), None)
        };
        let cseq = response.cseq().map_or(0, |(number, _)| number);
        let mut ack = self.dialog.ack(cseq, &self.link.flow);
        if let Some(answer) = answer {
            ack = ack.with_body("application/sdp", answer);
        }
        let flow = self.dialog.way(&self.link.flow);
        flow.send(&ack.to_bytes()).await;
        self.last_ack = Some((cseq, flow, ack.to_bytes()));
        let usable = aim.is_some();
        if let Some(aim) = aim {
            self.aim(aim);
        }
        if first {
            self.phase = Phase::Up;
            if !self.is_handed_over() {
                self.log.push(PhoneEvent::Answered);
            }
            if self.cancelling {
                self.hang_up().await;
            } else if !usable {
                self.hang_up().await;
                self.end(End::NoMedia);
            }
        } else {
            self.log.push(if usable {
                PhoneEvent::Changed
            } else {
                PhoneEvent::ChangeRefused(488)
            });
        }
    }

    async fn on_refused(&mut self, response: &Message, code: u16, first: bool) {
        let Some((invite, flow)) = self.invite.take() else {
            return;
        };
        let ack = self.beside("ACK", &invite, response.header("To").unwrap_or_default());
        flow.send(&ack.to_bytes()).await;
        let cseq = invite.cseq().map_or(0, |(number, _)| number);
        self.last_ack = Some((cseq, flow, ack.to_bytes()));
        if code == 407 && self.call_with_credentials(response, &invite).await {
            return;
        }
        match (first, code) {
            (true, 487) if self.cancelling => self.end(End::Cancelled),
            (true, _) => self.end(End::Refused(code)),
            (false, 481) => {
                self.log.push(PhoneEvent::ChangeRefused(code));
                self.end(End::RemoteHungUp);
            }
            (false, _) => self.log.push(PhoneEvent::ChangeRefused(code)),
        }
    }

    /// Sends the first INVITE again with the credentials, if there are some that were not refused yet.
    async fn call_with_credentials(&mut self, response: &Message, invite: &Message) -> bool {
        let challenge = response
            .header("Proxy-Authenticate")
            .and_then(Parameters::parse);
        let Some((challenge, account)) = challenge.zip(self.credentials.take()) else {
            return false;
        };
        let authorization = account.authorization(&challenge, "INVITE");
        let mut again = self.dialog.request("INVITE", &self.link.flow);
        let fresh: Vec<String> = again.headers.iter().map(|(name, _)| name.clone()).collect();
        let kept = invite
            .headers
            .iter()
            .filter(|(name, _)| !fresh.contains(name));
        again.headers.extend(kept.cloned());
        again.body.clone_from(&invite.body);
        self.send_invite(again.with("Proxy-Authorization", &authorization))
            .await;
        true
    }

    async fn acknowledge_again(&mut self, response: &Message) {
        if let Some((cseq, flow, bytes)) = &self.last_ack
            && response.cseq().is_some_and(|(number, _)| number == *cseq)
        {
            flow.send(bytes).await;
        }
    }

    /// Makes a CANCEL, or the ACK of a refusal: same branch, same number as the INVITE.
    fn beside(&self, method: &str, invite: &Message, to: &str) -> Message {
        let uri = match &invite.start {
            Start::Request { uri, .. } => uri.as_str(),
            Start::Response { .. } => "",
        };
        let mut message = Message::request(method, uri);
        for name in ["Via", "Max-Forwards", "Route", "From", "Call-ID"] {
            let values = invite
                .headers
                .iter()
                .filter(|(known, _)| known.eq_ignore_ascii_case(name));
            for (name, value) in values {
                message.push(name, value);
            }
        }
        let cseq = invite.cseq().map_or(0, |(number, _)| number);
        message
            .with("To", to)
            .with("CSeq", &format!("{cseq} {method}"))
    }
}
