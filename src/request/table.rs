//! Tables of measurements: in columns for readers, and as CSV.

use unicode_width::UnicodeWidthStr as _;

/// A table: the heads of its columns, and its rows.
pub(super) struct Table {
    pub(super) heads: Vec<&'static str>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    /// The lines, columns set to the right but for the words of the first ones.
    pub(super) fn lines(&self, words: usize) -> Vec<String> {
        let heads: Vec<String> = self.heads.iter().map(|head| (*head).to_owned()).collect();
        let all: Vec<&Vec<String>> = std::iter::once(&heads).chain(&self.rows).collect();
        let width = |col: usize| all.iter().filter_map(|row| row.get(col)).map(|cell| cell.width()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..heads.len()).map(width).collect();
        let line = |row: &Vec<String>| {
            let cells = row.iter().zip(&widths).enumerate().map(|(col, (cell, width))| {
                let pad = " ".repeat(width - cell.width().min(*width));
                if col < words { format!("{cell}{pad}") } else { format!("{pad}{cell}") }
            });
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        all.into_iter().map(line).collect()
    }
}

/// A time in the unit that fits it.
pub(super) fn time(seconds: f64) -> String {
    let (value, unit) = match seconds {
        seconds if seconds < 1e-6 => (seconds * 1e9, "ns"),
        seconds if seconds < 1e-3 => (seconds * 1e6, "µs"),
        seconds if seconds < 1.0 => (seconds * 1e3, "ms"),
        seconds => (seconds, "s"),
    };
    format!("{} {unit}", three_digits(value))
}

/// A count with the letter of its thousands.
pub(super) fn count(value: f64) -> String {
    scaled(value, 1000.0, &["", " k", " M", " G", " T"])
}

/// So many bytes.
pub(super) fn bytes(value: f64) -> String {
    scaled(value, 1024.0, &[" B", " KiB", " MiB", " GiB", " TiB"])
}

fn scaled(value: f64, step: f64, units: &[&str]) -> String {
    let (mut value, mut place) = (value, 0);
    while value >= step && place + 1 < units.len() {
        (value, place) = (value / step, place + 1);
    }
    let digits = if place == 0 { format!("{value}") } else { three_digits(value) };
    format!("{digits}{}", units[place])
}

fn three_digits(value: f64) -> String {
    match value {
        value if value < 10.0 => format!("{value:.2}"),
        value if value < 100.0 => format!("{value:.1}"),
        value => format!("{value:.0}"),
    }
}

/// The middle of some numbers.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => sorted[count / 2],
        count => 0.5 * (sorted[count / 2 - 1] + sorted[count / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!([time(3.2e-8), time(1.5e-5), time(0.25), time(75.0)], ["32.0 ns", "15.0 µs", "250 ms", "75.0 s"]);
        assert_eq!([count(7.0), count(1234.0), count(5e9)], ["7", "1.23 k", "5.00 G"]);
        assert_eq!([bytes(80.0), bytes(8192.0)], ["80 B", "8.00 KiB"]);
        assert_eq!([median(&[3.0, 1.0, 2.0]), median(&[1.0, 2.0])], [2.0, 1.5]);
    }

    #[test]
    fn columns_stand_below_their_heads() {
        let table =
            Table { heads: vec!["n", "way", "time"], rows: vec![vec!["10".into(), "ad".into(), "5 µs".into()]] };
        assert_eq!(table.lines(2), ["n   way  time", "10  ad   5 µs"]);
    }
}
