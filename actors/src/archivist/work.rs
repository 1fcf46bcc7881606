//! Owns one piece of work for a call that is over: its card, its recording, its transcript; and how the list goes on
//! after it. Run on a task by the `Archivist`. What may fail is asked of the ports; when to try again is `plan`'s.

use super::card::Card;
use super::facts::{Facts, is_refused, recordings_seen};
use super::plan::later;
use super::transcript::FinalTranscript;
use super::{Heard, align, differ, summary};
use crate::call::{Event, Recorded};
use crate::grammar::Context;
use crate::ports::archive::{
    Archive, Case, Error, Job, Next, Recordings, Search, Stage, Stored, Trace,
};
use crate::ports::observer::Signal;
use crate::types::CallId;
use crate::world::World;
use jiff::Timestamp;
use std::sync::Arc;

/// Works at a job once and writes how it goes on. Gives whether the list has changed.
pub(super) async fn work(world: &World, job: Job) -> bool {
    let archive = &world.archive;
    let now = world.clock.now();
    let again =
        again(archive, &job, now).unwrap_or_else(|| later(now, archive.patience.first_wait));
    match archive.list.begin(&job, again).await {
        Ok(true) => {}
        // Another process was faster, or it is done already.
        Ok(false) => return false,
        Err(error) => {
            tracing::warn!(call.id = %job.call, %error, "archive work could not be begun");
            return false;
        }
    }
    let result = match archive.list.case(&job.call).await {
        Ok(Some(case)) => step(world, &job, case).await,
        Ok(None) => Err(Error::last("no_record", "the call has no record")),
        Err(error) => Err(error),
    };
    let (label, written) = match result {
        Ok(label) => (label, Ok(())),
        Err(error) => {
            let next = after_failure(archive, &job, &error, world.clock.now());
            if job.stage == Stage::Recording && next.stage != Stage::Recording {
                clear(archive, &job.call).await;
            }
            tracing::info!(
                call.id = %job.call, stage = job.stage.as_str(), %error, tries = job.tries + 1,
                given_up = next.stage != job.stage, "archive work did not succeed"
            );
            if next.stage != job.stage {
                let (stage, reason) = (job.stage.as_str(), error.reason());
                world.note(Signal::GivenUp { stage, reason });
            }
            (error.reason(), archive.list.put_next(&job, next).await)
        }
    };
    let stage = job.stage.as_str();
    world.note(Signal::Archived {
        stage,
        result: label,
    });
    if let Err(error) = &written {
        tracing::warn!(call.id = %job.call, stage, %error, "archive work could not be written down");
    }
    written.is_ok()
}

/// Does what the stage asks for, writes it, and gives the label of success.
async fn step(world: &World, job: &Job, case: Case) -> Result<&'static str, Error> {
    match job.stage {
        Stage::Card => write_card(world, job, case).await,
        Stage::Recording => store_recordings(world, job, case).await,
        Stage::Transcript => write_transcript(world, job, case).await,
        Stage::Done => Ok("done"),
    }
}

async fn write_card(world: &World, job: &Job, mut case: Case) -> Result<&'static str, Error> {
    if job.tries > 0 {
        // Whatever in the journal stood in the way once: a card without it is better than none.
        case.journal.clear();
        case.journal_whole = false;
    }
    let now = world.clock.now();
    let next = next_stage(Stage::Done, now);
    let mut card = Card::write(&case);
    // A card that was begun before and not written has no time for what is only helpful.
    if let Some(model) = world.model.as_ref().filter(|_| job.tries == 0) {
        card.model_summary = summary::of(world, model, &case).await;
    }
    world.archive.list.put_card(job, card, next).await?;
    Ok("ok")
}

