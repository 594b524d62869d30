//! The passes over a file.

use std::{
    fmt,
    hash::{DefaultHasher, Hasher},
    mem,
};

use super::{
    django::Sets,
    google::File,
    line::{Found, Line},
    lines::{AccountLines, What},
    oath_users, otpauth_list, privacyidea,
    seen::Seen,
};
use crate::ProvisionError;

/// How another system writes its tokens down.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format<'a> {
    /// Addresses as [`otpauth::read`](crate::otpauth::read) takes them, one a line, of one issuer. The
    /// account is the label's name.
    Otpauth,
    /// A users file of the OATH Toolkit (`pam_oath`, liboath).
    OathUsers,
    /// The file of Google's PAM module, `~/.google_authenticator`, of this account.
    GoogleAuthenticator(&'a str),
    /// django-otp's rows as Django's serializer writes them, one JSON object a line, a set of static
    /// tokens before its tokens. The account is the user: a number, a text, or a natural key of one.
    DjangoOtp,
    /// privacyIDEA's export, decrypted, one JSON object a line, of one realm. The account is the
    /// user's login. A token that is good for a time or a number of uses alone is refused.
    PrivacyIdea,
}

/// What the lines of a pass are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pass {
    /// To see which lines stand where: nothing is given out.
    Survey,
    /// To give out the accounts.
    Accounts,
    /// There is none left.
    Over,
}

/// Reads the file of another system, in passes: it does no I/O.
///
/// `F` tells whose account a name of the file is: see [`Importer::mapped`].
///
/// ```
/// use pinbolt_provision::import::{Format, Importer, Pass};
///
/// # let now = 1_795_329_005_125;
/// let file = "HOTP ana - 3132333435363738393031323334353637383930 7\n\
///             HOTP ben - 3132333435363738393031323334353637383930x\n";
/// let mut importer = Importer::new(Format::OathUsers, now);
/// let mut accounts = Vec::new();
/// while importer.pass() != Pass::Over {
///     for line in file.lines() {
///         accounts.extend(importer.line(line.as_bytes()));
///     }
///     accounts.extend(importer.end());
/// }
/// let told: Vec<_> = accounts.iter().map(|lines| (lines.name(), lines.complete())).collect();
/// assert_eq!(told, [(Some("ana"), true), (Some("ben"), false)]);
/// ```
pub struct Importer<F = fn(&str) -> Option<String>> {
    source: Source,
    account: F,
    now: u64,
    pass: Pass,
    number: u64,
    current: Option<AccountLines>,
    /// Whether the line before can't be read.
    beside: bool,
    within: Option<String>,
    /// What holds the whole file back.
    held: Option<ProvisionError>,
    seen: Seen,
    /// What this pass reads, and what the first has read.
    digest: DefaultHasher,
    first: Option<u64>,
}

/// What is read, and what of it one line tells the next.
enum Source {
    Otpauth,
    OathUsers,
    Google(String, File),
    Django(Sets),
    PrivacyIdea,
}

impl Importer {
    /// The longest line, in bytes without its end. A caller may cut what is longer one byte behind.
    pub const MAX_LINE: usize = 64 << 10;

    /// Begins the first pass, at `now` (Unix milliseconds). Each name is the account of that id.
    #[must_use]
    pub fn new(format: Format<'_>, now: u64) -> Self {
        Self::mapped(format, now, |name| Some(name.into()))
    }
}

