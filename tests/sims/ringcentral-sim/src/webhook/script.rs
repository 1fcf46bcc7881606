//! A script of deliveries: any order, doubled, delayed, dropped.
//!
//! Owns the order of sending; tests call it. It never changes a notification.

use std::time::Duration;

use futures_util::future::join_all;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;

use super::delivery::{Delivery, SendError, Sender};
use super::notification::Notification;

/// Lists deliveries in the order in which they are sent; delayed ones overtake nobody and hold nobody up.
#[derive(Debug, Clone)]
pub struct Script {
    steps: Vec<(Notification, Duration)>,
}

impl Script {
    /// Sends events one after the other, as they are.
    pub fn new(events: impl IntoIterator<Item = Notification>) -> Self {
        Self {
            steps: events
                .into_iter()
                .map(|event| (event, Duration::ZERO))
                .collect(),
        }
    }

    /// Changes the order at random, the same way for the same seed.
    pub fn shuffled(mut self, seed: u64) -> Self {
        self.steps.shuffle(&mut StdRng::seed_from_u64(seed));
        self
    }

    /// Turns the order round.
    pub fn reversed(mut self) -> Self {
        self.steps.reverse();
        self
    }

    /// Sends the event at that place twice, the copy with the same `uuid` right behind it.
    pub fn doubled(mut self, at: usize) -> Self {
        if let Some(step) = self.steps.get(at).cloned() {
            self.steps.insert(at, step);
        }
        self
    }

    /// Leaves out the event at that place.
    pub fn dropped(mut self, at: usize) -> Self {
        if at < self.steps.len() {
            self.steps.remove(at);
        }
        self
    }

    /// Sends the event at that place so much later, while the ones behind it go ahead.
    pub fn delayed(mut self, at: usize, by: Duration) -> Self {
        if let Some((_, delay)) = self.steps.get_mut(at) {
            *delay = by;
        }
        self
    }

    /// Lists the notifications in the order of sending.
    pub fn notifications(&self) -> impl Iterator<Item = &Notification> {
        self.steps.iter().map(|(notification, _)| notification)
    }

    /// Sends everything: each after the answer to the one before, except that delayed ones are sent aside.
    ///
    /// # Errors
    /// Fails at the first delivery that got no answer.
    #[expect(
        clippy::disallowed_methods,
        reason = "a late delivery is the fault that was asked for"
    )]
    pub async fn deliver(&self, sender: &Sender) -> Result<Vec<Delivery>, SendError> {
        let (late, prompt): (Vec<_>, Vec<_>) =
            self.steps.iter().partition(|(_, delay)| !delay.is_zero());
        let late = join_all(late.into_iter().map(async |(notification, delay)| {
            tokio::time::sleep(*delay).await;
            sender.send(notification).await
        }));
        let prompt = async {
            let mut answers = Vec::new();
            for (notification, _) in prompt {
                answers.push(sender.send(notification).await?);
            }
            Ok::<_, SendError>(answers)
        };
        let (answers, late) = futures_util::future::join(prompt, late).await;
        let mut answers = answers?;
        for answer in late {
            answers.push(answer?);
        }
        Ok(answers)
    }
}
