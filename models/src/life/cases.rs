//! The variants, and the broken forms of each.

use super::{CODES, Form, Life, NOT_LOST, ONE_OWNER, REPLACED, SIGN_IN};
use crate::{Case, Size};

const PLAIN: Life = Life {
    accounts: 2,
    addresses: 1,
    most: 1,
    changes: false,
    codes: false,
    folded: false,
    documents: false,
    at_once: 2,
    late: 0,
    form: Form::Whole,
};
/// Two accounts and two addresses that replace each other.
const CHANGE: Life = Life { addresses: 2, changes: true, ..PLAIN };
/// One account and three addresses: two changes of one.
const TWO_CHANGES: Life = Life { accounts: 1, addresses: 3, ..CHANGE };
/// Codes, suspension and another owner.
const CODE: Life = Life { codes: true, ..PLAIN };
/// Codes, suspension and a change.
const CODE_AND_CHANGE: Life = Life { accounts: 1, codes: true, ..CHANGE };
/// An address of two accounts at most, for which three contend.
const SHARED: Life = Life { accounts: 3, most: 2, ..PLAIN };
/// Two spellings of one mailbox.
const MAILBOX: Life = Life { addresses: 2, folded: true, ..PLAIN };
const DOCUMENTS: Life = Life { addresses: 2, documents: true, ..PLAIN };

/// The models, each with its controls.
pub fn cases(size: Size) -> Vec<Case> {
    let full = size == Size::Full;
    let late = usize::from(full);
    let at_once = if full { 2 } else { 1 };
    let whole = [
        ("change", Life { at_once, ..CHANGE }),
        ("two-changes", Life { at_once, ..TWO_CHANGES }),
        ("codes", Life { late, ..CODE }),
        ("codes-and-change", Life { at_once, ..CODE_AND_CHANGE }),
        ("shared", Life { late, accounts: if full { 3 } else { 2 }, ..SHARED }),
        ("mailbox", Life { at_once, ..MAILBOX }),
        ("documents", Life { late, at_once, ..DOCUMENTS }),
    ];
    let whole = whole.map(|(name, model)| {
        let Life { accounts, addresses, most, at_once, late, .. } = model;
        let bounds = format!("accounts={accounts} addresses={addresses} holders={most}");
        Case::whole(format!("life {name} {bounds} at-once={at_once} late={late}"), model)
    });
    let deep = DEEP_CONTROLS.into_iter().filter(|_| full);
    let controls = CONTROLS.into_iter().chain(deep).map(|(name, model, form, rule)| {
        Case::control(format!("life {name}"), Life { form, ..model }, rule)
    });
    whole.into_iter().chain(controls).collect()
}

type Control = (&'static str, Life, Form, &'static str);

const CONTROLS: [Control; 23] = [
    ("change without-fence", CHANGE, Form::WithoutFence, ONE_OWNER),
    ("change leaving-unfenced", CHANGE, Form::LeavingUnfenced, ONE_OWNER),
    ("change claim-before-intent", CHANGE, Form::ClaimBeforeIntent, ONE_OWNER),
    ("change release-claim-first", CHANGE, Form::ReleaseClaimFirst, ONE_OWNER),
    ("change delete-any-claim", CHANGE, Form::DeleteAnyClaim, ONE_OWNER),
    ("change sweep-before-write", CHANGE, Form::SweepBeforeWrite, ONE_OWNER),
    ("change replaced-at-once", CHANGE, Form::ReplacedAtOnce, ONE_OWNER),
    ("change left-holds", CHANGE, Form::LeftHolds, NOT_LOST),
    ("change orphan-holds", CHANGE, Form::OrphanHolds, NOT_LOST),
    ("change intent-forever", CHANGE, Form::IntentForever, NOT_LOST),
    ("change claim-is-authority", CHANGE, Form::ClaimIsAuthority, SIGN_IN),
    ("two-changes other-forgotten", TWO_CHANGES, Form::OtherChangeForgotten, REPLACED),
    ("change taken-back-from-change", CHANGE, Form::TakenBackFromChange, REPLACED),
    ("codes suspension-keeps-codes", CODE, Form::SuspensionKeepsCodes, CODES),
    ("codes code-by-address", CODE, Form::CodeByAddress, CODES),
    ("codes-and-change code-by-address", CODE_AND_CHANGE, Form::CodeByAddress, CODES),
    ("shared without-fence", SHARED, Form::WithoutFence, ONE_OWNER),
    ("shared first-holder-only", SHARED, Form::FirstHolderOnly, ONE_OWNER),
    ("shared counts-the-dead", SHARED, Form::CountsTheDead, NOT_LOST),
    ("mailbox address-key-alone", MAILBOX, Form::AddressKeyAlone, ONE_OWNER),
    ("mailbox fence-by-address", MAILBOX, Form::FenceByAddress, ONE_OWNER),
    ("documents without-fence", DOCUMENTS, Form::WithoutFence, ONE_OWNER),
    ("documents any-intent-settles", DOCUMENTS, Form::AnyIntentSettles, ONE_OWNER),
];

/// Those that take a million states to find.
const DEEP_CONTROLS: [Control; 3] = [
    ("mailbox own-claim-unfenced", MAILBOX, Form::OwnClaimUnfenced, ONE_OWNER),
    ("mailbox old-intent-settles", MAILBOX, Form::OldIntentSettles, ONE_OWNER),
    ("mailbox delete-without-nonce", MAILBOX, Form::DeleteWithoutNonce, ONE_OWNER),
];
