//! Owns what an INVITE says of the call: who calls, whom, and whether it is to be answered at once. Called when a call
//! arrives, and when its caller is named to somebody else. Never answers.

use maitred_actors::ports::telephony::Offer;
use maitred_actors::types::{PhoneNumber, SipCallId};
use rsipstack::sip::{Header, HeadersExt, Request};

/// Reads who calls whom. The network's word for the caller (RFC 3325) counts before the caller's own.
pub(super) fn offer(invite: &Request) -> Option<Offer> {
    let own = Party::read(invite.from_header().ok()?.value());
    let asserted = values(invite, "P-Asserted-Identity")
        .flat_map(split)
        .map(Party::read)
        .find(|party| party.number.is_some());
    let asserted = asserted.filter(|_| !wants_privacy(invite));
    let name = asserted.as_ref().and_then(|party| party.name.clone());
    let to = invite.uri.auth.as_ref().map(|auth| auth.user.clone());
    Some(Offer {
        sip_call_id: SipCallId::new(invite.call_id_header().ok()?.value()),
        from: asserted.and_then(|party| party.number).or(own.number),
        from_name: name.or(own.name),
        to: to.unwrap_or_default(),
        auto_answer: wants_answer(invite),
    })
}

/// Tells whether the other side asks for an answer at once, in one of the ways that are about.
fn wants_answer(invite: &Request) -> bool {
    let has = |name, word: &str| {
        values(invite, name).any(|value| value.to_ascii_lowercase().contains(word))
    };
    has("Call-Info", "answer-after=0")
        || has("Alert-Info", "auto answer")
        || has("Alert-Info", "alert-autoanswer")
        // RFC 5373.
        || has("Answer-Mode", "auto")
        || has("Priv-Answer-Mode", "auto")
}

/// Tells whether the caller wants to be withheld (RFC 3323, 4.2).
fn wants_privacy(invite: &Request) -> bool {
    values(invite, "Privacy")
        .flat_map(|value| value.split(';'))
        .any(|word| matches!(word.trim(), "id" | "user" | "header"))
}

fn values<'a>(invite: &'a Request, name: &'a str) -> impl Iterator<Item = &'a str> {
    let named = invite
        .headers
        .iter()
        .filter(move |header| header.name().eq_ignore_ascii_case(name));
    named.map(Header::value)
}

/// Splits a list of addresses; a comma in a quoted name does not count.
fn split(list: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    list.split(move |c| {
        quoted ^= c == '"';
        c == ',' && !quoted
    })
}

/// What an address says of somebody.
struct Party {
    name: Option<String>,
    number: Option<PhoneNumber>,
}

impl Party {
    /// Reads `"Name" <sip:+1555@host>;tag=x`, with and without what is around the URI, and `tel:` URIs.
    fn read(text: &str) -> Self {
        let (name, uri) = match text.split_once('<') {
            Some((name, rest)) => (name, rest.split('>').next().unwrap_or_default()),
            None => ("", text),
        };
        let name = name.trim().trim_matches('"').trim();
        let user = uri.trim().split_once(':').map_or("", |(_, user)| user);
        let user = user.split(['@', ';', '?']).next().unwrap_or_default();
        Self {
            name: (!name.is_empty()).then(|| name.to_owned()),
            number: number(user),
        }
    }
}

/// Reads a user part that is a telephone number; names with digits in them are none.
fn number(user: &str) -> Option<PhoneNumber> {
    user.chars()
        .all(|c| c.is_ascii_digit() || "+-.()*#".contains(c))
        .then(|| PhoneNumber::parse(user))?
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a test may stop at what it did not expect"
    )]
    use super::{number, offer};
    use maitred_actors::ports::telephony::Offer;
    use rsipstack::sip::Request;

    fn read(from: &str, extra: &str) -> Offer {
        let text = format!(
            "INVITE sip:15551230001@192.0.2.1:5060;transport=TLS;ob SIP/2.0\r\n\
             Via: SIP/2.0/TLS h;branch=z9hG4bK1\r\nFrom: {from};tag=1\r\nTo: <sip:15551230001@h>\r\n\
             Call-ID: c1\r\nCSeq: 1 INVITE\r\nContact: <sip:h:5060>\r\n{extra}Content-Length: 0\r\n\r\n"
        );
        offer(&Request::try_from(text.as_str()).unwrap()).unwrap()
    }

    fn known(offer: &Offer) -> (Option<&str>, Option<&str>) {
        let number = offer.from.as_ref().map(|number| number.as_str());
        (number, offer.from_name.as_deref())
    }

    #[test]
    fn the_caller_is_read_from_the_invite() {
        let known_caller = read("\"WIRELESS CALLER\" <sip:+15557654321@h>", "");
        assert_eq!(
            known(&known_caller),
            (Some("+15557654321"), Some("WIRELESS CALLER"))
        );
        assert_eq!(known_caller.to, "15551230001");
        assert_eq!(known_caller.sip_call_id.as_str(), "c1");
        let withheld = read("\"Anonymous\" <sip:anonymous@anonymous.invalid>", "");
        assert_eq!(withheld.from, None);
    }

    #[test]
    fn the_networks_word_for_the_caller_counts_first() {
        const ASSERTED: &str =
            "P-Asserted-Identity: \"Lee, Ann\" <sip:ann@h>, <tel:+1-555-765-4321>\r\n";
        let own = "\"Front desk\" <sip:101@h>";
        assert_eq!(
            known(&read(own, ASSERTED)),
            (Some("+15557654321"), Some("Front desk"))
        );
        let named = "P-Asserted-Identity: \"Ann Lee\" <sip:+15557654321@h;user=phone>\r\n";
        assert_eq!(
            known(&read(own, named)),
            (Some("+15557654321"), Some("Ann Lee"))
        );
        let private = format!("{ASSERTED}Privacy: id;critical\r\n");
        assert_eq!(known(&read("<sip:anonymous@h>", &private)), (None, None));
        assert_eq!(
            known(&read(own, "P-Asserted-Identity: <sip:ann@h>\r\n")),
            (Some("101"), Some("Front desk"))
        );
    }

    #[test]
    fn a_wish_for_an_answer_at_once_is_understood_in_every_form() {
        for extra in [
            "Call-Info: <sip:h>;answer-after=0\r\n",
            "Alert-Info: Auto Answer\r\n",
            "Alert-Info: <http://h/x>;info=alert-autoanswer;delay=0\r\n",
            "Answer-Mode: Auto;require\r\n",
        ] {
            assert!(read("<sip:a@h>", extra).auto_answer, "{extra}");
        }
        for extra in [
            "",
            "Call-Info: <sip:h>;purpose=info\r\n",
            "Alert-Info: <urn:alert:source:external>\r\n",
        ] {
            assert!(!read("<sip:a@h>", extra).auto_answer, "{extra}");
        }
    }

    #[test]
    fn names_with_digits_are_no_numbers() {
        assert_eq!(number("agent007"), None);
        assert_eq!(number(""), None);
        assert_eq!(number("101").unwrap().as_str(), "101");
    }
}
