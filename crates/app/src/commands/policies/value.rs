//! The values that policy commands give, in every form they are written in.

use calypso_model::{
    Policies, PolicyKind, PolicyLimits,
    policy::{CachingPolicy, HotWindow},
};
use calypso_syntax::ast::command::{PolicyAction, PolicyValue};
use serde_json::{Map, json};

use crate::AppError;

/// Applies a command to the policies of one entity.
///
/// # Errors
/// When the value is not one of this policy, or out of range.
pub(super) fn apply(
    policies: &mut Policies,
    kind: PolicyKind,
    action: &PolicyAction,
    limits: PolicyLimits,
) -> Result<(), AppError> {
    match action {
        PolicyAction::Show => {}
        PolicyAction::Delete => policies.delete(kind),
        PolicyAction::Alter(value) => policies.alter(kind, &json_of(kind, value)?, limits)?,
        PolicyAction::AlterMerge(value) => policies.alter_merge(kind, &json_of(kind, value)?, limits)?,
    }
    Ok(())
}

/// Returns the JSON that a short form stands for.
fn json_of(kind: PolicyKind, value: &PolicyValue) -> Result<String, AppError> {
    match (kind, value) {
        (_, PolicyValue::Json(text)) => Ok(text.clone()),
        (PolicyKind::StreamingIngestion, PolicyValue::Flag(enabled)) => Ok(json!({ "IsEnabled": enabled }).to_string()),
        (PolicyKind::IngestionTime, PolicyValue::Flag(enabled)) => Ok(enabled.to_string()),
        (PolicyKind::Caching, PolicyValue::Caching { data_hot, index_hot, hot_windows }) => {
            let windows = hot_windows
                .iter()
                .map(|(min_value, max_value)| HotWindow { min_value: *min_value, max_value: *max_value });
            let policy =
                CachingPolicy { data_hot_span: *data_hot, index_hot_span: *index_hot, hot_windows: windows.collect() };
            Ok(policy.to_json())
        }
        (PolicyKind::Retention, PolicyValue::Retention { soft_delete, recoverable }) => {
            let mut members = Map::new();
            if let Some(period) = soft_delete {
                members.insert("SoftDeletePeriod".to_owned(), period.to_text().into());
            }
            if let Some(recoverable) = recoverable {
                let word = if *recoverable { "Enabled" } else { "Disabled" };
                members.insert("Recoverability".to_owned(), word.into());
            }
            Ok(serde_json::Value::Object(members).to_string())
        }
        (_, PolicyValue::Text(text)) => Ok(text.clone()),
        _ => Err(AppError::argument(format!("the value is not one of the policy '{}'", kind.command_name()))),
    }
}
