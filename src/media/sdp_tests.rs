//! Owns the tests of `sdp.rs`.
#![expect(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

use super::{Direction, Local, Remote, SdpError};
use crate::media::codec::Codec;
use crate::media::srtp::SrtpKey;
use proptest::prelude::*;

/// The shape in which RingCentral offers a call to a desk phone.
const SECURED: &str = "v=0\r\no=- 1 2 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\n\
    m=audio 40356 RTP/SAVP 111 9 0 18 96 8 109 101\r\na=rtpmap:111 OPUS/48000/2\r\na=rtpmap:0 PCMU/8000\r\n\
    a=rtpmap:101 telephone-event/8000\r\na=crypto:3 AES_256_CM_HMAC_SHA1_80 inline:AAAA\r\n\
    a=crypto:4 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20\r\na=sendrecv\r\n";

fn plain(rest: &str) -> String {
    format!("v=0\r\no=- 1 1 IN IP4 192.0.2.5\r\ns=x\r\nc=IN IP4 192.0.2.5\r\nt=0 0\r\n{rest}")
}

fn local(key: Option<SrtpKey>) -> Local {
    Local {
        session: 9,
        address: "192.0.2.1:4000".parse().unwrap(),
        key,
    }
}

#[test]
fn a_secured_offer_is_answered_with_its_profile_tag_and_payload_types() {
    let offer = Remote::parse(SECURED.as_bytes()).unwrap();
    assert_eq!(offer.address, "198.51.100.7:40356".parse().unwrap());
    assert_eq!((offer.payload_type, offer.events), (0, Some(101)));
    let key = SrtpKey::random();
    let answer = local(Some(key.clone())).answer(&offer, 1);
    assert!(
        answer.contains("m=audio 4000 RTP/SAVP 0 101\r\n"),
        "{answer}"
    );
    assert!(
        answer.contains("a=crypto:4 AES_CM_128_HMAC_SHA1_80 inline:"),
        "{answer}"
    );
    assert!(answer.ends_with("a=sendrecv\r\n"), "{answer}");
    let back = Remote::parse(answer.as_bytes()).unwrap();
    assert_eq!(back.crypto.unwrap().key, key);
}

#[test]
fn other_media_lines_are_refused_in_place() {
    let text = plain(
        "m=video 5002 RTP/AVP 96\r\nm=audio 5000 RTP/AVP 8 0 97\r\na=rtpmap:97 telephone-event/8000\r\n",
    );
    let offer = Remote::parse(text.as_bytes()).unwrap();
    let answer = local(None).answer(&offer, 1);
    let lines: Vec<&str> = answer
        .lines()
        .filter(|line| line.starts_with("m="))
        .collect();
    assert_eq!(lines, ["m=video 0 RTP/AVP 96", "m=audio 4000 RTP/AVP 0 97"]);
}

#[test]
fn hold_is_seen_in_direction_and_in_the_old_address() {
    for (rest, holds, answered) in [
        (
            "m=audio 5000 RTP/AVP 0\r\na=sendonly\r\n",
            true,
            "a=recvonly",
        ),
        (
            "m=audio 5000 RTP/AVP 0\r\na=inactive\r\n",
            true,
            "a=inactive",
        ),
        (
            "a=sendonly\r\nm=audio 5000 RTP/AVP 0\r\n",
            true,
            "a=recvonly",
        ),
        (
            "m=audio 5000 RTP/AVP 0\r\na=recvonly\r\n",
            false,
            "a=sendonly",
        ),
        (
            "m=audio 5000 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\n",
            true,
            "a=sendrecv",
        ),
        ("m=audio 5000 RTP/AVP 0\r\n", false, "a=sendrecv"),
    ] {
        let offer = Remote::parse(plain(rest).as_bytes()).unwrap();
        assert_eq!(offer.holds(), holds, "{rest}");
        assert!(local(None).answer(&offer, 2).contains(answered), "{rest}");
    }
}

