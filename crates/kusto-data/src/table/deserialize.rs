//! Rows and values as serde reads them.

use std::fmt;

use calypso_types::{Dynamic, Scalar};
use serde::{
    Deserializer,
    de::{self, DeserializeSeed, IntoDeserializer as _, MapAccess, SeqAccess, Visitor, value::StrDeserializer},
    forward_to_deserialize_any,
};

use crate::Column;

/// What a type did not accept, and in which column.
#[derive(Debug)]
pub(crate) struct Mismatch {
    column: Option<String>,
    reason: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(f, "column '{column}': {}", self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

impl std::error::Error for Mismatch {}

impl de::Error for Mismatch {
    fn custom<T: fmt::Display>(reason: T) -> Self {
        Self { column: None, reason: reason.to_string() }
    }
}

impl Mismatch {
    fn in_column(mut self, column: &Column) -> Self {
        self.column.get_or_insert_with(|| column.name().to_owned());
        self
    }

    fn in_first_of(self, columns: &[Column]) -> Self {
        match columns.first() {
            Some(column) => self.in_column(column),
            None => self,
        }
    }
}

/// A row: a map by column name, a sequence by position, or its only value.
#[derive(Clone, Copy)]
pub(crate) struct RowDeserializer<'a> {
    columns: &'a [Column],
    values: &'a [Scalar],
}

impl<'a> RowDeserializer<'a> {
    pub(crate) const fn new(columns: &'a [Column], values: &'a [Scalar]) -> Self {
        Self { columns, values }
    }

    /// The value of a row that has only one.
    fn only(self) -> Result<ValueDeserializer<'a>, Mismatch> {
        match self.values {
            [value] => Ok(ValueDeserializer(value)),
            _ => Err(de::Error::custom(format!(
                "a single value cannot be read from {} columns; use a struct or tuple",
                self.columns.len()
            ))),
        }
    }
}

/// Methods whose type is that of a single value.
macro_rules! only_value {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
            let columns = self.columns;
            self.only()?.$method(visitor).map_err(|error: Mismatch| error.in_first_of(columns))
        }
    )*};
}

impl From<String> for Mismatch {
    fn from(reason: String) -> Self {
        Self { column: None, reason }
    }
}

impl<'de> Deserializer<'de> for RowDeserializer<'de> {
    type Error = Mismatch;

    only_value! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64 deserialize_char deserialize_str deserialize_string
        deserialize_bytes deserialize_byte_buf deserialize_identifier
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_map(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_map(Cells { row: self, at: 0 })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_map(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_seq(Cells { row: self, at: 0 })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Mismatch> {
        if length != self.values.len() {
            return Err(de::Error::custom(format!("a tuple of {length} for {} columns", self.values.len())));
        }
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.values {
            [value] if value.is_null() => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.only()?.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_unit()
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_unit()
    }
}

/// Walks over the values of a row.
struct Cells<'a> {
    row: RowDeserializer<'a>,
    at: usize,
}

impl<'a> Cells<'a> {
    /// Of columns with one name the first is meant, as by [`crate::Row::get`].
    fn skip_repeated(&mut self) {
        let columns = self.row.columns;
        while self.at < columns.len() && columns[..self.at].iter().any(|c| c.name() == columns[self.at].name()) {
            self.at += 1;
        }
    }

    fn value<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<S::Value, Mismatch> {
        let (column, value) = (&self.row.columns[self.at], &self.row.values[self.at]);
        self.at += 1;
        seed.deserialize(ValueDeserializer(value)).map_err(|error| error.in_column(column))
    }
}

impl<'de> MapAccess<'de> for Cells<'de> {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Mismatch> {
        self.skip_repeated();
        let Some(column) = self.row.columns.get(self.at) else { return Ok(None) };
        let name: StrDeserializer<'_, Mismatch> = column.name().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Mismatch> {
        self.value(seed)
    }
}

impl<'de> SeqAccess<'de> for Cells<'de> {
    type Error = Mismatch;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Mismatch> {
        if self.at == self.row.values.len() {
            return Ok(None);
        }
        self.value(seed).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.row.values.len() - self.at)
    }
}

/// One value. Types that JSON lacks are texts; decimals are numbers where a float is asked for.
#[derive(Clone, Copy)]
struct ValueDeserializer<'a>(&'a Scalar);

