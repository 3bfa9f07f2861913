//! The space that a structured variable moves in, and the orthogonal projection on it.
//!
//! Symmetric: (G + Gᵀ)/2; skew: (G − Gᵀ)/2; diagonal and triangular: the entries there; orthogonal: the tangent
//! space at X, ½(G − X Gᵀ X) (Edelman, Arias & Smith 1998, §2.2).

use nalgebra::DMatrix;

use crate::numeric::Scalar;
use crate::structure::Structure;

/// The projection of G on the space of a variable of that structure with the value X.
#[must_use]
pub fn project<T: Scalar>(structure: Structure, x: &DMatrix<T>, g: &DMatrix<T>) -> DMatrix<T> {
    if !g.is_square() || g.nrows() == 1 || x.shape() != g.shape() {
        return g.clone();
    }
    let half = |x: DMatrix<T>| x.map(|entry| T::from_f64(0.5) * entry);
    match structure {
        Structure::General => g.clone(),
        Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite => half(g + g.transpose()),
        Structure::Skew => half(g - g.transpose()),
        Structure::Diagonal => DMatrix::from_diagonal(&g.diagonal()),
        Structure::Orthogonal => half(g - x * g.transpose() * x),
        Structure::Lower => g.lower_triangle(),
        Structure::Upper => g.upper_triangle(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::random::Rng;
    use crate::numeric::sample::{Strategy, structured};

    #[test]
    fn projections_are_orthogonal() {
        let mut rng = Rng::new(5);
        for structure in [
            Structure::General,
            Structure::Symmetric,
            Structure::Skew,
            Structure::Diagonal,
            Structure::Orthogonal,
            Structure::Lower,
            Structure::Upper,
        ] {
            let x = structured::<f64>(structure, 3, 3, Strategy::Normal, &mut rng);
            let (g, h) = (rng.normal_matrix(3, 3), rng.normal_matrix(3, 3));
            let (pg, ph) = (project(structure, &x, &g), project(structure, &x, &h));
            assert!((project(structure, &x, &pg) - &pg).norm() < 1e-13, "{structure:?}");
            assert!((g.dot(&ph) - pg.dot(&h)).abs() < 1e-13, "{structure:?}");
        }
    }
}
