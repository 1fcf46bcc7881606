//! Owns the telling of many stories at once in one house, each a call from a number of its own, and what must be true of
//! every call whatever its story. Called by the library of callers.

use crate::call::Call;
use crate::house::House;
use crate::transcript::{prompts, worn_out};
use serde_json::Value;
use std::pin::Pin;
use std::rc::Rc;
use tokio::task::{JoinSet, LocalSet};

type Telling = Box<dyn FnOnce(Call) -> Pin<Box<dyn Future<Output = ()>>>>;

/// Stories of callers who call one house at the same time.
pub struct Library {
    house: House,
    stories: Vec<(&'static str, Telling)>,
}

impl Library {
    /// Opens a library whose callers call this house.
    #[must_use]
    pub fn at(house: House) -> Self {
        Self {
            house,
            stories: Vec::new(),
        }
    }

    /// Adds a story under a sentence that can be false.
    #[must_use]
    pub fn story(
        mut self,
        sentence: &'static str,
        tell: impl AsyncFnOnce(&mut Call) + 'static,
    ) -> Self {
        let telling: Telling = Box::new(move |mut call| {
            Box::pin(async move {
                tell(&mut call).await;
                every_call(&call).await;
            })
        });
        self.stories.push((sentence, telling));
        self
    }

    /// Tells all stories at once and closes the house; fails with the sentences that are false.
    pub async fn told(self) {
        let house = Rc::new(self.house);
        let only = std::env::var("STORY").ok();
        let wanted = |sentence: &str| only.as_ref().is_none_or(|part| sentence.contains(part));
        let mut told = JoinSet::new();
        let local = LocalSet::new();
        for (nth, (sentence, tell)) in (0..).zip(self.stories) {
            if !wanted(sentence) {
                continue;
            }
            let house = Rc::clone(&house);
            let story = async move { tell(Call::dial(house, nth).await).await };
            told.spawn_local_on(
                async move { (sentence, tokio::task::spawn_local(story).await) },
                &local,
            );
        }
        let failures = local.run_until(failures(told)).await;
        assert!(
            failures.is_empty(),
            "{} stories are false:\n\n{}",
            failures.len(),
            failures.join("\n\n")
        );
        drop(local);
        let house = Rc::into_inner(house).expect("every story is told");
        house.close().await;
    }
}

type Told = (&'static str, Result<(), tokio::task::JoinError>);

async fn failures(mut told: JoinSet<Told>) -> Vec<String> {
    let mut failures = Vec::new();
    while let Some(story) = told.join_next().await {
        let (sentence, result) = story.expect("the outer task does not panic");
        let Err(panic) = result else { continue };
        let panic = panic.into_panic();
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        failures.push(format!("{sentence}: {}", text.unwrap_or_default()));
    }
    failures
}

/// Holds every call against what no caller should meet: words lost on the line, the same sentence a third time, a call without an end or a card.
async fn every_call(call: &Call) {
    let story = call.story().await;
    let heard = call.everything_heard();
    for prompt in whole(&story) {
        assert!(
            heard.contains(&prompt),
            "{prompt:?} was lost; heard: {heard:?}\n{}",
            call.told().await
        );
    }
    let worn_out = worn_out(&story);
    assert!(
        worn_out.is_empty(),
        "said more than twice in the same words: {worn_out:?}\n{}",
        call.told().await
    );
    let card = call.card().await;
    assert_eq!(
        card["outcome"],
        story["record"]["outcome"],
        "{card}\n{}",
        call.told().await
    );
}

/// Gives the prompts that the caller heard to their end: who hangs up may not have waited for that of the last.
fn whole(story: &Value) -> Vec<String> {
    let mut prompts = prompts(story);
    let journal = story["journal"].as_array();
    if journal.is_some_and(|journal| journal.iter().any(|one| one["kind"] == "caller_hung_up")) {
        prompts.pop();
    }
    prompts
}
