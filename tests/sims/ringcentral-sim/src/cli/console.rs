//! The console of `serve`: calls, keys and people by lines on the standard input, answers as JSON lines.
//!
//! Owns the commands and the calls made by them; `serve` runs it, people and scripts type it. It never simulates by
//! itself.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use ringcentral_sim::phone::{PhoneEvent, Reaction};
use ringcentral_sim::webhook::{Party, Route};
use ringcentral_sim::{DialPlan, Leg, Person, RingCentralSim, SimCall};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Lists the commands, for people.
pub(super) const HELP: &str = "\
call [direct|menu|queue] [NUMBER]   somebody calls the device
person NUMBER answer|ring|busy      somebody can be called; `*` stands for all other numbers
answer CALL | hang-up CALL          pick up a person's ringing phone; end a call
press CALL KEYS | tone CALL         press keys; say two seconds of a tone
heard CALL                          tell how much was heard, and how loud the last second was
register                            tell who is registered
quit                                stop";

const LOUDNESS_SAMPLES: usize = 8000;
const FOREVER: std::time::Duration = std::time::Duration::from_secs(86_400);

type Handle = Arc<dyn Deref<Target = Leg> + Send + Sync>;

/// Is a caller's end of a call to the device.
struct Called(SimCall);

impl Deref for Called {
    type Target = Leg;

    fn deref(&self) -> &Leg {
        &self.0
    }
}

/// Is somebody's end of a call that the device made.
struct Reached(Leg);

impl Deref for Reached {
    type Target = Leg;

    fn deref(&self) -> &Leg {
        &self.0
    }
}

/// Runs until the input ends or says so.
pub(super) async fn run(sim: &RingCentralSim) -> anyhow::Result<()> {
    let mut lines = lines();
    let (reached, mut legs) = mpsc::unbounded_channel();
    let mut console = Console {
        sim,
        calls: BTreeMap::new(),
        new: Vec::new(),
        reached,
        tasks: JoinSet::new(),
    };
    loop {
        tokio::select! {
            line = lines.recv() => match line {
                Some(line) if line.trim() == "quit" => return Ok(()),
                Some(line) if line.trim().is_empty() => {}
                Some(line) => {
                    match console.obey(line.trim()).await {
                        Ok(answer) => println!("{answer}"),
                        Err(error) => println!("{}", json!({ "error": format!("{error:#}") })),
                    }
                    console.tell_events();
                }
                None => return Ok(()),
            },
            Some((number, leg)) = legs.recv() => {
                let leg: Leg = leg;
                let session = leg.invite().header("p-rc-api-ids").map(str::to_owned);
                let call = console.keep(Arc::new(Reached(leg)));
                println!("{}", json!({ "call": call, "person": number, "ids": session }));
                console.tell_events();
            }
        }
    }
}

/// Reads the standard input on a thread of its own, which ends with the program.
fn lines() -> mpsc::UnboundedReceiver<String> {
    let (read, lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines() {
            if line.is_err() || line.is_ok_and(|line| read.send(line).is_err()) {
                return;
            }
        }
    });
    lines
}

struct Console<'a> {
    sim: &'a RingCentralSim,
    calls: BTreeMap<usize, Handle>,
    /// Lists calls whose number has not been told yet.
    new: Vec<usize>,
    reached: mpsc::UnboundedSender<(String, Leg)>,
    tasks: JoinSet<()>,
}

impl Console<'_> {
    async fn obey(&mut self, line: &str) -> anyhow::Result<Value> {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["call", ref rest @ ..] => return self.call(rest).await,
            ["person", number, reaction] => self.person(number, reaction).await,
            ["answer", call] => self.leg(call).map(|leg| leg.answer()),
            ["hang-up", call] => self.leg(call).map(|leg| leg.line().hang_up()),
            ["press", call, keys] => self.leg(call).map(|leg| leg.press(keys)),
            ["tone", call] => self
                .leg(call)
                .map(|leg| drop(leg.speak(&super::call::tone()))),
            ["heard", call] => return self.leg(call).map(heard),
            ["register"] => {
                let binding = self.sim.edge().binding();
                return Ok(json!({ "registered": binding.map(|binding| binding.contact) }));
            }
            _ => bail!("unknown command\n{HELP}"),
        }
        .map(|()| json!({ "done": line }))
    }

    async fn call(&mut self, words: &[&str]) -> anyhow::Result<Value> {
        let (route, number) = match words {
            [] => (Route::Direct, None),
            ["direct", rest @ ..] => (Route::Direct, rest.first()),
            ["menu", rest @ ..] => (Route::menu(), rest.first()),
            ["queue", rest @ ..] => (Route::queue(), rest.first()),
            [number, ..] => (Route::Direct, Some(number)),
        };
        let mut plan = DialPlan {
            record: true,
            ..self.sim.caller()
        };
        if let Some(number) = number {
            plan.from_number = (*number).to_owned();
        }
        let call = self.sim.call_through(&route, plan).await?;
        let (session, party) = (
            call.session().telephony_session_id.clone(),
            call.session().party_id(Party::Extension),
        );
        let call_id = call.call_id().to_owned();
        let number = self.keep(Arc::new(Called(call)));
        Ok(json!({ "call": number, "session": session, "party": party, "callId": call_id }))
    }

    async fn person(&mut self, number: &str, reaction: &str) -> anyhow::Result<()> {
        let reaction = match reaction {
            "answer" => Reaction::Answer,
            "ring" => Reaction::Ring,
            "busy" => Reaction::Refuse(486),
            _ => bail!("a person can answer, ring or be busy"),
        };
        let mut person: Person = match number {
            "*" => self.sim.strangers(reaction).await?,
            number => self.sim.person(number, reaction).await?,
        };
        let (reached, number) = (self.reached.clone(), number.to_owned());
        self.tasks.spawn(async move {
            loop {
                if let Ok(leg) = person.next_call(FOREVER).await
                    && reached.send((number.clone(), leg)).is_err()
                {
                    return;
                }
            }
        });
        Ok(())
    }

    /// Gives a call its number.
    fn keep(&mut self, handle: Handle) -> usize {
        let number = self.calls.len() + 1;
        self.calls.insert(number, handle);
        self.new.push(number);
        number
    }

    /// Prints what happens to the calls whose numbers are known by now.
    fn tell_events(&mut self) {
        for number in self.new.drain(..) {
            let Some(mut events) = self.calls.get(&number).map(|handle| handle.events()) else {
                continue;
            };
            self.tasks.spawn(async move {
                while let Some(happened) = events.next().await {
                    println!("{}", event(number, &happened.event));
                }
            });
        }
    }

    fn leg(&self, call: &str) -> anyhow::Result<&Leg> {
        let number: usize = call.parse().context("a call is a number")?;
        let handle = self.calls.get(&number).context("no such call")?;
        Ok(handle)
    }
}

fn event(call: usize, event: &PhoneEvent) -> Value {
    match event {
        PhoneEvent::Key(key) => json!({ "call": call, "event": "Key", "key": key.to_string() }),
        PhoneEvent::Ended(end) => {
            json!({ "call": call, "event": "Ended", "end": format!("{end:?}") })
        }
        other => json!({ "call": call, "event": format!("{other:?}") }),
    }
}

fn heard(leg: &Leg) -> Value {
    let recording = leg.recording();
    let from = recording.heard.len().saturating_sub(LOUDNESS_SAMPLES);
    let last = &recording.heard[from..];
    let power: f64 = last.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    let loudness = (power / last.len().max(1) as f64).sqrt();
    json!({ "received": leg.counts().received, "loudness": loudness.round() })
}
