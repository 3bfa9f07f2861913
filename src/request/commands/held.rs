//! Whether numbers of a precision hold the values that are given.

use crate::error::Error;
use crate::numeric::{Bindings, Precision};
use crate::problem::Problem;

/// Refuses values that are too large or too small for a precision, and says which integers are rounded in it.
///
/// # Errors
/// That the value of a name is not held.
pub(super) fn held(problem: &Problem, bindings: &Bindings<f64>, precision: Precision) -> Result<Vec<String>, Error> {
    let mut remarks = Vec::new();
    if precision == Precision::Double {
        return Ok(remarks);
    }
    let mut look = |name: &str, numbers: &mut dyn Iterator<Item = f64>| {
        let mut rounded = None;
        for number in numbers {
            if !precision.holds(number) {
                let how = if number.abs() < 1.0 { "small" } else { "large" };
                return Err(Error::Message(format!(
                    "the value of `{name}` holds {number:?}, which is too {how} for {0} precision\n  = help: leave out `--precision {0}`",
                    precision.name()
                )));
            }
            if rounded.is_none() && number.fract() == 0.0 && precision.nearest(number) != number {
                rounded = Some(number);
            }
        }
        if let Some(number) = rounded {
            let name = format!("an integer in the value of `{name}`");
            remarks
                .push(format!("{name} has more digits than {} precision and is rounded: {number}", precision.name()));
        }
        Ok(())
    };
    // Floats are held as they are.
    for (symbol, value) in bindings.symbols.shared().filter(|(_, value)| !value.has_floats()) {
        look(&problem.arena.symbol(symbol).name, &mut value.numbers())?;
    }
    for (symbol, members) in &bindings.families {
        look(&problem.arena.symbol(*symbol).name, &mut members.iter().flatten().copied())?;
    }
    Ok(remarks)
}
