//! The file's text to a keyring. Values are borrowed from the text; decoded keys are wiped.

use data_encoding::BASE64;
use pinbolt::Keyring;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};
use zeroize::Zeroizing;

use super::{Field, KeysError};

type Key = Zeroizing<[u8; 32]>;

pub(super) fn parse(text: &[u8]) -> Result<Keyring, KeysError> {
    let text = core::str::from_utf8(text).map_err(|_| KeysError::NotText)?;
    let line =
        |at: usize| text.bytes().take(at).filter(|byte| *byte == b'\n').count().saturating_add(1);
    // The parser's own message quotes the line.
    let table = DeTable::parse(text)
        .map_err(|e| KeysError::Syntax { line: line(e.span().map_or(0, |span| span.start)) })?;
    let table = table.get_ref();
    let odd = |name: &str| !["index", "active", "secrets"].contains(&name);
    if let Some(name) = table.keys().find(|name| odd(name.get_ref())) {
        return Err(KeysError::UnknownField { line: line(name.span().start) });
    }
    let index = key(table.get("index"), Field::Index)?;
    let active = active(table.get("active"))?;
    let mut secrets = Vec::new();
    for (name, value) in secrets_of(table)? {
        let id = id(name.get_ref()).ok_or(KeysError::KeyId { line: line(name.span().start) })?;
        secrets.push((id, key(Some(value), Field::Secret(id))?));
    }
    keyring(&index, active, &secrets)
}

/// The active secret goes in last, which is what makes it the active one.
fn keyring(index: &Key, active: u32, secrets: &[(u32, Key)]) -> Result<Keyring, KeysError> {
    // A ring refuses placeholders, which are gone by now, and a number named twice, which TOML can't.
    let odd = |id| KeysError::Placeholder(Field::Secret(id));
    let is_active = |secret: &&(u32, Key)| secret.0 == active;
    let last = secrets.iter().find(is_active).ok_or(KeysError::UnknownActive(active))?;
    let mut in_turn = secrets.iter().filter(|secret| !is_active(secret)).chain([last]);
    let (id, secret) = in_turn.next().ok_or(KeysError::Missing(Field::Secrets))?;
    let mut ring = Keyring::new(**index, *id, **secret).map_err(|_| odd(*id))?;
    for (id, secret) in in_turn {
        ring.rotate(*id, **secret).map_err(|_| odd(*id))?;
    }
    Ok(ring)
}

fn key(value: Option<&Spanned<DeValue<'_>>>, field: Field) -> Result<Key, KeysError> {
    let DeValue::String(text) = value.ok_or(KeysError::Missing(field))?.get_ref() else {
        return Err(KeysError::Type(field));
    };
    let length = BASE64.decode_len(text.len()).map_err(|_| KeysError::Base64(field))?;
    let mut bytes = Zeroizing::new(vec![0; length]);
    let length =
        BASE64.decode_mut(text.as_bytes(), &mut bytes).map_err(|_| KeysError::Base64(field))?;
    let mut key = Key::default();
    match bytes.get(..length) {
        Some(bytes) if length == key.len() => key.copy_from_slice(bytes),
        _ => return Err(KeysError::Length(field)),
    }
    match key.iter().all(|byte| Some(byte) == key.first()) {
        true => Err(KeysError::Placeholder(field)),
        false => Ok(key),
    }
}

fn active(value: Option<&Spanned<DeValue<'_>>>) -> Result<u32, KeysError> {
    match value.ok_or(KeysError::Missing(Field::Active))?.get_ref() {
        DeValue::Integer(number) if number.radix() == 10 => {
            number.as_str().parse().map_err(|_| KeysError::Type(Field::Active))
        }
        _ => Err(KeysError::Type(Field::Active)),
    }
}

fn secrets_of<'a, 'text>(table: &'a DeTable<'text>) -> Result<&'a DeTable<'text>, KeysError> {
    let value = table.get("secrets").ok_or(KeysError::Missing(Field::Secrets))?;
    match value.get_ref() {
        DeValue::Table(secrets) => Ok(secrets),
        _ => Err(KeysError::Type(Field::Secrets)),
    }
}

/// One spelling for each number, so that no two names mean one secret.
fn id(name: &str) -> Option<u32> {
    name.parse().ok().filter(|id: &u32| id.to_string() == name)
}
