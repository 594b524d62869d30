//! PSKC documents, as the attributes of `pinbolt.pskc`'s classes and as dictionaries for them.

use pinbolt::Misuse;
use pinbolt_provision::{
    ProvisionError,
    pskc::{self, Document, KeyPackage, Lock, PinUsage},
};
use pyo3::{
    exceptions::PyOverflowError,
    prelude::*,
    types::{PyDict, PyString},
};

use super::{
    fault::{ProvisionFault, told},
    key::OathKey,
};
use crate::{
    error::misuse,
    text::{Text, Whole},
};

/// Reads a PSKC document: a dictionary of what `pinbolt.pskc.Document` is made of, or the first
/// `ProvisionFault` that concerns the whole of it.
#[pyfunction]
#[pyo3(signature = (text, key, password))]
pub(crate) fn read_pskc<'py>(
    py: Python<'py>,
    text: Text<'py>,
    key: Option<&[u8]>,
    password: Option<Text<'py>>,
) -> PyResult<Bound<'py, PyAny>> {
    let (text, lock) = (text.whole(), lock(py, key, password.as_ref())?);
    let read = py.detach(|| Document::read(text, lock));
    told(py, read, |document| Ok(document_dict(py, &document)?.into_any()))
}

/// Writes a `pinbolt.pskc.Document`, or says by a `ProvisionFault` what has no place in one.
#[pyfunction]
#[pyo3(signature = (document, key, password))]
pub(crate) fn write_pskc<'py>(
    py: Python<'py>,
    document: &Bound<'py, PyAny>,
    key: Option<&[u8]>,
    password: Option<Text<'py>>,
) -> PyResult<Bound<'py, PyAny>> {
    let lock = lock(py, key, password.as_ref())?;
    let given: Given = document.extract()?;
    let written = match given.document(py)? {
        Ok(document) => py.detach(|| document.write(lock)),
        Err(why) => Err(why),
    };
    told(py, written, |text| Ok(PyString::new(py, &text).into_any()))
}

/// Whether a host that keeps no conditions may use the key of a `pinbolt.pskc.KeyPackage` at this time.
#[pyfunction]
#[pyo3(signature = (package, now))]
pub(crate) fn pskc_holds(py: Python<'_>, package: &Bound<'_, PyAny>, now: Whole) -> PyResult<bool> {
    let given: GivenPackage<'_> = package.extract()?;
    let now = now.or_misuse(py, Misuse::Value)?;
    Ok(given.key.is_instance_of::<OathKey>() && given.package(py)?.holds(now))
}

fn lock<'a>(
    py: Python<'_>,
    key: Option<&'a [u8]>,
    password: Option<&Text<'a>>,
) -> PyResult<Lock<'a>> {
    match (key, password) {
        (None, None) => Ok(Lock::Plain),
        (Some(key), None) => Ok(Lock::Key(key)),
        (None, Some(password)) => Ok(Lock::Password(password.whole())),
        _ => Err(misuse(py, Misuse::Value)),
    }
}

/// What was read.
fn document_dict<'py>(py: Python<'py>, document: &Document) -> PyResult<Bound<'py, PyDict>> {
    let packages = document.packages.iter().map(|package| package_dict(py, package));
    let said = PyDict::new(py);
    said.set_item("id", &document.id)?;
    said.set_item("key_name", &document.key_name)?;
    said.set_item("signed", document.signed)?;
    said.set_item("packages", packages.collect::<PyResult<Vec<_>>>()?)?;
    Ok(said)
}

fn package_dict<'py>(py: Python<'py>, package: &KeyPackage) -> PyResult<Bound<'py, PyDict>> {
    let key = told(py, package.key.clone(), |key| Ok(Bound::new(py, OathKey(key))?.into_any()));
    let said = PyDict::new(py);
    said.set_item("id", &package.id)?;
    said.set_item("key", key?)?;
    said.set_item("issuer", &package.issuer)?;
    said.set_item("friendly_name", &package.friendly_name)?;
    said.set_item("user_id", &package.user_id)?;
    said.set_item("module_id", &package.module_id)?;
    said.set_item("clock_ahead", package.clock_ahead)?;
    said.set_item("device", device_dict(py, &package.device)?)?;
    said.set_item("policy", policy_dict(py, &package.policy)?)?;
    Ok(said)
}

fn device_dict<'py>(py: Python<'py>, device: &pskc::Device) -> PyResult<Bound<'py, PyDict>> {
    let said = PyDict::new(py);
    said.set_item("manufacturer", &device.manufacturer)?;
    said.set_item("serial", &device.serial)?;
    said.set_item("model", &device.model)?;
    said.set_item("issue", &device.issue)?;
    said.set_item("binding", &device.binding)?;
    said.set_item("start", device.start)?;
    said.set_item("expiry", device.expiry)?;
    said.set_item("user_id", &device.user_id)?;
    Ok(said)
}

fn policy_dict<'py>(py: Python<'py>, policy: &pskc::Policy) -> PyResult<Bound<'py, PyDict>> {
    let pin = policy.pin.as_ref().map(|pin| {
        let said = PyDict::new(py);
        said.set_item("usage", pin.usage.map(PinUsage::name))?;
        said.set_item("key_id", &pin.key_id)?;
        said.set_item("max_failures", pin.max_failures)?;
        said.set_item("min_length", pin.min_length)?;
        said.set_item("max_length", pin.max_length)?;
        PyResult::Ok(said)
    });
    let said = PyDict::new(py);
    said.set_item("start", policy.start)?;
    said.set_item("expiry", policy.expiry)?;
    said.set_item("transactions", policy.transactions)?;
    said.set_item("pin", pin.transpose()?)?;
    Ok(said)
}

