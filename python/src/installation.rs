//! An installation, and every verb as an operation.

use std::sync::Arc;

use pinbolt::{Caller, Misuse, driver, op};
use pyo3::{PyTraverseError, PyVisit, intern, prelude::*};

use crate::{
    begun::Dispatch,
    clock::Clock,
    document::Document,
    error::{failure, misuse},
    keys::Keys,
    moving::{self, ImportedToken},
    operation::Operation,
    operator::{Operator, authority, proofs},
    policy::Policy,
    text::{Text, Whole, algorithm, authenticator, channel, quoted},
    tokens,
    work::Memories,
};

/// Keys, policy and tenant, and a clock: what every operation shares. For hosts with a loop of
/// their own: each verb, with the arguments that it has at `Engine`, starts an Operation.
#[pyclass(frozen, module = "pinbolt")]
pub(crate) struct Pinbolt {
    pub(crate) inner: pinbolt::Pinbolt,
    pub(crate) clock: Arc<Clock>,
    memories: Arc<Memories>,
    tenant: String,
}

#[pymethods]
#[allow(clippy::too_many_arguments, reason = "they have names in Python")]
impl Pinbolt {
    #[new]
    #[pyo3(signature = (*, keys, policy, tenant="", clock=None))]
    fn new(
        py: Python<'_>,
        keys: &Keys,
        policy: &Policy,
        // No `Text`: two names that UTF-8 can't hold would be one tenant.
        tenant: &str,
        clock: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let inner = pinbolt::Pinbolt::open(keys.0.clone(), policy.0.clone(), tenant);
        let (inner, clock) = (inner.map_err(|no| misuse(py, no))?, Arc::new(Clock::new(clock)?));
        Ok(Self { inner, clock, memories: Arc::default(), tenant: tenant.into() })
    }

    /// The tenant.
    #[getter]
    fn tenant(&self) -> &str {
        &self.tenant
    }

    /// Starts `enroll`.
    #[pyo3(signature = (*, account, pin=None, addresses=Vec::new(), asserted_by=None))]
    fn enroll(
        &self,
        py: Python<'_>,
        account: Text<'_>,
        pin: Option<Text<'_>>,
        addresses: Vec<Bound<'_, PyAny>>,
        asserted_by: Option<&Operator>,
    ) -> PyResult<Operation> {
        let addresses = texts(&addresses)?;
        let addresses: Vec<&str> = addresses.iter().map(|address| &**address).collect();
        let asserted_by = asserted_by.map(|operator| operator.0.clone());
        let (account, pin) = (&*account, pin.as_deref());
        self.start(py, op::Enroll { account, pin, addresses: &addresses, asserted_by })
    }

    /// Starts `enroll_inactive`.
    #[pyo3(signature = (*, account, pin=None, addresses=Vec::new(), asserted_by=None))]
    fn enroll_inactive(
        &self,
        py: Python<'_>,
        account: Text<'_>,
        pin: Option<Text<'_>>,
        addresses: Vec<Bound<'_, PyAny>>,
        asserted_by: Option<&Operator>,
    ) -> PyResult<Operation> {
        let addresses = texts(&addresses)?;
        let addresses: Vec<&str> = addresses.iter().map(|address| &**address).collect();
        let asserted_by = asserted_by.map(|operator| operator.0.clone());
        let (account, pin) = (&*account, pin.as_deref());
        let enroll = op::Enroll { account, pin, addresses: &addresses, asserted_by };
        self.start(py, op::EnrollInactive(enroll))
    }

    /// Starts `issue_ticket`.
    #[pyo3(signature = (*, account, purpose, address=None, context=NOTHING, operator))]
    fn issue_ticket(
        &self,
        py: Python<'_>,
        account: Text<'_>,
        purpose: Text<'_>,
        address: Option<Text<'_>>,
        context: &[u8],
        operator: &Operator,
    ) -> PyResult<Operation> {
        let (account, purpose, address) = (&*account, &*purpose, address.as_deref());
        let operator = operator.0.clone();
        self.start(py, op::IssueTicket { account, purpose, address, context, operator })
    }

