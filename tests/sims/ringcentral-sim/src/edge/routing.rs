//! Sorts what arrives at the edge: to a call, to the registrar, or refused.
//!
//! Owns the loop that reads every message; the edge starts it. It never changes a message on its way.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::outbound;
use super::registrar::{EdgeFault, Outcome};
use super::server::Shared;
use crate::sip::{Flow, Inbound, Message, Start};

/// Routes until the edge is dropped.
pub(super) async fn route(mut inbox: mpsc::UnboundedReceiver<Inbound>, shared: Arc<Shared>) {
    while let Some(inbound) = inbox.recv().await {
        let call = shared.state().calls.get(inbound.message.call_id()).cloned();
        if let Some(call) = call {
            let _ = call.send(inbound);
            continue;
        }
        let Inbound { message, flow } = inbound;
        if !matches!(message.start, Start::Request { .. }) {
            continue;
        }
        match message.method() {
            "REGISTER" => register(&shared, &message, &flow).await,
            "ACK" => {}
            "OPTIONS" => answer(&message, &flow, 200, "OK").await,
            "INVITE" => outbound::place(&shared, message, flow).await,
            _ => answer(&message, &flow, 481, "Call/Transaction Does Not Exist").await,
        }
    }
}

async fn register(shared: &Shared, request: &Message, flow: &Flow) {
    let fault = {
        let mut state = shared.state();
        state.registers.push(request.clone());
        state.fault
    };
    match fault {
        Some(EdgeFault::Ignore) => return,
        Some(EdgeFault::DropConnection) => {
            if let Some(connection) = shared.state().connections.remove(&flow.remote) {
                connection.abort();
            }
            return;
        }
        Some(EdgeFault::Forbid) => return answer(request, flow, 403, "Forbidden").await,
        Some(EdgeFault::Unavailable) => {
            return answer(request, flow, 503, "Service Unavailable").await;
        }
        None => {}
    }
    answer(request, flow, 100, "Trying").await;
    let outcome = shared
        .state()
        .registrar
        .judge(&shared.config, request, flow);
    let response = match outcome {
        Outcome::Challenge(response) | Outcome::Refused(response) => response,
        Outcome::Bound(response, binding) => {
            shared.binding.send_replace(Some(*binding));
            response
        }
        Outcome::Removed(response) => {
            shared.binding.send_replace(None);
            response
        }
    };
    flow.send(&response.to_bytes()).await;
}

pub(super) async fn answer(request: &Message, flow: &Flow, code: u16, reason: &str) {
    let tag = (code > 100).then_some("edge");
    flow.send(&Message::response_to(request, code, reason, tag).to_bytes())
        .await;
}
