//! RingCentral's sequences (dossier, 3.4) in every order, doubled and with a report missing: the record is the same.

use super::*;
use crate::ports::carrier::{self, PartyRef};
use crate::types::SessionId;
use proptest::prelude::*;

/// Our extension.
const OURS: &str = "701001";
/// Another agent's.
const OTHER: &str = "701002";

/// A report of a party, as terse as the dossier's tables.
fn report(sequence: u64, party: &str, code: &str) -> PartyStatus {
    let is_caller = party == "p-1";
    PartyStatus {
        session: SessionId::new("s-1"),
        party: party.to_owned(),
        sequence,
        code: code.to_owned(),
        reason: None,
        direction: Some(if is_caller { "Outbound" } else { "Inbound" }.to_owned()),
        from: PhoneNumber::parse("+14155550198"),
        to: Some("+15551230001".to_owned()),
        sip_call_id: None,
        extension: (!is_caller).then(|| OURS.to_owned()),
        from_name: None,
        queue: false,
        missed: false,
        park: None,
        peer: None,
        recordings: Vec::new(),
    }
}

fn of(extension: &str, status: PartyStatus) -> PartyStatus {
    PartyStatus {
        extension: Some(extension.to_owned()),
        ..status
    }
}

fn because(reason: &str, status: PartyStatus) -> PartyStatus {
    PartyStatus {
        reason: Some(reason.to_owned()),
        ..status
    }
}

fn missed(status: PartyStatus) -> PartyStatus {
    PartyStatus {
        missed: true,
        ..status
    }
}

/// What happened to a call, and what the record must say.
struct Script {
    name: &'static str,
    reports: Vec<PartyStatus>,
    outcome: Outcome,
}

fn script(name: &'static str, outcome: Outcome, reports: Vec<PartyStatus>) -> Script {
    Script {
        name,
        reports,
        outcome,
    }
}

/// A caller rings us directly; what follows is added.
fn direct(rest: Vec<PartyStatus>) -> Vec<PartyStatus> {
    let mut reports = vec![
        report(2, "p-1", "Setup"),
        report(3, "p-2", "Setup"),
        report(4, "p-1", "Answered"),
        report(5, "p-2", "Proceeding"),
    ];
    reports.extend(rest);
    reports
}

fn answered_calls() -> Vec<Script> {
    vec![
        script(
            "menu, ring, answer, hold, unhold, end",
            Outcome::AnsweredByPerson,
            vec![
                report(2, "p-1", "Setup"),
                of("900", report(3, "p-2", "Setup")),
                report(4, "p-1", "Answered"),
                of("900", report(5, "p-2", "Disconnected")),
                report(6, "p-3", "Setup"),
                report(7, "p-3", "Proceeding"),
                report(8, "p-3", "Answered"),
                report(9, "p-3", "Hold"),
                report(10, "p-3", "Answered"),
                report(11, "p-3", "Disconnected"),
                report(12, "p-1", "Disconnected"),
            ],
        ),
        script(
            "direct, answered",
            Outcome::AnsweredByPerson,
            direct(vec![
                report(6, "p-2", "Answered"),
                report(7, "p-2", "Disconnected"),
                report(8, "p-1", "Disconnected"),
            ]),
        ),
        script(
            "blind transfer by the person who answered",
            Outcome::Forwarded,
            direct(vec![
                report(6, "p-2", "Answered"),
                because("BlindTransfer", report(7, "p-2", "Disconnected")),
                of(OTHER, report(8, "p-3", "Proceeding")),
                of(OTHER, report(9, "p-3", "Answered")),
                of(OTHER, report(10, "p-3", "Disconnected")),
                report(11, "p-1", "Disconnected"),
            ]),
        ),
        script(
            "warm transfer",
            Outcome::HandedOver,
            direct(vec![
                report(6, "p-2", "Answered"),
                report(7, "p-2", "Hold"),
                because("AttendedTransfer", report(8, "p-2", "Gone")),
            ]),
        ),
        script(
            "conference",
            Outcome::Conference,
            direct(vec![
                report(6, "p-2", "Answered"),
                because("Conference", report(7, "p-2", "Gone")),
            ]),
        ),
        script(
            "parked and taken by somebody else",
            Outcome::Parked,
            direct(vec![
                report(6, "p-2", "Answered"),
                report(7, "p-2", "Parked"),
                because("CallPark", report(8, "p-2", "Disconnected")),
                of(OTHER, report(9, "p-3", "Answered")),
            ]),
        ),
        script(
            "taken on another device of ours",
            Outcome::AnsweredByPerson,
            direct(vec![
                report(6, "p-2", "Answered"),
                because("CallSwitch", report(7, "p-2", "Disconnected")),
                report(8, "p-3", "Answered"),
                report(9, "p-3", "Disconnected"),
                report(10, "p-1", "Disconnected"),
            ]),
        ),
    ]
}

