//! Owns hearing with the local recogniser: the audio of the open turn, the detector of voice, and the carrying out of
//! what `turns` asks for. Called by the `SpeechDesk`; never decides where a turn ends.

use super::turns::{Step, Turns};
use super::workers::{Answer, LocalSpeech};
use bytes::{Buf, Bytes, BytesMut};
use maitred_actors::ports::PortFuture;
use maitred_actors::ports::audio::BYTES_PER_MS;
use maitred_actors::ports::hearing::{
    Error, Heard, Hearing, HearingRequest, HearingStream, PatienceWatch,
};
use maitred_speech_engines::{Thresholds, Transcript, VoiceActivity, mulaw, resample};
use tokio::sync::mpsc;

/// One decision of the detector: 16 ms.
const FRAME_MS: u64 = 16;
const FRAME_BYTES: usize = (FRAME_MS * BYTES_PER_MS) as usize;
/// Voice that makes a start.
const START_MS: u64 = 112;
/// Silence after which single frames of voice no longer count as going on.
const PAUSE_MS: u64 = 160;
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
    activity: VoiceActivity,
    turns: Turns,
    patience: PatienceWatch,
    answer: Option<Answer<Transcript>>,
    /// Audio that was not listened to yet.
    waiting: BytesMut,
    /// Audio that may still be transcribed, and the position of its first byte.
    kept: BytesMut,
    kept_from: u64,
}

type HeardSender = mpsc::Sender<Result<Heard, Error>>;

impl Ears {
    fn new(speech: LocalSpeech, mut patience: PatienceWatch) -> Self {
        let mut turns = Turns::default();
        turns.be_patient(patience.now());
        let thresholds = Thresholds {
            start_ms: START_MS,
            end_ms: PAUSE_MS,
            ..Thresholds::default()
        };
        Self {
            speech,
            activity: VoiceActivity::new(thresholds),
            turns,
            patience,
            answer: None,
            waiting: BytesMut::new(),
            kept: BytesMut::new(),
            kept_from: 0,
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
            while !self.turns.awaits_text() && self.waiting.len() >= FRAME_BYTES {
                let steps = self.frame();
                self.perform(steps, heard).await?;
            }
            if !more && !self.turns.awaits_text() {
                let steps = self.turns.close();
                let over = steps.is_empty() && !self.turns.awaits_text();
                self.perform(steps, heard).await?;
                if over {
                    return Ok(());
                }
                continue;
            }
            tokio::select! {
                transcript = text(&mut self.answer) => {
                    let Transcript { text, confidence } = transcript?;
                    self.answer = None;
                    let steps = self.turns.transcribed(text.trim().to_owned(), confidence.clamp(0.0, 1.0));
                    self.perform(steps, heard).await?;
                }
                () = heard.closed() => return Ok(()),
                patience = self.patience.changed() => self.turns.be_patient(patience),
                // Audio waits for a text that is due, so that its silence is not counted twice.
                piece = audio.recv(), if more && !self.turns.awaits_text() => match piece {
                    Some(piece) => self.waiting.extend_from_slice(&piece),
                    None => more = false,
                },
            }
        }
    }

    /// Listens to one frame of what waits.
    fn frame(&mut self) -> Vec<Step> {
        let frame = self.waiting.split_to(FRAME_BYTES);
        let samples: Vec<i16> = frame.iter().map(|code| mulaw::decode(*code)).collect();
        self.activity.push(&samples);
        let voiced = self.activity.is_speaking() && self.activity.trailing_silence_ms() <= FRAME_MS;
        self.kept.extend_from_slice(&frame);
        let end_ms = (self.kept_from + self.kept.len() as u64) / BYTES_PER_MS;
        let steps = self.turns.frame(voiced, end_ms);
        let past = (self.turns.needed_from_ms() * BYTES_PER_MS).saturating_sub(self.kept_from);
        self.kept.advance((past as usize).min(self.kept.len()));
        self.kept_from += past;
        steps
    }

    async fn perform(&mut self, steps: Vec<Step>, heard: &HeardSender) -> Result<(), Error> {
        for step in steps {
            match step {
                // Whoever is gone is noticed by `listen`.
                Step::Report(report) => {
                    heard.send(Ok(report)).await.ok();
                }
                Step::Forget => self.answer = None,
                Step::Transcribe { from_ms, to_ms } => {
                    let from = (from_ms * BYTES_PER_MS).saturating_sub(self.kept_from) as usize;
                    let to = (to_ms * BYTES_PER_MS).saturating_sub(self.kept_from) as usize;
                    let stretch = self
                        .kept
                        .get(from..to)
                        .map(Bytes::copy_from_slice)
                        .unwrap_or_default();
                    self.answer = Some(self.speech.ask(move |engines| {
                        let samples = stretch
                            .iter()
                            .map(|code| f32::from(mulaw::decode(*code)) / 32_768.0);
                        let samples: Vec<f32> = samples.collect();
                        engines
                            .recogniser
                            .transcribe(&resample::to_16k_from_8k(&samples))
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
