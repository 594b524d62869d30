//! An account, for an operator.

use pinbolt::op;
use pyo3::{prelude::*, types::PyTuple};

use crate::{
    audit::Event,
    clock::instant,
    devices::DeviceState,
    error::truth_test,
    text::{python_bool, quoted},
    tokens::TokenState,
};

/// An account, for an operator.
#[pyclass(frozen, eq, module = "pinbolt")]
#[derive(PartialEq)]
pub(crate) struct Description(op::Description);

#[pymethods]
impl Description {
    #[classattr]
    fn __match_args__() -> (&'static str,) {
        ("account",)
    }

    /// Its id.
    #[getter]
    fn account(&self) -> &str {
        &self.0.account
    }

    /// When it was enrolled.
    #[getter]
    fn enrolled<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        instant(py, self.0.enrolled)
    }

    /// Whether an operator blocked it.
    #[getter]
    fn blocked(&self) -> bool {
        self.0.blocked
    }

    /// When its PIN was set, if it has one.
    #[getter]
    fn pin_set<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.pin_set.map(|at| instant(py, at)).transpose()
    }

    /// Its addresses, each an `AddressState`.
    #[getter]
    fn addresses<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        tuple(py, self.0.addresses.iter().cloned().map(AddressState))
    }

    /// When it was tied to a civil document, if it is.
    #[getter]
    fn tied<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.tied.map(|at| instant(py, at)).transpose()
    }

    /// Its tokens, candidates included, each a `TokenState`.
    #[getter]
    fn tokens<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        tuple(py, self.0.tokens.iter().cloned().map(TokenState::of))
    }

    /// Whether it is still to be activated.
    #[getter]
    fn inactive(&self) -> bool {
        self.0.inactive
    }

    /// How many recovery codes are left, if it has a set.
    #[getter]
    fn recovery_codes_left(&self) -> Option<usize> {
        self.0.recovery_codes_left
    }

    /// The devices that it knows, each a `DeviceState`.
    #[getter]
    fn devices<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        tuple(py, self.0.devices.iter().cloned().map(DeviceState))
    }

    /// Its ledgers that have counted something, each a `LedgerState`.
    #[getter]
    fn ledgers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        tuple(py, self.0.ledgers.iter().cloned().map(LedgerState))
    }

    /// The last 16 events, oldest first.
    #[getter]
    fn events<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        tuple(py, self.0.events.iter().cloned().map(Event))
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let op::Description { account, blocked, .. } = &self.0;
        let (account, blocked) = (quoted(py, account), python_bool(*blocked));
        format!("Description(account={account}, blocked={blocked})")
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("Description"))
    }
}

impl Description {
    pub(crate) const fn of(description: op::Description) -> Self {
        Self(description)
    }
}

/// An address of an account.
#[pyclass(frozen, eq, module = "pinbolt")]
#[derive(PartialEq)]
pub(crate) struct AddressState(op::AddressState);

#[pymethods]
impl AddressState {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str) {
        ("masked", "channel")
    }

    /// Enough to recognise it by.
    #[getter]
    fn masked(&self) -> &str {
        &self.0.masked
    }

    /// How messages reach it.
    #[getter]
    fn channel(&self) -> &str {
        self.0.channel.name()
    }

    /// When it was bound; `None` for a candidate.
    #[getter]
    fn bound<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.bound.map(|at| instant(py, at)).transpose()
    }

    /// When a code was last accepted there, or an operator asserted it.
    #[getter]
    fn proven<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.proven.map(|at| instant(py, at)).transpose()
    }

    /// Whether that is so long ago (`address.fresh`) that a code alone proves nothing there.
    #[getter]
    fn stale(&self) -> bool {
        self.0.stale
    }

    /// From when it will be in force, if it isn't yet.
    #[getter]
    fn from_<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.from.map(|at| instant(py, at)).transpose()
    }

    /// When another takes its place, if one is to.
    #[getter]
    fn until<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.until.map(|at| instant(py, at)).transpose()
    }

    /// When an operator suspended it.
    #[getter]
    fn suspended<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.suspended.map(|at| instant(py, at)).transpose()
    }

    fn __repr__(&self) -> String {
        format!("AddressState(channel='{}')", self.0.channel.name())
    }
}

/// A ledger of an account: what one authenticator has counted in one lane.
#[pyclass(frozen, eq, module = "pinbolt")]
#[derive(PartialEq)]
pub(crate) struct LedgerState(op::LedgerState);

#[pymethods]
impl LedgerState {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str, &'static str) {
        ("authenticator", "lane", "failures")
    }

    /// Of what: `pin`, `code`, `otp` or `recovery-code`.
    #[getter]
    fn authenticator(&self) -> &'static str {
        self.0.authenticator.name()
    }

    /// In which lane.
    #[getter]
    fn lane(&self) -> &'static str {
        self.0.lane.name()
    }

    /// Failures since the last success.
    #[getter]
    fn failures(&self) -> u32 {
        self.0.failures
    }

    /// When the next guess is judged, if not now.
    #[getter]
    fn opens<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.opens.map(|at| instant(py, at)).transpose()
    }

    /// Disabled, until an unlock.
    #[getter]
    fn disabled(&self) -> bool {
        self.0.disabled
    }

    fn __repr__(&self) -> String {
        let op::LedgerState { authenticator, lane, failures, .. } = &self.0;
        let (authenticator, lane) = (authenticator.name(), lane.name());
        format!("LedgerState('{authenticator}', '{lane}', failures={failures})")
    }
}

fn tuple<'py, T>(
    py: Python<'py>,
    values: impl ExactSizeIterator<Item = T>,
) -> PyResult<Bound<'py, PyTuple>>
where
    T: IntoPyObject<'py>,
{
    PyTuple::new(py, values)
}
