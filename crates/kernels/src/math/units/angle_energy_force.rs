//! Units of angle in radians, of energy in joules, of force in newtons.

use std::f64::consts::PI;

const DEGREE: f64 = PI / 180.0;
const BTU: f64 = 1_055.055_852_62;
const CALORIE: f64 = 4.184;
const ELECTRON_VOLT: f64 = 1.602_176_565e-19;
const HOUR: f64 = 3_600.0;
const DAY: f64 = 86_400.0;
const POUND_FORCE: f64 = 4.448_221_615_260_5;
const KILOGRAM_FORCE: f64 = 9.806_65;

pub(super) const ANGLES: &[(&str, f64)] = &[
    ("Arcminute", DEGREE / 60.0),
    ("Arcsecond", DEGREE / 3_600.0),
    ("Centiradian", 1e-2),
    ("Deciradian", 1e-1),
    ("Degree", DEGREE),
    ("Gradian", 0.9 * DEGREE),
    ("Microdegree", DEGREE * 1e-6),
    ("Microradian", 1e-6),
    ("Millidegree", DEGREE * 1e-3),
    ("Milliradian", 1e-3),
    ("Nanodegree", DEGREE * 1e-9),
    ("Nanoradian", 1e-9),
    ("NatoMil", DEGREE * 9.0 / 160.0),
    ("Radian", 1.0),
    ("Revolution", 2.0 * PI),
    ("Tilt", PI / 2.0),
];

pub(super) const ENERGIES: &[(&str, f64)] = &[
    ("BritishThermalUnit", BTU),
    ("Calorie", CALORIE),
    ("DecathermEc", 1.055_055_852_62e9),
    ("DecathermImperial", 1.055_055_852_57e9),
    ("DecathermUs", 1.054_804e9),
    ("ElectronVolt", ELECTRON_VOLT),
    ("Erg", 1e-7),
    ("FootPound", 1.355_817_948),
    ("GigabritishThermalUnit", BTU * 1e9),
    ("GigaelectronVolt", ELECTRON_VOLT * 1e9),
    ("Gigajoule", 1e9),
    ("GigawattDay", DAY * 1e9),
    ("GigawattHour", HOUR * 1e9),
    ("HorsepowerHour", 2.684_519_537_696_173e6),
    ("Joule", 1.0),
    ("KilobritishThermalUnit", BTU * 1e3),
    ("Kilocalorie", CALORIE * 1e3),
    ("KiloelectronVolt", ELECTRON_VOLT * 1e3),
    ("Kilojoule", 1e3),
    ("KilowattDay", DAY * 1e3),
    ("KilowattHour", HOUR * 1e3),
    ("MegabritishThermalUnit", BTU * 1e6),
    ("Megacalorie", CALORIE * 1e6),
    ("MegaelectronVolt", ELECTRON_VOLT * 1e6),
    ("Megajoule", 1e6),
    ("MegawattDay", DAY * 1e6),
    ("MegawattHour", HOUR * 1e6),
    ("Millijoule", 1e-3),
    ("TeraelectronVolt", ELECTRON_VOLT * 1e12),
    ("TerawattDay", DAY * 1e12),
    ("TerawattHour", HOUR * 1e12),
    ("ThermEc", 1.055_055_852_62e8),
    ("ThermImperial", 1.055_055_852_57e8),
    ("ThermUs", 1.054_804e8),
    ("WattDay", DAY),
    ("WattHour", HOUR),
];

pub(super) const FORCES: &[(&str, f64)] = &[
    ("Decanewton", 10.0),
    ("Dyn", 1e-5),
    ("KilogramForce", KILOGRAM_FORCE),
    ("Kilonewton", 1e3),
    ("KiloPond", KILOGRAM_FORCE),
    ("KilopoundForce", POUND_FORCE * 1e3),
    ("Meganewton", 1e6),
    ("Micronewton", 1e-6),
    ("Millinewton", 1e-3),
    ("Newton", 1.0),
    ("OunceForce", POUND_FORCE / 16.0),
    ("Poundal", 0.138_254_954_376),
    ("PoundForce", POUND_FORCE),
    ("ShortTonForce", POUND_FORCE * 2_000.0),
    ("TonneForce", KILOGRAM_FORCE * 1e3),
];
