//! Owns who is calling and why, as a person who is to take the call is told it. Made by the policy; put into words by
//! `phrases` and `texts`.

use crate::types::PhoneNumber;

/// Who is calling and why, as far as is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The caller's name.
    pub name: Option<String>,
    /// The reason, in the caller's own words.
    pub reason: Option<String>,
    /// What was agreed of a booking, in words.
    pub booking: Option<String>,
    /// Number to call back.
    pub call_back: Option<PhoneNumber>,
}
