//! The list of work after calls: made with the end of a call, worked through stage by stage, never lost and never done
//! twice.

use super::{call, execute, moment, on_both};
use crate::fixture::Fixture;
use jiff::{SignedDuration, Timestamp};
use maitred::adapters::archive::{SqlList, Telling};
use maitred::adapters::clock::SystemClock;
use maitred::adapters::store::{CallFilter, CallRow, Database, Reading, SqlJournal};
use maitred_actors::archivist::{Card, FinalTranscript, Flag, Part, Source, Speaker};
use maitred_actors::ports::archive::{Fate, Job, Next, Origin, Stage, Stored, Track, WorkList};
use maitred_actors::ports::journal::{CallRecord, Journal, Projection, RecordState};
use maitred_actors::types::{CallId, PhoneNumber};
use sea_orm::{ConnectionTrait, Statement};
use std::sync::Arc;

on_both!(
    the_end_of_a_call_and_its_work_are_written_together,
    a_call_without_a_recording_is_complete_at_once,
    a_call_that_failed_has_its_work_too,
    work_goes_from_stage_to_stage_and_the_record_with_it,
    what_was_begun_is_due_again_when_it_is_released,
    a_card_waits_for_the_last_word_or_is_hurried,
    a_card_is_written_once_and_told_once,
    a_notice_is_kept_until_it_arrived,
    a_deleted_recording_is_shown_as_deleted,
);

struct Desk {
    database: Database,
    journal: SqlJournal,
    list: SqlList,
    reading: Reading,
}

async fn desk(fixture: &Fixture, carrier_records: bool) -> Desk {
    let database = Database::open(&fixture.url).await.unwrap();
    let telling = Telling {
        by_webhook: true,
        by_text: PhoneNumber::parse("+14155550100"),
    };
    Desk {
        journal: SqlJournal::new(database.clone())
            .expecting_recordings(carrier_records, SignedDuration::from_secs(20)),
        list: SqlList::new(database.clone(), Arc::new(SystemClock), telling),
        reading: Reading::new(database.clone()),
        database,
    }
}

fn job(call: &CallId, track: Track) -> Job {
    Job {
        call: call.clone(),
        track,
        stage: Stage::Card,
        tries: 0,
        since: moment(9),
        reason: None,
    }
}

/// When RingCentral's last word on a call has been waited for.
fn later() -> Timestamp {
    moment(60_000_000)
}

fn record(call: &CallId, state: RecordState, path: Option<&str>) -> CallRecord {
    CallRecord {
        call: call.clone(),
        session: None,
        sip_call_id: None,
        direction: "Inbound".into(),
        from_number: PhoneNumber::parse("+14155550198"),
        to_number: None,
        status: None,
        state,
        outcome: Some("booked".into()),
        mode: "full_auto".into(),
        turns: 0,
        handed_over_to: None,
        recording_path: path.map(str::to_owned),
        recording_consent: None,
        started_at: moment(0),
        ended_at: Some(moment(9)),
    }
}

fn next(stage: Stage, reason: Option<&str>) -> Next {
    Next {
        stage,
        tries: 0,
        since: moment(9),
        due: moment(20),
        reason: reason.map(str::to_owned),
    }
}

fn stored(id: &str) -> Stored {
    Stored {
        id: id.to_owned(),
        origin: Origin::Carrier,
        uri: Some(format!("https://media.example.com/{id}")),
        path: format!("/recordings/{id}.mp3"),
        content_type: "audio/mpeg".to_owned(),
        bytes: 4_000_000_000,
    }
}

fn card(call: &CallId) -> Card {
    Card {
        call: call.clone(),
        at: moment(0),
        ended_at: moment(9),
        from_number: PhoneNumber::parse("+14155550198"),
        name: Some("Maria\0 Delgado".to_owned()),
        wanted: "a booking".to_owned(),
        promised: None,
        missing: None,
        outcome: "booked".to_owned(),
        when: "Sun 22 Nov 2026 10:00".to_owned(),
        model_summary: Some("A model wrote this.".to_owned()),
    }
}

