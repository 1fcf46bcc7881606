//! Access and refresh tokens in force.
//!
//! Owns their lifetimes; the token endpoint and the gate call it. It never checks a password.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use uuid::Uuid;

/// Holds a pair of tokens just given out.
#[derive(Debug, Clone)]
pub(super) struct Issued {
    pub access: String,
    pub refresh: String,
}

/// Says how an access token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Valid,
    Expired,
    Unknown,
}

#[derive(Debug, Default)]
pub(super) struct Tokens {
    access: HashMap<String, Instant>,
    /// Leads from a refresh token, which is good once, to the access token it replaces.
    refresh: HashMap<String, String>,
}

impl Tokens {
    pub fn issue(&mut self, lifetime: Duration) -> Issued {
        let new = || format!("U0pD{}", Uuid::new_v4().simple());
        let issued = Issued {
            access: new(),
            refresh: new(),
        };
        self.access
            .insert(issued.access.clone(), Instant::now() + lifetime);
        self.refresh
            .insert(issued.refresh.clone(), issued.access.clone());
        issued
    }

    /// Exchanges a refresh token; the access token that came with it stops working.
    pub fn renew(&mut self, refresh: &str, lifetime: Duration) -> Option<Issued> {
        let replaced = self.refresh.remove(refresh)?;
        self.access.remove(&replaced);
        Some(self.issue(lifetime))
    }

    /// Ends the session that either token belongs to.
    pub fn revoke(&mut self, token: &str) {
        let access = self
            .refresh
            .get(token)
            .cloned()
            .unwrap_or_else(|| token.to_owned());
        self.access.remove(&access);
        self.refresh.retain(|_, of| *of != access);
    }

    pub fn revoke_all(&mut self) {
        self.access.clear();
        self.refresh.clear();
    }

    pub fn standing(&self, access: &str) -> Standing {
        match self.access.get(access) {
            None => Standing::Unknown,
            Some(until) if *until <= Instant::now() => Standing::Expired,
            Some(_) => Standing::Valid,
        }
    }
}
