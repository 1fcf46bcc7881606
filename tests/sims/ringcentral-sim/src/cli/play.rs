//! `ringcentral-sim play`: sends the events of a whole call to a receiver.
//!
//! Owns the order and what is printed; the command line calls it. It never judges more than the status.

use clap::Args;
use clap::builder::PossibleValuesParser;
use ringcentral_sim::webhook::{Script, Sender, Sequence, Session, Shape};

/// Sends the events of a whole call to a receiver, one line each.
#[derive(Debug, Args)]
pub struct Play {
    /// Which call to play.
    #[arg(value_parser = PossibleValuesParser::new(Sequence::ALL.map(|one| one.name)))]
    sequence: String,
    /// Address of the receiver, path included.
    #[arg(long)]
    to: String,
    /// Secret of the HMAC signature; unsigned without it.
    #[arg(long)]
    secret: Option<String>,
    /// Verification token; none is sent without it.
    #[arg(long)]
    token: Option<String>,
    /// Number of the caller.
    #[arg(long, default_value = "+15557654321")]
    from: String,
    /// Number that was dialled.
    #[arg(long, default_value = "+15551230001")]
    dialled: String,
    /// Send in a random order, the same for the same seed.
    #[arg(long)]
    shuffle: Option<u64>,
    /// Send in the opposite order.
    #[arg(long)]
    reverse: bool,
    /// Send every event twice.
    #[arg(long)]
    double: bool,
    /// Leave out the event at this place, counted from 0.
    #[arg(long)]
    drop: Option<usize>,
    /// Send flat bodies instead of the real ones.
    #[arg(long)]
    flat: bool,
}

impl Play {
    /// Plays the sequence; says whether every delivery was answered with 200.
    ///
    /// # Errors
    /// Fails when no HTTP client can be made, or a delivery is not answered at all.
    pub async fn run(self) -> anyhow::Result<bool> {
        let mut sender = Sender::new(&self.to)?;
        if let Some(secret) = &self.secret {
            sender = sender.signing(secret);
        }
        if let Some(token) = &self.token {
            sender = sender.with_token(token);
        }
        let session = Session::inbound(&self.from, &self.dialled);
        let sequence = Sequence::named(&self.sequence)
            .ok_or_else(|| anyhow::anyhow!("no sequence {}", self.sequence))?;
        let shape = if self.flat {
            Shape::Flat
        } else {
            Shape::Parties
        };
        let events = sequence.events(&session).into_iter();
        let mut script = Script::new(events.map(|event| event.shaped(shape)));
        if let Some(at) = self.drop {
            script = script.dropped(at);
        }
        if self.double {
            let count = script.notifications().count();
            script = (0..count).rev().fold(script, Script::doubled);
        }
        if self.reverse {
            script = script.reversed();
        }
        if let Some(seed) = self.shuffle {
            script = script.shuffled(seed);
        }
        let answers = script.deliver(&sender).await?;
        for (event, answer) in script.notifications().zip(&answers) {
            let body = &event.json()["body"];
            let party = &body["parties"][0];
            let code = party["status"]["code"].as_str();
            let code = code.or(body["telephonyStatus"].as_str());
            println!(
                "{} {} {} {}",
                answer.status,
                event.sequence().unwrap_or_default(),
                event.party_id().unwrap_or_default(),
                code.unwrap_or_default()
            );
        }
        Ok(answers.iter().all(|answer| answer.status == 200))
    }
}
