//! Percent-encoding (RFC 3986, 2.1), in texts that hold secrets.

use zeroize::{Zeroize, Zeroizing};

use crate::ProvisionError;

/// The text. A `+` is a plus: this is no form of a web page.
pub(crate) fn decode(text: &str) -> Result<Zeroizing<String>, ProvisionError> {
    // As long as it can become, so that no copy is left behind by a text that grew.
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |byte: Option<u8>| byte.and_then(hex).ok_or(ProvisionError::Encoding);
                let high = digit(rest.next())?;
                (high << 4) | digit(rest.next())?
            }
            0x21..=0x7e => byte,
            _ => return Err(ProvisionError::Encoding),
        });
    }
    match String::from_utf8(core::mem::take(&mut *bytes)) {
        Ok(text) => Ok(Zeroizing::new(text)),
        Err(error) => {
            error.into_bytes().zeroize();
            Err(ProvisionError::Encoding)
        }
    }
}

/// Appends a text of which letters, digits and `-._~@` stay as they are (RFC 3986, 2.3 and 3.3).
pub(crate) fn encode(into: &mut String, text: &str) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |value: u8| DIGITS.get(usize::from(value)).map_or('0', |digit| char::from(*digit));
    for byte in text.bytes() {
        match byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
            true => into.push(byte.into()),
            false => into.extend(['%', digit(byte >> 4), digit(byte & 15)]),
        }
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| value.try_into().ok())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_written_and_read_the_same() {
        let text: String = (0..0x500_u32).filter_map(char::from_u32).collect();
        let mut written = String::new();
        encode(&mut written, &text);
        assert_eq!(*decode(&written).unwrap(), text);
        assert!(written.bytes().all(|byte| byte.is_ascii_graphic()));
    }

    #[test]
    fn what_is_broken_is_refused() {
        for text in [
            "%", "%4", "%4g", "%g4", "%+4", "%%41", " ", "\n", "ä", "\u{7f}", "%ff", "%C3",
            "%c3%28",
        ] {
            assert_eq!(decode(text), Err(ProvisionError::Encoding), "{text:?}");
        }
        assert_eq!(*decode("%41%c3%A4+%2b%00").unwrap(), "Aä++\0");
    }
}
