//! Owns speaking with the local voice, sentence by sentence. Called by the `SpeechDesk`; never streams inside a
//! sentence, which takes a tenth of a second, but between an announcement and what follows its colon.

use super::workers::LocalSpeech;
use bytes::Bytes;
use maitred_actors::ports::PortFuture;
use maitred_actors::ports::speaking::{Error, Speaking, SpeechStream};
use maitred_speech_engines::{SAMPLE_RATE, VoiceStyle, mulaw, resample, sentences};
use tokio::sync::mpsc;

/// Sentences that may wait for the listener.
const QUEUE: usize = 16;
/// Samples that are judged together: 10 ms.
const WINDOW: usize = SAMPLE_RATE as usize / 100;
/// Level of a window, of 1, from which it is more than the voice's own noise.
const LOUD: f32 = 0.004;
/// Windows kept before the first loud one, for soft consonants.
const LEAD: usize = 4;
/// Windows kept after the last loud one, as the pause between two sentences.
const TRAIL: usize = 28;

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

/// Cuts the silence around a sentence, a third of a second and more on either side, down to a breath: the caller waits
/// for the first word, not for the first sample.
fn without_silence(sound: &[f32]) -> &[f32] {
    let loud = |window: &[f32]| {
        let energy: f32 = window.iter().map(|sample| sample * sample).sum();
        energy >= LOUD * LOUD * window.len() as f32
    };
    let windows = || sound.chunks(WINDOW);
    let (Some(first), Some(last)) = (windows().position(loud), windows().rposition(loud)) else {
        return &[];
    };
    let from = first.saturating_sub(LEAD) * WINDOW;
    let to = sound.len().min((last + 1 + TRAIL) * WINDOW);
    sound.get(from..to).unwrap_or_default()
}

/// Cuts a sentence after what announces the rest, so that the first sound need not wait for all of it.
fn pieces(sentence: &str) -> impl Iterator<Item = &str> {
    sentence.split_inclusive(": ").map(str::trim_end)
}

async fn say(
    speech: &LocalSpeech,
    text: &str,
    out: &mpsc::Sender<Result<Bytes, Error>>,
) -> Result<(), Error> {
    for piece in sentences(text).into_iter().flat_map(pieces) {
        let sentence = piece.to_owned();
        let mut answer = speech.ask(move |engines, _| {
            let sound = engines.voice.synthesise(&sentence, VoiceStyle::default())?;
            let samples = resample::to_8k_from_24k(without_silence(&sound));
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

#[cfg(test)]
mod tests {
    use super::{LEAD, TRAIL, WINDOW, pieces, without_silence};

    #[test]
    fn a_sentence_is_cut_after_its_announcement_and_not_inside_a_time() {
        let read_back: Vec<&str> = pieces("Let me read that back: Saturday at 6:30.").collect();
        assert_eq!(read_back, ["Let me read that back:", "Saturday at 6:30."]);
        assert_eq!(pieces("Is that right?").count(), 1);
    }

    #[test]
    fn silence_is_cut_down_to_a_breath_and_words_are_not() {
        let part = |level: f32, windows: usize| vec![level; windows * WINDOW];
        let sound = [
            part(0.001, 33),
            part(0.1, 50),
            part(0.001, 40),
            part(0.1, 20),
            part(0.001, 45),
        ]
        .concat();
        let wanted = (LEAD + 50 + 40 + 20 + TRAIL) * WINDOW;
        assert_eq!(without_silence(&sound).len(), wanted);
        assert_eq!(without_silence(&sound)[LEAD * WINDOW], 0.1);
        assert_eq!(without_silence(&part(0.1, 2)).len(), 2 * WINDOW);
        assert!(without_silence(&part(0.001, 9)).is_empty());
    }
}
