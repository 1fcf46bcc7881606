//! Owns the events on their way to the journal: their numbers, their times and their order. Called by whoever has an
//! event for a call, and by the writer. Survives the writer: an item leaves only when it is written.

use crate::call::{Event, Recorded};
use crate::ports::clock::Clock;
use crate::ports::journal::Projection;
use crate::types::CallId;
use jiff::Timestamp;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, broadcast, oneshot};

/// Items that may wait before new calls are turned away.
const BACKLOG_MAX: usize = 20_000;
/// Entries written in one group.
const GROUP_MAX: usize = 256;
/// Entries that a slow watcher of the feed may be behind.
const FEED_DEPTH: usize = 4_096;

/// Events and rows that wait to be written, in order.
pub struct Queue {
    clock: Arc<dyn Clock>,
    waiting: Mutex<Waiting>,
    more: Notify,
    feed: broadcast::Sender<Recorded>,
}

#[derive(Default)]
struct Waiting {
    items: VecDeque<Item>,
    last: HashMap<CallId, (u64, Timestamp)>,
}

enum Item {
    Entry(Box<Recorded>, Option<oneshot::Sender<()>>),
    Row(Projection),
    Replay(CallId),
}

/// What the writer is to do next.
pub(super) enum Work {
    /// Write these in one transaction, then call `written`.
    Write {
        entries: Vec<Recorded>,
        rows: Vec<Projection>,
    },
    /// Read a call's journal and send it to the call, then call `replayed`.
    Replay(CallId),
}

impl Queue {
    /// Makes an empty queue.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let (feed, _) = broadcast::channel(FEED_DEPTH);
        Self {
            clock,
            waiting: Mutex::default(),
            more: Notify::new(),
            feed,
        }
    }

    /// Takes an event for a call. It is told to the call once it is written. What comes for a call that was not
    /// admitted, or was forgotten, is dropped.
    pub fn append(&self, call: &CallId, event: Event) {
        self.enter(call, event, None);
    }

    /// Takes an event for a call, and tells when it is written.
    pub fn append_and_tell(&self, call: &CallId, event: Event) -> oneshot::Receiver<()> {
        let (done, written) = oneshot::channel();
        self.enter(call, event, Some(done));
        written
    }

    /// Takes a row that is written after all events so far.
    pub fn project(&self, row: Projection) {
        self.push(Item::Row(row));
    }

    /// Asks that the call be sent its whole journal, after all events so far and before all later ones.
    pub fn replay(&self, call: &CallId) {
        self.push(Item::Replay(call.clone()));
    }

    /// Goes on numbering a call that an earlier process began.
    pub fn go_on_from(&self, call: &CallId, last: u64) {
        self.waiting()
            .last
            .insert(call.clone(), (last, Timestamp::MIN));
    }

    /// Forgets the numbering of a call that is over.
    pub fn forget(&self, call: &CallId) {
        self.waiting().last.remove(call);
    }

    /// Tells whether so much waits that no new call should be taken.
    pub fn is_saturated(&self) -> bool {
        self.backlog() > BACKLOG_MAX
    }

    /// Tells how many items wait.
    pub fn backlog(&self) -> usize {
        self.waiting().items.len()
    }

    /// Watches everything that is written from now on.
    pub fn watch(&self) -> broadcast::Receiver<Recorded> {
        self.feed.subscribe()
    }

    fn enter(&self, call: &CallId, event: Event, done: Option<oneshot::Sender<()>>) {
        let mut waiting = self.waiting();
        let now = self.clock.now();
        let last = match &event {
            Event::Admitted { .. } => waiting
                .last
                .entry(call.clone())
                .or_insert((0, Timestamp::MIN)),
            _ => match waiting.last.get_mut(call) {
                Some(last) => last,
                None => {
                    tracing::debug!(call.id = %call, event = event.kind(), "event came after the end");
                    return;
                }
            },
        };
        *last = (last.0 + 1, last.1.max(now));
        let (seq, at) = *last;
        let entry = Recorded {
            call: call.clone(),
            seq,
            at,
            event,
        };
        waiting.items.push_back(Item::Entry(Box::new(entry), done));
        drop(waiting);
        self.more.notify_one();
    }

    fn push(&self, item: Item) {
        self.waiting().items.push_back(item);
        self.more.notify_one();
    }

    /// Waits for work and gives it without taking it out.
    pub(super) async fn work(&self) -> Work {
        loop {
            if let Some(work) = self.peek() {
                return work;
            }
            self.more.notified().await;
        }
    }

    fn peek(&self) -> Option<Work> {
        let waiting = self.waiting();
        if let Some(Item::Replay(call)) = waiting.items.front() {
            return Some(Work::Replay(call.clone()));
        }
        let mut entries = Vec::new();
        let mut rows = Vec::new();
        for item in waiting.items.iter().take(GROUP_MAX) {
            match item {
                Item::Entry(entry, _) => entries.push(entry.as_ref().clone()),
                Item::Row(row) => rows.push(row.clone()),
                Item::Replay(_) => break,
            }
        }
        (!entries.is_empty() || !rows.is_empty()).then_some(Work::Write { entries, rows })
    }

    /// Takes out what was written, tells those who wait for it, and gives the entries for delivery.
    pub(super) fn written(&self, count: usize) -> Vec<Recorded> {
        let items: Vec<Item> = self.waiting().items.drain(..count).collect();
        let mut entries = Vec::new();
        for item in items {
            if let Item::Entry(entry, done) = item {
                if let Some(done) = done {
                    // Whoever asked may have gone away meanwhile.
                    let _ = done.send(());
                }
                let _ = self.feed.send(entry.as_ref().clone());
                entries.push(*entry);
            }
        }
        entries
    }

    /// Takes out the replay that was served.
    pub(super) fn replayed(&self) {
        self.waiting().items.pop_front();
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    /// A clock that goes back by a second each time it is read.
    #[derive(Default)]
    struct Backwards(AtomicI64);

    impl Clock for Backwards {
        fn now(&self) -> Timestamp {
            Timestamp::from_second(1_000 - self.0.fetch_add(1, Ordering::SeqCst)).unwrap()
        }

        fn new_call_id(&self) -> CallId {
            CallId::new("call_1")
        }
    }

    fn waiting(queue: &Queue) -> Vec<(u64, Timestamp)> {
        match queue.peek() {
            Some(Work::Write { entries, .. }) => {
                entries.iter().map(|entry| (entry.seq, entry.at)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn admitted() -> Event {
        let settings = Box::new(crate::call::tests::settings());
        Event::Admitted { settings }
    }

    #[test]
    fn numbers_have_no_gaps_and_times_never_go_back() {
        let queue = Queue::new(Arc::new(Backwards::default()));
        let call = CallId::new("call_1");
        queue.append(&call, admitted());
        queue.append(&call, Event::SpeechStarted);
        queue.append(&call, Event::SpeechStarted);
        let entries = waiting(&queue);
        assert_eq!(
            entries.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(),
            [1, 2, 3]
        );
        assert!(
            entries.iter().all(|(_, at)| *at == entries[0].1),
            "{entries:?}"
        );
    }

    #[test]
    fn what_comes_after_the_end_is_dropped() {
        let queue = Queue::new(Arc::new(Backwards::default()));
        let call = CallId::new("call_1");
        queue.append(&call, admitted());
        queue.forget(&call);
        queue.append(&call, Event::SpeechStarted);
        assert_eq!(waiting(&queue).len(), 1);
        assert!(
            queue.waiting().last.is_empty(),
            "a forgotten call must not come back"
        );
    }
}
