//! Reads talk about the talk: yes, no, again, goodbye, a person please.
//!
//! Owns those words. Called by `intents`. Never knows the business.

use super::context::Context;
use super::wording::Wording;

/// How sure it is that the caller wants a person.
pub(super) fn human(wording: &Wording) -> f32 {
    const REACH: &str = "speak|talk|connect me|transfer me|put me on|hand me|transfer|put me through|pass me|hand|chat|get me|\
        give me|reach|speaking|talking|want|need|let me|is there|put";
    const SOMEONE: &str = "human|humans|person|someone|somebody|agent|agents|representative|manager|operator|owner|\
        staff|supervisor|anyone|receptionist|real people|actual people|employee|assistant|\
        human being|advisor|host|chef|boss|rep|the restaurant|your team|a live|colleague|customer service|someone else|anybody";
    let contact = wording.any(
        "speak to|speak with|talk to|talk with|speaking to|speaking with|chat with|\
        put me through|pass me|connect me|transfer me|put me on|hand me|get me|give me|hand over|\
        a conversation over|here to talk|there to talk|call me back",
    );
    if wording.any(
        "talk to you later|talk to you soon|to talk to you|talk to you again|spoke to|\
        nice talking|nice speaking",
    ) && !wording.any("human|real person")
    {
        return 0.0;
    }
    if contact && wording.any(SOMEONE) && wording.order(REACH, SOMEONE) {
        let counted = wording.any("1 person|one person|per person|table for");
        return if counted { 0.0 } else { 0.96 };
    }
    if wording.any(
        "real person|real human|actual person|actual human|human being|live person|live agent|\
        human agent|service agent|customer service|non robotic|want human|want a human|\
        human please|operator|representative|normal person|speak to the manager",
    ) {
        return 0.95;
    }
    let calls_back = wording.any("call me|give me a call|get back to me|ring me|phone me")
        && wording.any(
            "someone|somebody|anyone|anybody|the owner|the manager|the chef|a manager|him|her|them",
        );
    if calls_back || wording.any("a call back|a callback|get a call|request a call") {
        return 0.9;
    }
    let named = wording.any("speak to|speak with|talk to|talk with")
        && !wording.any("to you|with you")
        && wording.count() <= 8;
    if named {
        return 0.85;
    }
    // What only a person can help with: a grievance, or another language.
    if wording.any("complaint|complain|money back|never showed|did not show up|habla|hablas|hablan|hablo|espanol|español|speak spanish") {
        return 0.8;
    }
    let machine = wording.any("bot|robot|machine|computer|automated|recording");
    let dislike = wording.any(
        "stupid|hate|do not want|not comfortable|do not feel comfortable|talking to a|wasting|\
        talk to a|with a|is this a|are you a",
    );
    let short = wording.count() <= 6
        && wording.any(
            "human|agent|representative|operator|manager|supervisor|want a person|need a person|\
            anyone there|anybody there|call me back",
        )
        && !wording.any("how many|per person|travel agent");
    if short {
        return 0.85;
    }
    let alone =
        wording.is("human|agent|person|manager|a human|a person|someone else|somebody else");
    if alone || (machine && dislike) {
        0.9
    } else {
        0.0
    }
}

/// How sure it is that the caller wants to hear the last thing again.
pub(super) fn repeat(wording: &Wording) -> f32 {
    if wording.any("repeat|repeated|rephrase|slow down|slower|speak up|louder|breaking up|cutting out|cut out|once more") {
        return 0.95;
    }
    if wording.any(
        "say that again|say it again|say again|come again|one more time|ask me that again|\
        ask that again|say that one more time|run that by me|did not hear|did not catch|\
        did not get that|did not understand|what did you say|what did you just|you just said|\
        just said again|tell me again|tell me that again|what was that|another time please|\
        question again|what question did you|you said again|could not hear|can not hear you|\
        missed what you said|missed that|say what again|know again|hear that again|\
        the last thing|beg your pardon|go over that|what was the question|hear it again|\
        pardon me|what you said|what you just said|you lost me|explain again",
    ) && !wording.any("book|reservation|try")
    {
        return 0.92;
    }
    if wording.begins("sorry what|sorry can you|sorry could you") && wording.count() <= 7 {
        return 0.75;
    }
    if wording.is(
        "what|pardon|sorry|sorry what|huh|excuse me|say what|eh|come again|again|again please|\
        what is that|i am sorry what",
    ) {
        return 0.85;
    }
    0.0
}

const BYE: &str = "bye|goodbye|good bye|byebye|bye bye|buhbye|see you|see ya|cya|adios|farewell|so long|\
    take care|talk to you later|talk to you soon|take it easy|catch you later|talk soon|\
    talk later|ciao|cheerio|have a good|have a great|have a nice|have a wonderful|\
    have a lovely|have an awesome|have a blessed|good night|goodnight|until next time|\
    peace out|hang up|sayonara|au revoir|hasta la vista|speak soon|talk again|nice talking|\
    nice to talk|good talk|nice talk|great chat|nice chat|good chat|great talking|\
    good talking|thanks for talking|thanks for the chat|enjoy your day|see you later|ta ta|\
    end the call|enjoyed talking|great to talk|got to talk to you|good to talk|\
    nice speaking|pleasure talking|nice meeting|bye now|byee|byeee|adieu|was nice chatting|\
    love talking|loved talking|loved speaking|chat later|i am off|must go|got to go|\
    have to go";
