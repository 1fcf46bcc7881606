//! Dialogs: what both ends of a call agree on, and requests made from it (RFC 3261 section 12).
//!
//! Owns identifiers and sequence numbers; the phone calls it. It never sends anything.

use uuid::Uuid;

use super::flow::Flow;
use super::message::Message;
use super::values::{address_of, uri_of};

/// Holds one side's view of a dialog; `local` and `remote` are header values including tags.
#[derive(Debug, Clone)]
pub struct Dialog {
    /// Holds the Call-ID.
    pub call_id: String,
    /// Holds this side's From value.
    pub local: String,
    /// Holds the other side's To value.
    pub remote: String,
    /// Holds the URI that requests go to: the Request-URI at first, the other side's Contact later.
    pub target: String,
    /// Holds the routes to follow, first hop first.
    pub routes: Vec<String>,
    /// Holds this side's Contact value.
    pub contact: String,
    /// Holds the number of the last request sent.
    pub cseq: u32,
}

impl Dialog {
    /// Makes the next request within the dialog.
    pub fn request(&mut self, method: &str, flow: &Flow) -> Message {
        self.cseq += 1;
        self.numbered(method, self.cseq, flow)
    }

    /// Makes the ACK of a 2xx, which is a request with a branch of its own (RFC 3261 section 13.2.2.4).
    pub fn ack(&self, cseq: u32, flow: &Flow) -> Message {
        self.numbered("ACK", cseq, flow)
    }

    /// Takes over what a 2xx or a request from the other side says about it.
    pub fn learn(&mut self, message: &Message) {
        if let Some(contact) = message.header("Contact") {
            uri_of(contact).clone_into(&mut self.target);
        }
    }

    /// Tells over which flow requests go: datagrams follow the first route or the target.
    pub fn way(&self, flow: &Flow) -> Flow {
        let next = self
            .routes
            .first()
            .map_or(self.target.as_str(), |route| uri_of(route));
        address_of(next).map_or_else(|| flow.clone(), |address| flow.towards(address))
    }

    fn numbered(&self, method: &str, cseq: u32, flow: &Flow) -> Message {
        let mut message = Message::request(method, &self.target)
            .with("Via", &via(flow, &new_branch()))
            .with("Max-Forwards", "70");
        for route in &self.routes {
            message.push("Route", route);
        }
        message
            .with("From", &self.local)
            .with("To", &self.remote)
            .with("Call-ID", &self.call_id)
            .with("CSeq", &format!("{cseq} {method}"))
            .with("Contact", &self.contact)
    }
}

/// Writes the Via header of a request that leaves on this flow.
pub fn via(flow: &Flow, branch: &str) -> String {
    format!(
        "SIP/2.0/{} {};rport;branch={branch}",
        flow.transport.name(),
        flow.local
    )
}

/// Draws a branch; its beginning is fixed by RFC 3261 section 8.1.1.7.
pub fn new_branch() -> String {
    format!("z9hG4bK{}", Uuid::new_v4().simple())
}

/// Draws a tag.
pub fn new_tag() -> String {
    Uuid::new_v4().simple().to_string()[..12].to_owned()
}
