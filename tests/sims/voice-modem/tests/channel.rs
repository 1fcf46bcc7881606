//! What the voice path may do to the audio, and which words must survive it.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use proptest::prelude::*;
use voice_modem::{Decoder, Item, decode_all, encode, mulaw};

const PACKET: usize = 160;

fn through_g711(samples: &[i16]) -> Vec<i16> {
    mulaw::decode(&mulaw::encode(samples))
}

/// Noise of a given peak, the same for the same seed.
fn noise(seed: u64, peak: i16, samples: usize) -> Vec<i16> {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as i64
    };
    let peak = i64::from(peak);
    (0..samples)
        .map(|_| (next() % (2 * peak + 1) - peak) as i16)
        .collect()
}

fn words() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[^\\s\\p{C}]{1,12}", 1..12)
}

/// Index of the packet-sized slots, counted from the start of the buffer, that each word lies in.
fn slots(words: &[String], offset: usize) -> Vec<std::ops::RangeInclusive<usize>> {
    let mut from = offset;
    words
        .iter()
        .map(|word| {
            let to = from + encode(word).len();
            let slots = from / PACKET..=(to - 1) / PACKET;
            from = to;
            slots
        })
        .collect()
}

fn is_subsequence(part: &[String], whole: &[String]) -> bool {
    let mut whole = whole.iter();
    part.iter().all(|word| whole.any(|other| other == word))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_words_survive_g711_at_any_offset(words in words(), offset in 0..2000_usize, seed: u64, loud in 1..330_i16) {
        let mut line = vec![0; offset];
        line.extend(encode(&words.join(" ")));
        line.extend([0; 100]);
        for (sample, noise) in line.iter_mut().zip(noise(seed, loud, offset + 60_000)) {
            *sample += noise;
        }
        let (heard, damaged) = decode_all(&through_g711(&line));
        prop_assert_eq!(heard, words);
        prop_assert_eq!(damaged, 0);
    }

    #[test]
    fn pieces_of_any_size_give_the_same_items(words in words(), offset in 0..500_usize, piece in 1..900_usize) {
        let mut line = vec![0; offset];
        line.extend(encode(&words.join(" ")));
        line.extend([0; 1000]);
        let whole = Decoder::new().push(&line);
        let mut decoder = Decoder::new();
        let pieces: Vec<Item> = line.chunks(piece).flat_map(|piece| decoder.push(piece)).collect();
        prop_assert_eq!(whole, pieces);
    }

    #[test]
    fn a_cut_at_the_end_leaves_the_first_words(words in words(), cut in 0.0..1.0_f64) {
        let line = through_g711(&encode(&words.join(" ")));
        let cut = (line.len() as f64 * cut) as usize;
        let (heard, _) = decode_all(&line[..cut]);
        prop_assert!(words.starts_with(&heard), "{:?}", heard);
        let arrived = |slack: usize| {
            let mut to = 0;
            words.iter().take_while(|word| { to += encode(word).len(); to <= cut + slack }).count()
        };
        // The last symbol of a word may be read from a part of it.
        prop_assert!((arrived(0)..=arrived(7)).contains(&heard.len()), "{:?}", heard);
    }

    #[test]
    fn a_cut_at_the_start_leaves_the_last_words(words in words(), cut in 0.0..1.0_f64) {
        let line = through_g711(&encode(&words.join(" ")));
        let cut = (line.len() as f64 * cut) as usize;
        let (heard, _) = decode_all(&line[cut..]);
        prop_assert!(words.ends_with(&heard), "{:?}", heard);
        let arrived = |slack: usize| {
            let mut from = line.len();
            words.iter().rev().take_while(|word| { from -= encode(word).len(); from + slack >= cut }).count()
        };
        prop_assert!((arrived(0)..=arrived(7)).contains(&heard.len()), "{:?}", heard);
    }

    #[test]
    fn lost_packets_cost_only_the_words_they_touch(
        words in words(),
        offset in 0..400_usize,
        losses in prop::collection::btree_set(0..200_usize, 1..4),
        concealment in 0..4_u8,
        seed: u64,
    ) {
        let mut line = vec![0; offset];
        line.extend(encode(&words.join(" ")));
        line.resize(line.len().next_multiple_of(PACKET) + PACKET, 0);
        let count = line.len() / PACKET;
        let lost: std::collections::BTreeSet<usize> = losses.into_iter().map(|n| n % count).collect();
        let mut line = through_g711(&line);
        for &slot in &lost {
            let at = slot * PACKET;
            match concealment {
                0 => line[at..at + PACKET].fill(0),
                1 => line.copy_within(at.saturating_sub(PACKET)..at.max(PACKET), at),
                2 => {
                    line.copy_within(at.saturating_sub(PACKET)..at.max(PACKET), at);
                    line[at..at + PACKET].iter_mut().for_each(|sample| *sample /= 2);
                }
                _ => line[at..at + PACKET].copy_from_slice(&noise(seed ^ slot as u64, 7000, PACKET)),
            }
        }
        let (heard, _) = decode_all(&line);
        prop_assert!(is_subsequence(&heard, &words), "{:?} is not part of {:?}", heard, words);
        let untouched: Vec<String> = words.iter().zip(slots(&words, offset))
            .filter(|(_, slots)| slots.clone().all(|slot| !lost.contains(&slot)))
            .map(|(word, _)| word.clone())
            .collect();
        prop_assert!(is_subsequence(&untouched, &heard), "{:?} lacks some of {:?}", heard, untouched);
    }

    #[test]
    fn a_packet_taken_out_of_the_stream_costs_only_its_words(words in words(), at in 0..100_usize) {
        let mut line = encode(&words.join(" "));
        line.resize(line.len().next_multiple_of(PACKET), 0);
        let slot = at % (line.len() / PACKET);
        let untouched: Vec<String> = words.iter().zip(slots(&words, 0))
            .filter(|(_, slots)| !slots.contains(&slot)).map(|(word, _)| word.clone()).collect();
        line.drain(slot * PACKET..(slot + 1) * PACKET);
        let (heard, _) = decode_all(&through_g711(&line));
        prop_assert!(is_subsequence(&heard, &words) && is_subsequence(&untouched, &heard), "{:?}", heard);
    }

    #[test]
    fn noise_alone_never_gives_a_word(seed: u64, peak in 1..i16::MAX) {
        let (heard, _) = decode_all(&through_g711(&noise(seed, peak, 16_000)));
        prop_assert!(heard.is_empty());
    }
}

