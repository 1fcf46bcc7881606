//! Owns texts as RingCentral's REST takes and lists them (RingCentral dossier, part 7). Called by the carrier. Never
//! sends one twice: who is not sure says so.

use super::carrier::from_answer;
use super::client::Client;
use super::commands::segment;
use super::error::Error;
use super::limits::Group;
use super::party::text;
use super::request::Request;
use jiff::Timestamp;
use maitred_actors::ports::carrier::{self, TextSeen};
use maitred_actors::types::PhoneNumber;
use serde_json::json;

const EXTENSION: &str = "/restapi/v1.0/account/~/extension/~";
/// Longest text in UTF-16 units; half of it where a character needs two of them.
const UNITS_MAX: usize = 1000;

/// Sends a text and gives RingCentral's id of it, empty where it told none.
pub(super) async fn send(
    client: &Client,
    from: &PhoneNumber,
    to: &PhoneNumber,
    body: &str,
) -> Result<String, carrier::Error> {
    let body = json!({
        "from": { "phoneNumber": from.as_str() },
        "to": [{ "phoneNumber": to.as_str() }],
        "text": cut(body),
    });
    let request = Request::post(Group::Medium, format!("{EXTENSION}/sms"), Some(body));
    match client.send(&request).await {
        // Whatever else the answer says, it was taken.
        Ok(answer) => Ok(text(&answer["id"]).unwrap_or_default()),
        // A gateway can say no when the service behind it has said yes.
        Err(Error::Refused(refusal)) if refusal.status >= 500 => {
            Err(carrier::Error::Unsure(refusal.to_string()))
        }
        Err(error) => Err(from_answer(error)),
    }
}

/// Lists the texts that went to a number since a moment. Needs the permission `ReadMessages`.
pub(super) async fn sent_since(
    client: &Client,
    to: &PhoneNumber,
    since: Timestamp,
) -> Result<Vec<TextSeen>, carrier::Error> {
    let (number, since) = (
        segment(to.as_str()),
        since.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    );
    let filter = format!("messageType=SMS&direction=Outbound&phoneNumber={number}");
    let path = format!("{EXTENSION}/message-store?{filter}&dateFrom={since}&perPage=100");
    let list = Request::get(Group::Light, path);
    let answer = client.send(&list).await.map_err(from_answer)?;
    let records = answer["records"].as_array();
    let records = records.ok_or_else(|| {
        carrier::Error::Unavailable("list of messages without records".to_owned())
    })?;
    Ok(records
        .iter()
        .filter(|one| one["direction"] != "Inbound")
        .filter_map(|one| {
            Some(TextSeen {
                id: text(&one["id"])?,
                body: text(&one["subject"]).unwrap_or_default(),
            })
        })
        .collect())
}

/// Cuts a text to what RingCentral takes.
fn cut(body: &str) -> &str {
    let wide = body.chars().any(|one| one.len_utf16() > 1);
    let max = if wide { UNITS_MAX / 2 } else { UNITS_MAX };
    let mut units = 0;
    let end = body.char_indices().find(|(_, one)| {
        units += one.len_utf16();
        units > max
    });
    end.map_or(body, |(at, _)| &body[..at])
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("Your table is booked."), "Your table is booked.");
        assert_eq!(cut(&"é".repeat(1001)), "é".repeat(1000));
        assert_eq!(cut(&"🍣".repeat(300)), "🍣".repeat(250));
    }
}
