//! Questions that are answered by numbers: minima, comparisons of the ways to differentiate, Taylor remainders.

use nalgebra::DMatrix;

use crate::error::Error;
use crate::minimize::Options;
use crate::numeric::SharedMatrix;
pub use crate::oracle::Checkpoints;
use crate::oracle::Way;

/// Most points of a range of sizes.
const MOST_SIZES: usize = 1_000;

/// What looks on while numbers are computed, and does what this program does not do itself. It may print.
pub trait Watch {
    /// How far the work is.
    fn progress(&mut self, _text: std::fmt::Arguments<'_>) {}

    /// The values of a function of another program at some points, one after the other.
    ///
    /// # Errors
    /// Why there are none.
    fn outside(&mut self, _call: &Outside<'_>) -> Result<Vec<f64>, Error> {
        Err(Error::Message("functions of other programs are called from the command line alone".into()))
    }
}

/// One that looks away.
pub(super) struct Unwatched;

impl Watch for Unwatched {}

/// Calls of a function of another program.
#[derive(Clone, Debug)]
pub struct Outside<'a> {
    /// `FILE.py:NAME`
    pub function: &'a str,
    /// What the variable is called: its name, and the one that it has in functions in Python.
    pub variable: &'a [String],
    /// The lengths of the variable's axes: none, one or two.
    pub lengths: &'a [usize],
    /// The points: entries row after row.
    pub points: &'a [Vec<f64>],
    /// The other values, each with its names, and the lengths of its axes.
    pub data: &'a [(Vec<String>, Vec<usize>, Vec<f64>)],
}

/// Sizes to run through: `n=10:10000:7,m=5`, or one range for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    all: Vec<usize>,
    named: Vec<(String, Vec<usize>)>,
}

/// `10`, or `10:10000:7`: seven numbers from 10 to 10000, evenly in the logarithm.
fn range(text: &str) -> Result<Vec<usize>, String> {
    let number = |text: &str| -> Result<usize, String> {
        let number = text.trim().parse::<f64>().ok().filter(|number| *number >= 1.0 && number.fract() == 0.0);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is tested")]
        let number = number.filter(|number| *number < 1e9).map(|number| number as usize);
        number.ok_or_else(|| format!("`{}` is not a size, an integer from 1 on", text.trim()))
    };
    let parts: Vec<&str> = text.split(':').collect();
    match parts.as_slice() {
        [one] => Ok(vec![number(one)?]),
        [first, last, count] => {
            let (first, last, count) = (number(first)?, number(last)?, number(count)?);
            if count > MOST_SIZES {
                return Err(format!("{count} sizes are more than {MOST_SIZES}"));
            }
            let ratio = (last as f64 / first as f64).ln();
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between two sizes")]
            let mut sizes: Vec<usize> = (0..count)
                .map(|place| first as f64 * (ratio * place as f64 / (count.max(2) - 1) as f64).exp())
                .map(|size| size.round() as usize)
                .collect();
            sizes.dedup();
            Ok(sizes)
        }
        _ => Err(format!("`{text}` is not a range of sizes: write FIRST:LAST:COUNT, as in 10:10000:7")),
    }
}

impl std::str::FromStr for Sizes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut sizes = Self::default();
        for part in text.split(',') {
            match part.split_once('=') {
                Some((name, text)) => {
                    let (name, range) = (name.trim().to_owned(), range(text)?);
                    if let Some((_, before)) = sizes.named.iter().find(|(known, _)| *known == name) {
                        if *before != range {
                            return Err(format!("`{name}` is given two sizes: write `{name}=…` once"));
                        }
                        continue;
                    }
                    sizes.named.push((name, range));
                }
                None if sizes.all.is_empty() => sizes.all = range(part)?,
                None => return Err(format!("`{}` sizes nothing: write NAME=SIZE", part.trim())),
            }
        }
        Ok(sizes)
    }
}

impl Sizes {
    /// The sizes of each run: those with these names.
    ///
    /// # Errors
    /// A name that no size has, a size that is not given, ranges of different lengths.
    pub(super) fn runs(&self, names: &[String]) -> Result<Vec<Vec<(String, usize)>>, Error> {
        let list = names.join(", ");
        if let Some((unknown, _)) = self.named.iter().find(|(name, _)| !names.contains(name)) {
            return Err(Error::Message(format!("no size is called `{unknown}`\n  = help: the sizes are {list}")));
        }
        let given = |name: &String| match self.named.iter().find(|(known, _)| known == name) {
            Some((_, sizes)) => sizes.as_slice(),
            None => self.all.as_slice(),
        };
        if let Some(open) = names.iter().find(|name| given(name).is_empty()) {
            return Err(Error::Message(format!(
                "the size `{open}` is not given\n  = help: add it: --sizes …,{open}=3"
            )));
        }
        let count = names.iter().map(|name| given(name).len()).max().unwrap_or(1);
        if let Some(name) = names.iter().find(|name| given(name).len() != count && given(name).len() != 1) {
            return Err(Error::Message(format!(
                "the range of `{name}` has {} sizes where another has {count}\n  = help: give ranges of one length, or one size",
                given(name).len()
            )));
        }
        let at = |name: &String, place: usize| *given(name).get(place).unwrap_or(&given(name)[0]);
        Ok((0..count).map(|place| names.iter().map(|name| (name.clone(), at(name, place))).collect()).collect())
    }
}

