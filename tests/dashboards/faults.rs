//! Owns the faults, and the callers who meet them. Called by the story.

use deepgram_sim::Route;
use maitred_actors::interpreter::InterpreterMsg;
use maitred_actors::registry::Role;
use maitred_harness::{Caller, DEADLINE, Exchange, House, How, day_in_words, kill_shared};
use ringcentral_sim::media::RtpFaults;
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection};
use std::time::Duration;

/// Number of the entry in which a caller's first words are read: admitted, rang, answered, prompt started and played,
/// speech started, caller said.
const CALLER_SAID: u64 = 7;

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
    let zone = jiff::tz::TimeZone::get("America/Los_Angeles").unwrap();
    let seconds = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let now = jiff::Timestamp::from_second(seconds.try_into().unwrap()).unwrap();
    let today = now.to_zoned(zone).date();
    let day = day_in_words(today + jiff::Span::new().days(9));
    format!("book {day} at six pm for twelve people under the name {name}")
}

/// Somebody posts what is no delivery of RingCentral.
pub async fn strangers_post(house: &House) {
    let url = format!(
        "http://{}/api/v1/ringcentral/webhooks/events",
        house.server.http
    );
    let http = reqwest::Client::new();
    for _ in 0..15 {
        let request = http.post(&url).header("content-type", "application/json");
        let answer = request.body("{}").send().await.unwrap();
        assert_eq!(answer.status(), 401);
    }
}

/// A caller whose packets get lost, and who gives up.
pub async fn call_with_losses(house: &House) {
    let mut caller = house.caller().await;
    caller.phone.set_faults(RtpFaults {
        loss: 0.3,
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

/// An actor that all calls share ends three times.
pub async fn shared_actor_crashes(house: &House) {
    let metric = |count: u32| {
        format!("maitred_actor_restarts_total{{actor=\"interpreter\",reason=\"killed\"}} {count}\n")
    };
    for count in 1..=3 {
        kill_shared::<InterpreterMsg>(&house.server.registry, Role::Interpreter);
        until_metric(house, &metric(count)).await;
    }
}

/// More callers than the house takes.
pub async fn too_many_callers(house: &House, calls_max: usize) {
    let mut callers = Vec::new();
    for _ in 0..calls_max {
        callers.push(house.caller().await);
    }
    let turned_away = Caller::ring(house.plan()).await;
    let answered = turned_away.phone.answered(DEADLINE).await;
    assert!(answered.is_err(), "one more than {calls_max} was answered");
    for caller in callers {
        caller.hangs_up().await;
    }
}

/// No recogniser and no voice can be reached any more while a caller is on.
pub async fn speech_goes_down(house: &House) -> Caller {
    let mut caller = house.caller().await;
    caller.hears("How can I help you?").await;
    for route in Route::SOCKETS {
        house.deepgram.faults().refuse(route, 503);
        house.deepgram.faults().cut_now(route);
    }
    caller
}

pub fn speech_comes_back(house: &House) {
    for route in Route::SOCKETS {
        house.deepgram.faults().clear(route);
    }
}

/// The voice takes its time, and the book cannot be read: the caller waits.
pub async fn slow_voice_and_no_book(house: &House) {
    let book = Table::taken_away(house, "booking_holds").await;
    let slow = Duration::from_millis(3_000);
    house.deepgram.faults().delay_answers(Route::Speak, slow);
    let mut caller = house.caller().await;
    caller.hears("How can I help you?").await;
    caller.says(&wish("John Baker")).await;
    until_metric(house, "maitred_bookings_total{outcome=\"unavailable\"} 1\n").await;
    caller.hears("sorry").await;
    book.given_back().await;
    house.deepgram.faults().clear(Route::Speak);
    caller.hangs_up().await;
}

/// A table under another name, so that nothing finds it.
pub struct Table {
    name: &'static str,
    database: DatabaseConnection,
}

impl Table {
    pub async fn taken_away(house: &House, name: &'static str) -> Self {
        let file = house.folder().join("maitred.db");
        let database = Database::connect(format!("sqlite://{}", file.display()));
        let table = Self {
            name,
            database: database.await.unwrap(),
        };
        table
            .run(format!("ALTER TABLE {name} RENAME TO {name}_away"))
            .await;
        table
    }

    pub async fn given_back(self) {
        let name = self.name;
        self.run(format!("ALTER TABLE {name}_away RENAME TO {name}"))
            .await;
        self.database.close().await.unwrap();
    }

    async fn run(&self, sql: String) {
        self.database.execute_unprepared(&sql).await.unwrap();
    }
}

/// RingCentral loses our registration and takes none.
pub fn line_goes_down(exchange: &Exchange) {
    let edge = exchange.sim.edge();
    edge.set_fault(Some(ringcentral_sim::edge::EdgeFault::DropConnection));
    edge.drop_connections();
}

/// Waits until `/metrics` has this line.
pub async fn until_metric(house: &House, line: &str) {
    let there = async {
        let mut look = tokio::time::interval(Duration::from_millis(50));
        while !house.text("/metrics").await.contains(line) {
            look.tick().await;
        }
    };
    let there = tokio::time::timeout(DEADLINE, there).await;
    there.unwrap_or_else(|_| panic!("never: {line}"));
}

/// Waits until a part of `/ready` is as wanted.
pub async fn until_ready(house: &House, part: &str, is_ready: bool) {
    let there = async {
        let mut look = tokio::time::interval(Duration::from_millis(50));
        while house.get("/ready").await["parts"][part]["ok"] != is_ready {
            look.tick().await;
        }
    };
    let there = tokio::time::timeout(DEADLINE, there).await;
    there.unwrap_or_else(|_| panic!("{part} never was {is_ready}"));
}
