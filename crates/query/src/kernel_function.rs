//! A Kusto kernel as a function of the engine.

use std::{
    any::Any,
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use arrow::datatypes::DataType;
use calypso_columns::arrow_type;
use calypso_kernels::{Argument, Call, EvalContext, Kernel, kernel};
use calypso_types::ScalarType;
use datafusion::{
    common::ScalarValue,
    error::{DataFusionError, Result},
    logical_expr::{
        ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature, Volatility,
        expr::ScalarFunction,
    },
};

use crate::QueryError;

/// One use of a kernel, with the Kusto types that Arrow's cannot tell apart.
#[derive(Clone)]
pub(crate) struct KernelFunction {
    name: &'static str,
    kernel: Kernel,
    argument_types: Vec<ScalarType>,
    result: ScalarType,
    context: Arc<EvalContext>,
    signature: Signature,
    /// The same for equal calls of equal arguments, as far as the arguments were known when the call was planned.
    identity: u64,
}

impl KernelFunction {
    /// Returns a call of the kernel `name`.
    pub(crate) fn call(
        name: &'static str,
        arguments: Vec<Expr>,
        argument_types: Vec<ScalarType>,
        result: ScalarType,
        volatile: bool,
        context: &Arc<EvalContext>,
    ) -> Result<Expr, QueryError> {
        let Some(kernel) = kernel(name) else {
            return Err(QueryError::internal(format!("function '{name}' has no kernel")));
        };
        let volatility = if volatile { Volatility::Volatile } else { Volatility::Immutable };
        let signature = Signature::one_of(vec![TypeSignature::Nullary, TypeSignature::VariadicAny], volatility);
        let identity = identity(&(name, &argument_types, result), &arguments);
        let context = Arc::clone(context);
        let function = Self { name, kernel, argument_types, result, context, signature, identity };
        // Folding at once keeps long chains of constants linear; the optimizer would visit them again and again.
        if !volatile && let Some(constants) = constants(&arguments) {
            let array = function.evaluate(&constants, 1)?;
            return Ok(Expr::Literal(ScalarValue::try_from_array(&array, 0)?, None));
        }
        Ok(Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(ScalarUDF::new_from_impl(function)), arguments)))
    }

    pub(crate) fn argument_types(&self) -> &[ScalarType] {
        &self.argument_types
    }

    fn evaluate(&self, arguments: &[ColumnarValue], rows: usize) -> Result<arrow::array::ArrayRef> {
        let arguments = arguments
            .iter()
            .zip(&self.argument_types)
            .map(|(value, ty)| {
                Ok(match value {
                    ColumnarValue::Array(array) => Argument { array: Arc::clone(array), constant: false, ty: *ty },
                    ColumnarValue::Scalar(value) => Argument { array: value.to_array()?, constant: true, ty: *ty },
                })
            })
            .collect::<Result<Vec<_>>>()?;
        let call = Call { arguments: &arguments, rows, result: self.result, context: &self.context };
        (self.kernel)(&call).map_err(|error| DataFusionError::from(QueryError::bad_request(error.to_string())))
    }
}

/// Hashes `what` and the arguments of a call. Of an argument that is a call itself its identity stands for the whole, so
/// that the cost does not grow with the depth.
fn identity(what: &impl Hash, arguments: &[Expr]) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    for argument in arguments {
        match as_kernel(argument) {
            Some(function) => function.identity.hash(&mut hasher),
            None => argument.hash(&mut hasher),
        }
    }
    hasher.finish()
}

/// Returns the kernel that an expression calls.
fn as_kernel(expression: &Expr) -> Option<&KernelFunction> {
    let Expr::ScalarFunction(call) = expression else { return None };
    (call.func.inner().as_ref() as &dyn Any).downcast_ref()
}

/// Returns the arguments as values if all are literals.
fn constants(arguments: &[Expr]) -> Option<Vec<ColumnarValue>> {
    arguments
        .iter()
        .map(|argument| match argument {
            Expr::Literal(value, _) => Some(ColumnarValue::Scalar(value.clone())),
            _ => None,
        })
        .collect()
}

impl std::fmt::Debug for KernelFunction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KernelFunction").field("name", &self.name).field("result", &self.result).finish_non_exhaustive()
    }
}

impl PartialEq for KernelFunction {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.argument_types == other.argument_types && self.result == other.result
    }
}

impl Eq for KernelFunction {}

impl Hash for KernelFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.name, &self.argument_types, self.result).hash(state);
    }
}

impl ScalarUDFImpl for KernelFunction {
    fn name(&self) -> &str {
        self.name
    }

    /// DataFusion asks for the name of every part of an expression, again and again. Its own names spell out all that is
    /// in them, which makes a sum of a few hundred terms take minutes to plan.
    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        Ok(format!("{}#{:016x}", self.name, identity(&self.identity, args)))
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(arrow_type(self.result))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = args.args.iter().all(|a| matches!(a, ColumnarValue::Scalar(_)));
        if constant && self.signature.volatility != Volatility::Volatile {
            let array = self.evaluate(&args.args, 1)?;
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?));
        }
        Ok(ColumnarValue::Array(self.evaluate(&args.args, args.number_rows)?))
    }
}
