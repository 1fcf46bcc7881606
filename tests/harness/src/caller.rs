//! Owns a simulated caller: a telephone of `ringcentral-sim` with a modem for ears and mouth. Held by stories.

use crate::words::Heard;
use ringcentral_sim::media::HeardFrame;
use ringcentral_sim::{Caller as Phone, DialPlan};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use voice_modem::{Decoder, Item};

/// Time in which something expected must have happened, also on a busy machine.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// Someone on the telephone.
pub struct Caller {
    /// The telephone, for what a story does beside talking.
    pub phone: Phone,
    heard: Heard,
    position: usize,
    ear: JoinHandle<()>,
    name: String,
}

impl Caller {
    /// Dials and waits for the answer.
    pub async fn dial(plan: DialPlan) -> Self {
        let caller = Self::ring(plan).await;
        caller
            .phone
            .answered(DEADLINE)
            .await
            .expect("the call is answered");
        caller
    }

    /// Dials and does not wait.
    pub async fn ring(plan: DialPlan) -> Self {
        let name = plan.from_number.clone();
        let phone = Phone::dial(plan).await.expect("the caller can dial");
        let heard = Heard::default();
        let ear = tokio::spawn(listen(phone.audio(), heard.clone()));
        Self {
            phone,
            heard,
            position: 0,
            ear,
            name,
        }
    }

    /// Waits until a phrase is heard, after everything waited for before.
    pub async fn hears(&mut self, phrase: &str) {
        let wait = tokio::time::timeout(DEADLINE, self.heard.phrase(phrase, self.position)).await;
        match wait {
            Ok(position) => self.position = position,
            Err(_) => panic!(
                "{} never heard {phrase:?}; heard so far: {:?}; damaged: {}",
                self.name,
                self.heard.text(),
                self.heard.damaged(),
            ),
        }
    }

    /// Says something to the end.
    pub async fn says(&mut self, text: &str) {
        let playing = self.phone.speak(&voice_modem::encode(text));
        tokio::time::timeout(DEADLINE, playing.finished())
            .await
            .expect("words leave the phone in time");
    }

    /// Begins to say something.
    pub fn begins_to_say(&mut self, text: &str) {
        drop(self.phone.speak(&voice_modem::encode(text)));
    }

    /// Gives everything heard so far, without punctuation.
    pub fn everything_heard(&self) -> String {
        self.heard.text()
    }

    /// Waits until the other side has hung up.
    pub async fn is_let_go(&self) {
        let end = self.phone.ended(DEADLINE).await;
        assert_eq!(
            end.expect("the call ends"),
            ringcentral_sim::phone::End::RemoteHungUp,
            "{} heard: {:?}",
            self.name,
            self.heard.text(),
        );
    }

    /// Hangs up.
    pub async fn hangs_up(&self) {
        self.phone.hang_up().await.expect("the other side confirms");
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        self.ear.abort();
    }
}

async fn listen(mut frames: mpsc::UnboundedReceiver<HeardFrame>, heard: Heard) {
    let mut decoder = Decoder::new();
    while let Some(frame) = frames.recv().await {
        for item in decoder.push(&frame.samples) {
            match item {
                Item::Word { text, .. } => heard.add(&text),
                Item::Damaged { .. } => heard.add_damage(),
                Item::CarrierStarted { .. } | Item::CarrierEnded { .. } => {}
            }
        }
    }
}
