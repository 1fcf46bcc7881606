//! Owns the faults that callers meet, and these callers. Called by the story.

use crate::home::until_metric;
use deepgram_sim::Route;
use maitred_actors::interpreter::InterpreterMsg;
use maitred_actors::registry::Role;
use maitred_harness::{Caller, DEADLINE, House, How, day_in_words, kill_shared};
use ringcentral_sim::media::RtpFaults;
use ringcentral_sim::phone::CallError;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// Number of the entry in which a caller's first words are read: admitted, rang, answered, prompt started and played,
/// speech started, caller said.
const CALLER_SAID: u64 = 7;
/// Deliveries that prove nothing.
const STRANGE_POSTS: usize = 15;
/// Times that a shared actor crashes.
const CRASHES: u32 = 4;
/// Samples of silence that a caller listens for: six seconds.
const LISTENS: usize = 6 * 8_000;

/// Books a party, speaking over the greeting.
pub async fn books_a_party(caller: &mut Caller) {
    caller.is_answered().await;
    caller.hears("Thank you").await;
    caller.says(&wish("Maria Delgado")).await;
    caller.hears("Is that right?").await;
    caller.says("yes").await;
    caller.hears("Goodbye.").await;
    caller.is_let_go().await;
}

/// Asks for a party in words that need no further question.
pub fn wish(name: &str) -> String {
    let seconds = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let now = jiff::Timestamp::from_second(seconds.try_into().unwrap()).unwrap();
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    // A day of its own for each, so that none is full.
    static DAYS: AtomicI64 = AtomicI64::new(9);
    let days = DAYS.fetch_add(1, Ordering::SeqCst);
    let day = day_in_words(today + jiff::Span::new().days(days));
    format!("book {day} at six pm for twelve people under the name {name}")
}

/// Somebody posts what is no delivery of RingCentral.
pub async fn strangers_post(house: &House) {
    let url = format!(
        "http://{}/api/v1/ringcentral/webhooks/events",
        house.server.http
    );
    let http = reqwest::Client::new();
    for _ in 0..STRANGE_POSTS {
        let request = http.post(&url).header("content-type", "application/json");
        let answer = request.body("{}").send().await.unwrap();
        assert_eq!(answer.status(), 401);
    }
}

/// A caller whose packets get lost, overtake each other and come late, and who gives up.
pub async fn call_with_losses(house: &House) {
    let mut caller = house.caller().await;
    caller.phone.set_faults(RtpFaults {
        loss: 0.3,
        jitter: Duration::from_millis(60),
        seed: 7,
        ..RtpFaults::default()
    });
    caller.says("can you hear me can you hear me").await;
    caller.hangs_up().await;
}

/// A caller of whose words nothing can be made; stays on the line.
pub async fn call_in_riddles(house: &House) -> Caller {
    let mut caller = house.caller().await;
    caller.hears("How can I help you?").await;
    caller.says("blarg flonk wibble").await;
    caller
}

/// A caller whose first words crash the call each time that they are read.
pub async fn poisoned_call(house: &House) {
    let plan = house.plan();
    let from = plan.from_number.clone();
    house.crashes.plan(&from, CALLER_SAID, How::Poison);
    let mut caller = Caller::dial(plan).await;
    caller.hears("How can I help you?").await;
    caller.says("I'd like to book").await;
    house.record_of(&from).await;
}

/// An actor that all calls share crashes again and again.
pub async fn shared_actor_crashes(house: &House) {
    for count in 1..=CRASHES {
        kill_shared::<InterpreterMsg>(&house.server.registry, Role::Interpreter);
        let restarted = format!(
            "maitred_actor_restarts_total{{actor=\"interpreter\",reason=\"killed\"}} {count}\n"
        );
        until_metric(house, &restarted).await;
    }
}

/// More callers than the house takes.
pub async fn too_many_callers(house: &House, calls_max: usize) {
    let mut on_the_line = Vec::new();
    while on_the_line.len() <= calls_max {
        let caller = Caller::ring(house.plan()).await;
        match caller.phone.answered(DEADLINE).await {
            Ok(_) => on_the_line.push(caller),
            Err(CallError::Ended(_)) => break,
            Err(error) => panic!("neither answered nor turned away: {error}"),
        }
    }
    assert!(on_the_line.len() <= calls_max, "nobody was turned away");
    for caller in on_the_line {
        caller.hangs_up().await;
    }
}

/// No recogniser can be reached any more while a caller is on.
pub async fn recognisers_go_down(house: &House) -> Caller {
    let mut caller = house.caller().await;
    caller.hears("How can I help you?").await;
    for route in [Route::Flux, Route::Nova] {
        house.deepgram.faults().refuse(route, 503);
        house.deepgram.faults().cut_now(route);
    }
    caller
}

/// No voice can be reached any more when a caller is to be answered.
pub async fn voice_goes_down(house: &House) -> Caller {
    let mut caller = house.caller().await;
    caller.hears("How can I help you?").await;
    house.deepgram.faults().refuse(Route::Speak, 503);
    house.deepgram.faults().cut_now(Route::Speak);
    caller.says(&wish("John Baker")).await;
    caller
}

/// The providers of speech can be reached again.
pub fn speech_comes_back(house: &House) {
    for route in Route::SOCKETS {
        house.deepgram.faults().clear(route);
    }
}

/// The voice takes what it is to say and gives no sound while the caller listens for longer than anybody does.
pub async fn voice_is_stuck(house: &House) {
    let mut caller = house.caller().await;
    caller.hears("How can I help you?").await;
    house.deepgram.faults().stall(Route::Speak);
    caller.says(&wish("John Baker")).await;
    let listening = caller.phone.speak(&[0; LISTENS]);
    let listened = tokio::time::timeout(DEADLINE, listening.finished()).await;
    listened.expect("the phone goes on");
    house.deepgram.faults().clear(Route::Speak);
    caller.hears("Is that right?").await;
    caller.hangs_up().await;
}

/// The book cannot be read, and the caller is told so.
pub async fn book_is_away(house: &House) {
    let book = crate::home::Table::taken_away(house, "booking_holds").await;
    let mut caller = house.caller().await;
    caller.hears("How can I help you?").await;
    caller.says(&wish("John Baker")).await;
    caller.hears("sorry").await;
    book.given_back().await;
    caller.hangs_up().await;
}
