//! Functions on dynamic arrays and property bags.

use super::{Category, Function, Signature, row::*};

const fn f(name: &'static str, summary: &'static str, signatures: &'static [Signature]) -> Function {
    Function::new(name, Category::Dynamic, summary, signatures)
}

const ROTATE: &[Signature] = &[sig(&[dynamic("array"), long("rotate_count")], DYNAMIC)];
const SHIFT: &[Signature] = &[sig(&[dynamic("array"), long("shift_count"), any("default_value")], DYNAMIC).optional(1)];
const SETS: &[Signature] = &[sig(&[dynamic("set"), dynamic("set")], DYNAMIC).repeating(1)];
/// A bool at the end says whether nulls come last.
const SORT: &[Signature] = &[sig(&[any("array")], DYNAMIC).repeating(1)];
const BAG_PACK: &[Signature] = &[sig(&[any("key"), any("value")], DYNAMIC).repeating(2)];

/// See <https://learn.microsoft.com/kusto/query/scalar-functions#dynamicarray-functions>.
pub(super) const FUNCTIONS: &[Function] = &[
    f("array_concat", "Joins arrays.", &[sig(&[dynamic("array")], DYNAMIC).repeating(1)]),
    f(
        "array_iff",
        "Chooses element by element between two arrays or values.",
        &[sig(&[dynamic("condition_array"), any("when_true"), any("when_false")], DYNAMIC)],
    )
    .also(&["array_iif"]),
    f(
        "array_index_of",
        "Returns the position of a value in an array, or -1.",
        &[sig(&[dynamic("array"), any("value"), long("start"), long("length"), long("occurrence")], LONG).optional(3)],
    ),
    f("array_length", "Returns the number of elements.", &[sig(&[dynamic("array")], LONG)]).also(&["arraylength"]),
    f("array_reverse", "Reverses an array.", &[sig(&[dynamic("value")], DYNAMIC)]),
    f("array_rotate_left", "Rotates an array to the left.", ROTATE),
    f("array_rotate_right", "Rotates an array to the right.", ROTATE),
    f("array_shift_left", "Shifts an array to the left.", SHIFT),
    f("array_shift_right", "Shifts an array to the right.", SHIFT),
    f(
        "array_slice",
        "Cuts elements out of an array.",
        &[sig(&[dynamic("array"), long("start"), long("end")], DYNAMIC)],
    ),
    f("array_sort_asc", "Sorts an array, and others along with it, in ascending order.", SORT),
    f("array_sort_desc", "Sorts an array, and others along with it, in descending order.", SORT),
    f("array_split", "Splits an array at positions.", &[sig(&[dynamic("array"), any("index")], DYNAMIC)]),
    f("array_sum", "Returns the sum of the elements.", &[sig(&[dynamic("array")], REAL)]),
    f("bag_has_key", "Says whether a bag has a key.", &[sig(&[dynamic("bag"), string("key")], BOOL)]),
    f("bag_keys", "Returns the keys of a bag.", &[sig(&[dynamic("object")], DYNAMIC)]),
    f(
        "bag_merge",
        "Merges bags; of equal keys the leftmost counts.",
        &[sig(&[dynamic("bag"), dynamic("bag")], DYNAMIC).repeating(1)],
    ),
    f("bag_pack", "Makes a bag of keys and values.", BAG_PACK).also(&["pack", "pack_dictionary"]),
    f("bag_pack_columns", "Makes a bag of columns and their names.", &[sig(&[any("column")], DYNAMIC).repeating(1)]),
    f("bag_remove_keys", "Removes keys from a bag.", &[sig(&[dynamic("bag"), dynamic("keys")], DYNAMIC)]),
    f("bag_set_key", "Sets a key of a bag.", &[sig(&[dynamic("bag"), string("key"), any("value")], DYNAMIC)]),
    f(
        "bag_zip",
        "Makes a bag of an array of keys and an array of values.",
        &[sig(&[dynamic("keys"), dynamic("values")], DYNAMIC)],
    ),
    f(
        "dynamic_to_json",
        "Returns JSON with properties in the order of their names.",
        &[sig(&[any("dynamic")], STRING)],
    ),
    f("jaccard_index", "Returns the Jaccard index of two sets.", &[sig(&[dynamic("set1"), dynamic("set2")], REAL)]),
    f("pack_all", "Makes a bag of all columns.", &[sig(&[bool("ignore_null_empty")], DYNAMIC).optional(1)]),
    f("pack_array", "Makes an array of its arguments.", &[sig(&[any("value")], DYNAMIC).repeating(1)]),
    f(
        "range",
        "Makes an array of equally spaced values.",
        &[
            sig(&[long("start"), long("stop"), long("step")], DYNAMIC).optional(1),
            sig(&[datetime("start"), datetime("stop"), timespan("step")], DYNAMIC).optional(1),
            sig(&[timespan("start"), timespan("stop"), timespan("step")], DYNAMIC).optional(1),
            sig(&[real("start"), real("stop"), real("step")], DYNAMIC).optional(1),
        ],
    ),
    f("repeat", "Makes an array of one value repeated.", &[sig(&[any("value"), long("count")], DYNAMIC)]),
    f("set_difference", "Returns the elements of the first array that are in no other.", SETS),
    f(
        "set_equals",
        "Says whether two arrays have the same elements.",
        &[sig(&[dynamic("set1"), dynamic("set2")], BOOL)],
    ),
    f("set_has_element", "Says whether an array has an element.", &[sig(&[dynamic("set"), any("value")], BOOL)]),
    f("set_intersect", "Returns the elements that are in all arrays.", SETS),
    f("set_union", "Returns the elements that are in any array.", SETS),
    f("treepath", "Returns the paths of everything inside a bag.", &[sig(&[dynamic("object")], DYNAMIC)]),
    f(
        "zip",
        "Makes an array of arrays of the elements at the same position.",
        &[sig(&[dynamic("array"), dynamic("array")], DYNAMIC).repeating(1)],
    ),
];
