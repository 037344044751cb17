//! Commands about who may do what.

use crate::ast::Name;

/// What access is given to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecuredEntity {
    Cluster,
    /// `None` is the database the request names.
    Database(Option<Name>),
    Table(Name),
    Function(Name),
}

/// Principals and the role they get or lose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalChange {
    /// `viewers`, lower-case; one of the roles of the entity.
    pub role: Name,
    /// `aaduser=…`, `aadapp=…;tenant`, `aadgroup=…`. Empty for `.set … none`.
    pub principals: Vec<String>,
    /// `skip-results`: do not list the principals afterwards.
    pub skip_results: bool,
    pub notes: Option<String>,
}

/// What happens to the principals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrincipalAction {
    /// `principals`
    Show,
    /// `principal [X] roles`; `None` is the caller.
    ShowRoles {
        principal: Option<String>,
    },
    Add(PrincipalChange),
    Drop(PrincipalChange),
    /// Replaces all principals of the role.
    Set(PrincipalChange),
}

/// A command about principals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalCommand {
    pub entity: SecuredEntity,
    pub action: PrincipalAction,
}
