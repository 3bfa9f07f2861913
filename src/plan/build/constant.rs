//! Whole numbers that the form of a plan depends on: bounds of sums, exponents of matrices.

use super::value::{Builder, Value};
use crate::plan::error::PlanError;
use crate::plan::graph::Kernel;
use crate::plan::node::Source;
use crate::plan::run;

/// Most values of a bound that varies.
const MOST_BOUNDS: usize = 1 << 24;

impl Builder<'_> {
    /// The largest or smallest entry of a value that depends on sizes, indices and integers alone.
    pub(super) fn extreme(&mut self, value: &Value, largest: bool) -> Result<i64, PlanError> {
        for id in self.graph.order(&[value.node]) {
            if self.graph.node(id).count() > MOST_BOUNDS {
                return Err(PlanError::TooLarge);
            }
            if let Kernel::Input(source) = self.graph.kernel(id)
                && !matches!(source, Source::Symbol(symbol) if self.bindings.symbols.contains_key(symbol))
            {
                return Err(PlanError::Unsupported("a bound that is not a number"));
            }
        }
        let inputs = run::Inputs::of_bindings(self.bindings);
        let entries = run::entries(self.graph, value.node, &inputs)?;
        let pick = if largest { f64::max } else { f64::min };
        let entry = entries.into_iter().reduce(pick).unwrap_or(f64::NAN);
        #[allow(clippy::cast_possible_truncation, reason = "the range is tested")]
        if entry.fract() == 0.0 && entry.abs() < 1e15 {
            Ok(entry as i64)
        } else {
            Err(crate::numeric::EvalError::NotAnInteger(entry).into())
        }
    }
}
