//! Tokens: where they come from, and when they are renewed.

mod access_token;
mod authority;
mod azure;
mod certificate;
mod default_chain;
mod device_code;
mod interactive;
mod password;
#[cfg(test)]
mod tests;
mod token_source;

pub use access_token::{AccessToken, TokenProvider};
pub(crate) use authority::Tools;
pub use device_code::DeviceCodePrompt;
pub(crate) use token_source::TokenSource;
