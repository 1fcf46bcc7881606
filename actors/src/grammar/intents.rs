//! Reads what the caller wants.
//!
//! Owns the order in which wishes outrank each other when several are said. Called by `understand`. The
//! words for business are here; those for talking itself (yes, no, again, goodbye) are in `talk`.

use super::context::Context;
use super::reading::{Intent, Scored};
use super::scope;
use super::talk;
use super::wording::Wording;

/// Reads the intents, likeliest first; `slots` tells whether any slot was found, `contact` whether it was
/// a way to reach the caller.
pub(super) fn read(
    wording: &Wording,
    (slots, contact): (bool, bool),
    context: &Context,
) -> Vec<Scored<Intent>> {
    let mut found = Vec::new();
    add(&mut found, Intent::TalkToHuman, talk::human(wording));
    add(&mut found, Intent::Repeat, talk::repeat(wording));
    add(&mut found, Intent::Goodbye, talk::goodbye(wording, context));
    let answered = contact || context.asked.is_some() && slots;
    if !answered && scope::is_foreign(wording, context) {
        add(&mut found, Intent::OutOfScope, 0.85);
    } else {
        business(&mut found, wording, slots, context);
    }
    add(&mut found, Intent::Deny, talk::deny(wording, context));
    add(&mut found, Intent::Affirm, talk::affirm(wording, context));
    if found.is_empty() && !slots && wording.count() > 0 && !talk::is_small_talk(wording) {
        add(&mut found, Intent::OutOfScope, 0.4);
    }
    keep_one_answer(&mut found);
    found.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
    found
}

/// What is to be left out is a dish: that neither asks for the menu nor takes back a booking, but may change one.
pub(super) fn of_a_dish(found: &mut Vec<Scored<Intent>>, wording: &Wording) {
    let dishes_only = [Intent::AskMenu, Intent::CancelBooking];
    found.retain(|scored| !dishes_only.contains(&scored.value));
    let changes = found
        .iter()
        .any(|scored| scored.value == Intent::ChangeBooking);
    if !changes && wording.any("my booking|my reservation|my party|our booking|our reservation") {
        add(found, Intent::ChangeBooking, 0.85);
    }
}

/// Yes and no in one breath: only the surer of them counts.
fn keep_one_answer(found: &mut Vec<Scored<Intent>>) {
    let sureness = |intent| {
        found
            .iter()
            .find(|scored| scored.value == intent)
            .map(|scored| scored.confidence)
    };
    if let (Some(yes), Some(no)) = (sureness(Intent::Affirm), sureness(Intent::Deny)) {
        let weaker = if no >= yes {
            Intent::Affirm
        } else {
            Intent::Deny
        };
        found.retain(|scored| scored.value != weaker);
    }
}

fn add(found: &mut Vec<Scored<Intent>>, value: Intent, confidence: f32) {
    if confidence > 0.0 {
        found.push(Scored { value, confidence });
    }
}

fn business(found: &mut Vec<Scored<Intent>>, wording: &Wording, slots: bool, context: &Context) {
    let (cancel, change) = (cancel(wording, context), change(wording));
    add(found, Intent::CancelBooking, cancel);
    add(found, Intent::ChangeBooking, change);
    add(found, Intent::AskAvailability, availability(wording, slots));
    add(found, Intent::AskHours, hours(wording));
    // Who changes or cancels a booking speaks of booking without wanting another.
    let altered = cancel.max(change) >= 0.7 && !wording.any("another|new one|a new|as well");
    if !altered {
        add(found, Intent::Book, book(wording, slots));
    }
    add(found, Intent::AskMenu, menu(wording, context));
    add(found, Intent::AskPrice, price(wording));
}

/// Nouns for what is booked.
const BOOKINGS: &str = "reservation|reservations|booking|bookings|appointment|appointments|table|party|event|\
        session|dinner plans|plans|slot|visit|catering";

