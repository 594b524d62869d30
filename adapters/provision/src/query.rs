//! The parameters of an address.

use std::str::FromStr;

use zeroize::Zeroizing;

use crate::{ProvisionError, percent};

/// The most parameters of an address, known and unknown.
const MAX_PARAMETERS: usize = 32;

/// The parameters of an address, each once, their names in small letters.
pub(crate) struct Parameters(Vec<(Zeroizing<String>, Zeroizing<String>)>);

impl Parameters {
    pub(crate) fn read(query: &str) -> Result<Self, ProvisionError> {
        let mut found = Self(Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (mut name, value) = (percent::decode(name)?, percent::decode(value)?);
            name.make_ascii_lowercase();
            if found.get(&name).is_some() || found.0.len() >= MAX_PARAMETERS {
                return Err(ProvisionError::Parameter);
            }
            found.0.push((name, value));
        }
        Ok(found)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let named = self.0.iter().find(|(known, _)| **known == name);
        named.map(|(_, value)| value.as_str())
    }

    /// A number, in digits alone.
    pub(crate) fn number<N: FromStr>(
        &self,
        name: &str,
        unsaid: Option<N>,
        fault: ProvisionError,
    ) -> Result<N, ProvisionError> {
        let Some(text) = self.get(name) else { return unsaid.ok_or(fault) };
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| digits).ok_or(fault)
    }
}

/// What stands behind a scheme, which is read in either case; none where there is a fragment.
pub(crate) fn behind<'a>(address: &'a str, scheme: &str) -> Option<&'a str> {
    let (found, rest) = address.split_at_checked(scheme.len())?;
    (found.eq_ignore_ascii_case(scheme) && !rest.contains('#')).then_some(rest)
}
