//! The telephone line at the simulated edge of RingCentral, which shares no code with it: calls out, given up, connected, over
//! a broken connection, and taken up by another process.

use crate::phone::DEADLINE;
use crate::ringing::{event, idle};
use crate::tones::{OUR_TONE, say, share_of, wait_for_tone};
use maitred::adapters::telephony::{Account, SipConfig, SipLine, Transport};
use maitred_actors::ports::audio::Leg;
use maitred_actors::ports::telephony::{AnsweredCall, Error, Line, LineEvent};
use maitred_actors::types::PhoneNumber;
use ringcentral_sim::media::HeardFrame;
use ringcentral_sim::phone::{DeviceAccount, End, Reaction};
use ringcentral_sim::{RingCentralSim, SimCall, SimConfig};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

const PERSON: &str = "+15550009999";
const THEIR_TONE: f64 = 1_000.0;

struct Stage {
    sim: RingCentralSim,
    config: SipConfig,
    line: SipLine,
}

impl Stage {
    async fn open() -> Self {
        let sim = RingCentralSim::start(SimConfig::default()).await.unwrap();
        let device = DeviceAccount::of(sim.edge(), ringcentral_sim::Transport::Tls);
        let account = Account {
            registrar: device.domain,
            transport: Transport::Tls,
            user: device.user_name,
            auth_id: Some(device.authorization_id),
            password: device.password.into(),
            outbound_proxy: Some(device.server.to_string()),
            extra_ca_pem: Some(sim.edge().tls_pem().to_owned()),
        };
        let config = SipConfig {
            account: Some(account),
            ..SipConfig::new("127.0.0.1:0".parse().unwrap())
        };
        let line = SipLine::open(config.clone()).await.unwrap();
        let stage = Self { sim, config, line };
        stage.registered().await;
        stage
    }

    async fn registered(&self) {
        let registered = event(&self.line).await;
        assert!(
            matches!(registered, LineEvent::Registered { .. }),
            "{registered:?}"
        );
    }

    /// Lets somebody call us and answers.
    async fn caller(&self) -> (SimCall, AnsweredCall) {
        let call = self.sim.call(self.sim.caller()).await.unwrap();
        let LineEvent::Offered(offered) = event(&self.line).await else {
            panic!("no offer")
        };
        let answered = timeout(DEADLINE, self.line.answer(&offered.sip_call_id)).await;
        let answered = answered.unwrap().unwrap();
        call.answered(DEADLINE).await.unwrap();
        (call, answered)
    }
}

fn number() -> PhoneNumber {
    PhoneNumber::parse(PERSON).unwrap()
}

fn tone(hz: f64) -> Vec<i16> {
    let step = hz * std::f64::consts::TAU / 8_000.0;
    (0..16_000)
        .map(|at| (8_000.0 * (f64::from(at) * step).sin()) as i16)
        .collect()
}

async fn until_ours(audio: &mut UnboundedReceiver<HeardFrame>) {
    let hear = async { while share_of(&audio.recv().await.unwrap().samples, OUR_TONE) < 0.9 {} };
    timeout(DEADLINE, hear)
        .await
        .expect("our tone did not arrive");
}

/// Lets both ends hear each other.
async fn hear_each_other(there: &ringcentral_sim::Leg, here: &mut Leg) {
    let mut at_them = there.audio();
    there.speak(&tone(THEIR_TONE));
    wait_for_tone(&here.caller, here.caller.end()).await;
    say(here).await;
    until_ours(&mut at_them).await;
}

#[tokio::test]
async fn a_person_is_called_and_their_party_is_known() {
    let stage = Stage::open().await;
    let mut person = stage.sim.person(PERSON, Reaction::Answer).await.unwrap();
    let dialled = timeout(DEADLINE, stage.line.dial(&number(), None)).await;
    let mut dialled = dialled.unwrap().unwrap();
    let callee = person.next_call(DEADLINE).await.unwrap();
    assert!(dialled.dialog.secured);
    let party = dialled.party.take().unwrap();
    let sessions = stage.sim.exchange().live_sessions();
    assert!(party.party.starts_with("p-"), "{}", party.party);
    assert_eq!(sessions.len(), 1);
    hear_each_other(&callee, &mut dialled.leg).await;
    stage.line.hang_up(&dialled.dialog.call_id).await.unwrap();
    assert_eq!(callee.ended(DEADLINE).await.unwrap(), End::RemoteHungUp);
}

