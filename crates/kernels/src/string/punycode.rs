//! `punycode_…`: RFC 3492, case preserved. What cannot be converted is "".
//!
//! <https://learn.microsoft.com/kusto/query/punycode-from-string-function>

use arrow::array::ArrayRef;

use crate::{Call, KernelError};

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const BIAS_INITIAL: u32 = 72;
const CODE_INITIAL: u32 = 0x80;
/// Marks a label in punycode.
const PREFIX: &str = "xn--";
/// The longest label that is converted, in characters: the algorithm is quadratic.
const LABEL_CHARACTERS_MAX: usize = 4_096;

const fn adapt(delta: u32, count: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / count;
    let mut k = 0;
    while delta > ((BASE - T_MIN) * T_MAX) / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

const fn threshold(k: u32, bias: u32) -> u32 {
    if k <= bias {
        T_MIN
    } else if k >= bias + T_MAX {
        T_MAX
    } else {
        k - bias
    }
}

const fn digit(value: u32) -> char {
    (if value < 26 { b'a' + value as u8 } else { b'0' + (value - 26) as u8 }) as char
}

fn encode(text: &str) -> Option<String> {
    let characters: Vec<u32> = text.chars().map(u32::from).collect();
    if characters.len() > LABEL_CHARACTERS_MAX {
        return None;
    }
    let mut out: String = text.chars().filter(char::is_ascii).collect();
    let basic = out.len() as u32;
    if basic > 0 {
        out.push('-');
    }
    let (mut code, mut delta, mut bias, mut handled) = (CODE_INITIAL, 0u32, BIAS_INITIAL, basic);
    while (handled as usize) < characters.len() {
        let next = characters.iter().copied().filter(|c| *c >= code).min()?;
        delta = delta.checked_add((next - code).checked_mul(handled + 1)?)?;
        code = next;
        for c in &characters {
            if *c < code {
                delta = delta.checked_add(1)?;
            } else if *c == code {
                push_variable(delta, bias, &mut out);
                bias = adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.checked_add(1)?;
        code += 1;
    }
    Some(out)
}

/// Appends a number in the variable-length form.
fn push_variable(value: u32, bias: u32, out: &mut String) {
    let (mut q, mut k) = (value, BASE);
    loop {
        let t = threshold(k, bias);
        if q < t {
            break;
        }
        out.push(digit(t + (q - t) % (BASE - t)));
        q = (q - t) / (BASE - t);
        k += BASE;
    }
    out.push(digit(q));
}

fn decode(text: &str) -> Option<String> {
    if !text.is_ascii() || text.len() > LABEL_CHARACTERS_MAX {
        return None;
    }
    let (basic, rest) = text.rsplit_once('-').unwrap_or(("", text));
    let mut out: Vec<char> = basic.chars().collect();
    let (mut code, mut i, mut bias) = (CODE_INITIAL, 0u32, BIAS_INITIAL);
    let mut digits = rest.chars().peekable();
    while digits.peek().is_some() {
        let (old, mut weight, mut k) = (i, 1u32, BASE);
        loop {
            let value = digits.next()?.to_digit(BASE)?;
            // `to_digit` counts digits before letters, punycode letters before digits.
            let value = if value < 10 { value + 26 } else { value - 10 };
            i = i.checked_add(value.checked_mul(weight)?)?;
            let t = threshold(k, bias);
            if value < t {
                break;
            }
            weight = weight.checked_mul(BASE - t)?;
            k += BASE;
        }
        let count = out.len() as u32 + 1;
        bias = adapt(i - old, count, old == 0);
        code = code.checked_add(i / count)?;
        i %= count;
        out.insert(i as usize, char::from_u32(code)?);
        i += 1;
    }
    Some(out.into_iter().collect())
}

fn convert(call: &Call<'_>, f: impl Fn(&str) -> Option<String>) -> Result<ArrayRef, KernelError> {
    let strings = call.strings(0)?;
    Ok(call.build_strings(|row, out| out.push_str(&f(strings.get(row)).unwrap_or_default())))
}

/// `punycode_from_string(text)`
pub(super) fn from_string(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    convert(call, encode)
}

/// `punycode_to_string(text)`
pub(super) fn to_string(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    convert(call, decode)
}

/// `punycode_domain_from_string(domain)`: decodes the labels that are marked.
pub(super) fn domain_from_string(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    convert(call, |domain| {
        let label = |label: &str| label.strip_prefix(PREFIX).map_or_else(|| Some(label.to_owned()), decode);
        Some(domain.split('.').map(label).collect::<Option<Vec<_>>>()?.join("."))
    })
}

/// `punycode_domain_to_string(domain)`: encodes the labels that are not ASCII; ideographic full stops separate too.
pub(super) fn domain_to_string(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    convert(call, |domain| {
        let label = |label: &str| match label.is_ascii() {
            true => Some(label.to_owned()),
            false => encode(label).map(|code| format!("{PREFIX}{code}")),
        };
        Some(domain.split(['.', '。', '｡', '．']).map(label).collect::<Option<Vec<_>>>()?.join("."))
    })
}
