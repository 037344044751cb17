//! Commands about stored functions.

use super::{CommandProperties, EmbeddedText};
use crate::ast::Name;

/// What happens if a function of that name exists, or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FunctionCreation {
    /// `.create function`: an existing function is an error.
    Create,
    /// `.create function ifnotexists`
    CreateIfNotExists,
    CreateOrAlter,
    /// `.alter function`: a missing function is an error.
    Alter,
}

/// A function's declaration; both parts are checked to be well-formed brackets only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionText {
    pub name: Name,
    /// `(a:long, T:(x:string))`
    pub parameters: EmbeddedText,
    /// `{ T | take a }`
    pub body: EmbeddedText,
}

/// A command about stored functions.
#[derive(Debug, Clone, PartialEq)]
pub enum FunctionCommand {
    /// `.create function [ifnotexists] [with (…)] f (…) {…}`, `.create-or-alter …`, `.alter …`
    Define { creation: FunctionCreation, function: FunctionText, properties: CommandProperties },
    /// `.alter function f docstring '…'`
    SetDocstring { function: Name, docstring: String },
    /// `.alter function f folder '…'`
    SetFolder { function: Name, folder: String },
    /// `.drop function f [ifexists]`, `.drop functions (…) [ifexists]`
    Drop { functions: Vec<Name>, if_exists: bool },
    /// `.show functions`, `.show function f`; `None` is every function.
    Show { function: Option<Name>, properties: CommandProperties },
    /// `.show function f schema as json`
    ShowJsonSchema { function: Name },
}
