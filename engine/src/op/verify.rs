//! `verify`: a PIN, judged in one step.

use alloc::string::String;

use super::{
    Op, Step, Verb, context,
    cx::Cx,
    naming::{self, Target},
    pin,
    row::Judged,
};
use crate::{
    caller::{Caller, Owned},
    error::{Error, Misuse, Refusal},
    outcome::{Accepted, Factors},
    pinbolt::Pinbolt,
    policy::Purpose,
    secret::Secret,
};

/// Checks a PIN for a purpose that asks for nothing else.
///
/// Refuses with `WrongCredentials`, `Waiting`, `Throttled` or `Malformed`; where accounts aren't
/// hidden also with `UnknownAccount`, `Disabled`, `Blocked` or `NoPin`.
#[derive(Clone, Copy)]
pub struct Verify<'a> {
    /// Account id, phone number or e-mail address, as typed.
    pub name: &'a str,
    /// A purpose of the policy that asks for a PIN alone.
    pub purpose: &'a str,
    /// The PIN as typed.
    pub pin: &'a str,
    /// Who asks.
    pub caller: Caller<'a>,
    /// What the proof is for, up to 4096 bytes; empty for nothing.
    pub context: &'a [u8],
}

super::verb!(Verify<'_>);

impl Verb for Verify<'_> {
    type Output = Accepted;

    fn start(self, pinbolt: &Pinbolt, now: u64, entropy: [u8; 32]) -> Step<Accepted> {
        let args = own(&self, pinbolt);
        let source = self.caller.audited();
        let name = Secret::new(String::from(self.name));
        Op::start(pinbolt, (now, entropy), source, |cx| async move {
            let (purpose, pin, context, caller) = args?;
            verify(cx, name, (purpose, pin, context), caller).await
        })
    }
}

type Args = (Purpose, Secret<String>, [u8; 32], Owned);

fn own(verify: &Verify<'_>, pinbolt: &Pinbolt) -> Result<Args, Error> {
    let caller = verify.caller.own()?;
    let purpose = pinbolt.policy().purpose(verify.purpose).ok_or(Misuse::UnknownPurpose)?;
    if purpose.factors() != (Factors { pin: true, code: false }) {
        return Err(Misuse::WrongVerb.into());
    }
    let context = context::hash(verify.context)?;
    Ok((purpose, pin::typed(verify.pin)?, context, caller))
}

async fn verify(
    mut cx: Cx,
    name: Secret<String>,
    (purpose, pin, context): (Purpose, Secret<String>, [u8; 32]),
    caller: Owned,
) -> Result<Accepted, Error> {
    let cx = &mut cx;
    let Target { mut row, named } = naming::target(cx, name.expose()).await?;
    let proof = pin::check(cx, &mut row, (&pin, caller.lane)).await?;
    let proof = pin::renewed(cx, &pin, proof).await?;
    row.write(cx, |record, moment| {
        if !naming::answers(record, named) {
            return Err(Refusal::WrongCredentials.into());
        }
        pin::settle(record, moment, &proof)?;
        Ok(Judged::Write(Accepted {
            row: moment.row.clone(),
            account: record.id.clone(),
            purpose: purpose.name().into(),
            factors: purpose.factors(),
            lane: caller.lane,
            session: caller.session.clone(),
            context,
            at: moment.now,
            authorizes: purpose.may_authorize(),
            set_backs: record.set_backs,
            generation: Some(proof.generation()),
        }))
    })
    .await
}
