//! The second look at a request: every symbol has the kind that the first one settled on.

use rustc_hash::FxHashSet;

use super::Input;
use super::symbol::Choice;
use crate::reading::cost::RowId;
use crate::reading::kind::Kind;

impl Input<'_> {
    /// Gives every symbol the one kind that a reading of the open trees has settled on.
    pub(crate) fn settle(&mut self, open: &Input<'_>, readings: &[u8], weights: &FxHashSet<&str>) {
        let chosen = |place: usize| {
            let sym = &open.symbols[place];
            sym.choices
                .get(usize::from(readings[place]))
                .copied()
                .unwrap_or(Choice { kind: sym.kind(), row: RowId::Plain })
        };
        let mut hidden = (0..open.symbols.len()).filter(|place| {
            let sym = &open.symbols[*place];
            sym.hidden && sym.choices.len() > 1
        });
        for symbol in &mut self.symbols {
            let choice = if symbol.declared.is_some() || symbol.hidden && symbol.choices.len() < 2 {
                continue;
            } else if symbol.hidden {
                hidden.next().map(chosen)
            } else if let Some(base) = symbol.name.strip_suffix(crate::reading::kind::BESIDE) {
                open.find(base).map(chosen).map(|choice| match choice.kind {
                    Kind::EntriesBeside => Choice { kind: Kind::Vector, ..choice },
                    _ => Choice { kind: Kind::VectorFamily, ..choice },
                })
            } else {
                let own = open
                    .find(&symbol.name)
                    .or_else(|| symbol.name.split_once('_').and_then(|(base, _)| open.find(base)));
                own.map(chosen).map(|choice| match choice.kind {
                    Kind::EntriesBeside | Kind::ScalarBesideOthers => Choice { kind: Kind::Scalar, ..choice },
                    Kind::FamilyBeside => Choice { kind: Kind::Vector, row: RowId::MarkedVector },
                    _ => choice,
                })
            };
            if let Some(choice) = choice {
                symbol.choices = vec![choice];
            }
            symbol.weighs = weights.contains(symbol.name.as_str());
            if let Some(place) = open.find(&symbol.name) {
                symbol.scalar = open.symbols[place].scalar;
                symbol.integer |= open.symbols[place].integer;
            }
        }
    }
}