impl Desk {
    /// Commits the end of a call.
    async fn end(&self, record: CallRecord) {
        let row = Projection::Record(Box::new(record));
        self.journal.commit(Vec::new(), vec![row]).await.unwrap();
    }

    async fn due(&self) -> Vec<Job> {
        let all = &[Stage::Card, Stage::Recording, Stage::Transcript];
        self.list.due(later(), all, 10).await.unwrap()
    }

    async fn row(&self) -> CallRow {
        let page = self.reading.calls(CallFilter::default(), None, 1).await;
        page.unwrap().items.remove(0)
    }

    async fn count(&self, table: &str) -> i64 {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        let query = Statement::from_string(self.database.backend(), sql);
        let row = self.database.reader().query_one_raw(query).await.unwrap();
        row.unwrap().try_get_by_index(0).unwrap()
    }
}

async fn the_end_of_a_call_and_its_work_are_written_together(fixture: &Fixture) {
    let (desk, call) = (desk(fixture, true).await, call("1"));
    let mut live = record(&call, RecordState::InProgress, None);
    live.ended_at = None;
    desk.end(live).await;
    assert_eq!(desk.due().await, [], "a live call has no such work");
    let over = record(&call, RecordState::Completed, None);
    desk.end(over.clone()).await;
    let due = desk.due().await;
    let stages: Vec<_> = due
        .iter()
        .map(|job| (job.track, job.stage, job.since))
        .collect();
    let card = (Track::Card, Stage::Card, moment(9));
    assert_eq!(stages, [card, (Track::Sound, Stage::Recording, moment(9))]);
    assert_eq!(desk.row().await.state, "IN_PROGRESS");
    desk.list
        .put_recording(&call, stored("9912"), moment(10))
        .await
        .unwrap();
    // What RingCentral says later of a call that is over changes neither state nor recording.
    let mut later = over;
    later.status = Some("Disconnected".into());
    desk.end(later).await;
    let row = desk.row().await;
    assert_eq!(
        (row.state.as_str(), row.status.as_deref()),
        ("RECORDED", Some("Disconnected"))
    );
    assert_eq!(row.recording_path.as_deref(), Some("/recordings/9912.mp3"));
    assert_eq!(desk.due().await.len(), 2, "and makes no work anew");
}

async fn a_call_without_a_recording_is_complete_at_once(fixture: &Fixture) {
    let desk = desk(fixture, false).await;
    desk.end(record(&call("1"), RecordState::Completed, None))
        .await;
    assert_eq!(desk.row().await.state, "COMPLETED");
    let tracks = async || -> Vec<_> {
        let due = desk.due().await;
        due.into_iter()
            .map(|job| (job.call.to_string(), job.track))
            .collect()
    };
    assert_eq!(tracks().await, [(call("1").to_string(), Track::Card)]);
    let own = record(
        &call("2"),
        RecordState::Completed,
        Some("/recordings/x.wav"),
    );
    desk.end(own).await;
    let sound = (call("2").to_string(), Track::Sound);
    assert_eq!(tracks().await.last(), Some(&sound), "Maitred's own");
}

async fn a_call_that_failed_has_its_work_too(fixture: &Fixture) {
    let (desk, call) = (desk(fixture, true).await, call("1"));
    let mut live = record(&call, RecordState::InProgress, None);
    live.ended_at = None;
    desk.end(live).await;
    let failed = Projection::Failed {
        call: call.clone(),
        at: moment(7),
    };
    desk.journal.commit(Vec::new(), vec![failed]).await.unwrap();
    let due = desk.due().await;
    assert_eq!((due.len(), due[0].since), (2, moment(7)));
    desk.list
        .put_recording(&call, stored("1"), moment(8))
        .await
        .unwrap();
    desk.list
        .put_next(&job(&call, Track::Sound), next(Stage::Done, None))
        .await
        .unwrap();
    let row = desk.row().await;
    assert_eq!(
        row.state, "FAILED",
        "a recording makes no failed call a good one"
    );
    assert!(row.recording_path.is_some());
}

