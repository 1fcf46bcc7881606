//! Owns the reading of a file that an owner edits: whole, as text, or with the reason why not. Called at start and while
//! the server runs. Never waits on anything that is not a file, and never reads more than such a file can hold.

use super::FileProblem;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// Largest file that is read, in bytes: many times what anybody writes by hand.
const BYTES_MAX: u64 = 256 * 1024;
/// What some editors put before the first letter.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Reads a file as text, without the mark that some editors begin with.
pub(in crate::config) fn read(path: &Path) -> Result<String, FileProblem> {
    let name = path.display().to_string();
    let unread = |reason: String| FileProblem::unreadable(name.clone(), reason);
    // Asked before it is opened: opening a pipe would wait for whoever writes into it.
    let facts = std::fs::metadata(path).map_err(|error| unread(error.to_string()))?;
    if !facts.is_file() {
        let what = if facts.is_dir() {
            "a folder"
        } else {
            "no file"
        };
        return Err(unread(what.to_owned()));
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(BYTES_MAX + 1).read_to_end(&mut bytes))
        .map_err(|error| unread(error.to_string()))?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(FileProblem {
            expected: format!("at most {BYTES_MAX} bytes"),
            ..unread("more than that".to_owned())
        });
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text
            .strip_prefix(BYTE_ORDER_MARK)
            .map_or_else(|| text.clone(), str::to_owned)),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            Err(no_text(name, error.as_bytes(), good))
        }
    }
}

/// Tells where a file ceases to be text.
fn no_text(file: String, bytes: &[u8], good: usize) -> FileProblem {
    let before = String::from_utf8_lossy(bytes.get(..good).unwrap_or_default()).into_owned();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let found = match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "text in UTF-16".to_owned(),
        _ => format!("the byte 0x{:02x}", bytes.get(good).copied().unwrap_or(0)),
    };
    FileProblem {
        file,
        line: before.matches('\n').count() + 1,
        column: line.chars().count() + 1,
        key: String::new(),
        found,
        expected: "text in UTF-8".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

    use super::*;

    fn written(bytes: &[u8]) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("s.toml");
        std::fs::write(&file, bytes).unwrap();
        read(&file).map_err(|problem| {
            let told = problem.to_string();
            told.replace(&format!("{}/", folder.path().display()), "")
        })
    }

    #[test]
    fn text_is_read_with_or_without_a_mark() {
        assert_eq!(written(b"a = 1\n"), Ok("a = 1\n".to_owned()));
        assert_eq!(written(b"\xef\xbb\xbfa = 1\n"), Ok("a = 1\n".to_owned()));
        assert_eq!(written(b""), Ok(String::new()));
    }

    #[test]
    fn what_is_no_text_is_told_with_its_place() {
        assert_eq!(
            written(b"a = 1\nb = \"caf\xe9\"\n"),
            Err("s.toml:2:9: found the byte 0xe9, expected text in UTF-8".to_owned())
        );
        assert_eq!(
            written(b"\xff\xfea\0 \0"),
            Err("s.toml:1:1: found text in UTF-16, expected text in UTF-8".to_owned())
        );
        let large = written(&vec![b'#'; 300_000]);
        assert!(large.unwrap_err().contains("at most 262144 bytes"));
    }

    #[test]
    fn what_is_no_file_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()).unwrap_err().found, "a folder");
        assert_eq!(read(Path::new("/dev/zero")).unwrap_err().found, "no file");
        let gone = read(&folder.path().join("none")).unwrap_err();
        assert!(gone.found.contains("No such file"), "{gone}");
    }
}