impl<F: FnMut(&str) -> Option<String>> Importer<F> {
    /// Begins the first pass, at `now` (Unix milliseconds). `account` tells whose account a name is, in
    /// each pass the same; a name that is nobody's is held back. Two names that are one account's may be
    /// two people there: they are [`Scattered`](ProvisionError::Scattered), and held back both.
    #[must_use]
    pub fn mapped(format: Format<'_>, now: u64, account: F) -> Self {
        let source = match format {
            Format::Otpauth => Source::Otpauth,
            Format::OathUsers => Source::OathUsers,
            Format::GoogleAuthenticator(account) => Source::Google(account.into(), File::default()),
            Format::DjangoOtp => Source::Django(Sets::default()),
            Format::PrivacyIdea => Source::PrivacyIdea,
        };
        let seen = Seen::new();
        Self {
            source,
            account,
            now,
            pass: Pass::Survey,
            number: 0,
            current: None,
            beside: false,
            within: None,
            held: None,
            digest: seen.hasher(),
            seen,
            first: None,
        }
    }

    /// Tells the time (Unix milliseconds). Where a file doesn't tell which codes were used, all are over
    /// until it: so tell it before each line of the last pass, and before its end.
    pub const fn at(&mut self, now: u64) {
        self.now = now;
    }

    /// Whether the passes so far haven't read the same. What is given out from then on is held back.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.held == Some(ProvisionError::Changed)
    }

    /// Which pass the next line belongs to. Begin each at the file's beginning.
    #[must_use]
    pub const fn pass(&self) -> Pass {
        self.pass
    }

    /// Takes a line, with or without its end; gives an account whose lines are over by it.
    pub fn line(&mut self, line: &[u8]) -> Option<AccountLines> {
        self.number = self.number.saturating_add(1);
        self.digest.write(line);
        self.digest.write_usize(line.len());
        let text = text(line, self.number);
        if text.is_ok_and(|text| text.is_empty() || text.starts_with('#')) {
            return None;
        }
        let (now, exactly) = (self.now, self.pass == Pass::Accounts);
        let read = match (&mut self.source, text) {
            (Source::Google(name, file), text) => match file.read(self.number, text) {
                Some(what) => Line::Of(Found::of(name.clone(), what)),
                None => return None,
            },
            (_, Err(why)) => Line::Unreadable(why),
            (Source::Otpauth, Ok(text)) => otpauth_list::read(text),
            (Source::OathUsers, Ok(text)) => oath_users::read(text, now, exactly),
            (Source::Django(sets), Ok(text)) => sets.read(text, now),
            (Source::PrivacyIdea, Ok(text)) => privacyidea::read(text, now),
        };
        let over = match read {
            Line::Of(found) => self.found(found),
            Line::Nobodys => self.alone(What::Skipped(ProvisionError::Nobody)),
            Line::Orphan => {
                self.held.get_or_insert(ProvisionError::Orphan);
                self.unreadable(ProvisionError::Orphan)
            }
            Line::Unreadable(why) => self.unreadable(why),
        };
        over.filter(|_| self.pass == Pass::Accounts)
    }

    /// Ends a pass; gives the last account.
    pub fn end(&mut self) -> Option<AccountLines> {
        let read = mem::replace(&mut self.digest, self.seen.hasher()).finish();
        if *self.first.get_or_insert(read) != read {
            self.held = Some(ProvisionError::Changed);
        }
        match &mut self.source {
            Source::Google(name, file) => {
                let (name, token) = (name.clone(), mem::take(file).token());
                self.file(&name, token);
            }
            Source::Django(sets) => *sets = Sets::default(),
            Source::Otpauth | Source::OathUsers | Source::PrivacyIdea => {}
        }
        let last = self.close().filter(|_| self.pass == Pass::Accounts);
        self.pass = match self.pass {
            Pass::Survey if self.seen.again() => Pass::Survey,
            Pass::Survey => {
                self.seen.settle();
                Pass::Accounts
            }
            Pass::Accounts | Pass::Over => Pass::Over,
        };
        (self.number, self.beside, self.within) = (0, false, None);
        last
    }

    /// A line of an account: of the one that stands, or the first of another.
    fn found(&mut self, found: Found) -> Option<AccountLines> {
        let standing = self.current.as_ref().and_then(|current| current.name.as_deref());
        let over = match standing == Some(&*found.account) {
            true => None,
            false => self.begin(&found.account),
        };
        let mixed = differs(&mut self.within, found.within);
        if mixed {
            self.held.get_or_insert(ProvisionError::Mixed);
        }
        let current = self.current.get_or_insert_with(|| AccountLines::of(None));
        let mut what = found.what;
        if mixed || differs(&mut current.person, found.person) {
            what = What::Refused(ProvisionError::Mixed);
        }
        if differs(&mut current.pin, found.pin) {
            what = What::Refused(ProvisionError::Pins);
        }
        if let Some((count, last)) = found.failures {
            current.failed(count, last);
        }
        current.push(self.number, what);
        over
    }

    /// The lines of another account begin.
    fn begin(&mut self, name: &str) -> Option<AccountLines> {
        let over = self.close();
        let mut lines = AccountLines::of(Some(name.into()));
        lines.account = (self.account)(name);
        lines.held = mem::take(&mut self.beside).then_some(ProvisionError::Beside);
        match &lines.account {
            None => lines.held = Some(ProvisionError::Account),
            Some(account) if self.pass == Pass::Survey => self.seen.note(account),
            Some(account) if self.seen.is_scattered(account) => {
                lines.held = Some(ProvisionError::Scattered);
            }
            Some(_) => {}
        }
        self.current = Some(lines);
        over
    }

    /// The account of a file that is of one account, at its end.
    fn file(&mut self, name: &str, token: Option<(u64, What)>) {
        if self.current.is_none() {
            self.begin(name);
        }
        if let (Some(lines), Some((number, what))) = (&mut self.current, token) {
            lines.push(number, what);
            lines.entries.sort_unstable_by_key(|entry| entry.line);
            lines.tells_codes = true;
        }
    }

    /// A line that may be of the account before it or behind it, or of anyone.
    fn unreadable(&mut self, why: ProvisionError) -> Option<AccountLines> {
        self.beside = true;
        if let Some(before) = self.current.as_mut().filter(|lines| lines.name.is_some()) {
            before.held.get_or_insert(ProvisionError::Beside);
        }
        self.alone(What::Refused(why))
    }

    /// A line of no account.
    fn alone(&mut self, what: What) -> Option<AccountLines> {
        let over = self.close();
        let mut lines = AccountLines::of(None);
        lines.push(self.number, what);
        self.current = Some(lines);
        over
    }

    fn close(&mut self) -> Option<AccountLines> {
        let mut over = self.current.take()?;
        over.held = self.held.or(over.held);
        over.now = self.now;
        Some(over)
    }
}

