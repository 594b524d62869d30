//! What other systems keep of tokens, moved in account by account.
//!
//! An [`Importer`] takes a file line by line and gives the lines of one account after the other, each
//! ready for the verb [`Import`](pinbolt::op::Import). [`run`] does all of it on a blocking engine.
//!
//! # How a file is read
//!
//! The lines of one account stand together. So that nobody is half moved, the file is read at least
//! twice: the passes of the survey write nothing and find whose lines don't stand together, or stand
//! beside one that can't be read, and which names are one account's; the last one gives the accounts.
//! Memory doesn't grow with the file: half a megabyte while it is surveyed, then one account. Files of
//! more than 49,152 accounts are surveyed in several passes. The file must not change meanwhile: that
//! is told ([`Importer::changed`]), and what is known to come after it is held back.
//!
//! Nothing at all is taken of a file of two issuers or realms, nor where a recovery code stands apart
//! from its set: nobody could tell whose it is.
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
//! when the account is imported, and with them those that the other system may have taken ahead: of
//! one step, or of half of Google's window. So stop the other system, or let it refuse codes, before
//! you write the file. Each further run of such a file ends the codes of its moment too, also of a
//! token that came long ago: who is about to sign in waits for the next one.
//!
//! # What no file tells
//!
//! **Whose a name is.** Where people chose their own names, whoever was `admin` there becomes `admin`
//! here. After a dry run look which of the file's accounts exist already; [`Totals::created`] counts
//! the others afterwards.
//!
//! **What ended there since.** A token that was removed, revoked or switched off there after one run
//! is `Skipped` in the next one's file, or isn't in it any more, and an account that was deleted isn't
//! either: here they stay. Remove them here, with
//! [`RemoveToken`](pinbolt::op::RemoveToken) and [`CancelAccount`](pinbolt::op::CancelAccount).
//!
//! **Who may not sign in there.** django-otp's rows don't tell that a user is inactive: leave such users
//! out of the file (`is_active`), or block them here.
//!
//! **What was asked beside the code.** privacyIDEA lets people type a PIN before the code. The PIN is
//! hashed and stays there, so a purpose of the code alone asks for one factor less: ask for a PIN of
//! ours, or for what you have else.
//!
//! **The time.** An import under a clock that is far ahead ends the codes until then, and no later run
//! takes that back: a counter or step never falls, and a token that is removed doesn't come again by
//! an import. Remove it, and add it with [`AddToken`](pinbolt::op::AddToken).

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
pub use run::{AccountOf, Options, Report, Totals, run, tried};
