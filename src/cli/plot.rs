//! Figures as SVG.

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::request::numbers::{Figure, FigureLine};

/// Width and height.
const SIZE: (u32, u32) = (760, 480);
/// Colors that are told apart by everybody (Okabe & Ito 2008).
const COLORS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(0, 0, 0),
];
/// The longest title, in characters.
const MOST_TITLE: usize = 70;

/// The picture of a figure.
///
/// # Errors
/// What cannot be drawn: a figure without points.
pub(super) fn svg(figure: &Figure) -> Result<String, String> {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
        area.fill(&WHITE).map_err(|error| error.to_string())?;
        drawn(figure, &area)?;
        area.present().map_err(|error| error.to_string())?;
    }
    Ok(text)
}

/// The points that have a logarithm.
fn points(figure: &Figure, line: &FigureLine) -> Vec<(f64, f64)> {
    let fits = |value: f64| value > 0.0 && value.is_finite();
    line.points.iter().copied().filter(|(x, y)| fits(*y) && (!figure.is_log || fits(*x))).collect()
}

/// A range that has these values inside, by a factor.
fn around(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values.fold((f64::INFINITY, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
    (low / 1.5, high * 1.5)
}

fn drawn(figure: &Figure, area: &DrawingArea<SVGBackend<'_>, Shift>) -> Result<(), String> {
    let all: Vec<(f64, f64)> = figure.lines.iter().flat_map(|line| points(figure, line)).collect();
    if all.is_empty() {
        return Err("there are no points above 0".into());
    }
    let mut title: String = figure.title.chars().take(MOST_TITLE).collect();
    if title.len() < figure.title.len() {
        title.push('…');
    }
    let (low, high) = around(all.iter().map(|(_, y)| *y));
    let y = (low..high).log_scale();
    let mut builder = ChartBuilder::on(area);
    builder.caption(title, ("sans-serif", 17)).margin(14).x_label_area_size(42).y_label_area_size(72);
    let shown = |error: &dyn std::error::Error| error.to_string();
    macro_rules! chart {
        ($x:expr, $format:expr) => {{
            let mut chart = builder.build_cartesian_2d($x, y).map_err(|error| shown(&error))?;
            chart
                .configure_mesh()
                .max_light_lines(0)
                .bold_line_style(RGBColor(224, 224, 224))
                .x_desc(figure.x.as_str())
                .y_desc(figure.y.as_str())
                .x_label_formatter(&$format)
                .y_label_formatter(&|value: &f64| power(*value))
                .draw()
                .map_err(|error| shown(&error))?;
            let mut color = COLORS.iter().cycle();
            for line in &figure.lines {
                let points = points(figure, line);
                if line.is_guide {
                    let style = RGBColor(150, 150, 150).stroke_width(1);
                    let dashed = DashedLineSeries::new(points, 4, 4, style);
                    chart.draw_series(dashed).map_err(|error| shown(&error))?;
                    continue;
                }
                let color = *color.next().unwrap_or(&BLACK);
                let series = LineSeries::new(points.clone(), color.stroke_width(2));
                chart
                    .draw_series(series)
                    .map_err(|error| shown(&error))?
                    .label(line.name.as_str())
                    .legend(move |(x, y)| PathElement::new(vec![(x, y), (x + 18, y)], color.stroke_width(2)));
                // Marks only where they can be told apart.
                if points.len() <= MOST_MARKS {
                    let marks = points.into_iter().map(|point| Circle::new(point, 3, color.filled()));
                    chart.draw_series(marks).map_err(|error| shown(&error))?;
                }
            }
            chart
                .configure_series_labels()
                .position(if figure.is_log { SeriesLabelPosition::UpperLeft } else { SeriesLabelPosition::UpperRight })
                .background_style(WHITE.mix(0.85))
                .border_style(RGBColor(200, 200, 200))
                .draw()
                .map_err(|error| shown(&error))?;
        }};
    }
    let xs = || all.iter().map(|(x, _)| *x);
    if figure.is_log {
        let (low, high) = around(xs());
        chart!((low..high).log_scale(), |value: &f64| power(*value));
    } else {
        let last = xs().fold(1.0_f64, f64::max);
        chart!(0.0..last, |value: &f64| format!("{value:.0}"));
    }
    Ok(())
}

/// Lines of more points have no marks.
const MOST_MARKS: usize = 60;

/// A power of ten with its exponent, other numbers as they are.
fn power(value: f64) -> String {
    if (0.1..1000.0).contains(&value) { format!("{}", (value * 1e6).round() / 1e6) } else { format!("{value:.0e}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_a_picture() {
        let line =
            FigureLine { name: "f < g".into(), points: vec![(1.0, 1.0), (2.0, 1e-3), (3.0, 0.0)], is_guide: false };
        let mut figure = Figure { title: "x & y".into(), x: "n".into(), lines: vec![line], ..Figure::default() };
        for is_log in [false, true] {
            figure.is_log = is_log;
            let text = svg(&figure).unwrap_or_else(|error| unreachable!("{error}"));
            assert!(text.starts_with("<svg") && text.contains("x &amp; y") && text.contains("polyline"), "{text}");
        }
        figure.lines.clear();
        assert!(svg(&figure).is_err());
    }
}
