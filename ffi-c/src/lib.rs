//! pinbolt for C.
