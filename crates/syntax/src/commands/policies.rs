//! Commands about policies: the same for all, but for the short forms of some.
//!
//! <https://learn.microsoft.com/kusto/management/policies>

use calypso_types::{DateTime, Scalar};

use super::{databases, known, names, properties, words};
use crate::ast::command::{PolicyAction, PolicyCommand, PolicyEntity, PolicyValue};
use crate::ast::{CommandKind, Name};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

/// Policies of Kusto's, for the hint when the word is none of them.
const POLICIES: [&str; 27] = [
    "auto_delete",
    "caching",
    "callout",
    "capacity",
    "diagnostics",
    "encoding",
    "extent_tags_retention",
    "ingestionbatching",
    "ingestiontime",
    "managed_identity",
    "merge",
    "mirroring",
    "multidatabaseadmins",
    "partitioning",
    "query_weak_consistency",
    "request_classification",
    "restricted_view_access",
    "retention",
    "row_level_security",
    "rowid",
    "roworder",
    "rowstore",
    "sandbox",
    "sharding",
    "shards_grouping",
    "streamingingestion",
    "update",
];

/// The most hot windows of a caching policy.
const HOT_WINDOWS_MAX: usize = 100;

/// Behind `policy` of `.show`.
pub(super) fn show(cursor: &mut Cursor<'_>, entity: PolicyEntity) -> Option<CommandKind> {
    let policy = policy_name(cursor)?;
    properties::properties(cursor)?;
    Some(CommandKind::Policy(PolicyCommand { entity, policy, action: PolicyAction::Show }))
}

/// Behind `.delete`.
pub(super) fn delete(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let mark = cursor.mark();
    let entity = match words::eat_any_keyword(cursor).as_deref() {
        Some("cluster") => PolicyEntity::Cluster,
        Some("database") => PolicyEntity::Database(databases::optional_name(cursor, &["policy"])?),
        Some("table") => PolicyEntity::Tables(vec![names::table_name(cursor)?]),
        Some("tables") => PolicyEntity::Tables(names::list(cursor, names::table_name)?),
        _ => {
            cursor.rewind(mark);
            return known::unknown_entity(cursor, &["cluster", "database", "table", "tables"]);
        }
    };
    if words::at_keyword(cursor, "records") {
        return known::not_supported(cursor, "delete table records");
    }
    words::expect_keyword(cursor, "policy")?;
    let policy = policy_name(cursor)?;
    Some(CommandKind::Policy(PolicyCommand { entity, policy, action: PolicyAction::Delete }))
}

/// Behind `policy` of `.alter` and, with `merge`, of `.alter-merge`.
pub(super) fn alter(cursor: &mut Cursor<'_>, entity: PolicyEntity, merge: bool) -> Option<CommandKind> {
    let policy = policy_name(cursor)?;
    let value = value(cursor, &policy.text)?;
    let action = if merge { PolicyAction::AlterMerge(value) } else { PolicyAction::Alter(value) };
    Some(CommandKind::Policy(PolicyCommand { entity, policy, action }))
}

fn policy_name(cursor: &mut Cursor<'_>) -> Option<Name> {
    let span = cursor.hyphenated().map(|(_, span)| span);
    match (span, words::keyword(cursor)) {
        (Some(span), Some(text)) if POLICIES.contains(&text.as_str()) => {
            words::eat_keyword(cursor, &text);
            Some(Name { text, span })
        }
        _ => {
            words::expected_word(cursor, "the name of a policy, such as `retention`", &POLICIES);
            None
        }
    }
}

fn value(cursor: &mut Cursor<'_>, policy: &str) -> Option<PolicyValue> {
    let mark = cursor.mark();
    if cursor.at(TokenKind::String) || cursor.kind().is_bad() {
        let json = names::text(cursor, "the policy's JSON in quotes")?;
        properties::properties(cursor)?;
        if !cursor.at(TokenKind::LessBar) {
            return Some(PolicyValue::Json(json));
        }
        cursor.rewind(mark);
        return unread(cursor);
    }
    match (policy, words::keyword(cursor).as_deref()) {
        ("caching", Some("hot" | "hotdata")) => caching(cursor),
        ("retention", Some("softdelete" | "recoverability")) => retention(cursor),
        ("streamingingestion", Some("enable" | "disable")) => flag(cursor),
        ("caching", _) => refuse(cursor, "`hot = 30d` or the policy's JSON in quotes"),
        ("retention", _) => refuse(cursor, "`softdelete = 30d`, `recoverability = …` or the policy's JSON in quotes"),
        ("streamingingestion", _) => refuse(cursor, "`enable`, `disable` or the policy's JSON in quotes"),
        ("ingestionbatching" | "merge", _) => refuse(cursor, "the policy's JSON in quotes"),
        (_, Some("true" | "false")) => flag(cursor),
        _ => unread(cursor),
    }
}

