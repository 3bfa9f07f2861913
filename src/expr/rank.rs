//! What the form of an expression shows of its rank.

use super::{Arena, ExprId, Node};

impl Arena {
    /// Whether its form shows that its rank is at most 1: a vector, or a product that leads through one.
    #[must_use]
    pub fn leads_through_vector(&self, id: ExprId) -> bool {
        let is_thin = |id: ExprId| {
            let shape = self.shape(id);
            shape.is_column() || shape.is_row()
        };
        match self.node(id) {
            Node::Product(factors) => {
                is_thin(id) || factors.iter().any(|factor| is_thin(*factor) && !self.shape(*factor).is_scalar())
            }
            _ => is_thin(id),
        }
    }
}
