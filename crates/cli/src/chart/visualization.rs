//! What the query wants drawn, as it comes with its results.

use calypso_types::Dynamic;

/// The properties of `render` that a terminal can follow.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Visualization {
    /// The chart, such as `timechart`.
    pub(crate) chart: String,
    pub(crate) title: Option<String>,
    /// The variant, such as `stacked`.
    pub(crate) kind: Option<String>,
    pub(crate) x_column: Option<String>,
    /// Columns whose values tell series apart.
    pub(crate) series: Vec<String>,
    pub(crate) y_columns: Vec<String>,
    pub(crate) x_title: Option<String>,
    pub(crate) y_title: Option<String>,
    /// Whether the vertical axis is logarithmic.
    pub(crate) y_log: bool,
    pub(crate) legend_hidden: bool,
    /// Whether each value is added to those before it.
    pub(crate) accumulate: bool,
    pub(crate) y_min: Option<f64>,
    pub(crate) y_max: Option<f64>,
}

impl Visualization {
    /// Reads the text of the result property `Visualization`; nothing if nothing is to be drawn, or a table.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let value: serde_json::Value = serde_json::from_str(text).ok()?;
        let string = |name: &str| value.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
        let text = |name: &str| string(name).filter(|text| !text.is_empty());
        let list = |name: &str| match value.get(name) {
            Some(serde_json::Value::Array(names)) => {
                names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect()
            }
            Some(serde_json::Value::String(names)) => {
                names.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
            }
            _ => Vec::new(),
        };
        let chart = text("Visualization").filter(|chart| chart != "table")?;
        Some(Self {
            chart,
            title: text("Title"),
            kind: text("Kind").filter(|kind| kind != "default"),
            x_column: text("XColumn"),
            series: list("Series"),
            y_columns: list("YColumns"),
            x_title: text("XTitle"),
            y_title: text("YTitle"),
            y_log: text("YAxis").is_some_and(|scale| scale == "log"),
            legend_hidden: text("Legend").is_some_and(|legend| legend == "hidden"),
            accumulate: value.get("Accumulate").and_then(serde_json::Value::as_bool).unwrap_or(false),
            y_min: number(value.get("Ymin")),
            y_max: number(value.get("Ymax")),
        })
    }

    /// Reads the value of the result property, which services send as text or as an object.
    #[must_use]
    pub fn of_property(value: &Dynamic) -> Option<Self> {
        match value {
            Dynamic::String(text) => Self::read(text),
            other => Self::read(&other.to_json()),
        }
    }

    /// Says whether series are put on top of each other.
    pub(super) fn is_stacked(&self) -> bool {
        self.chart == "stackedareachart" || self.kind.as_deref().is_some_and(|kind| kind.starts_with("stacked"))
    }

    /// Says whether each stack is brought to 100 per cent.
    pub(super) fn is_share(&self) -> bool {
        self.kind.as_deref() == Some("stacked100")
    }
}

fn number(value: Option<&serde_json::Value>) -> Option<f64> {
    let value = value?;
    let number = value.as_f64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))?;
    number.is_finite().then_some(number)
}
