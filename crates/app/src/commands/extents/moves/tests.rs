//! When a command on extents starts again.

use super::*;

#[test]
fn a_conflict_with_a_merge_starts_the_command_again_but_not_for_ever() {
    let (mut attempts, conflict) = (Attempts::default(), AppError::conflict("merged meanwhile"));
    let allowed = (0..10).filter(|_| attempts.allow_another(&conflict)).count();
    assert_eq!(allowed, 4);
}

#[test]
fn other_failures_are_told_at_once() {
    assert!(!Attempts::default().allow_another(&AppError::argument("no such extent")));
}