fn cancel(wording: &Wording, context: &Context) -> f32 {
    let verbs = wording.any(
        "cancel|cancels|cancelled|canceled|cancelling|canceling|cancellation|unreserve|annul|\
        scrap|delete|get rid of|call off|call it off|called off|calling it off|drop|remove|end my|undo|terminate|void|nix|take back",
    );
    let useless = wording.any(
        "no longer need|no longer want|do not need|do not want|not necessary|not needed|\
        not required|is not needed|no longer required|no longer necessary|no longer needed|\
        no need|will not need|changed my mind about|will not be coming|will not be able to come|\
        not going to make|will not be needing|do not require|not be able to make|can not make my|can not make our|forget about|take me off|take us off|are not coming|not coming|will not make|can not come",
    );
    let object = wording.any(BOOKINGS);
    // "We're not going to make it": of the booking itself, unless something was just proposed or another time is.
    let stays_away = wording.any("not going to make it|can not make it anymore|can not make it any more|can not make it after all|call it off|calling it off")
        && context.asked.is_none()
        && !context.confirming
        && !wording.any("how about|what about|instead|change|move|reschedule|can we|could we|at|until|before");
    if stays_away {
        return 0.88;
    }
    match (verbs, useless, object) {
        (true, _, true)
            if !wording.any("cancellation fee|cancellation policy|charge a cancellation") =>
        {
            0.95
        }
        (_, true, true) if !wording.any("outside|inside|a table|new") => 0.85,
        (true, ..)
            if wording.any("cancel|cancellation|cancelled|canceled")
                && !wording.any("cancellation policy|cancellation fee") =>
        {
            0.8
        }
        _ => 0.0,
    }
}

fn change(wording: &Wording) -> f32 {
    const VERBS: &str = "change|changes|changed|modify|amend|amendment|amendments|modification|move|reschedule|\
        rescheduled|rearrange|switch|update|upgrade|rebook|adjust|alter|push back|push|edit|\
        postpone|bring forward|bring my|swap|extend|correct|changing|fix|shorten";
    const OWN: &str = "my reservation|my booking|my table|my stay|my room|my dates|my appointment|a reservation|a booking|the booking|\
        the reservation|the appointment|existing|current booking|reservation i made|\
        booking i made|my event|my party|our reservation|our booking|booked|table booking|\
        room booking|restaurant reservation|reservation|booking|my dinner|my lunch";
    if wording.any("change my mind|changed my mind|change of mind|changed mind") {
        return 0.0;
    }
    if wording.any("change of plans|plans have changed|plans changed") {
        return 0.75;
    }
    if wording.any("reschedule|rebook|postpone") {
        return 0.92;
    }
    if wording
        .any("push it|move it|switch it|bump it|push that|move that|change it|push us|move us")
    {
        return 0.8;
    }
    if wording.any(VERBS) && wording.any(OWN) {
        return 0.92;
    }
    let adds = wording
        .any("add|one more person|more people|fewer people|less people|person less|people less");
    // "It's about a party I booked": it stands already.
    let booked = wording.any(
        "i booked|we booked|have booked|already booked|i reserved|we reserved|i scheduled|we scheduled|i set up|we set up",
    );
    let adding = adds && wording.any("to my|to the booking|to the reservation|to our|less|fewer");
    if adding || adds && booked {
        return 0.85;
    }
    if booked && wording.any("calling about|call about|it is about|question about|regarding") {
        return 0.75;
    }
    if wording.any(VERBS)
        && wording.any(
            "the date|the time|the number of|number of people|number of guests|number of adults|\
        the day",
        )
    {
        return 0.7;
    }
    0.0
}