fn unanswered_calls() -> Vec<Script> {
    let queued = |status: PartyStatus| PartyStatus {
        queue: true,
        ..status
    };
    vec![
        script(
            "queue, another agent answers",
            Outcome::AnsweredByPerson,
            vec![
                queued(report(7, "p-3", "Proceeding")),
                queued(of(OTHER, report(8, "p-4", "Proceeding"))),
                queued(of(OTHER, report(9, "p-4", "Answered"))),
                because("AgentAnswered", queued(report(10, "p-3", "Disconnected"))),
                queued(of(OTHER, report(11, "p-4", "Disconnected"))),
            ],
        ),
        script(
            "missed",
            Outcome::Missed,
            direct(vec![
                missed(report(6, "p-2", "Disconnected")),
                report(7, "p-1", "Disconnected"),
            ]),
        ),
        script(
            "voicemail",
            Outcome::Voicemail,
            direct(vec![
                report(6, "p-2", "VoiceMail"),
                because("Voicemail", report(7, "p-2", "Disconnected")),
                report(8, "p-1", "Disconnected"),
            ]),
        ),
        script(
            "voicemail, spelled otherwise",
            Outcome::Voicemail,
            direct(vec![
                report(6, "p-2", "Voicemail"),
                missed(because("Voicemail", report(7, "p-2", "Disconnected"))),
            ]),
        ),
        script(
            "forwarded before the answer",
            Outcome::Forwarded,
            direct(vec![
                because("BlindTransfer", report(6, "p-2", "Disconnected")),
                of(OTHER, report(7, "p-3", "Proceeding")),
            ]),
        ),
        script(
            "replied",
            Outcome::Replied,
            direct(vec![
                because("CallReplied", report(6, "p-2", "Setup")),
                because("CallReplied", report(7, "p-2", "Disconnected")),
            ]),
        ),
        script(
            "turned away",
            Outcome::Rejected,
            direct(vec![
                because("Rejected", report(6, "p-2", "Disconnected")),
                report(7, "p-1", "Disconnected"),
            ]),
        ),
    ]
}

fn scripts() -> Vec<Script> {
    let mut all = answered_calls();
    all.extend(unanswered_calls());
    all
}

/// Where every party stands at the end: what a reading of the session gives while it can still be read.
fn at_the_end(reports: &[PartyStatus]) -> Vec<PartyStatus> {
    let mut latest: std::collections::BTreeMap<&str, &PartyStatus> =
        std::collections::BTreeMap::new();
    for status in reports {
        let known = latest.entry(&status.party).or_insert(status);
        if status.sequence >= known.sequence {
            *known = status;
        }
    }
    latest
        .into_values()
        .map(|status| PartyStatus {
            sequence: 0,
            ..status.clone()
        })
        .collect()
}

/// Plays reports to a call that only watches, until nothing more is to be expected of it.
fn play(reports: &[PartyStatus], truth: &[PartyStatus]) -> Rehearsal {
    let mut call = Rehearsal::begin(CallSettings {
        mode: AiMode::HumanOnly,
        own_extension: Some(OURS.to_owned()),
        carrier: true,
        ..settings()
    });
    call.session = Ok(truth.to_vec());
    for status in reports {
        call.happens(Event::SessionChanged {
            status: Box::new(status.clone()),
        });
    }
    for _ in 0..50 {
        if call.state.is_finished() {
            return call;
        }
        call.time_passes();
        if call.state.questions.timers().len() > 3 {
            // The second reading finds the session gone.
            call.session = Err(carrier::Error::Gone);
        }
    }
    call
}

/// What of a call's end must not depend on the order of its reports.
fn verdict(call: &Rehearsal) -> (Option<Outcome>, String, Option<PhoneNumber>, bool) {
    let record = record(&call.state);
    (
        call.outcome(),
        record.direction,
        record.from_number,
        call.state.is_finished(),
    )
}

fn expected(script: &Script) -> (Option<Outcome>, String, Option<PhoneNumber>, bool) {
    (
        Some(script.outcome),
        "Inbound".to_owned(),
        PhoneNumber::parse("+14155550198"),
        true,
    )
}

#[test]
fn every_sequence_leads_to_its_outcome() {
    for script in scripts() {
        let truth = at_the_end(&script.reports);
        let call = play(&script.reports, &truth);
        assert_eq!(verdict(&call), expected(&script), "{}", script.name);
    }
}

