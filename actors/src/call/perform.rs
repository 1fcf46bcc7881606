//! Owns the way of an effect to whoever carries it out. Called by the `Call` actor after each decision. Never awaits:
//! it starts work and returns; the answer comes back through the journal.

use super::supervisor::SupervisorMsg;
use super::{CallState, Effect};
use crate::booking_desk::{BookQuestion, BookingDeskMsg};
use crate::interpreter::InterpreterMsg;
use crate::phone_line::{Ask, Consultation, PhoneLineMsg, Recording};
use crate::ports::carrier::PartyRef;
use crate::registry::Role;
use crate::types::{CallId, QuestionNo, SipCallId};
use crate::voice::{SpeakerMsg, Words};
use crate::world::World;
use std::sync::Arc;
use std::time::Duration;

/// Starts what an effect asks for.
pub(super) fn perform(world: &World, state: &CallState, effect: Effect) {
    let call = state.call.clone();
    let kind = effect.kind();
    let told = match effect {
        Effect::Answer { question } => with_line(state, |sip| {
            tell_line(
                world,
                PhoneLineMsg::Answer {
                    call: call.clone(),
                    sip,
                    question,
                },
            )
        }),
        Effect::Reattach { question } => state.line.dialog.clone().is_some_and(|dialog| {
            tell_line(
                world,
                PhoneLineMsg::Reattach {
                    call: call.clone(),
                    dialog: Box::new(dialog),
                    question,
                },
            )
        }),
        Effect::Say {
            question,
            text,
            fixed,
        } => tell_mouth(
            world,
            &call,
            SpeakerMsg::Say {
                question,
                words: Words {
                    text,
                    fixed,
                    voice: state.settings.voice.clone(),
                },
            },
        ),
        Effect::BePatient(patience) => {
            let supervisor = Role::CallSupervisor(&call);
            let message = SupervisorMsg::BePatient(patience);
            world.registry.tell(supervisor, message)
        }
        Effect::PauseSpeaking => tell_mouth(world, &call, SpeakerMsg::Pause),
        Effect::ResumeSpeaking => tell_mouth(world, &call, SpeakerMsg::Resume),
        Effect::StopSpeaking { up_to } => tell_mouth(world, &call, SpeakerMsg::Stop { up_to }),
        Effect::Interpret {
            question,
            text,
            nbest,
            context,
        } => world.registry.tell(
            Role::Interpreter,
            InterpreterMsg::Interpret {
                call: call.clone(),
                question,
                text,
                nbest,
                context,
                profile: Arc::clone(&state.settings.profile),
            },
        ),
        Effect::HoldSlot { question, wanted } => {
            ask_book(world, call, question, BookQuestion::Hold(wanted))
        }
        Effect::FindOpenings { question, wanted } => {
            ask_book(world, call, question, BookQuestion::Openings(wanted))
        }
        Effect::FindBookings { question, search } => {
            ask_book(world, call, question, BookQuestion::Find(search))
        }
        Effect::Book {
            question,
            key,
            details,
        } => ask_book(world, call, question, BookQuestion::Book(key, details)),
        Effect::ChangeBooking {
            question,
            key,
            number,
            details,
        } => {
            let change = BookQuestion::Change(key, number, details);
            ask_book(world, call, question, change)
        }
        Effect::CancelBooking {
            question,
            key,
            number,
        } => ask_book(world, call, question, BookQuestion::Cancel(key, number)),
        Effect::Transfer {
            question,
            to,
            party,
        } => {
            let ask = ask(state, question, party);
            tell_line(world, PhoneLineMsg::Transfer { ask, to })
        }
        Effect::Consult {
            question,
            to,
            whisper,
            ring_ms,
            party,
        } => {
            let ask = ask(state, question, party);
            let ring = Duration::from_millis(ring_ms.unsigned_abs());
            let consultation = Consultation {
                to,
                whisper,
                voice: state.settings.voice.clone(),
                ring,
            };
            tell_line(world, PhoneLineMsg::Consult { ask, consultation })
        }
        Effect::StartRecording { question, file } => {
            let ask = ask(state, question, None);
            let wish = Recording::Start(file);
            tell_line(world, PhoneLineMsg::Record { ask, wish })
        }
        Effect::DiscardRecording { question, files } => {
            let ask = ask(state, question, None);
            let wish = Recording::Discard(files);
            tell_line(world, PhoneLineMsg::Record { ask, wish })
        }
        Effect::StopConsult => tell_line(world, PhoneLineMsg::StopConsult(call)),
        Effect::ReadSession { question, session } => tell_line(
            world,
            PhoneLineMsg::ReadSession {
                call,
                question,
                session,
            },
        ),
        Effect::Command {
            question,
            key,
            party,
            command,
        } => {
            let (party, code) = party.unzip();
            let ask = ask(state, question, party);
            tell_line(
                world,
                PhoneLineMsg::Command {
                    ask,
                    code,
                    key,
                    command,
                },
            )
        }
        Effect::HangUp { question } => with_line(state, |sip| {
            tell_line(
                world,
                PhoneLineMsg::HangUp {
                    call: call.clone(),
                    sip,
                    question,
                },
            )
        }),
    };
    if !told {
        tracing::warn!(call.id = %state.call, effect = kind, "nobody there; its deadline will tell");
    }
}

/// Addresses a call for what goes by REST or by SIP.
fn ask(state: &CallState, question: QuestionNo, party: Option<PartyRef>) -> Ask {
    Ask {
        call: state.call.clone(),
        question,
        sip: state
            .line
            .offer
            .as_ref()
            .map(|offer| offer.sip_call_id.clone()),
        party,
    }
}

fn with_line(state: &CallState, tell: impl FnOnce(SipCallId) -> bool) -> bool {
    state
        .line
        .offer
        .as_ref()
        .is_some_and(|offer| tell(offer.sip_call_id.clone()))
}

fn ask_book(world: &World, call: CallId, question: QuestionNo, asked: BookQuestion) -> bool {
    let message = BookingDeskMsg::Ask {
        call,
        question,
        asked: Box::new(asked),
    };
    world.registry.tell(Role::BookingDesk, message)
}

fn tell_line(world: &World, message: PhoneLineMsg) -> bool {
    world.registry.tell(Role::PhoneLine, message)
}

fn tell_mouth(world: &World, call: &CallId, message: SpeakerMsg) -> bool {
    world.registry.tell(
        Role::CallSupervisor(call),
        SupervisorMsg::ToSpeaker(message),
    )
}
