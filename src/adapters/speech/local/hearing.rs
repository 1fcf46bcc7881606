//! Owns hearing with the local recogniser: audio in, what its ear asks for done by the workers, reports out. Called by
//! the `SpeechDesk`; never decides where a turn ends.

use super::ear::{Ear, FRAME_BYTES, Task};
use super::workers::{Answer, LocalSpeech};
use bytes::{Bytes, BytesMut};
use maitred_actors::ports::PortFuture;
use maitred_actors::ports::hearing::{
    Error, Heard, Hearing, HearingRequest, HearingStream, PatienceWatch,
};
use maitred_speech_engines::Transcript;
use tokio::sync::mpsc;

/// Pieces of audio and reports that may wait.
const QUEUE: usize = 256;

/// Hears with the local recogniser; key terms mean nothing to it.
#[derive(Clone)]
pub struct LocalHearing {
    speech: LocalSpeech,
}

impl LocalHearing {
    pub(super) fn new(speech: LocalSpeech) -> Self {
        Self { speech }
    }
}

impl Hearing for LocalHearing {
    fn name(&self) -> &'static str {
        "local_recogniser"
    }

    fn catch_up(&self) -> Option<f32> {
        None
    }

    fn open(&self, request: HearingRequest) -> PortFuture<Result<HearingStream, Error>> {
        let speech = self.speech.clone();
        Box::pin(async move {
            let (audio, audio_rx) = mpsc::channel(QUEUE);
            let (heard_tx, heard) = mpsc::channel(QUEUE);
            let listening = speech.listen();
            tokio::spawn(async move {
                Ears::new(speech, request.patience)
                    .run(audio_rx, heard_tx)
                    .await;
                drop(listening);
            });
            Ok(HearingStream { audio, heard })
        })
    }
}

struct Ears {
    speech: LocalSpeech,
    ear: Ear,
    patience: PatienceWatch,
    answer: Option<Answer<Transcript>>,
    /// Audio that was not listened to yet.
    waiting: BytesMut,
}

type HeardSender = mpsc::Sender<Result<Heard, Error>>;

impl Ears {
    fn new(speech: LocalSpeech, mut patience: PatienceWatch) -> Self {
        Self {
            speech,
            ear: Ear::new(patience.now()),
            patience,
            answer: None,
            waiting: BytesMut::new(),
        }
    }

    async fn run(mut self, mut audio: mpsc::Receiver<Bytes>, heard: HeardSender) {
        if let Err(error) = self.listen(&mut audio, &heard).await {
            tracing::warn!(speech.provider = "local_recogniser", %error, "listening ended");
            // Nobody may be left to hear it.
            heard.send(Err(error)).await.ok();
        }
    }

    /// Listens until the audio is over and its last turn is told, or nobody wants to hear any more.
    async fn listen(
        &mut self,
        audio: &mut mpsc::Receiver<Bytes>,
        heard: &HeardSender,
    ) -> Result<(), Error> {
        let mut more = true;
        loop {
            while !self.ear.awaits_text() && self.waiting.len() >= FRAME_BYTES {
                let frame = self.waiting.split_to(FRAME_BYTES);
                let tasks = self.ear.frame(&frame);
                self.perform(tasks, heard).await?;
            }
            if !more && !self.ear.awaits_text() {
                let tasks = self.ear.close();
                let over = tasks.is_empty() && !self.ear.awaits_text();
                self.perform(tasks, heard).await?;
                if over {
                    return Ok(());
                }
                continue;
            }
            tokio::select! {
                transcript = text(&mut self.answer) => {
                    self.answer = None;
                    let tasks = self.ear.transcribed(&transcript?);
                    self.perform(tasks, heard).await?;
                }
                () = heard.closed() => return Ok(()),
                patience = self.patience.changed() => self.ear.be_patient(patience),
                // Audio waits for a text that is due, so that its silence is not counted twice.
                piece = audio.recv(), if more && !self.ear.awaits_text() => match piece {
                    Some(piece) => self.waiting.extend_from_slice(&piece),
                    None => more = false,
                },
            }
        }
    }

    async fn perform(&mut self, tasks: Vec<Task>, heard: &HeardSender) -> Result<(), Error> {
        for task in tasks {
            match task {
                // Whoever is gone is noticed by `listen`.
                Task::Report(report) => {
                    heard.send(Ok(report)).await.ok();
                }
                Task::Forget => self.answer = None,
                Task::Transcribe(stretch) => {
                    self.answer = Some(self.speech.ask(move |engines, wanted| {
                        let samples = stretch.samples_16k();
                        engines.recogniser.transcribe_while(wanted, &samples)
                    })?);
                }
            }
        }
        Ok(())
    }
}

async fn text(answer: &mut Option<Answer<Transcript>>) -> Result<Transcript, Error> {
    match answer {
        Some(answer) => answer.wait().await,
        None => std::future::pending().await,
    }
}
