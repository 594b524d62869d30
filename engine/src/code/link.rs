//! A link: opaque text that proves receipt. It travels with a delivered code, or is one half of a
//! ticket. It names its challenge as a handle does, and no handle is ever one.

use alloc::string::String;
use zeroize::Zeroizing;

use super::{
    Code, Handle,
    handle::{LONGEST, Opaque},
};
use crate::{error::Failure, keys::Keyring, record::Names, secret::Secret};

/// A handle's fields, then the number of digits and the digits as a number.
const PLAIN: usize = Handle::PLAIN + 1 + 8;
const LINK: Opaque = Opaque { prefix: "l1.", domain: b"\xffpinbolt link", plain: PLAIN };
const _: () = assert!(PLAIN + 16 <= LONGEST);

/// What a link proves.
#[derive(Debug)]
pub(crate) enum Receipt {
    /// That this code was received.
    Code(Code),
    /// That a ticket's link was received; its issued code isn't in it.
    Ticket,
}

/// Where a challenge stands, and what was received.
#[derive(Debug)]
pub(crate) struct Link {
    /// The session in it is that of who asked; zeros in a ticket's.
    pub(crate) handle: Handle,
    pub(crate) receipt: Receipt,
}

impl Link {
    /// The text of a link: `l1.` and base64url of key id, nonce and ciphertext.
    pub(crate) fn seal(
        &self,
        keys: &Keyring,
        tenant: &str,
        nonce: [u8; 24],
    ) -> Result<Secret<String>, Failure> {
        let mut plain = self.handle.plain()?;
        let (digits, number) = match &self.receipt {
            Receipt::Code(code) => (code.digits(), Zeroizing::new(code.number())),
            Receipt::Ticket => (0, Zeroizing::new(0)),
        };
        plain.push(digits);
        plain.extend_from_slice(&number.to_be_bytes());
        LINK.seal((keys, tenant), nonce, plain).map(Secret::new)
    }

    /// The link behind a text; `None` for what is none, and for one of a retired key.
    pub(crate) fn open(text: &str, keys: &Keyring, names: &Names<'_>) -> Option<Self> {
        let plain = LINK.open(text, (keys, names.tenant))?;
        let (handle, received) = plain.split_at_checked(Handle::PLAIN)?;
        let (digits, number) = received.split_first()?;
        let receipt = match digits {
            0 => Receipt::Ticket,
            digits => Receipt::Code(Code::of(u64::from_be_bytes(number.try_into().ok()?), *digits)),
        };
        Some(Self { handle: Handle::read(handle, names)?, receipt })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::{mac::MacKey, record::Kind, secret::Key};
    use alloc::string::ToString;

    #[test]
    fn a_handle_is_no_link_and_a_link_no_handle() {
        let keys = Keyring::new(
            *b"32 random bytes that name rows..",
            1,
            *b"32 random bytes that seal rows..",
        )
        .unwrap();
        let index = MacKey::new(&Key::new([7; 32]));
        let names = |tenant| Names { index: &index, tenant, decoy_bits: 20 };
        let handle = Handle {
            row: names("").account("ana").unwrap(),
            kind: Kind::Account,
            purpose: "sign-in".into(),
            number: 3,
            salt: [4; 16],
            issued: 5,
            session: [6; 32],
        };
        let receipt = Receipt::Code(Code::of(7, 6));
        let link = Link { handle: handle.clone(), receipt };
        let text = link.seal(&keys, "", [8; 24]).unwrap().expose().to_string();
        let opened = Link::open(&text, &keys, &names("")).unwrap();
        assert_eq!(opened.handle, handle);
        assert!(matches!(opened.receipt, Receipt::Code(code) if code.as_str() == "000007"));
        let shown = handle.seal(&keys, "", [8; 24]).unwrap();
        assert_eq!(Handle::open(&shown, &keys, &names("")), Some(handle));
        for other in
            [shown.clone(), shown.replacen("v1.", "l1.", 1), text.replacen("l1.", "v1.", 1)]
        {
            assert!(Link::open(&other, &keys, &names("")).is_none(), "{other}");
        }
        for other in [text.clone(), text.replacen("l1.", "v1.", 1)] {
            assert!(Handle::open(&other, &keys, &names("")).is_none());
        }
        assert!(Link::open(&text, &keys, &names("b")).is_none(), "another tenant's");
        // Of the same length, prefix and tenant, yet of another kind.
        let associated = (&keys, "");
        assert!(LINK.open(&text, associated).is_some());
        for domain in [b"".as_slice(), b"\xffpinbolt linK"] {
            assert!(Opaque { domain, ..LINK }.open(&text, associated).is_none());
        }
        assert!(Opaque { prefix: "v1.", ..LINK }.open(&text, associated).is_none());
        assert!(Link::open(&text[..text.len() - 1], &keys, &names("")).is_none());
    }
}
