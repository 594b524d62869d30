//! Doors for the fuzz targets: the parsers that stand behind the public interface.

use crate::{
    code::{Code, Handle},
    error::Failure,
    keys::Keyring,
    record::{Account, Budget, Claim, Names, decode, encode},
};

/// Reads bytes as each kind of record; `true` if what is one is also one after writing it again.
#[must_use]
pub fn record(bytes: &[u8]) -> bool {
    let account = decode::<Account>(bytes).map(|a| encode(&a).and_then(|b| decode(&b)) == Ok(a));
    let claim = decode::<Claim>(bytes).map(|c| encode(&c).and_then(|b| decode(&b)) == Ok(c));
    let budget = decode::<Budget>(bytes).map(|t| encode(&t).and_then(|b| decode(&b)) == Ok(t));
    [account, claim, budget].into_iter().all(|same: Result<bool, Failure>| same.unwrap_or(true))
}

/// Reads text as a handle under fixed keys; `true` unless a made-up text is taken for one.
#[must_use]
pub fn handle(text: &str) -> bool {
    let Ok(keys) =
        Keyring::new(*b"the index key of the fuzz target", 1, *b"the secret of the fuzz targets..")
    else {
        return false;
    };
    let names = Names { index: keys.index(), tenant: "fuzz", decoy_bits: 20 };
    Handle::open(text, &keys, &names).is_none()
}

/// Reads text as a typed code; `true` if what is one has so many digits, or is Steam's five letters.
#[must_use]
pub fn code(text: &str, digits: u8) -> bool {
    let steam = Code::parse_steam(text).ok();
    Code::read(text, digits).is_none_or(|code| code.as_str().len() == usize::from(digits))
        && steam.is_none_or(|code| code.as_str().len() == 5)
}
