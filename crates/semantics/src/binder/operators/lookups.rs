//! Plugins that look rows up by address or place: `ipv4_lookup`, `ipv6_lookup`, `geo_polygon_lookup`, `geo_line_lookup`.
//!
//! Every row meets every row of the lookup table, so the table should be small.
//! <https://learn.microsoft.com/kusto/query/ipv4-lookup-plugin>

use calypso_syntax::ast::Expr as SyntaxExpr;

use crate::bound::Relation;

use super::super::{
    Binder, Bound, RowContext,
    names::implied_name,
    template::{quoted, relation},
};
use super::evaluate::PluginCall;

/// A lookup: how rows match, and which columns come out.
struct Lookup {
    /// The condition over the columns of both sides; the lookup's key is `$key`.
    condition: String,
    /// The lookup's key column.
    key: String,
    /// Leave the key out of the result.
    drops_key: bool,
    /// Other columns that must be equal on both sides.
    equal: Vec<String>,
    unmatched: bool,
}

impl Binder<'_> {
    /// `ipv4_lookup(table, address, network, [extra keys,] return_unmatched=…)`
    pub(super) fn address_lookup(&mut self, input: Relation, call: &PluginCall<'_>, function: &str) -> Bound<Relation> {
        let table = self.plugin_argument(call, "LookupTable", 0)?;
        let address = self.plugin_argument(call, "SourceKey", 1)?;
        let key = self.plugin_argument(call, "LookupKey", 2)?;
        let unnamed = call.arguments.iter().filter(|a| a.name.is_none()).skip(3);
        let mut equal: Vec<String> = unnamed.clone().filter_map(|a| implied_name(&a.value)).collect();
        let mut unmatched = self.plugin_switch(call, "return_unmatched")?;
        equal.retain(|name| !matches!(name.as_str(), "true" | "false"));
        if let Some(flag) = unnamed.last()
            && implied_name(&flag.value).is_none()
        {
            unmatched = self.plugin_constant(call, &flag.value)?.cast(calypso_types::ScalarType::Bool)
                == calypso_types::Scalar::Bool(true);
        }
        let condition = format!("{function}(['$source'], ['$key'])");
        let key = implied_name(key).unwrap_or_default();
        let input = self.with_column(input, "$source", address, call.scope)?;
        self.looked_up(input, table, Lookup { condition, key, drops_key: false, equal, unmatched }, call)
    }

    /// <https://learn.microsoft.com/kusto/query/geo-polygon-lookup-plugin>
    pub(super) fn polygon_lookup(&mut self, input: Relation, call: &PluginCall<'_>) -> Bound<Relation> {
        self.place_lookup(input, call, "geo_point_in_polygon(['$longitude'], ['$latitude'], ['$key'])")
    }

    /// <https://learn.microsoft.com/kusto/query/geo-line-lookup-plugin>
    pub(super) fn line_lookup(&mut self, input: Relation, call: &PluginCall<'_>) -> Bound<Relation> {
        let radius = self.plugin_argument(call, "radius", 4)?;
        let radius = self.plugin_constant(call, radius)?.to_text();
        let condition = format!("geo_distance_point_to_line(['$longitude'], ['$latitude'], ['$key']) <= {radius}");
        self.place_lookup(input, call, &condition)
    }

    fn place_lookup(&mut self, input: Relation, call: &PluginCall<'_>, condition: &str) -> Bound<Relation> {
        let table = self.plugin_argument(call, "LookupTable", 0)?;
        let key = self.plugin_argument(call, "LookupKey", 1)?;
        let longitude = self.plugin_argument(call, "SourceLongitude", 2)?;
        let latitude = self.plugin_argument(call, "SourceLatitude", 3)?;
        let unmatched = self.plugin_switch(call, "return_unmatched")?;
        let drops_key = !self.plugin_switch(call, "return_lookup_key")?;
        let key = implied_name(key).unwrap_or_default();
        let input = self.with_column(input, "$longitude", longitude, call.scope)?;
        let input = self.with_column(input, "$latitude", latitude, call.scope)?;
        let lookup = Lookup { condition: condition.to_owned(), key, drops_key, equal: Vec::new(), unmatched };
        self.looked_up(input, table, lookup, call)
    }

    fn looked_up(
        &mut self,
        input: Relation,
        table: &SyntaxExpr,
        lookup: Lookup,
        call: &PluginCall<'_>,
    ) -> Bound<Relation> {
        let table = self.relation(table, call.scope)?;
        let key_syntax = super::super::template::name_syntax(&lookup.key, call.span());
        let _: crate::bound::Expr = self.scalar(&key_syntax, &mut RowContext::over(&table.columns, call.scope))?;
        let table = self.materialized(table);
        let numbered = self.numbered(input);
        let numbered = self.materialized(numbered);
        let equal: String = lookup
            .equal
            .iter()
            .map(|name| format!(" and {} == {}", quoted(name), quoted(&format!("{name}1"))))
            .collect();
        let drops: String = lookup.equal.iter().map(|name| format!(", {}", quoted(&format!("{name}1")))).collect();
        let key = if lookup.drops_key { format!(", {}", quoted(&lookup.key)) } else { String::new() };
        let unmatched =
            if lookup.unmatched { "union hits, ($data | join kind=leftanti hits on ['$row'])" } else { "hits" };
        let text = format!(
            "let hits = materialize($data | extend ['$one'] = 1 | join kind=inner ($table | extend ['$key'] = {key_name}, ['$one'] = 1) on ['$one'] \
             | where {condition}{equal} | project-away ['$one'], ['$one1'], ['$key']{drops}); \
             {unmatched} | sort by ['$row'] asc | project-away ['$row'], ['$source'], ['$longitude'], ['$latitude']{key}",
            key_name = quoted(&lookup.key),
            condition = lookup.condition,
        );
        let text = if numbered.columns.iter().any(|c| c.name == "$source") {
            text.replace(", ['$longitude'], ['$latitude']", "")
        } else {
            text.replace(", ['$source']", "").replace("['$source'], ", "")
        };
        let names = vec![("$data", relation(numbered)), ("$table", relation(table))];
        self.template(&text, names, &call.what(), call.span(), call.scope)
    }
}
