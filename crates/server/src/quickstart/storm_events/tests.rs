//! That events are the same every time, and make sense.

use super::*;

#[test]
fn the_same_seed_makes_the_same_events() {
    let csv = |seed| StormEvents::new(seed, 50).map(|event| event.to_csv()).collect::<String>();
    assert_eq!(csv(1), csv(1));
    assert_ne!(csv(1), csv(2));
    let first = "2007-01-01T03:17:00.0000000Z,2007-01-02T08:37:00.0000000Z,NEW YORK,0,0,Newspaper,";
    let event = StormEvents::new(2007, 1000).next().unwrap().to_csv();
    assert!(event.starts_with(first), "{event}");
}

#[test]
fn events_are_in_order_within_the_year_and_end_after_they_start() {
    for count in [1, 7, 1000] {
        let events: Vec<StormEvent> = StormEvents::new(3, count).collect();
        assert_eq!(events.len(), count as usize);
        assert!(events.is_sorted_by_key(|event| event.start));
        assert!(events.iter().all(|event| event.start.year() == 2007 && event.end >= event.start));
        assert!(events.iter().all(|event| event.damage_property <= i64::from(i32::MAX)));
    }
}

#[test]
fn more_events_than_minutes_are_possible() {
    assert_eq!(StormEvents::new(3, 1_000_000).take(10).count(), 10);
}

#[test]
fn winter_storms_strike_in_winter_where_there_is_one() {
    for event in StormEvents::new(4, 5000) {
        let is_snow = event.description.starts_with("Snow");
        assert!(!is_snow || !matches!(event.state, "FLORIDA" | "HAWAII" | "TEXAS"), "{event:?}");
        assert!(!is_snow || !(5..=9).contains(&event.start.month()), "{event:?}");
    }
}
