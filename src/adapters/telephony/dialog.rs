//! Owns one SIP dialog (RFC 3261, 12): its facts, the requests and responses built from
//! them. Called by `call` and its neighbours. Never waits and never sends.

use super::body::Body;
use crate::adapters::clock;
use crate::media::codec::Codec;
use maitred_actors::ports::telephony as port;
use maitred_actors::types::SipCallId;
use rsipstack::sip::prelude::ToTypedHeader;
use rsipstack::sip::typed::RecordRoute;
use rsipstack::sip::{
    Allow, CSeq, CallId, Contact, ContentLength, ContentType, From, HasHeaders, Header, HeadersExt,
    MaxForwards, Method, Request, Response, Route, StatusCode, Supported, To, Uri, UserAgent,
    Version,
};
use rsipstack::transaction::endpoint::EndpointInnerRef;
use rsipstack::transaction::key::{TransactionKey, TransactionRole};
use rsipstack::transaction::random_text;
use rsipstack::transaction::transaction::Transaction;
use rsipstack::transport::{SipAddr, SipConnection};
use tokio_util::sync::CancellationToken;

/// Methods that we answer with something better than 405.
pub(super) const ALLOW: &str = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, MESSAGE, NOTIFY";
/// Extensions that we know.
pub(super) const SUPPORTED: &str = "timer, norefersub";
/// Letters of our tags.
pub(super) const TAG_LENGTH: usize = 12;

/// A message could not be read or built.
#[derive(Debug, thiserror::Error)]
#[error("unusable sip message: {0}")]
pub(super) struct Unusable(String);

impl<E: Into<rsipstack::Error>> std::convert::From<E> for Unusable {
    fn from(error: E) -> Self {
        Self(error.into().to_string())
    }
}

/// A dialog and the way to its other side.
#[derive(Clone)]
pub(super) struct Dialog {
    /// What the journal gets.
    pub facts: port::Dialog,
    /// Our `Contact`.
    pub contact: String,
    /// Whether the other side takes UPDATE (RFC 3311).
    pub takes_update: bool,
    connection: SipConnection,
    /// Where datagrams go when the next hop is no address.
    hop: Option<SipAddr>,
}

/// The way to the other side.
#[derive(Clone)]
pub(super) struct Way {
    /// Stream, or the socket for datagrams.
    pub connection: SipConnection,
    /// Where datagrams go when the next hop is no address.
    pub hop: Option<SipAddr>,
    /// Our `Contact` there.
    pub contact: String,
    /// Whether it leads over the account's server.
    pub of_account: bool,
}

impl Dialog {
    /// Reads the dialog from the INVITE that starts it; `tag` will be ours.
    pub fn from_invite(invite: &Request, tag: &str, way: Way) -> Result<Self, Unusable> {
        let (from, to) = (invite.from_header()?.typed()?, invite.to_header()?.typed()?);
        let facts = port::Dialog {
            call_id: SipCallId::new(invite.call_id_header()?.value()),
            local_tag: tag.to_owned(),
            remote_tag: from
                .tag()
                .map(|tag| tag.value().to_owned())
                .unwrap_or_default(),
            local_uri: to.uri.to_string(),
            remote_uri: from.uri.to_string(),
            local_seq: 0,
            remote_seq: invite.cseq_header()?.seq()?,
            route_set: routes(invite)?,
            remote_target: target(invite)?,
            ..empty_facts(&way)
        };
        let takes_update = has_token(invite, "Allow", "UPDATE");
        Ok(Self {
            takes_update,
            ..Self::taken_up(facts, way)
        })
    }

    /// Begins a dialog with an INVITE of ours from one URI to another, which is where it is sent too.
    pub fn to_call(from: String, to: String, way: Way) -> Self {
        let facts = port::Dialog {
            call_id: SipCallId::new(clock::unique().to_string()),
            local_tag: random_text(TAG_LENGTH),
            local_uri: from,
            remote_uri: to.clone(),
            remote_target: to,
            ..empty_facts(&way)
        };
        Self::taken_up(facts, way)
    }

