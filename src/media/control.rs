//! Owns the leg's RTCP: the socket beside that of RTP, a report every few seconds, what the other side reports. Called by
//! the leg at every tick. Never holds up the sound: what cannot be sent or read at once is left.

use super::leg::Media;
use super::reception::Reception;
use super::rtcp::{self, LastHeard, OfUs};
use super::sender::Sender;
use super::srtp::{Srtp, SrtpError, SrtpKey};
use crate::adapters::clock;
use std::net::{IpAddr, SocketAddr};
use tokio::net::UdpSocket;

/// Ticks of 20 ms between two reports: 5 s, give or take half (RFC 3550, 6.2).
const INTERVAL_TICKS: u64 = 250;
/// Reports read in one tick at most.
const REPORTS_PER_TICK: usize = 4;
const REPORT_BYTES: usize = 1_500;
/// Units of the delay in a report, in one tick.
const UNITS_PER_TICK: u64 = 65_536 / 50;

/// The control side of a leg; silent where its port is taken.
pub struct Control {
    socket: Option<UdpSocket>,
    sealing: Option<Srtp>,
    opening: Option<Srtp>,
    to: SocketAddr,
    cname: String,
    due: u64,
    /// Time in the other side's last report, and the tick at which it came.
    heard: Option<(u32, u64)>,
    /// What the other side said last of our stream.
    of_us: Option<OfUs>,
    round_trip_ms: Option<u32>,
}

impl Control {
    /// Takes the port after that of RTP; `key` is ours when the media is secured.
    pub fn new(rtp: &UdpSocket, key: Option<&SrtpKey>, media: &Media) -> Result<Self, SrtpError> {
        let cname: u64 = clock::random();
        Ok(Self {
            socket: beside(rtp),
            sealing: key.cloned().map(Srtp::new).transpose()?,
            opening: media.key.clone().map(Srtp::new).transpose()?,
            to: media.rtcp,
            cname: format!("{cname:016x}"),
            due: INTERVAL_TICKS / 4,
            heard: None,
            of_us: None,
            round_trip_ms: None,
        })
    }

    /// Follows a new description.
    pub fn update(&mut self, media: &Media) {
        self.to = media.rtcp;
        if let Some(key) = &media.key
            && !self.opening.as_ref().is_some_and(|srtp| srtp.uses(key))
        {
            self.opening = Srtp::new(key.clone()).ok();
        }
    }

    /// Reads what came, and reports when it is time; `sound_from` is where the sound comes from.
    pub fn tick(
        &mut self,
        ticks: u64,
        sound_from: IpAddr,
        sender: &Sender,
        reception: &mut Reception,
    ) {
        let mut buffer = [0; REPORT_BYTES];
        for _ in 0..REPORTS_PER_TICK {
            let Some(Ok((length, from))) = self
                .socket
                .as_ref()
                .map(|socket| socket.try_recv_from(&mut buffer))
            else {
                break;
            };
            // Without keys nothing proves who sent this; it must at least be a host that we know.
            if self.opening.is_some() || from.ip() == self.to.ip() || from.ip() == sound_from {
                self.take(&buffer[..length], from, sender.ssrc(), ticks);
            }
        }
        if ticks >= self.due {
            self.due = ticks + INTERVAL_TICKS / 2 + clock::random::<u64>() % INTERVAL_TICKS;
            self.send(ticks, sender, reception, false);
        }
    }

    /// Says that our stream is over.
    pub fn goodbye(&mut self, ticks: u64, sender: &Sender, reception: &mut Reception) {
        self.send(ticks, sender, reception, true);
    }

    /// Tells how many packets of ours the other side says never came.
    pub fn lost_there(&self) -> u64 {
        self.of_us.map_or(0, |of_us| of_us.lost.into())
    }

    /// Tells how long a packet takes there and back, once a report told.
    pub fn round_trip_ms(&self) -> Option<u32> {
        self.round_trip_ms
    }

    fn take(&mut self, datagram: &[u8], from: SocketAddr, ours: u32, ticks: u64) -> Option<()> {
        let opened;
        let bytes = match &mut self.opening {
            Some(srtp) => {
                opened = srtp.unprotect_control(datagram).ok()?;
                opened.as_slice()
            }
            None => datagram,
        };
        let heard = rtcp::read(bytes, ours)?;
        self.to = from;
        if let Some(ntp_middle) = heard.ntp_middle {
            self.heard = Some((ntp_middle, ticks));
        }
        if let Some(of_us) = heard.of_us {
            self.of_us = Some(of_us);
            if of_us.last.ntp_middle != 0 {
                let now = (clock::ntp() >> 16) as u32;
                let there = of_us.last.ntp_middle.wrapping_add(of_us.last.delay);
                let trip = now.wrapping_sub(there) as i32;
                // Negative where the clocks' fractions were rounded.
                self.round_trip_ms = Some((u64::from(trip.max(0) as u32) * 1_000 / 65_536) as u32);
            }
        }
        Some(())
    }

    fn send(&mut self, ticks: u64, sender: &Sender, reception: &mut Reception, goodbye: bool) {
        let Some(socket) = &self.socket else { return };
        let last = self.heard.map(|(ntp_middle, at)| LastHeard {
            ntp_middle,
            delay: (ticks.saturating_sub(at) * UNITS_PER_TICK) as u32,
        });
        let report = reception.report();
        let report = report.map(|report| (report, last.unwrap_or_default()));
        let bytes = rtcp::write(sender.sent(clock::ntp()), report, &self.cname, goodbye);
        let sealed = match &mut self.sealing {
            Some(srtp) => srtp.protect_control(&bytes),
            None => Ok(bytes),
        };
        if let Ok(bytes) = sealed
            && !self.to.ip().is_unspecified()
        {
            // Whatever is lost, the next report says again.
            let _ = socket.try_send_to(&bytes, self.to);
        }
    }
}