#[test]
fn reversed_and_doubled_reports_lead_to_the_same_record() {
    for script in scripts() {
        let truth = at_the_end(&script.reports);
        let mut reports = script.reports.clone();
        reports.reverse();
        assert_eq!(
            verdict(&play(&reports, &truth)),
            expected(&script),
            "{} reversed",
            script.name
        );
        reports.extend(script.reports.clone());
        assert_eq!(
            verdict(&play(&reports, &truth)),
            expected(&script),
            "{} doubled",
            script.name
        );
    }
}

#[test]
fn any_report_may_be_missing() {
    for script in scripts() {
        let truth = at_the_end(&script.reports);
        for missing in 0..script.reports.len() {
            let mut reports = script.reports.clone();
            let lost = reports.remove(missing);
            let call = play(&reports, &truth);
            let what = format!("{} without {} of {}", script.name, lost.code, lost.party);
            assert_eq!(verdict(&call), expected(&script), "{what}");
        }
    }
}

#[test]
fn a_call_whose_end_is_never_reported_ends_when_the_session_is_gone() {
    let reports = direct(vec![report(6, "p-2", "Answered")]);
    let mut call = play(&reports, &at_the_end(&reports));
    assert!(
        matches!(call.state.phase, Phase::Watching),
        "a person may talk for long"
    );
    call.session = Err(carrier::Error::Gone);
    let began = call.at;
    while !matches!(call.state.phase, Phase::Over(_)) {
        call.time_passes();
    }
    let took = call.at.duration_since(began);
    assert!(took.as_secs() <= 30, "a ghost for {took:?}");
    assert_eq!(call.outcome(), Some(Outcome::AnsweredByPerson));
}

proptest! {
    #[test]
    fn any_order_leads_to_the_same_record(
        which in 0..scripts().len(),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..30),
    ) {
        let script = scripts().swap_remove(which);
        let truth = at_the_end(&script.reports);
        let mut left = script.reports.clone();
        let mut reports = Vec::new();
        for index in order {
            if left.is_empty() {
                break;
            }
            let at = index.index(left.len());
            reports.push(left.remove(at));
        }
        reports.extend(left);
        prop_assert_eq!(verdict(&play(&reports, &truth)), expected(&script), "{}", script.name);
    }
}

#[test]
fn a_call_that_rings_only_at_ringcentral_is_brought_to_our_device() {
    let mut call = Rehearsal::begin(CallSettings {
        own_extension: Some(OURS.to_owned()),
        carrier: true,
        ..settings()
    });
    for status in direct(Vec::new()) {
        call.happens(Event::SessionChanged {
            status: Box::new(status),
        });
    }
    assert!(call.commands.is_empty(), "the INVITE has 1.5 s to come");
    call.time_passes();
    assert_eq!(call.commands, [carrier::Command::Answer]);
    call.rings();
    assert!(
        call.said
            .iter()
            .any(|line| line.contains("How can I help you?"))
    );
    assert_eq!(call.commands.len(), 1);
}

#[test]
fn without_a_voice_the_caller_is_sent_to_a_person_or_has_a_reply() {
    for fallback in [None, PhoneNumber::parse("+15551230099")] {
        let mut call = Rehearsal::begin(CallSettings {
            own_extension: Some(OURS.to_owned()),
            carrier: true,
            fallback: fallback.clone(),
            ..settings()
        });
        call.happens(Event::VoiceDown);
        for status in direct(Vec::new()) {
            call.happens(Event::SessionChanged {
                status: Box::new(status),
            });
        }
        call.rings();
        assert!(call.said.is_empty());
        let is_right = match (&call.commands[..], fallback) {
            ([carrier::Command::Forward { to }], Some(number)) => {
                *to == carrier::Target::PhoneNumber(number)
            }
            ([carrier::Command::Reply { .. }], None) => true,
            _ => false,
        };
        assert!(is_right, "{:?}", call.commands);
    }
}

#[test]
fn a_command_of_the_api_is_carried_out_once() {
    let mut call = Rehearsal::answered(settings());
    for _ in 0..2 {
        call.happens(Event::CommandAsked {
            key: "k".to_owned(),
            command: carrier::Command::Hold,
        });
    }
    assert_eq!(call.commands, [carrier::Command::Hold]);
}

#[test]
fn our_party_is_addressed_in_the_state_it_is_in() {
    let mut call = Rehearsal::answered(settings());
    call.happens(Event::SessionChanged {
        status: Box::new(report(6, "p-2", "Answered")),
    });
    let party = PartyRef {
        session: SessionId::new("s-1"),
        party: "p-2".to_owned(),
    };
    let addressed = call.state.line.session.our_ref();
    assert_eq!(addressed, Some((party, "Answered".to_owned())));
}
