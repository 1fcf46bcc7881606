//! Owns the sentences that are the same in every call. Called by the policy and by `decide`.

/// Said to a caller who presses keys where they answer nothing.
pub const KEYS_MEAN_NOTHING: &str = "Please tell me in words, or press zero for a person.";
/// Said when the keys that were pressed are no answer.
pub const WRONG_KEYS: &str = "I can't use that number.";
/// Said while the caller waits for us.
pub const ONE_MOMENT: &str = "One moment, please.";
/// Said before the caller is sent to a person.
pub const PUTTING_THROUGH: &str = "One moment, I'll put you through.";
/// Said while a person is called for the caller.
pub const TRYING_TO_REACH: &str = "One moment, please. I'll try to reach someone for you.";
/// Said now and then while that goes on.
pub const STILL_TRYING: &str = "I'm still trying to reach someone. Thank you for your patience.";
/// Said when the caller heard nothing for a while, before the last words are repeated.
pub const CUT_OFF: &str = "I'm sorry, we were cut off for a moment.";
/// Spoken by RingCentral to a caller when no voice of ours works.
pub const REPLY_WITHOUT_A_VOICE: &str =
    "We are sorry, we cannot take your call right now. We will call you back as soon as we can.";
/// Said when a message was taken.
pub const MESSAGE_TAKEN: &str =
    "Thank you. I'll pass that on, and somebody will get back to you. Goodbye.";
/// Said when the call cannot go on.
pub const SOMETHING_WRONG: &str =
    "I'm sorry, something went wrong on our side. Please call us again in a moment. Goodbye.";
/// Said to a caller who ends the conversation.
pub const GOODBYE: &str = "Thank you for calling. Goodbye.";
/// Said to a caller who has been silent for too long.
pub const SILENT_GOODBYE: &str =
    "I can't hear anything on the line, so I'll hang up now. Please call again any time. Goodbye.";
/// Said to a caller whose party is too far away.
pub const TOO_FAR: &str =
    "I'm sorry that we can't cook for you there. Thank you for calling. Goodbye.";
/// Said when the book cannot be reached.
pub const BOOK_CLOSED: &str =
    "I'm sorry, I can't reach our book right now, so nothing is booked yet.";

/// Said when no booking fits.
pub const NOT_FOUND: &str = "I can't find a booking like that.";
/// Said when a booking was not to be cancelled after all.
pub const LEFT_AS_IT_IS: &str =
    "All right, I'll leave it as it is. Thank you for calling. Goodbye.";
/// Said to somebody who wonders whom they talk with.
pub const I_AM_A_MACHINE: &str = "I'm the automated host, and I can book a party for you.";
/// Said to somebody who wonders whether there is anybody.
pub const I_AM_HERE: &str = "Yes, I can hear you.";
/// Said to somebody who asks out of politeness.
pub const VERY_WELL: &str = "Very well, thank you for asking.";
/// Said to a caller who does not want to be recorded.
pub const NOT_RECORDED: &str = "All right, I won't keep a recording of this call.";
/// Said to a caller in anger.
pub const KIND_WORD: &str = "I'm sorry for the trouble. I'd like to help.";
/// Said to a caller who speaks Spanish.
pub const SPANISH_ONE_MOMENT: &str = "Un momento, por favor. Le comunico con una persona.";
/// Said to a caller who speaks Spanish when nobody can be reached.
pub const SPANISH_GOODBYE: &str =
    "Lo siento, ahora no hay nadie. Le llamaremos pronto. Gracias por llamar. Adiós.";
/// Said when the person called did not take the call.
pub const NOBODY_CAME: &str = "I'm sorry, nobody can come to the phone right now.";
/// Said when there is nobody to call.
pub const NOBODY_THERE: &str = "I'm sorry, nobody can take your call right now.";
/// Said when a conversation has become too long and there is nobody to call.
pub const NOT_FINISHED: &str =
    "I'm sorry, I can't finish this with you, and nobody can take your call right now.";
/// Said when the book did not answer to what was confirmed.
pub const BOOK_UNSURE: &str =
    "I'm sorry, our book did not answer, so I can't tell yet whether that is done.";
/// Said to a caller who calls off what was not committed yet.
pub const NOTHING_BOOKED: &str = "All right, nothing is booked.";
/// Said when no day of a stretch is free.
pub const NOTHING_FREE: &str = "I'm sorry, I have nothing free then.";
/// Said to a caller who wants what is none of ours.
pub const ONLY_BOOKINGS: &str =
    "I can't help with that on the phone yet, but I can take a booking.";
/// Said to somebody who advertises something, the first time.
pub const NOT_INTERESTED: &str = "Thank you, but this line is for bookings of parties only.";
/// Said to somebody who goes on advertising.
pub const PITCH_GOODBYE: &str = "We are not interested, thank you. Goodbye.";
/// Said to a caller whose question the profile does not answer.
pub const NOT_KNOWN: &str = "I'm sorry, I don't know that. You can ask for a person, or leave a message and be called back.";
