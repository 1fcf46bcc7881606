//! Owns a scripted SIP peer: writes and reads plain messages over UDP, TCP or TLS. Used by `dialogs.rs` and
//! `registration.rs`. Never answers by itself.

use crate::phone::DEADLINE;
use std::net::SocketAddr;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::UdpSocket;
use tokio::time::timeout;

/// A SIP message, taken apart.
#[derive(Clone, Debug)]
pub struct Message {
    pub start: String,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Message {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").expect("a whole message");
        let mut lines = head.split("\r\n");
        let start = lines.next().unwrap().to_owned();
        let headers = lines
            .map(|line| line.split_once(':').expect("a header"))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Self {
            start,
            headers,
            body: body.to_owned(),
        }
    }

    pub fn all(&self, name: &str) -> Vec<&str> {
        let name = name.to_ascii_lowercase();
        self.headers
            .iter()
            .filter(|(n, _)| *n == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    pub fn header(&self, name: &str) -> &str {
        self.all(name)
            .first()
            .copied()
            .unwrap_or_else(|| panic!("no {name} in {self:?}"))
    }

    /// Status code of a response, 0 for a request.
    pub fn status(&self) -> u16 {
        let code = self
            .start
            .strip_prefix("SIP/2.0 ")
            .and_then(|rest| rest.get(..3));
        code.map_or(0, |code| code.parse().unwrap())
    }

    /// Writes a response to this request.
    pub fn response(&self, status: &str, extra: &str) -> String {
        let mut text = format!("SIP/2.0 {status}\r\n");
        for (name, value) in &self.headers {
            if ["via", "from", "to", "call-id", "cseq"].contains(&name.as_str()) {
                text.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        format!("{text}{extra}Content-Length: 0\r\n\r\n")
    }

    /// Writes a response of a side that has the tag `theirs`, with a description.
    pub fn answer(&self, status: &str, extra: &str, body: &str) -> String {
        let to = self.header("to");
        let tagged = match to.contains(";tag=") {
            true => to.to_owned(),
            false => format!("{to};tag=theirs"),
        };
        let kind = if body.is_empty() {
            ""
        } else {
            "Content-Type: application/sdp\r\n"
        };
        let bare = self
            .response(status, &format!("{extra}{kind}"))
            .replace(&format!("to: {to}\r\n"), &format!("to: {tagged}\r\n"));
        let length = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        bare.replace("Content-Length: 0\r\n\r\n", &length)
    }
}

/// What both kinds of stream can do.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

enum Wire {
    Datagrams(UdpSocket, SocketAddr),
    Stream(Box<dyn Stream>, Vec<u8>),
}

/// The peer's end of a conversation with the line.
pub struct Peer {
    wire: Wire,
}

impl Peer {
    pub async fn over_udp(to: SocketAddr) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        Self {
            wire: Wire::Datagrams(socket, to),
        }
    }

    pub fn of_socket(socket: UdpSocket, to: SocketAddr) -> Self {
        Self {
            wire: Wire::Datagrams(socket, to),
        }
    }

    /// Goes on from the same address with another line.
    pub fn talks_to(self, line: SocketAddr) -> Self {
        match self.wire {
            Wire::Datagrams(socket, _) => Self::of_socket(socket, line),
            Wire::Stream(..) => self,
        }
    }

    pub fn over(stream: impl Stream + 'static) -> Self {
        Self {
            wire: Wire::Stream(Box::new(stream), Vec::new()),
        }
    }

    /// Address of this end; only datagrams need one.
    pub fn addr(&self) -> SocketAddr {
        match &self.wire {
            Wire::Datagrams(socket, _) => socket.local_addr().unwrap(),
            Wire::Stream(..) => "127.0.0.1:5999".parse().unwrap(),
        }
    }

    pub async fn send(&mut self, text: &str) {
        match &mut self.wire {
            Wire::Datagrams(socket, to) => {
                socket.send_to(text.as_bytes(), *to).await.unwrap();
            }
            Wire::Stream(stream, _) => stream.write_all(text.as_bytes()).await.unwrap(),
        }
    }

    /// Receives the next message.
    pub async fn receive(&mut self) -> Message {
        let text = match &mut self.wire {
            Wire::Datagrams(socket, _) => {
                let mut buffer = [0; 8_192];
                let received = timeout(DEADLINE, socket.recv_from(&mut buffer)).await;
                let (length, _) = received.expect("no message from the line").unwrap();
                String::from_utf8(buffer[..length].to_vec()).unwrap()
            }
            Wire::Stream(stream, read) => timeout(DEADLINE, next_text(stream, read))
                .await
                .expect("no message from the line"),
        };
        Message::parse(&text)
    }

    /// Receives until a message starts so; what comes before is repeated or does not matter.
    pub async fn expect(&mut self, start: &str) -> Message {
        let search = async {
            loop {
                let message = self.receive().await;
                if message.start.starts_with(start) {
                    return message;
                }
            }
        };
        timeout(DEADLINE, search)
            .await
            .unwrap_or_else(|_| panic!("no {start}"))
    }
}

async fn next_text(stream: &mut Box<dyn Stream>, read: &mut Vec<u8>) -> String {
    let mut buffer = [0; 8_192];
    loop {
        if let Some(end) = whole_message(read) {
            let rest = read.split_off(end);
            return String::from_utf8(std::mem::replace(read, rest)).unwrap();
        }
        let length = stream.read(&mut buffer).await.unwrap();
        assert!(length > 0, "the line closed the connection");
        read.extend_from_slice(&buffer[..length]);
    }
}

fn whole_message(read: &[u8]) -> Option<usize> {
    let head = read.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&read[..head]).unwrap();
    let length = Message::parse(text)
        .header("content-length")
        .parse::<usize>()
        .unwrap();
    (read.len() >= head + length).then_some(head + length)
}

/// A call that the peer makes: keeps what all its requests share.
pub struct CallScript {
    pub call_id: String,
    target: String,
    contact: String,
    via: String,
    pub sequence: u32,
    made: u32,
    /// `To` with the line's tag once it is known.
    pub to: String,
}

impl CallScript {
    pub fn new(peer: &Peer, name: &str) -> Self {
        let (address, via) = match &peer.wire {
            Wire::Datagrams(..) => (peer.addr().to_string(), "UDP"),
            Wire::Stream(..) => (peer.addr().to_string(), "TLS"),
        };
        Self {
            call_id: format!("{name}@peer"),
            target: "sip:reception@127.0.0.1".to_owned(),
            contact: format!("sip:peer@{address}"),
            via: format!("SIP/2.0/{via} {address}"),
            sequence: 0,
            made: 0,
            to: "<sip:reception@127.0.0.1>".to_owned(),
        }
    }

    /// Writes the next request of the call.
    pub fn request(&mut self, method: &str, extra: &str, body: &str) -> String {
        if method != "ACK" {
            self.sequence += 1;
        }
        self.made += 1;
        let Self {
            call_id,
            target,
            contact,
            via,
            sequence,
            made,
            to,
        } = self;
        let kind = if body.is_empty() {
            ""
        } else {
            "Content-Type: application/sdp\r\n"
        };
        let length = body.len();
        format!(
            "{method} {target} SIP/2.0\r\nVia: {via};rport;branch=z9hG4bK-{call_id}-{made}\r\n\
             Max-Forwards: 70\r\nFrom: \"Ann\" <sip:+15557654321@127.0.0.1>;tag=theirs\r\nTo: {to}\r\n\
             Call-ID: {call_id}\r\nCSeq: {sequence} {method}\r\nContact: <{contact}>\r\n{extra}{kind}\
             Content-Length: {length}\r\n\r\n{body}"
        )
    }
}

/// An offer of PCMU under SRTP at an address.
pub fn secured_offer(media: SocketAddr) -> String {
    const KEY: &str =
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n";
    offer(media, KEY).replace("RTP/AVP", "RTP/SAVP")
}

/// An offer of PCMU and keys at an address.
pub fn offer(media: SocketAddr, attributes: &str) -> String {
    let (ip, port) = (media.ip(), media.port());
    format!(
        "v=0\r\no=- 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\nm=audio {port} RTP/AVP 0 101\r\n\
         a=rtpmap:101 telephone-event/8000\r\n{attributes}"
    )
}
