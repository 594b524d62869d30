//! Moving in from django-otp: `move_in devices.jsonl`, the rows that export_django_otp.py wrote. Run it
//! in an empty folder. Before that nothing is written; after it, run it again as you like.
use std::{env, error::Error, fs::File, io::BufReader};

use pinbolt::driver::{Engine, NoDelivery};
use pinbolt::op::{Evidence, Verify, Weak};
use pinbolt::{Caller, Operator, Pinbolt, Policy, policy::Purpose};
use pinbolt_open::{keys, store};
use pinbolt_provision::import::{Fate, Format, Options, run};

fn main() -> Result<(), Box<dyn Error>> {
    let rows = env::args().nth(1).ok_or("move_in devices.jsonl")?;
    keys::generate("keys.toml")?;
    let policy = Policy::builder()
        .purpose(Purpose::otp("sign-in"))
        .purpose(Purpose::recovery_code("recover"))
        .build()?;
    let pinbolt = Pinbolt::open(keys::load("keys.toml")?, policy, "")?;
    let engine = Engine::new(pinbolt, store("sqlite://auth.db")?, NoDelivery);

    let move_in = |heading, dry_run| -> Result<(), Box<dyn Error>> {
        println!("{heading}");
        let options = Options {
            format: Format::DjangoOtp,
            account: None,
            // django-otp's have 40 bits.
            dangerously_accept: Weak { recovery_codes: true, ..Weak::default() },
            operator: Operator::new("desk-1", "moving in from django-otp")?,
            dry_run,
        };
        let open = || File::open(&rows).map(BufReader::new);
        run(&engine, open, &options, |report| {
            if report.fate != Fate::Ready {
                println!("line {}: {}", report.line, report.fate);
            }
        })?;
        Ok(())
    };
    let sign_in = |purpose, evidence: Evidence<'_>| {
        // The account is django's user id: look it up by the name that the person typed.
        let caller = Caller::new(b"the web session"); // Yours is drawn anew.
        match engine.run(Verify { name: "1", purpose, evidence, caller, context: b"" }) {
            Ok(accepted) => println!("{} is signed in.", accepted.account()),
            Err(no) => println!("{no}"),
        }
    };

    move_in("What would be refused:", true)?;
    move_in("The import:", false)?;
    println!("The code that the fob showed last, there:");
    sign_in("sign-in", Evidence::otp("162583"));
    println!("The one that it shows next:");
    sign_in("sign-in", Evidence::otp("399871"));
    println!("A static token:");
    sign_in("recover", Evidence::recovery_code("k3pqz7mx"));
    move_in("The same file once more:", false)
}
