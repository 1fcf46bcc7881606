//! Calls that the device makes: credentials, the number, the phone that rings.
//!
//! Owns the way of an INVITE from the device to a phone of the simulation; the router calls it. What the phone
//! does is the phone's, and what REST sees of the call is told to whoever announces it.

use std::collections::HashMap;
use std::sync::Arc;

use super::routing::answer;
use super::server::Shared;
use crate::phone::API_IDS;
use crate::sip::flow::Inbox;
use crate::sip::message::Start;
use crate::sip::values::tag_of;
use crate::sip::{Flow, Inbound, Message};

/// Takes note of a call of the device to a number, and names it as `p-rc-api-ids` does.
pub(crate) type Announce = Arc<dyn Fn(&Message, &str) -> String + Send + Sync>;

/// Holds who can be called.
#[derive(Default)]
pub(super) struct Directory {
    phones: HashMap<String, Inbox>,
    /// Takes the calls to all other numbers.
    strangers: Option<Inbox>,
    announce: Option<Announce>,
}

impl Directory {
    pub fn list(&mut self, number: &str, phone: Inbox) {
        self.phones.insert(bare(number).to_owned(), phone);
    }

    pub fn list_strangers(&mut self, phone: Option<Inbox>) {
        self.strangers = phone;
    }

    pub fn announce_with(&mut self, announce: Announce) {
        self.announce = Some(announce);
    }

    fn find(&self, number: &str) -> Option<Inbox> {
        let found = self.phones.get(bare(number));
        let found = found.filter(|phone| !phone.is_closed());
        let stranger = self.strangers.as_ref().filter(|_| is_number(number));
        found.or(stranger).cloned()
    }
}

/// Lets the number be written with or without its plus.
pub(crate) fn bare(number: &str) -> &str {
    number.trim_start_matches('+')
}

fn is_number(text: &str) -> bool {
    (3..=15).contains(&bare(text).len()) && bare(text).bytes().all(|byte| byte.is_ascii_digit())
}

/// Places a call of the device: 407 first, 100, and then whatever the phone says.
pub(super) async fn place(shared: &Shared, mut invite: Message, flow: Flow) {
    if invite.header("To").is_some_and(|to| tag_of(to).is_some()) {
        return answer(&invite, &flow, 481, "Call/Transaction Does Not Exist").await;
    }
    let turned_away = shared.state().registrar.judge_call(&shared.config, &invite);
    if let Some(response) = turned_away {
        flow.send(&response.to_bytes()).await;
        return;
    }
    answer(&invite, &flow, 100, "Trying").await;
    let number = dialled(&invite).to_owned();
    let (phone, announce) = {
        let directory = &shared.state().directory;
        (directory.find(&number), directory.announce.clone())
    };
    // The service calls a number busy that it cannot make out.
    let Some(phone) = phone else {
        return answer(&invite, &flow, 486, "Busy Here").await;
    };
    if let Some(announce) = announce {
        let ids = announce(&invite, &number);
        invite.push(API_IDS, &ids);
    }
    shared
        .state()
        .calls
        .insert(invite.call_id().to_owned(), phone.clone());
    let _ = phone.send(Inbound {
        message: invite,
        flow,
    });
}

/// Takes the number out of the Request-URI.
fn dialled(invite: &Message) -> &str {
    let Start::Request { uri, .. } = &invite.start else {
        return "";
    };
    let rest = uri.split_once(':').map_or("", |(_, rest)| rest);
    rest.split(['@', ';']).next().unwrap_or_default()
}
