//! Owns bounds-checked reading of flatbuffer tables (the binary layout of the FlatBuffers format).
//!
//! Called by `convert`. Never trusts an offset: a damaged file yields [`Corrupt`], not a panic.

/// The buffer points outside itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the model file is damaged: an offset points outside the file")]
pub struct Corrupt;

type Result<T> = std::result::Result<T, Corrupt>;

fn bytes_at<const N: usize>(buf: &[u8], pos: usize) -> Result<[u8; N]> {
    buf.get(pos..)
        .and_then(|rest| rest.first_chunk())
        .copied()
        .ok_or(Corrupt)
}

fn u32_at(buf: &[u8], pos: usize) -> Result<usize> {
    Ok(u32::from_le_bytes(bytes_at(buf, pos)?) as usize)
}

/// One table of a flatbuffer; a field is named by its number in the schema, counted from 0.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    buf: &'a [u8],
    pos: usize,
}

impl<'a> Table<'a> {
    /// Reads the root table, after checking the four-letter file identifier.
    pub fn root(buf: &'a [u8], identifier: &[u8; 4]) -> Result<Self> {
        if &bytes_at::<4>(buf, 4)? != identifier {
            return Err(Corrupt);
        }
        let pos = u32_at(buf, 0)?;
        Ok(Self { buf, pos })
    }

    /// Absolute position of a field's value, or `None` when the field is absent.
    fn field(&self, id: usize) -> Result<Option<usize>> {
        let back = i32::from_le_bytes(bytes_at(self.buf, self.pos)?) as i64;
        let vtable = usize::try_from(self.pos as i64 - back).map_err(|_| Corrupt)?;
        let size = u16::from_le_bytes(bytes_at(self.buf, vtable)?) as usize;
        let slot = 4 + 2 * id;
        if slot + 2 > size {
            return Ok(None);
        }
        let offset = u16::from_le_bytes(bytes_at(self.buf, vtable + slot)?) as usize;
        Ok((offset != 0).then_some(self.pos + offset))
    }

    fn scalar<const N: usize>(&self, id: usize) -> Result<[u8; N]> {
        match self.field(id)? {
            Some(pos) => bytes_at(self.buf, pos),
            None => Ok([0; N]),
        }
    }

    /// Reads an unsigned byte, 0 when absent.
    pub fn u8(&self, id: usize) -> Result<u8> {
        Ok(u8::from_le_bytes(self.scalar(id)?))
    }

    /// Reads a 32-bit integer, 0 when absent.
    pub fn i32(&self, id: usize) -> Result<i32> {
        Ok(i32::from_le_bytes(self.scalar(id)?))
    }

    /// Reads a 64-bit integer, 0 when absent.
    pub fn i64(&self, id: usize) -> Result<i64> {
        Ok(i64::from_le_bytes(self.scalar(id)?))
    }

    /// Reads a 32-bit float, 0 when absent.
    pub fn f32(&self, id: usize) -> Result<f32> {
        Ok(f32::from_le_bytes(self.scalar(id)?))
    }

    fn follow(&self, id: usize) -> Result<Option<usize>> {
        let Some(pos) = self.field(id)? else {
            return Ok(None);
        };
        Ok(Some(pos + u32_at(self.buf, pos)?))
    }

    /// Reads a sub-table, `None` when absent.
    pub fn table(&self, id: usize) -> Result<Option<Self>> {
        let pos = self.follow(id)?;
        Ok(pos.map(|pos| Self { buf: self.buf, pos }))
    }

