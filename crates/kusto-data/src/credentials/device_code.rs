//! Sign-in by a code that the user enters in any browser.

/// What the user is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceCodePrompt {
    /// The whole sentence, as the authority words it.
    pub message: String,
    /// Where to enter the code.
    pub verification_uri: String,
    /// The code to enter.
    pub user_code: String,
}
