//! The journal: what was committed is read back, once, in order, or said to be damaged.

use super::{call, execute, moment, on_both};
use crate::fixture::Fixture;
use maitred::adapters::store::{Database, Reading, SqlJournal};
use maitred_actors::call::{Event, Recorded, Timer};
use maitred_actors::ports::hearing::Utterance;
use maitred_actors::ports::journal::{
    CallRecord, Error, Journal, Projection, RecordState, TranscriptTurn, TurnSpeaker,
};
use maitred_actors::types::{CallId, PhoneNumber, QuestionNo};

on_both!(
    entries_come_back_in_order_and_as_they_were,
    a_commit_repeated_changes_nothing,
    a_projection_written_again_replaces_the_former_one,
    a_batch_larger_than_a_statement_is_kept_whole,
    a_commit_that_fails_leaves_nothing,
    a_damaged_entry_is_named_and_not_shown,
    a_missing_entry_is_noticed,
    open_calls_are_those_without_an_end,
    many_writers_at_once_all_succeed,
    a_commit_given_up_midway_is_whole_or_absent,
);

fn entry(call: &CallId, seq: u64, event: Event) -> Recorded {
    Recorded {
        call: call.clone(),
        seq,
        at: moment(i64::try_from(seq).unwrap()),
        event,
    }
}

fn said(text: &str) -> Event {
    let utterance = Utterance {
        text: text.into(),
        nbest: vec!["4 of us".into()],
        confidence: 0.1,
        speech_end_ms: 7,
    };
    Event::CallerSaid {
        utterance,
        recognised_ms: 3,
    }
}

fn record(call: &CallId) -> CallRecord {
    CallRecord {
        call: call.clone(),
        session: None,
        sip_call_id: None,
        direction: "Inbound".into(),
        from_number: PhoneNumber::parse("+14155550198"),
        to_number: Some("101".into()),
        status: None,
        state: RecordState::InProgress,
        outcome: None,
        mode: "triage".into(),
        turns: 0,
        handed_over_to: None,
        recording_path: None,
        recording_consent: Some("told".into()),
        started_at: moment(0),
        ended_at: None,
    }
}

fn turn(call: &CallId, index: u32, text: &str) -> Projection {
    Projection::Turn(TranscriptTurn {
        call: call.clone(),
        index,
        speaker: TurnSpeaker::Caller,
        text: text.into(),
        started_ms: 10,
        latency_ms: None,
        interrupted: false,
    })
}

async fn open(fixture: &Fixture) -> (Database, SqlJournal) {
    let database = Database::open(&fixture.url).await.unwrap();
    (database.clone(), SqlJournal::new(database))
}

async fn entries_come_back_in_order_and_as_they_were(fixture: &Fixture) {
    let (_, journal) = open(fixture).await;
    let (one, other) = (call("one"), call("other"));
    let entries = [
        entry(&one, 1, said("for six \u{0} on the 5th, “José” 🎉")),
        entry(&other, 1, Event::SpeechStarted),
        entry(
            &one,
            2,
            Event::TimeCame {
                timer: Timer::Deadline(QuestionNo(u64::MAX)),
            },
        ),
        entry(&one, 3, Event::KeyPressed { key: '#' }),
    ];
    // Given out of order, as two sources in one group may be.
    journal.commit(entries[2..].to_vec(), vec![]).await.unwrap();
    journal.commit(entries[..2].to_vec(), vec![]).await.unwrap();
    let back = journal.read(&one).await.unwrap();
    assert_eq!(
        back,
        [entries[0].clone(), entries[2].clone(), entries[3].clone()]
    );
    assert_eq!(journal.read(&call("unknown")).await.unwrap(), []);
}