#[test]
fn what_cannot_be_spoken_says_why() {
    for (text, error) in [
        ("hello".to_owned(), SdpError::Malformed),
        (plain(""), SdpError::NoAudio),
        (plain("m=audio 0 RTP/AVP 0\r\n"), SdpError::NoAudio),
        (
            plain("m=audio 5000 UDP/TLS/RTP/SAVPF 0\r\n"),
            SdpError::NoAudio,
        ),
        (plain("m=audio 5000 RTP/AVP 8 18\r\n"), SdpError::NoCodec),
        (plain("m=audio 5000 RTP/SAVP 0\r\n"), SdpError::NoKey),
        (
            plain(
                "m=audio 5000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 \
                 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:4\r\n",
            ),
            SdpError::NoKey,
        ),
        (
            "v=0\r\nm=audio 5000 RTP/AVP 0\r\nc=IN IP4 pbx.example\r\n".to_owned(),
            SdpError::NoAddress,
        ),
    ] {
        assert_eq!(Remote::parse(text.as_bytes()), Err(error), "{text}");
    }
}

#[test]
fn pcmu_may_be_mapped_to_a_dynamic_payload_type() {
    let text = plain("m=audio 5000 RTP/AVP 99\r\na=rtpmap:99 pcmu/8000/1\r\n");
    let offer = Remote::parse(text.as_bytes()).unwrap();
    assert_eq!(
        (offer.payload_type, offer.events, offer.direction),
        (99, None, Direction::SendRecv)
    );
}

#[test]
fn opus_is_taken_where_pcmu_is_not_offered() {
    for (formats, codec, answered) in [
        (
            "111 109 101",
            Codec::Opus16,
            "109 101\r\na=rtpmap:109 OPUS/16000\r\n",
        ),
        (
            "111 101",
            Codec::Opus,
            "111 101\r\na=rtpmap:111 opus/48000/2\r\n",
        ),
        (
            "111 0 109 101",
            Codec::Pcmu,
            "0 101\r\na=rtpmap:0 PCMU/8000\r\n",
        ),
    ] {
        let text = plain(&format!(
            "m=audio 5000 RTP/AVP {formats}\r\na=rtpmap:111 OPUS/48000/2\r\na=rtpmap:109 OPUS/16000\r\n\
             a=rtpmap:101 telephone-event/8000\r\n"
        ));
        let offer = Remote::parse(text.as_bytes()).unwrap();
        assert_eq!((offer.codec, offer.events), (codec, Some(101)), "{formats}");
        let answer = local(None).answer(&offer, 1);
        assert!(answer.contains(answered), "{answer}");
    }
}

#[test]
fn reports_go_where_they_are_wanted() {
    for (attribute, wanted) in [
        ("", "192.0.2.5:5001"),
        ("a=rtcp:6000\r\n", "192.0.2.5:6000"),
        ("a=rtcp:6000 IN IP4 192.0.2.9\r\n", "192.0.2.9:6000"),
        ("a=rtcp:many\r\n", "192.0.2.5:5001"),
    ] {
        let text = plain(&format!("m=audio 5000 RTP/AVP 0\r\n{attribute}"));
        let offer = Remote::parse(text.as_bytes()).unwrap();
        assert_eq!(offer.rtcp, wanted.parse().unwrap(), "{attribute}");
    }
}

#[test]
fn events_run_at_the_clock_of_the_codec_where_both_are_offered() {
    let text = plain(
        "m=audio 5000 RTP/AVP 96 101 100\r\na=rtpmap:96 opus/48000/2\r\n\
         a=rtpmap:101 telephone-event/8000\r\na=rtpmap:100 telephone-event/48000\r\n",
    );
    let offer = Remote::parse(text.as_bytes()).unwrap();
    assert_eq!(offer.events, Some(100));
    let answer = local(None).answer(&offer, 1);
    assert!(
        answer.contains("a=rtpmap:100 telephone-event/48000\r\n"),
        "{answer}"
    );
}

#[test]
fn our_own_offer_can_be_read() {
    let key = SrtpKey::random();
    let offer = Remote::parse(local(Some(key.clone())).offer(1, Codec::Pcmu).as_bytes()).unwrap();
    assert_eq!(
        (offer.payload_type, offer.events, offer.crypto.unwrap().key),
        (0, Some(101), key)
    );
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Remote::parse(&bytes);
    }

    #[test]
    fn mutated_offers_never_panic(at in 0..600usize, with: u8, cut in 0..600usize) {
        let mut bytes = SECURED.as_bytes().to_vec();
        if let Some(byte) = bytes.get_mut(at) {
            *byte = with;
        }
        bytes.truncate(cut);
        if let Ok(offer) = Remote::parse(&bytes) {
            let answer = local(None).answer(&offer, 1);
            prop_assert!(answer.starts_with("v=0\r\n"));
        }
    }
}
