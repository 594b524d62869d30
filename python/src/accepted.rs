//! The proof of a person.

use std::sync::{Mutex, PoisonError};

use pinbolt::{Assurance, Authenticator, Key, Misuse};
use pyo3::{
    prelude::*,
    types::{PyBytes, PyFrozenSet},
};

use crate::{
    clock::instant,
    error::{misuse, no_copy, truth_test},
    text::quoted,
};

/// The proof that a person passed what a purpose asks for. Only a check makes it; it can't be
/// copied or pickled, and it is meant for one request. An act that takes it as its authority uses
/// it up.
#[pyclass(frozen, module = "pinbolt")]
pub(crate) struct Accepted {
    shown: Shown,
    proof: Mutex<Option<pinbolt::Accepted>>,
}

/// What stays readable when the proof is used up.
struct Shown {
    account: String,
    purpose: String,
    factors: pinbolt::Factors,
    keys: Vec<Key>,
    assurance: Assurance,
    lane: pinbolt::Lane,
    session: Vec<u8>,
    context: [u8; 32],
    at: u64,
}

#[pymethods]
impl Accepted {
    #[classattr]
    fn __match_args__() -> (&'static str,) {
        ("account",)
    }

    /// The account's id.
    #[getter]
    fn account(&self) -> &str {
        &self.shown.account
    }

    /// The purpose that was met.
    #[getter]
    fn purpose(&self) -> &str {
        &self.shown.purpose
    }

    /// What was proved: `pin`, `code`, `otp`, `recovery-code`, `link`, `issued-code`, or several of
    /// them.
    #[getter]
    fn factors<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyFrozenSet>> {
        let pinbolt::Factors { pin, code, otp, recovery_code, link, issued_code } =
            self.shown.factors;
        let all = [
            (Authenticator::PIN.name(), pin),
            (Authenticator::CODE.name(), code),
            (Authenticator::OTP.name(), otp),
            (Authenticator::RECOVERY_CODE.name(), recovery_code),
            ("link", link),
            (Authenticator::ISSUED_CODE.name(), issued_code),
        ];
        PyFrozenSet::new(py, all.iter().filter(|factor| factor.1).map(|factor| factor.0))
    }

    /// By which kinds of keys: `pin`, a channel's name, `token`, `recovery-codes`, `ticket`.
    #[getter]
    fn keys<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyFrozenSet>> {
        PyFrozenSet::new(py, self.shown.keys.iter().map(Key::name))
    }

    /// How many independent factors: `one-factor`, `two-with-email` or `two-factors`.
    #[getter]
    fn assurance(&self) -> &'static str {
        self.shown.assurance.name()
    }

    /// The lane in which it was proved.
    #[getter]
    fn lane(&self) -> &'static str {
        self.shown.lane.name()
    }

    /// The caller's session.
    #[getter]
    fn session<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.shown.session)
    }

    /// SHA-256 of the context that it covers.
    #[getter]
    fn context<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.shown.context)
    }

    /// When.
    #[getter]
    fn at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        instant(py, self.shown.at)
    }

    /// Without the session, which may be a bearer's token.
    fn __repr__(&self, py: Python<'_>) -> String {
        let Shown { account, purpose, lane, .. } = &self.shown;
        let (account, lane) = (quoted(py, account), lane.name());
        format!("Accepted(account={account}, purpose='{purpose}', lane='{lane}')")
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("Accepted"))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(no_copy("Accepted"))
    }
}

impl Accepted {
    pub(crate) fn of(proof: pinbolt::Accepted) -> Self {
        let shown = Shown {
            account: proof.account().into(),
            purpose: proof.purpose().into(),
            factors: proof.factors(),
            keys: proof.keys(),
            assurance: proof.assurance(),
            lane: proof.lane(),
            session: proof.session().into(),
            context: *proof.context(),
            at: proof.at(),
        };
        Self { shown, proof: Mutex::new(Some(proof)) }
    }

    /// A proof that was taken and not used.
    pub(crate) fn give_back(&self, proof: pinbolt::Accepted) {
        *self.proof.lock().unwrap_or_else(PoisonError::into_inner) = Some(proof);
    }

    /// The proof itself, once.
    pub(crate) fn take(&self, py: Python<'_>) -> PyResult<pinbolt::Accepted> {
        let proof = self.proof.lock().unwrap_or_else(PoisonError::into_inner).take();
        proof.ok_or_else(|| misuse(py, Misuse::UsedUp))
    }
}
