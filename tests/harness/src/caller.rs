//! Owns a simulated caller: a telephone of `ringcentral-sim` with a modem for ears and mouth. Held by stories.

use crate::words::Heard;
use ringcentral_sim::media::HeardFrame;
use ringcentral_sim::{Caller as Phone, DialPlan, SimCall};
use std::ops::Deref;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use voice_modem::{Decoder, Item};

/// Time in which something expected must have happened, also on a busy machine; sessions are read again every 20 s.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// What somebody hears on a telephone, word by word.
pub(crate) struct Ear {
    heard: Heard,
    position: usize,
    listening: JoinHandle<()>,
    name: String,
}

impl Ear {
    pub(crate) fn at(name: &str, audio: mpsc::UnboundedReceiver<HeardFrame>) -> Self {
        let heard = Heard::default();
        let listening = tokio::spawn(listen(audio, heard.clone()));
        Self {
            heard,
            position: 0,
            listening,
            name: name.to_owned(),
        }
    }

    /// Waits until a phrase is heard, after everything waited for before.
    pub(crate) async fn hears(&mut self, phrase: &str) {
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
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// A telephone, by itself or known to the simulated RingCentral.
pub enum Telephone {
    /// Dials an address.
    Direct(Phone),
    /// Calls through RingCentral, whose REST and webhooks know the call.
    Exchange(Box<SimCall>),
}

impl Deref for Telephone {
    type Target = Phone;

    fn deref(&self) -> &Phone {
        match self {
            Self::Direct(phone) => phone,
            Self::Exchange(call) => call,
        }
    }
}

/// Someone on the telephone.
pub struct Caller {
    /// The telephone, for what a story does beside talking.
    pub phone: Telephone,
    ear: Ear,
}

impl Caller {
    /// Dials and waits for the answer.
    pub async fn dial(plan: DialPlan) -> Self {
        let caller = Self::ring(plan).await;
        caller.is_answered().await;
        caller
    }

    /// Dials and does not wait.
    pub async fn ring(plan: DialPlan) -> Self {
        let name = plan.from_number.clone();
        let phone = Phone::dial(plan).await.expect("the caller can dial");
        Self::at(&name, Telephone::Direct(phone))
    }

    /// Takes the telephone of a call.
    pub(crate) fn at(name: &str, phone: Telephone) -> Self {
        let ear = Ear::at(name, phone.audio());
        Self { phone, ear }
    }

    /// Waits for the answer.
    pub async fn is_answered(&self) {
        let answered = self.phone.answered(DEADLINE).await;
        answered.expect("the call is answered");
    }

    /// Waits until a phrase is heard, after everything waited for before.
    pub async fn hears(&mut self, phrase: &str) {
        self.ear.hears(phrase).await;
    }

    /// Waits until anything is heard, after everything waited for before, or until the other side has hung up.
    pub async fn hears_something(&mut self) {
        let position = tokio::select! {
            position = self.ear.heard.more(self.ear.position) => Some(position),
            _ = self.phone.ended(DEADLINE) => None,
        };
        self.ear.position = position.unwrap_or(self.ear.position);
    }

    /// Lets the other side finish its sentence; what is heard from now on is what is waited for.
    pub async fn lets_finish(&mut self) {
        let quiet = tokio::time::timeout(DEADLINE, self.ear.heard.quiet()).await;
        quiet.unwrap_or_else(|_| panic!("{} is never let speak", self.ear.name));
        self.ear.position = self.ear.heard.count();
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
        self.ear.heard.text()
    }

    /// Waits until the other side has hung up.
    pub async fn is_let_go(&self) {
        let end = self.phone.ended(DEADLINE).await;
        assert_eq!(
            end.expect("the call ends"),
            ringcentral_sim::phone::End::RemoteHungUp,
            "{} heard: {:?}",
            self.ear.name,
            self.ear.heard.text(),
        );
    }

    /// Hangs up.
    pub async fn hangs_up(&self) {
        self.phone.hang_up().await.expect("the other side confirms");
    }
}

async fn listen(mut frames: mpsc::UnboundedReceiver<HeardFrame>, heard: Heard) {
    let mut decoder = Decoder::new();
    while let Some(frame) = frames.recv().await {
        for item in decoder.push(&frame.samples) {
            match item {
                Item::Word { text, .. } => heard.add(&text),
                Item::Damaged { .. } => heard.add_damage(),
                Item::CarrierStarted { .. } => heard.sounds(true),
                Item::CarrierEnded { .. } => heard.sounds(false),
            }
        }
    }
}