    /// Starts `close_ticket`.
    #[pyo3(signature = (*, account, purpose, authority))]
    fn close_ticket(
        &self,
        py: Python<'_>,
        account: Text<'_>,
        purpose: Text<'_>,
        authority: &Bound<'_, PyAny>,
    ) -> PyResult<Operation> {
        let (account, purpose, authority) = (&*account, &*purpose, self::authority(authority)?);
        self.start(py, op::CloseTicket { account, purpose, authority })
    }

    /// Starts `peek_link`.
    #[pyo3(signature = (*, link, session, source=None, device=None))]
    fn peek_link(
        &self,
        py: Python<'_>,
        link: Text<'_>,
        session: &[u8],
        source: Option<Text<'_>>,
        device: Option<Text<'_>>,
    ) -> PyResult<Operation> {
        self.start(py, op::PeekLink { link: &link, caller: caller(session, &source, &device) })
    }

    /// Starts `redeem`.
    #[pyo3(signature = (*, purpose, link, code=None, session, source=None, device=None, context=NOTHING))]
    fn redeem(
        &self,
        py: Python<'_>,
        purpose: Text<'_>,
        link: Text<'_>,
        code: Option<Text<'_>>,
        session: &[u8],
        source: Option<Text<'_>>,
        device: Option<Text<'_>>,
        context: &[u8],
    ) -> PyResult<Operation> {
        let (purpose, link, code) = (&*purpose, &*link, code.as_deref());
        let caller = caller(session, &source, &device);
        self.start(py, op::Redeem { purpose, link, code, caller, context })
    }

    /// Starts `confirm`.
    #[pyo3(signature = (*, account, address, replaces=None, authority, session, source=None, device=None))]
    fn confirm(
        &self,
        py: Python<'_>,
        account: Text<'_>,
        address: Text<'_>,
        replaces: Option<Text<'_>>,
        authority: &Bound<'_, PyAny>,
        session: &[u8],
        source: Option<Text<'_>>,
        device: Option<Text<'_>>,
    ) -> PyResult<Operation> {
        let (account, address, caller) = (&*account, &*address, caller(session, &source, &device));
        let (replaces, authority) = (replaces.as_deref(), self::authority(authority)?);
        self.start(py, op::Confirm { account, address, replaces, authority, caller })
    }

    /// Starts `release_address`.
    #[pyo3(signature = (*, account, address, authority))]
    fn release_address(
        &self,
        py: Python<'_>,
        account: Text<'_>,
        address: Text<'_>,
        authority: &Bound<'_, PyAny>,
    ) -> PyResult<Operation> {
        let authority = self::authority(authority)?;
        self.start(py, op::ReleaseAddress { account: &account, address: &address, authority })
    }

    /// Starts `suspend_address`.
    #[pyo3(signature = (*, address, account=None, operator))]
    fn suspend_address(
        &self,
        py: Python<'_>,
        address: Text<'_>,
        account: Option<Text<'_>>,
        operator: &Operator,
    ) -> PyResult<Operation> {
        let (account, operator) = (account.as_deref(), operator.0.clone());
        self.start(py, op::SuspendAddress { address: &address, account, operator })
    }

    /// Starts `tie_identity`.
    #[pyo3(signature = (*, account, document, operator))]
    fn tie_identity(
        &self,
        py: Python<'_>,
        account: Text<'_>,
        document: &Document,
        operator: &Operator,
    ) -> PyResult<Operation> {
        let (document, operator) = (&document.0, operator.0.clone());
        self.start(py, op::TieIdentity { account: &account, document, operator })
    }

    /// Starts `untie_identity`.
    #[pyo3(signature = (*, account, operator))]
    fn untie_identity(
        &self,
        py: Python<'_>,
        account: Text<'_>,
        operator: &Operator,
    ) -> PyResult<Operation> {
        self.start(py, op::UntieIdentity { account: &account, operator: operator.0.clone() })
    }

