//! The Rust player's process: `player STORY URL`, a turn a line, an outcome a line.

use std::{
    env,
    io::{self, BufRead, Write},
    path::Path,
};

use pinbolt_stories::{Fault, Player, Story};

fn main() -> Result<(), Fault> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [story, url] = arguments.as_slice() else {
        return Err("usage: player STORY URL".into());
    };
    let mut player = Player::new(Story::read(Path::new(story))?, url);
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let outcome = player.play(&serde_json::from_str(&line?)?)?;
        writeln!(out, "{outcome}")?;
        out.flush()?;
    }
    Ok(())
}
