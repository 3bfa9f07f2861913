//! Names of the sizes that nothing fixed: m, n, p, … by the habits of textbooks, never a name that the
//! input uses for something else. The differentiated vector is in ℝⁿ.

use rustc_hash::{FxHashMap, FxHashSet};

use super::check::Try;
use super::size::{SizeId, SizeValue};

const COUNTS: [&str; 9] = ["m", "n", "p", "q", "k", "l", "r", "s", "t"];
const LENGTHS: [&str; 9] = ["n", "m", "p", "q", "k", "l", "r", "s", "t"];

/// The names of all free sizes of a try, by representative.
pub(super) struct Naming {
    names: FxHashMap<SizeId, String>,
    used: FxHashSet<String>,
    next: usize,
}

impl Naming {
    /// Names the free sizes in the order of appearance.
    pub(super) fn new(tried: &Try<'_>) -> Self {
        let used = tried.input.taken_names().map(str::to_owned).collect();
        let mut naming = Self { names: FxHashMap::default(), used, next: 1 };
        let mut order: Vec<usize> = (0..tried.input.symbols.len()).collect();
        order.sort_by_key(|symbol| {
            let sym = &tried.input.symbols[*symbol];
            (sym.place.is_none(), !sym.wrt, sym.place)
        });
        // How many there are is m, so that how long each is can be n.
        for count in order.iter().filter_map(|symbol| tried.symbols[*symbol].count) {
            naming.name(tried, count, &COUNTS);
        }
        for symbol in order {
            let ty = tried.symbols[symbol];
            if tried.sizes.same(ty.rows, ty.cols) || tried.sizes.is_one(ty.cols) {
                naming.name(tried, ty.rows, &LENGTHS);
            } else {
                naming.name(tried, ty.rows, &COUNTS);
                naming.name(tried, ty.cols, &LENGTHS);
            }
        }
        for size in tried.ranges.iter().chain(tried.types.iter().flatten().flat_map(|ty| [&ty.rows, &ty.cols])) {
            naming.name(tried, *size, &LENGTHS);
        }
        naming
    }

    fn name(&mut self, tried: &Try<'_>, size: SizeId, wishes: &[&str]) {
        match tried.sizes.value(size) {
            SizeValue::Free => {
                let root = tried.sizes.find(size);
                if self.names.contains_key(&root) {
                    return;
                }
                let wish = wishes.iter().find(|wish| !self.used.contains(**wish)).map(|wish| (*wish).to_owned());
                let name = wish.unwrap_or_else(|| {
                    loop {
                        let name = format!("n_{}", self.next);
                        self.next += 1;
                        if !self.used.contains(&name) {
                            break name;
                        }
                    }
                });
                self.used.insert(name.clone());
                self.names.insert(root, name);
            }
            SizeValue::Product(_) => {
                for factor in tried.sizes.factors(size).1 {
                    self.name(tried, factor, wishes);
                }
            }
            SizeValue::Sum(_) | SizeValue::Rest(..) => {
                let terms = tried.sizes.terms(size);
                for term in terms.added.into_iter().chain(terms.subtracted) {
                    self.name(tried, term, wishes);
                }
            }
            SizeValue::Known(_) | SizeValue::Named(_) => {}
        }
    }

    /// The name of a free size.
    pub(super) fn of(&self, root: SizeId) -> &str {
        self.names.get(&root).map_or("?", String::as_str)
    }

    /// A size as text: `n`, `3`, `m·n`.
    pub(super) fn size(&self, tried: &Try<'_>, size: SizeId) -> String {
        match tried.sizes.value(size) {
            SizeValue::Free => self.of(tried.sizes.find(size)).to_owned(),
            SizeValue::Known(value) => value.to_string(),
            SizeValue::Named(place) => tried.input.size_names[*place as usize].clone(),
            SizeValue::Product(_) => {
                let (number, factors) = tried.sizes.factors(size);
                let mut parts = if number == 1 { Vec::new() } else { vec![number.to_string()] };
                parts.extend(factors.into_iter().map(|factor| self.size(tried, factor)));
                parts.join("·")
            }
            SizeValue::Sum(_) | SizeValue::Rest(..) => {
                let terms = tried.sizes.terms(size);
                let text =
                    |sizes: Vec<SizeId>| sizes.into_iter().map(|term| self.size(tried, term)).collect::<Vec<_>>();
                let (mut added, mut subtracted) = (text(terms.added), text(terms.subtracted));
                if terms.number != 0 {
                    if terms.number > 0 { &mut added } else { &mut subtracted }
                        .push(terms.number.unsigned_abs().to_string());
                }
                let minus: String = subtracted.iter().map(|term| format!("−{term}")).collect();
                if added.len() == 1 && minus.is_empty() {
                    added.remove(0)
                } else {
                    format!("({}{minus})", added.join("+"))
                }
            }
        }
    }
}
