//! An installation: keys, policy and tenant, which every operation shares.

use alloc::{string::String, sync::Arc};

use crate::{
    error::{Failure, Misuse},
    keys::Keyring,
    policy::Policy,
    record::{Account, Blanks, Claim, Names},
    row::RowName,
};

/// What every operation of one tenant shares. Cheap to clone; it holds no connection and no state.
#[derive(Clone, Debug)]
pub struct Pinbolt(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    keys: Arc<Keyring>,
    policy: Policy,
    tenant: String,
    blanks: Result<Blanks, Failure>,
    ledger_memory: u64,
}

impl Pinbolt {
    /// The longest tenant, in bytes.
    pub const MAX_TENANT: usize = 64;

    /// An installation. The tenant (may be empty) is part of every row name, seal and handle. Several
    /// installations may share one `Arc<Keyring>`.
    ///
    /// # Errors
    /// [`Misuse::Tenant`] for a tenant over [`Pinbolt::MAX_TENANT`] bytes.
    pub fn open(
        keys: impl Into<Arc<Keyring>>,
        policy: Policy,
        tenant: &str,
    ) -> Result<Self, Misuse> {
        if tenant.len() > Self::MAX_TENANT {
            return Err(Misuse::Tenant);
        }
        let keys: Arc<Keyring> = keys.into();
        let names = Names { index: keys.index(), tenant, decoy_bits: 16 };
        let blanks = names.decoy("").and_then(|row| Blanks::new(&keys, row, policy.cost()));
        let (tenant, ledger_memory) = (tenant.into(), policy.ledger().memory(Account::MAX_TOKENS));
        Ok(Self(Arc::new(Inner { keys, policy, tenant, blanks, ledger_memory })))
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.0.policy
    }

    pub(crate) fn keys(&self) -> &Keyring {
        &self.0.keys
    }

    pub(crate) fn tenant(&self) -> &str {
        &self.0.tenant
    }

    pub(crate) fn names(&self) -> Names<'_> {
        let bits = u32::try_from(self.policy().settings.decoy_bits).unwrap_or(20);
        Names { index: self.keys().index(), tenant: self.tenant(), decoy_bits: bits }
    }

    /// A decoy that isn't there yet.
    pub(crate) fn decoy(&self, row: &RowName, now: u64) -> Result<Account, Failure> {
        self.0.blanks.as_ref().map_err(|failure| *failure)?.decoy(self.keys(), (row, now))
    }

    /// What is read in place of a claim that isn't there.
    pub(crate) fn no_claim(&self) -> Result<Claim, Failure> {
        self.0.blanks.as_ref().map_err(|failure| *failure)?.claim(self.keys())
    }

    /// How long a stranger's ledger may show what it has counted, in milliseconds.
    pub(crate) fn ledger_memory(&self) -> u64 {
        self.0.ledger_memory
    }

    pub(crate) fn hides_accounts(&self) -> bool {
        self.policy().settings.hide == 1
    }
}
