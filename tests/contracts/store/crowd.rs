//! Many calls at the same time hold, book, change and cancel at random, through two processes' worth of connections:
//! whatever their order, the crews can be sent to every party in the book, and to what is held beside.

use super::desk::{details, evening, open, travelling, wanted};
use super::{call, on_both};
use crate::fixture::Fixture;
use jiff::SignedDuration;
use jiff::civil::DateTime;
use maitred::adapters::booking::Ledger;
use maitred_actors::ports::booking::{Book, Error, Search, Wanted};
use maitred_actors::types::{Booking, BookingDetails, BookingKey, Place};

on_both!(no_order_of_wishes_sends_a_crew_to_two_places);

const CREWS: usize = 2;
const CALLS: u64 = 24;
const WISHES: u64 = 6;
const ROUNDS: u64 = 4;

/// Numbers that look random and are the same in every run (Knuth's MMIX generator).
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count
    }

    fn details(&mut self) -> BookingDetails {
        let minutes = i64::try_from(30 * self.below(21)).unwrap();
        let zip = ["94110", "95112"][usize::from(self.below(2) == 1)];
        BookingDetails {
            starts: evening(11).saturating_add(SignedDuration::from_mins(minutes)),
            party_size: if self.below(4) == 0 { 30 } else { 10 },
            place: Some(Place {
                zip: (self.below(5) > 0).then(|| zip.to_owned()),
                ..Place::default()
            }),
            ..details(evening(11))
        }
    }
}

/// One call: a few wishes, each drawn anew, on whatever of its own stands.
async fn a_call(ledger: Ledger, round: u64, number: u64) {
    let mut dice = Dice(round * 1_000 + number);
    let this = call(&format!("{round}/{number}"));
    let mut own: Vec<String> = Vec::new();
    for wish in 0..WISHES {
        let details = dice.details();
        let key = BookingKey::new(format!("{this}/{wish}"));
        let chosen = own.first().cloned().filter(|_| dice.below(2) == 0);
        let held = ledger.hold(this.clone(), Wanted::of(&details, chosen.clone()));
        expected(held.await);
        let (this, details) = (this.clone(), details.clone());
        match (dice.below(4), chosen) {
            (0, _) => expected(ledger.release(this).await),
            (1, Some(number)) => {
                own.retain(|one| *one != number);
                expected(ledger.cancel(key, this, number).await);
            }
            (_, Some(number)) => expected(ledger.change(key, this, number, details).await),
            (_, None) => match ledger.book(key, this, details).await {
                Ok(made) => own.push(made.number),
                Err(error) => expected::<()>(Err(error)),
            },
        }
    }
}

/// Anything may be refused, but nothing may break.
fn expected<T>(result: Result<T, Error>) {
    if let Err(Error::Unavailable(why)) = result {
        panic!("{why}");
    }
}

async fn no_order_of_wishes_sends_a_crew_to_two_places(fixture: &Fixture) {
    let (_, here, _) = open(fixture, travelling(2)).await;
    let (_, there, _) = open(fixture, travelling(2)).await;
    for round in 0..ROUNDS {
        let mut calls = tokio::task::JoinSet::new();
        for number in 0..CALLS {
            let ledger = if number % 2 == 0 { &here } else { &there };
            calls.spawn(a_call(ledger.clone(), round, number));
        }
        calls.join_all().await;
        let day = Search {
            day: Some(evening(0).date()),
            ..Search::default()
        };
        let standing = here.find(day).await.unwrap();
        assert!(standing.len() >= CREWS, "hardly anything was booked");
        let mut parties: Vec<Party> = standing.iter().map(Party::of).collect();
        parties.sort_by_key(|party| party.from);
        assert!(
            can_be_sent(&parties, [None; CREWS]),
            "round {round}: {parties:#?}"
        );
        // Room for the next round, whose first wish is to be granted.
        for booking in &standing {
            let key = BookingKey::new(format!("end of {}", booking.number));
            let cancelled = here.cancel(key, call("owner"), booking.number.clone());
            cancelled.await.unwrap();
        }
        for number in 0..CALLS {
            here.release(call(&format!("{round}/{number}")))
                .await
                .unwrap();
        }
        here.hold(call("owner"), wanted(evening(18))).await.unwrap();
        here.release(call("owner")).await.unwrap();
    }
}

#[derive(Clone, Debug)]
struct Party {
    from: DateTime,
    until: DateTime,
    crews: usize,
    zone: Option<char>,
}

impl Party {
    fn of(booking: &Booking) -> Self {
        let details = &booking.details;
        Self {
            from: details.starts,
            until: details.starts.saturating_add(SignedDuration::from_hours(2)),
            crews: if details.party_size > 20 { 2 } else { 1 },
            zone: details.zip().and_then(|zip| zip.chars().nth(1)),
        }
    }

    fn leaves_time_for(&self, next: &Self) -> bool {
        let same = self.zone.is_some() && self.zone == next.zone;
        let drive = SignedDuration::from_mins(if same { 30 } else { 90 });
        self.until.saturating_add(drive) <= next.from
    }
}

/// Tries every way of sending two crews.
fn can_be_sent(parties: &[Party], last: [Option<&Party>; CREWS]) -> bool {
    let Some((party, rest)) = parties.split_first() else {
        return true;
    };
    (1_usize..1 << CREWS).any(|team| {
        let sent = |crew: &usize| team & (1 << crew) != 0;
        let crews: Vec<usize> = (0..CREWS).filter(sent).collect();
        let come = |crew: &usize| last[*crew].is_none_or(|before| before.leaves_time_for(party));
        if crews.len() != party.crews || !crews.iter().all(come) {
            return false;
        }
        let mut next = last;
        crews.iter().for_each(|crew| next[*crew] = Some(party));
        can_be_sent(rest, next)
    })
}
