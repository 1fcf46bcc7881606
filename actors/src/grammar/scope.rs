//! Tells requests that are none of a business's that takes bookings.
//!
//! Owns the topics that people ask of machines and banks. Called by `intents`. Never overrules a word of
//! the business's own vocabulary.

use super::context::Context;
use super::wording::Wording;

/// Topics that are another's business whatever is said of them.
const TOPICS: &str = "weather|rain|raining|snowing|umbrella|how tall|how far|forecast|temperature|snow|blizzard|storm|humidity|sunny|playlist|song|songs|\
        album|tune|soundtrack|spotify|itunes|youtube|netflix|radio|podcast|music|lyrics|artist|\
        track|alarm|alarms|timer|stopwatch|reminder|remind me|to do list|shopping list|\
        grocery list|a list|my list|news|headlines|stock|stocks|share price|stock market|bond|\
        bonds|treasury|exchange rate|currency|dollar rate|liquidity|net income|price index|cpi|\
        debt to income|income ratio|credit score|credit card|credit limit|credit|debit card|\
        my card|card was|bank|bank account|my account|account|transaction|transactions|\
        statement|routing number|interest rate|apr|loan|mortgage|insurance|tax return|taxes due|\
        pin|pin number|unauthorized|dispute|fraud|fraudulent|stolen|bill|bills|min payment|\
        minimum payment|payday|salary|paycheck|pto|vacation days|days off|w2|401k|rollover|\
        safe deposit|oil change|oil|tire|tires|gas|gas station|mpg|fuel|mileage|car|jump start|\
        lights|light|thermostat|vacuum|plug|speaker|volume|mute|socket|smart home|recipe|\
        how do you prepare|cook time|bake time|ingredient substitute|calories|nutrition|\
        translate|spanish for|definition|define|meaning of|spell|population|who is the|\
        who invented|when did|president|election|olympic|football|baseball|score|game|games|\
        movie|movies|film|book review|textbook|novel|rate this|stars|out of 6|chapter|series|\
        joke|flip a coin|roll a dice|meeting|calendar|email|emails|tweet|twitter|facebook|post my|post a|\
        contacts|text message|my phone|find my phone|location|directions|traffic on|traffic|\
        train|bus|flight|flights|airport|plane|uber|taxi|cab|rental car|visa|passport|luggage|\
        place to stay|plug type|time zone|timezone|gallons|kilos|milliliters|convert|\
        pounds|miles|homework|lesson|lawyer|lawyers|medicine|consumer|online banking|mobile app|\
        the app|password|log in|login|square root|divided by|how old|television|screenplay|\
        picture|photo|photograph|video game|show schedule|movie schedule|showtimes|\
        television show|trailer|reviews|review|microsoft|purchase|charged twice|billed twice|\
        application|refund|package|order status|shipping|delivery status|yield|retirement|\
        financial|business loan|my business|camera|meditation|workout|exercise|spelling|\
        dictionary|math|equation|nearest|near me";

/// Words that show a wish for our own trade, in which such topics may occur.
const OURS: &str = "reservation|reservations|a table|table for|appointment|book a|book the|book at|book me|\
        book us|catering|hibachi|menu|restaurant|restaurants|booking|your prices|reserve|\
        eat out|dinner|lunch|tickets|ticket|price range|open on|are you open|branch|branches|\
        be open|days are|business days|book in|book for";

/// Whether an utterance asks for something that is not ours to give.
pub(super) fn is_foreign(wording: &Wording, context: &Context) -> bool {
    if wording.count() < 3 && !wording.any("play") {
        return false;
    }
    if context.vocabulary.in_wording(wording) {
        return false;
    }
    let commands = wording.begins(
        "play|turn on|turn off|switch on|switch off|add|rate|please play|alexa|set an alarm|\
        set my|open the|close the|i want to hear|i want to listen|put on|give|start the|\
        please rate|please set|remind|shuffle|dim|brighten|wake me|call|text|send|find a game|\
        use|how do i|how do you|how to|who is|who was|who|where is|why",
    ) && !wording.any(
        "call it off|call off|call the whole thing off|add one|add two|add 1|add 2|add more|give me a|how do you do|call me|use my|use the|\
        add another|who am i|how do i get there",
    );
    let ours = wording.any(OURS);
    let topic = wording.any(TOPICS);
    (topic || commands) && !ours
        || topic
            && wording.any("rental car|meeting with|place to stay|good reviews")
            && !wording.any("restaurant|table")
}
