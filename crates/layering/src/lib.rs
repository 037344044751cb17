//! The repository as text, for the tests of this crate: which crate depends on which, what source files look like, and
//! whether generated documents are up to date.
//!
//! Nothing ships from here. `workspace` reads manifests, `source_files` walks the code, `generated` compares a document
//! with what it should be, `functions_page` and `compatibility_lists` make what is generated.

mod compatibility_lists;
mod functions_page;
mod generated;
mod source_files;
mod workspace;

pub use compatibility_lists::{aggregate_list, known_functions, operator_lists, plugin_list};
pub use functions_page::functions_page;
pub use generated::{Generated, check_block, check_file};
pub use source_files::{SourceFile, source_files};
pub use workspace::{Manifest, manifests, read_text, root};
