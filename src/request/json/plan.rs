//! Plans for documents: the steps with what they take.

use serde_json::{Value, json};

use super::reading;
use crate::expr::Arena;
use crate::numeric::Bindings;
use crate::oracle::Ready;
use crate::plan::{Count, Plan, rows};
use crate::problem::Problem;

/// A plan at the sizes of the bindings; `names` are those of its values, and `again` is the plan with values computed again, where that is
/// asked for.
pub(in super::super) fn plan(
    problem: &Problem,
    plan: &Plan,
    names: &[String],
    bindings: &Bindings<f64>,
    again: Option<&Ready>,
) -> Value {
    let arena = &problem.arena;
    let steps = rows(arena, plan, names).into_iter().zip(&plan.steps).map(|(row, (_, cost))| {
        json!({
            "name": row.name,
            "formula": row.formula,
            "flops": count(arena, &cost.flops),
            "bytes": count(arena, &cost.bytes),
        })
    });
    let sizes = (0_u32..).zip(arena.size_names()).filter_map(|(place, name)| {
        let size = bindings.sizes.get(&place)?;
        Some((name.clone(), json!(size)))
    });
    let mut answer = reading::numbers(problem);
    answer["plan"] = json!({
        "sizes": sizes.collect::<serde_json::Map<_, _>>(),
        "values": names,
        "steps": steps.collect::<Vec<_>>(),
        "flops": count(arena, &plan.flops()),
        "bytes": count(arena, &plan.bytes()),
        "memory": plan.memory(),
        "checkpoints": again.map(|ready| json!({
            "memory": ready.plan().memory(),
            "repeated": ready.repeated(),
            "flops": ready.plan().flops().value,
        })),
    });
    answer
}

/// A number of operations or bytes, at the sizes at hand and for any.
fn count(arena: &Arena, count: &Count) -> Value {
    json!({ "value": count.value, "formula": count.text(arena) })
}
