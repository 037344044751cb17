//! Meaning of queries: functions and their types, scopes, and the binder that turns syntax into a bound tree.
//!
//! Pure: knows no Arrow, no engine, no storage, no async. Binding never fails as a whole; it returns a tree and
//! diagnostics. Read `globals`, `bound`, then `binder`.

mod binder;
pub mod bound;
pub mod functions;
mod globals;

pub use binder::{Binding, ProbeAnswer, aggregate_names, bind, bind_with_answers};
pub use globals::{GlobalState, MemoryTable, ParameterValue};
