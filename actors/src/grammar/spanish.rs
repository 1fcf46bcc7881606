//! Tells a sentence in Spanish, which the rest of the grammar cannot read.
//!
//! Owns the words that give Spanish away. Called by `understand`. Never translates.

use super::tokens::{Kind, Token};

/// Words that are Spanish and neither English nor names.
const STRONG: &str = "hola quiero quisiera necesito puedo puede pueden hacer hago reservar reservacion reservación reserva \
    reservaciones buenas buenos tardes dias días noches cuanto cuánto cuantos cuántos cuesta cuestan cuando cuándo donde \
    dónde como cómo que qué para por favor español espanol hablo hablas habla hablan ingles inglés personas gente \
    adultos niños ninos sabado sábado domingo lunes martes miercoles miércoles jueves viernes mañana manana hoy noche fiesta \
    cumpleaños cumpleanos mi tengo tiene tienen tenemos hay somos seria sería cena comida precio numero número nombre \
    llamo llama gracias usted ustedes alguien entiendo ayuda ayudar cita mesa quien quién porque pero muy tambien también \
    está estoy estan están esta este eso ahora hora horas media casa familia hijo hija esposa esposo quería queria gustaría \
    gustaria dos tres cuatro cinco seis siete ocho nueve diez once doce quince veinte treinta";
/// Words that are Spanish but also English or part of names.
const WEAK: &str =
    "el la los las de del un una y en con a al no me se si sí su es son lo le nos te o";

/// Whether the words are a Spanish sentence: most of them Spanish, and enough of them nothing else.
pub(super) fn is_spanish(tokens: &[Token]) -> bool {
    let is_in = |list: &str, word: &str| list.split_ascii_whitespace().any(|item| item == word);
    let words: Vec<&str> = tokens
        .iter()
        .filter(|token| token.kind == Kind::Word)
        .map(|token| token.word.as_str())
        .collect();
    let strong = words.iter().filter(|word| is_in(STRONG, word)).count();
    let weak = words.iter().filter(|word| is_in(WEAK, word)).count();
    strong >= 2 && (strong + weak) * 2 > words.len()
}
