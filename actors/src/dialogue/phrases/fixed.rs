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
/// Asked when the person called did not take the call.
pub const NOBODY_CAME: &str = "I'm sorry, nobody can come to the phone right now. \
     I can book a party for you, or take a message. Which would you like?";
/// Asked for a message.
pub const WHAT_MESSAGE: &str = "What would you like me to pass on?";
/// Said when a message was taken.
pub const MESSAGE_TAKEN: &str =
    "Thank you. I'll pass that on, and somebody will get back to you. Goodbye.";
/// Asked in triage when the reason of the call is not known.
pub const WHAT_ABOUT: &str = "May I ask what your call is about?";
/// Asked in triage when the caller's name is not known.
pub const WHO_IS_CALLING: &str = "And who may I say is calling?";
/// Said when the call cannot go on.
pub const SOMETHING_WRONG: &str =
    "I'm sorry, something went wrong on our side. Please call us again in a moment. Goodbye.";
/// Said to a caller who ends the conversation.
pub const GOODBYE: &str = "Thank you for calling. Goodbye.";
/// Said to a caller who has been silent for too long.
pub const SILENT_GOODBYE: &str =
    "I can't hear anything on the line, so I'll hang up now. Please call again any time. Goodbye.";
/// Said after a read-back that was denied.
pub const WHAT_TO_CHANGE: &str = "All right. What should I change?";
/// Said when an alternative was turned down.
pub const ANOTHER_DAY: &str = "All right. What other day or time would suit you?";
/// Said when the book cannot be reached.
pub const BOOK_CLOSED: &str =
    "I'm sorry, I can't reach our book right now, so nothing is booked yet.";

/// Asked when a booking could not be found by the number that calls.
pub const WHICH_BOOKING: &str = "What name is the booking under, and for which day?";
/// Said when no booking fits.
pub const NOT_FOUND: &str = "I can't find a booking like that.";
/// Said when a booking was not to be cancelled after all.
pub const LEFT_AS_IT_IS: &str =
    "All right, I'll leave it as it is. Thank you for calling. Goodbye.";
/// Said to somebody who wonders whom they talk with.
pub const I_AM_A_MACHINE: &str = "I'm the automated host, and I can book a party for you.";
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
