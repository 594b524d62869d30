//! A URL to a store.

use core::{error::Error, fmt};

use pinbolt::driver::Store;
use pinbolt_sqlite::Sqlite;

/// Opens the store that a URL names; the [crate's page](crate) lists the forms.
///
/// ```
/// # use pinbolt_open::{OpenError, store};
/// assert!(matches!(store("mysql://db/auth"), Err(OpenError::UnknownScheme(name)) if name == "mysql"));
/// ```
///
/// # Errors
/// [`OpenError`] says why. It never repeats the URL, which may hold a password.
pub fn store(url: &str) -> Result<Box<dyn Store>, OpenError> {
    let (scheme, rest) = url.split_once(':').ok_or(OpenError::NoScheme)?;
    match scheme.to_ascii_lowercase().as_str() {
        "sqlite" => Ok(Box::new(Sqlite::open(path(rest)?).map_err(OpenError::Sqlite)?)),
        "memory" if rest.is_empty() => memory(),
        "memory" => Err(OpenError::MemoryHasNoName),
        scheme if is_scheme(scheme) => Err(OpenError::UnknownScheme(scheme.into())),
        _ => Err(OpenError::NoScheme),
    }
}

fn path(rest: &str) -> Result<&str, OpenError> {
    let path = rest.strip_prefix("//").ok_or(OpenError::NoSlashes)?;
    if path.is_empty() {
        return Err(OpenError::NoPath);
    }
    if let Some(odd) = path.chars().find(|c| "%?#".contains(*c) || c.is_control()) {
        return Err(OpenError::Character(odd));
    }
    match path {
        ":memory:" | "/:memory:" => Err(OpenError::SqliteMemory),
        path if path.starts_with('~') => Err(OpenError::Home),
        path => Ok(path),
    }
}

#[cfg(feature = "memory")]
fn memory() -> Result<Box<dyn Store>, OpenError> {
    Ok(Box::new(pinbolt::testkit::MemoryStore::new()))
}

#[cfg(not(feature = "memory"))]
fn memory() -> Result<Box<dyn Store>, OpenError> {
    Err(OpenError::MemoryNotBuilt)
}

/// RFC 3986, 3.1; short, so that what is shown of a URL can't be its secret part.
fn is_scheme(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
    (1..=16).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(plain)
}

/// Why a URL opened no store.
#[derive(Debug)]
#[non_exhaustive]
pub enum OpenError {
    /// The text doesn't begin with a scheme and a colon.
    NoScheme,
    /// There is no store for this scheme.
    UnknownScheme(String),
    /// `sqlite:` without two slashes after it.
    NoSlashes,
    /// `sqlite://` and nothing after it.
    NoPath,
    /// A character that the path may not have.
    Character(char),
    /// SQLite's own `:memory:`, which each connection would have to itself.
    SqliteMemory,
    /// A path that begins with `~`, which only shells know.
    Home,
    /// Something follows `memory:`.
    MemoryHasNoName,
    /// `memory:` in a build without the feature `memory`.
    MemoryNotBuilt,
    /// The SQLite file was refused.
    Sqlite(pinbolt_sqlite::OpenError),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const FORMS: &str = "sqlite:///absolute/path.db, sqlite://relative/path.db or memory:";
        match self {
            Self::NoScheme => write!(f, "the store's URL has no scheme: write {FORMS}"),
            Self::UnknownScheme(scheme) => {
                write!(f, "there is no store for {scheme}: in this build; there is {FORMS}")
            }
            Self::NoSlashes => f.write_str(
                "write two slashes after sqlite: and then the path, as in sqlite:///var/lib/auth.db",
            ),
            Self::NoPath => f.write_str("the URL names no file: write sqlite:///absolute/path.db"),
            Self::Character(odd) => {
                write!(f, "the path in the URL may not contain {odd:?}: it is taken as it stands")
            }
            Self::SqliteMemory => f.write_str(
                "SQLite's :memory: is a database for each connection: write a path, or memory:",
            ),
            Self::Home => f.write_str("~ is not expanded: write the home folder's own path"),
            Self::MemoryHasNoName => f.write_str("nothing may follow memory:"),
            Self::MemoryNotBuilt => f.write_str(
                "memory: is for demonstrations and not in this build: enable the feature memory of pinbolt-open",
            ),
            Self::Sqlite(error) => error.fmt(f),
        }
    }
}

impl Error for OpenError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Sqlite(error) => error.source(),
            _ => None,
        }
    }
}
