//! From what `render` asked for to the object that responses carry.

use calypso_protocol::Visualization;

/// Returns the visualization object; the empty one if nothing was rendered. Unknown properties are left out.
pub(crate) fn to_wire(visualization: Option<&calypso_app::Visualization>) -> Visualization {
    let mut wire = Visualization::default();
    let Some(visualization) = visualization else {
        return wire;
    };
    wire.visualization = visualization.chart.as_str().into();
    wire.is_query_sorted = visualization.is_query_sorted;
    for (name, value) in &visualization.properties {
        wire.set(name, value.clone());
    }
    wire
}
