//! The actors that all calls share are killed, one after the other, while a call is on: the caller is served all the
//! same.

use crate::ending::{Ending, day};
use maitred_actors::booking_desk::BookingDeskMsg;
use maitred_actors::interpreter::InterpreterMsg;
use maitred_actors::phone_line::PhoneLineMsg;
use maitred_actors::registry::Role;
use maitred_actors::scribe::ScribeMsg;
use maitred_actors::speech_desk::SpeechDeskMsg;
use maitred_harness::{Caller, House, day_in_words, kill_shared};

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_is_served_while_shared_actors_end() {
    let house = House::open().await;
    let registry = house.server.registry.clone();
    let plan = house.plan();
    let from = plan.from_number.clone();
    let mut caller = Caller::dial(plan).await;
    kill_shared::<ScribeMsg>(&registry, Role::Scribe);
    caller.hears("How can I help you?").await;
    kill_shared::<SpeechDeskMsg>(&registry, Role::SpeechDesk);
    let said = day_in_words(day(0));
    caller
        .says(&format!("a party on {said} at six pm for twelve people"))
        .await;
    caller.hears("What name should I put it under?").await;
    kill_shared::<InterpreterMsg>(&registry, Role::Interpreter);
    kill_shared::<PhoneLineMsg>(&registry, Role::PhoneLine);
    caller.says("Maria Delgado").await;
    caller.hears("Is that right?").await;
    kill_shared::<BookingDeskMsg>(&registry, Role::BookingDesk);
    kill_shared::<ScribeMsg>(&registry, Role::Scribe);
    caller.says("yes").await;
    caller.hears("Thank you for calling. Goodbye.").await;
    caller.is_let_go().await;
    let ending = Ending::booked(day(0), 18, 12, "Maria Delgado");
    ending.check(&house, &caller, &from).await;
    let metrics = house.text("/metrics").await;
    for actor in [
        "scribe",
        "speech_desk",
        "interpreter",
        "phone_line",
        "booking_desk",
    ] {
        let restarted = format!("maitred_actor_restarts_total{{actor=\"{actor}\"");
        assert!(
            metrics.contains(&restarted),
            "{actor} was not started again:\n{metrics}"
        );
    }
    house.close().await;
}
