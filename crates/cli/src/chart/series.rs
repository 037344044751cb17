//! From a result to what is drawn: which column is the horizontal axis, which columns are values, which tell series apart.
//!
//! The rules are those of `render`: <https://learn.microsoft.com/kusto/query/render-operator>

use calypso_types::{DateTime, Dynamic, Scalar, ScalarType};
use kusto_data::Table;

use super::{SERIES_MAX, Visualization};
use crate::layout::on_one_line;

/// Most points of one chart; a terminal shows some thousand dots.
const POINTS_MAX: usize = 200_000;
const TICKS_PER_DAY: f64 = 864_000_000_000.0;

/// What the horizontal axis counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Horizontal {
    /// Ticks since 0001-01-01.
    Time,
    Number,
    /// Categories in the order in which they come.
    Category,
}

/// A named row of values.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    pub(super) name: String,
    /// Place on the horizontal axis, which is an index into the categories if they are such, and value.
    pub(super) points: Vec<(f64, f64)>,
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ChartData {
    pub(super) horizontal: Horizontal,
    /// The horizontal axis's column.
    pub(super) x_name: String,
    pub(super) categories: Vec<String>,
    pub(super) series: Vec<Series>,
    /// How many series there would be if all were drawn.
    pub(super) series_count: usize,
}

/// Which column is what.
struct Roles {
    x: usize,
    values: Vec<usize>,
    series: Vec<usize>,
}

impl ChartData {
    /// Chooses columns and gathers the points.
    pub(super) fn of(table: &Table, visualization: &Visualization) -> Result<Self, String> {
        if table.is_empty() {
            return Err("there are no rows to draw".to_owned());
        }
        let roles = Roles::of(table, visualization)?;
        let horizontal = horizontal(table, roles.x, &visualization.chart);
        let x_name = table.columns()[roles.x].name().to_owned();
        let mut data = Self { horizontal, x_name, categories: Vec::new(), series: Vec::new(), series_count: 0 };
        for row in table.iter() {
            data.add(table, &roles, row.values())?;
        }
        data.series_count = data.series.len();
        data.series.truncate(SERIES_MAX);
        if horizontal != Horizontal::Category {
            data.series.iter_mut().for_each(|series| series.points.sort_by(|a, b| a.0.total_cmp(&b.0)));
        }
        if visualization.accumulate {
            data.series.iter_mut().for_each(accumulate);
        }
        if data.series.iter().all(|series| series.points.is_empty()) {
            return Err("there are no values to draw".to_owned());
        }
        Ok(data)
    }

    fn add(&mut self, table: &Table, roles: &Roles, row: &[Scalar]) -> Result<(), String> {
        let told: Vec<String> = roles.series.iter().map(|&index| on_one_line(&row[index].to_text())).collect();
        for &value in &roles.values {
            let mut parts = told.clone();
            if roles.values.len() > 1 || parts.is_empty() {
                parts.push(on_one_line(table.columns()[value].name()));
            }
            let name = parts.join(":");
            let points = self.points(&row[roles.x], &row[value]);
            let index = self.series.iter().position(|series| series.name == name).unwrap_or_else(|| {
                self.series.push(Series { name, points: Vec::new() });
                self.series.len() - 1
            });
            self.series[index].points.extend(points);
            if self.series[index].points.len() > POINTS_MAX {
                return Err(format!("there are more than {POINTS_MAX} points"));
            }
        }
        Ok(())
    }

    /// A row is one point, or as many as its arrays have elements.
    fn points(&mut self, x: &Scalar, y: &Scalar) -> Vec<(f64, f64)> {
        match (x, y) {
            (Scalar::Dynamic(Dynamic::Array(places)), Scalar::Dynamic(Dynamic::Array(values))) => places
                .iter()
                .zip(values)
                .filter_map(|(x, y)| Some((self.place(&element(x))?, number(&element(y))?)))
                .collect(),
            (_, Scalar::Dynamic(Dynamic::Array(values))) => {
                let places = (0_u32..).map(f64::from);
                places.zip(values).filter_map(|(x, y)| Some((x, number(&element(y))?))).collect()
            }
            _ => self.place(x).zip(number(y)).into_iter().collect(),
        }
    }

    fn place(&mut self, x: &Scalar) -> Option<f64> {
        if self.horizontal != Horizontal::Category {
            return number(x);
        }
        let text = category(x);
        let index = self.categories.iter().position(|known| *known == text).unwrap_or_else(|| {
            self.categories.push(text);
            self.categories.len() - 1
        });
        // Counts of rows are far below 2^52.
        Some(index as f64)
    }
}