    /// Goes on with a dialog that another process had.
    pub fn taken_up(facts: port::Dialog, way: Way) -> Self {
        Self {
            facts,
            contact: way.contact,
            takes_update: false,
            connection: way.connection,
            hop: way.hop,
        }
    }

    /// Takes what the answer to our INVITE says of the other side (RFC 3261, 12.1.2).
    pub fn confirm(&mut self, answer: &Response) -> Result<(), Unusable> {
        let tag = answer.to_header()?.tag()?;
        self.facts.remote_tag = tag.map(|tag| tag.value().to_owned()).unwrap_or_default();
        self.facts.remote_target = target(answer)?;
        self.facts.route_set = routes(answer)?;
        self.facts.route_set.reverse();
        self.takes_update = has_token(answer, "Allow", "UPDATE");
        Ok(())
    }

    /// Takes over where the other side wants its requests from now on (RFC 3261, 12.2.2).
    pub fn refresh_target(&mut self, message: &impl HeadersExt) {
        if let Ok(target) = target(message) {
            self.facts.remote_target = target;
        }
    }

    /// Tells whether a request of the other side belongs to this dialog, or to one that our INVITE may still become.
    pub fn owns(&self, request: &Request) -> bool {
        let tag = |tag: Option<rsipstack::sip::param::Tag>| tag.map(|tag| tag.value().to_owned());
        let from = request
            .from_header()
            .and_then(|h| h.tag())
            .ok()
            .and_then(tag);
        let to = request.to_header().and_then(|h| h.tag()).ok().and_then(tag);
        let early = self.facts.remote_tag.is_empty();
        (early || from.as_deref() == Some(&self.facts.remote_tag))
            && to.as_deref() == Some(&self.facts.local_tag)
    }

    /// Gives the token that is cancelled when the stream of this dialog closes; none for datagrams.
    pub fn stream(&self) -> Option<CancellationToken> {
        self.connection
            .cancel_token()
            .filter(|_| self.connection.is_reliable())
    }

    /// Tells whether the stream of this dialog broke.
    pub fn broken(&self) -> bool {
        self.stream().is_some_and(|stream| stream.is_cancelled())
    }

    /// Moves the dialog to another stream, after the old one broke.
    pub fn move_to(&mut self, way: Way) {
        self.connection = way.connection;
        self.hop = way.hop;
        self.contact = way.contact;
    }

    /// Gives the number of our next request.
    pub fn next_sequence(&mut self) -> u32 {
        self.facts.local_seq += 1;
        self.facts.local_seq
    }

    /// Builds our next request and the transaction to send it with.
    pub fn request(
        &mut self,
        endpoint: &EndpointInnerRef,
        method: Method,
        extra: Vec<Header>,
        body: Option<Body>,
    ) -> Result<Transaction, Unusable> {
        self.next_sequence();
        let stream =
            (self.connection.is_reliable() && !self.broken()).then(|| self.connection.clone());
        let via = endpoint.get_via(Some(self.connection.get_addr().clone()), None)?;
        let facts = &self.facts;
        let mut headers = vec![
            Header::Via(via.into()),
            Header::From(From::new(party(&facts.local_uri, &facts.local_tag))),
            Header::To(To::new(party(&facts.remote_uri, &facts.remote_tag))),
            Header::CallId(CallId::new(facts.call_id.as_str())),
            Header::CSeq(CSeq::new(format!("{} {method}", facts.local_seq))),
            Header::Contact(Contact::new(self.contact.clone())),
            Header::MaxForwards(MaxForwards::new("70")),
            Header::UserAgent(UserAgent::new(endpoint.user_agent.clone())),
        ];
        headers.extend(
            facts
                .route_set
                .iter()
                .map(|route| Header::Route(Route::new(route.clone()))),
        );
        headers.extend(extra);
        let body = finish(&mut headers, body);
        let uri = Uri::try_from(facts.remote_target.as_str())?;
        let request = Request {
            method,
            uri,
            headers: headers.into(),
            body,
            version: Version::V2,
        };
        let key = TransactionKey::from_request(&request, TransactionRole::Client)?;
        let destination = self.datagram_destination(&request);
        let mut transaction = Transaction::new_client(key, request, endpoint.clone(), stream);
        transaction.destination = destination;
        Ok(transaction)
    }