const DONE: &str = "that is all|that is it|that will be all|that would be all|that is everything|\
    that will do|all i need|all i needed|all i want|all i wanted|all set|nothing else|\
    no further|that was all|that is what i needed|that does it|all for now|all for today|\
    i am good|i am done|we are done|everything i need|everything i needed|i have everything|\
    will be all|it for now|no more|for the moment|what i needed|stop now|i got what i|\
    need anything else|all the help|need nothing";

/// How sure it is that the caller ends the call.
pub(super) fn goodbye(wording: &Wording, context: &Context) -> f32 {
    let company =
        wording.any("talk|talking|speak|speaking|chat|chatting|conversation|touch|meeting");
    let pleasant = wording
        .any("nice|good|great|glad|enjoyable|pleasant|lovely|enjoyed|pleasure|fun|love|loved");
    if company
        && pleasant
        && wording.any("you|chatting|conversation|touch|talking|chat")
        && wording.count() <= 10
        && !wording.any("want|need|can|let me|like to|book")
    {
        return 0.9;
    }
    if wording.is("later|stop|stop it|peace|regards|good day|nice day|great day|my pleasure|i am out of here|good evening|see you|we are done")
        || wording.any("leaving now|done with this|done here|good day to you|end this call|close this|you can go now|farewell")
    {
        return 0.88;
    }
    if wording.any(BYE)
        && !wording.any("have a good reputation|have a good review|have a good reviews")
    {
        return 0.93;
    }
    let thanks = wording.any(
        "thanks|thank you|thank|appreciate|appreciated|cheers|obliged|grateful|thankful|\
        nice of you|kind of you",
    );
    let done = wording.any(DONE);
    let refuses = wording.begins("no|nope|nothing|not");
    if thanks && done {
        return if refuses { 0.84 } else { 0.9 };
    }
    if done
        && !context.confirming
        && wording.any(
            "that is all|that is everything|that will be all|all i need|all i needed|all set|\
        that will do|everything i need|it for now|all for now",
        )
    {
        return if refuses || wording.begins("yes|okay") {
            0.6
        } else {
            0.8
        };
    }
    let hearty = wording.any(
        "help|helping|assistance|so much|very much|a lot|a ton|a bunch|much|again|everything|all",
    );
    let agrees = wording.begins("yes|yeah|yep|yup|sure|correct|right|please");
    if thanks && hearty && !refuses && !agrees && !context.confirming {
        return 0.85;
    }
    if thanks
        && !refuses
        && !agrees
        && !context.confirming
        && wording.count() <= 5
        && !wording.begins("okay")
    {
        return 0.7;
    }
    if thanks && hearty && !refuses && !agrees {
        return 0.55;
    }
    0.0
}

const YES: &str = "yes|yeah|yep|yup|yah|yess|yeap|yay|aye|uhhuh|uh huh|mhm|mhmm|mm hmm|mmhmm|sure|surely|okay|\
    alright|all right|absolutely|definitely|certainly|correct|right|exactly|precisely|indeed|of course|affirmative|\
    true|perfect|great|good|fine|cool|awesome|excellent|wonderful|lovely|ideal|yessir|totally|please do|go ahead|\
    i accept|i agree|agreed|amazing|nice|positive|for sure|si|confirmed|confirm|approved|by all means|\
    why not|very well|got it|super|fantastic|brilliant|it sure|you bet|you got it|no problem|\
    no worries|not bad|ja|oui|roger|yes please";
const YES_FIRST: &str = "yes|yeah|yep|yup|yeap|sure|correct|absolutely|certainly|definitely|of course|exactly|\
    uhhuh|uh huh|mhmm|mhm|mm hmm|right|okay|alright|yess|no problem|no worries";
const LINKS: &str =
    "is|are|was|be|sound|sounds|sounded|seems|appears|look|looks|looking|works|all|it";
const ADVERBS: &str = "very|much|totally|so|just|absolutely|completely|really|about|all|quite|exactly|pretty|too|\
    perfectly|actually|definitely|certainly|a|an|the|indeed|super|also|most|as|well|entirely|almost";
const GOOD: &str = "good|great|fine|perfect|right|correct|okay|alright|wonderful|awesome|amazing|lovely|excellent|\
    fantastic|nice|cool|true|accurate|confirmed|acceptable|ideal|super|brilliant|truth|reasonable|agreeable|delightful|\
    swell|fabulous|terrific|yes";
const BAD: &str = "wrong|false|incorrect|untrue|inaccurate|bad|terrible|awful|no|not|mistaken|lie|negative|horrible";

