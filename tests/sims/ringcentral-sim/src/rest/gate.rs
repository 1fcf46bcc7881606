//! What every REST call passes first: faults, bearer token, rate limit with its headers.
//!
//! Owns the windows of the rate limit; routers are wrapped in it. It never knows what a call is about.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::MethodRouter;

use super::error::ApiError;
use super::exchange::Exchange;
use super::faults::RestFault;
use super::tokens::Standing;

/// Names a group of the rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// Counts cheap reads and Call Control.
    Light,
    /// Counts most writes.
    Medium,
    /// Counts the call log and recordings.
    Heavy,
    /// Counts token requests.
    Auth,
}

impl Group {
    fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Medium => "medium",
            Self::Heavy => "heavy",
            Self::Auth => "auth",
        }
    }
}

/// Sets how many calls of each group are allowed in a window.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Limits the light group, 50 by default.
    pub light: u32,
    /// Limits the medium group, 40 by default.
    pub medium: u32,
    /// Limits the heavy group, 10 by default.
    pub heavy: u32,
    /// Limits the auth group, 5 by default.
    pub auth: u32,
    /// Sets the length of the window and of the penalty, a minute by default.
    pub window: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            light: 50,
            medium: 40,
            heavy: 10,
            auth: 5,
            window: Duration::from_secs(60),
        }
    }
}

impl Limits {
    fn of(&self, group: Group) -> u32 {
        match group {
            Group::Light => self.light,
            Group::Medium => self.medium,
            Group::Heavy => self.heavy,
            Group::Auth => self.auth,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Windows {
    calls: HashMap<Group, Vec<Instant>>,
    penalty: HashMap<Group, Instant>,
    /// Counts calls that were let through, and those that were answered 429.
    pub counts: HashMap<Group, (u32, u32)>,
}

impl Windows {
    /// Counts a call and tells how many are left; every call during a penalty starts it anew.
    fn admit(&mut self, limits: &Limits, group: Group, now: Instant) -> Option<u32> {
        let calls = self.calls.entry(group).or_default();
        calls.retain(|at| now.duration_since(*at) < limits.window);
        let punished = self.penalty.get(&group).is_some_and(|until| now < *until);
        let limit = limits.of(group);
        let (passed, refused) = self.counts.entry(group).or_default();
        if punished || calls.len() as u32 >= limit {
            *refused += 1;
            self.penalty.insert(group, now + limits.window);
            return None;
        }
        *passed += 1;
        calls.push(now);
        Some(limit - calls.len() as u32)
    }
}

/// Wraps the methods of a route.
pub(super) fn gated(
    route: MethodRouter<Exchange>,
    exchange: &Exchange,
    group: Group,
) -> MethodRouter<Exchange> {
    route.route_layer(from_fn_with_state((exchange.clone(), group), pass))
}

/// Passes a request through its faults; the ones that answer instead of the service do so before the gate counts.
#[expect(
    clippy::disallowed_methods,
    reason = "slowness is the fault that was asked for"
)]
async fn pass(
    State((exchange, group)): State<(Exchange, Group)>,
    request: Request,
    next: Next,
) -> Response {
    let name = format!("{} {}", request.method(), request.uri());
    let fault = exchange.state().faults.befall(&name);
    match fault {
        Some(RestFault::Unavailable) => {
            return ApiError::new(503, "CMN-201", "Service Temporary Unavailable").into_response();
        }
        Some(RestFault::Broken) => return broken(),
        Some(RestFault::Limited(seconds)) => {
            let answer = ApiError::new(429, "CMN-310", "Request rate exceeded");
            return ([(header::RETRY_AFTER, seconds.to_string())], answer).into_response();
        }
        Some(RestFault::Page(code)) => {
            let code = StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_GATEWAY);
            return (code, Html("<html><body>Error</body></html>")).into_response();
        }
        Some(RestFault::Silent) => std::future::pending().await,
        Some(RestFault::Slow(delay)) => tokio::time::sleep(delay).await,
        Some(RestFault::BrokenAfter | RestFault::SilentAfter) | None => {}
    }
    let response = admit(&exchange, group, request, next).await;
    match fault {
        Some(RestFault::BrokenAfter) => broken(),
        Some(RestFault::SilentAfter) => std::future::pending().await,
        _ => response,
    }
}

fn broken() -> Response {
    ApiError::new(500, "CMN-203", "Internal Server Error").into_response()
}

async fn admit(exchange: &Exchange, group: Group, request: Request, next: Next) -> Response {
    if group != Group::Auth
        && let Err(error) = authorised(exchange, &request)
    {
        return error.into_response();
    }
    let limits = exchange.config().limits;
    let left = exchange
        .state()
        .windows
        .admit(&limits, group, Instant::now());
    let mut response = match left {
        Some(_) => next.run(request).await,
        None => ApiError::new(429, "CMN-301", "Request rate exceeded").into_response(),
    };
    let seconds = limits.window.as_secs();
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    set("x-rate-limit-group", group.name().to_owned());
    set("x-rate-limit-limit", limits.of(group).to_string());
    set("x-rate-limit-remaining", left.unwrap_or(0).to_string());
    set("x-rate-limit-window", seconds.to_string());
    if left.is_none() {
        set("retry-after", seconds.to_string());
    }
    response
}

fn authorised(exchange: &Exchange, request: &Request) -> Result<(), ApiError> {
    let value = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    // The service's own clients write the scheme in lower case.
    let token = value
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token);
    let Some(token) = token.or_else(|| token_in_query(request)) else {
        return Err(ApiError::new(
            401,
            "OAU-123",
            "Authorization header is invalid",
        ));
    };
    match exchange.state().tokens.standing(token.trim()) {
        Standing::Valid => Ok(()),
        Standing::Expired => Err(ApiError::new(401, "OAU-128", "Access token expired")),
        Standing::Unknown => Err(ApiError::new(401, "OAU-129", "Access token corrupted")),
    }
}

/// Finds the token in the query, which the media host alone allows.
fn token_in_query(request: &Request) -> Option<&str> {
    let is_media = request.uri().path().ends_with("/content");
    let mut pairs = request.uri().query().filter(|_| is_media)?.split('&');
    pairs.find_map(|pair| pair.strip_prefix("access_token="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_during_the_penalty_starts_it_anew() {
        let limits = Limits {
            light: 2,
            window: Duration::from_secs(10),
            ..Limits::default()
        };
        let (mut windows, start) = (Windows::default(), Instant::now());
        let mut at =
            |seconds| windows.admit(&limits, Group::Light, start + Duration::from_secs(seconds));
        assert_eq!(
            [at(0), at(1), at(2), at(11), at(20), at(30)],
            [Some(1), Some(0), None, None, None, Some(1)]
        );
    }
}
