//! A policy from text, the same in each language.
//!
//! ```toml
//! [code]               # every setting of `pinbolt::policy::SETTINGS`, by its path
//! lifetime = 180
//!
//! [accounts]
//! hide = true          # settings of "yes or no" are true or false
//!
//! [purposes.sign-in]   # what people sign in for
//! pin = true
//! code = ["sms", "email"]
//! resend = "redeliver" # or "rotate", which holds without this
//! authorizes = true    # false without this
//! needs = "two-with-email"  # or "two-factors": refused where a channel is worth less
//!
//! [purposes.approve]
//! code = ["@push"]     # a channel of your own, by its name
//!
//! [purposes.look]
//! code = ["email"]
//! link = true          # and a link beside the code
//!
//! [purposes.activate]
//! ticket = "once"      # a link and a code that are good only together
//!
//! [purposes.dossier]
//! ticket = "until-closed"
//!
//! [purposes.pay]       # in one step, by `verify`
//! pin = true
//! otp = true           # a token's one-time code
//!
//! [purposes.recover]
//! recovery_code = true
//! ```
//!
//! What isn't named has its default; what there isn't is refused, with its path and line.

use core::fmt;

use pinbolt::{
    Assurance, Channel, Policy,
    policy::{Builder, PolicyError, Purpose, Resend, SETTINGS, Setting, Uses},
};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

type Value<'a> = Spanned<DeValue<'a>>;

const NO_SUCH_SETTING: &str = "there is no such setting";

/// Reads a policy.
///
/// ```
/// let policy = pinbolt_open::policy::parse(
///     "code.lifetime = 180\npurposes.sign-in = { pin = true, code = [\"sms\"] }",
/// )?;
/// assert_eq!(policy.get("code.lifetime"), Some(180));
/// assert_eq!(policy.purposes().len(), 1);
///
/// let refused = pinbolt_open::policy::parse("[code]\ndigits = 4").unwrap_err();
/// assert_eq!(refused.path(), "code.digits");
/// assert_eq!(refused.to_string(), "policy, line 2: code.digits: 4 is not within 6 to 10 digits");
/// # Ok::<(), pinbolt_open::policy::PolicyTextError>(())
/// ```
///
/// # Errors
/// [`PolicyTextError`] names the setting or purpose and the line.
pub fn parse(text: &str) -> Result<Policy, PolicyTextError> {
    let reader = Reader { text };
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        PolicyTextError::new("", "this is not TOML", Some(reader.line(at)))
    })?;
    let mut builder = Policy::builder();
    for (name, value) in table.get_ref() {
        let DeValue::Table(entries) = value.get_ref() else {
            return Err(reader.odd(name.get_ref(), NO_SUCH_SETTING, value));
        };
        if entries.is_empty() && !is_group(name.get_ref()) {
            return Err(reader.odd(name.get_ref(), NO_SUCH_SETTING, value));
        }
        for (key, value) in entries {
            let path = format!("{}.{}", name.get_ref(), key.get_ref());
            builder = match name.get_ref().as_ref() {
                "purposes" => builder.purpose(reader.purpose(&path, key.get_ref(), value)?),
                _ => reader.setting(builder, &path, value)?,
            };
        }
    }
    builder.build().map_err(|error| PolicyTextError::of(&error, None))
}

/// Why the text of a policy was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyTextError {
    path: String,
    line: Option<usize>,
    reason: String,
}

impl PolicyTextError {
    /// The path of the setting or the purpose; empty where the text is no TOML.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The line, counted from 1; `None` for what only the whole shows.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        self.line
    }

    fn new(path: &str, reason: impl Into<String>, line: Option<usize>) -> Self {
        Self { path: path.into(), line, reason: reason.into() }
    }

    fn of(error: &PolicyError, line: Option<usize>) -> Self {
        Self::new(error.path(), error.reason(), line)
    }
}

