//! Owns the arithmetic of session timers (RFC 4028): what was asked, what we answer, when to act. Called where
//! descriptions are answered. Never waits.

use super::dialog::has_token;
use rsipstack::sip::{Header, HeadersExt, Request, Require, Response, SessionExpires};
use std::time::Duration;

/// Shortest session that we accept, in seconds (RFC 4028, 5: the least allowed).
const LEAST_S: u32 = 90;

/// The session lasts this long unless it is refreshed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SessionTimer {
    interval: Duration,
    /// Whether refreshing is our task.
    pub we_refresh: bool,
    /// Whether the other side knows session timers at all.
    known: bool,
}

/// The other side wants a shorter session than is allowed; answer 422 with this `Min-SE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooShort(pub u32);

impl SessionTimer {
    /// Reads what an INVITE or UPDATE asks for; `None` when it asks for no timer.
    pub fn asked(request: &Request) -> Result<Option<Self>, TooShort> {
        let Some(value) = request
            .session_expires_header()
            .map(|header| header.value().to_owned())
        else {
            return Ok(None);
        };
        let known = has_token(request, "Supported", "timer");
        Self::parse(&value, known)
    }

    /// Reads what the answer to an INVITE of ours settled on; `None` when there is no timer. Here we are the `uac`.
    pub fn agreed(answer: &Response) -> Option<Self> {
        let value = answer.session_expires_header()?.value().to_owned();
        let mut parts = value.split(';').map(str::trim);
        let interval_s: u32 = parts.next()?.parse().ok()?;
        let theirs = parts.any(|part| part.eq_ignore_ascii_case("refresher=uas"));
        Some(Self {
            interval: Duration::from_secs(interval_s.max(LEAST_S).into()),
            we_refresh: !theirs,
            known: true,
        })
    }

    fn parse(value: &str, known: bool) -> Result<Option<Self>, TooShort> {
        let mut parts = value.split(';').map(str::trim);
        let Some(interval_s) = parts.next().and_then(|seconds| seconds.parse::<u32>().ok()) else {
            return Ok(None);
        };
        if interval_s < LEAST_S {
            return Err(TooShort(LEAST_S));
        }
        // A caller that does not know timers cannot refresh; else it does, unless it asks us to.
        let asks_us = parts.any(|part| part.eq_ignore_ascii_case("refresher=uas"));
        Ok(Some(Self {
            interval: Duration::from_secs(interval_s.into()),
            we_refresh: asks_us || !known,
            known,
        }))
    }

    /// Gives a timer shorter than any that can be agreed, for tests.
    #[cfg(test)]
    pub fn of(interval: Duration, we_refresh: bool) -> Self {
        Self {
            interval,
            we_refresh,
            known: true,
        }
    }

    /// Gives the headers for our 200.
    pub fn headers(self) -> Vec<Header> {
        let refresher = if self.we_refresh { "uas" } else { "uac" };
        let expires =
            SessionExpires::new(format!("{};refresher={refresher}", self.interval.as_secs()));
        let mut headers = vec![Header::SessionExpires(expires)];
        if self.known {
            headers.push(Header::Require(Require::new("timer")));
        }
        headers
    }

    /// Gives the header for a refresh that we send: now we are the one who asks.
    pub fn refresh_header(self) -> Header {
        Header::SessionExpires(SessionExpires::new(format!(
            "{};refresher=uac",
            self.interval.as_secs()
        )))
    }

    /// Tells how long after the last refresh to act: half the interval to refresh, or shortly before its end to
    /// hang up (RFC 4028, 10).
    pub fn wait(self) -> Duration {
        let whole = self.interval;
        if self.we_refresh {
            whole / 2
        } else {
            whole - (whole / 3).min(Duration::from_secs(32))
        }
    }

    /// Gives the timer after a refresh of ours failed: wait for the end.
    pub fn without_refresh(self) -> Self {
        Self {
            we_refresh: false,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Response, SessionTimer, TooShort};
    use std::time::Duration;

    #[test]
    fn the_refresher_is_who_was_asked_and_can() {
        let timer = |value, known| SessionTimer::parse(value, known).ok().flatten();
        let theirs = timer("14400;refresher=uac", true);
        assert_eq!(
            theirs.map(|t| (t.we_refresh, t.wait())),
            Some((false, Duration::from_secs(14_368)))
        );
        let ours = timer("1800;refresher=uas", true);
        assert_eq!(
            ours.map(|t| (t.we_refresh, t.wait())),
            Some((true, Duration::from_secs(900)))
        );
        assert_eq!(timer("1800", false).map(|t| t.we_refresh), Some(true));
        assert_eq!(
            timer("90", true).map(|t| t.wait()),
            Some(Duration::from_secs(60))
        );
        assert_eq!(timer("soon", true), None);
        assert_eq!(SessionTimer::parse("60", true), Err(TooShort(90)));
    }

    #[test]
    fn in_our_own_invites_we_are_the_uac() {
        let agreed = |expires: &str| {
            let text = format!(
                "SIP/2.0 200 OK\r\nVia: SIP/2.0/TLS h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:b@h>;tag=2\r\n\
                 Call-ID: c\r\nCSeq: 1 INVITE\r\n{expires}Content-Length: 0\r\n\r\n"
            );
            let answer = Response::try_from(text.as_str()).ok()?;
            SessionTimer::agreed(&answer).map(|timer| (timer.we_refresh, timer.wait().as_secs()))
        };
        let ours = "Session-Expires: 1800;refresher=uac\r\n";
        assert_eq!(agreed(ours), Some((true, 900)));
        let theirs = "x: 14400;refresher=uas\r\n";
        assert_eq!(agreed(theirs), Some((false, 14_368)));
        assert_eq!(agreed(""), None);
    }

    #[test]
    fn our_answer_names_the_refresher() {
        let headers = |value, known| {
            let timer = SessionTimer::parse(value, known).ok().flatten();
            timer.map(|t| {
                t.headers()
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
            })
        };
        assert_eq!(
            headers("14400;refresher=uac", true),
            Some(vec![
                "Session-Expires: 14400;refresher=uac".into(),
                "Require: timer".into()
            ])
        );
        assert_eq!(
            headers("1800", false),
            Some(vec!["Session-Expires: 1800;refresher=uas".into()])
        );
    }
}
