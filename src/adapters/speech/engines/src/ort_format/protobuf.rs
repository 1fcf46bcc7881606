//! Owns writing of protocol buffer messages (the binary wire format, proto3).
//!
//! Called by `convert`. Never reads a message and knows no message type.

/// A message under construction; field numbers are those of the `.proto` file.
#[derive(Default)]
pub struct Message {
    bytes: Vec<u8>,
}

impl Message {
    /// Returns the encoded message.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    fn key(&mut self, field: u32, wire_type: u32) {
        self.varint(u64::from(field << 3 | wire_type));
    }

    /// Appends an integer field (negative numbers take ten bytes, as the format demands).
    pub fn int(&mut self, field: u32, value: i64) {
        self.key(field, 0);
        self.varint(value as u64);
    }

    /// Appends a 32-bit float field.
    pub fn float(&mut self, field: u32, value: f32) {
        self.key(field, 5);
        self.bytes.extend(value.to_le_bytes());
    }

    /// Appends a string or bytes field.
    pub fn bytes(&mut self, field: u32, value: &[u8]) {
        self.key(field, 2);
        self.varint(value.len() as u64);
        self.bytes.extend_from_slice(value);
    }

    /// Appends a nested message.
    pub fn message(&mut self, field: u32, value: Message) {
        self.bytes(field, &value.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_varints() {
        let mut m = Message::default();
        m.int(1, 150);
        assert_eq!(m.into_bytes(), [0x08, 0x96, 0x01]);
    }

    #[test]
    fn a_negative_integer_takes_ten_bytes() {
        let mut m = Message::default();
        m.int(3, -1);
        let bytes = m.into_bytes();
        assert_eq!(bytes.len(), 11);
        assert_eq!(bytes[10], 1);
    }

    #[test]
    fn a_message_nests_with_its_length() {
        let mut inner = Message::default();
        inner.bytes(2, b"testing");
        let mut outer = Message::default();
        outer.message(20, inner);
        outer.float(4, 1.0);
        let mut expected = vec![0xa2, 0x01, 9, 0x12, 7];
        expected.extend(b"testing");
        expected.extend([0x25, 0, 0, 0x80, 0x3f]);
        assert_eq!(outer.into_bytes(), expected);
    }
}