fn availability(wording: &Wording, slots: bool) -> f32 {
    let crowd = wording.any(
        "how busy|busy|crowded|busiest|crowd|packed|wait time|waiting time|the wait|long wait|\
        table wait|how long is the wait|to be seated|get seated|be seated|get a seat|wait long|\
        long to wait|a line|a seating|have to wait|much to wait|long line|short wait|full after|\
        slammed|how many people will be|wait for a table|the line|is there a wait|a wait|fully booked|booked up|booked out|all booked|are you booked",
    );
    let full =
        wording.any("full") && wording.begins("is|are|will|would|how") && !wording.any("full name");
    // "Is Saturday open?": the day, not the house.
    let day_open = slots
        && wording.begins("is")
        && wording.any("open|free|taken|available")
        && wording.count() <= 6
        && !wording.any("it|there|your|store|place|shop|kitchen|they|restaurant");
    let works_on = wording.any("do you do|you guys do|do you work|you guys work|do you guys work")
        && wording.any(
            "sundays|saturdays|mondays|tuesdays|wednesdays|thursdays|fridays|weekends|weekdays|weeknights|holidays",
        );
    if crowd || full || day_open || works_on {
        return 0.9;
    }
    let free = wording.any(
        "any table|any tables|any availability|availabilities|availability|have a table|\
        tables free|any openings|any opening|any slots|any slot|have anything|have any tables|\
        got anything|got any|have room|any room|are you available|are you free|\
        anything available|something available|still available|is available|anything open|\
        anything free|free table|have open|got open|have free|have available|got available|dates are|have space|do you have the|\
        is there a table|a free table|get a seat|open slot|any free|free slots|free slot|fit us in|fit us|squeeze us|room for|spots left",
    );
    let free = free
        || slots
            && wording
                .any("available|can you do|could you do|any chance|could you come|can you come")
        || wording.any("what dates|what days|which dates|which days|what times|still open");
    let asks = wording.begins(
        "is|are|do|does|got|anything|any|what|when|which|have|can|could|would|will|hi|hello|how",
    ) || wording.any("do you have|is there|are there|are you|any chance");
    let booking =
        wording.any("book|reserve|make a reservation|schedule|appointment|another appointment|try");
    match (free && asks, booking) {
        (true, false) => 0.85,
        (true, true) => 0.5,
        _ => 0.0,
    }
}

fn hours(wording: &Wording) -> f32 {
    let open = wording.any(
        "open|opens|opening|close|closes|closing|closed|business hours|opening hours|your hours|\
        the hours|hours of operation|working hours|business days|what hours|opening times|operating hours|store hours|weekend hours|holiday hours|closing time|opening time|hours at|hours of|what time can i come|what time can we come|how early can i|how early can we|how late can i|hours for|hours are|\
        hours do|hours on|be able to visit",
    );
    let asks = wording.any(
        "what|when|which|are you|are your|how late|how early|do you|is the|what time|tell me|\
        know|until|till|is your",
    );
    let asks = asks || wording.count() <= 4 || wording.any("how early|how late|hours");
    let account = wording.any("open an account|open a|open up a");
    let table = wording.any("anything open|open slot|open table|still open");
    if open && asks && !account && !table {
        0.86
    } else {
        0.0
    }
}

fn book(wording: &Wording, slots: bool) -> f32 {
    const VERBS: &str = "book|booking|reserve|reserved|schedule|scheduling|reserving|rebook|retry";
    const WISHES: &str = "make|get|need|want|like|have|find|can i|set up|set|arrange|looking for|could i|\
        would like|please|needs|wants|wanted|secure|plan|planning|grab|hire|wish|thinking|getting|come out|do you do|let me|let us|i will|we will|should|help me";
    const THINGS: &str = "reservation|reservations|appointment|appointments|table|booking|seating|restaurant|\
        dentist|salon|doctor|catering|cater|caterer|party|parties|birthday|wedding|anniversary|graduation|chef|hibachi|event|tavern|brasserie|steakhouse|\
        dinner|a seat|seats|spot|room|bar|pub|diner|cafe|cafeteria|bistro|hairdresser|stylist|therapist|\
        meeting|slot|visit";
    let past = wording.any(
        "have a booking|have a reservation|my booking|my reservation|i booked|made a reservation|\
        made a booking|have booked|my appointment|have a table|the reservation i|the booking i|\
        the reservation is|the booking is|room booking|table booking|have an appointment",
    );
    let asking = wording.any("how many|reviews|directions|is there parking");
    if wording.any("complaint|my last|our last|last party") {
        return 0.0;
    }
    if past || asking {
        return 0.0;
    }
    if wording.begins(VERBS)
        || wording.order(WISHES, VERBS)
        || wording.any("put me down|put us down|sign me up|sign us up|pencil me in|pencil us in")
        || wording.any("to book|please book|book a|book me|book us|book it|reserve a|i will book|schedule a|schedule an|schedule my")
    {
        return 0.88;
    }
    if wording.order(WISHES, THINGS)
        || wording.any(
            "reservation for|table for|appointment for|a reservation|an appointment|\
        appointment please",
        )
    {
        return 0.8;
    }
    if wording.any(
        "eat out|to eat at|to eat in|want to eat|dine at|dine in|have dinner|have lunch|go eat",
    ) {
        return 0.7;
    }
    let about = wording.any("calling about|calling to book|interested in|inquire about|inquiring about|calling for|looking to|planning a|throwing a|having a");
    if about && wording.any(THINGS) {
        return 0.75;
    }
    let proposes = wording
        .begins("how about|what about|try|let us try|can you try|can you just try|could you try");
    if slots && proposes || wording.begins("how about a table|try") {
        return 0.6;
    }
    let again = wording.any(
        "try again|try it again|try that again|try the|try for|do it again|try to|try one|\
        try making|try a|try that",
    );
    if again { 0.6 } else { 0.0 }
}

