//! Shared bookings: asks the book on behalf of calls. Works on tasks, one after the other for each call, so that what a
//! call holds is let go after it was held; answers through the journal. That nothing is booked twice is the book's own
//! promise, by the key of the booking.

use crate::call::Event;
use crate::ports::booking::{Error, Search, Wanted};
use crate::ports::observer::Signal;
use crate::types::{BookingDetails, BookingKey, CallId, QuestionNo};
use crate::world::World;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::collections::HashMap;
use tokio::task::JoinHandle;

/// Shared bookings.
pub struct BookingDesk;

/// What the booking desk is told.
#[derive(Debug)]
pub enum BookingDeskMsg {
    /// A call asks something of the book.
    Ask {
        /// Call that asks.
        call: CallId,
        /// Number of the question.
        question: QuestionNo,
        /// What it asks.
        asked: Box<BookQuestion>,
    },
    /// A call is over: let go what it holds.
    Release(CallId),
}

/// What a call can ask of the book.
#[derive(Debug)]
pub enum BookQuestion {
    /// Hold a place; answered by `SlotChecked`.
    Hold(Wanted),
    /// Which starts of the day are free; answered by `OpeningsFound`.
    Openings(Wanted),
    /// Which bookings fit; answered by `BookingsFound`.
    Find(Search),
    /// Make a booking; answered by `BookingAnswered`.
    Book(BookingKey, BookingDetails),
    /// Change the booking of that number; answered by `BookingChanged`.
    Change(BookingKey, String, BookingDetails),
    /// Cancel the booking of that number; answered by `BookingCancelled`.
    Cancel(BookingKey, String),
}

/// What the booking desk holds: the ports, and what is at work for each call.
pub struct Desk {
    world: World,
    at_work: HashMap<CallId, JoinHandle<()>>,
}

impl Actor for BookingDesk {
    type Msg = BookingDeskMsg;
    type State = Desk;
    type Arguments = World;

    async fn pre_start(
        &self,
        _myself: ActorRef<Self::Msg>,
        world: Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(Desk {
            world,
            at_work: HashMap::new(),
        })
    }

    async fn handle(
        &self,
        _myself: ActorRef<Self::Msg>,
        message: Self::Msg,
        desk: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        let world = desk.world.clone();
        match message {
            BookingDeskMsg::Ask {
                call,
                question,
                asked,
            } => {
                let before = desk.at_work.remove(&call);
                let of = call.clone();
                let work = tokio::spawn(async move {
                    after(before).await;
                    let event = answer(&world, &of, question, *asked).await;
                    world.queue.append(&of, event);
                });
                desk.at_work.insert(call, work);
            }
            BookingDeskMsg::Release(call) => {
                let before = desk.at_work.remove(&call);
                tokio::spawn(async move {
                    after(before).await;
                    if let Err(error) = world.book.release(call.clone()).await {
                        tracing::warn!(call.id = %call, %error, "hold not let go; it runs out by itself");
                    }
                });
            }
        }
        Ok(())
    }
}

/// Waits until what was asked before has been answered, or has panicked: then its deadline tells the call.
async fn after(before: Option<JoinHandle<()>>) {
    if let Some(before) = before {
        let _ = before.await;
    }
}

async fn answer(world: &World, call: &CallId, question: QuestionNo, asked: BookQuestion) -> Event {
    let (book, call) = (&world.book, call.clone());
    match asked {
        BookQuestion::Hold(wanted) => {
            let result = book.hold(call, wanted).await;
            note(world, "held", result.as_ref().err());
            Event::SlotChecked { question, result }
        }
        BookQuestion::Openings(wanted) => {
            let result = book.openings(call, wanted).await;
            note_unread(world, result.as_ref().err());
            Event::OpeningsFound { question, result }
        }
        BookQuestion::Find(search) => {
            let result = book.find(search).await;
            note_unread(world, result.as_ref().err());
            Event::BookingsFound { question, result }
        }
        BookQuestion::Book(key, details) => {
            let result = book.book(key, call, details).await;
            note(world, "booked", result.as_ref().err());
            Event::BookingAnswered { question, result }
        }
        BookQuestion::Change(key, number, details) => {
            let result = book.change(key, call, number, details).await;
            note(world, "changed", result.as_ref().err());
            Event::BookingChanged { question, result }
        }
        BookQuestion::Cancel(key, number) => {
            let result = book.cancel(key, call, number).await;
            note(world, "cancelled", result.as_ref().err());
            Event::BookingCancelled { question, result }
        }
    }
}

/// Reading the book is worth counting only where it fails.
fn note_unread(world: &World, error: Option<&Error>) {
    if let Some(error) = error {
        note(world, "read", Some(error));
    }
}

fn note(world: &World, done: &'static str, error: Option<&Error>) {
    let outcome = match error {
        None => done,
        Some(Error::Taken { .. }) => "taken",
        Some(Error::Refused { .. }) => "refused",
        Some(Error::NoSuchBooking) => "no_such_booking",
        Some(Error::Unavailable(_)) => "unavailable",
    };
    world.note(Signal::BookAsked { outcome });
}
