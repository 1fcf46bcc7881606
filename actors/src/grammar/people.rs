//! Words for people, and what each says of their number and age.
//!
//! Owns nouns. Called by `party`. Never counts.

/// Whom a noun stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// People of any age.
    Anyone,
    /// Grown-ups.
    Adult,
    /// Children.
    Child,
}

/// A noun that is counted: "four guests", "two kids"; with how many people one of them is.
pub(super) fn counted(word: &str) -> Option<(Who, u32)> {
    Some(match word {
        "people" | "persons" | "person" | "guests" | "guest" | "folks" | "diners" | "diner"
        | "humans" | "individuals" | "individual" | "pax" | "ppl" | "heads" | "attendees"
        | "participants" | "tickets" | "ticket" | "seats" | "covers" | "others" | "friends"
        | "members" | "colleagues" | "cousins" | "siblings" | "associates" | "employees"
        | "clients" | "teammates" | "roommates" | "classmates" | "seater" | "coworkers"
        | "buddies" | "relatives" | "peoples" | "persona" | "invitees" | "bodies" | "total"
        | "invited" | "seat" | "visitors" => (Who::Anyone, 1),
        "adults" | "adult" | "men" | "man" | "women" | "woman" | "ladies" | "lady"
        | "gentlemen" | "guys" | "ups" | "grownups" | "grownup" | "parents" | "brothers"
        | "sisters" | "aunts" | "uncles" | "grandparents" | "seniors" | "oldies" => (Who::Adult, 1),
        "couples" | "couple" => (Who::Adult, 2),
        _ => return child(word).map(|who| (who, 1)),
    })
}

fn child(word: &str) -> Option<Who> {
    matches!(
        word,
        "kids"
            | "kid"
            | "children"
            | "child"
            | "childs"
            | "infants"
            | "infant"
            | "babies"
            | "baby"
            | "toddlers"
            | "toddler"
            | "boys"
            | "boy"
            | "girls"
            | "girl"
            | "sons"
            | "son"
            | "daughters"
            | "daughter"
            | "teens"
            | "teenagers"
            | "teenager"
            | "youngsters"
            | "grandkids"
            | "grandchildren"
            | "grandson"
            | "granddaughter"
            | "littles"
            | "minors"
            | "newborn"
            | "nephews"
            | "nieces"
            | "nephew"
            | "niece"
            | "kiddos"
            | "tots"
    )
    .then_some(Who::Child)
}

/// Someone by their relation to the caller: "my wife"; with how many they are.
pub(super) fn relation(word: &str) -> Option<(Who, u32)> {
    Some(match word {
        "wife" | "husband" | "spouse" | "partner" | "girlfriend" | "boyfriend" | "mom" | "mum"
        | "dad" | "mother" | "father" | "brother" | "sister" | "friend" | "boss" | "colleague"
        | "coworker" | "cousin" | "aunt" | "uncle" | "fiance" | "fiancee" | "fiancé"
        | "fiancée" | "mate" | "date" | "grandma" | "grandpa" | "grandmother" | "grandfather"
        | "neighbor" | "neighbour" | "buddy" | "hubby" | "missus" | "roommate" | "assistant"
        | "client" | "mommy" | "daddy" | "bf" | "gf" => (Who::Adult, 1),
        "parents" | "grandparents" => (Who::Adult, 2),
        "son" | "daughter" | "baby" | "toddler" | "child" | "kid" | "boy" | "girl" | "niece"
        | "nephew" | "grandson" | "granddaughter" | "newborn" | "infant" => (Who::Child, 1),
        _ => return None,
    })
}

/// Words between a number and its noun that do not change what is counted.
pub(super) fn describes(word: &str) -> bool {
    matches!(
        word,
        "small"
            | "little"
            | "young"
            | "younger"
            | "other"
            | "more"
            | "additional"
            | "extra"
            | "adult"
            | "hungry"
            | "of"
            | "my"
            | "our"
            | "the"
            | "these"
            | "those"
            | "his"
            | "her"
            | "old"
            | "older"
            | "grown"
            | "total"
            | "different"
            | "teenage"
            | "elderly"
            | "good"
            | "close"
            | "year"
            | "-"
    )
}
