//! One story as data, `engine/tests/vectors/story.json`, played in each language.
//!
//! A **player** is a process of one language. It reads the story itself, gets on each line of its
//! input the number of a step and what was saved so far, plays that step on the given store through
//! the face that an integrator uses, and answers with one line: the outcome in full.
//!
//! The **conductor** tells the players their turns and compares each outcome with what the story
//! expects, field by field. It tells the story by each language alone and then with the languages
//! taking turns, so often that each step is played once by each.
//!
//! ```text
//!   {"step": 7, "saved": {"handle": "v1.…", "code": "…"}}     conductor -> player
//!   {"refused": "WrongCode", "code": 102, "sentence": …}      player -> conductor
//! ```
//!
//! A step has a time `at`, a `verb` with its arguments by name, and what it shall `expect`; also, where
//! they differ from the usual, the installation that it is played `in` (`main`), how the `gateway`
//! answers (it takes the message), and a `proof`: a `finish`, `verify` or `redeem` that the same player
//! runs before, or two of them in a list, whose `Accepted` is then the verb's authority.
//!
//! In a story a text `"$name"` stands for what was saved under that name. In an expectation
//! `"?name"` takes any text of the right form and saves it. Times are milliseconds since the
//! story's start; no system clock is read. The conductor itself saves `$wrong`, a code that was never
//! sent, `$typed`, the last code as a person types it, and `$long`, a text too long for anything.

mod args;
mod conductor;
mod matching;
mod moving;
mod player;
mod shown;
mod story;
mod vectors;
mod verbs;

pub use conductor::{Conductor, Performer};
pub use matching::{Saved, matches};
pub use player::Player;
pub use story::Story;
pub use vectors::vectors;

/// What went wrong with a story or its telling, in a sentence.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;
