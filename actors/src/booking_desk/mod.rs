//! Shared bookings: asks the book on behalf of calls. Works on tasks; answers through the journal. That nothing is
//! booked twice is the book's own promise, by the key of the booking.

use crate::call::Event;
use crate::types::{BookingDetails, BookingKey, CallId, QuestionNo};
use crate::world::World;
use jiff::civil::DateTime;
use ractor::{Actor, ActorProcessingErr, ActorRef};

/// Shared bookings.
pub struct BookingDesk;

/// What the booking desk is asked.
#[derive(Debug)]
pub enum BookingDeskMsg {
    /// Tell whether a start is free.
    Check {
        /// Call that asks.
        call: CallId,
        /// Number of the question.
        question: QuestionNo,
        /// Start of the party, local time of the business.
        starts: DateTime,
    },
    /// Make a booking.
    Book {
        /// Call that asks.
        call: CallId,
        /// Number of the question.
        question: QuestionNo,
        /// Key under which it is made at most once.
        key: BookingKey,
        /// What the caller confirmed.
        details: BookingDetails,
    },
}

impl Actor for BookingDesk {
    type Msg = BookingDeskMsg;
    type State = World;
    type Arguments = World;

    async fn pre_start(
        &self,
        _myself: ActorRef<Self::Msg>,
        world: Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(world)
    }

    async fn handle(
        &self,
        _myself: ActorRef<Self::Msg>,
        message: Self::Msg,
        world: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        let world = world.clone();
        match message {
            BookingDeskMsg::Check {
                call,
                question,
                starts,
            } => {
                tokio::spawn(async move {
                    let result = world.book.look(starts).await;
                    world
                        .queue
                        .append(&call, Event::SlotChecked { question, result });
                });
            }
            BookingDeskMsg::Book {
                call,
                question,
                key,
                details,
            } => {
                tokio::spawn(async move {
                    let result = world.book.book(key, call.clone(), details).await;
                    world
                        .queue
                        .append(&call, Event::BookingAnswered { question, result });
                });
            }
        }
        Ok(())
    }
}