async fn work_goes_from_stage_to_stage_and_the_record_with_it(fixture: &Fixture) {
    let (desk, call) = (desk(fixture, true).await, call("1"));
    desk.end(record(&call, RecordState::Completed, None)).await;
    let again = next(Stage::Recording, Some("recording not_in_log: looked up"));
    desk.list
        .put_next(&job(&call, Track::Sound), again)
        .await
        .unwrap();
    let row = desk.row().await;
    assert_eq!(row.state, "IN_PROGRESS");
    assert_eq!(
        row.archive_reason.as_deref(),
        Some("recording not_in_log: looked up")
    );
    for id in ["1", "2", "2"] {
        desk.list
            .put_recording(&call, stored(id), moment(10))
            .await
            .unwrap();
    }
    let row = desk.row().await;
    assert_eq!(
        row.recording_uri.as_deref(),
        Some("https://media.example.com/1")
    );
    let case = desk.list.case(&call).await.unwrap().unwrap();
    assert_eq!(case.recordings, [stored("1"), stored("2")]);
    assert!(!case.journal_whole, "there is none");
    let part = |text: &str, source| Part {
        speaker: Speaker::Other(1),
        text: text.to_owned(),
        started_ms: 5,
        source,
        recording_text: Some("other\0 words".to_owned()),
    };
    let flag = Flag {
        part: 0,
        kind: "name",
        booking: "MH1".to_owned(),
        booked: "Maria".to_owned(),
        heard: "Mario".to_owned(),
    };
    // Written twice, as after a crash between the writing and the telling: once is what stands.
    for _ in 0..2 {
        let transcript = FinalTranscript {
            parts: vec![part("a\0", Source::Both), part("b", Source::Recording)],
            flags: vec![flag.clone()],
        };
        let done = next(Stage::Done, None);
        desk.list
            .put_transcript(&job(&call, Track::Sound), transcript, done)
            .await
            .unwrap();
    }
    let view = desk.reading.call(&call).await.unwrap().unwrap();
    assert_eq!(
        (view.record.state.as_str(), view.record.archive_reason),
        ("COMPLETED", None)
    );
    let parts: Vec<_> = view
        .after
        .final_transcript
        .iter()
        .map(|part| (part.text.as_str(), part.source.as_str()))
        .collect();
    assert_eq!(parts, [("a", "both"), ("b", "recording")]);
    assert_eq!(view.after.final_transcript[0].speaker, "speaker_1");
    assert_eq!(view.after.flags.len(), 1);
    assert_eq!(desk.due().await.len(), 1, "the card does not wait for it");
    let backlog = desk.list.backlog().await.unwrap();
    assert_eq!((backlog.entries, backlog.oldest), (1, Some(moment(9))));
    let done = next(Stage::Done, None);
    desk.list
        .put_card(&job(&call, Track::Card), card(&call), done)
        .await
        .unwrap();
    let backlog = desk.list.backlog().await.unwrap();
    assert_eq!((backlog.entries, backlog.oldest), (0, None));
}

async fn what_was_begun_is_due_again_when_it_is_released(fixture: &Fixture) {
    let (desk, call) = (desk(fixture, true).await, call("1"));
    desk.end(record(&call, RecordState::Completed, None)).await;
    let due = desk.due().await;
    let again = moment(500_000_000);
    assert!(desk.list.begin(&due[1], again).await.unwrap());
    assert!(
        !desk.list.begin(&due[1], again).await.unwrap(),
        "another process read the list at the same time"
    );
    assert_eq!(desk.due().await, due[..1], "somebody works on the other");
    desk.list.release(moment(12)).await.unwrap();
    let released = desk.due().await;
    let tries: Vec<_> = released.iter().map(|job| (job.track, job.tries)).collect();
    assert_eq!(
        tries,
        [(Track::Sound, 1), (Track::Card, 0)],
        "it was tried once"
    );
}

