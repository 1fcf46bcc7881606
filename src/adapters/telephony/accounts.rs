//! Owns which account the line has: none yet, one, or another one later; and the task that keeps it registered. Read by
//! whoever needs its domain or credentials; replaced through the line. Never fetches one.

use super::config::{Account, OpenError};
use super::flow::verifier;
use super::line::Shared;
use super::register::{Registrar, credential};
use rsipstack::dialog::authenticate::Credential;
use rsipstack::transport::SipAddr;
use secrecy::ExposeSecret;
use std::sync::Arc;
use tokio::sync::{Notify, mpsc, watch};
use tokio_util::sync::CancellationToken;

/// The account, if there is one.
pub(super) struct Accounts {
    current: watch::Sender<Option<Account>>,
    refused: Notify,
}

impl Accounts {
    /// Begins with this one; fails when its certificates cannot be read.
    pub fn new(account: Option<Account>) -> Result<Self, OpenError> {
        if let Some(account) = &account {
            verifier(account.extra_ca_pem.as_deref())?;
        }
        Ok(Self {
            current: watch::Sender::new(account),
            refused: Notify::new(),
        })
    }

    pub fn get(&self) -> Option<Account> {
        self.current.borrow().clone()
    }

    /// Gives its digest credentials.
    pub fn credential(&self) -> Option<Credential> {
        self.current.borrow().as_ref().map(credential)
    }

    /// Takes another; `false` if it is the same. Fails, and keeps the former, when its certificates cannot be read.
    pub fn replace(&self, account: Account) -> Result<bool, OpenError> {
        verifier(account.extra_ca_pem.as_deref())?;
        Ok(self.current.send_if_modified(|current| {
            let is_other = current.as_ref().is_none_or(|now| !is_same(now, &account));
            if is_other {
                *current = Some(account);
            }
            is_other
        }))
    }

    /// Notes that the server does not take its credentials.
    pub fn note_refused(&self) {
        self.refused.notify_one();
    }

    /// Waits until the server did not take them; once that was before counts.
    pub async fn refused(&self) {
        self.refused.notified().await;
    }
}

fn is_same(one: &Account, other: &Account) -> bool {
    let open = |account: &Account| {
        let Account {
            registrar,
            transport,
            user,
            auth_id,
            outbound_proxy,
            extra_ca_pem,
            password: _,
        } = account.clone();
        let place = (registrar, transport, outbound_proxy);
        (place, user, auth_id, extra_ca_pem)
    };
    open(one) == open(other) && one.password.expose_secret() == other.password.expose_secret()
}

/// Keeps whatever account there is registered, until stopped; a former one is given back first.
pub(super) async fn keep_registered(
    shared: Arc<Shared>,
    mut closed: mpsc::UnboundedReceiver<SipAddr>,
    stop: CancellationToken,
) {
    let mut accounts = shared.accounts.current.subscribe();
    loop {
        let waiting = stop.run_until_cancelled(accounts.wait_for(Option::is_some));
        let Some(Ok(Some(account))) = waiting.await.map(|found| found.map(|one| one.clone()))
        else {
            return;
        };
        let Ok(registrar) = Registrar::new(shared.clone(), account, closed) else {
            // Its certificates were read before.
            return;
        };
        let replaced = stop.child_token();
        let running = registrar.run(replaced.clone());
        tokio::pin!(running);
        closed = tokio::select! {
            closed = &mut running => closed,
            _ = accounts.changed() => {
                replaced.cancel();
                running.await
            }
        };
        if stop.is_cancelled() {
            return;
        }
    }
}
