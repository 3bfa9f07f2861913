//! Plans that are ready to run: with the order of their steps made once.

use crate::kernel::Real;
use crate::plan::ad::Coloring;
use crate::plan::{Inputs, Plan, PlanError, Schedule, Source};

/// That values are computed again where they would be kept for long.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Checkpoints {
    /// The bytes that are to be enough; none for as few as about one more evaluation of the function allows.
    pub budget: Option<f64>,
}

impl std::str::FromStr for Checkpoints {
    type Err = String;

    /// `100MB`, `1.5 GiB`, `4096`; `auto` for no budget.
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text == "auto" {
            return Ok(Self::default());
        }
        let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let factor = match unit.trim().to_ascii_lowercase().as_str() {
            "" | "b" => 1.0,
            "k" | "kb" => 1e3,
            "m" | "mb" => 1e6,
            "g" | "gb" => 1e9,
            "kib" => 1024.0,
            "mib" => 1024.0 * 1024.0,
            "gib" => 1024.0 * 1024.0 * 1024.0,
            _ => f64::NAN,
        };
        let bytes = number.parse::<f64>().map_or(f64::NAN, |number| number * factor);
        if bytes.is_finite() {
            Ok(Self { budget: Some(bytes) })
        } else {
            Err("not a number of bytes, such as 100MB".into())
        }
    }
}

/// A plan with the order in which its steps run.
pub struct Ready<T: Real = f64> {
    plan: Plan,
    schedule: Option<Schedule<T>>,
    /// The plan without checkpoints, where it has some: its steps and bytes.
    before: Option<(usize, f64)>,
    /// How the entries of Jacobians follow from fewer directions, one for each value; none where they do not.
    colorings: Vec<Option<Coloring>>,
}

impl Ready {
    /// Every step once, or with values computed again.
    #[must_use]
    pub fn new(plan: Plan, checkpoints: Option<Checkpoints>) -> Self {
        let (before, plan) = match checkpoints {
            Some(checkpoints) => (Some((plan.steps.len(), plan.memory())), plan.checkpointed(checkpoints.budget)),
            None => (None, plan),
        };
        Self { plan, schedule: None, before, colorings: Vec::new() }
    }

    /// The plan of Jacobians by the directions of colorings, which are given to it by their numbers.
    #[must_use]
    pub(super) fn restored_by(self, colorings: Vec<Option<Coloring>>) -> Self {
        Self { colorings, ..self }
    }

    /// The same plan, which runs with such numbers.
    #[must_use]
    pub fn in_precision<T: Real>(self) -> Ready<T> {
        Ready { plan: self.plan, schedule: None, before: self.before, colorings: self.colorings }
    }
}

impl<T: Real> Ready<T> {
    /// The most bytes that values would take at once without checkpoints.
    #[must_use]
    pub fn memory_before(&self) -> f64 {
        self.before.map_or_else(|| self.plan.memory(), |(_, memory)| memory)
    }

    /// How many steps compute what was computed before.
    #[must_use]
    pub fn repeated(&self) -> usize {
        self.before.map_or(0, |(steps, _)| self.plan.steps.len() - steps)
    }

    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// For each Jacobian that is found by fewer directions than it has columns, how many these are, and the columns.
    pub fn directions(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.colorings.iter().flatten().map(|coloring| (coloring.count, coloring.columns()))
    }

    /// The entries of the values, each row after row, one after the other.
    ///
    /// # Errors
    /// As [`Schedule::run`].
    pub fn entries(&mut self, inputs: &Inputs<'_, T>) -> Result<Vec<T>, PlanError> {
        let graph = &self.plan.graph;
        let own = self.plan.roots.iter().map(|root| graph.node(*root).count());
        let restored = self.colorings.iter().map(|coloring| coloring.as_ref().map(Coloring::entries));
        let counts = own.zip(restored.chain(std::iter::repeat(None)));
        let mut entries = vec![T::zero(); counts.map(|(own, restored)| restored.unwrap_or(own)).sum()];
        self.write(inputs, &mut entries)?;
        Ok(entries)
    }

    /// Writes the entries of the values, as [`Self::entries`] are.
    ///
    /// # Errors
    /// As [`Schedule::run`].
    pub fn write(&mut self, inputs: &Inputs<'_, T>, out: &mut [T]) -> Result<(), PlanError> {
        if self.colorings.iter().all(Option::is_none) {
            return self.schedule(inputs)?.run_into(inputs, out);
        }
        let mut inputs = inputs.clone();
        for (number, coloring) in (0..).zip(&self.colorings) {
            if let Some(coloring) = coloring {
                inputs.give(Source::Direction(number), coloring.directions());
            }
        }
        self.schedule(&inputs)?;
        let Some(schedule) = &mut self.schedule else { return Ok(()) };
        let values = schedule.run(&inputs)?;
        let mut rest = out;
        for (value, coloring) in values.tensors().into_iter().zip(&self.colorings) {
            let entries = match coloring {
                Some(coloring) => coloring.restored(&value.entries()),
                None => value.entries(),
            };
            let (own, after) = rest.split_at_mut(entries.len());
            own.copy_from_slice(&entries);
            rest = after;
        }
        Ok(())
    }

    fn schedule(&mut self, inputs: &Inputs<'_, T>) -> Result<&mut Schedule<T>, PlanError> {
        Ok(match &mut self.schedule {
            Some(schedule) => schedule,
            none => none.insert(self.plan.schedule(inputs)?),
        })
    }
}
