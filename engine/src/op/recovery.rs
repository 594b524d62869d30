//! Recovery codes: made as a set, shown once.

use alloc::{string::String, vec::Vec};
use core::fmt;

use super::{
    Op, Step, Verb,
    authority::{audited, authorized, authorized_on_load},
    cx::Cx,
    pin,
    row::{Judged, Row},
};
use crate::{
    audit::{Event, EventKind},
    authority::Authority,
    code::recovery,
    error::{Error, Failure, Refusal},
    pin::{Digest, Work},
    pinbolt::Pinbolt,
    record::{RecoveryEntry, RecoverySet, State},
    secret::Secret,
};

/// Makes a set of recovery codes (NIST SP 800-63B-4, 3.1.2: look-up secrets) and shows it, this once;
/// an older set ends with it. Each code is good once, of 80 random bits, and kept as an Argon2id hash:
/// one hash is asked for each. The count of wrong codes stays: that is `unlock`'s.
///
/// Refuses with `NotAuthorized` or `UnknownAccount`.
pub struct IssueRecoveryCodes<'a> {
    /// The account's id.
    pub account: &'a str,
    /// By what right: an operator, or the person's own [`Proofs`](crate::Proofs).
    pub authority: Authority,
}

super::verb!(IssueRecoveryCodes<'_>);

/// A set of recovery codes, for the person alone. Wiped when dropped.
#[must_use = "the codes are shown this once"]
pub struct RecoveryCodes(Vec<Secret<String>>);

impl RecoveryCodes {
    /// The codes, as they are to be shown: `7K3D-…`, four groups of four letters and digits.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(|code| code.expose().as_str())
    }
}

impl fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecoveryCodes({})", self.0.len())
    }
}

impl Verb for IssueRecoveryCodes<'_> {
    type Output = RecoveryCodes;

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<RecoveryCodes> {
        let (account, authority) = (String::from(self.account), self.authority);
        Op::start(pinbolt, (now, entropy), None, |cx| async move {
            issue(cx, &account, authority).await
        })
    }
}

async fn issue(mut cx: Cx, account: &str, authority: Authority) -> Result<RecoveryCodes, Error> {
    let cx = &mut cx;
    let mut row = Row::account(cx, account).await?;
    authorized_on_load(cx, &row, &authority)?;
    let mut codes = Vec::new();
    let mut set = RecoverySet {
        generation: cx.entropy.bytes(),
        salt: cx.entropy.bytes(),
        cost: cx.pinbolt.policy().cost(),
        pepper: cx.pinbolt.keys().active()?.id,
        made_at: 0,
        entries: Vec::new(),
        imported: false,
    };
    for _ in 0..cx.pinbolt.policy().settings.recovery_codes {
        let code = recovery::from_bits(&Secret::new(cx.entropy.bytes()));
        let work = stored_work(cx, &code, &set)?;
        let digest = cx.hash(work).await?;
        let hash = digest.as_ref().and_then(Digest::bytes).ok_or(Failure::Overload)?;
        set.entries.push(RecoveryEntry { hash, used: None });
        codes.push(recovery::shown(&code));
    }
    row.write(cx, |record, moment| {
        authorized(moment.pinbolt, &authority, record)?;
        if record.state == State::Cancelled {
            return Err(Refusal::UnknownAccount.into());
        }
        record.recovery = Some(RecoverySet { made_at: moment.now, ..set.clone() });
        let event = Event::new(moment.now, EventKind::RecoveryCodesIssued);
        moment.log(record, audited(&authority, event));
        Ok(Judged::Write(()))
    })
    .await?;
    Ok(RecoveryCodes(codes))
}

/// The work that makes a code of this set a hash, if its pepper is at hand.
pub(super) fn stored_work(
    cx: &mut Cx,
    code: &Secret<String>,
    set: &RecoverySet,
) -> Result<Work, Failure> {
    pin::work(cx, code, (set.salt, set.pepper, set.cost))
}
