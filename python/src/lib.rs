//! pinbolt for Python: the native part.
//!
//! Thin over [`pinbolt::driver::Operation`]: nothing is decided here, and every name, code and
//! sentence comes from the engine's tables. Nothing in here is public; the package `pinbolt` is.

mod accepted;
mod audit;
mod begun;
mod clock;
mod conformance;
mod delivery;
mod description;
mod devices;
mod document;
mod engine;
mod error;
mod held;
mod installation;
mod interrupt;
mod keys;
mod moving;
mod oath;
mod ocra;
mod operation;
mod operator;
mod phone;
mod policy;
mod provision;
mod question;
mod refused;
mod results;
mod row;
mod store;
mod text;
mod tickets;
mod tokens;
mod work;

use pyo3::prelude::*;

/// The native part of pinbolt: private. Import from `pinbolt`.
#[pymodule(gil_used = false)]
mod _native {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::{
        accepted::Accepted,
        audit::{AuditEvent, Event},
        begun::{Begun, Challenge, Dispatch, Offer},
        conformance::check,
        description::{AddressState, Description, LedgerState},
        devices::{DeviceState, Outstanding, OutstandingCode, RememberedDevice},
        document::{Accounts, Document},
        engine::Engine,
        installation::Pinbolt,
        keys::Keys,
        moving::{Imported, ImportedToken},
        oath::{Hotp, Matched, Totp},
        ocra::{ClientAnswers, Ocra, OcraMatched, ServerAnswers},
        operation::Operation,
        operator::Operator,
        phone::{Fault, Number, Reader},
        policy::Policy,
        provision::{
            fault::ProvisionFault,
            files::{AccountLines, Importer, LineReport},
            key::OathKey,
            migration::{Migration, write_migration},
            otpauth::{read_base32, read_otpauth, write_base32, write_otpauth},
            pskc::{pskc_holds, read_pskc, write_pskc},
            qr::Qr,
        },
        question::{Commit, Deliver, Hash, Load, Message},
        refused::Refused,
        results::{Delivered, Done, Enrolled, RecoveryCodes, Released, Unlocked},
        row::{Snapshot, Write},
        store::{OpenedStore, open_store},
        tickets::{IssuedTicket, PeekedLink},
        tokens::{AddedToken, TokenState},
        work::{Digest, Work},
    };

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::error::alone(module.py())?;
        pyo3::types::PySequence::register::<RecoveryCodes>(module.py())?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("CONFIRM", pinbolt::op::CONFIRM)?;
        module.add("RELEASE", pinbolt::op::RELEASE)?;
        module.add("REFUSALS", super::error::table(module.py(), pinbolt::Refusal::TABLE)?)?;
        module.add("MISUSES", super::error::table(module.py(), pinbolt::Misuse::TABLE)?)?;
        module.add("FAILURES", super::error::table(module.py(), pinbolt::Failure::TABLE)?)?;
        module.add("PROVISION_FAULTS", super::provision::fault::table(module.py())?)?;
        module.add("SETTINGS", super::policy::settings(module.py())?)
    }
}