    /// Builds a response within the dialog.
    pub fn response(
        &self,
        endpoint: &EndpointInnerRef,
        request: &Request,
        status: StatusCode,
        extra: Vec<Header>,
        body: Option<Body>,
    ) -> Response {
        let mut response = endpoint.make_response(request, status, None);
        response
            .headers
            .retain(|header| !matches!(header, Header::ContentLength(_)));
        let record_route = request
            .headers
            .iter()
            .filter(|h| matches!(h, Header::RecordRoute(_)));
        let mut headers: Vec<Header> = record_route.cloned().collect();
        headers.push(Header::Contact(Contact::new(self.contact.clone())));
        headers.extend(extra);
        response.body = finish(&mut headers, body);
        response.headers.extend(headers);
        response
    }

    /// Gives where a datagram goes: nothing special when the next hop is an address, else back to the caller.
    fn datagram_destination(&self, request: &Request) -> Option<SipAddr> {
        if self.connection.is_reliable() {
            return None;
        }
        let next = SipAddr::try_from(&request.destination()).ok()?;
        match next.get_socketaddr() {
            Ok(_) => None,
            Err(_) => self.hop.clone(),
        }
    }
}

/// Tells whether a comma-separated header names `token`; the stack's own look-up knows two headers only.
pub(super) fn has_token(message: &impl HasHeaders, name: &str, token: &str) -> bool {
    let named = message
        .headers()
        .iter()
        .filter(|header| header.name().eq_ignore_ascii_case(name));
    named
        .flat_map(|header| header.value().split(','))
        .any(|item| item.trim().eq_ignore_ascii_case(token))
}

/// Gives the headers that say what we can do.
pub(super) fn abilities() -> Vec<Header> {
    vec![
        Header::Allow(Allow::new(ALLOW)),
        Header::Supported(Supported::new(SUPPORTED)),
    ]
}

fn finish(headers: &mut Vec<Header>, body: Option<Body>) -> Vec<u8> {
    let (kind, bytes) = body.map_or((None, Vec::new()), |body| (Some(body.kind), body.bytes));
    headers.extend(kind.map(|kind| Header::ContentType(ContentType::new(kind))));
    headers.push(Header::ContentLength(ContentLength::from(
        bytes.len() as u32
    )));
    bytes
}

/// Writes an address with its tag, which is not there yet in an INVITE that begins a dialog.
fn party(uri: &str, tag: &str) -> String {
    match tag {
        "" => format!("<{uri}>"),
        tag => format!("<{uri}>;tag={tag}"),
    }
}

fn target(message: &impl HeadersExt) -> Result<String, Unusable> {
    let contacts = message.typed_contact_headers()?;
    let contact = contacts
        .first()
        .ok_or_else(|| Unusable("missing contact".to_owned()))?;
    Ok(contact.uri.to_string())
}

/// Reads the recorded routes in the order of the message.
fn routes(message: &impl HeadersExt) -> Result<Vec<String>, Unusable> {
    let mut routes = Vec::new();
    for header in message.record_route_headers() {
        let listed = RecordRoute::parse_header_list(header.value())?;
        routes.extend(listed.iter().map(|route| format!("<{}>", route.uri)));
    }
    Ok(routes)
}

fn empty_facts(way: &Way) -> port::Dialog {
    let transport = way.connection.transport().to_string();
    port::Dialog {
        call_id: SipCallId::new(""),
        local_tag: String::new(),
        remote_tag: String::new(),
        local_uri: String::new(),
        remote_uri: String::new(),
        local_seq: 0,
        remote_seq: 0,
        route_set: Vec::new(),
        remote_target: String::new(),
        transport: transport.to_ascii_lowercase(),
        codec: Codec::default().name().to_owned(),
        secured: false,
        remote_media: String::new(),
        of_account: way.of_account,
    }
}
