//! Functions that encode, decode and take apart texts of a known form.

use super::{Category, Function, Signature, row::*};

const fn f(name: &'static str, summary: &'static str, signatures: &'static [Signature]) -> Function {
    Function::new(name, Category::String, summary, signatures)
}

const TEXT: &[Signature] = &[sig(&[string("string")], STRING)];
const TO_DYNAMIC: &[Signature] = &[sig(&[string("text")], DYNAMIC)];

/// See <https://learn.microsoft.com/kusto/query/scalar-functions#string-functions>.
pub(super) const FUNCTIONS: &[Function] = &[
    f("url_encode", "Percent-encodes a text, blanks as +.", TEXT),
    f("url_encode_component", "Percent-encodes a text, blanks as %20.", TEXT),
    f("url_decode", "Decodes a percent-encoded text.", TEXT),
    f("base64_encode_tostring", "Encodes a text in base64.", TEXT).also(&["base64_encodestring"]),
    f("base64_decode_tostring", "Decodes a text from base64.", TEXT).also(&["base64_decodestring"]),
    f("base64_decode_toarray", "Decodes base64 to an array of bytes.", TO_DYNAMIC),
    f("base64_encode_fromarray", "Encodes an array of bytes in base64.", &[sig(&[dynamic("bytes")], STRING)]),
    f("base64_decode_toguid", "Decodes base64 to a guid.", &[sig(&[string("base64_string")], GUID)]),
    f("base64_encode_fromguid", "Encodes a guid in base64.", &[sig(&[guid("guid")], STRING)]),
    f("gzip_compress_to_base64_string", "Compresses a text with gzip.", TEXT),
    f("gzip_decompress_from_base64_string", "Decompresses a text from gzip.", TEXT),
    f("zlib_compress_to_base64_string", "Compresses a text with zlib.", TEXT),
    f("zlib_decompress_from_base64_string", "Decompresses a text from zlib.", TEXT),
    f("parse_url", "Takes a URL apart.", TO_DYNAMIC).also(&["parseurl"]),
    f("parse_urlquery", "Takes the query part of a URL apart.", TO_DYNAMIC).also(&["parseurlquery"]),
    f("parse_path", "Takes a file path apart.", TO_DYNAMIC),
    f("parse_csv", "Splits a CSV record into an array.", TO_DYNAMIC),
    f("parse_xml", "Converts XML to dynamic.", TO_DYNAMIC),
    f(
        "parse_command_line",
        "Splits a command line into its arguments.",
        &[sig(&[string("command"), constant("parser")], DYNAMIC)],
    ),
    f("parse_version", "Converts a version number to a decimal that compares.", &[sig(&[string("version")], DECIMAL)]),
];
