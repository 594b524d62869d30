//~ compiles
//! The promises kept: a sign-in stepped by hand, with every answer that a question offers; the same
//! as one handle, and awaited.

use pinbolt::{
    Accepted, Authenticator, Authority, Caller, HashMemory, Pinbolt, Secret,
    driver::{
        Answer, Asked, AsyncDelivery, AsyncEngine, AsyncHost, AsyncStore, BoxFuture, Error,
        Granted, Operation,
    },
    oath::{Algorithm, Code, Hotp},
    op::{
        AddToken, AddedToken, Begin, Begun, Delivered, Describe, Description, Evidence,
        IssueRecoveryCodes, RecoveryCodes, Step, TokenKind, TokenSecret, Unlock, Unlocked, Verb,
        Verify,
    },
};

fn to_the_end<T>(mut step: Step<T>, now: u64) -> Option<T> {
    loop {
        step = match step {
            Step::Load(load) => match load.row().as_str().len() {
                0 => load.failed(now),
                _ => load.found(now, None),
            },
            Step::Commit(commit) => match commit.write().keep_until {
                0 => commit.conflict(now),
                1 => commit.in_doubt(now),
                2 => commit.failed(now),
                _ => commit.applied(now),
            },
            Step::Hash(hash) => {
                let digest = hash.work().run(&mut HashMemory::new());
                hash.done(now, digest)
            }
            Step::Deliver(deliver) => match deliver.message().code().map_or(0, str::len) {
                0 => deliver.refused(now),
                1 => deliver.unknown(now),
                _ => deliver.sent(now),
            },
            Step::Done(done) => {
                return match done.result {
                    Ok(value) => Some(value),
                    Err(_) => None,
                };
            }
        };
    }
}

pub fn begin(pinbolt: &Pinbolt, begin: Begin<'_>) -> Option<Delivered> {
    let Begun { dispatch, .. } = to_the_end(begin.start(pinbolt, 1, [1; 32]), 1)?;
    to_the_end(dispatch.start(2, [2; 32]), 2)
}

pub fn unlock(pinbolt: &Pinbolt, accepted: Accepted) -> Option<Unlocked> {
    let account = accepted.account().to_owned();
    let authority = Authority::from(accepted);
    let unlock = Unlock { account: &account, authenticator: Authenticator::PIN, authority };
    to_the_end(unlock.start(pinbolt, 3, [3; 32]), 3)
}

pub fn added(pinbolt: &Pinbolt, add: AddToken<'_>) -> Option<usize> {
    let (kind, secret) = (TokenKind::TOTP, TokenSecret::Generated);
    let add = AddToken { kind, secret, algorithm: Algorithm::Sha1, ..add };
    let added: AddedToken = to_the_end(add.start(pinbolt, 4, [4; 32]), 4)?;
    added.secret().map(<[u8]>::len)
}

pub fn issued(pinbolt: &Pinbolt, issue: IssueRecoveryCodes<'_>) -> Option<usize> {
    let codes: RecoveryCodes = to_the_end(issue.start(pinbolt, 5, [5; 32]), 5)?;
    Some(codes.iter().map(str::len).sum())
}

pub fn verified(pinbolt: &Pinbolt, verify: Verify<'_>) -> Option<Accepted> {
    let evidence = Evidence::pin("802714").and_otp("755224");
    to_the_end(Verify { evidence, ..verify }.start(pinbolt, 6, [6; 32]), 6)
}

pub fn matched(hotp: &Hotp, typed: &str) -> Option<u64> {
    let code = Code::parse(typed, hotp.digits()).ok()?;
    hotp.matching(&code.clone(), 0, 3)
}

pub fn untyped(pinbolt: &Pinbolt, begin: Begin<'_>) -> Option<Granted> {
    let mut operation = Operation::start(begin, pinbolt, 1, [1; 32]);
    let answer = match operation.asked().ok()? {
        Asked::Load(_) => Answer::Found(None),
        Asked::Commit(_) => Answer::InDoubt,
        Asked::Hash(work) => Answer::Hashed(work.run(&mut HashMemory::new())),
        Asked::Deliver(_) => Answer::Unknown,
        Asked::Nothing => return operation.end().ok()?.result.ok(),
    };
    operation.answer(2, answer).ok()?;
    let step: Step<Granted> = operation.take().ok()?;
    to_the_end(step, 3)
}

type Engine = AsyncEngine<Box<dyn AsyncStore>, Box<dyn AsyncDelivery>, Box<dyn AsyncHost>>;

pub fn awaited<'a>(
    engine: &'a Engine,
    begin: Begin<'a>,
) -> BoxFuture<'a, Result<Description, Error>> {
    Box::pin(async move {
        let begun = engine.run(begin).await?;
        engine.deliver(begun.dispatch).await?;
        engine.run(Describe { account: &String::from("ana") }).await
    })
}

fn main() {
    let secret = Secret::new(String::from("hidden"));
    assert_eq!(secret.expose().len(), 6);
    assert_eq!(format!("{secret:?}"), "Secret(..)");
    let _caller = Caller::new(b"session");
    assert_eq!(format!("{:?}", Evidence::otp("755224")), "Evidence(..)");
}
