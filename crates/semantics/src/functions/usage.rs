//! How a function is called, as one line for documents and completion.

use super::{Accepts, Parameter, ResultRule, Signature};

impl Signature {
    /// Returns `name(a: long, [b: string], …) → long`.
    #[must_use]
    pub fn usage(&self, name: &str) -> String {
        let count = self.parameters.len();
        let fixed_end = count.saturating_sub(self.trailing);
        let mut parts = Vec::with_capacity(count + 1);
        for (index, parameter) in self.parameters.iter().enumerate() {
            let text = shown(parameter);
            let optional = index + self.optional >= count;
            parts.push(if optional { format!("[{text}]") } else { text });
            if self.repeating > 0 && index + 1 == fixed_end {
                parts.push("…".to_owned());
            }
        }
        format!("{name}({}) → {}", parts.join(", "), result(self))
    }
}

fn shown(parameter: &Parameter) -> String {
    let accepts = match parameter.accepts {
        Accepts::Exact(ty) => ty.name().to_owned(),
        Accepts::Constant(ty) => format!("constant {}", ty.name()),
        Accepts::Any => "any".to_owned(),
        Accepts::Numeric => "number".to_owned(),
        Accepts::Integer => "integer".to_owned(),
        Accepts::Ordered => "ordered".to_owned(),
        Accepts::Common => "same".to_owned(),
    };
    format!("{}: {accepts}", parameter.name)
}

fn result(signature: &Signature) -> String {
    match signature.result {
        ResultRule::Exact(ty) => ty.name().to_owned(),
        ResultRule::SameAs(index) => {
            signature.parameters.get(index).map_or_else(|| "same".to_owned(), |p| format!("type of {}", p.name))
        }
        ResultRule::Common => "same".to_owned(),
    }
}
