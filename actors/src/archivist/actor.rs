//! Owns what is being worked on after the end of calls: looks into the list of work, begins what is due, a few at a
//! time, and nothing twice. Told by the switchboard when a call is over, and by its own clock. Keeps nothing that the
//! list does not: whatever is lost with it is found there again.

use super::{notices, retention, work};
use crate::ports::archive::{Error, Job, Notice, Stage};
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
    /// This is due.
    Found(Box<Due>),
    /// Work for a call ended; whether the list has changed.
    Worked(CallId, bool),
    /// A notice was tried; whether the list has changed.
    Told(String, bool),
}

/// What the list has.
#[derive(Debug, Default)]
pub struct Due {
    jobs: Vec<Job>,
    notices: Vec<Notice>,
    released: bool,
    swept: Option<Timestamp>,
}

/// What the archivist holds.
pub struct Desk {
    world: World,
    cards: HashMap<CallId, OwnedTask>,
    sound: HashMap<CallId, OwnedTask>,
    notices: HashMap<String, OwnedTask>,
    looking: Option<OwnedTask>,
    look_again: bool,
    released: bool,
    swept: Option<Timestamp>,
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
            released: false,
            swept: None,
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
            ArchivistMsg::Found(due) => desk.found(&myself, *due),
            ArchivistMsg::Worked(call, changed) => {
                desk.cards.remove(&call);
                desk.sound.remove(&call);
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
    /// Reads the list on a task, one reading at a time.
    fn look(&mut self, myself: &ActorRef<ArchivistMsg>) {
        if self.looking.is_some() {
            self.look_again = true;
            return;
        }
        self.look_again = false;
        let (world, myself) = (self.world.clone(), myself.clone());
        let (released, swept) = (self.released, self.swept);
        // More than is free is asked for: what is being worked on is due no more, but may be listed still.
        let busy = self.cards.len() + self.sound.len() + self.notices.len();
        self.looking = Some(OwnedTask::spawn(async move {
            let due = read(&world, busy as u64, released, swept).await;
            let due = due.unwrap_or_else(|error| {
                tracing::warn!(%error, "archive work could not be listed");
                Due {
                    released,
                    swept,
                    ..Due::default()
                }
            });
            let _ = myself.cast(ArchivistMsg::Found(Box::new(due)));
        }));
    }

    fn found(&mut self, myself: &ActorRef<ArchivistMsg>, due: Due) {
        self.looking = None;
        (self.released, self.swept) = (due.released, due.swept);
        for job in due.jobs {
            let (busy, most) = match job.stage {
                Stage::Card => (&mut self.cards, CARDS_MAX),
                Stage::Recording | Stage::Transcript | Stage::Done => (&mut self.sound, SOUND_MAX),
            };
            if busy.len() >= most || busy.contains_key(&job.call) {
                continue;
            }
            let world = self.world.clone();
            let ended = Ended::new(myself, ArchivistMsg::Worked(job.call.clone(), false));
            let call = job.call.clone();
            let task = OwnedTask::spawn(async move {
                let changed = work::work(&world, job.clone()).await;
                ended.with(ArchivistMsg::Worked(job.call, changed));
            });
            busy.insert(call, task);
        }
        self.send(myself, due.notices);
        if self.look_again {
            self.look(myself);
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

/// Reads what is due, tells the metrics what waits, and does what is to be done once.
async fn read(
    world: &World,
    busy: u64,
    released: bool,
    swept: Option<Timestamp>,
) -> Result<Due, Error> {
    let list = &world.archive.list;
    let now = world.clock.now();
    if !released {
        list.release(now).await?;
    }
    let mut due = Due {
        released: true,
        swept,
        ..Due::default()
    };
    due.jobs = list
        .due(now, &[Stage::Card], busy + CARDS_MAX as u64)
        .await?;
    let sound = &[Stage::Recording, Stage::Transcript];
    due.jobs
        .extend(list.due(now, sound, busy + SOUND_MAX as u64).await?);
    if world.archive.owner.is_some() {
        due.notices = list.notices_due(now, busy + NOTICES_MAX as u64).await?;
    }
    let backlog = list.backlog().await?;
    let oldest = backlog.oldest.map(|since| now.duration_since(since));
    world.note(Signal::ArchiveBacklog {
        calls: backlog.calls,
        oldest: oldest
            .and_then(|age| age.try_into().ok())
            .unwrap_or_default(),
        notices: backlog.notices,
    });
    if swept.is_none_or(|last| now.duration_since(last) >= SWEEP) {
        let is_done = retention::sweep(world).await?;
        due.swept = is_done.then_some(now);
    }
    Ok(due)
}
