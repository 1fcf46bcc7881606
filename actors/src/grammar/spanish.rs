//! Tells a sentence in Spanish, which the rest of the grammar cannot read.
//!
//! Owns the words that give Spanish away. Called by `understand`. Never translates.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::tokens::{Kind, Token};

/// Words that are Spanish and neither English nor names.
static STRONG: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "hola quiero quisiera necesito puedo puede pueden hacer hago reservar reservacion reservación reserva \
    reservaciones buenas buenos tardes dias días noches cuanto cuánto cuantos cuántos cuesta cuestan cuando cuándo donde \
    dónde como cómo que qué para por favor español espanol hablo hablas habla hablan ingles inglés personas gente \
    adultos niños ninos sabado sábado domingo lunes martes miercoles miércoles jueves viernes mañana manana hoy noche fiesta \
    cumpleaños cumpleanos mi tengo tiene tienen tenemos hay somos seria sería cena comida precio numero número nombre \
    llamo llama gracias usted ustedes alguien entiendo ayuda ayudar cita mesa quien quién porque pero muy tambien también \
    está estoy estan están esta este eso ahora hora horas media casa familia hijo hija esposa esposo quería queria gustaría \
    gustaria dos tres cuatro cinco seis siete ocho nueve diez once doce quince veinte treinta"
        .split_ascii_whitespace()
        .collect()
});
/// Words that are Spanish but also English or part of names.
static WEAK: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "el la los las de del un una y en con a al no me se si sí su es son lo le nos te o"
        .split_ascii_whitespace()
        .collect()
});

/// Whether the words are a Spanish sentence: most of them Spanish, and enough of them nothing else.
pub(super) fn is_spanish(tokens: &[Token]) -> bool {
    let words: Vec<&str> = tokens
        .iter()
        .filter(|token| token.kind == Kind::Word)
        .map(|token| token.word.as_str())
        .collect();
    let strong = words.iter().filter(|word| STRONG.contains(*word)).count();
    let weak = words.iter().filter(|word| WEAK.contains(*word)).count();
    strong >= 2 && (strong + weak) * 2 > words.len()
}
