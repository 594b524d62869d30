//! Files of other systems, read in passes, and what became of their lines.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use pinbolt::Misuse;
use pinbolt_provision::import::{self, Fate, Format, Pass, Why};
use pyo3::{PyTraverseError, PyVisit, exceptions::PyTypeError, intern, prelude::*};

use crate::{
    clock::Clock,
    error::{misuse, truth_test},
    held::Held,
    installation::{Pinbolt, texts},
    moving::{Imported, weak},
    operation::Operation,
    operator::Operator,
    text::Text,
};

type AccountOf = Box<dyn FnMut(&str) -> Option<String> + Send>;

/// Reads the file of another system, in passes: it does no I/O. `import_file` does all of it.
#[pyclass(frozen, module = "pinbolt.provision")]
pub(crate) struct Importer {
    importer: Mutex<import::Importer<AccountOf>>,
    clock: Arc<Clock>,
    account: Option<Held>,
    /// What `account` raised.
    raised: Arc<Mutex<Option<PyErr>>>,
}

#[pymethods]
impl Importer {
    #[new]
    #[pyo3(signature = (format, *, pinbolt, account=None))]
    fn new(
        py: Python<'_>,
        format: Text<'_>,
        pinbolt: &Pinbolt,
        account: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        // Google's file is of one account, and no other is.
        let (name, account) = match account {
            Some(account) if &*format == "google-authenticator" => (Some(account), None),
            account => (None, account),
        };
        let name = name.as_ref().map(|name| name.extract::<Text<'_>>()).transpose()?;
        if account.as_ref().is_some_and(|account| !account.is_callable()) {
            return Err(PyTypeError::new_err("account is a callable that takes a name"));
        }
        let format = match (&*format, name.as_deref()) {
            ("otpauth", None) => Format::Otpauth,
            ("oath-users", None) => Format::OathUsers,
            ("google-authenticator", Some(name)) => Format::GoogleAuthenticator(name),
            ("django-otp", None) => Format::DjangoOtp,
            ("privacyidea", None) => Format::PrivacyIdea,
            _ => return Err(misuse(py, Misuse::Value)),
        };
        let (account, raised) = (account.map(Held::new), Arc::new(Mutex::new(None)));
        let whose: AccountOf = match &account {
            None => Box::new(|name| Some(name.into())),
            Some(call) => asked(call.clone(), raised.clone()),
        };
        let importer = Mutex::new(import::Importer::mapped(format, pinbolt.clock.read(py)?, whose));
        Ok(Self { importer, clock: pinbolt.clock.clone(), account, raised })
    }

    /// Which pass the next line belongs to: `survey`, `accounts` or `over`. Begin each at the file's
    /// beginning.
    #[getter]
    fn stage(&self, py: Python<'_>) -> PyResult<&'static str> {
        Ok(match self.lock(py)?.pass() {
            Pass::Accounts => "accounts",
            Pass::Over => "over",
            _ => "survey",
        })
    }

    /// Whether the passes so far haven't read the same; then what is given out is held back.
    #[getter]
    fn changed(&self, py: Python<'_>) -> PyResult<bool> {
        Ok(self.lock(py)?.changed())
    }

    /// Takes a line, with or without its end; gives an account whose lines are over by it. One of more
    /// than 65,536 bytes may be cut one byte behind.
    fn line(&self, py: Python<'_>, line: &[u8]) -> PyResult<Option<AccountLines>> {
        self.given(py, |importer| importer.line(line))
    }

    /// Ends a pass; gives the last account.
    fn end(&self, py: Python<'_>) -> PyResult<Option<AccountLines>> {
        self.given(py, import::Importer::end)
    }

    fn __repr__(&self) -> &'static str {
        "Importer(..)"
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.account.iter().try_for_each(|held| held.traverse(visit))
    }

    fn __clear__(&self) {
        self.account.iter().for_each(Held::clear);
    }
}

impl Importer {
    fn given(
        &self,
        py: Python<'_>,
        read: impl FnOnce(&mut import::Importer<AccountOf>) -> Option<import::AccountLines>,
    ) -> PyResult<Option<AccountLines>> {
        let now = self.clock.read(py)?;
        let mut importer = self.lock(py)?;
        importer.at(now);
        let lines = read(&mut importer);
        drop(importer);
        match self.raised.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(raised) => Err(raised),
            None => Ok(lines.map(AccountLines::of)),
        }
    }

