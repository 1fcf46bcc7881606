//! `POST /v1/listen`: a recording written down.
//!
//! Owns the reading of the file and the answer's form. Called by the server for each request; it hears by the modem,
//! and tells speakers of one channel apart by turns: after each pause the other one speaks.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;
use voice_modem::{Decoder, Item, SAMPLE_RATE};

use crate::faults::Route;
use crate::observe::{Connection, Heard, Refused};
use crate::query::{Query, Refusal};
use crate::server::{Shared, check_key};

/// Pause that parts utterances where none is asked for, in seconds.
const SPLIT: f64 = 0.8;

struct Word {
    text: String,
    from: f64,
    to: f64,
}

struct Utterance {
    channel: usize,
    speaker: usize,
    words: Vec<Word>,
}

#[expect(
    clippy::disallowed_methods,
    reason = "slowness is the fault that was asked for"
)]
pub(crate) async fn transcribe(
    shared: Arc<Shared>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request_id = Uuid::new_v4().to_string();
    let faults = shared.faults.settings(Route::Recorded);
    tokio::time::sleep(faults.upgrade_delay + faults.answer_delay).await;
    if faults.stall {
        std::future::pending::<()>().await;
    }
    let answered = answer(&shared, &uri, &headers, &body, &request_id);
    let mut response = match answered {
        Ok(_) if faults.garbage => (StatusCode::OK, "<html>not json").into_response(),
        Ok(answer) => axum::Json(answer).into_response(),
        Err(refusal) => {
            let (status, reason) = (refusal.status.as_u16(), refusal.reason.clone());
            shared.record.write(|state| {
                state.refused.push(Refused {
                    route: Route::Recorded,
                    status,
                    reason,
                });
            });
            refusal.response(&request_id)
        }
    };
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("dg-request-id", id);
    }
    response
}

fn answer(
    shared: &Shared,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
    request_id: &str,
) -> Result<Value, Refusal> {
    if let Some(status) = shared.faults.take_refusal(Route::Recorded) {
        return Err(Refusal::of_status(status));
    }
    check_key(shared, headers)?;
    let query = Query::of(uri)?;
    let multichannel = query.flag("multichannel")?;
    let diarize = query.flag("diarize")?;
    let split = match query.one("utt_split") {
        Some(text) => text
            .parse()
            .map_err(|_| Refusal::parameter("utt_split: no number"))?,
        None => SPLIT,
    };
    let wants_utterances = query.flag("utterances")?;
    let channels = wav(body).ok_or_else(|| Refusal {
        reason: "failed to process audio: corrupt or unsupported data".to_owned(),
        ..Refusal::of_status(400)
    })?;
    let count = if multichannel { channels.len() } else { 1 };
    let mixed = if multichannel {
        channels
    } else {
        vec![mix(&channels)]
    };
    let mut heard: Vec<Utterance> = mixed
        .iter()
        .enumerate()
        .flat_map(|(channel, samples)| utterances(channel, samples, split, diarize))
        .collect();
    let by_channel: Vec<Value> = (0..count).map(|channel| whole(&heard, channel)).collect();
    heard.sort_by(|one, other| one.words[0].from.total_cmp(&other.words[0].from));
    note(shared, uri, body.len(), request_id, &heard);
    let seconds = mixed.iter().map(Vec::len).max().unwrap_or(0) as f64 / f64::from(SAMPLE_RATE);
    let mut results = json!({ "channels": by_channel });
    if wants_utterances {
        let shown: Vec<Value> = heard.iter().map(|one| one.json(diarize)).collect();
        results["utterances"] = json!(shown);
    }
    let model = query.one("model").unwrap_or("base-general");
    let model_uuid = "40bd3654-e622-47c4-a111-63a61b23bfe8";
    Ok(json!({
        "metadata": {
            "request_id": request_id, "duration": seconds, "channels": count, "models": [model_uuid],
            "model_info": { model_uuid: { "name": model, "version": "2026-01-01.0", "arch": "voice-modem" } },
        },
        "results": results,
    }))
}

fn note(shared: &Shared, uri: &Uri, octets: usize, request_id: &str, heard: &[Utterance]) {
    shared.record.write(|state| {
        state.connections.push(Connection {
            route: Route::Recorded,
            request_id: request_id.to_owned(),
            query: uri.query().unwrap_or_default().to_owned(),
            open: false,
            audio_octets: octets as u64,
            messages: Vec::new(),
        });
        state.heard.extend(heard.iter().map(|one| Heard {
            request_id: request_id.to_owned(),
            text: one.text(),
        }));
    });
}

