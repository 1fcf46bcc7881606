//! Owns one call as the tools read it: its record, journal and rows, with entries that cannot be read. Called by the
//! timeline and the replay. Never writes.

use super::find::{PutText, texts_of};
use crate::adapters::store::{CallView, Database, JournalRow, Reading};
use anyhow::Context as _;
use maitred_actors::call::{Event, Recorded};
use maitred_actors::types::CallId;

/// One call as it stands in the database.
pub(super) struct Story {
    /// Its rows.
    pub view: CallView,
    /// Its journal, up to the first entry that cannot be read.
    pub entries: Vec<Recorded>,
    /// What is wrong with the first entry that cannot be read.
    pub damage: Option<String>,
    /// Texts that it has put into the outbox.
    pub texts: Vec<PutText>,
}

impl Story {
    /// Reads a call.
    pub async fn read(database: &Database, call: &CallId) -> anyhow::Result<Self> {
        let view = Reading::new(database.clone()).call(call).await?;
        let view = view.with_context(|| format!("no call {call}"))?;
        let texts = texts_of(database, call).await?;
        let mut entries: Vec<Recorded> = Vec::new();
        let mut damage = None;
        for (row, seq) in view.journal.iter().zip(1..) {
            match entry(call, row, seq) {
                Ok(entry) => entries.push(entry),
                Err(why) => {
                    damage = Some(why);
                    break;
                }
            }
        }
        let begins = |first: &Recorded| matches!(first.event, Event::Admitted { .. });
        match entries.first() {
            None => damage = damage.or_else(|| Some("there is no entry".to_owned())),
            Some(first) if !begins(first) => {
                let kind = first.event.kind();
                damage = Some(format!(
                    "entry 1 ({kind}) is no admission, with which a call begins"
                ));
                entries.clear();
            }
            Some(_) => {}
        }
        Ok(Self {
            view,
            entries,
            damage,
            texts,
        })
    }
}

fn entry(call: &CallId, row: &JournalRow, seq: u64) -> Result<Recorded, String> {
    if row.seq.unsigned_abs() != seq {
        return Err(format!("entry {seq} is missing; the next is {}", row.seq));
    }
    let damaged = |why: &str| format!("entry {seq} ({}) is damaged: {why}", row.kind);
    let event = row.event.clone().ok_or_else(|| damaged("no json"))?;
    let event = serde_json::from_value(event).map_err(|error| {
        let why = error.to_string();
        if why.starts_with("unknown variant") {
            // Which kinds are known is of no help to whoever reads this.
            return damaged("of a kind that is not known here; a newer version wrote it");
        }
        damaged(&why)
    })?;
    let at = row.at.ok_or_else(|| damaged("its time is out of range"))?;
    Ok(Recorded {
        call: call.clone(),
        seq,
        at,
        event,
    })
}