    /// Starts `registrations`.
    #[pyo3(signature = (*, document, operator))]
    fn registrations(
        &self,
        py: Python<'_>,
        document: &Document,
        operator: &Operator,
    ) -> PyResult<Operation> {
        let (document, operator) = (&document.0, operator.0.clone());
        self.start(py, op::Registrations { document, operator })
    }

    /// Starts `begin`.
    #[pyo3(signature = (*, name, purpose, pin=None, channel, session, source=None, device=None, context=NOTHING))]
    fn begin(
        &self,
        py: Python<'_>,
        name: Text<'_>,
        purpose: Text<'_>,
        pin: Option<Text<'_>>,
        channel: Text<'_>,
        session: &[u8],
        source: Option<Text<'_>>,
        device: Option<Text<'_>>,
        context: &[u8],
    ) -> PyResult<Operation> {
        let (name, purpose, pin) = (&*name, &*purpose, pin.as_deref());
        let (channel, caller) = (self::channel(py, &channel)?, caller(session, &source, &device));
        self.start(py, op::Begin { name, purpose, pin, channel, caller, context })
    }

    /// Starts `resend`.
    #[pyo3(signature = (*, handle, channel, session, source=None, device=None))]
    fn resend(
        &self,
        py: Python<'_>,
        handle: Text<'_>,
        channel: Text<'_>,
        session: &[u8],
        source: Option<Text<'_>>,
        device: Option<Text<'_>>,
    ) -> PyResult<Operation> {
        let (channel, caller) = (self::channel(py, &channel)?, caller(session, &source, &device));
        self.start(py, op::Resend { handle: &handle, channel, caller })
    }

    /// Starts `finish`.
    #[pyo3(signature = (*, purpose, handle, code, session, source=None, device=None, context=NOTHING))]
    fn finish(
        &self,
        py: Python<'_>,
        purpose: Text<'_>,
        handle: Text<'_>,
        code: Text<'_>,
        session: &[u8],
        source: Option<Text<'_>>,
        device: Option<Text<'_>>,
        context: &[u8],
    ) -> PyResult<Operation> {
        let (purpose, handle, code) = (&*purpose, &*handle, &*code);
        let caller = caller(session, &source, &device);
        self.start(py, op::Finish { purpose, handle, code, caller, context })
    }

    /// Starts `verify`.
    #[pyo3(signature = (*, name, purpose, pin=None, otp=None, pin_then_otp=None, recovery_code=None, session, source=None, device=None, context=NOTHING))]
    fn verify(
        &self,
        py: Python<'_>,
        name: Text<'_>,
        purpose: Text<'_>,
        pin: Option<Text<'_>>,
        otp: Option<Text<'_>>,
        pin_then_otp: Option<Text<'_>>,
        recovery_code: Option<Text<'_>>,
        session: &[u8],
        source: Option<Text<'_>>,
        device: Option<Text<'_>>,
        context: &[u8],
    ) -> PyResult<Operation> {
        let evidence = op::Evidence {
            pin: pin.as_deref(),
            otp: otp.as_deref(),
            pin_then_otp: pin_then_otp.as_deref(),
            recovery_code: recovery_code.as_deref(),
        };
        let (name, purpose, caller) = (&*name, &*purpose, caller(session, &source, &device));
        self.start(py, op::Verify { name, purpose, evidence, caller, context })
    }

    /// Starts `cancel`.
    #[pyo3(signature = (*, handle, session, source=None, device=None))]
    fn cancel(
        &self,
        py: Python<'_>,
        handle: Text<'_>,
        session: &[u8],
        source: Option<Text<'_>>,
        device: Option<Text<'_>>,
    ) -> PyResult<Operation> {
        self.start(py, op::Cancel { handle: &handle, caller: caller(session, &source, &device) })
    }

