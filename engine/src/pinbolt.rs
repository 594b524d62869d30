//! An installation: keys, policy and tenant, which every operation shares.

use alloc::{string::String, sync::Arc};

use crate::{error::Misuse, keys::Keyring, policy::Policy, record::Names};

/// What every operation of one tenant shares. Cheap to clone; it holds no connection and no state.
#[derive(Clone, Debug)]
pub struct Pinbolt(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    keys: Arc<Keyring>,
    policy: Policy,
    tenant: String,
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
        match tenant.len() <= Self::MAX_TENANT {
            true => Ok(Self(Arc::new(Inner { keys: keys.into(), policy, tenant: tenant.into() }))),
            false => Err(Misuse::Tenant),
        }
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

    pub(crate) fn hides_accounts(&self) -> bool {
        self.policy().settings.hide == 1
    }
}
