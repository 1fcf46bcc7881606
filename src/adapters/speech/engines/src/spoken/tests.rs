//! Tables of written and spoken forms.

use super::spoken;

fn check(table: &[(&str, &str)]) {
    for (written, expected) in table {
        let said = spoken(written).replace("[A](/ˈA/)", "A");
        assert_eq!(said, *expected, "written: {written}");
    }
}

#[test]
fn times() {
    check(&[
        ("At 6:30.", "At six thirty."),
        ("At 6:30 PM?", "At six thirty P M?"),
        (
            "From 9am to 5:05 p.m. on Monday",
            "From nine A M to five oh five P M on Monday",
        ),
        ("Until 10 p.m.", "Until ten P M."),
        ("7:00 works", "seven o'clock works"),
        ("7:00pm, fine", "seven P M, fine"),
        ("5-7pm", "five to seven P M"),
        ("11:30–2:00", "eleven thirty to two o'clock"),
        ("18:45", "eighteen forty-five"),
    ]);
}

#[test]
fn dates() {
    check(&[
        (
            "Tuesday, November 24, 2026.",
            "Tuesday, November twenty-fourth, twenty twenty-six.",
        ),
        ("Nov. 3rd at 6", "November third at six"),
        ("the 24th of November", "the twenty-fourth of November"),
        ("24 Nov", "the twenty-fourth of November"),
        ("11/24/2026", "November twenty-fourth, twenty twenty-six"),
        ("2026-11-24", "November twenty-fourth, twenty twenty-six"),
        ("May I help 2 people?", "May I help two people?"),
        ("Since 1998.", "Since nineteen ninety-eight."),
        ("the 1990s", "the nineteen nineties"),
        ("on the 22nd", "on the twenty-second"),
    ]);
}

#[test]
fn money_and_measures() {
    check(&[
        ("$45", "forty-five dollars"),
        ("$1.50.", "one dollar and fifty cents."),
        ("$0.99", "ninety-nine cents"),
        (
            "$1,200 deposit",
            "one thousand, two hundred dollars deposit",
        ),
        ("$5k", "five thousand dollars"),
        ("$3 million", "three million dollars"),
        ("$20/person", "twenty dollars per person"),
        ("20% off", "twenty percent off"),
        ("72°F", "seventy-two degrees Fahrenheit"),
        ("30 min. wait", "thirty minutes wait"),
        ("1 hr", "one hour"),
        ("5-10 mins", "five to ten minutes"),
        ("3.5 stars", "three point five stars"),
        ("1/2", "one half"),
        ("24/7", "twenty-four seven"),
        ("#4", "number four"),
    ]);
}

#[test]
fn telephone_numbers() {
    let usual = "four one five, five five five, zero one nine eight";
    check(&[
        ("415-555-0198", usual),
        ("(415) 555-0198", &format!("({usual}")),
        ("4155550198", usual),
        ("415.555.0198", usual),
        ("+1 415 555 0198", &format!("one, {usual}")),
        ("+14155550198", &format!("one, {usual}")),
        (
            "Call 555-0198.",
            "Call five five five, zero one nine eight.",
        ),
        ("ext. 204", "extension two hundred and four"),
    ]);
}

#[test]
fn addresses() {
    check(&[
        (
            "jane.doe99@gmail.com.",
            "jane dot doe nine nine at gmail dot com.",
        ),
        (
            "www.example.com/book",
            "W W W dot example dot com slash book",
        ),
        (
            "420 Elm Dr., please",
            "four hundred and twenty Elm Drive, please",
        ),
        (
            "Dr. Lee on Main St. today",
            "Doctor Lee on Main Street today",
        ),
        ("12 Oak St. Apt. 4", "twelve Oak Street Apartment four"),
        ("St. Mary", "Saint Mary"),
        ("1420 Oak Ave.", "fourteen twenty Oak Avenue."),
        ("94110", "nine four one one zero"),
    ]);
}

#[test]
fn codes() {
    check(&[
        ("MH-4821", "M H, four eight two one"),
        ("7F3K.", "seven F three K."),
        ("Room 12B", "Room twelve B"),
        ("COVID-19", "COVID nineteen"),
        ("483920", "four eight three, nine two zero"),
        ("007", "zero zero seven"),
    ]);
}

#[test]
fn signs_and_short_forms() {
    check(&[
        ("Smith & Sons", "Smith and Sons"),
        ("pickup/delivery w/ tip", "pickup or delivery with tip"),
        ("No.", "No."),
        ("No. 5", "Number five"),
        ("Tue. or Thurs. at noon", "Tuesday or Thursday at noon"),
        ("don’t *worry*", "don't *worry*"),
        ("[A](/x/)", "A ( x )"),
        ("", ""),
    ]);
}

#[test]
fn no_digit_is_left() {
    let odd = "1st 2 3.4.5 6:99 7e8 9-10-11 12th13 $ $x1 1,2,3 4/5/6/7 a1b2c3 ½ 99999999999999999999999 +9 x2";
    let said = spoken(odd);
    assert!(!said.contains(|c: char| c.is_ascii_digit()), "{said}");
}
