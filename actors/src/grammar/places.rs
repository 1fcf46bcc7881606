//! Words of street addresses: kinds of street, directions, units, states.
//!
//! Owns their spellings. Called by `address`. Never reads an address.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::tokens::{holds, items};

static STREET_KINDS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    items("street|st|avenue|ave|av|road|rd|drive|dr|lane|ln|boulevard|blvd|boulavard|court|ct|circle|cir|place|pl|way|\
         terrace|ter|parkway|pkwy|highway|hwy|pike|square|sq|trail|trl|loop|plaza|plz|alley|row|run|path|crossing|xing|\
         cove|cv|ridge|rdg|point|broadway|expressway|expy|turnpike|tpke|freeway|fwy|bend|glen|grove|heights|hollow|\
         landing|mews|pass|streets|crescent|cres|center|centre|ctr|walk|esplanade|promenade|wharf|causeway|close").collect()
});

/// Reports whether a word is a kind of street.
pub(super) fn is_street_kind(word: &str) -> bool {
    STREET_KINDS.contains(word)
}

static NUMBERED_ROADS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    items("highway|hwy|route|rte|rt|road|interstate|business|avenue|fm|sr|cr|loop|state").collect()
});

/// Reports whether a word is a road that is named by the number or letter after it.
pub(super) fn is_numbered_road(word: &str) -> bool {
    NUMBERED_ROADS.contains(word)
}

static DIRECTIONS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    items("north|south|east|west|n|s|e|w|ne|nw|se|sw|northeast|northwest|southeast|southwest|no|so")
        .collect()
});

/// Reports whether a word is a point of the compass.
pub(super) fn is_direction(word: &str) -> bool {
    DIRECTIONS.contains(word)
}

static UNITS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    items(
        "apt|apartment|suite|ste|unit|room|rm|lot|bldg|building|floor|fl|#|trlr|spc|penthouse|dept",
    )
    .collect()
});

/// Reports whether a word opens the part of an address within a building.
pub(super) fn opens_unit(word: &str) -> bool {
    UNITS.contains(word)
}

/// Reports whether a word is a state or its two letters; `next` is the word after it.
pub(super) fn state_length(word: &str, next: &str) -> Option<usize> {
    if holds(
        "al|ak|az|ar|ca|co|ct|de|fl|ga|hi|id|il|in|ia|ks|ky|la|me|md|ma|mi|mn|ms|mo|mt|ne|nv|nh|nj|nm|ny|nc|nd|oh|ok|or|\
         pa|ri|sc|sd|tn|tx|ut|vt|va|wa|wv|wi|wy|dc|pr|alabama|alaska|arizona|arkansas|california|colorado|connecticut|\
         delaware|florida|georgia|hawaii|idaho|illinois|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|\
         massachusetts|michigan|minnesota|mississippi|missouri|montana|nebraska|nevada|ohio|oklahoma|oregon|\
         pennsylvania|tennessee|texas|utah|vermont|virginia|washington|wisconsin|wyoming",
        word,
    ) {
        return Some(1);
    }
    let two = match word {
        "new" => "hampshire|jersey|mexico|york",
        "north" | "south" => "carolina|dakota",
        "rhode" => "island",
        "west" => "virginia",
        _ => return None,
    };
    holds(two, next).then_some(2)
}