    /// Starts `change_pin`.
    #[pyo3(signature = (*, account, old, new, session, source=None, device=None))]
    fn change_pin(
        &self,
        py: Python<'_>,
        account: Text<'_>,
        old: Text<'_>,
        new: Text<'_>,
        session: &[u8],
        source: Option<Text<'_>>,
        device: Option<Text<'_>>,
    ) -> PyResult<Operation> {
        let (account, old, new) = (&*account, &*old, &*new);
        self.start(
            py,
            op::ChangePin { account, old, new, caller: caller(session, &source, &device) },
        )
    }

    /// Starts `reset_pin`.
    #[pyo3(signature = (*, account, new, authority))]
    fn reset_pin(
        &self,
        py: Python<'_>,
        account: Text<'_>,
        new: Text<'_>,
        authority: &Bound<'_, PyAny>,
    ) -> PyResult<Operation> {
        let authority = self::authority(authority)?;
        self.start(py, op::ResetPin { account: &account, new: &new, authority })
    }

    /// Starts `add_token`.
    #[pyo3(signature = (*, account, label, kind=Text::of("totp"), algorithm=Text::of("SHA1"), digits=Whole::of(6), period=Whole::of(30), start=Whole::of(0), counter=Whole::of(0), secret=None, dangerously_short_secret=None, confirmed=false, authority))]
    fn add_token(
        &self,
        py: Python<'_>,
        account: Text<'_>,
        label: Text<'_>,
        kind: Text<'_>,
        algorithm: Text<'_>,
        digits: Whole,
        period: Whole,
        start: Whole,
        counter: Whole,
        secret: Option<&[u8]>,
        dangerously_short_secret: Option<&[u8]>,
        confirmed: bool,
        authority: &Bound<'_, PyAny>,
    ) -> PyResult<Operation> {
        let kind = tokens::kind(py, &kind, (&period, &start, &counter))?;
        let algorithm = self::algorithm(py, &algorithm)?;
        let digits = digits.or_misuse(py, Misuse::Token)?;
        let secret = tokens::secret(secret, dangerously_short_secret)?;
        let (account, label, authority) = (&*account, &*label, self::authority(authority)?);
        self.start(
            py,
            op::AddToken { account, label, kind, algorithm, digits, secret, confirmed, authority },
        )
    }

    /// Starts `import_account`.
    #[pyo3(signature = (*, account, tokens=Vec::new(), recovery_codes=None, pin=None, failures=Whole::of(0), last_failure_ms=Whole::of(0), dangerously_accept=Vec::new(), operator))]
    fn import_account(
        &self,
        py: Python<'_>,
        account: Text<'_>,
        tokens: Vec<PyRef<'_, ImportedToken>>,
        recovery_codes: Option<Vec<Bound<'_, PyAny>>>,
        pin: Option<Text<'_>>,
        failures: Whole,
        last_failure_ms: Whole,
        dangerously_accept: Vec<Bound<'_, PyAny>>,
        operator: &Operator,
    ) -> PyResult<Operation> {
        let tokens: Vec<_> = tokens.iter().map(|token| token.given()).collect();
        let codes = recovery_codes.as_deref().map(texts).transpose()?;
        let codes: Option<Vec<&str>> =
            codes.as_ref().map(|codes| codes.iter().map(|code| &**code).collect());
        let weak = texts(&dangerously_accept)?;
        self.start(
            py,
            op::Import {
                account: &account,
                tokens: &tokens,
                recovery_codes: codes.as_deref(),
                pin: pin.as_deref(),
                failures: moving::failures(py, (&failures, &last_failure_ms))?,
                dangerously_accept: moving::weak(py, &weak)?,
                operator: operator.0.clone(),
            },
        )
    }

