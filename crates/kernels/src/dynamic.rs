//! Functions on dynamic arrays and property bags.
//!
//! Where it suffices they work on the stored text, element by element, and build no tree.

mod array_edit;
mod array_query;
mod array_sort;
mod bag;
mod bag_edit;
mod canonical;
mod elements;
mod generate;
mod json_path;
mod pack;
mod sets;
mod treepath;
mod xml;
mod xml_reader;

pub(crate) use elements::{ArrayWriter, elements_of};

use crate::Kernel;

/// See <https://learn.microsoft.com/kusto/query/scalar-functions#dynamicarray-functions>.
pub(crate) const KERNELS: &[(&str, Kernel)] = &[
    ("array_concat", array_edit::array_concat),
    ("array_reverse", array_edit::array_reverse),
    ("array_rotate_left", array_edit::array_rotate_left),
    ("array_rotate_right", array_edit::array_rotate_right),
    ("array_shift_left", array_edit::array_shift_left),
    ("array_shift_right", array_edit::array_shift_right),
    ("array_slice", array_edit::array_slice),
    ("array_split", array_edit::array_split),
    ("array_iff", array_edit::array_iff),
    ("zip", array_edit::zip),
    ("array_length", array_query::array_length),
    ("array_index_of", array_query::array_index_of),
    ("array_sum", array_query::array_sum),
    ("strcat_array", array_query::strcat_array),
    ("array_sort_asc", array_sort::array_sort_asc),
    ("array_sort_desc", array_sort::array_sort_desc),
    ("bag_keys", bag::bag_keys),
    ("bag_has_key", bag::bag_has_key),
    ("bag_merge", bag::bag_merge),
    ("bag_zip", bag::bag_zip),
    ("bag_remove_keys", bag_edit::bag_remove_keys),
    ("bag_set_key", bag_edit::bag_set_key),
    ("bag_pack", pack::bag_pack),
    ("bag_pack_columns", pack::bag_pack),
    ("pack_all", pack::pack_all),
    ("pack_array", pack::pack_array),
    ("range", generate::range),
    ("repeat", generate::repeat),
    ("set_union", sets::set_union),
    ("set_intersect", sets::set_intersect),
    ("set_difference", sets::set_difference),
    ("set_has_element", sets::set_has_element),
    ("set_equals", sets::set_equals),
    ("jaccard_index", sets::jaccard_index),
    ("treepath", treepath::treepath),
    ("dynamic_to_json", canonical::dynamic_to_json),
    ("extract_json", json_path::extract_json),
    ("parse_xml", xml::parse_xml),
];
