//! Functions that build, measure and change strings.

use super::{Category, Function, Signature, row::*};

const fn f(name: &'static str, summary: &'static str, signatures: &'static [Signature]) -> Function {
    Function::new(name, Category::String, summary, signatures)
}

const TEXT: &[Signature] = &[sig(&[string("string")], STRING)];
const ANY_TO_TEXT: &[Signature] = &[sig(&[any("value")], STRING)];

/// See <https://learn.microsoft.com/kusto/query/scalar-functions#string-functions>.
pub(super) const FUNCTIONS: &[Function] = &[
    f("strcat", "Joins the texts of its arguments.", &[sig(&[any("arg")], STRING).repeating(1)]),
    f(
        "strcat_delim",
        "Joins the texts of its arguments with a delimiter between them.",
        &[sig(&[string("delimiter"), any("arg"), any("arg")], STRING).repeating(1)],
    ),
    f(
        "strcat_array",
        "Joins the elements of an array with a delimiter between them.",
        &[sig(&[dynamic("array"), any("delimiter")], STRING)],
    )
    .also(&["array_strcat"]),
    f("strrep", "Repeats a text.", &[sig(&[any("value"), long("multiplier"), any("delimiter")], STRING).optional(1)]),
    f("strlen", "Returns the number of characters.", &[sig(&[string("string")], LONG)]),
    f("string_size", "Returns the number of bytes in UTF-8.", &[sig(&[string("string")], LONG)]),
    f("strcmp", "Compares two strings: -1, 0 or 1.", &[sig(&[any("s1"), any("s2")], LONG)]),
    f(
        "countof",
        "Counts how often a text or a regular expression occurs.",
        &[sig(&[string("source"), string("search"), constant("kind")], LONG).optional(1)],
    ),
    f("isascii", "Says whether all characters are ASCII.", &[sig(&[any("value")], BOOL)]),
    f("isutf8", "Says whether a string is valid UTF-8.", &[sig(&[any("value")], BOOL)]),
    f("tolower", "Converts to lower case.", ANY_TO_TEXT),
    f("toupper", "Converts to upper case.", ANY_TO_TEXT),
    f("reverse", "Reverses the order of the characters.", ANY_TO_TEXT),
    f("regex_quote", "Escapes what has a meaning in regular expressions.", ANY_TO_TEXT),
    f(
        "tohex",
        "Returns a whole number in hexadecimal digits.",
        &[
            sig(&[integer("value"), long("minLength")], STRING).optional(1),
            sig(&[long("value"), long("minLength")], STRING).optional(1),
        ],
    ),
    f(
        "substring",
        "Cuts characters out of a string.",
        &[sig(&[any("string"), long("start"), long("length")], STRING).optional(1)],
    ),
    f(
        "split",
        "Splits a string at a delimiter into an array.",
        &[sig(&[any("source"), string("delimiter"), long("requestedIndex")], DYNAMIC).optional(1)],
    ),
    f(
        "trim",
        "Cuts what a regular expression matches at both ends.",
        &[sig(&[string("regex"), string("source")], STRING)],
    ),
    f(
        "trim_start",
        "Cuts what a regular expression matches at the start.",
        &[sig(&[string("regex"), string("source")], STRING)],
    ),
    f(
        "trim_end",
        "Cuts what a regular expression matches at the end.",
        &[sig(&[string("regex"), string("source")], STRING)],
    ),
    f(
        "replace_string",
        "Replaces a text wherever it occurs.",
        &[sig(&[string("text"), string("lookup"), string("rewrite")], STRING)],
    ),
    f(
        "replace_strings",
        "Replaces several texts wherever they occur.",
        &[sig(&[string("text"), dynamic("lookups"), dynamic("rewrites")], STRING)],
    ),
    f(
        "replace_regex",
        "Replaces what a regular expression matches.",
        &[sig(&[string("source"), string("lookup_regex"), string("rewrite_pattern")], STRING)],
    ),
    f(
        "replace",
        "Replaces what a regular expression matches; obsolete, use replace_regex().",
        &[sig(&[string("regex"), string("rewrite"), string("source")], STRING)],
    ),
    f(
        "translate",
        "Replaces characters by characters.",
        &[sig(&[string("searchList"), string("replacementList"), string("source")], STRING)],
    ),
    f(
        "extract",
        "Returns a capture group of the first match of a regular expression.",
        &[sig(&[string("regex"), long("captureGroup"), string("source")], STRING)],
    ),
    f(
        "extract_all",
        "Returns the capture groups of all matches of a regular expression.",
        &[
            sig(&[string("regex"), string("source")], DYNAMIC),
            sig(&[string("regex"), dynamic("captureGroups"), string("source")], DYNAMIC),
        ],
    )
    .also(&["extractall"]),
    f(
        "extract_json",
        "Returns what a JSON path leads to in JSON text.",
        &[sig(&[string("jsonPath"), string("jsonText")], STRING)],
    )
    .also(&["extractjson"]),
    f(
        "indexof",
        "Returns the position of a text, or -1.",
        &[sig(&[any("string"), any("match"), long("start"), long("length"), long("occurrence")], LONG).optional(3)],
    ),
    f(
        "indexof_regex",
        "Returns the position of a match of a regular expression, or -1.",
        &[sig(&[any("string"), string("match"), long("start"), long("length"), long("occurrence")], LONG).optional(3)],
    ),
    f(
        "has_any_index",
        "Returns the position in an array of the first value that is a term of a text, or -1.",
        &[sig(&[string("source"), dynamic("values")], LONG)],
    ),
    f(
        "format_bytes",
        "Prints a number as a size in bytes.",
        &[sig(&[real("size"), long("precision"), string("units")], STRING).optional(2)],
    ),
    f(
        "unicode_codepoints_from_string",
        "Returns the code points of a text as an array.",
        &[sig(&[any("value")], DYNAMIC)],
    )
    .also(&["to_utf8"]),
    f(
        "unicode_codepoints_to_string",
        "Returns the text made of code points.",
        &[sig(&[any("value")], STRING).repeating(1)],
    )
    .also(&["make_string"]),
    f("punycode_from_string", "Encodes a text in punycode.", TEXT),
    f("punycode_to_string", "Decodes punycode.", TEXT),
    f("punycode_domain_from_string", "Decodes a domain name from punycode.", TEXT),
    f("punycode_domain_to_string", "Encodes a domain name in punycode.", TEXT),
];
