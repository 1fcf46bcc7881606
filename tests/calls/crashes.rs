//! The stories again, with an actor ended right after each of the call's events: every run must end the same way, with
//! the same booking exactly once and no prompt lost.

use crate::ending::{Ending, day, told};
use crate::{books, corrects_the_day, hangs_up_before_the_answer, hangs_up_mid_sentence};
use crate::{is_silent, recorded, slot_full, speaks_over_the_prompt, wants_a_person};
use jiff::civil::Date;
use maitred_harness::{Caller, House, How, Part, Setup};
use ringcentral_sim::DialPlan;
use serde_json::Value;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Calls that are told at the same time.
const AT_ONCE: usize = 10;
/// Days that the runs of one test may book on; more would reach into next year's dates.
const DAYS: u32 = 330;

type Telling = Pin<Box<dyn Future<Output = (Caller, Ending)> + Send>>;
type Story = fn(DialPlan, Date) -> Telling;

/// Opens a house for many runs.
async fn open() -> House {
    many().with("VOICE_AI_PATIENCE_MS", "20000").open().await
}

/// A house that never runs out of crews.
fn many() -> Setup {
    Setup::default().with_crews(1000)
}

/// Tells a story once to learn how many entries its journal has.
async fn length(house: &House, story: Story) -> u64 {
    let plan = house.plan();
    let from = plan.from_number.clone();
    tell(house, plan, story, day(0)).await;
    let told = house.story_of(&from).await;
    told["journal"].as_array().unwrap().len() as u64
}

async fn tell(house: &House, plan: DialPlan, story: Story, day: Date) {
    let from = plan.from_number.clone();
    let (caller, ending) = story(plan, day).await;
    ending.check(house, &caller, &from).await;
}

/// Tells a story once for each entry and each way to crash, many at a time.
async fn tell_with_crashes(house: House, story: Story, ways: &[How]) {
    let entries = length(&house, story).await;
    assert!(entries > 2, "a story of {entries} entries is none");
    let house = Arc::new(house);
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let mut runs = JoinSet::new();
    let planned = ways
        .iter()
        .flat_map(|how| (2..=entries).map(|seq| (seq, *how)));
    for (run, (seq, how)) in (1..).zip(planned) {
        let (house, room) = (Arc::clone(&house), Arc::clone(&room));
        runs.spawn(async move {
            let _place = room.acquire().await.unwrap();
            let plan = house.plan();
            let from = plan.from_number.clone();
            house.crashes.plan(&from, seq, how);
            tell(&house, plan, story, day(run % DAYS)).await;
            if !house.crashes.took_place(&from) {
                let story = house.story_of(&from).await;
                let end = end_of(&story);
                assert!(
                    seq > end,
                    "no crash {how:?} after entry {seq}:\n{}",
                    told(&story)
                );
            }
        });
    }
    while let Some(run) = runs.join_next().await {
        run.unwrap();
    }
    Arc::into_inner(house).unwrap().close().await;
}

/// Number of the entry with which the call was over: what is written after it may find no actor any more.
fn end_of(story: &Value) -> u64 {
    let ends = ["caller_hung_up", "hung_up", "caller_cancelled"];
    let journal = story["journal"].as_array().unwrap();
    let last = journal
        .iter()
        .find(|entry| ends.iter().any(|kind| entry["kind"] == *kind));
    last.and_then(|entry| entry["seq"].as_u64())
        .unwrap_or(u64::MAX)
}

const CALL: [How; 2] = [How::Panic, How::Kill(Part::Call)];
const VOICE: [How; 3] = [
    How::Kill(Part::Listener),
    How::Kill(Part::Speaker),
    How::Kill(Part::MediaLeg),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_survives_the_end_of_its_call_at_every_event() {
    tell_with_crashes(
        open().await,
        |plan, day| Box::pin(books::story(plan, day)),
        &CALL,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_survives_the_end_of_ears_and_mouth_at_every_event() {
    tell_with_crashes(
        open().await,
        |plan, day| Box::pin(books::story(plan, day)),
        &VOICE,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_survives_every_crash() {
    let ways = [&CALL[..], &VOICE[..]].concat();
    let story: Story = |plan, day| Box::pin(corrects_the_day::story(plan, day));
    tell_with_crashes(open().await, story, &ways).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hang_up_mid_sentence_survives_every_crash() {
    let ways = [&CALL[..], &VOICE[..]].concat();
    let story: Story = |plan, day| Box::pin(hangs_up_mid_sentence::story(plan, day));
    tell_with_crashes(open().await, story, &ways).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silence_survives_every_crash() {
    let patience = is_silent::PATIENCE_MS;
    let house = many().with("VOICE_AI_PATIENCE_MS", patience).open().await;
    let ways = [&CALL[..], &VOICE[..]].concat();
    tell_with_crashes(
        house,
        |plan, day| Box::pin(is_silent::story(plan, day)),
        &ways,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_barge_in_survives_every_crash() {
    let ways = [&CALL[..], &VOICE[..]].concat();
    let story: Story = |plan, day| Box::pin(speaks_over_the_prompt::story(plan, day));
    tell_with_crashes(open().await, story, &ways).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wish_for_a_person_survives_every_crash() {
    let ways = [&CALL[..], &VOICE[..]].concat();
    let story: Story = |plan, day| Box::pin(wants_a_person::story(plan, day));
    tell_with_crashes(open().await, story, &ways).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_slot_survives_every_crash() {
    let house = Setup::default()
        .with_crews(1)
        .with("VOICE_AI_PATIENCE_MS", "20000")
        .open()
        .await;
    for run in 0..DAYS {
        house.fill(day(run).at(18, 0, 0, 0)).await;
    }
    let ways = [&CALL[..], &VOICE[..]].concat();
    let story: Story = |plan, day| Box::pin(slot_full::story(plan, day));
    tell_with_crashes(house, story, &ways).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_never_answered_survives_every_crash() {
    let house = many().with("RC_AUTO_ANSWER", "false").open().await;
    let story: Story = |plan, day| Box::pin(hangs_up_before_the_answer::story(plan, day));
    tell_with_crashes(house, story, &CALL).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_to_be_recorded_survives_every_crash() {
    let ways = [&CALL[..], &[How::Kill(Part::MediaLeg)]].concat();
    let story: Story = |plan, day| Box::pin(recorded::refusal(plan, day));
    tell_with_crashes(recorded::recording(many()).open().await, story, &ways).await;
}