    /// Reads a string's bytes, empty when absent.
    pub fn string(&self, id: usize) -> Result<&'a [u8]> {
        self.items(id, 1).map(|(_, bytes)| bytes)
    }

    /// Reads a vector of bytes, empty when absent.
    pub fn bytes(&self, id: usize) -> Result<&'a [u8]> {
        self.string(id)
    }

    /// Start position and raw bytes of a vector whose items take `width` bytes each.
    fn items(&self, id: usize, width: usize) -> Result<(usize, &'a [u8])> {
        let Some(pos) = self.follow(id)? else {
            return Ok((0, &[]));
        };
        let length = u32_at(self.buf, pos)?;
        let start = pos + 4;
        let end = length.checked_mul(width).ok_or(Corrupt)?;
        let end = start.checked_add(end).ok_or(Corrupt)?;
        Ok((start, self.buf.get(start..end).ok_or(Corrupt)?))
    }

    /// Reads a vector of 64-bit integers.
    pub fn i64s(&self, id: usize) -> Result<Vec<i64>> {
        let (_, bytes) = self.items(id, 8)?;
        let chunks = bytes.chunks_exact(8);
        chunks
            .map(|c| bytes_at(c, 0).map(i64::from_le_bytes))
            .collect()
    }

    /// Reads a vector of 32-bit floats.
    pub fn f32s(&self, id: usize) -> Result<Vec<f32>> {
        let (_, bytes) = self.items(id, 4)?;
        let chunks = bytes.chunks_exact(4);
        chunks
            .map(|c| bytes_at(c, 0).map(f32::from_le_bytes))
            .collect()
    }

    /// Positions that a vector of offsets points to.
    fn targets(&self, id: usize) -> Result<Vec<usize>> {
        let (start, bytes) = self.items(id, 4)?;
        (0..bytes.len() / 4)
            .map(|i| {
                let at = start + 4 * i;
                Ok(at + u32_at(self.buf, at)?)
            })
            .collect()
    }

    /// Reads a vector of tables.
    pub fn tables(&self, id: usize) -> Result<Vec<Self>> {
        let targets = self.targets(id)?.into_iter();
        Ok(targets.map(|pos| Self { buf: self.buf, pos }).collect())
    }

    /// Reads a vector of strings as bytes.
    pub fn strings(&self, id: usize) -> Result<Vec<&'a [u8]>> {
        let targets = self.targets(id)?.into_iter();
        targets
            .map(|pos| {
                let length = u32_at(self.buf, pos)?;
                let end = pos + 4 + length;
                self.buf.get(pos + 4..end).ok_or(Corrupt)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
    use super::*;

    /// A hand-assembled buffer: field 0 = i32 7, field 1 absent, field 2 = string "hey".
    fn sample() -> Vec<u8> {
        let mut b = vec![];
        b.extend(20u32.to_le_bytes()); // 0: root table at 20
        b.extend(b"TEST"); // 4
        b.extend([10u8, 0, 12, 0, 4, 0, 0, 0, 8, 0]); // 8: vtable (size, table size, 3 slots)
        b.extend([0, 0]); // 18: padding
        b.extend(12i32.to_le_bytes()); // 20: table; vtable = 20 - 12
        b.extend(7i32.to_le_bytes()); // 24: field 0
        b.extend(4u32.to_le_bytes()); // 28: field 2 -> 32
        b.extend(3u32.to_le_bytes()); // 32: length
        b.extend(b"hey\0"); // 36
        b
    }

    #[test]
    fn fields_are_read_by_their_schema_number() {
        let buf = sample();
        let t = Table::root(&buf, b"TEST").unwrap();
        assert_eq!(t.i32(0), Ok(7));
        assert_eq!(t.i64(1), Ok(0));
        assert_eq!(t.string(2), Ok(&b"hey"[..]));
        assert_eq!(t.string(9), Ok(&b""[..]));
    }

    #[test]
    fn another_identifier_is_refused() {
        assert!(Table::root(&sample(), b"ORTM").is_err());
    }

    #[test]
    fn every_truncation_is_an_error_or_a_shorter_read_and_never_a_panic() {
        let buf = sample();
        for cut in 0..buf.len() - 1 {
            let Ok(t) = Table::root(&buf[..cut], b"TEST") else {
                continue;
            };
            assert!(t.string(2).is_err(), "cut at {cut}");
        }
    }
}
