//! What goes wrong with REST calls on request: always, or the next few of some path.
//!
//! Owns the plans; the gate asks before and after each request. It never answers by itself.

use std::time::Duration;

/// Says what goes wrong with a REST call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestFault {
    /// Answers 503 with CMN-201; nothing is carried out.
    Unavailable,
    /// Answers 500 with CMN-203; nothing is carried out.
    Broken,
    /// Answers after this time only.
    Slow(Duration),
    /// Answers 429 with `Retry-After` of so many seconds and without the limit's headers, as limits of another
    /// kind do.
    Limited(u64),
    /// Answers with this status and a web page, as a gateway does.
    Page(u16),
    /// Carries the request out and answers 500.
    BrokenAfter,
    /// Never answers and carries nothing out.
    Silent,
    /// Carries the request out and never answers.
    SilentAfter,
}

#[derive(Debug, Default)]
pub(super) struct Faults {
    pub always: Option<RestFault>,
    planned: Vec<(String, RestFault, u32)>,
}

impl Faults {
    pub fn plan(&mut self, part: &str, fault: RestFault, times: u32) {
        self.planned.push((part.to_owned(), fault, times));
    }

    /// Finds what befalls a request, such as `POST /restapi/v1.0/…`, and counts it.
    pub fn befall(&mut self, request: &str) -> Option<RestFault> {
        let found = self
            .planned
            .iter_mut()
            .find(|(part, _, left)| *left > 0 && request.contains(part.as_str()));
        match found {
            Some((_, fault, left)) => {
                *left -= 1;
                Some(*fault)
            }
            None => self.always,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planned_faults_come_in_order_and_so_often() {
        let mut faults = Faults::default();
        faults.plan("/sms", RestFault::Unavailable, 1);
        faults.plan("POST", RestFault::Broken, 1);
        let befallen =
            ["GET /a", "POST /sms", "POST /sms", "POST /sms"].map(|one| faults.befall(one));
        let wanted = [
            None,
            Some(RestFault::Unavailable),
            Some(RestFault::Broken),
            None,
        ];
        assert_eq!(befallen, wanted);
    }
}
