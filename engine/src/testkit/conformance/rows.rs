//! The trials that need no second thread.

use alloc::{format, string::String, vec, vec::Vec};
use std::{thread, time::Duration};

use super::{
    Finding, Promise,
    kit::{HOUR, Kit, Trial, after, applies, conflicts, found, holds, load, name, unix_now},
};
use crate::{
    driver::{Store, Swapped},
    row::{RowName, Version, Write},
};

pub(super) fn trials<S: Store>() -> Vec<Trial<S>> {
    vec![
        absent,
        insert,
        exact_version,
        version_bytes,
        body_bytes,
        full_names,
        alike_names,
        delete,
        resend,
        connections,
        keep_until,
        durable,
    ]
}

fn absent<S: Store>(kit: &Kit<'_, S>) -> Result<(), Finding> {
    let store = kit.open();
    let row = kit.row("absent");
    holds(&store, &row, &None, Promise::AbsentIsNone)?;
    // A column that stands for "no row" as zeros would take the first of these.
    for version in [Version::from_bytes([0; 16]), kit.version()] {
        let what = format!("a write that expected version {version:?} of a row that isn't there");
        conflicts(&store, &kit.write(&row, Some(version)), Promise::AbsentHasNoVersion, &what)?;
    }
    holds(&store, &row, &None, Promise::ConflictWritesNothing)
}

fn insert<S: Store>(kit: &Kit<'_, S>) -> Result<(), Finding> {
    let store = kit.open();
    let first = kit.inserted(&store, "insert")?;
    let second = kit.write(&first.row, None);
    conflicts(&store, &second, Promise::InsertsOnlyWhereNothingIs, "a second insert")?;
    holds(&store, &first.row, &after(&first), Promise::ConflictWritesNothing)
}

fn exact_version<S: Store>(kit: &Kit<'_, S>) -> Result<(), Finding> {
    let store = kit.open();
    let other = kit.inserted(&store, "other")?;
    let row = kit.row("exact");
    let first = Write { version: awkward(*b"aZ\0\xff\x009\xc3\xa9", kit), ..kit.write(&row, None) };
    applies(&store, &first, Promise::Answers)?;

    for bit in 0..u128::BITS {
        let flipped = u128::from_be_bytes(*first.version.as_bytes()) ^ (1 << bit);
        let write = kit.write(&row, Some(Version::from_bytes(flipped.to_be_bytes())));
        let what = format!("a write over a version that differs in bit {bit}");
        conflicts(&store, &write, Promise::ExactVersion, &what)?;
    }
    let foreign = kit.write(&row, Some(other.version));
    conflicts(&store, &foreign, Promise::OwnRowOnly, "a write over another row's version")?;
    holds(&store, &row, &after(&first), Promise::ConflictWritesNothing)?;

    applies(&store, &kit.write(&row, Some(first.version)), Promise::Answers)?;
    holds(&store, &other.row, &after(&other), Promise::OwnRowOnly)
}

fn version_bytes<S: Store>(kit: &Kit<'_, S>) -> Result<(), Finding> {
    let store = kit.open();
    let row = kit.row("versions");
    let mut expected = None;
    for start in [[0; 8], [0xff; 8], *b"00000042", *b"'; -- \\\"", *b"\xed\xa0\x80\r\n \0\0"] {
        let write = Write { version: awkward(start, kit), ..kit.write(&row, expected) };
        applies(&store, &write, Promise::VersionBytes)?;
        expected = Some(write.version);
    }
    Ok(())
}

fn body_bytes<S: Store>(kit: &Kit<'_, S>) -> Result<(), Finding> {
    let store = kit.open();
    let row = kit.row("bodies");
    let every_byte = || (0..=u8::MAX).chain([0]);
    let largest: Vec<u8> = every_byte().cycle().take(Write::MAX_BODY).collect();
    let mut expected = None;
    // The short one at the end shows a tail left over from the largest.
    for body in [vec![0], every_byte().collect(), largest, b" \r\n\0 ".to_vec()] {
        let write = Write { body: Some(body), ..kit.write(&row, expected) };
        applies(&store, &write, Promise::BodyBytes)?;
        expected = Some(write.version);
    }
    Ok(())
}

