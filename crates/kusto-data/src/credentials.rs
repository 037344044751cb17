//! Tokens: where they come from, and when they are renewed.

mod access_token;
mod azure;
mod device_code;
#[cfg(test)]
mod tests;
mod token_source;

pub use access_token::{AccessToken, TokenProvider};
pub use device_code::DeviceCodePrompt;
pub(crate) use token_source::TokenSource;
