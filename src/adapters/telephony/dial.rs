//! Owns a call that we make: the INVITE through the account's server, its answers, and giving it up (CANCEL). Called by
//! `line`. Never decides whom to call, and never plays what is heard before the answer.

use super::body::Body;
use super::call::Call;
use super::caller;
use super::dialog::{Dialog, abilities};
use super::flow::Flow;
use super::inviting::Attempt;
use super::line::Shared;
use super::outgoing;
use super::session::{Opening, unusable};
use super::session_timer::SessionTimer;
use maitred_actors::ports::PortFuture;
use maitred_actors::ports::telephony::{Dialled, Error};
use maitred_actors::types::PhoneNumber;
use rsipstack::sip::{
    From, Header, HeadersExt, Method, Request, Response, SipMessage, StatusCodeKind,
};
use rsipstack::transaction::transaction::Transaction;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Longest time that we let a person's phone ring.
const RINGING_MAX: Duration = Duration::from_secs(180);

/// Calls a person; dropping the future before the answer gives the call up.
pub(super) fn dial(
    shared: Arc<Shared>,
    to: PhoneNumber,
    caller: Option<Arc<Call>>,
) -> PortFuture<Result<Dialled, Error>> {
    Box::pin(async move {
        let give_up = CancellationToken::new();
        let _guard = give_up.clone().drop_guard();
        let (sender, answered) = oneshot::channel();
        tokio::spawn(async move {
            let placed = place(&shared, &to, caller, &give_up).await;
            let (call, dialled) = match placed {
                Ok(placed) => placed,
                Err(error) => {
                    let _ = sender.send(Err(error));
                    return;
                }
            };
            let (taken, was_taken) = oneshot::channel();
            let _ = sender.send(Ok((dialled, taken)));
            // Whoever asked may have gone away in the moment of the answer.
            if was_taken.await.is_err() {
                let _ = outgoing::hang_up(shared, call).await;
            }
        });
        match timeout(RINGING_MAX, answered).await {
            Ok(Ok(Ok((dialled, taken)))) => {
                let _ = taken.send(());
                Ok(dialled)
            }
            Ok(Ok(Err(error))) => Err(error),
            Ok(Err(_)) => Err(Error::Failed("the call was lost".to_owned())),
            Err(_) => Err(Error::Timeout),
        }
    })
}

/// Calls and stays with the INVITE until it is answered for good.
async fn place(
    shared: &Arc<Shared>,
    to: &PhoneNumber,
    caller: Option<Arc<Call>>,
    give_up: &CancellationToken,
) -> Result<(Arc<Call>, Dialled), Error> {
    let account = shared.accounts.get();
    let account = account.ok_or_else(|| Error::Failed("no account to call through".to_owned()))?;
    let flow = shared.registered().await?;
    let (user, domain) = (&account.user, account.domain());
    let (from, to) = (
        format!("sip:{user}@{domain}"),
        format!("sip:{}@{domain}", to.as_str()),
    );
    let dialog = Dialog::to_call(from, to, flow.way());
    let call = Arc::new(Call::calling(dialog, give_up));
    if !shared.remember(&call) {
        return Err(Error::Failed("too many calls".to_owned()));
    }
    let placed = invite(shared, &call, &flow, caller, give_up).await;
    if placed.is_err() {
        call.end_if(shared, |_| true);
    }
    placed.map(|dialled| (call, dialled))
}

async fn invite(
    shared: &Arc<Shared>,
    call: &Arc<Call>,
    flow: &Flow,
    caller: Option<Arc<Call>>,
    give_up: &CancellationToken,
) -> Result<Dialled, Error> {
    let secured = call.state().dialog.facts.transport == "tls";
    let opening = Opening::bind(shared, call, secured).await?;
    let body = Some(Body::sdp(opening.offer(call, 1)));
    let endpoint = &shared.endpoint;
    let made = call
        .state()
        .dialog
        .request(endpoint, Method::Invite, abilities(), body);
    let mut transaction = made.map_err(|error| Error::Failed(error.to_string()))?;
    transaction.destination = Some(flow.server.clone());
    if let Some(name) = caller.and_then(|caller| shown_name(caller.invite()?)) {
        show(&mut transaction.original, &name);
    }
    let mut attempt = Attempt::default();
    attempt.cancel_on(give_up.clone());
    let (transaction, answer) = attempt.drive(shared, call, transaction, give_up).await?;
    let confirmed = call.state().dialog.confirm(&answer);
    confirmed.map_err(|error| Error::Failed(error.to_string()))?;
    tokio::spawn(hang_up_forks(shared.clone(), call.clone(), transaction));
    let leg = match give_up.is_cancelled() {
        true => Err(Error::NoSuchCall),
        false => attempt
            .description(&answer)
            .map_err(|error| unusable(shared, error))
            .and_then(|remote| opening.start(shared, call, remote, 1))
            .and_then(|(leg, session)| call.come_up(session).map(|()| leg)),
    };
    let leg = leg.inspect_err(|_| outgoing::bye_later(shared, call))?;
    if let Some(timer) = SessionTimer::agreed(&answer) {
        call.state().timer = Some(watch::Sender::new(timer));
    }
    outgoing::keep_session(shared, call);
    Ok(Dialled {
        dialog: call.state().dialog.facts.clone(),
        leg,
        party: attempt.party,
    })
}

/// Gives what the person called is shown: who the caller is.
fn shown_name(invite: &Request) -> Option<String> {
    let offer = caller::offer(invite)?;
    let number = offer.from.map(|number| number.as_str().to_owned());
    let shown = [offer.from_name, number].into_iter().flatten();
    let shown = shown.collect::<Vec<_>>().join(" ");
    (!shown.is_empty()).then_some(shown)
}

/// Writes a name before our address (RFC 3261, 25.1: a quoted string).
fn show(invite: &mut Request, name: &str) {
    let name: String = name
        .chars()
        .filter(|c| !c.is_control() && !"\"\\".contains(*c))
        .collect();
    let Ok(from) = invite.from_header() else {
        return;
    };
    let from = format!("\"{name}\" {}", from.value());
    invite.headers.unique_push(Header::From(From::new(from)));
}

/// Keeps the INVITE's transaction alive to acknowledge repeated answers, and hangs up every other phone that answered the
/// same INVITE (RFC 3261, 13.2.2.4).
async fn hang_up_forks(shared: Arc<Shared>, call: Arc<Call>, mut transaction: Transaction) {
    while let Some(message) = transaction.receive().await {
        let SipMessage::Response(response) = message else {
            continue;
        };
        if response.status_code.kind() == StatusCodeKind::Successful {
            hang_up_fork(&shared, &call, &response);
        }
    }
}

fn hang_up_fork(shared: &Arc<Shared>, call: &Call, answer: &Response) {
    let mut dialog = call.state().dialog.clone();
    let ours = dialog.facts.remote_tag.clone();
    if dialog.confirm(answer).is_err() || dialog.facts.remote_tag == ours {
        return;
    }
    let fork = Call::calling(dialog, &CancellationToken::new());
    outgoing::bye_later(shared, &Arc::new(fork));
}
