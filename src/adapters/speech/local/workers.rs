//! Owns the threads that run the local models and the queue before them. Asked by `hearing` and `speaking`; never
//! waits for anybody on a thread of the runtime.

use super::{LocalHearing, LocalSpeaking, LocalTranscriber};
use maitred_actors::ports::hearing::Error;
use maitred_speech_engines::models::ModelSet;
use maitred_speech_engines::{Recogniser, Voice};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use tokio::sync::oneshot;

/// Jobs that may wait; each is a second or less of one core.
const QUEUE: usize = 64;
/// Name of the local engines in errors.
const PROVIDER: &str = "local speech";

/// The loaded models.
pub(super) struct Engines {
    pub(super) recogniser: Recogniser,
    pub(super) voice: Voice,
}

type Job = Box<dyn FnOnce(&Engines) + Send>;

/// The local models with the threads that run them, which end when the last handle is gone.
#[derive(Clone)]
pub struct LocalSpeech {
    queue: SyncSender<Job>,
    voice: String,
    engines: Arc<Engines>,
    /// Live streams that are open.
    listeners: Arc<AtomicUsize>,
}

/// A live stream that is open, as long as this is held.
pub(super) struct Listening(Arc<AtomicUsize>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl LocalSpeech {
    /// Loads the models, which takes up to a second of the calling thread, and starts `threads` threads, at least
    /// one. Fails when a model cannot be loaded or a thread cannot be started.
    pub fn start(models: &ModelSet, threads: usize) -> anyhow::Result<Self> {
        let engines = Arc::new(Engines {
            recogniser: Recogniser::load(models)?,
            voice: Voice::load(models)?,
        });
        let (queue, jobs) = sync_channel(QUEUE);
        let jobs = Arc::new(Mutex::new(jobs));
        for number in 0..threads.max(1) {
            let (engines, jobs) = (Arc::clone(&engines), Arc::clone(&jobs));
            thread::Builder::new()
                .name(format!("speech-{number}"))
                .spawn(move || work(&engines, &jobs))?;
        }
        let voice = models
            .voice_dir()
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        Ok(Self {
            queue,
            voice: voice.unwrap_or_default(),
            engines,
            listeners: Arc::default(),
        })
    }

    /// Gives the ears.
    pub fn hearing(&self) -> LocalHearing {
        LocalHearing::new(self.clone())
    }

    /// Gives the mouth.
    pub fn speaking(&self) -> LocalSpeaking {
        LocalSpeaking::new(self.clone(), self.voice.clone())
    }

    /// Gives what writes recordings down.
    pub fn transcriber(&self) -> LocalTranscriber {
        LocalTranscriber::new(self.clone())
    }

    /// Counts a live stream.
    pub(super) fn listen(&self) -> Listening {
        self.listeners.fetch_add(1, Ordering::SeqCst);
        Listening(Arc::clone(&self.listeners))
    }

    /// Tells whether anybody is listened to live.
    pub(super) fn is_listening(&self) -> bool {
        self.listeners.load(Ordering::SeqCst) > 0
    }

    /// Gives the models to somebody with a thread of his own.
    pub(super) fn engines(&self) -> Arc<Engines> {
        Arc::clone(&self.engines)
    }

    /// Puts a job in the queue. Dropping the answer drops a job that has not begun, and tells one that has begun that it
    /// is not wanted any more.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Engines, &dyn Fn() -> bool) -> Result<T, maitred_speech_engines::Error>
        + Send
        + 'static,
    ) -> Result<Answer<T>, Error> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |engines| {
            if !reply.is_closed() {
                let result = job(engines, &|| !reply.is_closed());
                // Whoever asked may have lost interest meanwhile.
                reply
                    .send(result.map_err(|error| Error::Broken(error.to_string())))
                    .ok();
            }
        });
        match self.queue.try_send(job) {
            Ok(()) => Ok(Answer(answer)),
            Err(TrySendError::Full(_)) => Err(Error::RateLimited(PROVIDER.into())),
            Err(TrySendError::Disconnected(_)) => {
                Err(Error::Broken("the speech threads are gone".into()))
            }
        }
    }
}

/// What a job will give.
pub(super) struct Answer<T>(oneshot::Receiver<Result<T, Error>>);

impl<T> Answer<T> {
    /// Waits for the end of the job; safe to drop while it waits.
    pub(super) async fn wait(&mut self) -> Result<T, Error> {
        (&mut self.0)
            .await
            .unwrap_or_else(|_| Err(Error::Broken("a speech engine panicked".into())))
    }
}

fn work(engines: &Engines, jobs: &Mutex<Receiver<Job>>) {
    loop {
        // The lock is held while waiting: one idle thread waits for a job, the others for the lock.
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        if catch_unwind(AssertUnwindSafe(|| job(engines))).is_err() {
            tracing::error!("a speech engine panicked; its thread goes on");
        }
    }
}
