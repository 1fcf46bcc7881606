//! Owns RingCentral's log of calls as far as it tells of recordings, and the way to their content. Called by the
//! archive. Asks within the Heavy limits, behind everything urgent. The token goes to the configured hosts only, never
//! to an address out of an answer.

use super::client::Client;
use super::error::Error;
use super::limits::Group;
use super::party::text;
use super::request::Request;
use jiff::{SignedDuration, Timestamp};
use maitred_actors::ports::archive::{Error as ArchiveError, Search, Trace};
use reqwest::Response;
use serde_json::Value;

/// How much earlier than we heard of a call its entry in the log may begin.
const EARLIER: SignedDuration = SignedDuration::from_mins(10);
/// How far the beginning of an entry may lie from ours where nothing but time and number say that it is the same call.
const NEAR: SignedDuration = SignedDuration::from_secs(90);
/// Results of calls that nobody took, so that there is nothing to be heard (RingCentral dossier, 6).
const NOT_CONNECTED: [&str; 9] = [
    "Missed",
    "Rejected",
    "Abandoned",
    "Busy",
    "No Answer",
    "Blocked",
    "Stopped",
    "Voicemail",
    "Wrong Number",
];

/// RingCentral's log and recordings, through the shared client.
#[derive(Clone, Debug)]
pub struct RecordingLog {
    client: Client,
}

impl RecordingLog {
    /// Reads through this client.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Looks a call up: by its session, else by number and time.
    pub async fn look_up(&self, trace: &Trace) -> Result<Search, ArchiveError> {
        let since = trace.started.checked_sub(EARLIER).unwrap_or(trace.started);
        let by = match (&trace.session, &trace.from) {
            (Some(session), _) => ("telephonySessionId", session.as_str()),
            (None, Some(from)) => ("phoneNumber", from.as_str()),
            (None, None) => return Ok(Search::Nothing("unknown_call")),
        };
        let query = [
            ("view", "Detailed"),
            ("perPage", "100"),
            (
                "dateFrom",
                &since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            ),
            by,
        ];
        let path = format!(
            "/restapi/v1.0/account/~/extension/~/call-log?{}",
            encoded(&query)
        );
        let page = self.client.send(&Request::get(Group::Heavy, path)).await;
        let page = page.map_err(|error| told(&error))?;
        Ok(read(&page, trace))
    }

    /// Opens the content of a recording from a byte on, if it is still what the validator names, else from the first. An
    /// answer is 200, 206, or 416 where there is nothing more.
    pub async fn content(
        &self,
        id: &str,
        from: u64,
        validator: Option<&str>,
    ) -> Result<Response, ArchiveError> {
        let path = content_path(id);
        self.client
            .open_media(&path, (from, validator))
            .await
            .map_err(|error| told(&error))
    }

    /// Tells where RingCentral keeps a recording.
    pub fn uri(&self, id: &str) -> String {
        self.client.media_uri(&content_path(id))
    }
}

fn content_path(id: &str) -> String {
    format!("/restapi/v1.0/account/~/recording/{}/content", escaped(id))
}

/// Finds the entries of the call in a page of the log, and what they say of recordings.
fn read(page: &Value, trace: &Trace) -> Search {
    let records = page["records"].as_array().map_or(&[][..], Vec::as_slice);
    let ours: Vec<&Value> = match &trace.session {
        Some(session) => {
            let is_ours = |record: &&Value| {
                let known = text(&record["telephonySessionId"]);
                known.is_none_or(|known| known == session.as_str())
            };
            records.iter().filter(is_ours).collect()
        }
        None => nearest(records, trace.started).into_iter().collect(),
    };
    if ours.is_empty() {
        return Search::NotYet("not_in_log");
    }
    let mut ids: Vec<String> = Vec::new();
    for record in &ours {
        let legs = record["legs"].as_array().map_or(&[][..], Vec::as_slice);
        for one in std::iter::once(*record).chain(legs) {
            let id = text(&one["recording"]["id"]).filter(|id| !ids.contains(id));
            ids.extend(id);
        }
    }
    let result = |record: &&Value| record["result"].as_str().unwrap_or_default().to_owned();
    if !ids.is_empty() {
        Search::Found(ids)
    } else if ours.iter().map(result).all(|result| {
        NOT_CONNECTED
            .iter()
            .any(|known| known.eq_ignore_ascii_case(&result))
    }) {
        Search::Nothing("not_connected")
    } else if ours.iter().any(|record| result(record) == "In Progress") {
        Search::NotYet("in_progress")
    } else {
        Search::Without
    }
}

