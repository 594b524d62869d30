//~ compiles
//! The promises kept: a sign-in stepped by hand, with every answer that a question offers; the same
//! as one handle, and awaited.

use pinbolt::{
    Accepted, Authenticator, Authority, Caller, HashMemory, Pinbolt, Secret,
    driver::{
        Answer, Asked, AsyncDelivery, AsyncEngine, AsyncHost, AsyncStore, BoxFuture, Error,
        Granted, Operation,
    },
    op::{Begin, Begun, Delivered, Describe, Description, Step, Unlock, Unlocked, Verb},
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
            Step::Deliver(deliver) => match deliver.message().code().len() {
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
    let authority = Authority::Accepted(accepted);
    let unlock = Unlock { account: &account, authenticator: Authenticator::PIN, authority };
    to_the_end(unlock.start(pinbolt, 3, [3; 32]), 3)
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
}
