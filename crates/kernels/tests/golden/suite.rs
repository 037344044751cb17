//! The format of a golden suite: `## title`, a `kql` block, a `result` block.

/// One case.
pub(crate) struct Case {
    pub(crate) title: String,
    pub(crate) query: String,
    pub(crate) result: String,
    /// The lines before the query's block, from the title on.
    head: String,
}

/// A file of cases.
pub(crate) struct Suite {
    preamble: String,
    pub(crate) cases: Vec<Case>,
}

/// Returns what stands between the fence ```` ```kind ```` and the next fence.
fn block(text: &str, kind: &str) -> Option<(usize, String, usize)> {
    let fence = format!("```{kind}\n");
    let start = text.find(&fence)?;
    let inner = start + fence.len();
    let length = if text[inner..].starts_with("```") { 0 } else { text[inner..].find("\n```")? + 1 };
    Some((start, text[inner..inner + length].to_owned(), inner + length + 4))
}

impl Suite {
    pub(crate) fn parse(text: &str) -> Self {
        let mut parts = text.split("\n## ");
        let preamble = parts.next().unwrap_or("").to_owned();
        let cases = parts
            .map(|part| {
                let (head_end, query, after) = block(part, "kql").expect("a case has a kql block");
                let result = block(&part[after.min(part.len())..], "result").map_or(String::new(), |(_, text, _)| text);
                let title = part.lines().next().unwrap_or("").to_owned();
                Case { title, query, result, head: part[..head_end].to_owned() }
            })
            .collect();
        Self { preamble, cases }
    }

    pub(crate) fn to_text(&self) -> String {
        let mut out = self.preamble.trim_end().to_owned();
        for case in &self.cases {
            out.push_str(&format!(
                "\n\n## {}\n\n```kql\n{}```\n\n```result\n{}```",
                case.head.trim_end(),
                case.query,
                case.result
            ));
        }
        out.push('\n');
        out
    }
}

/// Compares two results; numbers with a point may differ in the last digits.
pub(crate) fn same(expected: &str, actual: &str) -> bool {
    let cells = |text: &str| -> Vec<Vec<String>> {
        text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
    };
    let close = |a: &str, b: &str| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() <= 1e-12 * a.abs().max(b.abs()),
        _ => false,
    };
    let (a, b) = (cells(expected), cells(actual));
    a.len() == b.len()
        && a.iter().zip(&b).all(|(a, b)| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a == b || close(a, b)))
}