/// Binds the port after that of RTP, if it is free.
fn beside(rtp: &UdpSocket) -> Option<UdpSocket> {
    let mut address = rtp.local_addr().ok()?;
    address.set_port(address.port().checked_add(1)?);
    let socket = std::net::UdpSocket::bind(address).ok()?;
    socket.set_nonblocking(true).ok()?;
    UdpSocket::from_std(socket).ok()
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a test may stop at what it did not expect"
    )]
    use super::super::reception::Report;
    use super::super::rtcp::Sent;
    use super::*;
    use crate::media::{sdp, socket};
    use std::net::Ipv4Addr;
    use std::time::Duration;
    use tokio::time::timeout;

    const HOME: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const DEADLINE: Duration = Duration::from_secs(10);

    /// What the other side seals with and opens with.
    type Sealed = Option<(Srtp, Srtp)>;

    /// Describes an end whose reports come from `port` and whose keys are `key`.
    fn described(port: u16, key: Option<&SrtpKey>) -> Media {
        let (profile, crypto) = match key.map(SrtpKey::to_base64) {
            Some(key) => (
                "SAVP",
                format!("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{key}\r\n"),
            ),
            None => ("AVP", String::new()),
        };
        let text = format!(
            "v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 9 RTP/{profile} 0\r\na=rtcp:{port}\r\n{crypto}"
        );
        Media::from(&sdp::Remote::parse(text.as_bytes()).unwrap())
    }

    /// Receives a report at the other end; gives what it says of source 9, and where it came from.
    async fn report_at(socket: &UdpSocket, sealed: &mut Sealed) -> (rtcp::Heard, SocketAddr) {
        let mut buffer = [0; 300];
        let received = timeout(DEADLINE, socket.recv_from(&mut buffer)).await;
        let (length, from) = received.unwrap().unwrap();
        let bytes = match sealed {
            Some((opening, _)) => opening.unprotect_control(&buffer[..length]).unwrap(),
            None => buffer[..length].to_vec(),
        };
        (rtcp::read(&bytes, 9).unwrap(), from)
    }

    /// Writes the other end's report on `ssrc`: seven packets lost, and the report of ours that it heard.
    fn report_on(ssrc: u32, ntp_middle: u32, sealed: &mut Sealed) -> Vec<u8> {
        let report = Report {
            ssrc,
            fraction_lost: 0,
            lost: 7,
            highest: 1,
            jitter: 0,
        };
        let last = LastHeard {
            ntp_middle,
            delay: 0,
        };
        let sent = Sent {
            ssrc: 9,
            ntp: clock::ntp(),
            timestamp: 0,
            packets: 2,
            octets: 320,
        };
        let bytes = rtcp::write(sent, Some((report, last)), "peer", false);
        match sealed {
            Some((_, sealing)) => sealing.protect_control(&bytes).unwrap(),
            None => bytes,
        }
    }

    /// Two ends that report to each other, once.
    async fn reports_pass(keys: Option<(SrtpKey, SrtpKey)>) {
        let theirs = UdpSocket::bind((HOME, 0)).await.unwrap();
        let (our_key, their_key) = keys.clone().unzip();
        let media = described(theirs.local_addr().unwrap().port(), their_key.as_ref());
        let mut sealed: Sealed =
            keys.map(|(ours, theirs)| (Srtp::new(ours).unwrap(), Srtp::new(theirs).unwrap()));
        let rtp = socket::bind(HOME, None).await.unwrap();
        let mut control = Control::new(&rtp, our_key.as_ref(), &media).unwrap();
        let (sender, mut reception) = (Sender::new(None), Reception::default());
        reception.note(9, 1, 160, 0, 8_000);
        reception.note(9, 5, 800, 80, 8_000);
        control.socket.as_ref().unwrap().writable().await.unwrap();
        control.tick(INTERVAL_TICKS, HOME, &sender, &mut reception);
        let (heard, from) = report_at(&theirs, &mut sealed).await;
        assert_eq!(from.port(), rtp.local_addr().unwrap().port() + 1);
        assert_eq!(heard.of_us.unwrap().lost, 3);

        let answer = report_on(sender.ssrc(), heard.ntp_middle.unwrap(), &mut sealed);
        theirs.send_to(b"no report", from).await.unwrap();
        theirs.send_to(&answer, from).await.unwrap();
        let told = async {
            while control.lost_there() == 0 {
                control.tick(0, HOME, &sender, &mut reception);
                tokio::task::yield_now().await;
            }
        };
        timeout(DEADLINE, told).await.unwrap();
        assert_eq!(control.lost_there(), 7);
        assert!(control.round_trip_ms().is_some());
        control.goodbye(INTERVAL_TICKS, &sender, &mut reception);
        report_at(&theirs, &mut sealed).await;
    }

    #[tokio::test]
    async fn both_ends_report_to_each_other() {
        reports_pass(None).await;
    }

    #[tokio::test]
    async fn secured_reports_pass_too() {
        reports_pass(Some((SrtpKey::random(), SrtpKey::random()))).await;
    }
}