fn menu(wording: &Wording, context: &Context) -> f32 {
    let food = wording.any(
        "type of food|kind of food|types of food|kinds of food|what food|food type|food do|\
        food does|type food|the food they serve|menu|menus|vegetarian|vegetarians|vegan|vegans|veggie|veggies|to drink|i drink|kids meals|kids meal|veggie|veggies|something to drink|to drink|i drink|meals|\
        gluten|gluten free|dairy free|halal|kosher|allergy|allergies|allergic|alcohol|alcoholic|\
        liquor|booze|beer|wine|cocktails|a bar|nut free|lactose|dishes|dish|cuisine|serves what|\
        specials|desserts|dessert|meat|seafood|shellfish|ingredients|spicy|kids meal|proteins|\
        protein|drinks|appetizers",
    );
    let serves = wording.any(
        "serve|serves|served|serving|included|comes with|come with|do you bring|do you provide",
    ) && !wording.any("area|areas|cities|towns|location|locations");
    let own = context.vocabulary.in_wording(wording);
    let asks = wording.begins(
        "what|which|do|does|is|are|can|could|and what|will|how|okay|they|type|any|tell|have|\
        the type|hi|hello|whats",
    ) || wording.any(
        "do you|do they|does it|is there|are there|tell me|what is|can i get|do you know|\
        will they|what kind|what type|options",
    );
    let booking = wording.any("book|reserve|reservation|a table");
    match (food || own, serves, asks) {
        (true, _, true) if !booking => 0.86,
        (true, ..) if !booking && wording.count() <= 6 => 0.7,
        (_, true, true) if !booking => 0.75,
        (true, ..) => 0.4,
        _ => 0.0,
    }
}

fn price(wording: &Wording) -> f32 {
    let words = wording.any(
        "price|prices|priced|pricing|pricey|cost|costs|costly|expensive|inexpensive|cheap|\
        cheaper|cheapest|affordable|economical|budget|how much|quote|estimate|fee|fees|charge|charges|\
        admission|rates|rate|a deposit|the deposit|pay extra|extra cost|price range|discount|discounts|\
        minimum|per person|per head|per adult|the damage|set me back|set us back|run me|run us|going rate",
    );
    let amount = wording.any("how much time|how much longer|how much to wait");
    let asks = wording.begins(
        "how|what|is|are|do|does|can|could|and|would|price|prices|any|whats|tell|the price|cost",
    ) || wording.any(
        "how much|tell me|what is|do you know|is it|the price|the cost|can you|a quote|\
        an estimate|price range|what are|what would|know the|is there",
    );
    let booking = wording.any("book a|reserve a|find me|looking for|to book|want something|want a")
        && !wording.says("how much");
    if words && asks && !amount && !booking {
        0.87
    } else {
        0.0
    }
}
