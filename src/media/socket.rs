//! Owns the choice of a port for a call's sound. Called by `adapters/telephony` before anything is described. Never reads
//! or writes a packet.

use crate::adapters::clock;
use std::io;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use tokio::net::UdpSocket;

/// Attempts to find a free even port.
const PORT_ATTEMPTS: usize = 64;

/// Binds a UDP socket on an even port, as RTP wants (RFC 3550, 11): one of `ports` if they are given, else any.
pub async fn bind(ip: IpAddr, ports: Option<&RangeInclusive<u16>>) -> io::Result<UdpSocket> {
    let none = io::Error::new(io::ErrorKind::AddrNotAvailable, "no even port is free");
    if let Some(ports) = ports {
        let (first, last) = (
            ports.start().saturating_add(ports.start() % 2),
            *ports.end(),
        );
        let count = (u32::from(last).saturating_sub(first.into()) / 2) + 1;
        // From anywhere, so that a port rests before it is used again.
        let begin = clock::random::<u32>() % count;
        for step in 0..count {
            let port = first.saturating_add(((begin + step) % count * 2) as u16);
            if let Ok(socket) = UdpSocket::bind((ip, port)).await {
                return Ok(socket);
            }
        }
        return Err(none);
    }
    let mut odd = Vec::new();
    for _ in 0..PORT_ATTEMPTS {
        let socket = UdpSocket::bind((ip, 0)).await?;
        if socket.local_addr()?.port() % 2 == 0 {
            return Ok(socket);
        }
        odd.push(socket);
    }
    Err(none)
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a test may stop at what it did not expect"
    )]
    use super::bind;
    use std::net::{IpAddr, Ipv4Addr};

    const HOME: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[tokio::test]
    async fn only_even_ports_of_the_range_are_taken_and_each_once() {
        let free = bind(HOME, None).await.unwrap();
        let first = free.local_addr().unwrap().port().min(65_000);
        drop(free);
        let range = first + 1..=first + 6;
        let mut taken = Vec::new();
        while let Ok(socket) = bind(HOME, Some(&range)).await {
            taken.push(socket);
        }
        let mut ports: Vec<_> = taken
            .iter()
            .map(|s| s.local_addr().unwrap().port())
            .collect();
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), taken.len());
        assert!(
            !ports.is_empty()
                && ports
                    .iter()
                    .all(|port| port % 2 == 0 && range.contains(port))
        );
    }
}