fn full_names<S: Store>(kit: &Kit<'_, S>) -> Result<(), Finding> {
    let store = kit.open();
    for (half, other_end) in [('!'..='O', 'N'), ('P'..='~', '}')] {
        let text = format!("{:.<33}{}", kit.row("").as_str(), half.collect::<String>());
        let shorter = text.get(..RowName::MAX_LEN.saturating_sub(1)).unwrap_or_default();
        let full = kit.write(&name(&text), None);
        applies(&store, &full, Promise::NameBytes)?;
        for alike in [String::from(shorter), format!("{shorter}{other_end}")] {
            is_another(kit, &store, &full, &alike)?;
        }
    }
    Ok(())
}

fn alike_names<S: Store>(kit: &Kit<'_, S>) -> Result<(), Finding> {
    let store = kit.open();
    let first = kit.inserted(&store, "aXb")?;
    let stem = first.row.as_str().trim_end_matches("aXb");
    for end in ["axb", "AXB", "a_b", "a%", "%", "a*", "a?b", "a[X]b", "a.b", "aX", "aXb0", "aXb%"] {
        is_another(kit, &store, &first, &format!("{stem}{end}"))?;
    }
    let folded = kit.write(&name(&format!("{stem}axb")), None);
    applies(&store, &folded, Promise::NameBytes)?;
    holds(&store, &first.row, &after(&first), Promise::NameBytes)
}

/// `alike` must name no row, though `first` stands.
fn is_another<S: Store>(
    kit: &Kit<'_, S>,
    store: &S,
    first: &Write,
    alike: &str,
) -> Result<(), Finding> {
    let row = name(alike);
    holds(store, &row, &None, Promise::NameBytes)?;
    let what = format!("a write to {row:?} over the version of {:?}", first.row);
    let write = kit.write(&row, Some(first.version));
    let outcome = conflicts(store, &write, Promise::AbsentHasNoVersion, &what);
    holds(store, &first.row, &after(first), Promise::NameBytes)?;
    outcome
}

fn delete<S: Store>(kit: &Kit<'_, S>) -> Result<(), Finding> {
    let store = kit.open();
    let neighbour = kit.inserted(&store, "neighbour")?;
    let first = kit.inserted(&store, "deleted")?;
    let row = &first.row;

    let wrong = kit.delete(row, Some(kit.version()));
    conflicts(&store, &wrong, Promise::DeletesConditionally, "a delete over another version")?;
    holds(&store, row, &after(&first), Promise::ConflictWritesNothing)?;

    let right = kit.delete(row, Some(first.version));
    applies(&store, &right, Promise::DeleteRemoves)?;
    let promise = Promise::AbsentHasNoVersion;
    conflicts(&store, &right, promise, "a delete of a row that isn't there")?;
    let late = kit.write(row, Some(first.version));
    conflicts(&store, &late, promise, "a write over the version that was deleted")?;
    holds(&store, row, &None, Promise::ConflictWritesNothing)?;

    applies(&store, &kit.write(row, None), Promise::DeleteRemoves)?;
    holds(&store, &neighbour.row, &after(&neighbour), Promise::OwnRowOnly)
}

/// The engine sends an in-doubt write again, the very same. While the write stands, `Applied` is
/// as true an answer as `Conflict`; once another has followed, only `Conflict` is.
fn resend<S: Store>(kit: &Kit<'_, S>) -> Result<(), Finding> {
    let store = kit.open();
    let insert = kit.inserted(&store, "resent")?;
    let swap = kit.write(&insert.row, Some(insert.version));
    for write in [&insert, &swap] {
        if write.expected.is_some() {
            applies(&store, write, Promise::Answers)?;
        }
        match store.swap(write) {
            Swapped::Applied | Swapped::Conflict => {}
            Swapped::InDoubt(error) | Swapped::Failed(error) => {
                let seen = format!("a write sent again was answered with \"{error}\"");
                return Err(found(Promise::Answers, seen));
            }
        }
        holds(&store, &write.row, &after(write), Promise::ResendWritesNothing)?;
    }
    let last = kit.write(&insert.row, Some(swap.version));
    applies(&store, &last, Promise::Answers)?;
    for write in [&insert, &swap] {
        let what = "a write sent again after the next one";
        conflicts(&store, write, Promise::ResendWritesNothing, what)?;
    }
    holds(&store, &insert.row, &after(&last), Promise::ResendWritesNothing)
}

