//! Owns what is being worked on after the end of calls: looks into the list of work, begins what is due, a few at a
//! time, and nothing twice. Told by the switchboard when a call is over, and by its own clock. Keeps nothing that the
//! list does not: whatever is lost with it is found there again.

use super::{notices, retention, work};
use crate::ports::archive::{Error, Job, Notice, Stage, Track};
use crate::ports::observer::Signal;
use crate::task::OwnedTask;
use crate::types::CallId;
use crate::world::World;
use jiff::{SignedDuration, Timestamp};
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// How often the list is looked into without being asked.
const LOOK: Duration = Duration::from_secs(1);
/// Time between two looks for the end of a call in the database, and how often it is looked for.
const HURRY: Duration = Duration::from_millis(250);
const HURRIES_MAX: usize = 20;
/// How often it is counted what waits.
const COUNT: SignedDuration = SignedDuration::from_secs(5);
/// How often recordings that were kept long enough are looked for.
const SWEEP: SignedDuration = SignedDuration::from_hours(1);
/// Cards that are written at a time; they never wait for sound.
const CARDS_MAX: usize = 4;
/// Recordings that are fetched or written down at a time.
const SOUND_MAX: usize = 3;
/// Notices that are on their way at a time.
const NOTICES_MAX: usize = 2;

/// What is done for calls after their end.
pub struct Archivist;

/// What the archivist is told.
#[derive(Debug)]
pub enum ArchivistMsg {
    /// Look whether something is due.
    Look,
    /// A call is over, and nothing more is to be learnt of it.
    Over(CallId),
    /// This is due.
    Found(Box<Due>),
    /// Work for a call ended; whether the list has changed.
    Worked(CallId, Track, bool),
    /// A notice was tried; whether the list has changed.
    Told(String, bool),
}

/// What the list has.
#[derive(Debug, Default)]
pub struct Due {
    jobs: Vec<Job>,
    notices: Vec<Notice>,
    done: Done,
}

/// What is done now and then, and when it was done last.
#[derive(Clone, Copy, Debug, Default)]
struct Done {
    released: bool,
    swept: Option<Timestamp>,
    counted: Option<Timestamp>,
}

/// What the archivist holds.
pub struct Desk {
    world: World,
    cards: HashMap<CallId, OwnedTask>,
    sound: HashMap<CallId, OwnedTask>,
    notices: HashMap<String, OwnedTask>,
    looking: Option<OwnedTask>,
    look_again: bool,
    done: Done,
    _ticking: OwnedTask,
}

impl Actor for Archivist {
    type Msg = ArchivistMsg;
    type State = Desk;
    type Arguments = World;

    async fn pre_start(
        &self,
        myself: ActorRef<Self::Msg>,
        world: Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(Desk {
            world,
            cards: HashMap::new(),
            sound: HashMap::new(),
            notices: HashMap::new(),
            looking: None,
            look_again: false,
            done: Done::default(),
            _ticking: OwnedTask::spawn(tick(myself)),
        })
    }

    async fn handle(
        &self,
        myself: ActorRef<Self::Msg>,
        message: Self::Msg,
        desk: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            ArchivistMsg::Look => desk.look(&myself),
            ArchivistMsg::Over(call) => desk.hurry(&myself, call),
            ArchivistMsg::Found(due) => desk.found(&myself, *due),
            ArchivistMsg::Worked(call, track, changed) => {
                desk.busy(track).0.remove(&call);
                // Where nothing could be written, the next tick is soon enough.
                if changed {
                    desk.look(&myself);
                }
            }
            ArchivistMsg::Told(notice, changed) => {
                desk.notices.remove(&notice);
                if changed {
                    desk.look(&myself);
                }
            }
        }
        Ok(())
    }
}

async fn tick(archivist: ActorRef<ArchivistMsg>) {
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if archivist.cast(ArchivistMsg::Look).is_err() {
            return;
        }
    }
}

impl Desk {
    /// Has a card written at once. The end of the call may still be on its way to the database; a card that is missed
    /// here is due by itself soon after.
    fn hurry(&self, myself: &ActorRef<ArchivistMsg>, call: CallId) {
        let (world, myself) = (self.world.clone(), myself.clone());
        tokio::spawn(async move {
            let mut tries = tokio::time::interval(HURRY);
            for _ in 0..HURRIES_MAX {
                tries.tick().await;
                let now = world.clock.now();
                if matches!(world.archive.list.hurry(&call, now).await, Ok(true)) {
                    let _ = myself.cast(ArchivistMsg::Look);
                    return;
                }
            }
        });
    }

