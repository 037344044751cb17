//! The stored form of `dynamic`: JSON text, in which a scalar that JSON lacks stands as its KQL literal.
//!
//! `{"a":1,"b":datetime(2020-01-01T00:00:00.0000000Z)}`. Text ingested from JSON is pure JSON, so it is stored
//! as it came, but for datetimes ([`recognise_datetimes`]); the literals cannot be confused with a JSON string.
//!
//! Stored text is valid, has no insignificant white space and no repeated property names: [`normalize`] and
//! [`Dynamic::to_text`](crate::Dynamic::to_text) see to that. The readers here rely on it for speed and give `None`, an
//! end or some value for other text, but never panic.

mod check;
mod datetimes;
mod iterate;
mod kind;
mod minify;
mod normalizer;
mod path;
mod quotes;
mod scalar;
pub(crate) mod scan;
mod shape;
pub(crate) mod string;
#[cfg(test)]
mod tests;
mod wire;

pub use check::validate_json;
pub use datetimes::recognise_datetimes;
pub use iterate::{Elements, Members, elements, members};
pub use kind::{Kind, is_null, kind};
pub use minify::{from_ingested, minify, normalize};
pub use normalizer::Normalizer;
pub use path::{PathStep, get_path};
pub use scalar::{compare, from_scalar, to_scalar, write_scalar};
pub use string::{as_str, write_json_string};
pub use wire::{to_json, to_kusto_string};