async fn a_commit_repeated_changes_nothing(fixture: &Fixture) {
    let (_, journal) = open(fixture).await;
    let one = call("one");
    let entries = vec![
        entry(&one, 1, said("first")),
        entry(&one, 2, Event::SpeechStarted),
    ];
    let projections = vec![
        Projection::Record(Box::new(record(&one))),
        turn(&one, 0, "first"),
    ];
    for _ in 0..3 {
        journal
            .commit(entries.clone(), projections.clone())
            .await
            .unwrap();
    }
    journal
        .commit(vec![entry(&one, 1, said("second"))], vec![])
        .await
        .unwrap();
    assert_eq!(journal.read(&one).await.unwrap(), entries);
}

async fn a_projection_written_again_replaces_the_former_one(fixture: &Fixture) {
    let (database, journal) = open(fixture).await;
    let one = call("one");
    let first = Projection::Record(Box::new(record(&one)));
    journal
        .commit(
            vec![entry(&one, 1, said("a"))],
            vec![first, turn(&one, 0, "a")],
        )
        .await
        .unwrap();
    execute(
        &database,
        "UPDATE call_recordings SET recording_uri = 'kept'",
    )
    .await;
    let mut last = record(&one);
    last.state = RecordState::Completed;
    last.outcome = Some("bo\0oked".into());
    last.turns = 2;
    last.ended_at = Some(moment(61_500_000));
    let batch = vec![
        Projection::Record(Box::new(record(&one))),
        turn(&one, 0, "b"),
        turn(&one, 1, "c"),
        Projection::Record(Box::new(last)),
        turn(&one, 0, "d"),
    ];
    journal.commit(vec![], batch).await.unwrap();
    let view = Reading::new(database).call(&one).await.unwrap().unwrap();
    let row = &view.record;
    assert_eq!(
        (row.state.as_str(), row.outcome.as_deref()),
        ("COMPLETED", Some("booked"))
    );
    assert_eq!(
        (row.mode.as_str(), row.turns, row.duration_seconds),
        ("triage", 2, Some(61))
    );
    assert_eq!(row.recording_uri.as_deref(), Some("kept"));
    assert_eq!(
        (row.started_at, row.ended_at),
        (Some(moment(0)), Some(moment(61_500_000)))
    );
    let texts: Vec<_> = view
        .transcript
        .iter()
        .map(|turn| turn.text.as_str())
        .collect();
    assert_eq!(texts, ["d", "c"]);
}

async fn a_batch_larger_than_a_statement_is_kept_whole(fixture: &Fixture) {
    let (_, journal) = open(fixture).await;
    let one = call("one");
    let entries: Vec<_> = (1..=1_234)
        .map(|seq| entry(&one, seq, Event::SpeechStarted))
        .collect();
    let turns = (0..1_234).map(|index| turn(&one, index, "x")).collect();
    journal.commit(entries.clone(), turns).await.unwrap();
    assert_eq!(journal.read(&one).await.unwrap(), entries);
}

async fn a_commit_that_fails_leaves_nothing(fixture: &Fixture) {
    let (database, journal) = open(fixture).await;
    execute(&database, "ALTER TABLE transcript_turns RENAME TO away").await;
    let one = call("one");
    let entries = vec![entry(&one, 1, said("a"))];
    let failed = journal
        .commit(entries.clone(), vec![turn(&one, 0, "a")])
        .await;
    assert!(matches!(failed, Err(Error::Unavailable(_))), "{failed:?}");
    assert_eq!(journal.read(&one).await.unwrap(), []);
    execute(&database, "ALTER TABLE away RENAME TO transcript_turns").await;
    journal
        .commit(entries.clone(), vec![turn(&one, 0, "a")])
        .await
        .unwrap();
    assert_eq!(journal.read(&one).await.unwrap(), entries);
}