impl Utterance {
    fn text(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(|word| word.text.as_str()).collect();
        words.join(" ")
    }

    fn json(&self, diarize: bool) -> Value {
        let mut shown = json!({
            "id": Uuid::new_v4().to_string(), "channel": self.channel, "transcript": self.text(), "confidence": 0.98,
            "start": self.words.first().map(|word| word.from),
            "end": self.words.last().map(|word| word.to),
            "words": self.words.iter().map(Word::json).collect::<Vec<_>>(),
        });
        if diarize {
            shown["speaker"] = json!(self.speaker);
        }
        shown
    }
}

impl Word {
    fn json(&self) -> Value {
        json!({
            "word": self.text.to_lowercase(), "punctuated_word": self.text, "confidence": 0.98,
            "start": self.from, "end": self.to,
        })
    }
}

/// Everything said on a channel, as `channels[].alternatives[0]`.
fn whole(heard: &[Utterance], channel: usize) -> Value {
    let own: Vec<&Utterance> = heard.iter().filter(|one| one.channel == channel).collect();
    let texts: Vec<String> = own.iter().map(|one| one.text()).collect();
    let words = own.iter().flat_map(|one| one.words.iter().map(Word::json));
    let words: Vec<Value> = words.collect();
    json!({ "alternatives": [{ "transcript": texts.join(" "), "confidence": 0.98, "words": words }] })
}

fn utterances(channel: usize, samples: &[i16], split: f64, diarize: bool) -> Vec<Utterance> {
    let mut found: Vec<Utterance> = Vec::new();
    // A second of silence behind the end lets the decoder report what it still holds.
    let mut decoder = Decoder::new();
    let mut items = decoder.push(samples);
    items.extend(decoder.push(&vec![0; SAMPLE_RATE as usize]));
    for item in items {
        let Item::Word {
            text,
            from_sample,
            to_sample,
        } = item
        else {
            continue;
        };
        let seconds = |sample: u64| sample as f64 / f64::from(SAMPLE_RATE);
        let word = Word {
            text,
            from: seconds(from_sample),
            to: seconds(to_sample),
        };
        let goes_on = found
            .last()
            .and_then(|last| last.words.last())
            .is_some_and(|last| word.from - last.to < split);
        match found.last_mut() {
            Some(last) if goes_on => last.words.push(word),
            _ => found.push(Utterance {
                channel,
                speaker: if diarize { found.len() % 2 } else { 0 },
                words: vec![word],
            }),
        }
    }
    found
}

fn mix(channels: &[Vec<i16>]) -> Vec<i16> {
    let frames = channels.iter().map(Vec::len).max().unwrap_or(0);
    let sum = |at: usize| -> i32 {
        let samples = channels.iter().filter_map(|channel| channel.get(at));
        samples.map(|sample| i32::from(*sample)).sum()
    };
    (0..frames)
        .map(|at| sum(at).clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16)
        .collect()
}

/// Reads a WAV file of 16 bit at 8 kHz, channel by channel; nothing else is simulated.
fn wav(bytes: &[u8]) -> Option<Vec<Vec<i16>>> {
    if bytes.get(..4)? != b"RIFF" || bytes.get(8..12)? != b"WAVE" {
        return None;
    }
    let number = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let (mut at, mut channels) = (12, 0);
    while let (Some(name), Some(size)) = (bytes.get(at..at + 4), number(at + 4)) {
        let (size, start) = (size as usize, at + 8);
        match name {
            b"fmt " => {
                channels = usize::from(*bytes.get(start + 2)?);
                let is_known = bytes.get(start)? == &1
                    && number(start + 4)? == SAMPLE_RATE
                    && bytes.get(start + 14)? == &16;
                if !is_known || channels == 0 {
                    return None;
                }
            }
            b"data" if channels > 0 => {
                let data = bytes.get(start..bytes.len().min(start.saturating_add(size)))?;
                let mut out = vec![Vec::new(); channels];
                for frame in data.chunks_exact(2 * channels) {
                    for (channel, sample) in out.iter_mut().zip(frame.chunks_exact(2)) {
                        channel.push(i16::from_le_bytes([sample[0], sample[1]]));
                    }
                }
                return Some(out);
            }
            _ => {}
        }
        at = start.checked_add(size)?.checked_add(size % 2)?;
    }
    None
}
