//! A person adds an authenticator app: a QR code is scanned, the app's first code confirms it, and the
//! next one signs in behind the PIN.
use std::{
    error::Error,
    fs,
    io::{IsTerminal as _, stdout},
    time::SystemTime,
};

use pinbolt::driver::{Engine, NoDelivery};
use pinbolt::oath::{Algorithm, Hotp, Totp};
use pinbolt::op::{AddToken, ConfirmToken, Enroll, Evidence, TokenKind, TokenSecret, Verify};
use pinbolt::{Caller, Operator, Pinbolt, Policy, policy::Purpose};
use pinbolt_open::{keys, store};
use pinbolt_provision::{OathKey, Qr, otpauth};

fn main() -> Result<(), Box<dyn Error>> {
    keys::generate("keys.toml")?;
    let policy = Policy::builder().purpose(Purpose::pin("sign-in").and_otp()).build()?;
    let pinbolt = Pinbolt::open(keys::load("keys.toml")?, policy, "")?;
    let engine = Engine::new(pinbolt, store("sqlite://auth.db")?, NoDelivery);
    let (account, pin) = ("person-1", "802714");
    engine.run(Enroll { account, pin: Some(pin), addresses: &[], asserted_by: None })?;

    let (kind, algorithm, digits) = (TokenKind::TOTP, Algorithm::Sha1, 6); // What every app knows.
    let added = engine.run(AddToken {
        account,
        label: "phone",
        kind,
        algorithm,
        digits,
        secret: TokenSecret::Generated,
        confirmed: false,
        authority: Operator::new("desk-7", "asked for an app, seen in person")?.into(),
    })?;
    let secret = added.secret().ok_or("it was made here")?;
    let key = OathKey::new(kind, algorithm, digits, secret)?;
    let key = key.named(Some("Example Co"), "ana@example.com")?;
    let address = otpauth::write(&key)?;
    let qr = Qr::new(&address)?;
    fs::write("app.svg", qr.svg())?; // Yours puts it into the page, and no file.
    fs::write("app.png", qr.png(8)?)?;
    if stdout().is_terminal() {
        print!("{}", *qr.terminal());
    }
    println!("app.svg is scanned.");

    let app = otpauth::read(&address)?; // From here on it is in the person's phone.
    println!("The app shows: {}, {}.", app.issuer().unwrap_or_default(), app.name());
    let app = Totp::new(Hotp::new(app.algorithm(), app.digits(), app.secret())?, 30, 0)?;
    let step = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs() / 30;
    let (before, shown) = (app.code(step.saturating_sub(1)), app.code(step));

    let (token, caller) = (added.token, Caller::new(b"the web session")); // Yours is drawn anew.
    let code = before.as_str(); // Typed as it was about to change.
    engine.run(ConfirmToken { account, token, code, caller })?;
    println!("Its first code confirms it.");
    for _ in 0..2 {
        let evidence = Evidence::pin(pin).and_otp(shown.as_str());
        let (name, purpose, context) = (account, "sign-in", &b""[..]);
        match engine.run(Verify { name, purpose, evidence, caller, context }) {
            Ok(accepted) => println!("{} is signed in.", accepted.account()),
            Err(refused) => println!("Once more: {refused}"),
        }
    }
    Ok(())
}
