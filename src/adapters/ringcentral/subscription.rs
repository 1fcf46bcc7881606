//! Owns what RingCentral's list of subscriptions means and what is to be done about it. Called by the keeper. Pure:
//! it asks nobody and reads no clock.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::time::Duration;

/// Life asked for: a week. RingCentral may grant less.
pub(super) const LIFE: Duration = Duration::from_secs(604_800);
/// Longest life that is believed: the largest that RingCentral ever documented, 20 years.
const LIFE_MAX: Duration = Duration::from_secs(630_720_000);
/// Our calls, with the `Call-ID` of their SIP legs; and a reminder in the last day, should nobody have renewed.
const FILTERS: [&str; 2] = [
    "/restapi/v1.0/account/~/extension/~/telephony/sessions?sipData=true",
    "/restapi/v1.0/subscription/~?threshold=86400&interval=3600",
];

/// The subscription that is to be.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Public address of our webhook; what carries this address is ours.
    pub address: String,
    /// Token that RingCentral repeats with each delivery.
    pub verification_token: SecretString,
}

impl Wanted {
    /// The body that creates it.
    pub(super) fn body(&self) -> Value {
        json!({
            "eventFilters": FILTERS,
            "deliveryMode": {
                "transportType": "WebHook",
                "address": self.address,
                "verificationToken": self.verification_token.expose_secret(),
            },
            "expiresIn": LIFE.as_secs(),
        })
    }
}

/// A subscription as RingCentral lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// Whether events are delivered; not when it is `Blacklisted`.
    pub is_active: bool,
    /// What is left of its life.
    pub expires_in: Duration,
    /// Its filters, with `~` resolved to ids.
    pub filters: Vec<String>,
    /// Filters that RingCentral refused.
    pub disabled: Vec<String>,
    /// Where it delivers to; empty for other transports.
    pub address: String,
}

impl Listed {
    /// Reads one record; `None` where it has no id.
    pub(super) fn read(record: &Value) -> Option<Self> {
        let texts = |list: &Value, name: &str| -> Vec<String> {
            let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
            let text = |one: &Value| one.as_str().or(one[name].as_str()).map(str::to_owned);
            list.iter().filter_map(text).collect()
        };
        let mode = &record["deliveryMode"];
        let seconds = record["expiresIn"].as_u64().unwrap_or_default();
        let is_webhook = mode["transportType"] == "WebHook";
        Some(Self {
            id: record["id"].as_str()?.to_owned(),
            is_active: record["status"]
                .as_str()
                .is_none_or(|status| status == "Active"),
            expires_in: Duration::from_secs(seconds).min(LIFE_MAX),
            filters: texts(&record["eventFilters"], "filter"),
            disabled: texts(&record["disabledFilters"], "filter"),
            address: mode["address"]
                .as_str()
                .filter(|_| is_webhook)
                .unwrap_or_default()
                .to_owned(),
        })
    }

    /// Reads the whole list.
    pub(super) fn read_all(answer: &Value) -> Vec<Self> {
        let records = answer["records"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        records.iter().filter_map(Self::read).collect()
    }

    /// Tells whether it has our filters, all and no other; a refused filter would be refused again.
    pub(super) fn has_our_filters(&self) -> bool {
        let all = || self.filters.iter().chain(&self.disabled);
        FILTERS
            .iter()
            .all(|ours| all().any(|theirs| is_same(ours, theirs)))
            && all().all(|theirs| FILTERS.iter().any(|ours| is_same(ours, theirs)))
    }

    /// Tells whether it does not bring our calls, though it is there.
    pub(super) fn is_deaf(&self) -> bool {
        !self
            .filters
            .iter()
            .any(|theirs| is_same(FILTERS[0], theirs))
            || self
                .disabled
                .iter()
                .any(|theirs| is_same(FILTERS[0], theirs))
    }
}

/// What is to be done next; after each step the list is read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing fits: make one.
    Create,
    /// Take away a dead one or a leftover.
    Delete(String),
    /// Half of its life is over.
    Renew(String),
    /// All is well.
    Keep {
        /// The subscription.
        id: String,
        /// Time until it is to be renewed.
        renew_in: Duration,
        /// Time until it expires.
        expires_in: Duration,
    },
}

