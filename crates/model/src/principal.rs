//! Who is given which role.
//!
//! <https://learn.microsoft.com/kusto/management/security-roles>

use serde::{Deserialize, Serialize};

/// One principal in one role of a cluster, database or table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizedPrincipal {
    /// The word of commands in lower case: `admins`, `viewers`, ….
    pub role: String,
    /// Fully qualified name as given: `aadapp=<id>;<tenant>`.
    pub fqn: String,
    #[serde(default)]
    pub notes: String,
}
