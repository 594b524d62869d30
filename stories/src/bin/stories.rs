//! Tells the story by each language alone and in turns, and plays the engine's other vectors through
//! each: `stories VECTORS -- NAME COMMAND.. -- NAME COMMAND.. ..`. The last line counts.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{self, ExitCode},
};

use pinbolt_stories::{Conductor, Fault, Performer, Story, vectors};
use serde_json::{Value, json};

fn main() -> Result<ExitCode, Fault> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let mut parts = arguments.split(|argument| argument == "--");
    let Some([folder]) = parts.next() else {
        return Err("usage: stories VECTORS -- NAME COMMAND.. -- NAME COMMAND.. ..".into());
    };
    let stage = Stage::new(Path::new(folder))?;
    let performers = parts.map(performer).collect::<Result<Vec<_>, _>>()?;
    let mut count = Count::default();
    for one in &performers {
        let alone = std::slice::from_ref(one);
        count.add(&format!("{} alone", one.name), stage.tell(alone, 0));
        count.add(&format!("{}: the other vectors", one.name), stage.vectors(alone));
        count.add(&format!("{}: each wrong expectation is noticed", one.name), stage.broken(alone));
    }
    for (turn, first) in performers.iter().enumerate().filter(|_| performers.len() > 1) {
        count.add(&format!("in turns, {} first", first.name), stage.tell(&performers, turn));
    }
    println!("{} passed, {} failed", count.passed, count.failed);
    Ok(if count.failed == 0 && count.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn performer(words: &[String]) -> Result<Performer, Fault> {
    let (name, command) = words.split_first().ok_or("a player has a name and a command")?;
    Ok(Performer { name: name.clone(), command: command.to_vec() })
}

#[derive(Default)]
struct Count {
    passed: usize,
    failed: usize,
}

impl Count {
    fn add(&mut self, what: &str, told: Result<usize, Fault>) {
        match told {
            Ok(steps) => {
                println!("{what}: {steps} as told");
                self.passed = self.passed.saturating_add(steps);
            }
            Err(fault) => {
                println!("{what}: FAILED at {fault}");
                self.failed = self.failed.saturating_add(1);
            }
        }
    }
}

/// The story and a folder of its own for the files that it is told on.
struct Stage {
    vectors: PathBuf,
    path: PathBuf,
    story: Story,
    folder: PathBuf,
}

impl Stage {
    fn new(vectors: &Path) -> Result<Self, Fault> {
        let path = vectors.join("story.json");
        let story = Story::read(&path)?;
        let folder = env::temp_dir().join(format!("pinbolt-stories-{}", process::id()));
        fs::create_dir(&folder)?;
        Ok(Self { vectors: vectors.into(), path, story, folder })
    }

    fn tell(&self, performers: &[Performer], turn: usize) -> Result<usize, Fault> {
        self.conductor(performers)?.tell(turn)
    }

    fn vectors(&self, performers: &[Performer]) -> Result<usize, Fault> {
        self.conductor(performers)?.tell_aside(&vectors(&self.vectors)?)
    }

    /// The first step, expected to have gone otherwise, in one field after another.
    fn broken(&self, performers: &[Performer]) -> Result<usize, Fault> {
        let step = self.story.steps().first().ok_or("the story has no steps")?;
        let fields = step.get("expect").and_then(Value::as_object).ok_or("nothing is expected")?;
        for name in fields.keys() {
            let mut step = step.clone();
            if let Some(field) = step.pointer_mut(&format!("/expect/{name}")) {
                *field = json!("otherwise");
            }
            if self.conductor(performers)?.step((0, &json!(0), &step)).is_ok() {
                return Err(format!("{name} may be anything").into());
            }
        }
        Ok(fields.len())
    }

    /// On a new file.
    fn conductor(&self, performers: &[Performer]) -> Result<Conductor<'_>, Fault> {
        let nth = fs::read_dir(&self.folder)?.count();
        let file = self.folder.join(format!("{nth}.db"));
        let url = format!("sqlite://{}", file.display());
        Conductor::new(&self.story, (performers, &self.path, &url))
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _removed = fs::remove_dir_all(&self.folder).is_ok();
    }
}