/// A document as Python gives it.
#[derive(FromPyObject)]
struct Given<'py> {
    id: Option<Said>,
    key_name: Option<Said>,
    packages: Vec<GivenPackage<'py>>,
}

#[derive(FromPyObject)]
struct GivenPackage<'py> {
    id: Said,
    key: Bound<'py, PyAny>,
    issuer: Option<Said>,
    friendly_name: Option<Said>,
    user_id: Option<Said>,
    module_id: Option<Said>,
    clock_ahead: Steps,
    device: GivenDevice,
    policy: GivenPolicy,
}

#[derive(FromPyObject)]
struct GivenDevice {
    manufacturer: Option<Said>,
    serial: Option<Said>,
    model: Option<Said>,
    issue: Option<Said>,
    binding: Option<Said>,
    start: Option<Whole>,
    expiry: Option<Whole>,
    user_id: Option<Said>,
}

#[derive(FromPyObject)]
struct GivenPolicy {
    start: Option<Whole>,
    expiry: Option<Whole>,
    transactions: Option<Whole>,
    pin: Option<GivenPin>,
}

#[derive(FromPyObject)]
struct GivenPin {
    usage: Option<Said>,
    key_id: Option<Said>,
    max_failures: Option<Whole>,
    min_length: Option<Whole>,
    max_length: Option<Whole>,
}

/// A text of Python's own.
struct Said(String);

impl<'a> FromPyObject<'a, '_> for Said {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, '_, PyAny>) -> PyResult<Self> {
        Ok(Self(object.extract::<Text<'a>>()?.to_owned()))
    }
}

/// A number of steps; `None` for one that has no place anywhere.
struct Steps(Option<i32>);

impl<'a> FromPyObject<'a, '_> for Steps {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, '_, PyAny>) -> PyResult<Self> {
        match object.extract::<i32>() {
            Ok(steps) => Ok(Self(Some(steps))),
            Err(error) if error.is_instance_of::<PyOverflowError>(object.py()) => Ok(Self(None)),
            Err(error) => Err(error),
        }
    }
}

/// A number, if one is given; one out of its bounds is a mistake.
fn number<N: TryFrom<u64>>(py: Python<'_>, number: Option<Whole>) -> PyResult<Option<N>> {
    number.map(|number| number.or_misuse(py, Misuse::Value)).transpose()
}

fn said(text: Option<Said>) -> Option<String> {
    text.map(|text| text.0)
}

impl Given<'_> {
    /// The document, or why one of its packages has no key.
    fn document(self, py: Python<'_>) -> PyResult<Result<Document, ProvisionError>> {
        let mut document = Document::default();
        (document.id, document.key_name) = (said(self.id), said(self.key_name));
        for package in self.packages {
            if let Ok(fault) = package.key.cast::<ProvisionFault>() {
                return Ok(Err(fault.get().why()));
            }
            document.packages.push(package.package(py)?);
        }
        Ok(Ok(document))
    }
}

impl GivenPackage<'_> {
    fn package(self, py: Python<'_>) -> PyResult<KeyPackage> {
        let key = self.key.cast::<OathKey>()?;
        let mut package = KeyPackage::new(&self.id.0, &key.get().0);
        package.issuer = said(self.issuer).or(package.issuer);
        package.friendly_name = said(self.friendly_name).or(package.friendly_name);
        (package.user_id, package.module_id) = (said(self.user_id), said(self.module_id));
        package.clock_ahead = self.clock_ahead.0.ok_or_else(|| misuse(py, Misuse::Value))?;
        self.device.fill(py, &mut package.device)?;
        self.policy.fill(py, &mut package.policy)?;
        Ok(package)
    }
}

impl GivenDevice {
    fn fill(self, py: Python<'_>, device: &mut pskc::Device) -> PyResult<()> {
        device.manufacturer = said(self.manufacturer);
        device.serial = said(self.serial);
        device.model = said(self.model);
        device.issue = said(self.issue);
        device.binding = said(self.binding);
        (device.start, device.expiry) = (number(py, self.start)?, number(py, self.expiry)?);
        device.user_id = said(self.user_id);
        Ok(())
    }
}

impl GivenPolicy {
    fn fill(self, py: Python<'_>, policy: &mut pskc::Policy) -> PyResult<()> {
        (policy.start, policy.expiry) = (number(py, self.start)?, number(py, self.expiry)?);
        policy.transactions = number(py, self.transactions)?;
        let Some(given) = self.pin else {
            return Ok(());
        };
        let mut pin = pskc::PinPolicy::default();
        if let Some(usage) = given.usage {
            let known = PinUsage::ALL.into_iter().find(|known| known.name() == usage.0);
            pin.usage = Some(known.ok_or_else(|| misuse(py, Misuse::Value))?);
        }
        pin.key_id = said(given.key_id);
        pin.max_failures = number(py, given.max_failures)?;
        pin.min_length = number(py, given.min_length)?;
        pin.max_length = number(py, given.max_length)?;
        policy.pin = Some(pin);
        Ok(())
    }
}
