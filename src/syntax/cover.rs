//! Whether conditions leave something open: comparisons of one quantity with numbers, or of two quantities with one another.

use crate::number::Coeff;

/// A comparison of a quantity with a number, or of the difference of two with 0.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cut {
    /// The quantity as it is written.
    pub(super) of: String,
    /// What it is compared with where that is no number.
    pub(super) to: Option<String>,
    /// The number.
    pub(super) at: Coeff,
    /// Whether it holds below, at and above the number.
    pub(super) holds: [bool; 3],
}

/// What conditions leave open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing.
    None,
    /// Single values: said as a condition.
    Point(String),
    /// More than single values.
    Interval(String),
    /// It cannot be told.
    Unknown,
}

/// The conditions of all lines, each as comparisons that hold together; `None` where one is of another kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Cover {
    lines: Vec<Option<Vec<Cut>>>,
}

impl Cover {
    /// Another line.
    pub(super) fn add(&mut self, cuts: Vec<Option<Cut>>) {
        self.lines.push(cuts.into_iter().collect());
    }

    /// What no line holds for, where all compare one quantity.
    pub(super) fn gap(&self) -> Gap {
        let Some(lines) = self.lines.iter().cloned().collect::<Option<Vec<Vec<Cut>>>>() else { return Gap::Unknown };
        let cuts: Vec<&Cut> = lines.iter().flatten().collect();
        let Some(first) = cuts.first() else { return Gap::Unknown };
        if cuts.iter().any(|cut| (&cut.of, &cut.to) != (&first.of, &first.to)) {
            return Gap::Unknown;
        }
        let mut ends: Vec<Coeff> = cuts.iter().map(|cut| cut.at.clone()).collect();
        ends.sort();
        ends.dedup();
        // Places in order: below the first end, at it, between it and the next, …
        let places = 2 * ends.len() + 1;
        let holds = |cut: &Cut, place: usize| {
            let own = 2 * ends.iter().position(|end| *end == cut.at).unwrap_or(0) + 1;
            cut.holds[match place.cmp(&own) {
                std::cmp::Ordering::Less => 0,
                std::cmp::Ordering::Equal => 1,
                std::cmp::Ordering::Greater => 2,
            }]
        };
        let open: Vec<usize> =
            (0..places).filter(|place| !lines.iter().any(|line| line.iter().all(|cut| holds(cut, *place)))).collect();
        let name = |end: &Coeff| first.to.clone().unwrap_or_else(|| end.to_string());
        let of = &first.of;
        match open.iter().find(|place| *place % 2 == 0) {
            Some(0) => Gap::Interval(format!("{of} < {}", name(&ends[0]))),
            Some(place) if *place == places - 1 => Gap::Interval(format!("{of} > {}", name(&ends[ends.len() - 1]))),
            Some(place) => Gap::Interval(format!("{} < {of} < {}", name(&ends[place / 2 - 1]), name(&ends[place / 2]))),
            None if open.is_empty() => Gap::None,
            None => {
                let points: Vec<String> =
                    open.iter().map(|place| format!("{of} = {}", name(&ends[place / 2]))).collect();
                Gap::Point(points.join(" or "))
            }
        }
    }
}
