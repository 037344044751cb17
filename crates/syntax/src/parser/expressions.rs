//! Scalar expressions by precedence, loosest first: `or`, `and`, equality and `in`, relation, sum, product, string
//! operators, sign.
//!
//! String operators bind tighter than arithmetic, and comparisons do not chain: both as in Kusto's grammar.
//! <https://learn.microsoft.com/kusto/query/scalar-operators>

use crate::ast::{BinaryOperator, Expr, ExprKind, Literal, UnaryOperator};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;
use crate::parser::literals::is_signable;
use crate::{Diagnostic, DiagnosticCode, Span};

use super::operators::binary;

/// One operand of `and` or `or` with the place of the operator before it.
struct Operand {
    operator_span: Span,
    expr: Expr,
}

impl Cursor<'_> {
    /// Takes a scalar expression. A missing one is reported and yields `ExprKind::Error`.
    pub(crate) fn expression(&mut self) -> Expr {
        if let Some(expr) = self.lone_operand() {
            return expr;
        }
        self.measured(|cursor| cursor.junction("or", BinaryOperator::Or, Self::conjunction))
    }

    /// The commonest expression is one word or number: it skips the ladder of precedences.
    fn lone_operand(&mut self) -> Option<Expr> {
        let ends = matches!(
            self.nth(1).kind,
            TokenKind::Comma | TokenKind::RightParen | TokenKind::RightBracket | TokenKind::Bar | TokenKind::End
        );
        let plain = matches!(
            self.kind(),
            TokenKind::Identifier
                | TokenKind::Long
                | TokenKind::Real
                | TokenKind::TimeSpan
                | TokenKind::String
                | TokenKind::Typed(_)
        );
        (ends && plain).then(|| self.primary())
    }

    fn conjunction(&mut self) -> Expr {
        self.junction("and", BinaryOperator::And, Self::equality)
    }

    /// `a or b or c`, `a and b and c`. The tree is balanced, so thousands of terms stay shallow; the order of the
    /// terms is kept and the grouping does not matter to three-valued logic.
    fn junction(&mut self, word: &str, operator: BinaryOperator, operand: fn(&mut Self) -> Expr) -> Expr {
        let first = operand(self);
        if !self.at_word(word) {
            return first;
        }
        let mut operands = vec![Operand { operator_span: first.span, expr: first }];
        while let Some(token) = self.eat_word(word) {
            operands.push(Operand { operator_span: token.span, expr: operand(self) });
        }
        balanced(operator, operands)
    }

    pub(super) fn equality(&mut self) -> Expr {
        let left = self.relation();
        let Some(operator) = self.equality_operator() else {
            return self.equality_list(left);
        };
        let operator_span = self.bump().span;
        let right = self.relation();
        let whole = binary_expr(operator, left, right, operator_span);
        self.refuse_chain();
        whole
    }

    fn equality_operator(&self) -> Option<BinaryOperator> {
        match self.kind() {
            TokenKind::EqualEqual => Some(BinaryOperator::Equal),
            TokenKind::BangEqual | TokenKind::LessGreater => Some(BinaryOperator::NotEqual),
            _ => None,
        }
    }

    fn relation(&mut self) -> Expr {
        let left = self.sum();
        let Some(operator) = relation_operator(self.kind()) else { return left };
        let operator_span = self.bump().span;
        let right = self.sum();
        if relation_operator(self.kind()).is_some() {
            self.refuse_chain();
        }
        binary_expr(operator, left, right, operator_span)
    }

    /// Reports a second comparison behind a first, and takes it so that reading goes on.
    fn refuse_chain(&mut self) {
        while self.equality_operator().is_some() || relation_operator(self.kind()).is_some() {
            let span = self.peek().span;
            let finding = Diagnostic::error(DiagnosticCode::Syntax, span, "comparisons cannot be chained");
            self.report(finding.with_hint("join them with `and`, or put parentheses around one"));
            self.bump();
            self.sum();
        }
    }

    fn sum(&mut self) -> Expr {
        self.chain(Self::product, |kind| match kind {
            TokenKind::Plus => Some(BinaryOperator::Add),
            TokenKind::Minus => Some(BinaryOperator::Subtract),
            _ => None,
        })
    }

    fn product(&mut self) -> Expr {
        self.chain(Self::string_operation, |kind| match kind {
            TokenKind::Star => Some(BinaryOperator::Multiply),
            TokenKind::Slash => Some(BinaryOperator::Divide),
            TokenKind::Percent => Some(BinaryOperator::Modulo),
            _ => None,
        })
    }

    fn chain(&mut self, operand: fn(&mut Self) -> Expr, operator: fn(TokenKind) -> Option<BinaryOperator>) -> Expr {
        let mut left = operand(self);
        while let Some(operator) = operator(self.kind()) {
            let operator_span = self.bump().span;
            let right = operand(self);
            if !self.lengthen() {
                break;
            }
            left = binary_expr(operator, left, right, operator_span);
        }
        left
    }

    fn string_operation(&mut self) -> Expr {
        let left = self.signed();
        let Some((operator, tokens)) = binary::string_operator(self) else { return left };
        let start = self.start();
        self.skip(tokens);
        let operator_span = self.span_from(start);
        let right = self.signed();
        binary_expr(operator, left, right, operator_span)
    }

    /// A sign and an operand. A signed number is one literal, so that the smallest long can be written.
    pub(super) fn signed(&mut self) -> Expr {
        let start = self.start();
        let Some(operator) = sign(self.kind()) else { return self.postfix() };
        self.bump();
        if is_signable(self.kind()) && !matches!(self.nth(1).kind, TokenKind::Dot | TokenKind::LeftBracket) {
            let value = self.unsigned_literal(operator == UnaryOperator::Minus);
            let kind = value.map_or(ExprKind::Error, |value| ExprKind::Literal(Literal { value }));
            return Expr { kind, span: self.span_from(start) };
        }
        if sign(self.kind()).is_some() {
            self.error("a value has one sign at most");
            while sign(self.kind()).is_some() {
                self.bump();
            }
        }
        let operand = self.postfix();
        let span = Span::new(start, operand.span.end);
        Expr { kind: ExprKind::Unary { operator, operand: Box::new(operand) }, span }
    }

    pub(super) fn error_expr(&self) -> Expr {
        Expr { kind: ExprKind::Error, span: Span::new(self.start(), self.start()) }
    }
}