fn connections<S: Store>(kit: &Kit<'_, S>) -> Result<(), Finding> {
    let (one, other) = (kit.open(), kit.open());
    let row = kit.row("connections");
    holds(&other, &row, &None, Promise::OneStorage)?;
    let first = kit.write(&row, None);
    applies(&one, &first, Promise::OneStorage)?;
    holds(&other, &row, &after(&first), Promise::OneStorage)?;

    let second = kit.write(&row, Some(first.version));
    applies(&other, &second, Promise::OneStorage)?;
    let late = kit.write(&row, Some(first.version));
    let what = "a write over a version that another connection had replaced";
    conflicts(&one, &late, Promise::OneStorage, what)?;
    holds(&one, &row, &after(&second), Promise::OneStorage)?;

    applies(&one, &kit.delete(&row, Some(second.version)), Promise::OneStorage)?;
    holds(&other, &row, &None, Promise::OneStorage)?;
    let again = kit.write(&row, None);
    applies(&other, &again, Promise::OneStorage)?;
    holds(&one, &row, &after(&again), Promise::OneStorage)
}

fn keep_until<S: Store>(kit: &Kit<'_, S>) -> Result<(), Finding> {
    let store = kit.open();
    let kept_until = |until| Write { keep_until: until, ..kit.write(&kit.row("kept"), None) };
    let tomorrow = unix_now().saturating_add(24 * HOUR);
    let kept = [tomorrow, 1 << 53, (1 << 63) - 1, u64::MAX].map(kept_until);
    for write in &kept {
        applies(&store, write, Promise::Keeps)?;
    }
    for past in [0, 1].map(kept_until) {
        match store.swap(&past) {
            Swapped::Applied => {}
            Swapped::Conflict | Swapped::InDoubt(_) | Swapped::Failed(_) => {
                return Err(found(Promise::Keeps, "a write to be kept until 1970 was refused"));
            }
        }
        // A row past its time may be there or not.
        let standing = load(&store, &past.row)?;
        if standing.is_some() && standing != after(&past) {
            return Err(found(Promise::Keeps, "a row past its time came back changed"));
        }
    }
    // A store that sweeps does so by now: two rows past their time came after these.
    kept.iter().try_for_each(|write| holds(&store, &write.row, &after(write), Promise::Keeps))
}

fn durable<S: Store>(kit: &Kit<'_, S>) -> Result<(), Finding> {
    let row = kit.row("durable");
    let insert = kit.write(&row, None);
    let swap = kit.write(&row, Some(insert.version));
    let delete = kit.delete(&row, Some(swap.version));
    for write in [insert, swap, delete] {
        let before = kit.open();
        applies(&before, &write, Promise::Durable)?;
        drop(before);
        holds(&kit.open(), &row, &after(&write), Promise::Durable)?;
    }
    Ok(())
}

/// A row that was first to be kept for an instant, then for ever.
pub(super) struct Extended {
    write: Write,
    first_until: u64,
}

/// Writes a row to be kept for an instant, and over it that it be kept for ever. `None` if it was
/// gone before: a slow store may do that.
pub(super) fn extend_keeping<S: Store>(kit: &Kit<'_, S>) -> Result<Option<Extended>, Finding> {
    let store = kit.open();
    let row = kit.row("extended");
    let first_until = unix_now().saturating_add(INSTANT);
    let first = Write { keep_until: first_until, ..kit.write(&row, None) };
    let write = Write { keep_until: u64::MAX, ..kit.write(&row, Some(first.version)) };
    let applied = [&first, &write].map(|write| matches!(store.swap(write), Swapped::Applied));
    Ok((applied == [true; 2]).then_some(Extended { write, first_until }))
}

/// An expiry that was set by the first write, and not taken back by the second, removes the row.
pub(super) fn extended_is_kept<S: Store>(
    kit: &Kit<'_, S>,
    extended: &Extended,
) -> Result<(), Finding> {
    let due = extended.first_until.saturating_add(INSTANT);
    thread::sleep(Duration::from_millis(due.saturating_sub(unix_now()).min(2 * INSTANT)));
    let store = kit.open();
    // A store that sweeps may do so only when it writes.
    kit.inserted(&store, "sweep")?;
    holds(&store, &extended.write.row, &after(&extended.write), Promise::Keeps)
}

/// A version that begins with these bytes; the rest is drawn, as versions never repeat.
fn awkward<S: Store>(start: [u8; 8], kit: &Kit<'_, S>) -> Version {
    let drawn = u128::from_be_bytes(*kit.version().as_bytes()) & u128::from(u64::MAX);
    let start = u128::from(u64::from_be_bytes(start)) << 64;
    Version::from_bytes((start | drawn).to_be_bytes())
}

/// Milliseconds: time enough to write twice, and short to wait for.
const INSTANT: u64 = 150;
