//! Every sentence that Maitred says, short and speakable, each in one place. A question has several wordings, so that nobody
//! hears the same useless question three times.

mod answers;
mod asking;
mod booking;
mod fixed;
mod line;

pub use answers::{area, hours, menu, prices, quoted};
use asking::capitalised;
pub use asking::{
    ask, ask_goal, nobody_there, not_known, only_bookings, problem, sorry, still_there, whisper,
};
pub use booking::{
    against_the_rules, booked, cancel_this, cancelled, change_this, changed, choose, openings,
    read_back, recall, taken,
};
pub use fixed::{
    ANOTHER_DAY, BOOK_CLOSED, CUT_OFF, GOODBYE, I_AM_A_MACHINE, KEYS_MEAN_NOTHING, KIND_WORD,
    LEFT_AS_IT_IS, MESSAGE_TAKEN, NOBODY_CAME, NOT_FOUND, NOT_RECORDED, ONE_MOMENT,
    PUTTING_THROUGH, REPLY_WITHOUT_A_VOICE, SILENT_GOODBYE, SOMETHING_WRONG, SPANISH_GOODBYE,
    SPANISH_ONE_MOMENT, STILL_TRYING, TRYING_TO_REACH, VERY_WELL, WHAT_ABOUT, WHAT_MESSAGE,
    WHAT_TO_CHANGE, WHICH_BOOKING, WHO_IS_CALLING, WRONG_KEYS,
};
pub use line::Line;
