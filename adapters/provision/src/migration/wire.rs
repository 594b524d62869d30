//! Protocol Buffers' wire format, as much of it as an export has.

use crate::ProvisionError;

/// The fields of a message in their order, until a fault.
pub(super) struct Message<'a> {
    rest: &'a [u8],
}

/// A field of a message.
pub(super) struct Field<'a> {
    pub(super) number: u64,
    pub(super) value: Value<'a>,
}

pub(super) enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    /// Four or eight bytes, which no field that is known here has.
    Fixed,
}

impl<'a> Message<'a> {
    pub(super) const fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    fn field(&mut self) -> Option<Field<'a>> {
        let key = self.number()?;
        let value = match key & 7 {
            0 => Value::Number(self.number()?),
            1 => self.bytes(8).map(|_| Value::Fixed)?,
            2 => {
                let length = self.number()?;
                Value::Bytes(self.bytes(length)?)
            }
            5 => self.bytes(4).map(|_| Value::Fixed)?,
            // Groups, which nobody writes any more, and what doesn't exist.
            _ => return None,
        };
        let number = key >> 3;
        (number > 0).then_some(Field { number, value })
    }

    /// Seven bits a byte, the lowest first; ten bytes at most.
    fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            let bits = u64::from(byte & 0x7f);
            // Of the tenth byte one bit is left.
            if shift == 63 && bits > 1 {
                return None;
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn bytes(&mut self, length: u64) -> Option<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(length.try_into().ok()?)?;
        self.rest = rest;
        Some(bytes)
    }
}

impl<'a> Iterator for Message<'a> {
    type Item = Result<Field<'a>, ProvisionError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.field().ok_or(ProvisionError::Payload);
        if field.is_err() {
            self.rest = &[];
        }
        Some(field)
    }
}

impl<'a> Value<'a> {
    pub(super) fn number(self) -> Result<u64, ProvisionError> {
        match self {
            Self::Number(number) => Ok(number),
            Self::Bytes(_) | Self::Fixed => Err(ProvisionError::Payload),
        }
    }

    /// A signed number of 32 bits: a negative one is written with 64.
    pub(super) fn whole(self) -> Result<i32, ProvisionError> {
        let number = self.number()?.cast_signed();
        number.try_into().map_err(|_| ProvisionError::Payload)
    }

    /// The same where a negative one is a lie.
    pub(super) fn small(self) -> Result<u32, ProvisionError> {
        self.whole()?.try_into().map_err(|_| ProvisionError::Payload)
    }

    pub(super) fn bytes(self) -> Result<&'a [u8], ProvisionError> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::Number(_) | Self::Fixed => Err(ProvisionError::Payload),
        }
    }

    pub(super) fn text(self) -> Result<&'a str, ProvisionError> {
        std::str::from_utf8(self.bytes()?).map_err(|_| ProvisionError::Payload)
    }
}

/// Appends a field that is a number.
pub(super) fn put_number(into: &mut Vec<u8>, field: u8, number: u64) {
    put(into, u64::from(field) << 3);
    put(into, number);
}

/// Appends a field that is bytes, a text or a message.
pub(super) fn put_bytes(into: &mut Vec<u8>, field: u8, bytes: &[u8]) {
    put(into, (u64::from(field) << 3) | 2);
    put(into, u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    into.extend_from_slice(bytes);
}

fn put(into: &mut Vec<u8>, mut number: u64) {
    loop {
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        if number == 0 {
            return into.push(low & 0x7f);
        }
        into.push(low | 0x80);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_written_and_read_the_same() {
        for shift in 0..64 {
            for number in [1_u64 << shift, (1 << shift) - 1, u64::MAX >> shift] {
                let mut bytes = Vec::new();
                put_number(&mut bytes, 15, number);
                let mut message = Message::of(&bytes);
                let field = message.next().unwrap().unwrap();
                assert_eq!((field.number, field.value.number()), (15, Ok(number)));
                assert!(message.next().is_none());
            }
        }
    }

    /// As many as there are before the fault, and nothing behind it.
    fn broken(bytes: &[u8], before: usize) {
        let fields: Vec<_> = Message::of(bytes).collect();
        assert_eq!(fields.len(), before + 1, "{bytes:?}");
        assert!(fields[before].is_err(), "{bytes:?}");
    }

    #[test]
    fn lies_are_told_from_fields() {
        broken(&[0x08], 0); // No number behind the key.
        broken(&[0x08, 0x80], 0); // A number without its end.
        broken(&[0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02], 0); // 65 bits.
        broken(&[0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00], 0);
        broken(&[0x0a, 0x02, 0x00], 0); // A length that lies by one.
        broken(&[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], 0);
        broken(&[0x08, 0x01, 0x0b, 0x0c], 1); // A group.
        broken(&[0x0e, 0x00], 0); // A kind that doesn't exist.
        broken(&[0x00, 0x00], 0); // Field 0.
        broken(&[0x09, 0, 0, 0, 0, 0, 0, 0], 0);
        broken(&[0x0d, 0, 0, 0], 0);
        let whole = [0x09, 0, 0, 0, 0, 0, 0, 0, 0, 0x0d, 0, 0, 0, 0, 0x0a, 0x01, 0x07];
        assert_eq!(Message::of(&whole).filter(Result::is_ok).count(), 3);
    }
}
