//! Owns what a download must be to count as a recording: its announced type, its first bytes, its length. Called by the
//! download and the shelf. Pure.

use maitred_actors::ports::archive::Error;

/// Bytes that must be there before anything can be told.
pub(super) const HEAD_BYTES: usize = 12;
/// Header of a WAV file, without which there is no sound in it.
const WAV_HEADER_BYTES: u64 = 44;

/// Refuses what is announced as something else than audio. A server that announces nothing is believed.
pub(super) fn announced(content_type: Option<&str>) -> Result<(), Error> {
    let Some(announced) = content_type else {
        return Ok(());
    };
    let kind = announced.split(';').next().unwrap_or_default().trim();
    let kind = kind.to_ascii_lowercase();
    match kind.as_str() {
        "application/octet-stream" | "binary/octet-stream" => Ok(()),
        kind if kind.starts_with("audio/") => Ok(()),
        "text/html" | "text/plain" | "application/json" => Err(Error::passing("error_page", kind)),
        kind => Err(Error::passing("wrong_type", kind)),
    }
}

/// Tells the type of audio by its first bytes: RIFF/WAVE, or MP3 with an ID3 tag or a frame of layer III (ISO 11172-3,
/// 2.4.1.3).
pub(super) fn audio_type(head: &[u8]) -> Result<&'static str, Error> {
    let is_frame = head.len() > 1
        && head[0] == 0xFF
        && head[1] & 0xE0 == 0xE0
        && head[1] & 0x06 == 0x02
        && head[1] & 0x18 != 0x08;
    if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WAVE") {
        Ok("audio/wav")
    } else if head.starts_with(b"ID3") || is_frame {
        Ok("audio/mpeg")
    } else if matches!(head.trim_ascii_start().first(), Some(b'<' | b'{')) {
        Err(Error::passing("error_page", "text where sound should be"))
    } else {
        Err(Error::passing("not_audio", "neither wav nor mp3"))
    }
}

/// Gives the ending of a file with this type.
pub(super) fn ending(content_type: &str) -> &'static str {
    match content_type {
        "audio/wav" => "wav",
        _ => "mp3",
    }
}

/// Refuses a file that is not as long as its server or its own header says, or has no sound in it.
pub(super) fn whole(head: &[u8], bytes: u64, announced: Option<u64>) -> Result<(), Error> {
    if let Some(total) = announced.filter(|total| *total != bytes) {
        let reason = if bytes < total { "cut" } else { "wrong_length" };
        return Err(Error::passing(reason, format!("{bytes} of {total} bytes")));
    }
    let is_wav = head.starts_with(b"RIFF");
    if bytes < HEAD_BYTES as u64 || is_wav && bytes <= WAV_HEADER_BYTES {
        return Err(Error::passing("empty", format!("{bytes} bytes")));
    }
    let riff = head.get(4..8).and_then(|size| size.try_into().ok());
    let claimed = u64::from(riff.map_or(0, u32::from_le_bytes));
    // A file that was written as a stream claims 0 or all ones.
    let is_claim = claimed != 0 && claimed != u64::from(u32::MAX);
    if is_wav && is_claim && claimed + 8 > bytes {
        return Err(Error::passing(
            "cut",
            format!("{bytes} of {} bytes", claimed + 8),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason<T>(result: Result<T, Error>) -> Option<&'static str> {
        result.err().map(|error| error.reason())
    }

    #[test]
    fn audio_is_known_by_its_first_bytes() {
        let wav = b"RIFF\x24\0\0\0WAVEfmt ";
        let table: [(&[u8], Result<&str, &str>); 10] = [
            (wav, Ok("audio/wav")),
            (b"ID3\x04\0\0\0\0\0\0\0\0", Ok("audio/mpeg")),
            (b"\xFF\xFB\x90\0rest of frame", Ok("audio/mpeg")),
            (b"\xFF\xF3\x40\xC4rest of frame", Ok("audio/mpeg")),
            (b"\xFF\xFE<\0h\0t\0m\0l\0", Err("not_audio")),
            (b"<!DOCTYPE html>", Err("error_page")),
            (b" \n{\"errorCode\":1", Err("error_page")),
            (b"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", Err("not_audio")),
            (b"\xFF\xEB reserved version", Err("not_audio")),
            (b"", Err("not_audio")),
        ];
        for (head, wanted) in table {
            let told = audio_type(head).map_err(|error| error.reason());
            assert_eq!(told, wanted, "{head:?}");
        }
    }

    #[test]
    fn pages_and_pictures_are_refused_by_their_name() {
        assert_eq!(
            reason(announced(Some("text/html; charset=utf-8"))),
            Some("error_page")
        );
        assert_eq!(
            reason(announced(Some("application/json"))),
            Some("error_page")
        );
        assert_eq!(reason(announced(Some("image/png"))), Some("wrong_type"));
        for good in [
            None,
            Some("audio/mpeg"),
            Some("Audio/X-WAV; q=1"),
            Some("application/octet-stream"),
        ] {
            assert_eq!(announced(good), Ok(()), "{good:?}");
        }
    }

    #[test]
    fn a_file_is_as_long_as_it_was_said_to_be() {
        let wav = |size: u32| {
            let mut head = b"RIFF\0\0\0\0WAVE".to_vec();
            head[4..8].copy_from_slice(&size.to_le_bytes());
            head
        };
        assert_eq!(whole(&wav(992), 1000, Some(1000)), Ok(()));
        assert_eq!(reason(whole(&wav(992), 1000, Some(1001))), Some("cut"));
        assert_eq!(
            reason(whole(&wav(992), 1000, Some(999))),
            Some("wrong_length")
        );
        assert_eq!(reason(whole(&wav(993), 1000, None)), Some("cut"));
        assert_eq!(whole(&wav(u32::MAX), 1000, None), Ok(()));
        assert_eq!(reason(whole(&wav(36), 44, Some(44))), Some("empty"));
        assert_eq!(whole(b"ID3\x04\0\0\0\0\0\0\0\0", 1000, None), Ok(()));
        assert_eq!(reason(whole(b"", 0, Some(0))), Some("empty"));
    }
}