    /// Starts `confirm_token`.
    #[pyo3(signature = (*, account, token, code, session, source=None, device=None))]
    fn confirm_token(
        &self,
        py: Python<'_>,
        account: Text<'_>,
        token: Whole,
        code: Text<'_>,
        session: &[u8],
        source: Option<Text<'_>>,
        device: Option<Text<'_>>,
    ) -> PyResult<Operation> {
        let (account, token, code) = (&*account, number(&token), &*code);
        self.start(
            py,
            op::ConfirmToken { account, token, code, caller: caller(session, &source, &device) },
        )
    }

    /// Starts `resync_token`.
    #[pyo3(signature = (*, account, token, first, second, session, source=None, device=None))]
    fn resync_token(
        &self,
        py: Python<'_>,
        account: Text<'_>,
        token: Whole,
        first: Text<'_>,
        second: Text<'_>,
        session: &[u8],
        source: Option<Text<'_>>,
        device: Option<Text<'_>>,
    ) -> PyResult<Operation> {
        let (account, first, second) = (&*account, &*first, &*second);
        let (token, caller) = (number(&token), caller(session, &source, &device));
        self.start(py, op::ResyncToken { account, token, first, second, caller })
    }

    /// Starts `remove_token`.
    #[pyo3(signature = (*, account, token, authority))]
    fn remove_token(
        &self,
        py: Python<'_>,
        account: Text<'_>,
        token: Whole,
        authority: &Bound<'_, PyAny>,
    ) -> PyResult<Operation> {
        let (token, authority) = (number(&token), self::authority(authority)?);
        self.start(py, op::RemoveToken { account: &account, token, authority })
    }

    /// Starts `issue_recovery_codes`.
    #[pyo3(signature = (*, account, authority))]
    fn issue_recovery_codes(
        &self,
        py: Python<'_>,
        account: Text<'_>,
        authority: &Bound<'_, PyAny>,
    ) -> PyResult<Operation> {
        let authority = self::authority(authority)?;
        self.start(py, op::IssueRecoveryCodes { account: &account, authority })
    }

    /// Starts `remember_device`.
    #[pyo3(signature = (*, account, label=Text::of(""), proof))]
    fn remember_device(
        &self,
        py: Python<'_>,
        account: Text<'_>,
        label: Text<'_>,
        proof: &Bound<'_, PyAny>,
    ) -> PyResult<Operation> {
        let (account, label, proof) = (&*account, &*label, proofs(proof)?);
        self.start(py, op::RememberDevice { account, label, proof })
    }

    /// Starts `forget_device`.
    #[pyo3(signature = (*, account, device, authority))]
    fn forget_device(
        &self,
        py: Python<'_>,
        account: Text<'_>,
        device: Option<Whole>,
        authority: &Bound<'_, PyAny>,
    ) -> PyResult<Operation> {
        let device = device.as_ref().map(number);
        let authority = self::authority(authority)?;
        self.start(py, op::ForgetDevice { account: &account, device, authority })
    }

    /// Starts `outstanding`.
    #[pyo3(signature = (*, account, session, source=None, device=None))]
    fn outstanding(
        &self,
        py: Python<'_>,
        account: Text<'_>,
        session: &[u8],
        source: Option<Text<'_>>,
        device: Option<Text<'_>>,
    ) -> PyResult<Operation> {
        let caller = caller(session, &source, &device);
        self.start(py, op::Outstanding { account: &account, caller })
    }

    /// Starts `renew`.
    #[pyo3(signature = (*, account, purpose, session, source=None, device=None))]
    fn renew(
        &self,
        py: Python<'_>,
        account: Text<'_>,
        purpose: Text<'_>,
        session: &[u8],
        source: Option<Text<'_>>,
        device: Option<Text<'_>>,
    ) -> PyResult<Operation> {
        let (account, purpose) = (&*account, &*purpose);
        self.start(py, op::Renew { account, purpose, caller: caller(session, &source, &device) })
    }

