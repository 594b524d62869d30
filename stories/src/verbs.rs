//! The verbs of a step, run with its arguments.

use pinbolt::{
    Accepted, Authenticator, Authority, Misuse,
    driver::{Error, Granted},
    oath::Algorithm,
    op::{
        AddToken, Begin, Block, Cancel, CancelAccount, ChangePin, CloseTicket, Confirm,
        ConfirmToken, Describe, Enroll, EnrollInactive, Finish, ForgetDevice, IssueRecoveryCodes,
        IssueTicket, Outstanding, PeekLink, Redeem, Registrations, ReleaseAddress, RememberDevice,
        RemoveToken, Renew, Resend, ResetPin, ResyncToken, SuspendAddress, TieIdentity, TokenKind,
        TokenSecret, Unblock, Unlock, UntieIdentity, Verb, Verify,
    },
};
use serde_json::Value;

use crate::{
    args::{Args, Odd},
    moving,
    player::Face,
};

pub(crate) fn verb(
    face: &Face,
    args: &Args<'_>,
    proofs: Vec<Accepted>,
) -> Result<Result<Granted, Error>, Odd> {
    let account = || args.text("account");
    Ok(match args.step.get("verb").and_then(Value::as_str).unwrap_or_default() {
        "enroll" => {
            let addresses = args.texts("addresses")?;
            let (account, pin) = (account()?, args.optional("pin"));
            let asserted_by = args.operator()?;
            let enroll = Enroll { account, pin, addresses: &addresses, asserted_by };
            match args.step.get("inactive").and_then(Value::as_bool).unwrap_or_default() {
                true => run(face, EnrollInactive(enroll)),
                false => run(face, enroll),
            }
        }
        "confirm" => {
            let (account, address, caller) = (account()?, args.text("address")?, args.caller()?);
            let (replaces, authority) = (args.optional("replaces"), args.authority(proofs)?);
            run(face, Confirm { account, address, replaces, authority, caller })
        }
        "begin" => {
            let (name, purpose) = (args.text("name")?, args.text("purpose")?);
            let (pin, channel) = (args.optional("pin"), args.channel()?);
            let (caller, context) = (args.caller()?, args.context());
            run(face, Begin { name, purpose, pin, channel, caller, context })
        }
        "resend" => {
            let (handle, channel) = (args.text("handle")?, args.channel()?);
            run(face, Resend { handle, channel, caller: args.caller()? })
        }
        "finish" => {
            let (purpose, handle) = (args.text("purpose")?, args.text("handle")?);
            let (code, caller) = (args.text("code")?, args.caller()?);
            run(face, Finish { purpose, handle, code, caller, context: args.context() })
        }
        "verify" => {
            let (name, purpose, evidence) =
                (args.text("name")?, args.text("purpose")?, args.evidence());
            let (caller, context) = (args.caller()?, args.context());
            run(face, Verify { name, purpose, evidence, caller, context })
        }
        "add_token" => add_token(face, args, args.authority(proofs)?)?,
        "import_account" => moving::import(face, args)?,
        "confirm_token" => {
            let (token, code, caller) = (args.small("token")?, args.text("code")?, args.caller()?);
            run(face, ConfirmToken { account: account()?, token, code, caller })
        }
        "resync_token" => {
            let (token, caller) = (args.small("token")?, args.caller()?);
            let (first, second) = (args.text("first")?, args.text("second")?);
            run(face, ResyncToken { account: account()?, token, first, second, caller })
        }
        "remove_token" => {
            let (token, authority) = (args.small("token")?, args.authority(proofs)?);
            run(face, RemoveToken { account: account()?, token, authority })
        }
        "issue_recovery_codes" => {
            let authority = args.authority(proofs)?;
            run(face, IssueRecoveryCodes { account: account()?, authority })
        }
        "cancel" => run(face, Cancel { handle: args.text("handle")?, caller: args.caller()? }),
        "change_pin" => {
            let (old, new) = (args.text("old")?, args.text("new")?);
            run(face, ChangePin { account: account()?, old, new, caller: args.caller()? })
        }
        "reset_pin" => {
            let (new, authority) = (args.text("new")?, args.authority(proofs)?);
            run(face, ResetPin { account: account()?, new, authority })
        }
        "unlock" => {
            let what = Authenticator::from_name(args.text("authenticator")?);
            let (authenticator, authority) = (what.ok_or(Misuse::Value)?, args.authority(proofs)?);
            run(face, Unlock { account: account()?, authenticator, authority })
        }
        "block" => run(face, Block { account: account()?, operator: args.named()? }),
        "unblock" => run(face, Unblock { account: account()?, operator: args.named()? }),
        "cancel_account" => {
            let authority = args.authority(proofs)?;
            run(face, CancelAccount { account: account()?, authority })
        }
        "describe" => run(face, Describe { account: account()? }),
        "suspend_address" => {
            let (address, account) = (args.text("address")?, args.optional("account"));
            run(face, SuspendAddress { address, account, operator: args.named()? })
        }
        "release_address" => {
            let (address, authority) = (args.text("address")?, args.authority(proofs)?);
            run(face, ReleaseAddress { account: account()?, address, authority })
        }
        "tie_identity" => {
            let (document, operator) = (&args.document()?, args.named()?);
            run(face, TieIdentity { account: account()?, document, operator })
        }
        "untie_identity" => {
            run(face, UntieIdentity { account: account()?, operator: args.named()? })
        }
        "registrations" => {
            let (document, operator) = (&args.document()?, args.named()?);
            run(face, Registrations { document, operator })
        }
        "remember_device" | "forget_device" | "outstanding" | "renew" => {
            device(face, args, proofs)?
        }
        "issue_ticket" | "close_ticket" | "peek_link" | "redeem" => ticket(face, args, proofs)?,
        odd => return Err(Odd::Story(format!("there is no verb {odd:?}").into())),
    })
}

