//! Moving in from another system: a step's tokens, codes and failures, and what became of them.

use pinbolt::{
    Misuse,
    driver::{Error, Granted},
    oath::Algorithm,
    op::{Failures, Import, Imported, ImportedToken, TokenKind, Took, Weak},
};
use serde_json::{Value, json};

use crate::{
    args::{Args, Odd},
    player::Face,
    verbs::{kind, run},
};

pub(crate) fn import(face: &Face, args: &Args<'_>) -> Result<Result<Granted, Error>, Odd> {
    let none = Vec::new();
    let listed = args.step.get("tokens").and_then(Value::as_array).unwrap_or(&none);
    let secrets = listed.iter().map(|token| of(args, token).bytes("secret"));
    let secrets = secrets.collect::<Result<Vec<_>, _>>()?;
    let tokens = listed.iter().zip(&secrets);
    let tokens = tokens.map(|(listed, secret)| token(&of(args, listed), secret.as_deref()));
    let tokens = tokens.collect::<Result<Vec<_>, _>>()?;
    let codes =
        args.step.get("recovery_codes").map(|_| args.texts("recovery_codes")).transpose()?;
    let count = u32::try_from(args.number("failures", 0)?).map_err(|_| Misuse::Value)?;
    let last = args.number("last_failure_ms", 0)?;
    let weak = args.step.get("dangerously_accept").map(|_| args.texts("dangerously_accept"));
    let weak = weak.transpose()?.unwrap_or_default();
    Ok(run(
        face,
        Import {
            account: args.text("account")?,
            tokens: &tokens,
            recovery_codes: codes.as_deref(),
            pin: args.optional("pin"),
            failures: (count > 0).then_some(Failures { count, last }),
            dangerously_accept: Weak {
                short_secrets: weak.contains(&"short-secrets"),
                recovery_codes: weak.contains(&"recovery-codes"),
                pins: weak.contains(&"pins"),
            },
            operator: args.named()?,
        },
    ))
}

/// The arguments of one token of a step.
const fn of<'a>(args: &Args<'a>, token: &'a Value) -> Args<'a> {
    Args { step: token, saved: args.saved }
}

fn token<'a>(args: &Args<'a>, secret: Option<&'a [u8]>) -> Result<ImportedToken<'a>, Odd> {
    let kind: TokenKind = kind(args)?;
    let algorithm = args.optional("algorithm").unwrap_or("SHA1");
    let ahead = args.step.get("clock_ahead").map_or(Some(0), Value::as_i64);
    Ok(ImportedToken {
        label: args.text("label")?,
        kind,
        algorithm: Algorithm::from_name(algorithm).ok_or(Misuse::Value)?,
        digits: args.number("digits", 6)?.try_into().map_err(|_| Misuse::Value)?,
        secret: secret.unwrap_or_default(),
        last_step: args.step.get("last_step").map(|_| args.number("last_step", 0)).transpose()?,
        clock_ahead: ahead.and_then(|ahead| ahead.try_into().ok()).ok_or(Misuse::Value)?,
    })
}

pub(crate) fn imported(imported: &Imported) -> Value {
    let told = |(took, number): &(Took, u32)| match number {
        0 => json!({ "took": took.name() }),
        number => json!({ "took": took.name(), "token": number }),
    };
    json!({
        "granted": "imported",
        "created": imported.created,
        "tokens": imported.tokens.iter().map(told).collect::<Vec<_>>(),
        "recovery_codes": imported.recovery_codes.map(Took::name),
        "pin": imported.pin.map(Took::name),
    })
}
