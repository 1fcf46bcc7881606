//! Owns sending the caller elsewhere: to a number, or to the other side of another call of ours (REFER, RFC 3515 and
//! 3891). Called by `line`. Never hangs up.

use super::call::{Call, Phase};
use super::line::Shared;
use super::outgoing::request;
use maitred_actors::ports::telephony::{Dialog, Error};
use maitred_actors::types::PhoneNumber;
use rsipstack::sip::{
    Header, Method, ReferTo, ReferredBy, Response, StatusCodeKind, Supported, Uri,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How long a transfer may take.
const TRANSFER_WAIT: Duration = Duration::from_secs(40);

/// Sends the caller to a number and waits for the other side to report success.
pub(super) async fn transfer(
    shared: Arc<Shared>,
    call: Arc<Call>,
    to: PhoneNumber,
) -> Result<(), Error> {
    let target = {
        let state = call.state();
        let domain = domain(&shared, &state.dialog.facts)?;
        format!("<sip:{}@{domain}>", to.as_str())
    };
    refer(shared, call, target).await
}

/// Connects the caller with whom is on the other call, and waits for the other side to report success.
pub(super) async fn connect(
    shared: Arc<Shared>,
    caller: Arc<Call>,
    with: &Call,
) -> Result<(), Error> {
    let target = {
        let state = with.state();
        if !matches!(state.phase, Phase::Up(_)) {
            return Err(Error::NoSuchCall);
        }
        replacing(&state.dialog.facts)
    };
    refer(shared, caller, target).await
}

/// Writes where to call so that the dialog is taken over (RFC 3891, 3): its tags as the other side of it sees them.
fn replacing(dialog: &Dialog) -> String {
    // Over a server the address leads to the person; their own contact may be out of reach (RFC 5589, 7).
    let uri = match dialog.of_account {
        true => &dialog.remote_uri,
        false => &dialog.remote_target,
    };
    let replaces = format!(
        "{};to-tag={};from-tag={}",
        dialog.call_id.as_str(),
        dialog.remote_tag,
        dialog.local_tag
    );
    let sign = if uri.contains('?') { '&' } else { '?' };
    format!("<{uri}{sign}Replaces={}>", escaped(&replaces))
}

/// Escapes all but the unreserved characters of a header in a URI (RFC 3261, 25.1).
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'!' | b'~' | b'*' => {
                out.push(char::from(byte));
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// Gives the domain in which numbers are dialled: the account's, else that of the other side.
fn domain(shared: &Shared, dialog: &Dialog) -> Result<String, Error> {
    match shared.accounts.get() {
        Some(account) if dialog.of_account => Ok(account.domain().to_owned()),
        _ => Uri::try_from(dialog.remote_uri.as_str())
            .map(|uri| uri.host_with_port.to_string())
            .map_err(|error| Error::Failed(error.to_string())),
    }
}

async fn refer(shared: Arc<Shared>, call: Arc<Call>, target: String) -> Result<(), Error> {
    let (referred, progress) = mpsc::unbounded_channel();
    let headers = {
        let mut state = call.state();
        if !matches!(state.phase, Phase::Up(_)) {
            return Err(Error::NoSuchCall);
        }
        state.referred = Some(referred);
        let by = format!("<{}>", state.dialog.facts.local_uri);
        vec![
            Header::ReferTo(ReferTo::new(target)),
            Header::ReferredBy(ReferredBy::new(by)),
            Header::Supported(Supported::new("norefersub")),
        ]
    };
    let refer = tokio::spawn(request(
        shared.clone(),
        call.clone(),
        Method::Refer,
        headers,
        None,
    ));
    let outcome = timeout(TRANSFER_WAIT, follow(refer, progress)).await;
    call.state().referred = None;
    outcome.unwrap_or(Err(Error::Timeout))
}

async fn follow(
    refer: JoinHandle<Result<Response, Error>>,
    mut progress: mpsc::UnboundedReceiver<u16>,
) -> Result<(), Error> {
    let answer = refer
        .await
        .map_err(|error| Error::Failed(error.to_string()))??;
    if answer.status_code.kind() != StatusCodeKind::Successful {
        return Err(Error::Refused(answer.status_code.into()));
    }
    while let Some(status) = progress.recv().await {
        match status {
            100..200 => {}
            200..300 => return Ok(()),
            _ => return Err(Error::Refused(status)),
        }
    }
    Err(Error::NoSuchCall)
}
