//! Whether an outcome is the expected one, field by field.

use serde_json::{Map, Value};

/// What was saved, by name.
pub type Saved = Map<String, Value>;

/// Compares in full: no field more, none less. Saves what the expectation names.
///
/// # Errors
/// The first difference, with its path.
pub fn matches(expected: &Value, outcome: &Value, saved: &mut Saved) -> Result<(), String> {
    save(expected, outcome, saved);
    compare("", expected, outcome, saved)
}

fn save(expected: &Value, outcome: &Value, saved: &mut Saved) {
    match (expected, outcome) {
        (Value::Object(wanted), Value::Object(got)) => wanted.iter().for_each(|(key, value)| {
            save(value, got.get(key).unwrap_or(&Value::Null), saved);
        }),
        (Value::Array(wanted), Value::Array(got)) => {
            wanted.iter().zip(got).for_each(|(wanted, got)| save(wanted, got, saved));
        }
        (Value::String(wanted), Value::String(_)) => {
            if let Some(name) = wanted.strip_prefix('?') {
                saved.insert(name.into(), outcome.clone());
            }
        }
        _ => {}
    }
}

fn compare(path: &str, expected: &Value, outcome: &Value, saved: &Saved) -> Result<(), String> {
    let same = match (expected, outcome) {
        (Value::Object(wanted), Value::Object(got)) => {
            if let Some(odd) = got.keys().find(|key| !wanted.contains_key(*key)) {
                return Err(format!("{path}/{odd}: it was not expected"));
            }
            return wanted.iter().try_for_each(|(key, value)| {
                let path = format!("{path}/{key}");
                let got = got.get(key).ok_or(format!("{path}: expected and not there"))?;
                compare(&path, value, got, saved)
            });
        }
        (Value::Array(wanted), Value::Array(got)) if wanted.len() == got.len() => {
            return wanted.iter().zip(got).enumerate().try_for_each(|(nth, (wanted, got))| {
                compare(&format!("{path}/{nth}"), wanted, got, saved)
            });
        }
        (Value::String(wanted), Value::String(got)) => match wanted.strip_prefix('$') {
            Some(name) => saved.get(name) == Some(outcome),
            None if wanted.starts_with('?') => has_form(path, got),
            None => wanted == got,
        },
        _ => expected == outcome,
    };
    match same {
        true => Ok(()),
        false => Err(format!("{path}: expected {expected}, and it was {outcome}")),
    }
}

/// Whether a text that differs in each telling has the form of its field.
fn has_form(path: &str, text: &str) -> bool {
    let all = |is: fn(u8) -> bool| text.bytes().all(is);
    match path.rsplit('/').next() {
        Some("handle") => {
            text.starts_with("v1.") && text.len() < 256 && all(|b| b.is_ascii_graphic())
        }
        Some("issued_code") => {
            text.len() == 9 && all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'Z' | b'-'))
        }
        Some("code") => text.len() == 6 && all(|b| b.is_ascii_digit()),
        Some("link") => {
            text.starts_with("l1.") && text.len() < 512 && all(|b| b.is_ascii_graphic())
        }
        Some("token") => text.starts_with("d1.") && text.len() == 46,
        Some("reference") => {
            text.len() == 3 && all(|b| b.is_ascii_uppercase() && !matches!(b, b'I' | b'O'))
        }
        Some("secret") => text.len() >= 40 && all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')),
        Some(_) if path.starts_with("/codes/") => {
            text.len() == 19 && all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'Z' | b'-'))
        }
        Some("id") => text.len() == 32 && all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')),
        _ => false,
    }
}
