//! The sequences: numbered as in the captures, one party each, and every party comes to its end.

use std::collections::{BTreeMap, BTreeSet};

use ringcentral_sim::webhook::{Notification, Sequence, Session, sequences};

fn session() -> Session {
    Session::inbound("+15557654321", "+15551230001").with_call_id("abc")
}

fn party_number(event: &Notification) -> u64 {
    let id = event.party_id().unwrap();
    id.rsplit('-').next().unwrap().parse().unwrap()
}

fn code(event: &Notification) -> String {
    let status = &event.json()["body"]["parties"][0]["status"];
    let reason = status["reason"].as_str().unwrap_or_default();
    format!("{} {reason}", status["code"].as_str().unwrap())
        .trim_end()
        .to_owned()
}

#[test]
fn a_menu_is_told_as_it_was_captured() {
    let events = sequences::behind_menu(&session());
    let facts: Vec<(u64, u64, String)> = events
        .iter()
        .map(|event| (event.sequence().unwrap(), party_number(event), code(event)))
        .collect();
    let wanted = [
        (2, 1, "Setup"),
        (3, 2, "Setup"),
        (4, 1, "Answered"),
        (5, 2, "Disconnected"),
        (6, 3, "Setup"),
        (7, 3, "Proceeding"),
        (8, 3, "Answered"),
        (9, 3, "Hold"),
        (10, 3, "Answered"),
        (11, 3, "Disconnected"),
        (12, 1, "Disconnected"),
    ];
    let wanted: Vec<_> = wanted
        .map(|(sequence, party, code)| (sequence, party, code.to_owned()))
        .into();
    assert_eq!(facts, wanted);
    let party = |at: usize| &events[at].json()["body"]["parties"][0];
    assert!(party(0).get("extensionId").is_none() && party(0)["direction"] == "Outbound");
    assert!(party(0)["to"].get("name").is_none() && party(2)["to"]["name"] == "Main Menu");
    assert_eq!(
        events[3].json()["body"]["eventTime"],
        events[4].json()["body"]["eventTime"]
    );
    let path = events[3].json()["event"].as_str().unwrap();
    assert!(path.contains("/extension/700900/"), "{path}");
    let pickup = |at: usize| party(at)["status"].get("mobilePickupData").is_some();
    assert_eq!([5, 6, 7, 8].map(pickup), [true, true, false, false]);
    assert_eq!(party(6)["sipData"]["callId"], "abc");
}

#[test]
fn in_every_sequence_the_parties_come_to_their_end_in_order() {
    let mut names = BTreeSet::new();
    for sequence in Sequence::ALL {
        assert!(names.insert(sequence.name), "{} twice", sequence.name);
        let mut last: BTreeMap<String, u64> = BTreeMap::new();
        let mut states: BTreeMap<String, String> = BTreeMap::new();
        let mut uuids = BTreeSet::new();
        for event in sequence.events(&session()) {
            let body = &event.json()["body"];
            assert_eq!(body["parties"].as_array().unwrap().len(), 1);
            let id = body["telephonySessionId"].as_str().unwrap().to_owned();
            let number = last.entry(id).or_insert(1);
            *number += 1;
            assert_eq!(event.sequence(), Some(*number), "{}", sequence.name);
            let party = event.party_id().unwrap().to_owned();
            let before = states.insert(party, code(&event)).unwrap_or_default();
            let was_over = before.starts_with("Disconnected") || before.starts_with("Gone");
            assert!(!was_over, "{}: a dead party speaks", sequence.name);
            assert!(uuids.insert(event.json()["uuid"].as_str().unwrap().to_owned()));
        }
        for (party, state) in states {
            let over = state.starts_with("Disconnected") || state.starts_with("Gone");
            assert!(over, "{}: {party} stays {state}", sequence.name);
        }
    }
    assert_eq!(names.len(), 16);
}

#[test]
fn the_sequences_carry_what_tells_them_apart() {
    let told = |name: &str| -> Vec<Notification> {
        let sequence = Sequence::named(name).unwrap();
        sequence.events(&session())
    };
    let ours = |events: &[Notification]| -> Vec<String> {
        let own =
            |event: &&Notification| event.json()["body"]["parties"][0]["extensionId"] == "701001";
        events.iter().filter(own).map(code).collect()
    };
    let queue = told("queue");
    assert_eq!(ours(&queue), ["Proceeding", "Answered", "Disconnected"]);
    let first = queue.iter().find(|event| party_number(event) == 3).unwrap();
    assert_eq!(first.sequence(), Some(7));
    assert_eq!(first.json()["body"]["parties"][0]["queueCall"], true);
    assert_eq!(
        ours(&told("queue-taken-by-another")),
        ["Proceeding", "Disconnected AgentAnswered"]
    );
    assert_eq!(
        ours(&told("blind-transfer"))[3],
        "Disconnected BlindTransfer"
    );
    assert_eq!(ours(&told("voicemail"))[2], "VoiceMail");
    assert_eq!(ours(&told("voicemail-live"))[2], "Voicemail");
    assert_eq!(ours(&told("replied"))[2], "Setup CallReplied");
    let warm = told("warm-transfer");
    let gone: Vec<&Notification> = warm
        .iter()
        .filter(|event| code(event) == "Gone AttendedTransfer")
        .collect();
    let status = |event: &Notification| event.json()["body"]["parties"][0]["status"].clone();
    let session_of = |event: &Notification| event.json()["body"]["telephonySessionId"].clone();
    assert_eq!(gone.len(), 2);
    assert_eq!(
        status(gone[0])["peerId"]["telephonySessionId"],
        session_of(gone[1])
    );
    assert_eq!(
        status(gone[1])["peerId"]["telephonySessionId"],
        session_of(gone[0])
    );
    let conference = told("conference");
    let left = conference
        .iter()
        .find(|event| code(event) == "Gone Conference");
    assert_eq!(status(left.unwrap())["peerId"]["sessionId"], "0");
    let park = told("picked-up");
    let parked = park.iter().find(|event| code(event) == "Parked").unwrap();
    let party = &parked.json()["body"]["parties"][0];
    assert_eq!(party["park"]["id"], "*801");
    assert!(party.get("extensionId").is_none());
}
