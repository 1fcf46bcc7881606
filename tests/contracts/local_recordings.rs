//! Recordings written down by the local engines: channel by channel, WAV and MP3, and never while somebody is on the
//! telephone.

use crate::local_speech::{SPEECH, ears, plain, soon, sound};
use maitred_actors::ports::archive::{Origin, Spoken, Stored, Transcriber as _};
use maitred_speech_engines::mulaw;
use ringcentral_sim::wav;
use std::path::Path;
use std::time::Duration;

/// A synthetic voice, as RingCentral would store it: "On Saturday, please."
const MP3: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/fixtures/ringcentral/recording.mp3"
);

/// Says a sentence after so many seconds of silence.
async fn channel(seconds: usize, text: &str) -> Vec<i16> {
    let mut samples = vec![0; seconds * 8_000];
    samples.extend(sound(text).await.iter().map(|code| mulaw::decode(*code)));
    samples.extend([0; 8_000]);
    samples
}

fn stored(path: &Path, origin: Origin) -> Stored {
    Stored {
        id: "1".to_owned(),
        origin,
        uri: None,
        path: path.to_string_lossy().into_owned(),
        content_type: "audio/wav".to_owned(),
        bytes: 0,
    }
}

fn told(spoken: &[Spoken]) -> Vec<(u32, String)> {
    spoken
        .iter()
        .map(|one| (one.voice, plain(&one.text).replace('4', "four")))
        .collect()
}

#[tokio::test]
async fn both_channels_are_written_down_in_order_of_time() {
    let caller = channel(5, "I would like a table for four people.").await;
    let agent = channel(1, "How can I help you?").await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.wav");
    std::fs::write(&path, wav::write(&[&caller, &agent])).unwrap();
    let spoken = SPEECH.transcriber().transcribe(&stored(&path, Origin::Own));
    let spoken = soon(spoken).await.unwrap();
    let wanted = [
        (1, "how can i help you"),
        (0, "i would like a table for four people"),
    ];
    assert_eq!(
        told(&spoken),
        wanted.map(|(voice, text)| (voice, text.to_owned()))
    );
    assert!((600..=1_400).contains(&spoken[0].from_ms), "{spoken:?}");
    assert!((4_600..=5_400).contains(&spoken[1].from_ms), "{spoken:?}");
}

#[tokio::test]
async fn an_mp3_is_written_down_too() {
    let mp3 = stored(Path::new(MP3), Origin::Carrier);
    let spoken = soon(SPEECH.transcriber().transcribe(&mp3)).await.unwrap();
    assert_eq!(told(&spoken), [(0, "on saturday please".to_owned())]);
}

#[tokio::test]
async fn a_recording_waits_while_somebody_is_on_the_telephone() {
    let listening = ears().await;
    let mp3 = stored(Path::new(MP3), Origin::Carrier);
    let mut writing = tokio::spawn(SPEECH.transcriber().transcribe(&mp3));
    // Far longer than it takes on a quiet telephone.
    let early = tokio::time::timeout(Duration::from_secs(3), &mut writing).await;
    assert!(early.is_err(), "written down during a call");
    drop(listening);
    let spoken = soon(writing).await.unwrap().unwrap();
    assert_eq!(spoken.len(), 1);
}

#[tokio::test]
async fn what_is_no_sound_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.mp3");
    std::fs::write(&path, "<html>".repeat(1_000)).unwrap();
    let spoken = SPEECH
        .transcriber()
        .transcribe(&stored(&path, Origin::Carrier));
    assert_eq!(soon(spoken).await.unwrap_err().reason(), "not_audio");
}
