//! Every command at the simulator, which takes it only in the right state: with the answer, and with the answer lost.

use super::{Bench, rest};
use maitred::adapters::ringcentral::{Devices, RestCarrier};
use maitred_actors::call::PartyStatus;
use maitred_actors::ports::carrier::{Carrier, Command, Done, Error, PartyRef, Target};
use maitred_actors::types::{PhoneNumber, SessionId};
use ringcentral_sim::rest::{Limits, RestConfig, RestFault, RestServer};
use ringcentral_sim::webhook::{Party, Session};

struct Stage {
    rest: RestServer,
    carrier: RestCarrier,
}

impl Stage {
    async fn set() -> Self {
        let limits = Limits {
            light: 10_000,
            ..Limits::default()
        };
        let rest = rest(RestConfig {
            limits,
            ..RestConfig::default()
        })
        .await;
        let client = Bench::new(&rest).client;
        let devices = Devices::new(client.clone(), Some("802512345678".to_owned()));
        let carrier = RestCarrier::new(client, devices, None);
        Self { rest, carrier }
    }

    /// Begins a call that nobody carries, so that REST alone changes it, and brings our leg into a state.
    async fn call(&self, code: &str) -> PartyRef {
        let session = Session::inbound("+15557654321", "+15551230001");
        drop(self.rest.exchange().begin(&session));
        let id = session.telephony_session_id;
        for state in ["Proceeding", "Answered", "Hold"] {
            self.rest
                .exchange()
                .change(&id, Party::Extension, state, None);
            if state == code {
                break;
            }
        }
        let session = SessionId::new(id);
        let parties = self.carrier.session(&session).await.unwrap();
        let ours = ours(&parties);
        assert_eq!((ours.code.as_str(), ours.sequence), (code, 0));
        PartyRef {
            party: ours.party.clone(),
            session,
        }
    }

    async fn command(&self, party: &PartyRef, command: &Command) -> Result<Done, Error> {
        self.carrier.command(party, command).await
    }
}

fn ours(parties: &[PartyStatus]) -> &PartyStatus {
    let own = |one: &&PartyStatus| one.extension.as_deref() == Some("701001");
    parties.iter().find(own).expect("our leg")
}

fn to_a_number() -> Target {
    Target::PhoneNumber(PhoneNumber::parse("+15557654322").unwrap())
}

/// The commands that need nothing but a state, with one in which they are taken and one in which they are not, and the
/// end of the path they go to.
fn table() -> Vec<(Command, &'static str, &'static str, &'static str)> {
    let forward = Command::Forward { to: to_a_number() };
    let transfer = Command::Transfer { to: to_a_number() };
    let to_voicemail = Command::Forward {
        to: Target::Voicemail("701001".to_owned()),
    };
    let reply = Command::Reply {
        text: "We call you back.".to_owned(),
    };
    vec![
        (Command::Answer, "Proceeding", "Answered", "/answer"),
        (Command::Reject, "Proceeding", "Answered", "/reject"),
        (forward, "Proceeding", "Answered", "/forward"),
        (to_voicemail, "Proceeding", "Answered", "/forward"),
        (reply, "Proceeding", "Answered", "/reply"),
        (Command::Hold, "Answered", "Hold", "/hold"),
        (Command::Unhold, "Hold", "Answered", "/unhold"),
        (transfer, "Hold", "Proceeding", "/transfer"),
        (Command::Park, "Answered", "Proceeding", "/park"),
        (
            Command::StartRecording,
            "Answered",
            "Proceeding",
            "/recordings",
        ),
    ]
}

#[tokio::test]
async fn every_command_is_taken_in_its_state_and_refused_in_another() {
    let stage = Stage::set().await;
    for (command, right, wrong, _) in table() {
        assert!(
            command.is_legal(right) && !command.is_legal(wrong),
            "{command:?}"
        );
        let party = stage.call(wrong).await;
        let refused = stage.command(&party, &command).await;
        assert_eq!(refused, Err(Error::WrongState), "{command:?} in {wrong}");
        let party = stage.call(right).await;
        let done = stage.command(&party, &command).await.unwrap();
        assert_eq!(done.park.is_some(), command == Command::Park, "{done:?}");
        assert_eq!(done.recording.is_some(), command == Command::StartRecording);
    }
}

