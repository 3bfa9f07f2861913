//! Tables: in columns of text, and as an `array` of LaTeX.

use unicode_width::UnicodeWidthStr as _;

use crate::render::break_plain;

/// The widest table that is set with several things in a cell.
const WIDTH: usize = 100;
/// Between two columns.
const GAP: &str = "   ";

/// A table: a heading for each column, and rows of cells, each of some items.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub(super) headings: Vec<String>,
    pub(super) rows: Vec<Vec<Vec<String>>>,
}

impl Table {
    /// The lines: the items of a cell side by side, or, where the table would be too wide, below each other and broken in lines.
    pub(super) fn lines(&self, is_ascii: bool) -> Vec<String> {
        let lines = self.set_lines();
        if is_ascii { lines.into_iter().map(|line| line.replace('─', "-")).collect() } else { lines }
    }

    fn set_lines(&self) -> Vec<String> {
        let beside: Vec<Vec<Vec<String>>> =
            self.rows.iter().map(|row| row.iter().map(|cell| vec![cell.join(", ")]).collect()).collect();
        if width(&self.widths(&beside)) <= WIDTH {
            return self.set(&beside);
        }
        let is_wide = width(&self.widths(&self.rows)) > WIDTH;
        let columns = if is_wide { WIDTH / self.headings.len().max(1) } else { usize::MAX };
        let broken = |item: &String| break_plain(item, columns).lines().map(str::to_owned).collect::<Vec<_>>();
        let cell = |cell: &Vec<String>| cell.iter().flat_map(broken).collect();
        let below: Vec<Vec<Vec<String>>> = self.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
        self.set(&below)
    }

    fn widths(&self, rows: &[Vec<Vec<String>>]) -> Vec<usize> {
        let cell = |cell: &Vec<String>| cell.iter().map(|item| item.width()).max().unwrap_or(0);
        let column = |place: usize| rows.iter().map(|row| cell(&row[place])).max().unwrap_or(0);
        self.headings.iter().enumerate().map(|(place, heading)| heading.width().max(column(place))).collect()
    }

    fn set(&self, rows: &[Vec<Vec<String>>]) -> Vec<String> {
        let widths = self.widths(rows);
        let line = |cells: &[&str]| {
            let mut text = String::new();
            for (place, cell) in cells.iter().enumerate() {
                if place > 0 {
                    text.push_str(GAP);
                }
                text.push_str(cell);
                text.push_str(&" ".repeat(widths[place].saturating_sub(cell.width())));
            }
            text.trim_end().to_owned()
        };
        let headings: Vec<&str> = self.headings.iter().map(String::as_str).collect();
        let mut lines = vec![line(&headings), "─".repeat(width(&widths))];
        for row in rows {
            let height = row.iter().map(Vec::len).max().unwrap_or(0).max(1);
            for at in 0..height {
                let cells: Vec<&str> = row.iter().map(|cell| cell.get(at).map_or("", String::as_str)).collect();
                lines.push(line(&cells));
            }
        }
        lines
    }

    /// An `array` whose columns are set from the left.
    pub(super) fn latex(&self) -> String {
        let columns = "l".repeat(self.headings.len());
        let headings: Vec<String> = self.headings.iter().map(|heading| format!("\\text{{{heading}}}")).collect();
        let row = |row: &Vec<Vec<String>>| {
            let cells: Vec<String> = row.iter().map(|cell| cell.join(",\\; ")).collect();
            cells.join(" & ").trim_end().to_owned()
        };
        // Fractions of two rows do not touch.
        let rows: Vec<String> = self.rows.iter().map(row).collect();
        // A strut keeps the bars off the line above.
        format!(
            "\\begin{{array}}{{{columns}}}\n{} \\\\ \\hline\n\\rule{{0pt}}{{2.6ex}}{}\n\\end{{array}}",
            headings.join(" & "),
            rows.join(" \\\\[6pt]\n")
        )
    }
}

fn width(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_what_is_seen() {
        let cell = |text: &str| vec![text.to_owned()];
        let headings = vec!["node".to_owned(), "bar".to_owned()];
        let table = Table { headings, rows: vec![vec![cell("z\u{304} = 1"), cell("a")], vec![cell("x"), cell("b")]] };
        assert_eq!(table.lines(false), ["node    bar", "───────────", "z\u{304} = 1   a", "x       b"]);
    }
}