    /// Starts `unlock`.
    #[pyo3(signature = (*, account, authenticator, authority))]
    fn unlock(
        &self,
        py: Python<'_>,
        account: Text<'_>,
        authenticator: Text<'_>,
        authority: &Bound<'_, PyAny>,
    ) -> PyResult<Operation> {
        let authenticator = self::authenticator(py, &authenticator)?;
        let authority = self::authority(authority)?;
        self.start(py, op::Unlock { account: &account, authenticator, authority })
    }

    /// Starts `block`.
    #[pyo3(signature = (*, account, operator))]
    fn block(&self, py: Python<'_>, account: Text<'_>, operator: &Operator) -> PyResult<Operation> {
        self.start(py, op::Block { account: &account, operator: operator.0.clone() })
    }

    /// Starts `unblock`.
    #[pyo3(signature = (*, account, operator))]
    fn unblock(
        &self,
        py: Python<'_>,
        account: Text<'_>,
        operator: &Operator,
    ) -> PyResult<Operation> {
        self.start(py, op::Unblock { account: &account, operator: operator.0.clone() })
    }

    /// Starts `cancel_account`.
    #[pyo3(signature = (*, account, authority))]
    fn cancel_account(
        &self,
        py: Python<'_>,
        account: Text<'_>,
        authority: &Bound<'_, PyAny>,
    ) -> PyResult<Operation> {
        let authority = self::authority(authority)?;
        self.start(py, op::CancelAccount { account: &account, authority })
    }

    /// Starts `describe`.
    #[pyo3(signature = (*, account))]
    fn describe(&self, py: Python<'_>, account: Text<'_>) -> PyResult<Operation> {
        self.start(py, op::Describe { account: &account })
    }

    /// Starts a delivery, which uses the dispatch up.
    fn deliver(&self, py: Python<'_>, dispatch: &Dispatch) -> PyResult<Operation> {
        let (now, entropy) = (self.clock.read(py)?, entropy(py)?);
        let operation = driver::Operation::deliver(dispatch.take(py)?, now, entropy);
        Ok(Operation::new(operation, (&self.clock, &self.memories)))
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!("Pinbolt(tenant={})", quoted(py, &self.tenant))
    }

    /// A clock in a cycle; not while an operation lives, which reads it too and isn't in sight.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        match Arc::strong_count(&self.memories) {
            1 => self.clock.traverse(visit),
            _ => Ok(()),
        }
    }

    fn __clear__(&self) {
        self.clock.clear();
    }
}

impl Pinbolt {
    pub(crate) fn start<V: op::Verb>(&self, py: Python<'_>, verb: V) -> PyResult<Operation>
    where
        driver::Granted: From<V::Output>,
    {
        let (now, entropy) = (self.clock.read(py)?, entropy(py)?);
        let operation = driver::Operation::start(verb, &self.inner, now, entropy);
        Ok(Operation::new(operation, (&self.clock, &self.memories)))
    }
}

pub(crate) fn texts<'a>(texts: &'a [Bound<'_, PyAny>]) -> PyResult<Vec<Text<'a>>> {
    texts.iter().map(|text| text.extract()).collect()
}

fn caller<'a>(
    session: &'a [u8],
    source: &'a Option<Text<'_>>,
    device: &'a Option<Text<'_>>,
) -> Caller<'a> {
    let caller = Caller::new(session);
    let caller = device.as_deref().map_or(caller, |device| caller.device(device));
    source.as_deref().map_or(caller, |source| caller.source(source))
}

/// A token's number; 0, which no token has, for one that is no such number.
fn number(token: &Whole) -> u32 {
    token.fits().unwrap_or(0)
}

/// From the system, by way of Python.
fn entropy(py: Python<'_>) -> PyResult<[u8; 32]> {
    let drawn = py.import(intern!(py, "os"))?.call_method1(intern!(py, "urandom"), (32,));
    let drawn = drawn.and_then(|bytes| bytes.extract::<[u8; 32]>());
    drawn.map_err(|_| failure(py, pinbolt::Failure::Randomness, None))
}

/// The context of what is for nothing in particular.
const NOTHING: &[u8] = b"";