/// Decides from the list. Dead ones go first, because their number is limited; one that works stays until another is
/// there. `granted` is the life that RingCentral gave when it was last asked.
pub fn what_to_do(wanted: &Wanted, granted: Duration, listed: &[Listed]) -> Step {
    let ours: Vec<&Listed> = listed
        .iter()
        .filter(|one| one.address == wanted.address)
        .collect();
    if let Some(dead) = ours.iter().find(|one| !one.is_active) {
        return Step::Delete(dead.id.clone());
    }
    let fitting = ours.iter().filter(|one| one.has_our_filters());
    let Some(best) = fitting.max_by_key(|one| (one.expires_in, &one.id)) else {
        return Step::Create;
    };
    if let Some(leftover) = ours.iter().find(|one| one.id != best.id) {
        return Step::Delete(leftover.id.clone());
    }
    match best
        .expires_in
        .checked_sub(granted / 2)
        .filter(|left| !left.is_zero())
    {
        Some(renew_in) => Step::Keep {
            id: best.id.clone(),
            renew_in,
            expires_in: best.expires_in,
        },
        None => Step::Renew(best.id.clone()),
    }
}

/// Compares a filter of ours with one as RingCentral gives it back: each `~` may have become an id, and the query may
/// be in another order.
fn is_same(ours: &str, theirs: &str) -> bool {
    let split = |filter| str::split_once(filter, '?').unwrap_or((filter, ""));
    let ((our_path, our_query), (their_path, their_query)) = (split(ours), split(theirs));
    let sorted = |query: &str| -> Vec<String> {
        let mut pairs: Vec<String> = query.split('&').map(str::to_owned).collect();
        pairs.sort_unstable();
        pairs
    };
    let (our_parts, their_parts) = (our_path.split('/'), their_path.split('/'));
    our_parts.clone().count() == their_parts.clone().count()
        && our_parts
            .zip(their_parts)
            .all(|(our, their)| our == their || our == "~" && !their.is_empty())
        && sorted(our_query) == sorted(their_query)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

    use super::*;

    const ADDRESS: &str = "https://host.example/rc";
    const HOUR: Duration = Duration::from_secs(3600);

    fn wanted() -> Wanted {
        Wanted {
            address: ADDRESS.to_owned(),
            verification_token: "t".into(),
        }
    }

    fn listed(id: &str, hours: u32) -> Listed {
        Listed {
            id: id.to_owned(),
            is_active: true,
            expires_in: HOUR * hours,
            filters: vec![
                "/restapi/v1.0/account/400100/extension/701001/telephony/sessions?sipData=true"
                    .to_owned(),
                "/restapi/v1.0/subscription/~?interval=3600&threshold=86400".to_owned(),
            ],
            disabled: Vec::new(),
            address: ADDRESS.to_owned(),
        }
    }

    fn keep(id: &str, hours: u32) -> Step {
        Step::Keep {
            id: id.to_owned(),
            renew_in: HOUR * (hours - 84),
            expires_in: HOUR * hours,
        }
    }

    fn check(table: Vec<(&str, Vec<Listed>, Step)>) {
        for (what, list, step) in table {
            assert_eq!(what_to_do(&wanted(), LIFE, &list), step, "{what}");
        }
    }

    fn delete(id: &str) -> Step {
        Step::Delete(id.to_owned())
    }

    #[test]
    fn the_list_says_what_to_do() {
        let elsewhere = Listed {
            address: "https://other.example/rc".to_owned(),
            ..listed("e", 100)
        };
        let blacklisted = Listed {
            is_active: false,
            ..listed("b", 160)
        };
        check(vec![
            ("nothing there", vec![], Step::Create),
            ("only another's", vec![elsewhere.clone()], Step::Create),
            (
                "ours and another's",
                vec![elsewhere, listed("a", 160)],
                keep("a", 160),
            ),
            (
                "half of its life is over",
                vec![listed("a", 84)],
                Step::Renew("a".to_owned()),
            ),
            (
                "little is left",
                vec![listed("a", 1)],
                Step::Renew("a".to_owned()),
            ),
            ("blacklisted", vec![blacklisted.clone()], delete("b")),
            (
                "blacklisted beside a good one",
                vec![listed("a", 160), blacklisted],
                delete("b"),
            ),
            ("two", vec![listed("a", 100), listed("c", 160)], delete("a")),
            (
                "two alike",
                vec![listed("a", 160), listed("c", 160)],
                delete("a"),
            ),
        ]);
    }

    #[test]
    fn only_one_with_our_filters_will_do() {
        let mut plain = listed("p", 160);
        plain.filters[0] = plain.filters[0].replace("?sipData=true", "");
        let narrow = Listed {
            filters: vec![listed("n", 1).filters.remove(0)],
            ..listed("n", 160)
        };
        let mut broad = listed("w", 160);
        broad
            .filters
            .push("/restapi/v1.0/account/400100/extension/701001/presence".to_owned());
        let refused = Listed {
            filters: narrow.filters.clone(),
            disabled: vec![listed("r", 1).filters.remove(1)],
            ..listed("r", 160)
        };
        check(vec![
            ("without sip data", vec![plain.clone()], Step::Create),
            (
                "without sip data beside a good one",
                vec![plain, listed("a", 160)],
                delete("p"),
            ),
            ("without the reminder", vec![narrow], Step::Create),
            ("with a filter too many", vec![broad], Step::Create),
            (
                "with a reminder that was refused",
                vec![refused],
                keep("r", 160),
            ),
        ]);
    }

    #[test]
    fn a_short_life_is_halved_too() {
        let step = what_to_do(&wanted(), HOUR * 2, &[listed("a", 2)]);
        assert_eq!(
            step,
            Step::Keep {
                id: "a".to_owned(),
                renew_in: HOUR,
                expires_in: HOUR * 2
            }
        );
    }

    #[test]
    fn every_list_comes_to_rest() {
        for dead in 0..4_usize {
            for good in 0..4_usize {
                let mut list: Vec<Listed> =
                    (0..good).map(|n| listed(&format!("g{n}"), 160)).collect();
                list.extend((0..dead).map(|n| Listed {
                    is_active: false,
                    ..listed(&format!("d{n}"), 160)
                }));
                let mut steps = 0;
                loop {
                    match what_to_do(&wanted(), LIFE, &list) {
                        Step::Create => list.push(listed("new", 168)),
                        Step::Delete(id) => list.retain(|one| one.id != id),
                        Step::Renew(id) => {
                            list.iter_mut().find(|one| one.id == id).unwrap().expires_in = LIFE
                        }
                        Step::Keep { .. } => break,
                    }
                    steps += 1;
                    assert!(
                        steps <= dead + good + 1,
                        "no rest with {dead} dead and {good} good"
                    );
                }
                assert_eq!(list.len(), 1);
            }
        }
    }

    #[test]
    fn records_are_read_as_ringcentral_writes_them() {
        let record = json!({
            "id": "5e1f", "status": "Active", "expiresIn": 604_799,
            "eventFilters": ["/restapi/v1.0/account/400100/extension/701001/telephony/sessions?sipData=true"],
            "disabledFilters": [{ "filter": "/restapi/v1.0/subscription/~?threshold=86400&interval=3600", "reason": "SUB-402" }],
            "deliveryMode": { "transportType": "WebHook", "encryption": false, "address": ADDRESS },
        });
        let read = Listed::read(&record).unwrap();
        assert!(
            read.is_active && read.has_our_filters() && !read.is_deaf(),
            "{read:?}"
        );
        assert_eq!(read.expires_in, Duration::from_secs(604_799));
        let eternal = json!({ "id": "1", "expiresIn": u64::MAX });
        assert_eq!(Listed::read(&eternal).unwrap().expires_in, LIFE_MAX);
        let pubnub = json!({ "records": [{ "id": "1", "deliveryMode": { "transportType": "PubNub", "address": ADDRESS } }, {}] });
        let read = Listed::read_all(&pubnub);
        assert_eq!((read.len(), read[0].address.as_str()), (1, ""));
    }
}
