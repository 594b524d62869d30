//! What a working process tells before it is killed: a line each, written after the answer.

use core::{fmt, str::FromStr};

use pinbolt_drills::{Open, Result, SIGN_IN, Trouble};

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Report {
    /// The file is open; the work begins.
    Working,
    /// A challenge was issued and its code arrived.
    Begun(Open),
    /// A wrong code was refused, and so counted.
    WrongCode,
    /// The right code is about to be typed.
    Finishing,
    /// It was accepted.
    Accepted,
    /// A wrong PIN was refused, and so counted.
    WrongPin,
    /// The next PIN must wait until then.
    Waiting(u64),
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Working => f.write_str("working"),
            Self::Begun(Open { handle, code, .. }) => write!(f, "begun {handle} {code}"),
            Self::WrongCode => f.write_str("wrong-code"),
            Self::Finishing => f.write_str("finishing"),
            Self::Accepted => f.write_str("accepted"),
            Self::WrongPin => f.write_str("wrong-pin"),
            Self::Waiting(until) => write!(f, "waiting {until}"),
        }
    }
}

impl FromStr for Report {
    type Err = Trouble;

    fn from_str(line: &str) -> Result<Self> {
        let words: Vec<&str> = line.split_whitespace().collect();
        Ok(match words.as_slice() {
            ["working"] => Self::Working,
            ["begun", handle, code] => {
                let (handle, code) = ((*handle).into(), (*code).into());
                Self::Begun(Open { purpose: SIGN_IN.into(), handle, code })
            }
            ["wrong-code"] => Self::WrongCode,
            ["finishing"] => Self::Finishing,
            ["accepted"] => Self::Accepted,
            ["wrong-pin"] => Self::WrongPin,
            ["waiting", until] => Self::Waiting(until.parse()?),
            _ => return Err(format!("this is no report: {line:?}").into()),
        })
    }
}
