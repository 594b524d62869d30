//! What the holder of tokens and recovery codes tells before it is killed: a line each.

use core::{fmt, str::FromStr};

use pinbolt_drills::{Result, Trouble};

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// The n-th cycle of its work begins.
    Working(u32),
    /// The next question belongs to this.
    Trying(Act),
    /// That was granted; a guess was refused.
    Done(Act),
    /// The recovery codes of the set that was issued.
    Issued(Vec<String>),
    /// The same code once more answered that it is used.
    Reused,
}

/// Something that writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Signing in by the code of this step.
    Clock(u64),
    /// By the code of this counter, and a PIN; or finding the counter again up to it.
    Counter(u64),
    /// By this recovery code of the set.
    Code(usize),
    /// What is counted of a wrong guess at PIN, tokens and recovery codes.
    Guess { counted: [u32; 3] },
    /// A new set of recovery codes.
    Issue,
    /// A third token.
    Add,
    /// It is confirmed.
    Confirm,
    /// It is removed.
    Remove,
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Working(n) => write!(f, "working {n}"),
            Self::Trying(act) => write!(f, "trying {act}"),
            Self::Done(act) => write!(f, "done {act}"),
            Self::Issued(codes) => write!(f, "issued {}", codes.join(" ")),
            Self::Reused => f.write_str("reused"),
        }
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clock(step) => write!(f, "clock {step}"),
            Self::Counter(counter) => write!(f, "counter {counter}"),
            Self::Code(at) => write!(f, "code {at}"),
            Self::Guess { counted: [a, b, c] } => write!(f, "guess {a} {b} {c}"),
            Self::Issue => f.write_str("issue"),
            Self::Add => f.write_str("add"),
            Self::Confirm => f.write_str("confirm"),
            Self::Remove => f.write_str("remove"),
        }
    }
}

impl FromStr for Told {
    type Err = Trouble;

    fn from_str(line: &str) -> Result<Self> {
        let words: Vec<&str> = line.split_whitespace().collect();
        Ok(match words.as_slice() {
            ["working", n] => Self::Working(n.parse()?),
            ["trying", act @ ..] => Self::Trying(Act::of(act)?),
            ["done", act @ ..] => Self::Done(Act::of(act)?),
            ["issued", codes @ ..] => Self::Issued(codes.iter().map(|c| (*c).into()).collect()),
            ["reused"] => Self::Reused,
            _ => return Err(format!("this is no report: {line:?}").into()),
        })
    }
}

impl Act {
    fn of(words: &[&str]) -> Result<Self> {
        Ok(match words {
            ["clock", step] => Self::Clock(step.parse()?),
            ["counter", counter] => Self::Counter(counter.parse()?),
            ["code", at] => Self::Code(at.parse()?),
            ["guess", a, b, c] => Self::Guess { counted: [a.parse()?, b.parse()?, c.parse()?] },
            ["issue"] => Self::Issue,
            ["add"] => Self::Add,
            ["confirm"] => Self::Confirm,
            ["remove"] => Self::Remove,
            _ => return Err(format!("this is no act: {words:?}").into()),
        })
    }
}
