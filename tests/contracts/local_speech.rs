//! The local engines hearing their own voice through mu-law. The models come from the default cache and are pulled
//! into it when they are not there.

use bytes::Bytes;
use maitred::adapters::speech::local::LocalSpeech;
use maitred_actors::ports::hearing::{
    Heard, Hearing, HearingRequest, HearingStream, Patience, PatienceWatch, Utterance,
};
use maitred_actors::ports::speaking::Speaking;
use maitred_speech_engines::{models, mulaw};
use std::sync::LazyLock;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

/// Longest wait for anything that must happen, on a machine that is busy with other tests.
const DEADLINE: Duration = Duration::from_secs(60);

pub static SPEECH: LazyLock<LocalSpeech> = LazyLock::new(|| {
    let models = models::pull(&models::default_cache_dir(), &mut |_| ()).unwrap();
    LocalSpeech::start(&models, 1).unwrap()
});

pub async fn soon<T>(event: impl Future<Output = T>) -> T {
    timeout(DEADLINE, event)
        .await
        .expect("it does not happen in time")
}

fn silence(ms: usize) -> Vec<u8> {
    vec![0xff; ms * 8]
}

pub async fn sound(text: &str) -> Vec<u8> {
    let mut stream = soon(SPEECH.speaking().speak(text.into())).await.unwrap();
    let mut sound = Vec::new();
    while let Some(piece) = soon(stream.recv()).await {
        sound.extend_from_slice(&piece.unwrap());
    }
    sound
}

/// Opens ears that nothing was said to yet.
pub async fn ears() -> HearingStream {
    soon(SPEECH.hearing().open(HearingRequest::default()))
        .await
        .unwrap()
}

/// Plays audio in frames of 20 ms, as fast as it is taken.
async fn play(ears: &mpsc::Sender<Bytes>, audio: &[u8]) {
    for frame in audio.chunks(160) {
        soon(ears.send(Bytes::copy_from_slice(frame)))
            .await
            .unwrap();
    }
}

/// Plays audio to fresh ears and gives all that they report.
async fn heard(audio: &[u8]) -> Vec<Heard> {
    heard_by(HearingRequest::default(), audio).await
}

async fn heard_by(request: HearingRequest, audio: &[u8]) -> Vec<Heard> {
    let HearingStream {
        audio: ears,
        mut heard,
    } = soon(SPEECH.hearing().open(request)).await.unwrap();
    let audio = audio.to_vec();
    tokio::spawn(async move { play(&ears, &audio).await });
    let mut reports = Vec::new();
    while let Some(report) = soon(heard.recv()).await {
        reports.push(report.unwrap());
    }
    reports
}

fn turns(reports: &[Heard]) -> Vec<&Utterance> {
    reports
        .iter()
        .filter_map(|report| {
            if let Heard::EndOfTurn(said) = report {
                Some(said)
            } else {
                None
            }
        })
        .collect()
}

pub fn plain(text: &str) -> String {
    let kept = text
        .chars()
        .filter(|c| c.is_alphanumeric() || c.is_whitespace());
    kept.collect::<String>().to_lowercase()
}

#[tokio::test]
async fn the_ears_understand_the_voice() {
    let said = sound("I would like a table for four people.").await;
    let said_ms = said.len() as u64 / 8;
    let reports = heard(&[silence(500), said, silence(800)].concat()).await;
    let turns = turns(&reports);
    assert_eq!(turns.len(), 1, "{reports:?}");
    let text = plain(&turns[0].text).replace('4', "four");
    assert_eq!(text, "i would like a table for four people");
    assert!((0.5..=1.0).contains(&turns[0].confidence));
    let end_ms = turns[0].speech_end_ms;
    assert!(
        end_ms > 500 + said_ms / 2 && end_ms <= 600 + said_ms,
        "{end_ms} of {said_ms}"
    );
    assert_eq!(reports[0], Heard::SpeechStarted);
}

