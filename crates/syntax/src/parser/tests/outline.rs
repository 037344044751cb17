//! Prints a tree as nested parentheses, so that tests can be read.

use std::fmt::Write;

use calypso_types::Scalar;

use crate::ast::{
    Argument, Expr, ExprKind, FunctionBody, LetValue, Literal, MvExpandItem, Name, NamedExpr, Operator, OperatorKind,
    OperatorParameter, ParameterType, ParsePart, Script, SortItem, Statement, TypedName,
};

/// One line per statement.
pub(super) fn outline(script: &Script) -> String {
    script.statements.iter().map(statement).collect::<Vec<_>>().join("\n")
}

fn statement(statement: &Statement) -> String {
    match statement {
        Statement::Let { name, value: LetValue::Expression(value), .. } => {
            format!("(let {} {})", name.text, expr(value))
        }
        Statement::Let { name, value: LetValue::Function(body), .. } => {
            format!("(let {} {})", name.text, function(body))
        }
        Statement::Set { name, value, .. } => match value {
            Some(value) => format!("(set {} {})", name.text, expr(value)),
            None => format!("(set {})", name.text),
        },
        Statement::QueryParameters { parameters, .. } => {
            let parameters = parameters.iter().map(|parameter| {
                let default = parameter.default.as_ref().map_or(String::new(), |value| format!("={}", literal(value)));
                format!("{}:{}{default}", parameter.name.text, parameter.type_name.text)
            });
            format!("(declare {})", parameters.collect::<Vec<_>>().join(" "))
        }
        Statement::Pattern { pattern, .. } => format!("(pattern {} {})", pattern.name.text, pattern.cases.len()),
        Statement::Unsupported { name, .. } => format!("(unsupported {})", name.text),
        Statement::Expression(value) => expr(value),
    }
}

fn function(function: &FunctionBody) -> String {
    let mut out = String::from(if function.view { "(view" } else { "(function" });
    for parameter in &function.parameters {
        let of_type = match &parameter.parameter_type {
            ParameterType::Scalar(name) => name.text.clone(),
            ParameterType::Tabular { any: true, .. } => "(*)".to_owned(),
            ParameterType::Tabular { columns, .. } => format!("({})", typed(columns)),
        };
        let default = parameter.default.as_ref().map_or(String::new(), |value| format!("={}", literal(value)));
        write!(out, " {}:{of_type}{default}", parameter.name.text).expect("writing to a string");
    }
    let body: Vec<_> = function.body.iter().map(statement).collect();
    format!("{out} {{{}}})", body.join("; "))
}

fn typed(columns: &[TypedName]) -> String {
    let columns = columns.iter().map(|column| format!("{}:{}", column.name.text, column.type_name.text));
    columns.collect::<Vec<_>>().join(" ")
}

fn literal(literal: &Literal) -> String {
    match &literal.value {
        Scalar::Null(ty) => format!("{ty}(null)"),
        Scalar::Bool(value) => value.to_string(),
        Scalar::Int(value) => format!("int({value})"),
        Scalar::Long(value) => value.to_string(),
        Scalar::Real(value) => format!("{value:?}"),
        Scalar::String(value) => format!("{value:?}"),
        Scalar::TimeSpan(value) => format!("ticks({})", value.0),
        Scalar::DateTime(value) => format!("datetime({})", value.0),
        other => format!("{other:?}"),
    }
}

fn exprs(items: &[Expr]) -> String {
    items.iter().map(|item| format!(" {}", expr(item))).collect()
}

fn arguments(items: &[Argument]) -> String {
    let one = |item: &Argument| match &item.name {
        Some(name) => format!(" {}={}", name.text, expr(&item.value)),
        None => format!(" {}", expr(&item.value)),
    };
    items.iter().map(one).collect()
}

pub(super) fn expr(of: &Expr) -> String {
    match &of.kind {
        ExprKind::Literal(value) => literal(value),
        ExprKind::Name(name) if name.contains([' ', '-']) => format!("['{name}']"),
        ExprKind::Name(name) => name.clone(),
        ExprKind::Star => "*".to_owned(),
        ExprKind::Path { target, member } => format!("(. {} {})", expr(target), member.text),
        ExprKind::Index { target, index } => format!("([] {} {})", expr(target), expr(index)),
        ExprKind::Call { name, arguments: items } => format!("({}{})", name.text, arguments(items)),
        ExprKind::MethodCall { target, name, arguments: items } => {
            format!("(.{} {}{})", name.text, expr(target), arguments(items))
        }
        ExprKind::Unary { operator, operand } => format!("({operator:?} {})", expr(operand)),
        ExprKind::Binary { operator, left, right, .. } => format!("({operator:?} {} {})", expr(left), expr(right)),
        ExprKind::Between { operand, low, high, negated } => {
            format!("({} {} {} {})", not(*negated, "between"), expr(operand), expr(low), expr(high))
        }
        ExprKind::In { operand, list, case_insensitive, negated } => {
            let word = not(*negated, if *case_insensitive { "in~" } else { "in" });
            format!("({word} {}{})", expr(operand), exprs(list))
        }
        ExprKind::HasList { operand, list, all } => {
            format!("({} {}{})", if *all { "has_all" } else { "has_any" }, expr(operand), exprs(list))
        }
        ExprKind::List(items) => format!("(list{})", exprs(items)),
        ExprKind::Pipe { source, operators } => {
            format!("(| {} {})", expr(source), operators.iter().map(operator).collect::<Vec<_>>().join(" "))
        }
        ExprKind::Source(source) => operator(source),
        ExprKind::DataTable(table) => format!("(datatable [{}]{})", typed(&table.columns), exprs(&table.values)),
        ExprKind::TypeOf(types) => format!("(typeof {})", typed(types)),
        ExprKind::Lambda(body) => function(body),
        ExprKind::Error => "<error>".to_owned(),
    }
}

