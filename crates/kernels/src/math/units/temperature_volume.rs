//! Units of temperature in kelvins, of volume in cubic metres.

use super::Unit;

const ZERO_CELSIUS: f64 = 273.15;
const LITER: f64 = 1e-3;
const CUBIC_INCH: f64 = 1.638_706_4e-5;
const CUBIC_FOOT: f64 = CUBIC_INCH * 1_728.0;
const US_GALLON: f64 = CUBIC_INCH * 231.0;
const IMPERIAL_GALLON: f64 = 4.546_09e-3;

/// `kelvin = value * factor + offset`.
pub(super) const TEMPERATURES: &[Unit] = &[
    ("DegreeCelsius", 1.0, ZERO_CELSIUS),
    ("DegreeDelisle", -2.0 / 3.0, 373.15),
    ("DegreeFahrenheit", 5.0 / 9.0, 459.67 * 5.0 / 9.0),
    ("DegreeNewton", 100.0 / 33.0, ZERO_CELSIUS),
    ("DegreeRankine", 5.0 / 9.0, 0.0),
    ("DegreeReaumur", 5.0 / 4.0, ZERO_CELSIUS),
    ("DegreeRoemer", 40.0 / 21.0, ZERO_CELSIUS - 7.5 * 40.0 / 21.0),
    ("Kelvin", 1.0, 0.0),
    ("MillidegreeCelsius", 1e-3, ZERO_CELSIUS),
    ("SolarTemperature", 5_778.0, 0.0),
];

pub(super) const VOLUMES: &[(&str, f64)] = &[
    // The documented result has this rounded reciprocal.
    ("AcreFoot", 1.0 / 0.000_810_714),
    ("AuTablespoon", 2e-5),
    ("BoardFoot", CUBIC_INCH * 144.0),
    ("Centiliter", LITER * 1e-2),
    ("CubicCentimeter", 1e-6),
    ("CubicDecimeter", 1e-3),
    ("CubicFoot", CUBIC_FOOT),
    ("CubicHectometer", 1e6),
    ("CubicInch", CUBIC_INCH),
    ("CubicKilometer", 1e9),
    ("CubicMeter", 1.0),
    ("CubicMicrometer", 1e-18),
    ("CubicMile", CUBIC_FOOT * 5_280.0 * 5_280.0 * 5_280.0),
    ("CubicMillimeter", 1e-9),
    ("CubicYard", CUBIC_FOOT * 27.0),
    ("Decaliter", LITER * 10.0),
    ("DecausGallon", US_GALLON * 10.0),
    ("Deciliter", LITER * 1e-1),
    ("DeciusGallon", US_GALLON * 1e-1),
    ("HectocubicFoot", CUBIC_FOOT * 100.0),
    ("HectocubicMeter", 100.0),
    ("Hectoliter", LITER * 100.0),
    ("HectousGallon", US_GALLON * 100.0),
    ("ImperialBeerBarrel", IMPERIAL_GALLON * 36.0),
    ("ImperialGallon", IMPERIAL_GALLON),
    ("ImperialOunce", IMPERIAL_GALLON / 160.0),
    ("ImperialPint", IMPERIAL_GALLON / 8.0),
    ("KilocubicFoot", CUBIC_FOOT * 1e3),
    ("KilocubicMeter", 1e3),
    ("KiloimperialGallon", IMPERIAL_GALLON * 1e3),
    ("Kiloliter", 1.0),
    ("KilousGallon", US_GALLON * 1e3),
    ("Liter", LITER),
    ("MegacubicFoot", CUBIC_FOOT * 1e6),
    ("MegaimperialGallon", IMPERIAL_GALLON * 1e6),
    ("Megaliter", LITER * 1e6),
    ("MegausGallon", US_GALLON * 1e6),
    ("MetricCup", 2.5e-4),
    ("MetricTeaspoon", 5e-6),
    ("Microliter", LITER * 1e-6),
    ("Milliliter", LITER * 1e-3),
    ("OilBarrel", US_GALLON * 42.0),
    ("UkTablespoon", 1.5e-5),
    ("UsBeerBarrel", US_GALLON * 31.0),
    ("UsCustomaryCup", US_GALLON / 16.0),
    ("UsGallon", US_GALLON),
    ("UsLegalCup", 2.4e-4),
    ("UsOunce", US_GALLON / 128.0),
    ("UsPint", US_GALLON / 8.0),
    ("UsQuart", US_GALLON / 4.0),
    ("UsTablespoon", US_GALLON / 256.0),
    ("UsTeaspoon", US_GALLON / 768.0),
];