    /// Reads the list on a task, one reading at a time.
    fn look(&mut self, myself: &ActorRef<ArchivistMsg>) {
        if self.looking.is_some() {
            self.look_again = true;
            return;
        }
        self.look_again = false;
        let (world, myself) = (self.world.clone(), myself.clone());
        let done = self.done;
        // More than is free is asked for: what is being worked on is due no more, but may be listed still.
        let busy = self.cards.len() + self.sound.len() + self.notices.len();
        self.looking = Some(OwnedTask::spawn(async move {
            let due = read(&world, busy as u64, done).await;
            let due = due.unwrap_or_else(|error| {
                tracing::warn!(%error, "archive work could not be listed");
                Due {
                    done,
                    ..Due::default()
                }
            });
            let _ = myself.cast(ArchivistMsg::Found(Box::new(due)));
        }));
    }

    fn found(&mut self, myself: &ActorRef<ArchivistMsg>, due: Due) {
        self.looking = None;
        self.done = due.done;
        for job in due.jobs {
            let track = job.track;
            let world = self.world.clone();
            let (busy, most) = self.busy(track);
            if busy.len() >= most || busy.contains_key(&job.call) {
                continue;
            }
            let over = ArchivistMsg::Worked(job.call.clone(), track, false);
            let ended = Ended::new(myself, over);
            let call = job.call.clone();
            let task = OwnedTask::spawn(async move {
                let changed = work::work(&world, job.clone()).await;
                ended.with(ArchivistMsg::Worked(job.call, track, changed));
            });
            busy.insert(call, task);
        }
        self.send(myself, due.notices);
        if self.look_again {
            self.look(myself);
        }
    }

    /// Gives what is being worked on, and how much may be.
    fn busy(&mut self, track: Track) -> (&mut HashMap<CallId, OwnedTask>, usize) {
        match track {
            Track::Card => (&mut self.cards, CARDS_MAX),
            Track::Sound => (&mut self.sound, SOUND_MAX),
        }
    }

    fn send(&mut self, myself: &ActorRef<ArchivistMsg>, notices: Vec<Notice>) {
        let Some(owner) = self.world.archive.owner.clone() else {
            return;
        };
        for notice in notices {
            if self.notices.len() >= NOTICES_MAX || self.notices.contains_key(&notice.id) {
                continue;
            }
            let (world, owner, id) = (self.world.clone(), owner.clone(), notice.id.clone());
            let ended = Ended::new(myself, ArchivistMsg::Told(id.clone(), false));
            let name = id.clone();
            let task = OwnedTask::spawn(async move {
                let changed = notices::tell(&world, owner, notice).await;
                ended.with(ArchivistMsg::Told(id, changed));
            });
            self.notices.insert(name, task);
        }
    }
}

/// Tells the archivist that a task is over, also when it panicked.
struct Ended {
    archivist: ActorRef<ArchivistMsg>,
    message: Option<ArchivistMsg>,
}

impl Ended {
    fn new(archivist: &ActorRef<ArchivistMsg>, message: ArchivistMsg) -> Self {
        Self {
            archivist: archivist.clone(),
            message: Some(message),
        }
    }

    fn with(mut self, message: ArchivistMsg) {
        self.message = Some(message);
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        if let Some(message) = self.message.take() {
            let _ = self.archivist.cast(message);
        }
    }
}

/// Reads what is due, and does what is to be done now and then.
async fn read(world: &World, busy: u64, mut done: Done) -> Result<Due, Error> {
    let list = &world.archive.list;
    let now = world.clock.now();
    if !done.released {
        list.release(now).await?;
        done.released = true;
    }
    let mut jobs = list
        .due(now, &[Stage::Card], busy + CARDS_MAX as u64)
        .await?;
    let sound = &[Stage::Recording, Stage::Transcript];
    jobs.extend(list.due(now, sound, busy + SOUND_MAX as u64).await?);
    let notices = match world.archive.owner {
        Some(_) => list.notices_due(now, busy + NOTICES_MAX as u64).await?,
        None => Vec::new(),
    };
    let is_due = |last: Option<Timestamp>, pause: SignedDuration| {
        last.is_none_or(|last| now.duration_since(last) >= pause)
    };
    if is_due(done.counted, COUNT) {
        count(world, now).await?;
        done.counted = Some(now);
    }
    if is_due(done.swept, SWEEP) {
        let was_all = retention::sweep(world).await?;
        done.swept = was_all.then_some(now);
    }
    Ok(Due {
        jobs,
        notices,
        done,
    })
}

/// Tells the metrics what waits.
async fn count(world: &World, now: Timestamp) -> Result<(), Error> {
    let backlog = world.archive.list.backlog().await?;
    let oldest = backlog.oldest.map(|since| now.duration_since(since));
    world.note(Signal::ArchiveBacklog {
        entries: backlog.entries,
        oldest: oldest
            .and_then(|age| age.try_into().ok())
            .unwrap_or_default(),
        notices: backlog.notices,
    });
    Ok(())
}