    /// Never waited for: `account` is asked while it is held.
    fn lock(&self, py: Python<'_>) -> PyResult<MutexGuard<'_, import::Importer<AccountOf>>> {
        match self.importer.try_lock() {
            Ok(importer) => Ok(importer),
            Err(TryLockError::Poisoned(poisoned)) => Ok(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => Err(misuse(py, Misuse::Busy)),
        }
    }
}

/// Asks Python whose account a name is; what it raises is kept for the caller.
fn asked(call: Held, raised: Arc<Mutex<Option<PyErr>>>) -> AccountOf {
    Box::new(move |name| {
        let said = Python::attach(|py| call.bind(py).call1((name,))?.extract::<Option<String>>());
        said.unwrap_or_else(|error| {
            *raised.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            None
        })
    })
}

/// The lines of one account, as the other system's file has them.
#[pyclass(frozen, module = "pinbolt.provision")]
pub(crate) struct AccountLines(Mutex<import::AccountLines>);

#[pymethods]
impl AccountLines {
    /// Whose they are, as the file has it; `None` for lines that can't be read, which may be anyone's.
    #[getter]
    fn name(&self) -> Option<String> {
        self.lock().name().map(Into::into)
    }

    /// Whether nothing stands against taking the account: a line that is refused holds back all others.
    #[getter]
    fn complete(&self) -> bool {
        self.lock().complete()
    }

    /// Whose account that is here, if anybody's.
    #[getter]
    fn account(&self) -> Option<String> {
        self.lock().account().map(Into::into)
    }

    /// Starts their import; `None` where a line holds it back.
    #[pyo3(signature = (pinbolt, *, operator, dangerously_accept=Vec::new()))]
    fn start(
        &self,
        py: Python<'_>,
        pinbolt: &Pinbolt,
        operator: &Operator,
        dangerously_accept: Vec<Bound<'_, PyAny>>,
    ) -> PyResult<Option<Operation>> {
        let weak = weak(py, &texts(&dangerously_accept)?)?;
        let lines = self.lock();
        let Some((moving, account)) = lines.moving().zip(lines.account()) else { return Ok(None) };
        pinbolt.start(py, moving.import(account, (operator.0.clone(), weak))).map(Some)
    }

    /// What became of each line: by what the import gave or raised, or `None` where it was not run.
    #[pyo3(signature = (outcome, *, dangerously_accept=Vec::new()))]
    fn reports(
        &self,
        py: Python<'_>,
        outcome: Option<&Bound<'_, PyAny>>,
        dangerously_accept: Vec<Bound<'_, PyAny>>,
    ) -> PyResult<Vec<LineReport>> {
        let weak = weak(py, &texts(&dangerously_accept)?)?;
        let lines = self.lock();
        let Some(outcome) = outcome else {
            return Ok(reports(&lines, lines.fates(Ok(None), weak)));
        };
        if let Ok(imported) = outcome.cast::<Imported>() {
            return Ok(reports(&lines, lines.fates(Ok(Some(&imported.get().0)), weak)));
        }
        let code = outcome.getattr(intern!(py, "code"))?.extract()?;
        let why = Why::of_code(code).ok_or_else(|| misuse(py, Misuse::Value))?;
        Ok(reports(&lines, lines.fates(Err(why), weak)))
    }

    /// What would become of each line, as far as the import tells before it asks anything.
    #[pyo3(signature = (pinbolt, *, operator, dangerously_accept=Vec::new()))]
    fn tried(
        &self,
        py: Python<'_>,
        pinbolt: &Pinbolt,
        operator: &Operator,
        dangerously_accept: Vec<Bound<'_, PyAny>>,
    ) -> PyResult<Vec<LineReport>> {
        let weak = weak(py, &texts(&dangerously_accept)?)?;
        let now = pinbolt.clock.read(py)?;
        let lines = self.lock();
        let outcome = lines.moving().zip(lines.account()).map_or(Ok(()), |(moving, account)| {
            let import = moving.import(account, (operator.0.clone(), weak));
            import::tried(&pinbolt.inner, now, import)
        });
        Ok(reports(&lines, lines.fates(outcome.map(|()| None).map_err(Why::from), weak)))
    }

    fn __repr__(&self) -> String {
        format!("AccountLines(lines={})", self.lock().lines().count())
    }
}

impl AccountLines {
    fn of(lines: import::AccountLines) -> Self {
        Self(Mutex::new(lines))
    }

    fn lock(&self) -> MutexGuard<'_, import::AccountLines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What became of a line; as a text, its number and that in a sentence, without the name.
#[pyclass(frozen, module = "pinbolt.provision")]
pub(crate) struct LineReport {
    line: u64,
    name: Option<String>,
    fate: Fate,
}

#[pymethods]
impl LineReport {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str, &'static str, &'static str) {
        ("line", "name", "fate", "why")
    }

    /// Its number, from 1.
    #[getter]
    const fn line(&self) -> u64 {
        self.line
    }

    /// Whose it is, as the file has it; `None` where it can't be read.
    #[getter]
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// `Added`, `Kept` or `Gone` as the import says, `Ready` in a dry run, `Skipped`, `Refused`,
    /// `HeldBack` where its account wasn't taken, or `Failed`: run it again.
    #[getter]
    const fn fate(&self) -> &'static str {
        self.fate.name()
    }

    /// Why it wasn't taken, such as `Scattered`: a name of `provision.FAULTS`, or of the engine's
    /// `REFUSALS`, `MISUSES` or `FAILURES`.
    #[getter]
    fn why(&self) -> Option<&'static str> {
        self.fate.why().map(|why| why.name)
    }

    /// The number of that, the same in every version and language.
    #[getter]
    fn code(&self) -> Option<u16> {
        self.fate.why().map(|why| why.code)
    }

    fn __str__(&self) -> String {
        format!("line {}: {}", self.line, self.fate)
    }

    fn __repr__(&self) -> String {
        format!("LineReport(line={}, fate='{}')", self.line, self.fate.name())
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(truth_test("LineReport"))
    }
}

fn reports(lines: &import::AccountLines, fates: Vec<(u64, Fate)>) -> Vec<LineReport> {
    let name = lines.name();
    let report = |(line, fate)| LineReport { line, name: name.map(Into::into), fate };
    fates.into_iter().map(report).collect()
}
