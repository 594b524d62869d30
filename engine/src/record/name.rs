//! Row names: a keyed hash, so that a database shows no person.

use alloc::string::String;
use data_encoding::HEXLOWER;

use crate::{error::Failure, mac::MacKey, row::RowName};

/// The kind of a row, its first letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Account,
    Claim,
    Decoy,
    Throttle,
}

impl Kind {
    pub(crate) const fn letter(self) -> char {
        match self {
            Self::Account => 'a',
            Self::Claim => 'c',
            Self::Decoy => 'd',
            Self::Throttle => 't',
        }
    }
}

/// Names the rows of one tenant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names<'a> {
    pub(crate) index: &'a MacKey,
    pub(crate) tenant: &'a str,
    /// How many bits of an unknown name its decoy keeps: the bound on rows that strangers can make.
    pub(crate) decoy_bits: u32,
}

impl Names<'_> {
    pub(crate) fn account(&self, id: &str) -> Result<RowName, Failure> {
        self.row(Kind::Account, &self.hash("account", &[id.as_bytes()]))
    }

    /// The claim on an address, which is given by its [`Names::address`].
    pub(crate) fn claim(&self, address: &[u8; 32]) -> Result<RowName, Failure> {
        self.row(Kind::Claim, &self.hash("claim", &[address]))
    }

    /// The send budget of an address, given likewise.
    pub(crate) fn budget(&self, address: &[u8; 32]) -> Result<RowName, Failure> {
        self.row(Kind::Throttle, &self.hash("budget", &[address]))
    }

    /// The budget of the confirmations of an address, given likewise.
    pub(crate) fn confirm_budget(&self, address: &[u8; 32]) -> Result<RowName, Failure> {
        self.row(Kind::Throttle, &self.hash("confirm budget", &[address]))
    }

    /// The budget of the tickets that are sent to an address, given likewise.
    pub(crate) fn ticket_budget(&self, address: &[u8; 32]) -> Result<RowName, Failure> {
        self.row(Kind::Throttle, &self.hash("ticket budget", &[address]))
    }

    pub(crate) fn decoy(&self, name: &str) -> Result<RowName, Failure> {
        self.row(Kind::Decoy, &self.hash("decoy row", &[&self.decoy_number(name)]))
    }

    /// The row of a handle, from its hash.
    pub(crate) fn row(&self, kind: Kind, hash: &[u8; 32]) -> Result<RowName, Failure> {
        let mut text = String::with_capacity(RowName::MAX_LEN);
        text.push(kind.letter());
        text.push(':');
        HEXLOWER.encode_append(hash, &mut text);
        RowName::new(&text).ok_or(Failure::Internal)
    }

    /// An address's keyed hash, by which records, challenges and codes know it.
    pub(crate) fn address(&self, key: &str) -> [u8; 32] {
        self.hash("address", &[key.as_bytes()])
    }

    /// A device's token, as records know it.
    pub(crate) fn device(&self, token: &[u8; 32]) -> [u8; 32] {
        self.hash("device", &[token])
    }

    /// A mailbox's keyed hash: no address has the same.
    pub(crate) fn mailbox(&self, key: &str) -> [u8; 32] {
        self.hash("mailbox", &[key.as_bytes()])
    }

    /// A civil document's keyed hash.
    pub(crate) fn identity(&self, [kind, country, number]: [&str; 3]) -> [u8; 32] {
        self.hash("identity", &[kind.as_bytes(), country.as_bytes(), number.as_bytes()])
    }

    /// What a token's key makes of some messages, by which an account remembers what was imported.
    pub(crate) fn token(&self, account: &str, mark: &[u8]) -> [u8; 32] {
        self.hash("token", &[account.as_bytes(), mark])
    }

    /// What stands for the address that a row lacks: budgets run on it as on any other.
    pub(crate) fn no_address(&self, row: &RowName, channel: &str) -> [u8; 32] {
        self.hash("no address", &[row.as_str().as_bytes(), channel.as_bytes()])
    }

    fn decoy_number(&self, name: &str) -> [u8; 4] {
        let [a, b, c, d, ..] = self.hash("decoy", &[name.as_bytes()]);
        let shift = u32::BITS.saturating_sub(self.decoy_bits);
        u32::from_be_bytes([a, b, c, d]).checked_shr(shift).unwrap_or(0).to_be_bytes()
    }

    fn hash(&self, kind: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut all = alloc::vec::Vec::with_capacity(parts.len().saturating_add(1));
        all.push(self.tenant.as_bytes());
        all.extend_from_slice(parts);
        self.index.mac(kind, &all)
    }
}

/// The kind and hash that a row name stands for; the reverse of [`Names::row`].
pub(crate) fn parse(row: &RowName) -> Option<(Kind, [u8; 32])> {
    let (letter, hex) = row.as_str().split_once(':')?;
    let kind = [Kind::Account, Kind::Claim, Kind::Decoy, Kind::Throttle]
        .into_iter()
        .find(|kind| letter.chars().eq([kind.letter()]))?;
    let bytes = HEXLOWER.decode(hex.as_bytes()).ok()?;
    Some((kind, bytes.try_into().ok()?))
}