impl<'de> Deserializer<'de> for ValueDeserializer<'de> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0 {
            Scalar::Null(_) => visitor.visit_unit(),
            Scalar::Bool(value) => visitor.visit_bool(*value),
            Scalar::Int(value) => visitor.visit_i32(*value),
            Scalar::Long(value) => visitor.visit_i64(*value),
            Scalar::Real(value) => visitor.visit_f64(*value),
            Scalar::String(value) => visitor.visit_borrowed_str(value),
            Scalar::Decimal(_) | Scalar::DateTime(_) | Scalar::TimeSpan(_) | Scalar::Guid(_) => {
                visitor.visit_string(self.0.to_text())
            }
            Scalar::Dynamic(value) => DynamicDeserializer(value).deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0 {
            Scalar::Decimal(value) => visitor.visit_f64(value.to_f64()),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match self.0 {
            Scalar::Dynamic(value) => DynamicDeserializer(value).deserialize_enum(name, variants, visitor),
            Scalar::String(text) => visitor.visit_enum(IntoStr(text)),
            other => Err(de::Error::custom(format!("a {} is no variant of {name}", other.scalar_type()))),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

/// The name of a variant.
struct IntoStr<'a>(&'a str);

impl<'de> de::EnumAccess<'de> for IntoStr<'de> {
    type Error = Mismatch;
    type Variant = Unit;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Unit), Mismatch> {
        let name: StrDeserializer<'_, Mismatch> = self.0.into_deserializer();
        Ok((seed.deserialize(name)?, Unit))
    }
}

/// A variant without contents.
struct Unit;

impl<'de> de::VariantAccess<'de> for Unit {
    type Error = Mismatch;

    fn unit_variant(self) -> Result<(), Mismatch> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, _seed: S) -> Result<S::Value, Mismatch> {
        Err(de::Error::custom("the variant has contents, a string has none"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _length: usize, _visitor: V) -> Result<V::Value, Mismatch> {
        Err(de::Error::custom("the variant has contents, a string has none"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Mismatch> {
        Err(de::Error::custom("the variant has contents, a string has none"))
    }
}

/// A value inside `dynamic`.
#[derive(Clone, Copy)]
struct DynamicDeserializer<'a>(&'a Dynamic);

impl<'de> Deserializer<'de> for DynamicDeserializer<'de> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0 {
            Dynamic::Null => visitor.visit_unit(),
            Dynamic::Bool(value) => visitor.visit_bool(*value),
            Dynamic::Int(value) => visitor.visit_i32(*value),
            Dynamic::Long(value) => visitor.visit_i64(*value),
            Dynamic::Real(value) => visitor.visit_f64(*value),
            Dynamic::String(value) => visitor.visit_borrowed_str(value),
            Dynamic::Decimal(_) | Dynamic::DateTime(_) | Dynamic::TimeSpan(_) | Dynamic::Guid(_) => {
                visitor.visit_string(self.0.to_kusto_string())
            }
            Dynamic::Array(elements) => visitor.visit_seq(Items(elements.iter())),
            Dynamic::Bag(members) => visitor.visit_map(Members { rest: members.iter(), value: None }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0 {
            // Whoever asks for text gets the JSON, as `tostring()` gives it.
            Dynamic::Array(_) | Dynamic::Bag(_) => visitor.visit_string(self.0.to_json()),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match self.0 {
            Dynamic::String(text) => visitor.visit_enum(IntoStr(text)),
            Dynamic::Bag(members) => {
                let members = Members { rest: members.iter(), value: None };
                visitor.visit_enum(de::value::MapAccessDeserializer::new(members))
            }
            other => Err(de::Error::custom(format!("a {} is no variant", other.type_name()))),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

struct Items<'a>(std::slice::Iter<'a, Dynamic>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Mismatch;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Mismatch> {
        self.0.next().map(|value| seed.deserialize(DynamicDeserializer(value))).transpose()
    }
}

struct Members<'a> {
    rest: std::slice::Iter<'a, (String, Dynamic)>,
    value: Option<&'a Dynamic>,
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Mismatch> {
        let Some((name, value)) = self.rest.next() else { return Ok(None) };
        self.value = Some(value);
        let name: StrDeserializer<'_, Mismatch> = name.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Mismatch> {
        let value = self.value.take().ok_or_else(|| Mismatch::from("a value without its name".to_owned()))?;
        seed.deserialize(DynamicDeserializer(value))
    }
}