#[tokio::test]
async fn a_command_whose_answer_was_lost_is_not_given_twice() {
    let stage = Stage::set().await;
    for (command, right, _, path) in table() {
        let party = stage.call(right).await;
        stage
            .rest
            .exchange()
            .fail_next(path, RestFault::BrokenAfter, 1);
        let done = stage.command(&party, &command).await;
        assert!(done.is_ok(), "{command:?} {done:?}");
        let done = done.unwrap();
        assert_eq!(done.park.is_some(), command == Command::Park, "{done:?}");
        assert_eq!(done.recording.is_some(), command == Command::StartRecording);
        // The same was never asked for when nothing was carried out.
        let party = stage.call(right).await;
        stage.rest.exchange().fail_next(path, RestFault::Broken, 1);
        let unsure = stage.command(&party, &command).await;
        assert!(
            matches!(unsure, Err(Error::Unsure(_))),
            "{command:?} {unsure:?}"
        );
        let parties = stage.carrier.session(&party.session).await.unwrap();
        assert_eq!(ours(&parties).code, right, "{command:?}");
    }
}

#[tokio::test]
async fn recordings_are_paused_and_resumed_and_parties_muted() {
    let stage = Stage::set().await;
    let party = stage.call("Answered").await;
    let started = stage
        .command(&party, &Command::StartRecording)
        .await
        .unwrap();
    let recording = started.recording.unwrap();
    for active in [false, true] {
        let set = Command::SetRecording {
            recording: recording.clone(),
            active,
        };
        // Set again after a lost answer: that comes to the same.
        stage
            .rest
            .exchange()
            .fail_next("/recordings/", RestFault::BrokenAfter, 1);
        stage.command(&party, &set).await.unwrap();
        let parties = stage.carrier.session(&party.session).await.unwrap();
        let shown = &ours(&parties).recordings;
        assert_eq!(
            (shown[0].id.as_str(), shown[0].active),
            (recording.as_str(), active)
        );
        stage
            .command(&party, &Command::Mute { muted: active })
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn two_calls_are_bridged_and_a_call_that_is_over_is_gone() {
    let stage = Stage::set().await;
    let (caller, person) = (stage.call("Hold").await, stage.call("Answered").await);
    let bridge = Command::Bridge {
        with: person.clone(),
    };
    stage
        .rest
        .exchange()
        .fail_next("/bridge", RestFault::BrokenAfter, 1);
    stage.command(&caller, &bridge).await.unwrap();
    let parties = stage.carrier.session(&caller.session).await.unwrap();
    let ours = parties
        .iter()
        .find(|one| one.party == caller.party)
        .unwrap();
    assert_eq!(ours.reason.as_deref(), Some("AttendedTransfer"));
    assert_eq!(
        ours.peer.as_ref().map(|peer| &peer.session),
        Some(&person.session)
    );

    let party = stage.call("Answered").await;
    let stranger = PartyRef {
        party: format!("{}1", party.party.trim_end_matches('2')),
        ..party.clone()
    };
    let refused = stage.command(&stranger, &Command::Hold).await;
    assert!(
        matches!(&refused, Err(Error::Refused { code, .. }) if code == "CMN-404"),
        "{refused:?}"
    );
    stage
        .rest
        .exchange()
        .fail_next("DELETE", RestFault::BrokenAfter, 1);
    for _ in 0..2 {
        let done = stage.command(&party, &Command::HangUp).await;
        assert_eq!(done, Ok(Done::default()));
    }
    assert_eq!(
        stage.carrier.session(&party.session).await,
        Err(Error::Gone)
    );
    assert_eq!(
        stage.command(&party, &Command::Hold).await,
        Err(Error::Gone)
    );
}

#[tokio::test]
async fn our_own_extension_comes_with_the_token() {
    let stage = Stage::set().await;
    assert!(stage.carrier.is_configured());
    let own = stage.carrier.own_extension().await;
    assert_eq!(own.as_deref(), Some("701001"));
}
