//! The story, as its file has it.

use std::{fs, path::Path};

use serde_json::Value;

use crate::Fault;

/// A story: the installations that it is set in, and its steps.
#[derive(Clone, Debug)]
pub struct Story(Value);

impl Story {
    /// Reads a story.
    ///
    /// # Errors
    /// The file can't be read, or is no JSON.
    pub fn read(path: &Path) -> Result<Self, Fault> {
        Ok(Self(serde_json::from_str(&fs::read_to_string(path)?)?))
    }

    /// Its start, in Unix milliseconds.
    #[must_use]
    pub fn start(&self) -> u64 {
        self.0.get("start").and_then(Value::as_u64).unwrap_or_default()
    }

    /// Its steps, in order.
    #[must_use]
    pub fn steps(&self) -> &[Value] {
        self.0.get("steps").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Its steps, to change one.
    pub fn steps_mut(&mut self) -> Option<&mut Vec<Value>> {
        self.0.get_mut("steps").and_then(Value::as_array_mut)
    }

    /// The text of `field` (`policy`, `keys` or `tenant`) of an installation.
    ///
    /// # Errors
    /// The story has none.
    pub fn installation(&self, name: &str, field: &str) -> Result<String, Fault> {
        let value = self.0.pointer(&format!("/installations/{name}/{field}"));
        match value {
            Some(Value::String(text)) => Ok(text.clone()),
            Some(Value::Array(lines)) => {
                Ok(lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"))
            }
            _ => Err(format!("the story has no {field} of an installation {name:?}").into()),
        }
    }
}
