//! Owns in what light the caller's next words are read, and how long they are waited for. Called by `decide` before a turn.

use super::conversation::Dialogue;
use super::stage::Stage;
use crate::grammar::{Context, Slot, Standing, Vocabulary};
use crate::ports::hearing::Patience;
use crate::types::{Dish, Profile};
use jiff::civil::DateTime;

impl Dialogue {
    /// Tells in what light the caller's next words are to be read.
    pub fn context(&self, now: DateTime) -> Context {
        let mut context = Context::new(now).open(self.settings.opens, self.settings.closes);
        context.vocabulary = vocabulary(&self.settings.profile);
        context.verbatim = self.wants_the_words();
        context.standing = Standing {
            day: self.slots.date,
            start: self.slots.time,
            guests: self.slots.party_size,
            children: self.slots.children,
        };
        match &self.stage {
            Stage::Greeted
            | Stage::Changing
            | Stage::Reason
            | Stage::NobodyCame
            | Stage::HourOrGuests(_)
            | Stage::Finding
            | Stage::Choosing(_)
            | Stage::Message => context,
            Stage::MessageFrom(slot) => context.asking(*slot),
            Stage::MessageConfirming => context.confirming(),
            Stage::Recalling(_) => context.asking(Slot::Name).confirming(),
            Stage::Cancelling(_) => context.confirming(),
            Stage::CallersName => context.asking(Slot::Name),
            Stage::Asking(slot) => context.asking(*slot),
            Stage::Offering(offers) if offers.len() == 1 => context.asking(Slot::Time).confirming(),
            Stage::Nearest(_) => context.asking(Slot::Time).confirming(),
            Stage::Offering(_) => context.asking(Slot::Time),
            Stage::Confirming(_) => context.confirming(),
        }
    }

    /// Tells how long the answer to what was asked may take: who looks for a number, or dictates, needs time.
    pub fn patience(&self) -> Patience {
        if self.begged_for_time {
            return Patience::Long;
        }
        match self.stage {
            Stage::Asking(Slot::Name) | Stage::MessageFrom(Slot::Name) | Stage::CallersName => {
                Patience::Name
            }
            Stage::Asking(Slot::Phone) | Stage::MessageFrom(Slot::Phone) => Patience::Number,
            Stage::Asking(Slot::Address) => self.patience_for_a_place(),
            Stage::Asking(Slot::Email) | Stage::Finding | Stage::Message => Patience::Long,
            _ => Patience::Usual,
        }
    }

    fn patience_for_a_place(&self) -> Patience {
        let place = &self.slots.place;
        let street = self.settings.profile.area.asks_address && place.address.is_none();
        match (street, place.zip.is_none()) {
            (true, true) => Patience::Address,
            (true, false) => Patience::Street,
            (false, _) => Patience::Zip,
        }
    }
}

/// Gives the business's own words as the grammar wants them.
fn vocabulary(profile: &Profile) -> Vocabulary {
    let names = |dishes: &[Dish]| {
        let named =
            |dish: &Dish| std::iter::once(dish.name.to_lowercase()).chain(dish.words.clone());
        dishes.iter().flat_map(named).collect()
    };
    Vocabulary {
        proteins: names(&profile.menu.proteins),
        upgrades: names(&profile.menu.upgrades),
        dietary: profile.vocabulary.dietary.clone(),
        occasions: profile.vocabulary.occasions.clone(),
        other: profile.vocabulary.other.clone(),
    }
}
