//! Names that a query declares: `let`, function parameters, `as`.

use std::{collections::HashMap, rc::Rc};

use calypso_syntax::ast::{Expr as SyntaxExpr, FunctionBody, Pattern};

use crate::bound::{Column, Expr, Relation};

use super::ScopeRef;

/// What a declared name stands for.
#[derive(Debug, Clone)]
pub(super) enum Symbol {
    /// A scalar: a constant, or an expression over the caller's row for a function's parameter.
    Scalar(Expr),
    /// A tabular expression, bound anew at each use so that its columns get numbers of their own.
    Tabular { expr: Rc<SyntaxExpr>, scope: ScopeRef },
    /// A relation that has been bound; each use gives its columns new numbers.
    Relation(Rc<Relation>),
    /// The state of a step of `scan`; `name.column` reads it.
    State(Rc<Vec<Column>>),
    /// A `declare pattern`.
    Pattern { pattern: Rc<Pattern>, scope: ScopeRef },
    /// A user-defined function.
    Function { body: Rc<FunctionBody>, scope: ScopeRef },
    /// A name whose declaration failed; its uses are not reported again.
    Failed,
}

/// A chain of declarations; the nearest wins. Cheap to extend: earlier scopes are shared.
#[derive(Debug, Default)]
pub(super) struct Scope {
    names: HashMap<String, Symbol>,
    parent: Option<ScopeRef>,
}

impl Scope {
    /// Returns what `name` stands for.
    pub(super) fn find(&self, name: &str) -> Option<&Symbol> {
        self.names.get(name).or_else(|| self.parent.as_ref()?.find(name))
    }

    /// Returns a scope in which `name` is also declared.
    pub(super) fn with(self: &Rc<Self>, name: &str, symbol: Symbol) -> ScopeRef {
        Rc::new(Self { names: HashMap::from([(name.to_owned(), symbol)]), parent: Some(Rc::clone(self)) })
    }

    /// Returns a scope in which all of `names` are also declared.
    pub(super) fn with_all(self: &Rc<Self>, names: HashMap<String, Symbol>) -> ScopeRef {
        Rc::new(Self { names, parent: Some(Rc::clone(self)) })
    }

    /// Returns the names declared here and above, for hints.
    pub(super) fn all_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.names.keys().cloned().collect();
        if let Some(parent) = &self.parent {
            names.extend(parent.all_names());
        }
        names
    }
}
