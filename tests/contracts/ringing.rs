//! Owns the way of a scripted caller to a call that is up. Used by the contracts of the line.

use crate::peer::{CallScript, Message, Peer, offer};
use crate::phone::DEADLINE;
use maitred::adapters::telephony::{SipConfig, SipLine};
use maitred_actors::ports::telephony::{AnsweredCall, Error, Line, LineEvent};
use maitred_actors::types::SipCallId;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::time::timeout;

/// Nobody listens there; the calls that use it need no sound.
const NOWHERE: &str = "127.0.0.1:9";

pub async fn open() -> (Arc<SipLine>, Peer) {
    let line = SipLine::open(SipConfig::new("127.0.0.1:0".parse().unwrap()))
        .await
        .unwrap();
    let peer = Peer::over_udp(line.addr()).await;
    (Arc::new(line), peer)
}

pub async fn event(line: &SipLine) -> LineEvent {
    timeout(DEADLINE, line.next_event())
        .await
        .expect("no event from the line")
        .unwrap()
}

pub async fn offered(line: &SipLine) -> SipCallId {
    match event(line).await {
        LineEvent::Offered(offer) => offer.sip_call_id,
        other => panic!("expected an offer, got {other:?}"),
    }
}

pub fn nowhere() -> SocketAddr {
    NOWHERE.parse().unwrap()
}

/// Rings with `extra` headers and `body`, answers, acknowledges with `answer`; gives the 200 and the call.
pub async fn bring_up(
    line: &Arc<SipLine>,
    peer: &mut Peer,
    script: &mut CallScript,
    (extra, body, answer): (&str, &str, &str),
) -> (Message, Result<AnsweredCall, Error>) {
    peer.send(&script.request("INVITE", extra, body)).await;
    let call = offered(line).await;
    let answering = tokio::spawn({
        let line = line.clone();
        async move { line.answer(&call).await }
    });
    let ok = peer.expect("SIP/2.0 200").await;
    script.to = ok.header("to").to_owned();
    peer.send(&script.request("ACK", "", answer)).await;
    (ok, timeout(DEADLINE, answering).await.unwrap().unwrap())
}

pub async fn call_up(
    line: &Arc<SipLine>,
    peer: &mut Peer,
    name: &str,
) -> (CallScript, AnsweredCall) {
    let mut script = CallScript::new(peer, name);
    let (_, answered) = bring_up(line, peer, &mut script, ("", &offer(nowhere(), ""), "")).await;
    (script, answered.unwrap())
}

/// Waits until the line has no call.
pub async fn idle(line: &SipLine) {
    let idle = async {
        while line.calls() > 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(DEADLINE, idle).await.expect("a call is left");
}