impl fmt::Display for PolicyTextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("policy")?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if !self.path.is_empty() {
            // A key may hold line ends, and a refusal is one line of a log.
            write!(f, ": {}", self.path.escape_debug())?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl core::error::Error for PolicyTextError {}

/// Whether there are settings, or purposes, under this name.
fn is_group(name: &str) -> bool {
    let of_it = |setting: &Setting| setting.path.split('.').next() == Some(name);
    name == "purposes" || SETTINGS.iter().any(of_it)
}

/// Knows the lines of the text that it reads.
struct Reader<'a> {
    text: &'a str,
}

impl Reader<'_> {
    fn setting(
        &self,
        builder: Builder,
        path: &str,
        value: &Value<'_>,
    ) -> Result<Builder, PolicyTextError> {
        let setting = SETTINGS.iter().find(|setting| setting.path == path);
        let setting = setting.ok_or_else(|| self.odd(path, NO_SUCH_SETTING, value))?;
        let yes_or_no = setting.unit == "yes or no";
        let number = match value.get_ref() {
            DeValue::Boolean(yes) if yes_or_no => u64::from(*yes),
            _ if yes_or_no => return Err(self.odd(path, "this is not true or false", value)),
            DeValue::Integer(number) if number.radix() == 10 => number
                .as_str()
                .parse()
                .map_err(|_| self.odd(path, "this is no whole number from 0 up", value))?,
            _ => return Err(self.odd(path, "this is not a whole number", value)),
        };
        let line = self.line(value.span().start);
        builder.set(path, number).map_err(|error| PolicyTextError::of(&error, Some(line)))
    }

    fn purpose(
        &self,
        path: &str,
        name: &str,
        value: &Value<'_>,
    ) -> Result<Purpose, PolicyTextError> {
        let DeValue::Table(fields) = value.get_ref() else {
            return Err(self.odd(path, "a purpose is a table", value));
        };
        let (mut pin, mut otp, mut recovery_code) = (false, false, false);
        let (mut channels, mut resend, mut authorizes) = (Vec::new(), None, None);
        let (mut link, mut ticket, mut needs) = (false, None, None);
        for (key, value) in fields {
            let path = format!("{path}.{}", key.get_ref());
            match key.get_ref().as_ref() {
                "pin" => pin = self.flag(&path, value)?,
                "otp" => otp = self.flag(&path, value)?,
                "recovery_code" => recovery_code = self.flag(&path, value)?,
                "code" => channels = self.channels(&path, value)?,
                "resend" => resend = Some(self.resend(&path, value)?),
                "authorizes" => authorizes = Some(self.flag(&path, value)?),
                "link" => link = self.flag(&path, value)?,
                "needs" => needs = Some(self.needs(&path, value)?),
                "ticket" => ticket = Some(self.uses(&path, value)?),
                _ => return Err(self.odd(&path, "a purpose has no such field", value)),
            }
        }
        if let Some(uses) = ticket {
            let alone = !(pin || otp || recovery_code || link) && channels.is_empty();
            return match alone && resend.is_none() && needs.is_none() {
                true => self.ticket((path, name), (uses, authorizes), value),
                false => {
                    Err(self.odd(path, "beside a ticket's link and code stands nothing", value))
                }
            };
        }
        let purpose = match (pin, channels.is_empty()) {
            (true, false) => Purpose::pin_and_code(name, &channels),
            (false, false) => Purpose::code(name, &channels),
            (true, true) => Purpose::pin(name),
            (false, true) if otp => Purpose::otp(name),
            (false, true) if recovery_code => Purpose::recovery_code(name),
            (false, true) => return Err(self.odd(path, "it asks for neither PIN nor code", value)),
        };
        let purpose = purpose.resend(resend.unwrap_or(Resend::Rotate));
        let purpose = if authorizes == Some(true) { purpose.authorizes() } else { purpose };
        let purpose = if link { purpose.link() } else { purpose };
        let purpose = purpose.needs(needs.unwrap_or(Assurance::OneFactor));
        let purpose = if otp { purpose.and_otp() } else { purpose };
        let purpose = if recovery_code { purpose.and_recovery_code() } else { purpose };
        self.fits(path, &purpose, value)?;
        Ok(purpose)
    }

    fn ticket(
        &self,
        (path, name): (&str, &str),
        of: (Uses, Option<bool>),
        value: &Value<'_>,
    ) -> Result<Purpose, PolicyTextError> {
        let purpose = match of {
            (Uses::Once, Some(false)) => {
                return Err(self.odd(path, "what activates an account authorizes", value));
            }
            (Uses::Once, _) => Purpose::activation(name),
            (_, Some(true)) => Purpose::ticket(name).authorizes(),
            _ => Purpose::ticket(name),
        };
        self.fits(path, &purpose, value)?;
        Ok(purpose)
    }

    /// Builds a purpose by itself, so that what the engine finds wrong with it has its line.
    fn fits(
        &self,
        path: &str,
        purpose: &Purpose,
        value: &Value<'_>,
    ) -> Result<(), PolicyTextError> {
        let built = Policy::builder().purpose(purpose.clone()).build();
        built.map(drop).map_err(|error| self.odd(path, error.reason(), value))
    }

    fn flag(&self, path: &str, value: &Value<'_>) -> Result<bool, PolicyTextError> {
        match value.get_ref() {
            DeValue::Boolean(yes) => Ok(*yes),
            _ => Err(self.odd(path, "this is not true or false", value)),
        }
    }

    fn channels(&self, path: &str, value: &Value<'_>) -> Result<Vec<Channel>, PolicyTextError> {
        let DeValue::Array(names) = value.get_ref() else {
            return Err(self.odd(path, "this is not a list of channels", value));
        };
        let channel = |value: &Value<'_>| match value.get_ref() {
            DeValue::String(name) => match name.strip_prefix('@') {
                // So that a misspelt `sms` is no channel of one's own.
                Some(own) => Channel::own(own).ok(),
                None => Channel::from_name(name).filter(|it| !matches!(it, Channel::Own(_))),
            },
            _ => None,
        };
        let known: Option<Vec<_>> = names.iter().map(channel).collect();
        let known = known.filter(|channels| !channels.is_empty()).ok_or_else(|| {
            self.odd(path, "this is not a list of one or more of \"sms\", \"email\" and, of your own, \"@name\"", value)
        })?;
        self.fits(path, &Purpose::code("any", &known), value)?;
        Ok(known)
    }

    fn needs(&self, path: &str, value: &Value<'_>) -> Result<Assurance, PolicyTextError> {
        let named = |name: &str| Assurance::ALL.into_iter().find(|one| one.name() == name);
        let known = match value.get_ref() {
            DeValue::String(name) => named(name),
            _ => None,
        };
        let reason = "this is none of \"one-factor\", \"two-with-email\" and \"two-factors\"";
        known.ok_or_else(|| self.odd(path, reason, value))
    }

    fn resend(&self, path: &str, value: &Value<'_>) -> Result<Resend, PolicyTextError> {
        match value.get_ref() {
            DeValue::String(name) if name == "rotate" => Ok(Resend::Rotate),
            DeValue::String(name) if name == "redeliver" => Ok(Resend::Redeliver),
            _ => Err(self.odd(path, "this is neither \"rotate\" nor \"redeliver\"", value)),
        }
    }

    fn uses(&self, path: &str, value: &Value<'_>) -> Result<Uses, PolicyTextError> {
        match value.get_ref() {
            DeValue::String(name) if name == "once" => Ok(Uses::Once),
            DeValue::String(name) if name == "until-closed" => Ok(Uses::UntilClosed),
            _ => Err(self.odd(path, "this is neither \"once\" nor \"until-closed\"", value)),
        }
    }

    fn odd(&self, path: &str, reason: &str, value: &Value<'_>) -> PolicyTextError {
        PolicyTextError::new(path, reason, Some(self.line(value.span().start)))
    }

    fn line(&self, at: usize) -> usize {
        self.text.bytes().take(at).filter(|byte| *byte == b'\n').count().saturating_add(1)
    }
}
