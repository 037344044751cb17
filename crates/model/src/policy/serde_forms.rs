//! How times and types stand in stored documents and in Kusto's policy JSON.

/// An instant as its number of ticks.
pub mod ticks {
    use calypso_types::DateTime;
    use serde::{Deserialize as _, Deserializer, Serializer};

    /// # Errors
    /// When the serializer fails.
    pub fn serialize<S: Serializer>(value: &DateTime, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(value.0)
    }

    /// # Errors
    /// When the text is not a whole number.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime, D::Error> {
        i64::deserialize(deserializer).map(DateTime)
    }
}

/// An instant as ticks, or null.
pub mod ticks_or_null {
    use calypso_types::DateTime;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    /// # Errors
    /// When the serializer fails.
    pub fn serialize<S: Serializer>(value: &Option<DateTime>, serializer: S) -> Result<S::Ok, S::Error> {
        value.map(|value| value.0).serialize(serializer)
    }

    /// # Errors
    /// When the text is neither null nor a whole number.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime>, D::Error> {
        Ok(Option::<i64>::deserialize(deserializer)?.map(DateTime))
    }
}

/// A duration as Kusto's `d.hh:mm:ss`.
pub mod timespan_text {
    use calypso_types::TimeSpan;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    /// # Errors
    /// When the serializer fails.
    pub fn serialize<S: Serializer>(value: &TimeSpan, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    /// # Errors
    /// When the text is not a timespan.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TimeSpan, D::Error> {
        let text = String::deserialize(deserializer)?;
        TimeSpan::parse(&text).ok_or_else(|| D::Error::custom(format!("'{text}' is not a timespan")))
    }
}

/// A scalar type by its Kusto name.
pub mod scalar_type_name {
    use calypso_types::ScalarType;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    /// # Errors
    /// When the serializer fails.
    pub fn serialize<S: Serializer>(value: &ScalarType, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(value.name())
    }

    /// # Errors
    /// When the name is not a scalar type.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ScalarType, D::Error> {
        let name = String::deserialize(deserializer)?;
        ScalarType::from_name(&name).ok_or_else(|| D::Error::custom(format!("'{name}' is not a scalar type")))
    }
}

/// An optional scalar type by its Kusto name.
pub mod optional_scalar_type_name {
    use calypso_types::ScalarType;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de::Error as _};

    /// # Errors
    /// When the serializer fails.
    pub fn serialize<S: Serializer>(value: &Option<ScalarType>, serializer: S) -> Result<S::Ok, S::Error> {
        value.map(ScalarType::name).serialize(serializer)
    }

    /// # Errors
    /// When the name is not a scalar type.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ScalarType>, D::Error> {
        Option::<String>::deserialize(deserializer)?
            .map(|name| {
                ScalarType::from_name(&name).ok_or_else(|| D::Error::custom(format!("'{name}' is not a scalar type")))
            })
            .transpose()
    }
}
