//! Recordings written down by the simulated Deepgram, whatever it does, and merged with what was heard live.

use super::{Bench, says};
use deepgram_sim::Route;
use maitred_harness::{Caller, House};
use ringcentral_sim::wav;
use ringcentral_sim::webhook::Session;
use serde_json::{Value, json};

/// A recording of one channel: each is said after so many seconds of silence.
fn spoken(texts: &[(usize, &str)]) -> Vec<u8> {
    let mut samples = Vec::new();
    for (seconds, text) in texts {
        samples.extend(vec![0; seconds * 8_000]);
        samples.extend(voice_modem::encode(text));
    }
    wav::write(&[&samples])
}

async fn story(house: &House, record: &Value) -> Value {
    let call = record["call_id"].as_str().unwrap();
    house.get(&format!("/api/v1/calls/{call}")).await
}

fn parts(story: &Value) -> Vec<[&str; 3]> {
    let parts = story["final_transcript"].as_array().unwrap();
    let text = |part: &'_ Value, name: &str| part[name].as_str().unwrap().to_owned();
    let all: Vec<[String; 3]> = parts
        .iter()
        .map(|part| ["speaker", "source", "text"].map(|name| text(part, name)))
        .collect();
    all.into_iter()
        .map(|part| part.map(|text| &*text.leak()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_a_person_took_has_the_recordings_transcript() {
    let bench = Bench::open().await;
    let sound = spoken(&[
        (1, "Front desk, hello?"),
        (2, "Hi, is this the hibachi place?"),
    ]);
    let (session, _) = bench.recorded_call(&sound, &[]).await;
    let record = bench.done(&session).await;
    assert_eq!(record["archive_reason"], json!(null));
    let story = story(&bench.house, &record).await;
    assert_eq!(
        parts(&story),
        [
            ["speaker_1", "recording", "Front desk, hello?"],
            ["speaker_2", "recording", "Hi, is this the hibachi place?"],
        ]
    );
    assert_eq!(story["transcript"], json!([]), "nothing was heard live");
    bench.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recogniser_that_fails_for_a_while_is_asked_again() {
    let bench = Bench::open().await;
    let faults = bench.house.deepgram.faults();
    faults.garbage(Route::Recorded);
    let (session, _) = bench.recorded_call(&spoken(&[(1, "hello")]), &[]).await;
    let record = bench
        .until(&session, |record| says(record, "unreadable"))
        .await;
    assert_eq!(
        record["state"], "RECORDED",
        "the recording is there already"
    );
    faults.clear(Route::Recorded);
    faults.refuse_next(Route::Recorded, 503, 1);
    bench
        .until(&session, |record| says(record, "unreachable"))
        .await;
    let record = bench.done(&session).await;
    assert_eq!(record["archive_reason"], json!(null));
    assert_eq!(parts(&story(&bench.house, &record).await).len(), 1);
    bench.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_recogniser_will_never_take_is_given_up_with_the_reason() {
    let bench = Bench::open().await;
    bench.house.deepgram.faults().refuse(Route::Recorded, 400);
    let (session, id) = bench.recorded_call(&spoken(&[(1, "hello")]), &[]).await;
    let record = bench.done(&session).await;
    assert!(says(&record, "transcript bad_request"), "{record}");
    bench.assert_stored(&record, &id, &spoken(&[(1, "hello")]));
    let line = r#"maitred_archive_steps_total{result="bad_request",stage="transcript"} 1"#;
    assert!(bench.metric(line).await);
    bench.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_sounds_otherwise_in_the_recording_is_flagged_and_not_changed() {
    let bench = Bench::with(&[("RC_AI_MODE", "full_auto")]).await;
    let plan = bench.house.plan();
    let from = plan.from_number.clone();
    let session = Session::inbound(&from, "+15551230001");
    let mut caller = Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    let session = session.with_call_id(caller.phone.call_id());
    let asks = |people: &str| format!("a party on December 31st at six pm for {people} people");
    let sound = spoken(&[
        (1, "Thank you for calling. How can I help you?"),
        (1, &asks("twenty")),
    ]);
    bench.plant(&session, &sound, &[]);
    bench.log(&session, "Accepted", 0);
    let mut events = session.extension_events();
    let ended = events.pop().unwrap();
    bench.deliver(events).await;
    caller.says(&asks("twelve")).await;
    caller.hears("What name should I put it under?").await;
    caller.says("Maria Delgado").await;
    caller.hears("Is that right?").await;
    caller.says("yes that's right").await;
    caller.hears("Goodbye.").await;
    caller.is_let_go().await;
    bench.deliver(vec![ended]).await;
    let record = bench.done(&session).await;
    let story = story(&bench.house, &record).await;
    let flags = story["flags"].as_array().unwrap();
    assert_eq!(flags.len(), 1, "{story}");
    assert_eq!(
        [&flags[0]["kind"], &flags[0]["booked"], &flags[0]["heard"]],
        ["party_size", "12", "20"]
    );
    let place = flags[0]["turn_index"].as_u64().unwrap() as usize;
    let part = &story["final_transcript"][place];
    assert_eq!(part["source"], "both");
    assert_eq!(part["text"].as_str(), Some(&*asks("twelve")));
    assert_eq!(part["recording_text"].as_str(), Some(&*asks("twenty")));
    // It is found by what was heard live, by what only the recording has, by the card, and by how it ended.
    let number = from.trim_start_matches('+');
    for (query, wanted) in [
        ("q=Twelve%20PEOPLE", 1),
        ("q=twenty", 1),
        ("q=maria&outcome=booked", 1),
        ("q=twelve%20thirteen", 0),
        ("q=tw_lve", 0),
        ("q=%25", 0),
        ("outcome=hung_up", 0),
    ] {
        let path = format!("/api/v1/calls?number={number}&{query}");
        let page = bench.house.get(&path).await;
        let found = page["items"].as_array().map(Vec::len);
        assert_eq!(found, Some(wanted), "{query}: {page}");
    }
    let bookings = bench.house.bookings_of(&from).await;
    assert_eq!(
        bookings[0]["party_size"], 12,
        "the booking stands as it was made"
    );
    bench.house.close().await;
}
