//! Every figure in one run. The last lines are `ratio <name> <value>`; the README names the bounds.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

mod faces;
mod finish;
mod memory;
mod oath_c;
mod oath_python;
mod pin;
mod sqlite;
mod world;

fn main() {
    if memory::is_child() {
        memory::child();
        return;
    }
    let mut figures = Vec::new();
    figures.extend(finish::own_share());
    figures.push(pin::against_bare_argon2());
    figures.push(memory::over_the_parameter());
    figures.push(sqlite::against_bare_writes());
    figures.extend(faces::against_rust());
    figures.extend(faces::pauses());
    figures.extend(oath_c::against_liboath());
    figures.extend(oath_python::against_peers());
    for Figure { name, value } in figures {
        println!("ratio {name} {value:.3}");
    }
}

/// One line of the result.
struct Figure {
    name: &'static str,
    value: f64,
}

/// The middle value.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
