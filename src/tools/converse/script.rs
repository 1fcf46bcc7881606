//! Owns the lines of `maitred converse`: what the caller says in, what is answered and how the call stands out. Called by
//! `main`. A line that begins with `/` is no speech: `/silence`, `/key 5`, `/nobody`, `/person`, `/hang up`.

use super::rehearsal::Rehearsal;
use super::show::standing;
use anyhow::bail;
use std::io::{BufRead, Write};

/// Talks until the call is over or the input ends. With `echo` the caller's lines are written too, as a terminal would have
/// shown them.
pub async fn converse(
    mut rehearsal: Rehearsal,
    input: impl BufRead,
    echo: bool,
    mut output: impl Write,
) -> anyhow::Result<()> {
    tell(&mut rehearsal, &mut output)?;
    for (line, number) in input.lines().zip(1..) {
        let line = line?;
        let line = line.trim();
        if rehearsal.is_over() {
            break;
        }
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if echo {
            writeln!(output, "caller:  {line}")?;
        }
        match line.strip_prefix('/').map(str::trim) {
            None => rehearsal.says(line).await,
            Some("silence") => rehearsal.waits().await,
            Some("nobody") => rehearsal.person_answers(false),
            Some("person") => rehearsal.person_answers(true),
            Some("hang up") => rehearsal.hangs_up().await,
            Some(other) => match key(other) {
                Some(keys) => {
                    for key in keys.chars() {
                        rehearsal.presses(key).await;
                    }
                }
                None => bail!(
                    "line {number}: {line} is none of /silence, /key 5, /nobody, /person, /hang up"
                ),
            },
        }
        tell(&mut rehearsal, &mut output)?;
    }
    Ok(output.flush()?)
}

/// Reads keys of a telephone.
fn key(command: &str) -> Option<String> {
    let keys = command.strip_prefix("key ")?.replace(' ', "");
    let known = |one: char| one.is_ascii_digit() || one == '*' || one == '#';
    (!keys.is_empty() && keys.chars().all(known)).then_some(keys)
}

fn tell(rehearsal: &mut Rehearsal, output: &mut impl Write) -> std::io::Result<()> {
    for line in rehearsal.lines() {
        writeln!(output, "{line}")?;
    }
    for line in standing(rehearsal.state(), rehearsal.now()) {
        writeln!(output, "         {line}")?;
    }
    output.flush()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

    use super::*;
    use crate::config::Config;
    use jiff::Timestamp;
    use maitred_actors::types::PhoneNumber;

    async fn talk(variables: &[(&str, &str)], script: &str) -> anyhow::Result<String> {
        let variables: Vec<(String, String)> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let lookup = |wanted: &str| {
            let found = variables.iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.clone())
        };
        let config = Config::from_env(lookup).unwrap();
        let now = Some("2026-06-04T15:00".parse().unwrap());
        let from = PhoneNumber::parse("+14155550123");
        let rehearsal = Rehearsal::begin(&config, now, from, Timestamp::UNIX_EPOCH).await?;
        let mut output = Vec::new();
        converse(rehearsal, script.as_bytes(), true, &mut output).await?;
        Ok(String::from_utf8(output).unwrap())
    }

    const BOOKS: &str = "# a party\nI'd like to book June twentieth at six pm for twelve people\n\
                         twelve Oak Street nine five one one two\nMaria Delgado\nyes\nnobody hears this\n";

    #[tokio::test]
    async fn a_script_books_and_is_the_same_each_time() {
        let told = talk(&[], BOOKS).await.unwrap();
        for part in [
            "caller:  Maria Delgado",
            "date: 2026-06-20",
            "party_size: 12",
            "phase over, outcome booked",
        ] {
            assert!(told.contains(part), "{part} in\n{told}");
        }
        assert!(!told.contains("nobody hears this"));
        assert_eq!(talk(&[], BOOKS).await.unwrap(), told);
    }

    #[tokio::test]
    async fn silence_keys_and_persons_can_be_played() {
        let person = [("FALLBACK_NUMBER", "+14155550100")];
        let told = talk(&person, "/silence\n/key 0\n").await.unwrap();
        assert!(told.contains("s later: CallerSilent)"), "{told}");
        assert!(told.contains("+14155550100 takes the caller"), "{told}");
        assert!(told.contains("outcome handed_over"), "{told}");
        let told = talk(&[], "hello\n/hang up\n").await.unwrap();
        assert!(told.contains("outcome hung_up"), "{told}");
        let error = talk(&[], "hello\n/dance\n").await.unwrap_err().to_string();
        assert!(error.starts_with("line 2: /dance is none of"), "{error}");
    }
}