/// Whether there is another than the first; that one is kept.
fn differs<T: PartialEq>(first: &mut Option<T>, other: Option<T>) -> bool {
    match (&*first, other) {
        (Some(first), Some(other)) => *first != other,
        (Some(_), None) => false,
        (None, other) => {
            *first = other;
            false
        }
    }
}

/// The line as text, without its end and, at the beginning of a file, without a byte-order mark.
fn text(line: &[u8], number: u64) -> Result<&str, ProvisionError> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    if line.len() > Importer::MAX_LINE {
        return Err(ProvisionError::TooLong);
    }
    let text = str::from_utf8(line).map_err(|_| ProvisionError::Line)?;
    let text = if number == 1 { text.strip_prefix('\u{feff}').unwrap_or(text) } else { text };
    Ok(text.trim())
}

impl fmt::Debug for Format<'_> {
    /// Without the account.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Otpauth => "Otpauth",
            Self::OathUsers => "OathUsers",
            Self::GoogleAuthenticator(_) => "GoogleAuthenticator(..)",
            Self::DjangoOtp => "DjangoOtp",
            Self::PrivacyIdea => "PrivacyIdea",
        })
    }
}

impl<F> fmt::Debug for Importer<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Importer").field("pass", &self.pass).finish_non_exhaustive()
    }
}
