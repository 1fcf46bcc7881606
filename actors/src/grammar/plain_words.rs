//! Words that are no names, however they stand.
//!
//! Owns the list of plain words of English that callers use. Called by `names`. Never holds names.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Reports whether a word is plain English rather than a name.
pub(super) fn is_plain(word: &str) -> bool {
    let contracted = ["n't", "'re", "'ll", "'ve"]
        .iter()
        .any(|ending| word.ends_with(ending));
    contracted || PLAIN.contains(word)
}

static PLAIN: LazyLock<HashSet<&str>> = LazyLock::new(|| WORDS.split_whitespace().collect());

const WORDS: &str = "\
    a about actually address after afternoon again ago ahead all already alright also am an and another any \
    anybody anyone anything appointment are around as ask at available away back bad be because been before best \
    better between birthday book booked booking both but by bye call called calling can cancel canceled \
    cancelled change check code come coming confirm contact correct cost could date day days details did \
    different dinner do does doing done down each early eight eleven email evening everything exactly find fine \
    first five for forgot four free friend from full get give go going gonna good goodbye got great guess guests \
    guy had happy has have he hello help her here here's hey hi him his hold home hope hotel hour hours how i \
    i'd i'll i'm i've if in info information inside instead interested into is it it's its just kids know last \
    late later leave left less let let's like listed little long look looking love lunch made make making many \
    may maybe me mean menu message middle might mine minute moment month more morning most much must my name \
    name's named names need never new next nice night nine no none noon nope not nothing now number of off oh ok \
    okay on one only open or order other our out outside over own parking party past people per person phone \
    place please possible price probably problem put question quick ready really repeat request reservation \
    rather reserve reserved restaurant right room said same say says second see send service seven several she should \
    sick since sir six so some somebody someone something soon sorry speak speaking spell spelled start stay \
    still stop street such sure table take talk ten than thank thanks that that's the their them then there \
    there's these they thing things think this those three time to today told tomorrow tonight too trying twelve \
    two ugh under unfortunately until up us using very wait want wanted was way we we'd we'll we're we've week \
    well were what what's when where which who whose why will with without wonderful wondering wrong yeah year years yep \
    yes yet you your yours yup zero zip";
