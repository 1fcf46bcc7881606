//! Owns speaking with the local voice, sentence by sentence. Called by the `SpeechDesk`; never streams inside a
//! sentence, which takes a tenth of a second.

use super::workers::LocalSpeech;
use bytes::Bytes;
use maitred_actors::ports::PortFuture;
use maitred_actors::ports::speaking::{Error, Speaking, SpeechStream};
use maitred_speech_engines::{VoiceStyle, mulaw, resample, sentences};
use tokio::sync::mpsc;

/// Sentences that may wait for the listener.
const QUEUE: usize = 16;

/// Speaks with the local voice.
#[derive(Clone)]
pub struct LocalSpeaking {
    speech: LocalSpeech,
    voice: String,
}

impl LocalSpeaking {
    pub(super) fn new(speech: LocalSpeech, voice: String) -> Self {
        Self { speech, voice }
    }
}

impl Speaking for LocalSpeaking {
    fn name(&self) -> &'static str {
        "local_voice"
    }

    fn voice(&self) -> String {
        self.voice.clone()
    }

    fn speak(&self, text: String) -> PortFuture<Result<SpeechStream, Error>> {
        let speech = self.speech.clone();
        Box::pin(async move {
            let (out, stream) = mpsc::channel(QUEUE);
            tokio::spawn(async move {
                tokio::select! {
                    () = out.closed() => {}
                    said = say(&speech, &text, &out) => if let Err(error) = said {
                        // Nobody may be left to hear it.
                        out.send(Err(error)).await.ok();
                    }
                }
            });
            Ok(stream)
        })
    }
}

async fn say(
    speech: &LocalSpeech,
    text: &str,
    out: &mpsc::Sender<Result<Bytes, Error>>,
) -> Result<(), Error> {
    for sentence in sentences(text) {
        let sentence = sentence.to_owned();
        let mut answer = speech.ask(move |engines| {
            let sound = engines.voice.synthesise(&sentence, VoiceStyle::default())?;
            let samples = resample::to_8k_from_24k(&sound);
            Ok(samples
                .iter()
                .map(|sample| mulaw::encode((sample * 32_767.0) as i16))
                .collect::<Bytes>())
        })?;
        let sound = answer.wait().await?;
        if !sound.is_empty() && out.send(Ok(sound)).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}