const EXCEPT: &str = "except|but|however|actually|other than|apart from|only thing";

/// How sure it is that the caller says yes.
pub(super) fn affirm(wording: &Wording, context: &Context) -> f32 {
    let sure: f32 = if context.confirming { 0.9 } else { 0.82 };
    let begins = |words: &str| {
        wording.begins(words) || wording.begins_after("oh|well|um|hi|hey|again|ah|ohh|hmm", words)
    };
    let lost = wording.says("what") && wording.count() <= 3;
    if begins(YES_FIRST) && !lost && !wording.begins("right now|right after|right before") {
        // "Yes, except the time": not yes enough to act on.
        if context.confirming && wording.any(EXCEPT) {
            return 0.5;
        }
        let softened =
            wording.any("but no|not") && !wording.any("why not|not a problem|if not|not sure");
        return if softened { 0.5 } else { sure };
    }
    let agrees = wording.calls(LINKS, ADVERBS, GOOD)
        || wording.any(
            "works for me|work for me|that works|will work|would work|go ahead|please do|let us do|do that|do it|\
            i would like that|i would love|i confirm|i agree|i accept|what i wanted|what i want|what i said|\
            what i am requesting|makes sense|that is it|go for it|looks good|will do|you are right|have it right|\
            got it right|you got it|is the one|i like that|i like it|sounds like|i guess|think so|believe so|do please|\
            with me|good to me|fine with|okay with|good with|happy with|why not|is so|i am sure|i am in|i can do that|suits me|affirmative|yes|exactly it|\
            true statement|a fact|try it",
        );
    let asks = wording.begins(
        "can|could|would|will|is|are|do you|does|what|how|when|where|which|who|may i|should",
    );
    let agrees = agrees && !asks && !wording.any("if that works|see if");
    let negated = wording.any("not|no|never|wrong|incorrect|false|neither|nor|nope")
        && !wording.begins("not bad|why not");
    if agrees && !negated {
        return sure - 0.04;
    }
    if begins(YES)
        && !wording.begins("good friday|right now|good morning|good afternoon|good evening")
        && !negated
        || wording.is("please|it is|i do|i am|really|done")
    {
        let short = wording.count() <= 4;
        return if short || context.confirming {
            sure - 0.06
        } else {
            0.6
        };
    }
    0.0
}

const NO: &str = "no|nope|nop|nopes|nah|naw|not|never|nothing|neither|negative|negatory|incorrect|wrong|false|nay|none|\
    no way|untrue|hell no|heck no|hell nah|noo|nooo|decline|absolutely not|definitely not|of course not|certainly not|\
    i am afraid not|thanks but no|no thanks|nothanks";

/// How sure it is that the caller says no.
pub(super) fn deny(wording: &Wording, context: &Context) -> f32 {
    let sure: f32 = if context.confirming { 0.92 } else { 0.86 };
    if wording.begins(
        "no problem|no worries|not a problem|not bad|no doubt|no more than|no later|no earlier|no kids|no children|no allergies|not more than",
    ) {
        return 0.0;
    }
    if wording.begins(NO)
        || wording.begins_after(
            "oh|sorry|actually|wait|well|please|um|uh|hmm|sadly|unfortunately|what|yeah|hey|ah",
            NO,
        )
    {
        return sure;
    }
    if context.confirming
        && wording.any(EXCEPT)
        && !wording.any("but yes|but that is fine|but okay")
    {
        return 0.75;
    }
    if context.confirming
        && wording.begins("wait|almost|not quite|close|hold on|one correction")
        && wording.count() > 2
    {
        return 0.75;
    }
    let denies = wording.is("do not|do not do that|i do not")
        || wording.calls(LINKS, ADVERBS, BAD)
        || wording.any(
            "not true|not it|not what i|do not want|do not like|do not think so|i do not|please do not|no thanks|\
            no thank you|not correct|not interested|rather not|would not|a no|a negative|not right|not the right|\
            not for me|can not make|can not do|can not be|will not work|does not work|never mind|nevermind|not quite|\
            that was wrong|false statement|wrong answer|seems not|think not|still do not|not going to|not a good|\
            not at all|not sure|not really|not good|not accurate|not a fact|a lie|not okay|out of the question|not agree|\
            disagree|not yet|not now|incorrect|inaccurate|i refuse|untrue|false|will not",
        );
    if denies && !wording.begins("yes|yeah|yep|yup|sure") {
        return sure - 0.06;
    }
    0.0
}

/// A greeting or the like, which asks for nothing.
pub(super) fn is_small_talk(wording: &Wording) -> bool {
    let greets = "hi|hello|hey|good morning|good afternoon|good evening|thanks|thank you|sorry";
    let waits = "hold on|one moment|one second|one minute|just a second|just a minute|just a moment|wait|let me|give me a|hang on";
    wording.count() <= 4 && wording.begins(greets) || wording.count() <= 8 && wording.begins(waits)
}
