//! The telephone line against input that is wrong: answered, counted, survived.

use crate::peer::{CallScript, Peer, offer};
use crate::phone::DEADLINE;
use maitred::adapters::telephony::{SipConfig, SipLine};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Nobody listens there; no call here gets as far as sound.
const NOWHERE: &str = "127.0.0.1:9";

async fn open() -> SipLine {
    SipLine::open(SipConfig::new("127.0.0.1:0".parse().unwrap()))
        .await
        .unwrap()
}

#[tokio::test]
async fn malformed_messages_are_answered_counted_and_survived() {
    let line = open().await;
    let mut peer = Peer::over_udp(line.addr()).await;
    let good = CallScript::new(&peer, "broken").request(
        "INVITE",
        "",
        &offer(NOWHERE.parse().unwrap(), ""),
    );
    for (broken, with) in [
        (";tag=theirs", ""),
        ("CSeq: 1 INVITE", "CSeq: one INVITE"),
        ("Contact:", "X-Contact:"),
    ] {
        peer.send(&good.replace(broken, with)).await;
        assert_eq!(peer.expect("SIP/2.0 4").await.status(), 400, "{broken}");
    }
    peer.send("\u{0}\u{1}nonsense").await;
    let mut seed = 7u32;
    for _ in 0..1_000 {
        let mut bytes = good.clone().into_bytes();
        for _ in 0..3 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = (seed >> 8) as usize % bytes.len();
            bytes[at] = b" ;:,<>\"=\r\n0a@"[(seed >> 4) as usize % 13];
        }
        peer.send(&String::from_utf8(bytes).unwrap()).await;
    }
    assert!(line.stats().malformed >= 3);
    let mut other = Peer::over_udp(line.addr()).await;
    other
        .send(&CallScript::new(&other, "alive").request("OPTIONS", "", ""))
        .await;
    other.expect("SIP/2.0 200").await;
}

#[tokio::test]
async fn a_stream_with_an_impossible_length_is_done_with_and_the_next_one_works() {
    let line = open().await;
    for length in ["18446744073709551615", "99999999999999999999", "x"] {
        let mut stream = TcpStream::connect(line.addr()).await.unwrap();
        let text = format!("OPTIONS sip:r@h SIP/2.0\r\nContent-Length: {length}\r\n\r\n");
        stream.write_all(text.as_bytes()).await.unwrap();
        let end = timeout(DEADLINE, stream.read(&mut [0; 100])).await;
        assert_eq!(end.expect("the line lets go").unwrap(), 0, "{length}");
    }
    let mut peer = Peer::over(TcpStream::connect(line.addr()).await.unwrap());
    peer.send(&CallScript::new(&peer, "stream").request("OPTIONS", "", ""))
        .await;
    peer.expect("SIP/2.0 200").await;
}
