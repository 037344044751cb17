//! Commands about stored functions.

use super::read;

#[test]
fn functions_keep_their_text() {
    let cases = [
        (
            ".create function f() { T | take 1 }",
            r#"Function(Define { creation: Create, function: FunctionText { name: f, parameters: EmbeddedText { text: "()", offset: 18 }, body: EmbeddedText { text: "{ T | take 1 }", offset: 21 } }, properties: ([]) })"#,
        ),
        (
            ".create function ifnotexists with (docstring='d', folder='x') f(a:long, T:(x:string)) {\n  T | where x == \"}\" // }\n | take a }",
            r#"Function(Define { creation: CreateIfNotExists, function: FunctionText { name: f, parameters: EmbeddedText { text: "(a:long, T:(x:string))", offset: 63 }, body: EmbeddedText { text: "{\n  T | where x == \"}\" // }\n | take a }", offset: 86 } }, properties: ([{ name: docstring, value: String("d") }, { name: folder, value: String("x") }]) })"#,
        ),
        (
            ".create-or-alter function with (skipvalidation=true) ['f g'](a:long=5) { print a }",
            r#"Function(Define { creation: CreateOrAlter, function: FunctionText { name: f g, parameters: EmbeddedText { text: "(a:long=5)", offset: 60 }, body: EmbeddedText { text: "{ print a }", offset: 71 } }, properties: ([{ name: skipvalidation, value: Bool(true) }]) })"#,
        ),
        (
            ".alter function f(x:datetime) {x}",
            r#"Function(Define { creation: Alter, function: FunctionText { name: f, parameters: EmbeddedText { text: "(x:datetime)", offset: 17 }, body: EmbeddedText { text: "{x}", offset: 30 } }, properties: ([]) })"#,
        ),
        (r#".alter function f docstring "x""#, r#"Function(SetDocstring { function: f, docstring: "x" })"#),
        (r#".alter function f folder "x""#, r#"Function(SetFolder { function: f, folder: "x" })"#),
        (".drop function f ifexists", "Function(Drop { functions: [f], if_exists: true })"),
        (".drop functions (f, g) ifexists", "Function(Drop { functions: [f, g], if_exists: true })"),
        (".show functions", "Function(Show { function: None, properties: ([]) })"),
        (".show function f", "Function(Show { function: Some(f), properties: ([]) })"),
        (
            ".show function f with (ShowObfuscatedStrings = true)",
            "Function(Show { function: Some(f), properties: ([{ name: ShowObfuscatedStrings, value: Bool(true) }]) })",
        ),
        (".show function f schema as json", "Function(ShowJsonSchema { function: f })"),
    ];
    for (command, tree) in cases {
        assert_eq!(read(command), tree, "{command}");
    }
}