async fn a_card_is_written_once_and_told_once(fixture: &Fixture) {
    let (desk, call) = (desk(fixture, false).await, call("1"));
    desk.end(record(&call, RecordState::Completed, None)).await;
    for _ in 0..2 {
        let done = next(Stage::Done, None);
        desk.list
            .put_card(&job(&call, Track::Card), card(&call), done)
            .await
            .unwrap();
    }
    let cards = desk.reading.cards(None, 10).await.unwrap();
    assert_eq!(cards.items.len(), 1);
    assert_eq!(cards.items[0].name.as_deref(), Some("Maria Delgado"));
    let summary = cards.items[0].model_summary.as_deref();
    assert_eq!(summary, Some("A model wrote this."));
    assert_eq!(desk.count("outbox").await, 1);
    assert_eq!(desk.count("owner_notices").await, 1);
}

async fn a_notice_is_kept_until_it_arrived(fixture: &Fixture) {
    let (desk, call) = (desk(fixture, false).await, call("1"));
    desk.end(record(&call, RecordState::Completed, None)).await;
    let done = next(Stage::Done, None);
    desk.list
        .put_card(&job(&call, Track::Card), card(&call), done)
        .await
        .unwrap();
    let now = "2027-01-01T00:00:00Z".parse().unwrap();
    let due = desk.list.notices_due(now, 5).await.unwrap();
    assert_eq!(due.len(), 1);
    assert!(due[0].body.contains("Maria") && due[0].id == format!("card/{call}"));
    let later = "2027-01-02T00:00:00Z".parse().unwrap();
    let again = Fate::Again(later, "down".to_owned());
    desk.list.put_notice(&due[0].id, again).await.unwrap();
    assert_eq!(desk.list.notices_due(now, 5).await.unwrap(), []);
    let due = desk.list.notices_due(later, 5).await.unwrap();
    assert_eq!((due.len(), due[0].tries), (1, 1));
    assert_eq!(desk.list.backlog().await.unwrap().notices, 1);
    desk.list
        .put_notice(&due[0].id, Fate::Sent(later))
        .await
        .unwrap();
    assert_eq!(desk.list.notices_due(later, 5).await.unwrap(), []);
    assert_eq!(desk.list.backlog().await.unwrap().notices, 0);
}

async fn a_deleted_recording_is_shown_as_deleted(fixture: &Fixture) {
    let (desk, call) = (desk(fixture, true).await, call("1"));
    desk.end(record(&call, RecordState::Completed, None)).await;
    desk.list
        .put_recording(&call, stored("1"), moment(10))
        .await
        .unwrap();
    assert_eq!(desk.list.stored_before(moment(10), 5).await.unwrap(), []);
    let old = desk.list.stored_before(moment(11), 5).await.unwrap();
    assert_eq!(old, [(call.clone(), stored("1"))]);
    desk.list
        .put_deleted(&call, &stored("1"), moment(20))
        .await
        .unwrap();
    assert_eq!(desk.list.stored_before(moment(11), 5).await.unwrap(), []);
    let view = desk.reading.call(&call).await.unwrap().unwrap();
    assert_eq!(view.record.recording_path, None);
    assert!(
        view.record
            .archive_reason
            .unwrap()
            .starts_with("recording deleted")
    );
    assert_eq!(view.after.recordings[0].deleted_at, Some(moment(20)));
    execute(&desk.database, "DELETE FROM call_recordings").await;
    assert_eq!(desk.list.case(&call).await.unwrap(), None);
}

async fn a_card_waits_for_the_last_word_or_is_hurried(fixture: &Fixture) {
    let (desk, call) = (desk(fixture, true).await, call("1"));
    assert!(
        !desk.list.hurry(&call, moment(9)).await.unwrap(),
        "not over yet"
    );
    desk.end(record(&call, RecordState::Completed, None)).await;
    let at_once = desk.list.due(moment(10_000_000), &[Stage::Card], 5).await;
    assert_eq!(
        at_once.unwrap(),
        [],
        "RingCentral may still say how it ended"
    );
    assert!(desk.list.hurry(&call, moment(11)).await.unwrap());
    let hurried = desk.list.due(moment(11), &[Stage::Card], 5).await.unwrap();
    assert_eq!(hurried.len(), 1);
    assert!(desk.list.hurry(&call, moment(12)).await.unwrap());
    let hurried = desk
        .list
        .due(moment(12), &[Stage::Recording], 5)
        .await
        .unwrap();
    assert_eq!(hurried, [], "only cards are hurried");
}
