//! pinbolt for Python: the native part.
