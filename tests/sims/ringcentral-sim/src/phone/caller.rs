//! A caller from the public telephone network.
//!
//! Owns the set-up of an outgoing call; tests and the binary call it. What happens in the call is the agent's.

use std::ops::Deref;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::agent::{Agent, Link, Opening, Order};
use super::events::{CallError, End, EventLog, PhoneEvent};
use super::leg::Leg;
use super::negotiation::Negotiation;
use super::plan::{DialPlan, Target};
use crate::media::session::MediaSession;
use crate::sip::dialog::{Dialog, new_tag};
use crate::sip::message::Message;
use crate::sip::{Flow, Transport};

/// Is a caller on the line; in the call it is a [`Leg`].
pub struct Caller {
    leg: Leg,
}

impl Deref for Caller {
    type Target = Leg;

    fn deref(&self) -> &Leg {
        &self.leg
    }
}

impl Caller {
    /// Sends the INVITE and returns at once; the call is set up in the background.
    ///
    /// # Errors
    /// Fails when no socket can be opened, or nobody is registered at the edge.
    pub async fn dial(plan: DialPlan) -> Result<Self, CallError> {
        let invitation = Invitation::prepare(&plan).await?;
        let invite = invitation.invite.clone();
        let (keys, heard_keys) = mpsc::unbounded_channel();
        let ip = invitation.opening.link.flow.local.ip();
        let media = MediaSession::open(ip, plan.record, keys).await?;
        let (log, events) = EventLog::new();
        let orders = invitation
            .send(&plan, MediaOf::Own(media.clone()), log.clone(), heard_keys)
            .await;
        Ok(Self {
            leg: Leg {
                orders,
                events,
                log,
                media,
                invite,
            },
        })
    }

    /// Waits until the call is answered and tells when it was.
    ///
    /// # Errors
    /// Fails with the reason when the call is refused or ends, or when the time runs out.
    pub async fn answered(&self, within: Duration) -> Result<Instant, CallError> {
        let answered = |event: &PhoneEvent| matches!(event, PhoneEvent::Answered);
        self.events()
            .until(within, |happened| {
                answered(&happened.event).then_some(happened.at)
            })
            .await
    }

    /// Gives up before the answer and waits for the end; a call that was answered meanwhile is hung up.
    ///
    /// # Errors
    /// Fails when nothing comes back within ten seconds.
    pub async fn cancel(&self) -> Result<End, CallError> {
        let _ = self.orders.send(Order::Cancel);
        self.ended(Duration::from_secs(10)).await
    }
}

/// Says whether somebody else talks through the media until this call is answered.
pub(super) enum MediaOf {
    Own(MediaSession),
    Shared(MediaSession),
}

/// Holds an INVITE and the way it will take.
pub(super) struct Invitation {
    opening: Opening,
    dialog: Dialog,
    /// Shows the INVITE without Via and CSeq.
    pub invite: Message,
}

impl Invitation {
    pub async fn prepare(plan: &DialPlan) -> Result<Self, CallError> {
        let call_id = plan
            .call_id
            .clone()
            .unwrap_or_else(|| Uuid::new_v4().to_string());
        let opening = connect(plan, &call_id).await?;
        let local = opening.link.flow.local;
        let name = plan
            .from_name
            .as_ref()
            .map_or(String::new(), |name| format!("\"{name}\" "));
        let suffix = suffix(opening.link.flow.transport);
        let dialog = Dialog {
            call_id,
            local: format!(
                "{name}<sip:{}@{}>;tag={}",
                plan.from_number,
                local.ip(),
                new_tag()
            ),
            remote: format!("<sip:{}@{}>", plan.to_user, opening.link.flow.remote.ip()),
            target: opening.uri.clone(),
            routes: Vec::new(),
            contact: format!("<sip:{}@{local}{suffix}>", plan.from_number),
            cseq: u32::from(rand::random::<u16>()),
        };
        let invite = Message::request("INVITE", &dialog.target)
            .with("From", &dialog.local)
            .with("To", &dialog.remote)
            .with("Call-ID", &dialog.call_id);
        Ok(Self {
            opening,
            dialog,
            invite,
        })
    }

    /// Sends it and leaves the call to an agent, which obeys the channel that comes back.
    pub async fn send(
        self,
        plan: &DialPlan,
        media: MediaOf,
        log: EventLog,
        keys: mpsc::UnboundedReceiver<char>,
    ) -> mpsc::UnboundedSender<Order> {
        let Opening { link, headers, .. } = self.opening;
        let negotiation = Negotiation::new(plan.media, plan.payload_types.clone());
        let (media, shares_media) = match media {
            MediaOf::Own(media) => (media, false),
            MediaOf::Shared(media) => (media, true),
        };
        let mut agent = Agent::new(
            link,
            self.dialog,
            media,
            negotiation,
            log,
            plan.refer,
            plan.t1,
        );
        agent.shares_media = shares_media;
        agent.credentials.clone_from(&plan.credentials);
        agent.call(&headers, plan.delayed_offer).await;
        let (orders, obeyed) = mpsc::unbounded_channel();
        tokio::spawn(agent.run(obeyed, keys));
        orders
    }
}

async fn connect(plan: &DialPlan, call_id: &str) -> Result<Opening, CallError> {
    match &plan.to {
        Target::Address(address, transport) => {
            let (to_inbox, inbox) = mpsc::unbounded_channel();
            let mut tasks = JoinSet::new();
            let flow = Flow::dial(*transport, *address, to_inbox, &mut tasks).await?;
            let uri = format!("sip:{}@{address}{}", plan.to_user, suffix(*transport));
            let link = Link {
                flow,
                inbox,
                _tasks: tasks,
                _guard: None,
            };
            Ok(Opening {
                link,
                uri,
                headers: plan.headers.clone(),
            })
        }
        Target::Edge(edge) => {
            let mut opening = edge.open_call(call_id).ok_or(CallError::NobodyRegistered)?;
            // The older parser of the vendor's SDK keeps one line for each name.
            let own = |name: &String| plan.headers.iter().any(|(own, _)| own == name);
            opening.headers.retain(|(name, _)| !own(name));
            opening.headers.extend(plan.headers.iter().cloned());
            Ok(opening)
        }
    }
}

fn suffix(transport: Transport) -> &'static str {
    match transport {
        Transport::Udp => "",
        Transport::Tcp => ";transport=tcp",
        Transport::Tls => ";transport=tls",
    }
}