fn sign(kind: TokenKind) -> Option<UnaryOperator> {
    match kind {
        TokenKind::Minus => Some(UnaryOperator::Minus),
        TokenKind::Plus => Some(UnaryOperator::Plus),
        _ => None,
    }
}

fn relation_operator(kind: TokenKind) -> Option<BinaryOperator> {
    match kind {
        TokenKind::Less => Some(BinaryOperator::Less),
        TokenKind::LessEqual => Some(BinaryOperator::LessOrEqual),
        TokenKind::Greater => Some(BinaryOperator::Greater),
        TokenKind::GreaterEqual => Some(BinaryOperator::GreaterOrEqual),
        _ => None,
    }
}

fn binary_expr(operator: BinaryOperator, left: Expr, right: Expr, operator_span: Span) -> Expr {
    let span = left.span.to(right.span);
    Expr { kind: ExprKind::Binary { operator, left: Box::new(left), right: Box::new(right), operator_span }, span }
}

/// Joins operands into a tree of logarithmic height. Two or three come out as if read from the left.
fn balanced(operator: BinaryOperator, mut operands: Vec<Operand>) -> Expr {
    let half = operands.len().div_ceil(2);
    if half == operands.len() {
        // One operand: `operands` is never empty.
        return operands.pop().map_or(Expr { kind: ExprKind::Error, span: Span::default() }, |operand| operand.expr);
    }
    let right = operands.split_off(half);
    let operator_span = right[0].operator_span;
    binary_expr(operator, balanced(operator, operands), balanced(operator, right), operator_span)
}