fn nearest(records: &[Value], started: Timestamp) -> Option<&Value> {
    records
        .iter()
        .filter_map(|record| {
            let at: Timestamp = record["startTime"].as_str()?.parse().ok()?;
            Some((at.duration_since(started).abs(), record))
        })
        .filter(|(distance, _)| *distance <= NEAR)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, record)| record)
}

fn told(error: &Error) -> ArchiveError {
    match error {
        Error::Refused(refusal) if refusal.status == 410 => ArchiveError::last("gone", error),
        _ => ArchiveError::passing(error.label(), error),
    }
}

fn encoded(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={}", escaped(value)))
        .collect();
    pairs.join("&")
}

/// Writes a text so that it can stand in a path or a query (RFC 3986, 2.3).
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

    use super::*;
    use maitred_actors::types::{CallId, SessionId};
    use serde_json::json;

    fn trace(session: Option<&str>) -> Trace {
        Trace {
            call: CallId::new("call_1"),
            session: session.map(SessionId::new),
            from: None,
            started: "2026-11-22T10:00:00Z".parse().unwrap(),
            ended: "2026-11-22T10:05:00Z".parse().unwrap(),
        }
    }

    fn entry(result: &str) -> Value {
        json!({ "telephonySessionId": "s-1", "startTime": "2026-11-22T10:00:02.000Z", "result": result })
    }

    fn search(records: Value, session: Option<&str>) -> Search {
        read(&json!({ "records": records }), &trace(session))
    }

    #[test]
    fn every_leg_may_have_a_recording_and_ids_may_be_numbers() {
        let mut record = entry("Accepted");
        record["recording"] = json!({ "id": "9912" });
        record["legs"] = json!([
            { "recording": { "id": 9912 } }, { "legType": "PstnToSip" }, { "recording": { "id": 9913 } },
        ]);
        let found = Search::Found(vec!["9912".to_owned(), "9913".to_owned()]);
        assert_eq!(search(json!([record]), Some("s-1")), found);
    }

    #[test]
    fn what_is_not_there_is_told_from_what_will_never_be() {
        let s = Some("s-1");
        assert_eq!(search(json!([]), s), Search::NotYet("not_in_log"));
        assert_eq!(
            search(json!([entry("In Progress")]), s),
            Search::NotYet("in_progress")
        );
        assert_eq!(search(json!([entry("Accepted")]), s), Search::Without);
        assert_eq!(
            search(json!([entry("missed")]), s),
            Search::Nothing("not_connected")
        );
        assert_eq!(
            search(json!([entry("Missed"), entry("Accepted")]), s),
            Search::Without
        );
        assert_eq!(search(Value::Null, s), Search::NotYet("not_in_log"));
        assert_eq!(
            search(json!([entry("Accepted")]), Some("s-2")),
            Search::NotYet("not_in_log")
        );
    }

    #[test]
    fn without_a_session_the_nearest_entry_counts() {
        let mut far = entry("Missed");
        far["startTime"] = json!("2026-11-22T10:02:00Z");
        assert_eq!(
            search(json!([far, entry("Accepted")]), None),
            Search::Without
        );
        assert_eq!(search(json!([far]), None), Search::NotYet("not_in_log"));
    }

    #[test]
    fn an_id_cannot_lead_elsewhere() {
        assert_eq!(
            content_path("../x?y#z"),
            "/restapi/v1.0/account/~/recording/..%2Fx%3Fy%23z/content"
        );
    }
}