async fn store_recordings(world: &World, job: &Job, case: Case) -> Result<&'static str, Error> {
    let archive = &world.archive;
    if is_refused(&case) {
        return refused(world, &case).await;
    }
    let trace = trace(&case);
    let mut shelf = Shelved {
        world,
        trace: &trace,
        stored: case.recordings.clone(),
        failure: None,
    };
    for path in own_recordings(&case) {
        let taken = archive.shelf.take(&trace, &path).await;
        shelf.keep(taken).await?;
    }
    let seen = recordings_seen(&case);
    let wants_carrier = !seen.is_empty() || shelf.stored.is_empty();
    if let Some(recordings) = archive.recordings.as_ref().filter(|_| wants_carrier) {
        for id in which(world, recordings, &trace, seen).await? {
            if !shelf.has(&id) {
                let fetched = recordings.fetch(&trace, &id).await;
                shelf.keep(fetched).await?;
            }
        }
    }
    let mut next = next_stage(Stage::Transcript, world.clock.now());
    match (shelf.failure, shelf.stored.is_empty()) {
        (Some(error), true) => return Err(error),
        (None, true) => return Err(Error::last("none", "there is no recording")),
        (failure, false) => next.reason = failure.map(|error| reason(job, &error)),
    }
    archive.list.put_next(job, next).await?;
    Ok("ok")
}

/// Keeps nothing of a call whose caller did not want to be recorded: what the call itself could not delete is deleted
/// here, and what the carrier has is not fetched.
async fn refused(world: &World, case: &Case) -> Result<&'static str, Error> {
    let (archive, now) = (&world.archive, world.clock.now());
    for path in own_recordings(case) {
        archive.shelf.discard(&path).await?;
    }
    for stored in &case.recordings {
        archive.shelf.delete(stored).await?;
        let call = &case.record.call;
        archive.list.put_deleted(call, stored, now).await?;
    }
    Err(Error::last(
        "consent_refused",
        "the caller did not want to be recorded",
    ))
}

/// The recordings of a call that lie on the shelf, and one that never will.
struct Shelved<'a> {
    world: &'a World,
    trace: &'a Trace,
    stored: Vec<Stored>,
    failure: Option<Error>,
}

impl Shelved<'_> {
    fn has(&self, id: &str) -> bool {
        self.stored.iter().any(|known| known.id == id)
    }

    /// Writes a recording down at once, so that nothing is fetched twice. One that will never be had is passed over, so
    /// that it does not stand in the way of others.
    async fn keep(&mut self, one: Result<Stored, Error>) -> Result<(), Error> {
        let one = match one {
            Ok(one) => one,
            Err(error @ Error::Passing { .. }) => return Err(error),
            Err(error) => {
                self.failure = Some(error);
                return Ok(());
            }
        };
        if !self.has(&one.id) {
            let (list, now) = (&self.world.archive.list, self.world.clock.now());
            list.put_recording(&self.trace.call, one.clone(), now)
                .await?;
            self.stored.push(one);
        }
        Ok(())
    }
}

/// Tells which recordings there are: those that events told of, else those in the carrier's log.
async fn which(
    world: &World,
    recordings: &Arc<dyn Recordings>,
    trace: &Trace,
    seen: Vec<String>,
) -> Result<Vec<String>, Error> {
    if !seen.is_empty() {
        return Ok(seen);
    }
    match recordings.find(trace).await? {
        Search::Found(ids) => Ok(ids),
        Search::Without
            if world
                .archive
                .patience
                .is_late(trace.ended, world.clock.now()) =>
        {
            Err(Error::last("not_recorded", "the call log has no recording"))
        }
        Search::Without => Err(Error::passing(
            "no_recording_yet",
            "looked up in the call log",
        )),
        Search::NotYet(reason) => Err(Error::passing(reason, "looked up in the call log")),
        Search::Nothing(reason) => Err(Error::last(reason, "looked up in the call log")),
    }
}

async fn write_transcript(world: &World, job: &Job, case: Case) -> Result<&'static str, Error> {
    let archive = &world.archive;
    let Some(transcriber) = &archive.transcriber else {
        return Err(Error::last(
            "no_transcriber",
            "nobody writes recordings down",
        ));
    };
    let mut heard = Vec::new();
    for stored in &case.recordings {
        let asked = world.clock.now();
        let spoken = transcriber.transcribe(stored).await;
        world.note(Signal::Vendor {
            provider: transcriber.name(),
            result: spoken.as_ref().map_or_else(Error::reason, |_| "ok"),
            took: world.clock.now().duration_since(asked).unsigned_abs(),
        });
        heard.push(Heard {
            origin: stored.origin,
            begins_ms: begins_ms(&case, stored),
            spoken: spoken?,
        });
    }
    let parts = align(&case.turns, &heard);
    let bookings: Vec<_> = Facts::gather(&case).standing().cloned().collect();
    let flags = differ(&parts, &bookings, &context(&case));
    let mut next = next_stage(Stage::Done, world.clock.now());
    // A recording that was given up before is still missing.
    next.reason = job
        .reason
        .clone()
        .filter(|reason| reason.starts_with(Stage::Recording.as_str()));
    let transcript = FinalTranscript { parts, flags };
    archive.list.put_transcript(job, transcript, next).await?;
    Ok("ok")
}

