//! What other systems keep of tokens, moved in account by account.
//!
//! An [`Importer`] takes a file line by line and gives the lines of one account after the other, each
//! ready for the verb [`Import`](pinbolt::op::Import). [`run`] does all of it on a blocking engine.
//!
//! # How a file is read
//!
//! The lines of one account stand together. So that nobody is half moved, the file is read at least
//! twice: the passes of the survey write nothing and find whose lines don't stand together, or stand
//! beside one that can't be read; the last one gives the accounts. Memory doesn't grow with the file:
//! half a megabyte while it is surveyed, then one account. Files of more than 49,152 accounts are
//! surveyed in several passes. The file must not change meanwhile.
//!
//! Blank lines, and those that begin with `#`, are passed over. A line has at most
//! [`Importer::MAX_LINE`] bytes, an account at most [`AccountLines::MAX_LINES`] lines.
//!
//! # What is carried over
//!
//! | format | codes used there | clock | failures | recovery codes | PIN |
//! | --- | --- | --- | --- | --- | --- |
//! | [`Format::DjangoOtp`] | last step, counter | drift | count and time | static tokens | |
//! | [`Format::OathUsers`] | by the last code and its time; counter | | | | in clear |
//! | [`Format::GoogleAuthenticator`] | steps used; counter | skew | | scratch codes | |
//! | [`Format::PrivacyIdea`] | last step, counter | shift | count | | never: it is hashed |
//! | [`Format::Otpauth`] | counter | | | | |
//!
//! Where the file doesn't tell which codes of a timed token were used, all are over until the moment
//! of the import. So stop the other system, or let it refuse codes, before you write the file.

mod django;
mod google;
mod importer;
mod line;
mod lines;
mod moving;
mod number;
mod oath_users;
mod otpauth_list;
mod privacyidea;
mod run;
mod seen;

pub use importer::{Format, Importer, Pass};
pub use lines::AccountLines;
pub use moving::{Fate, Moving, Why};
pub use run::{AccountOf, Options, Report, Totals, run};