fn device(
    face: &Face,
    args: &Args<'_>,
    proofs: Vec<Accepted>,
) -> Result<Result<Granted, Error>, Odd> {
    let account = args.text("account")?;
    Ok(match args.text("verb")? {
        "remember_device" => {
            let proof = args.proofs(proofs)?;
            run(face, RememberDevice { account, label: args.text("label")?, proof })
        }
        "forget_device" => {
            let device = args.step.get("device").map(|_| args.small("device")).transpose()?;
            run(face, ForgetDevice { account, device, authority: args.authority(proofs)? })
        }
        "outstanding" => run(face, Outstanding { account, caller: args.caller()? }),
        _ => {
            let (purpose, caller) = (args.text("purpose")?, args.caller()?);
            run(face, Renew { account, purpose, caller })
        }
    })
}

fn ticket(
    face: &Face,
    args: &Args<'_>,
    proofs: Vec<Accepted>,
) -> Result<Result<Granted, Error>, Odd> {
    let (purpose, context) = (args.optional("purpose").unwrap_or_default(), args.context());
    Ok(match args.text("verb")? {
        "issue_ticket" => {
            let (account, operator) = (args.text("account")?, args.named()?);
            let address = args.optional("address");
            run(face, IssueTicket { account, purpose, address, context, operator })
        }
        "close_ticket" => {
            let (account, authority) = (args.text("account")?, args.authority(proofs)?);
            run(face, CloseTicket { account, purpose, authority })
        }
        "peek_link" => run(face, PeekLink { link: args.text("link")?, caller: args.caller()? }),
        _ => {
            let (link, code) = (args.text("link")?, args.optional("code"));
            run(face, Redeem { purpose, link, code, caller: args.caller()?, context })
        }
    })
}

fn add_token(
    face: &Face,
    args: &Args<'_>,
    authority: Authority,
) -> Result<Result<Granted, Error>, Odd> {
    let (given, short) = (args.bytes("secret")?, args.bytes("dangerously_short_secret")?);
    let secret = match (&given, &short) {
        (Some(given), _) => TokenSecret::Given(given),
        (None, Some(short)) => TokenSecret::DangerouslyShort(short),
        (None, None) => TokenSecret::Generated,
    };
    let kind = kind(args)?;
    let algorithm = args.optional("algorithm").unwrap_or("SHA1");
    Ok(run(
        face,
        AddToken {
            account: args.text("account")?,
            label: args.text("label")?,
            kind,
            algorithm: Algorithm::from_name(algorithm).ok_or(Misuse::Value)?,
            digits: args.number("digits", 6)?.try_into().map_err(|_| Misuse::Value)?,
            secret,
            confirmed: args.step.get("confirmed").and_then(Value::as_bool).unwrap_or_default(),
            authority,
        },
    ))
}

/// What a token counts by.
pub(crate) fn kind(args: &Args<'_>) -> Result<TokenKind, Odd> {
    match args.text("kind")? {
        "totp" => Ok(TokenKind::Totp {
            period: args.number("period", 30)?.try_into().map_err(|_| Misuse::Value)?,
            start: args.number("start", 0)?,
        }),
        "hotp" => Ok(TokenKind::Hotp { counter: args.number("counter", 0)? }),
        "steam" => Ok(TokenKind::Steam),
        _ => Err(Misuse::Value.into()),
    }
}

pub(crate) fn run<V: Verb>(face: &Face, verb: V) -> Result<Granted, Error>
where
    Granted: From<V::Output>,
{
    face.run(verb).map(Granted::from)
}
