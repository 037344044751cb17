//! Reading suites.

use std::path::Path;

use super::{Expectation, Suite};
use crate::Error;

const SUITE: &str = "# summarize

Nulls do not count.

```table T
k:string\tv:long
a\t1
b\t(null)
```

## by key

```kql
T | summarize sum(v) by k
```

```result
k:string\tsum_v:long
a\t1
b\t0
```

```kql error=SEM0100
T | where missing
```
";

fn parse(text: &str) -> Result<Suite, Error> {
    Suite::parse(Path::new("suite.md"), text)
}

#[test]
fn cases_have_titles_lines_tables_and_expectations() {
    let suite = parse(SUITE).unwrap();
    let [first, second] = suite.cases.as_slice() else { panic!("two cases") };
    assert_eq!((first.title.as_str(), first.line, first.text.as_str()), ("by key", 13, "T | summarize sum(v) by k"));
    assert_eq!(first.tables[0].0, "T");
    assert_eq!(
        first.tables[0].1.to_datatable(),
        r#"datatable(['k']:string, ['v']:long)["a", long(1), "b", long(null)]"#
    );
    let Expectation::Results(results) = &first.expectation else { panic!("results") };
    assert_eq!(results[0].table.rows, [["a", "1"], ["b", "0"]]);
    assert!(matches!(&second.expectation, Expectation::Error(code) if code == "SEM0100"));
}

#[test]
fn an_empty_line_of_a_result_is_an_empty_string() {
    let suite = parse("```kql\nprint ''\n```\n```result\nx:string\n\n```\n").unwrap();
    let Expectation::Results(results) = &suite.cases[0].expectation else { panic!("results") };
    assert_eq!(results[0].table.rows, [[""]]);
}

#[test]
fn mistakes_are_told_with_their_line() {
    let told = |text: &str| parse(text).unwrap_err().to_string();
    assert_eq!(told("```kql\nprint 1\n```\n"), "suite.md:1: the case has neither a result nor `error=CODE`");
    assert_eq!(told("\n```result\nx:int\n```\n"), "suite.md:2: there is no case above this result");
    assert_eq!(told("```kql\nprint 1\n"), "suite.md:1: the block is never closed");
    assert_eq!(told("```table T\nx\n```\n"), "suite.md:1: the column `x` has no type");
    assert_eq!(told("```table T\nx:int\n1\t2\n```\n"), "suite.md:1: the row `1\t2` has 2 fields, the header has 1");
}