/// Takes away what was fetched of recordings that are given up: nobody would delete it later.
async fn clear(archive: &Archive, call: &CallId) {
    let cleared = match archive.list.case(call).await {
        Ok(Some(case)) => archive.shelf.clear(&trace(&case)).await,
        Ok(None) => Ok(()),
        Err(error) => Err(error),
    };
    if let Err(error) = cleared {
        tracing::warn!(call.id = %call, %error, "parts of recordings could not be taken away");
    }
}

fn next_stage(stage: Stage, now: Timestamp) -> Next {
    Next {
        stage,
        tries: 0,
        since: now,
        due: now,
        reason: None,
    }
}

/// Says for the record what is missing, beginning with the stage.
fn reason(job: &Job, error: &Error) -> String {
    format!("{} {error}", job.stage.as_str())
}

/// Tells how a job goes on that failed: the same stage later, or what comes after it without it.
fn after_failure(archive: &Archive, job: &Job, error: &Error, now: Timestamp) -> Next {
    let later = match error {
        Error::Passing { .. } => again(archive, job, now),
        Error::Final { .. } => None,
    };
    let next = match later {
        Some(due) => Next {
            stage: job.stage,
            tries: job.tries + 1,
            since: job.since,
            due,
            reason: None,
        },
        None => next_stage(Stage::Done, now),
    };
    Next {
        reason: Some(reason(job, error)),
        ..next
    }
}

fn again(archive: &Archive, job: &Job, now: Timestamp) -> Option<Timestamp> {
    let failures = job.tries.saturating_add(1);
    let patience = archive.patience;
    patience.again(job.call.as_str(), failures, job.since, now)
}

fn trace(case: &Case) -> Trace {
    let record = &case.record;
    Trace {
        call: record.call.clone(),
        session: record.session.clone(),
        from: record.from_number.clone(),
        started: record.started_at,
        ended: record.ended_at.unwrap_or(record.started_at),
    }
}

/// Files into which Maitred recorded; a call that was answered anew by another process has several. The record may name
/// one of which the journal does not say that it was begun.
fn own_recordings(case: &Case) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    let begun = case.journal.iter().filter_map(|entry| match &entry.event {
        Event::RecordingStarted { file, .. } => Some(file),
        Event::Answered { recording, .. } => recording.as_ref(),
        _ => None,
    });
    let named = case.record.recording_path.iter();
    for path in begun.chain(named.filter(|path| !path.contains('/'))) {
        if !paths.contains(path) {
            paths.push(path.clone());
        }
    }
    paths
}

/// Tells when a recording begins: one of Maitred's own when it was begun, the carrier's with the answer.
fn begins_ms(case: &Case, stored: &Stored) -> i64 {
    let is_it = |file: &str| file.trim_end_matches(".wav") == stored.id.trim_start_matches("own-");
    let begun = case.journal.iter().find(|entry| match &entry.event {
        Event::RecordingStarted { file, .. } => is_it(file),
        _ => false,
    });
    let answered = |entry: &&Recorded| matches!(entry.event, Event::Answered { .. });
    let from = begun.or_else(|| case.journal.iter().find(answered));
    from.map_or(0, |entry| {
        let after = entry.at.duration_since(case.record.started_at).as_millis();
        i64::try_from(after).unwrap_or(0)
    })
}

/// The light in which the recording is read: the day of the call and the business's hours.
fn context(case: &Case) -> Context {
    let settings = case.journal.iter().find_map(|entry| match &entry.event {
        Event::Admitted { settings } => Some(settings),
        _ => None,
    });
    match settings {
        Some(settings) => Context::new(settings.local(case.record.started_at))
            .open(settings.opens, settings.closes),
        None => Context::new(jiff::tz::Offset::UTC.to_datetime(case.record.started_at)),
    }
}