impl Roles {
    fn of(table: &Table, visualization: &Visualization) -> Result<Self, String> {
        let named = |name: &String| {
            let found = table.columns().iter().position(|column| column.name() == *name);
            found.ok_or_else(|| format!("there is no column '{}'", on_one_line(name)))
        };
        let series = visualization.series.iter().map(named).collect::<Result<Vec<_>, _>>()?;
        let mut values = visualization.y_columns.iter().map(named).collect::<Result<Vec<_>, _>>()?;
        let x = match &visualization.x_column {
            Some(name) => named(name)?,
            None => default_x(table, &visualization.chart, &series, &values)?,
        };
        let free = |index: &usize| *index != x && !series.contains(index);
        if values.is_empty() {
            values = (0..table.columns().len()).filter(free).filter(|&index| holds_values(table, index)).collect();
        }
        if values.is_empty() {
            return Err("there is no column of numbers".to_owned());
        }
        let texts = (0..table.columns().len()).filter(free).filter(|index| !values.contains(index));
        let told_by_text = texts.filter(|&index| {
            matches!(table.columns()[index].scalar_type(), ScalarType::String | ScalarType::Guid | ScalarType::Bool)
        });
        let series = if series.is_empty() { told_by_text.collect() } else { series };
        Ok(Self { x, values, series })
    }
}

/// The first column of the chart's kind: time for a time chart, whichever comes first elsewhere.
fn default_x(table: &Table, chart: &str, series: &[usize], values: &[usize]) -> Result<usize, String> {
    let free = |index: &usize| !series.contains(index) && !values.contains(index);
    let columns: Vec<usize> = (0..table.columns().len()).filter(free).collect();
    let is_time = |index: &usize| is_time(table, *index);
    let is_ordered = |index: &usize| is_time(index) || holds_values(table, *index);
    match chart {
        "timechart" | "anomalychart" => columns.iter().copied().find(is_time).ok_or("there is no column of times"),
        "linechart" | "areachart" | "stackedareachart" | "scatterchart" => {
            columns.iter().copied().find(is_ordered).ok_or("there is no column of numbers or times")
        }
        _ => columns.first().copied().ok_or("there are no columns"),
    }
    .map_err(str::to_owned)
}

fn is_time(table: &Table, index: usize) -> bool {
    table.columns()[index].scalar_type() == ScalarType::DateTime
        || first_element(table, index).is_some_and(|value| {
            matches!(value, Scalar::DateTime(_)) || matches!(&value, Scalar::String(text) if time(text).is_some())
        })
}

fn holds_values(table: &Table, index: usize) -> bool {
    let ty = table.columns()[index].scalar_type();
    ty.is_numeric()
        || ty == ScalarType::TimeSpan
        || first_element(table, index).is_some_and(|value| number(&value).is_some() && !is_time(table, index))
}

/// The first value of the arrays in a dynamic column.
fn first_element(table: &Table, index: usize) -> Option<Scalar> {
    table.iter().find_map(|row| match &row[index] {
        Scalar::Dynamic(Dynamic::Array(values)) => values.iter().find(|value| !value.is_null()).map(element),
        _ => None,
    })
}

fn horizontal(table: &Table, x: usize, chart: &str) -> Horizontal {
    if matches!(chart, "columnchart" | "barchart" | "piechart") {
        Horizontal::Category
    } else if is_time(table, x) {
        Horizontal::Time
    } else {
        Horizontal::Number
    }
}

fn element(value: &Dynamic) -> Scalar {
    match value {
        Dynamic::Long(value) => Scalar::Long(*value),
        Dynamic::Int(value) => Scalar::Int(*value),
        Dynamic::Real(value) => Scalar::Real(*value),
        Dynamic::DateTime(value) => Scalar::DateTime(*value),
        Dynamic::String(text) => Scalar::String(text.clone()),
        other => Scalar::Dynamic(other.clone()),
    }
}

/// Times in arrays come as text.
fn time(text: &str) -> Option<f64> {
    let is_like_one = text.len() >= 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    DateTime::parse(text).filter(|_| is_like_one).map(|time| time.0 as f64)
}

/// A value's place on an axis; timespans count days, as charts of Kusto do.
fn number(value: &Scalar) -> Option<f64> {
    let number = match value {
        Scalar::Int(value) => f64::from(*value),
        Scalar::Long(value) => *value as f64,
        Scalar::Real(value) => *value,
        Scalar::Decimal(value) => value.to_f64(),
        Scalar::DateTime(value) => value.0 as f64,
        Scalar::TimeSpan(value) => value.ticks() as f64 / TICKS_PER_DAY,
        Scalar::Bool(value) => f64::from(u8::from(*value)),
        Scalar::String(text) => time(text)?,
        Scalar::Dynamic(value) => value.as_f64()?,
        Scalar::Null(_) | Scalar::Guid(_) => return None,
    };
    number.is_finite().then_some(number)
}

/// The text below or beside a bar: days without their midnight.
fn category(value: &Scalar) -> String {
    let text = value.to_text();
    match value {
        Scalar::DateTime(_) => {
            let text = text.trim_end_matches('Z').trim_end_matches('0').trim_end_matches('.');
            text.strip_suffix("T00:00:").or_else(|| text.strip_suffix("T00:00:00")).unwrap_or(text).replace('T', " ")
        }
        _ if text.is_empty() => "(empty)".to_owned(),
        _ => on_one_line(&text),
    }
}

fn accumulate(series: &mut Series) {
    let mut sum = 0.0;
    for (_, value) in &mut series.points {
        sum += *value;
        *value = sum;
    }
}
