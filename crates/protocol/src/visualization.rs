//! What `render` asked for, as responses carry it.
//!
//! <https://learn.microsoft.com/kusto/query/render-operator>

use serde::Serialize;
use serde_json::Value;

/// The visualization object; members in the service's order. Null where nothing was said.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Visualization {
    /// The chart, such as `timechart`.
    pub visualization: Value,
    pub title: Value,
    #[serde(rename = "XColumn")]
    pub x_column: Value,
    pub series: Value,
    #[serde(rename = "YColumns")]
    pub y_columns: Value,
    pub anomaly_columns: Value,
    #[serde(rename = "XTitle")]
    pub x_title: Value,
    #[serde(rename = "YTitle")]
    pub y_title: Value,
    #[serde(rename = "XAxis")]
    pub x_axis: Value,
    #[serde(rename = "YAxis")]
    pub y_axis: Value,
    pub legend: Value,
    #[serde(rename = "YSplit")]
    pub y_split: Value,
    pub accumulate: bool,
    pub is_query_sorted: bool,
    pub kind: Value,
    pub ymin: Value,
    pub ymax: Value,
    pub xmin: Value,
    pub xmax: Value,
}

impl Default for Visualization {
    fn default() -> Self {
        Self {
            visualization: Value::Null,
            title: Value::Null,
            x_column: Value::Null,
            series: Value::Null,
            y_columns: Value::Null,
            anomaly_columns: Value::Null,
            x_title: Value::Null,
            y_title: Value::Null,
            x_axis: Value::Null,
            y_axis: Value::Null,
            legend: Value::Null,
            y_split: Value::Null,
            accumulate: false,
            is_query_sorted: false,
            kind: Value::Null,
            ymin: "NaN".into(),
            ymax: "NaN".into(),
            xmin: Value::Null,
            xmax: Value::Null,
        }
    }
}

impl Visualization {
    /// Sets a property of `render … with (name = value)`; the name ignores case. False if there is no such property.
    pub fn set(&mut self, name: &str, value: Value) -> bool {
        let member = match name.to_ascii_lowercase().as_str() {
            "title" => &mut self.title,
            "xcolumn" => &mut self.x_column,
            "series" => &mut self.series,
            "ycolumns" => &mut self.y_columns,
            "anomalycolumns" => &mut self.anomaly_columns,
            "xtitle" => &mut self.x_title,
            "ytitle" => &mut self.y_title,
            "xaxis" => &mut self.x_axis,
            "yaxis" => &mut self.y_axis,
            "legend" => &mut self.legend,
            "ysplit" => &mut self.y_split,
            "kind" => &mut self.kind,
            "ymin" => &mut self.ymin,
            "ymax" => &mut self.ymax,
            "xmin" => &mut self.xmin,
            "xmax" => &mut self.xmax,
            "accumulate" => {
                self.accumulate = value == Value::Bool(true) || value == "true";
                return true;
            }
            _ => return false,
        };
        *member = value;
        true
    }

    /// Returns the JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("JSON values always serialize")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stand_in_the_order_of_the_service() {
        assert_eq!(
            Visualization::default().to_json(),
            r#"{"Visualization":null,"Title":null,"XColumn":null,"Series":null,"YColumns":null,"AnomalyColumns":null,"XTitle":null,"YTitle":null,"XAxis":null,"YAxis":null,"Legend":null,"YSplit":null,"Accumulate":false,"IsQuerySorted":false,"Kind":null,"Ymin":"NaN","Ymax":"NaN","Xmin":null,"Xmax":null}"#
        );
    }

    #[test]
    fn properties_are_set_by_name_without_regard_to_case() {
        let mut visualization = Visualization { visualization: "timechart".into(), ..Visualization::default() };
        assert!(visualization.set("Title", "x".into()));
        assert!(!visualization.set("colour", "red".into()));
        assert!(visualization.to_json().starts_with(r#"{"Visualization":"timechart","Title":"x","#));
    }
}
