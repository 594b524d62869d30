//! The engine's other vectors as steps: what is typed comes back with the same sentence.

use std::{fs, path::Path};

use pinbolt::{Input, Refusal, address::Address, pin::Rules};
use serde_json::{Map, Value, json};

use crate::Fault;

const DAY: u64 = 86_400_000;

/// The steps that `weak_pins.json`, `phone.json` and `email.json` of `folder` make: an enrolment
/// each, and for each good address a message to it. They need the story's installations `four` and
/// `six`, which name the fewest digits of a PIN.
///
/// # Errors
/// A file can't be read, or its rows aren't as expected.
pub fn vectors(folder: &Path) -> Result<Vec<Value>, Fault> {
    let mut steps = Vec::new();
    for row in rows(folder, "weak_pins.json")? {
        let min = row.get("min").and_then(Value::as_u64).ok_or("no min")?;
        let own = row.get("own").and_then(Value::as_array).ok_or("no own numbers")?;
        // Some rows spell a number as no address may be spelled.
        if own.iter().filter_map(Value::as_str).all(|number| Address::parse(number).is_ok()) {
            steps.push(pin(steps.len(), (&row, u8::try_from(min)?, own.len()))?);
        }
    }
    for file in ["phone.json", "email.json"] {
        for row in rows(folder, file)? {
            let typed = row.get("in").and_then(Value::as_str).ok_or("no input")?;
            // Where either may stand, an `@` makes it an e-mail address.
            if typed.contains('@') == (file == "email.json") {
                address(&mut steps, (&row, typed))?;
            }
        }
    }
    Ok(steps)
}

fn pin(nth: usize, (row, min, own): (&Map<String, Value>, u8, usize)) -> Result<Value, Fault> {
    let pin = row.get("pin").and_then(Value::as_str).ok_or("no PIN")?;
    let expect = match named(row) {
        None => json!({ "granted": "enrolled", "bound": 0, "candidates": own }),
        Some(name) => {
            let weak = Rules { min_digits: min }.check(pin, &["+351912345678", "+442079460958"]);
            let reason = weak.err().ok_or("the rules take it")?;
            is_named(&format!("{reason:?}"), name)?;
            refused(&Refusal::WeakPin { reason })
        }
    };
    let place = if min == 4 { "four" } else { "six" };
    Ok(json!({
        "in": place, "at": 0, "verb": "enroll", "account": format!("v-{nth}"), "pin": pin,
        "addresses": row.get("own"), "expect": expect,
    }))
}

/// A candidate is enrolled, and a code goes to the form of it that is delivered to.
fn address(steps: &mut Vec<Value>, (row, typed): (&Map<String, Value>, &str)) -> Result<(), Fault> {
    let account = format!("v-{}", steps.len());
    // A day apart, so that spellings of one address don't spend one budget.
    let at = DAY.saturating_mul(u64::try_from(steps.len())?);
    let enroll = |expect: Value| {
        json!({ "in": "six", "at": at, "verb": "enroll", "account": account, "addresses": [typed],
                "expect": expect })
    };
    if let Some(name) = named(row) {
        let error = Address::parse(typed).err().ok_or("the engine takes it")?;
        // A national form isn't told from no address at all, where either may stand.
        if error != pinbolt::address::AddressError::NotAnAddress {
            is_named(&format!("{error:?}"), name)?;
        }
        steps.push(enroll(refused(&Refusal::Malformed { input: Input::Address(error) })));
        return Ok(());
    }
    steps.push(enroll(json!({ "granted": "enrolled", "bound": 0, "candidates": 1 })));
    let to = row.get("delivery").or(row.get("key")).cloned();
    let (channel, kind) = if typed.contains('@') { ("email", "email") } else { ("sms", "phone") };
    let masked = Address::parse(typed).map_err(|_| "the engine refuses it")?.mask();
    let (expires, resend_at) = (at.saturating_add(300_000), at.saturating_add(30_000));
    steps.push(json!({
        "in": "six", "at": at, "verb": "confirm", "account": account, "address": typed,
        "session": "s", "operator": "desk-7", "reason": "seen in person",
        "expect": {
            "granted": "begun", "handle": "?handle", "reference": "?reference",
            "expires": expires, "resend_at": resend_at, "sent": true,
            "offers": [{ "channel": channel, "masked": masked }], "delivered": "sent",
            "messages": [{
                "id": "?id", "channel": channel, "to": to, "code": "?code",
                "reference": "$reference", "purpose": format!("pinbolt:confirm-{kind}"),
                "expires": expires,
            }],
        },
    }));
    Ok(())
}

fn refused(refusal: &Refusal) -> Value {
    json!({
        "refused": refusal.name(), "code": refusal.code(), "sentence": refusal.sentence(),
        "detail": refusal.detail(),
    })
}

/// The error that a row names, if any.
fn named(row: &Map<String, Value>) -> Option<&str> {
    row.get("error").and_then(Value::as_str)
}

/// A variant's text begins with its name; `TooShort` and `TooLong` go on with
/// their bound.
fn is_named(text: &str, name: &str) -> Result<(), Fault> {
    match text.split(' ').next() == Some(name) {
        true => Ok(()),
        false => Err(format!("the vector says {name} and the engine {text}").into()),
    }
}

fn rows(folder: &Path, file: &str) -> Result<Vec<Map<String, Value>>, Fault> {
    let mut rows: Vec<Map<String, Value>> =
        serde_json::from_str(&fs::read_to_string(folder.join(file))?)?;
    // The C player's JSON ends a text at a NUL.
    rows.retain(|row| !row.values().any(|v| v.as_str().is_some_and(|text| text.contains('\0'))));
    Ok(rows)
}
