//! A delivery of Python's.

use pinbolt::{
    driver::{self, Handover},
    op,
};
use pyo3::{exceptions::PyTypeError, intern, prelude::*, types::PyString};

use crate::{
    held::Held,
    interrupt::{self, Unasked, ask},
    question::Message,
    store::odd,
};

/// What it raises, or answers without sense, leaves the message's fate unknown.
pub(crate) struct PythonDelivery(Held);

impl PythonDelivery {
    pub(crate) fn new(delivery: Bound<'_, PyAny>) -> PyResult<Self> {
        match delivery.getattr_opt("deliver")?.is_some_and(|verb| verb.is_callable()) {
            true => Ok(Self(Held::new(delivery))),
            false => Err(PyTypeError::new_err("a delivery needs a method deliver")),
        }
    }

    pub(crate) fn held(&self) -> Held {
        self.0.clone()
    }
}

impl driver::Delivery for PythonDelivery {
    fn deliver(&self, message: &op::Message) -> Handover {
        let answer = ask(|py| {
            let message = Message::of(message);
            let answer = self.0.bind(py).call_method1(intern!(py, "deliver"), (message,))?;
            handed_over(&answer)
        });
        match answer {
            Ok(answer) => answer,
            Err(Unasked::Interrupted | Unasked::Never) => Handover::Unknown,
            Err(Unasked::Raised(error)) => {
                interrupt::undelivered(error);
                Handover::Unknown
            }
        }
    }
}

fn handed_over(answer: &Bound<'_, PyAny>) -> PyResult<Handover> {
    let text = answer.cast::<PyString>().ok().and_then(|text| text.to_str().ok());
    match text {
        Some("sent") => Ok(Handover::Sent),
        Some("refused") => Ok(Handover::Refused),
        Some("unknown") => Ok(Handover::Unknown),
        _ => Err(odd("deliver", "'sent', 'refused' or 'unknown'", answer)),
    }
}