async fn a_damaged_entry_is_named_and_not_shown(fixture: &Fixture) {
    let (database, journal) = open(fixture).await;
    let one = call("one");
    let entries = (1..=3)
        .map(|seq| entry(&one, seq, said("secret")))
        .collect();
    journal.commit(entries, vec![]).await.unwrap();
    for text in [
        r#"{"type":"caller_said","utterance":"my secret"}"#,
        r#"{"type":"secret"#,
        "secret",
    ] {
        let sql = format!("UPDATE call_events SET event = '{text}' WHERE seq = 2");
        execute(&database, &sql).await;
        let error = journal.read(&one).await.unwrap_err();
        assert!(matches!(error, Error::Damaged { seq: 2, .. }), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    let view = Reading::new(database).call(&one).await.unwrap().unwrap();
    let readable: Vec<_> = view
        .journal
        .iter()
        .map(|entry| entry.event.is_some())
        .collect();
    assert_eq!(readable, [true, false, true]);
}

async fn a_missing_entry_is_noticed(fixture: &Fixture) {
    let (database, journal) = open(fixture).await;
    let one = call("one");
    let entries = (1..=3)
        .map(|seq| entry(&one, seq, Event::SpeechStarted))
        .collect();
    journal.commit(entries, vec![]).await.unwrap();
    execute(&database, "DELETE FROM call_events WHERE seq = 2").await;
    let error = journal.read(&one).await.unwrap_err();
    assert!(matches!(error, Error::Damaged { seq: 2, .. }), "{error}");
}

async fn open_calls_are_those_without_an_end(fixture: &Fixture) {
    let (_, journal) = open(fixture).await;
    let (over, older, newer) = (call("a_over"), call("c_older"), call("b_newer"));
    let mut ended = record(&over);
    ended.ended_at = Some(moment(9));
    let mut late = record(&newer);
    late.started_at = moment(50);
    journal
        .commit(
            vec![
                entry(&newer, 1, said("a")),
                entry(&newer, 2, said("b")),
                entry(&over, 1, said("c")),
                // No projection of this one was ever written: the process died first.
                entry(&older, 1, said("d")),
            ],
            vec![
                Projection::Record(Box::new(ended)),
                Projection::Record(Box::new(late)),
            ],
        )
        .await
        .unwrap();
    let open = journal.open_calls().await.unwrap();
    let open: Vec<_> = open.into_iter().map(|one| (one.call, one.last)).collect();
    assert_eq!(open, [(older, 1), (newer, 2)]);
}

async fn many_writers_at_once_all_succeed(fixture: &Fixture) {
    let (_, journal) = open(fixture).await;
    let mut writers = tokio::task::JoinSet::new();
    for number in 0..16 {
        let journal = journal.clone();
        writers.spawn(async move {
            let one = call(&format!("{number}"));
            for seq in 1..=20 {
                let row = Projection::Record(Box::new(record(&one)));
                journal
                    .commit(vec![entry(&one, seq, Event::SpeechStarted)], vec![row])
                    .await?;
                journal.read(&one).await?;
            }
            Ok::<_, Error>(())
        });
    }
    for outcome in writers.join_all().await {
        outcome.unwrap();
    }
    assert_eq!(journal.open_calls().await.unwrap().len(), 16);
}

async fn a_commit_given_up_midway_is_whole_or_absent(fixture: &Fixture) {
    let (_, journal) = open(fixture).await;
    let batch = |one: &CallId| -> Vec<_> {
        (1..=40)
            .map(|seq| entry(one, seq, Event::SpeechStarted))
            .collect()
    };
    for number in 0..40 {
        let one = call(&format!("{number}"));
        let row = Projection::Record(Box::new(record(&one)));
        let commit = tokio::spawn(journal.commit(batch(&one), vec![row]));
        for _ in 0..number {
            tokio::task::yield_now().await;
        }
        commit.abort();
        let _ = commit.await;
    }
    for number in 0..40 {
        let one = call(&format!("{number}"));
        let there = journal.read(&one).await.unwrap().len();
        assert!(there == 0 || there == 40, "{there} of 40 entries");
    }
    let last = call("last");
    journal.commit(batch(&last), vec![]).await.unwrap();
    assert_eq!(journal.read(&last).await.unwrap().len(), 40);
}