fn refuse(cursor: &mut Cursor<'_>, what: &str) -> Option<PolicyValue> {
    if cursor.at(TokenKind::LeftBrace) {
        cursor.expected_with_hint(what, "put the JSON in quotes: `'{…}'`");
    } else {
        cursor.expected(what);
    }
    None
}

fn flag(cursor: &mut Cursor<'_>) -> Option<PolicyValue> {
    let word = words::eat_any_keyword(cursor)?;
    Some(PolicyValue::Flag(matches!(word.as_str(), "enable" | "true")))
}

/// Takes the rest of the command as it stands, also a query behind `<|`.
fn unread(cursor: &mut Cursor<'_>) -> Option<PolicyValue> {
    let start = cursor.start();
    cursor.skip_until(|kind| matches!(kind, TokenKind::Bar | TokenKind::Semicolon | TokenKind::LessBar));
    if cursor.eat(TokenKind::LessBar).is_some() {
        return Some(PolicyValue::Text(cursor.text().get(start..).unwrap_or("").to_owned()));
    }
    let text = cursor.text_of(cursor.span_from(start)).to_owned();
    if text.is_empty() {
        cursor.expected("the policy");
        return None;
    }
    Some(PolicyValue::Text(text))
}

/// `hot = 30d`, or `hotdata = 30d hotindex = 30d`, then `[,] hot_window = a .. b` any number of times.
fn caching(cursor: &mut Cursor<'_>) -> Option<PolicyValue> {
    let both = words::expect_one_of(cursor, &["hot", "hotdata"])? == "hot";
    cursor.expect(TokenKind::Equal, "`=`")?;
    let data_hot = names::timespan(cursor)?;
    let mut index_hot = data_hot;
    if !both {
        cursor.eat(TokenKind::Comma);
        words::expect_keyword(cursor, "hotindex")?;
        cursor.expect(TokenKind::Equal, "`=`")?;
        index_hot = names::timespan(cursor)?;
    }
    let mut hot_windows = Vec::new();
    loop {
        let comma = cursor.eat(TokenKind::Comma).is_some();
        if !comma && !words::at_keyword(cursor, "hot_window") {
            return Some(PolicyValue::Caching { data_hot, index_hot, hot_windows });
        }
        words::expect_keyword(cursor, "hot_window")?;
        cursor.expect(TokenKind::Equal, "`=`")?;
        hot_windows.push(window(cursor)?);
        if hot_windows.len() > HOT_WINDOWS_MAX {
            cursor.error(format!("a caching policy may have no more than {HOT_WINDOWS_MAX} hot windows"));
            return None;
        }
    }
}

/// `datetime(…) .. datetime(…)`
fn window(cursor: &mut Cursor<'_>) -> Option<(DateTime, DateTime)> {
    let from = datetime(cursor)?;
    cursor.expect(TokenKind::DotDot, "`..`")?;
    Some((from, datetime(cursor)?))
}

fn datetime(cursor: &mut Cursor<'_>) -> Option<DateTime> {
    let mark = cursor.mark();
    if let Some(Scalar::DateTime(value)) = cursor.literal().map(|literal| literal.value) {
        return Some(value);
    }
    cursor.rewind(mark);
    cursor.expected("a datetime, such as `datetime(2021-01-01)`");
    None
}

/// `softdelete = 7d`, `recoverability = disabled`: one or both, in this or the other order.
fn retention(cursor: &mut Cursor<'_>) -> Option<PolicyValue> {
    let mut soft_delete = None;
    let mut recoverable = None;
    loop {
        if words::eat_keyword(cursor, "softdelete") {
            cursor.expect(TokenKind::Equal, "`=`")?;
            soft_delete = Some(names::timespan(cursor)?);
        } else if words::eat_keyword(cursor, "recoverability") {
            cursor.expect(TokenKind::Equal, "`=`")?;
            recoverable = Some(words::expect_one_of(cursor, &["enabled", "disabled"])? == "enabled");
        } else {
            return Some(PolicyValue::Retention { soft_delete, recoverable });
        }
        if words::at_keyword(cursor, "recoverability") || !cursor.at(TokenKind::Comma) {
            continue;
        }
        cursor.bump();
    }
}
