//! Every sentence that Maitred says, short and speakable, each in one place. A question has several wordings, so that nobody
//! hears the same useless question three times.

mod answers;
mod asking;
mod booking;
mod fixed;
mod line;
mod question;
#[cfg(test)]
mod tests;

pub use answers::{area, hours, length, menu, prices, quoted, this_is, wrong_number};
use asking::capitalised;
pub use asking::{
    as_read_back, ask, ask_goal, ask_zip, book_or_message, go_ahead, hour_or_guests, message_from,
    nearest_start, nobody_there, problem, read_message, sorry, still_there, take_your_time,
    what_about, what_else, what_message, what_to_change, which_booking, whisper, who_is_calling,
};
pub use booking::{
    against_the_rules, another_day, booked, booked_first, cancel_this, cancelled, change_what,
    changed, choose, day_is_full, free_days, i_have, offer, openings, read_back, recall, taken,
};
pub use fixed::*;
pub use line::Line;
pub use question::{Asked, Question};
