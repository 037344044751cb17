//! Runs bound queries: plans them for DataFusion, with operators of our own where relational algebra ends.
//!
//! The only crate that names DataFusion. It reads tables through [`TableSnapshot`], which the application supplies;
//! it knows neither storage nor HTTP. Read `source`, `engine`, `planner`, then one operator.

mod aggregates;
mod apply;
mod engine;
mod error;
mod extension_planner;
mod kernel_function;
mod literal;
mod ordered;
mod planner;
mod planning_threads;
mod pushdown;
mod row_operator;
mod row_operators;
mod scan_exec;
mod scan_table;
mod source;
mod subqueries;

use planner::argument_types as planner_argument_types;

pub use engine::{EngineSettings, QueryEngine, QueryRun, ResultStream};
pub use error::{QueryError, QueryErrorKind};
pub use source::{MemorySnapshot, ScanUnit, TableScan, TableSnapshot, TableSource, UnitBatches};
