//! Owns the identifiers. Called by everybody. Never draws a random number: new ids come from the edge.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps the text as it stands.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// Gives the text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id!(
    /// One call as Maitred sees it, printed as `call_` and a time-ordered UUID.
    CallId
);
text_id!(
    /// The `Call-ID` of a SIP dialog (RFC 3261, 8.1.1.4).
    SipCallId
);
text_id!(
    /// RingCentral's `telephonySessionId`.
    SessionId
);
text_id!(
    /// The key under which one booking is made at most once: the call and its intent.
    BookingKey
);

/// A question to a shared actor or to the call's own voice; its answer carries the same number.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct QuestionNo(pub u64);

impl fmt::Display for QuestionNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "q{}", self.0)
    }
}

/// A telephone number, kept as `+` and digits where it could be read so. `Debug` hides all but two digits.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Keeps digits and a leading `+`; ten digits are taken as North American (+1). `None` without digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let plus = text.trim_start().starts_with('+');
        match (plus, digits.len()) {
            (_, 0) => None,
            (false, 10) => Some(Self(format!("+1{digits}"))),
            (false, 11) if digits.starts_with('1') => Some(Self(format!("+{digits}"))),
            (true, _) => Some(Self(format!("+{digits}"))),
            (false, _) => Some(Self(digits)),
        }
    }

    /// Gives the number as it is stored, for example `+15557654321`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Gives the digits a North American would say: without `+1`.
    pub fn national(&self) -> &str {
        self.0
            .strip_prefix("+1")
            .unwrap_or_else(|| self.0.trim_start_matches('+'))
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Masked(&self.0))
    }
}

/// Shows a text as `…` and its last two characters, for logs.
pub struct Masked<'a>(pub &'a str);

impl fmt::Display for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tail: Vec<char> = self.0.chars().rev().take(2).collect();
        write!(f, "…{}", tail.iter().rev().collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::PhoneNumber;

    #[test]
    fn numbers_are_normalised_and_hidden() {
        let shown = |text| PhoneNumber::parse(text).map(|n| n.as_str().to_owned());
        assert_eq!(shown("(415) 555-0198").as_deref(), Some("+14155550198"));
        assert_eq!(shown("+14155550198").as_deref(), Some("+14155550198"));
        assert_eq!(shown("1 415 555 0198").as_deref(), Some("+14155550198"));
        assert_eq!(shown("102").as_deref(), Some("102"));
        assert_eq!(shown("anonymous"), None);
        assert_eq!(
            format!("{:?}", PhoneNumber::parse("+14155550198")),
            "Some(…98)"
        );
    }
}