/// Values with their names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Data {
    /// Those of numbers, vectors and matrices.
    pub values: Vec<(String, SharedMatrix<f64>)>,
    /// Those of families of matrices: their members, from the first.
    pub families: Vec<(String, Vec<DMatrix<f64>>)>,
    /// What is to be said of them: how they were read.
    pub remarks: Vec<String>,
}

/// What is asked of a minimum.
#[derive(Clone, Debug, PartialEq)]
pub struct Minimize {
    /// The method and when it ends.
    pub options: Options,
    /// By what derivatives are found.
    pub way: Way,
    /// Whether reverse mode computes values again rather than keeping them.
    pub checkpoints: Option<Checkpoints>,
    /// The values of the symbols that are not variables.
    pub data: Data,
    /// Where the variables start.
    pub starts: Data,
    /// The variables whose entries are not below 0.
    pub nonnegative: Vec<String>,
    /// The sizes and the number of runs, where the ways to differentiate are compared.
    pub compare: Option<(Sizes, usize)>,
}

/// What is asked of a comparison of the ways to differentiate.
#[derive(Clone, Debug, PartialEq)]
pub struct Compare {
    /// The sizes.
    pub sizes: Sizes,
    /// How often each is measured.
    pub runs: usize,
    /// Whether second derivatives are compared, too.
    pub hessian: bool,
    /// Whether reverse mode is measured with values computed again, too.
    pub checkpoints: Option<Checkpoints>,
    /// Whether the table is in CSV.
    pub csv: bool,
}

impl Compare {
    /// The sizes where none are given.
    pub const SIZES: &str = "10:1000:5";
}

/// What is asked of Taylor remainders.
#[derive(Clone, Debug, PartialEq)]
pub struct Slope {
    /// A gradient of the asker's own; else the program's.
    pub claim: Option<String>,
    /// The function as one of a Python file, `FILE.py:NAME`; else the expression.
    pub function: Option<String>,
    /// Its gradient as one of a Python file; else that of the expression.
    pub gradient: Option<String>,
    /// The sizes; 3, 4, … where they are not given.
    pub sizes: Option<Sizes>,
    /// Values of symbols; random where they are not given.
    pub data: Data,
}

/// Lines through points.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figure {
    /// What it shows.
    pub title: String,
    /// What is along the horizontal axis.
    pub x: String,
    /// What is along the vertical axis, which is logarithmic.
    pub y: String,
    /// Whether the horizontal axis is logarithmic, too.
    pub is_log: bool,
    /// The lines, each with its name; those that guide the eye are dashed.
    pub lines: Vec<FigureLine>,
}

/// A line of a figure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FigureLine {
    /// Its name.
    pub name: String,
    /// Its points.
    pub points: Vec<(f64, f64)>,
    /// Whether it only guides the eye.
    pub is_guide: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_even_in_the_logarithm() {
        assert_eq!(range("10:10000:4"), Ok(vec![10, 100, 1000, 10000]));
        assert_eq!(range("10:10000:7"), Ok(vec![10, 32, 100, 316, 1000, 3162, 10000]));
        assert_eq!(range("5"), Ok(vec![5]));
        assert_eq!(range("1:3:9"), Ok(vec![1, 2, 3]));
        for text in ["", "0", "1.5", "1:2", "a", "1:2:3:4", "1:2:100000"] {
            assert!(range(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_by_name() {
        let names = ["m".to_owned(), "n".to_owned()];
        let runs = |text: &str| text.parse::<Sizes>().unwrap().runs(&names);
        let sizes = |m: usize, n: usize| vec![("m".to_owned(), m), ("n".to_owned(), n)];
        assert_eq!(runs("1:100:3").unwrap(), [sizes(1, 1), sizes(10, 10), sizes(100, 100)]);
        assert_eq!(runs("n=1:100:3,m=5").unwrap(), [sizes(5, 1), sizes(5, 10), sizes(5, 100)]);
        assert_eq!(runs("n=1:100:3,7").unwrap(), [sizes(7, 1), sizes(7, 10), sizes(7, 100)]);
        assert!(runs("n=3").is_err() && runs("k=3,4").is_err() && runs("n=1:100:3,m=1:10:2").is_err());
    }
}