#[test]
fn damage_is_counted_once_for_each_stretch() {
    let words = ["first", "second", "third", "fourth"];
    let starts: Vec<usize> = (0..4)
        .map(|n| encode(&words[..n].join(" ")).len())
        .collect();
    let whole = encode(&words.join(" "));
    // In the text of a word, in its pattern, in the pattern of the first, and at the end.
    for at in [starts[1] + 200, starts[1] + 8, 0, whole.len() - 100] {
        let mut line = whole.clone();
        line[at..at + 90].fill(0);
        let (heard, damaged) = decode_all(&line);
        assert_eq!((heard.len(), damaged), (3, 1), "{at}: {heard:?}");
    }
}

#[test]
fn carrier_has_the_bounds_of_the_speech() {
    for offset in [0, 1, 37, 160, 1003] {
        let speech = encode("hello there");
        let mut line = vec![0; offset];
        line.extend(&speech);
        line.extend([0; 480]);
        let items = Decoder::new().push(&through_g711(&line));
        let from = offset as u64;
        let to = from + speech.len() as u64;
        assert_eq!(
            items.first().unwrap(),
            &Item::CarrierStarted { at_sample: from }
        );
        assert_eq!(items.last().unwrap(), &Item::CarrierEnded { at_sample: to });
        let Some(Item::Word { from_sample, .. }) = items.get(1) else {
            unreachable!("{items:?}")
        };
        assert_eq!(*from_sample, from);
        let Some(Item::Word { to_sample, .. }) = items.get(2) else {
            unreachable!("{items:?}")
        };
        assert_eq!(*to_sample, to);
        assert_eq!(items.len(), 4);
    }
}

#[test]
fn two_lost_packets_do_not_split_an_utterance_but_a_pause_does() {
    let speech = encode("one");
    for (pause, carriers) in [(320, 1), (480, 2)] {
        let line = [&speech[..], &vec![0; pause], &speech, &[0; 480]].concat();
        let items = Decoder::new().push(&line);
        let started = items
            .iter()
            .filter(|item| matches!(item, Item::CarrierStarted { .. }))
            .count();
        assert_eq!(started, carriers, "{pause}: {items:?}");
    }
}

#[test]
fn silence_clicks_and_comfort_noise_are_no_carrier() {
    // A peak of 180 is -50 dBFS for evenly spread noise, and 1000 is -35 dBFS.
    for peak in [0, 8, 180, 1000] {
        assert_eq!(
            Decoder::new().push(&through_g711(&noise(5, peak, 80_000))),
            [],
            "{peak}"
        );
    }
    let mut click = vec![0; 8000];
    click[400] = i16::MAX;
    click[4000..4016].fill(i16::MIN);
    assert_eq!(Decoder::new().push(&click), []);
}

#[test]
fn speech_sits_at_the_level_of_speech() {
    let audio = encode("level");
    let square: f64 = audio
        .iter()
        .map(|&sample| (f64::from(sample) / 32_768.0).powi(2))
        .sum();
    let dbfs = 10.0 * (square / audio.len() as f64).log10();
    assert!((-18.5..-17.5).contains(&dbfs), "{dbfs}");
}

#[test]
fn a_sentence_of_sixty_characters_lasts_about_half_a_second() {
    let text = "I would like to book a table for four on Saturday at seven pm";
    let seconds = encode(text).len() as f64 / f64::from(voice_modem::SAMPLE_RATE);
    assert!((0.4..0.8).contains(&seconds), "{seconds}");
}

#[test]
fn a_very_long_word_travels_in_pieces() {
    let word = "é".repeat(300);
    let (heard, damaged) = decode_all(&encode(&word));
    assert_eq!((heard.concat(), damaged), (word, 0));
    assert_eq!(heard.len(), 3);
}

#[test]
fn text_without_words_is_silent() {
    assert_eq!(encode(" \n\t "), [] as [i16; 0]);
}
