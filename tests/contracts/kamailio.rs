//! The telephone line as a client of kamailio, a SIP server that nobody here wrote, with baresip behind it.

use crate::phone::{DEADLINE, Manner, Phone, Way};
use crate::registrar::{AUTH_ID, DOMAIN, PASSWORD, USER};
use crate::sip_server::{Challenge, SipServer};
use crate::tones::{THEIR_TONE, check_heard, say, wait_for_tone};
use maitred::adapters::telephony::{Account, SipConfig, SipLine, Transport};
use maitred_actors::ports::telephony::{AnsweredCall, Dialled, Line, LineEvent};
use maitred_actors::types::PhoneNumber;
use tokio::time::timeout;

const PHONE: &str = "+15557654321";

struct House {
    server: SipServer,
    line: SipLine,
    config: SipConfig,
    transport: Transport,
}

impl House {
    /// Starts the server and lets the line register with it.
    async fn open(transport: Transport, challenge: Challenge) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let server = SipServer::start(challenge).await;
        let port = server.port + u16::from(transport == Transport::Tls);
        let account = Account {
            registrar: DOMAIN.to_owned(),
            transport,
            user: USER.to_owned(),
            auth_id: Some(AUTH_ID.to_owned()),
            password: PASSWORD.to_owned().into(),
            outbound_proxy: Some(format!("127.0.0.1:{port}")),
            extra_ca_pem: Some(server.ca_pem.clone()),
        };
        let config = SipConfig {
            account: Some(account),
            ..SipConfig::new("127.0.0.1:0".parse().unwrap())
        };
        let mut house = Self {
            server,
            line: SipLine::open(config.clone()).await.unwrap(),
            config,
            transport,
        };
        house.registered().await;
        house
    }

    async fn registered(&mut self) {
        let registered = self.event().await;
        assert!(
            matches!(registered, LineEvent::Registered { .. }),
            "{registered:?}"
        );
        self.server.logs(&format!("registered {USER}")).await;
    }

    /// Takes the line away as if its process had been killed, and opens another.
    async fn restart(&mut self) {
        self.line = SipLine::open(self.config.clone()).await.unwrap();
        self.registered().await;
    }

    /// Lets a phone call and answers it.
    async fn answer(&self, phone: &mut Phone) -> AnsweredCall {
        phone.command("dial", &format!("sip:{USER}@{DOMAIN}")).await;
        let LineEvent::Offered(offered) = self.event().await else {
            panic!("no offer")
        };
        assert_eq!(offered.from.as_ref().unwrap().as_str(), PHONE);
        let answered = timeout(DEADLINE, self.line.answer(&offered.sip_call_id)).await;
        answered.unwrap().unwrap()
    }

    async fn event(&self) -> LineEvent {
        let event = timeout(DEADLINE, self.line.next_event()).await;
        event.expect("no event from the line").unwrap()
    }

    /// Starts a phone that is registered too.
    async fn phone(&mut self, manner: Manner) -> Phone {
        let (way, name, port) = match self.transport {
            Transport::Udp => (Way::Clear, "udp", self.server.port),
            Transport::Tcp => (Way::Clear, "tcp", self.server.port),
            Transport::Tls => (Way::Secured, "tls", self.server.port + 1),
        };
        let through = format!(";outbound=\"sip:127.0.0.1:{port};transport={name}\";regint=60");
        let ca = Some(self.server.ca_pem.as_str());
        let phone = Phone::start_in(manner, way, THEIR_TONE, ca, &through).await;
        self.server.logs(&format!("registered {PHONE}")).await;
        phone
    }
}

/// A phone calls us through the server and we hang up; we call the phone and it hangs up.
async fn calls_pass_both_ways(transport: Transport, challenge: Challenge) {
    let mut house = House::open(transport, challenge).await;
    let mut phone = house.phone(Manner::Answers).await;
    let AnsweredCall {
        dialog, mut leg, ..
    } = house.answer(&mut phone).await;
    assert_eq!(dialog.route_set.len(), 1, "{:?}", dialog.route_set);
    assert!(dialog.of_account);
    assert_eq!(dialog.secured, transport == Transport::Tls);
    wait_for_tone(&leg.caller, 0).await;
    say(&mut leg).await;
    house.server.logs("routed ACK").await;
    house.line.hang_up(&dialog.call_id).await.unwrap();
    house.server.logs("routed BYE").await;
    phone.wait_for("CALL_CLOSED").await;

    let to = PhoneNumber::parse(PHONE).unwrap();
    let dialled = timeout(DEADLINE, house.line.dial(&to, None)).await.unwrap();
    let Dialled { dialog, leg, .. } = dialled.unwrap();
    assert_eq!(dialog.route_set.len(), 1, "{:?}", dialog.route_set);
    wait_for_tone(&leg.caller, 0).await;
    house.server.logs("routed ACK").await;
    phone.command("hangup", "").await;
    house.server.logs("routed BYE").await;
    let ended = house.event().await;
    assert!(
        matches!(&ended, LineEvent::HungUp { call, .. } if *call == dialog.call_id),
        "{ended:?}"
    );
    check_heard(&phone.heard().await);
    house.line.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_another_process_goes_on_through_the_server() {
    let challenge = Challenge {
        algorithm: "",
        flags: 1,
    };
    let mut house = House::open(Transport::Tcp, challenge).await;
    let mut phone = house.phone(Manner::Rings).await;
    let answered = house.answer(&mut phone).await;
    let dialog = answered.dialog.clone();
    wait_for_tone(&answered.leg.caller, 0).await;
    drop(answered);
    house.restart().await;

    let resumed = timeout(DEADLINE, house.line.resume(&dialog)).await.unwrap();
    let AnsweredCall { mut leg, .. } = resumed.unwrap();
    house.server.logs("routed INVITE").await;
    wait_for_tone(&leg.caller, 0).await;
    say(&mut leg).await;
    phone.command("hangup", "").await;
    house.server.logs("routed BYE").await;
    let ended = house.event().await;
    assert!(
        matches!(&ended, LineEvent::HungUp { call, .. } if *call == dialog.call_id),
        "{ended:?}"
    );
    check_heard(&phone.heard().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_pass_over_udp() {
    let challenge = Challenge {
        algorithm: "",
        flags: 0,
    };
    calls_pass_both_ways(Transport::Udp, challenge).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_pass_over_tcp_with_qop() {
    let challenge = Challenge {
        algorithm: "MD5",
        flags: 1,
    };
    calls_pass_both_ways(Transport::Tcp, challenge).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_pass_over_tls_with_a_modern_digest_and_srtp() {
    let challenge = Challenge {
        algorithm: "SHA-256",
        flags: 1,
    };
    calls_pass_both_ways(Transport::Tls, challenge).await;
}
