//! Which columns the fields of a file would make.

use arrow::datatypes::{DataType, Schema};
use calypso_columns::Column;
use calypso_types::ScalarType;

use crate::mapping::path::Step;

/// Returns a column for each field, in the order of the file.
pub(crate) fn columns_of(schema: &Schema) -> Vec<Column> {
    schema.fields().iter().map(|field| Column::new(field.name(), scalar_type(field.data_type()))).collect()
}

/// Returns the type of the value that a path of a mapping leads to; none if it leads nowhere.
pub(crate) fn type_at(schema: &Schema, path: &[Step]) -> Option<ScalarType> {
    let Some((first, rest)) = path.split_first() else { return Some(ScalarType::Dynamic) };
    let Step::Name(name) = first else { return None };
    let (_, field) = schema.fields().find(name)?;
    rest.iter().try_fold(field.data_type(), within).map(scalar_type)
}

/// Goes one step into a type.
fn within<'t>(ty: &'t DataType, step: &Step) -> Option<&'t DataType> {
    match (ty, step) {
        (DataType::Struct(fields), Step::Name(name)) => fields.find(name).map(|(_, field)| field.data_type()),
        (DataType::List(element), Step::Index(_)) => Some(element.data_type()),
        (DataType::Map(entries, _), Step::Name(_)) => match entries.data_type() {
            DataType::Struct(fields) => fields.get(1).map(|field| field.data_type()),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the type of Kusto's that holds every value of an Arrow type.
fn scalar_type(ty: &DataType) -> ScalarType {
    match ty {
        DataType::Boolean => ScalarType::Bool,
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::UInt8 | DataType::UInt16 => ScalarType::Int,
        DataType::Int64 | DataType::UInt32 => ScalarType::Long,
        DataType::UInt64 => ScalarType::Decimal,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => ScalarType::Real,
        DataType::Decimal128(..) | DataType::Decimal256(..) => ScalarType::Decimal,
        DataType::FixedSizeBinary(16) => ScalarType::Guid,
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => ScalarType::DateTime,
        DataType::Time32(_) | DataType::Time64(_) | DataType::Duration(_) | DataType::Interval(_) => {
            ScalarType::TimeSpan
        }
        DataType::Dictionary(_, values) => scalar_type(values),
        DataType::Struct(_) | DataType::List(_) | DataType::Map(..) | DataType::Union(..) => ScalarType::Dynamic,
        _ => ScalarType::String,
    }
}