#[tokio::test]
async fn two_sentences_with_a_pause_between_them_are_two_turns() {
    let (one, two) = (
        sound("On Saturday, please.").await,
        sound("That is right.").await,
    );
    let reports = heard(&[silence(500), one, silence(1500), two, silence(1500)].concat()).await;
    let texts: Vec<String> = turns(&reports)
        .iter()
        .map(|said| plain(&said.text))
        .collect();
    assert_eq!(texts, ["on saturday please", "that is right"]);
    assert_eq!(
        reports
            .iter()
            .filter(|report| **report == Heard::SpeechStarted)
            .count(),
        2
    );
}

#[tokio::test]
async fn a_number_that_is_asked_for_may_come_in_groups() {
    let mut audio = silence(500);
    for group in ["four one five", "five five five", "oh one nine eight"] {
        audio.extend(bare(group).await);
        audio.extend(silence(700));
    }
    let patience = watch::Sender::new(Patience::Number);
    let request = HearingRequest {
        patience: PatienceWatch::of(&patience),
        ..HearingRequest::default()
    };
    let reports = heard_by(request, &audio).await;
    assert_eq!(turns(&reports).len(), 1, "{reports:?}");
}

/// The sound of a text without the silence around it.
async fn bare(text: &str) -> Vec<u8> {
    let sound = sound(text).await;
    let loud = |code: &u8| mulaw::decode(*code).unsigned_abs() > 400;
    let (first, last) = (
        sound.iter().position(loud).unwrap(),
        sound.iter().rposition(loud).unwrap(),
    );
    sound[first..=last].to_vec()
}

#[tokio::test]
async fn the_text_is_there_before_the_turn_is_over_and_again_when_the_caller_goes_on() {
    let (one, two) = (
        bare("I would like to have a table for four.").await,
        bare("Next to the window.").await,
    );
    let HearingStream { audio, mut heard } = ears().await;
    let mut next = async || soon(heard.recv()).await.unwrap().unwrap();
    play(&audio, &[silence(500), one, silence(240)].concat()).await;
    assert_eq!(next().await, Heard::SpeechStarted);
    assert!(
        matches!(next().await, Heard::EagerEndOfTurn(text) if plain(&text).contains("a table for"))
    );
    play(&audio, &[two, silence(240)].concat()).await;
    assert_eq!(next().await, Heard::TurnResumed);
    let Heard::EagerEndOfTurn(eager) = next().await else {
        panic!("no eager end of turn")
    };
    assert!(plain(&eager).ends_with("next to the window"), "{eager}");
    play(&audio, &silence(400)).await;
    assert!(matches!(next().await, Heard::EndOfTurn(said) if said.text == eager));
}

#[tokio::test]
async fn a_number_in_groups_is_one_turn() {
    let mut audio = silence(500);
    for group in ["four one five", "five five five", "zero one nine eight"] {
        audio.extend(bare(group).await);
        audio.extend(silence(700));
    }
    let reports = heard(&[audio, silence(1_500)].concat()).await;
    assert_eq!(turns(&reports).len(), 1, "{reports:?}");
}

#[tokio::test]
async fn silence_is_not_speech() {
    assert_eq!(heard(&silence(5000)).await, []);
}

#[tokio::test]
async fn what_was_said_last_is_told_when_the_audio_ends() {
    let reports = heard(
        &[
            silence(300),
            sound("Thank you, and have a good night.").await,
        ]
        .concat(),
    )
    .await;
    let said = plain(&turns(&reports).last().unwrap().text);
    assert!(said.ends_with("good night"), "{said}");
}

#[tokio::test]
async fn the_voice_speaks_sentence_by_sentence() {
    let mut stream = soon(
        SPEECH
            .speaking()
            .speak("Good evening. How many people? On which day?".into()),
    )
    .await
    .unwrap();
    let mut pieces = 0;
    while let Some(piece) = soon(stream.recv()).await {
        assert!(!piece.unwrap().is_empty());
        pieces += 1;
    }
    assert_eq!(pieces, 3);
    assert!(SPEECH.speaking().voice().contains("hibari"));
    assert!(sound(" ").await.is_empty());
}

#[tokio::test]
async fn ears_that_nobody_listens_to_let_go_of_the_audio() {
    let HearingStream { audio, heard } = ears().await;
    drop(heard);
    soon(mpsc::Sender::closed(&audio)).await;
}