fn not(negated: bool, word: &str) -> String {
    if negated { format!("!{word}") } else { word.to_owned() }
}

fn named(item: &NamedExpr) -> String {
    match item.names.as_slice() {
        [] => expr(&item.expr),
        [name] => format!("{}={}", name.text, expr(&item.expr)),
        names => format!(
            "({})={}",
            names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(" "),
            expr(&item.expr)
        ),
    }
}

fn list<T>(items: &[T], one: impl Fn(&T) -> String) -> String {
    items.iter().map(|item| format!(" {}", one(item))).collect()
}

fn sort_item(item: &SortItem) -> String {
    let order = item.order.map_or(String::new(), |order| format!(":{order:?}"));
    let nulls = item.nulls.map_or(String::new(), |nulls| format!(":nulls{nulls:?}"));
    format!("{}{order}{nulls}", named(&item.expr))
}

fn expand_item(item: &MvExpandItem) -> String {
    let to = item.to_type.as_ref().map_or(String::new(), |to| format!(":{}", to.text));
    format!("{}{to}", named(&item.expr))
}

fn parse_part(part: &ParsePart) -> String {
    match part {
        ParsePart::Star => "*".to_owned(),
        ParsePart::Text(text) => expr(text),
        ParsePart::Column { name, type_name: Some(of_type) } => format!("{}:{}", name.text, of_type.text),
        ParsePart::Column { name, .. } => name.text.clone(),
    }
}

fn parameter(parameter: &OperatorParameter) -> String {
    format!("{}={}", parameter.name.text, expr(&parameter.value))
}

fn operator(of: &Operator) -> String {
    let parameters = list(&of.parameters, |item| format!("@{}", parameter(item)));
    let (word, rest) = match &of.kind {
        OperatorKind::As { name } => ("as", format!(" {}", name.text)),
        OperatorKind::Count => ("count", String::new()),
        OperatorKind::Consume => ("consume", String::new()),
        OperatorKind::Distinct { columns } => ("distinct", exprs(columns)),
        OperatorKind::Extend { columns } => ("extend", list(columns, named)),
        OperatorKind::GetSchema => ("getschema", String::new()),
        OperatorKind::Join { kind, right, on } => ("join", format!(" {kind:?} {} on{}", expr(right), exprs(on))),
        OperatorKind::Lookup { kind, right, on } => ("lookup", format!(" {kind:?} {} on{}", expr(right), exprs(on))),
        OperatorKind::MvExpand { items, limit } => {
            let limit = limit.as_ref().map_or(String::new(), |limit| format!(" limit {}", expr(limit)));
            ("mv-expand", format!("{}{limit}", list(items, expand_item)))
        }
        OperatorKind::Parse { kind, input, parts, filter } => {
            let word = if *filter { "parse-where" } else { "parse" };
            (word, format!(" {kind:?} {}{}", expr(input), list(parts, parse_part)))
        }
        OperatorKind::Print { columns } => ("print", list(columns, named)),
        OperatorKind::Project { columns } => ("project", list(columns, named)),
        OperatorKind::ProjectAway { columns } => ("project-away", list(columns, |item| item.name.text.clone())),
        OperatorKind::ProjectKeep { columns } => ("project-keep", list(columns, |item| item.name.text.clone())),
        OperatorKind::ProjectRename { columns } => {
            ("project-rename", list(columns, |(new, old)| format!("{}={}", new.text, old.text)))
        }
        OperatorKind::ProjectReorder { columns } => {
            let order = |order: &Option<Name>| order.as_ref().map_or(String::new(), |order| format!(":{}", order.text));
            ("project-reorder", list(columns, |item| format!("{}{}", item.pattern.name.text, order(&item.order))))
        }
        OperatorKind::Range { column, from, to, step } => {
            ("range", format!(" {} {} {} {}", column.text, expr(from), expr(to), expr(step)))
        }
        OperatorKind::Render { chart, properties } => {
            ("render", format!(" {}{}", chart.text, list(properties, parameter)))
        }
        OperatorKind::Sample { count } => ("sample", format!(" {}", expr(count))),
        OperatorKind::SampleDistinct { count, of } => ("sample-distinct", format!(" {} {}", expr(count), expr(of))),
        OperatorKind::Serialize { columns } => ("serialize", list(columns, named)),
        OperatorKind::Sort { by } => ("sort", list(by, sort_item)),
        OperatorKind::Summarize { aggregates, by } => {
            let by = by.as_ref().map_or(String::new(), |by| format!(" by{}", list(&by.keys, named)));
            ("summarize", format!("{}{by}", list(aggregates, named)))
        }
        OperatorKind::Take { count } => ("take", format!(" {}", expr(count))),
        OperatorKind::Top { count, by } => ("top", format!(" {} by{}", expr(count), list(by, sort_item))),
        OperatorKind::Union { tables } => ("union", exprs(tables)),
        OperatorKind::Where { predicate } => ("where", format!(" {}", expr(predicate))),
        OperatorKind::Invoke { function } => ("invoke", format!(" {}", expr(function))),
        OperatorKind::Unsupported { name } => ("unsupported", format!(" {}", name.text)),
        // Operators whose trees are tested through what they give.
        other => ("other", format!(" {other:?}")),
    };
    format!("({word}{parameters}{rest})")
}