#[tokio::test]
async fn a_person_who_is_busy_or_not_waited_for_is_let_go() {
    let stage = Stage::open().await;
    let busy = stage.sim.person(PERSON, Reaction::Refuse(486)).await;
    let dialled = timeout(DEADLINE, stage.line.dial(&number(), None)).await;
    assert_eq!(dialled.unwrap().err(), Some(Error::Refused(486)));
    drop(busy);
    let mut person = stage.sim.person(PERSON, Reaction::Ring).await.unwrap();
    let dialling = tokio::spawn(stage.line.dial(&number(), None));
    let ringing = person.next_call(DEADLINE).await.unwrap();
    dialling.abort();
    assert_eq!(ringing.ended(DEADLINE).await.unwrap(), End::Cancelled);
    idle(&stage.line).await;
}

#[tokio::test]
async fn the_caller_and_the_person_are_connected_and_go_on_without_us() {
    let stage = Stage::open().await;
    let (call, mut answered) = stage.caller().await;
    let mut person = stage.sim.person(PERSON, Reaction::Answer).await.unwrap();
    let caller = answered.dialog.call_id.clone();
    let dialled = timeout(DEADLINE, stage.line.dial(&number(), Some(&caller))).await;
    let mut dialled = dialled.unwrap().unwrap();
    let callee = person.next_call(DEADLINE).await.unwrap();
    hear_each_other(&callee, &mut dialled.leg).await;
    hear_each_other(&call, &mut answered.leg).await;
    let other = dialled.dialog.call_id.clone();
    let connected = timeout(DEADLINE, stage.line.connect(&caller, &other)).await;
    assert_eq!(connected.unwrap(), Ok(()));
    for _ in 0..2 {
        let ended = event(&stage.line).await;
        assert!(matches!(ended, LineEvent::HungUp { .. }), "{ended:?}");
    }
    let mut at_caller = call.audio();
    callee.speak(&tone(OUR_TONE));
    until_ours(&mut at_caller).await;
    call.hang_up().await.unwrap();
    assert_eq!(callee.ended(DEADLINE).await.unwrap(), End::RemoteHungUp);
}

#[tokio::test]
async fn a_call_goes_on_over_a_new_connection() {
    let stage = Stage::open().await;
    let (call, mut answered) = stage.caller().await;
    hear_each_other(&call, &mut answered.leg).await;
    stage.sim.edge().drop_connections();
    let lost = event(&stage.line).await;
    assert!(
        matches!(lost, LineEvent::RegistrationLost { .. }),
        "{lost:?}"
    );
    stage.registered().await;
    hear_each_other(&call, &mut answered.leg).await;
    call.hang_up().await.unwrap();
    let ended = event(&stage.line).await;
    assert!(matches!(ended, LineEvent::HungUp { .. }), "{ended:?}");
}

#[tokio::test]
async fn a_call_of_a_process_that_was_killed_is_taken_up_by_the_next() {
    let mut stage = Stage::open().await;
    let (call, mut answered) = stage.caller().await;
    hear_each_other(&call, &mut answered.leg).await;
    let dialog = answered.dialog.clone();
    drop(answered);
    stage.line = SipLine::open(stage.config.clone()).await.unwrap();
    let resumed = timeout(DEADLINE, stage.line.resume(&dialog)).await;
    let mut resumed = resumed.unwrap().unwrap();
    stage.registered().await;
    hear_each_other(&call, &mut resumed.leg).await;

    // And once more, from what the first one knew: its numbers must not be used again.
    drop(resumed);
    stage.line = SipLine::open(stage.config.clone()).await.unwrap();
    let again = timeout(DEADLINE, stage.line.resume(&dialog)).await;
    let mut again = again.unwrap().unwrap();
    hear_each_other(&call, &mut again.leg).await;
    stage.line.hang_up(&dialog.call_id).await.unwrap();
    assert_eq!(call.ended(DEADLINE).await.unwrap(), End::RemoteHungUp);
}
