//! The parts of an export, as they are scanned.

use std::fmt;

use super::Batch;
use crate::{OathKey, ProvisionError};

/// Collects the parts of one export, in any order, until none is missing.
#[derive(Clone, Default)]
pub struct Batches {
    /// As many as the export has; nothing before the first.
    parts: Vec<Option<Batch>>,
    id: i32,
}

impl Batches {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { parts: Vec::new(), id: 0 }
    }

    /// Takes a part. The first one says which export it is, and how many parts it has.
    ///
    /// # Errors
    /// [`ProvisionError::Batch`] for a part of another export, one that says another number of parts,
    /// and one that is here already; what was collected stays.
    pub fn add(&mut self, batch: Batch) -> Result<(), ProvisionError> {
        let size = usize::try_from(batch.size).unwrap_or(usize::MAX);
        if self.parts.is_empty() {
            (self.parts, self.id) = (vec![None; size], batch.id);
        }
        let same = self.id == batch.id && self.parts.len() == size;
        let index = usize::try_from(batch.index).unwrap_or(usize::MAX);
        match self.parts.get_mut(index) {
            Some(place @ None) if same => *place = Some(batch),
            _ => return Err(ProvisionError::Batch),
        }
        Ok(())
    }

    /// How many parts the export has; 0 before the first.
    #[must_use]
    pub fn size(&self) -> usize {
        self.parts.len()
    }

    /// Which parts are still missing, from 0.
    pub fn missing(&self) -> impl Iterator<Item = usize> {
        let open = self.parts.iter().enumerate().filter(|(_, part)| part.is_none());
        open.map(|(index, _)| index)
    }

    /// The keys of all parts that are here, in the export's order.
    pub fn keys(&self) -> impl Iterator<Item = &Result<OathKey, ProvisionError>> {
        self.parts.iter().flatten().flat_map(|batch| &batch.keys)
    }
}

impl fmt::Debug for Batches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batches").field("size", &self.size()).finish_non_exhaustive()
    }
}
