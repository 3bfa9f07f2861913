//! Indices that no sign binds: y of `-z_y + \\log\\sum_j e^{z_j}`.
//!
//! A letter below a name that has a bound index elsewhere picks one of its members or entries, and is a whole number. A letter that a
//! sign binds anywhere in the texts is not one of these: there the sum may have been meant to reach further.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Request;
use super::kind::{Declared, Special, WrittenSize};
use super::limit::VECTOR_NODES;
use super::walk::subtree;
use crate::syntax::{Ast, AstId, AstKind, Name, Sign, full_name};

/// The names that have entries or members, and the letters that pick one.
#[derive(Debug, Default)]
pub(crate) struct FreeIndices {
    /// Names with a bound index, each with the number of its indices.
    members: FxHashSet<(String, usize)>,
    bound: FxHashSet<String>,
    /// Sizes that bound an index.
    ends: FxHashSet<String>,
    /// Letters of what is no index.
    operands: FxHashSet<String>,
    /// Full names that are taken for members though none of their name has a bound index.
    said: FxHashSet<String>,
    /// Declared arrays and families, each with the number of indices that one of their entries or members has.
    arrays: FxHashSet<(String, usize)>,
    /// Letters that are declared to be whole numbers.
    integers: FxHashSet<String>,
    /// The names in the sizes of declared arrays, by the array's name: n of `x: vector(n)`, whose last entry is `x_n`.
    sizes: FxHashMap<String, FxHashSet<String>>,
    /// Names with a subscript that stand as vectors.
    vectors: FxHashSet<String>,
    /// The letters that are free indices.
    letters: FxHashSet<String>,
}

impl FreeIndices {
    pub(super) fn new(request: &Request<'_>) -> Self {
        let mut found = Self::default();
        let (mut before, mut behind) = (FxHashSet::default(), FxHashSet::default());
        for (ast, _) in request.asts {
            found.said.extend(ast.members.iter().cloned());
            let mut below: FxHashSet<AstId> = FxHashSet::default();
            for node in &ast.nodes {
                if let AstKind::Name(name) = &node.kind {
                    below.extend(&name.subscript);
                }
            }
            for (number, node) in (0_u32..).zip(&ast.nodes) {
                if let AstKind::Name(name) = &node.kind
                    && !below.contains(&AstId(number))
                {
                    found.operands.insert(name.base.clone());
                }
            }
            for node in &ast.nodes {
                let (AstKind::BigSum(ranges, _) | AstKind::BigProduct(ranges, _)) = &node.kind else { continue };
                found.bound.extend(ranges.iter().map(|range| range.index.clone()));
                let ends =
                    ranges.iter().filter_map(|range| range.upper).flat_map(|upper| match &ast.node(upper).kind {
                        // `\sum_{j=1}^{i-1} x_j x_i` ends before a place, `\sum_{k=1}^{N-1}` before a size.
                        AstKind::Sum(terms) => {
                            let letters = terms.iter().filter_map(|(_, term)| plain(ast, *term));
                            letters.filter(|letter| !matches!(letter.as_bytes(), [b'i'..=b'l'])).collect()
                        }
                        _ => plain(ast, upper).into_iter().collect::<Vec<_>>(),
                    });
                found.ends.extend(ends.map(str::to_owned));
                before.extend(ranges.iter().filter_map(|range| beside(ast, range.upper?, Sign::Minus)));
                behind.extend(ranges.iter().filter_map(|range| beside(ast, range.lower?, Sign::Plus)));
            }
        }
        for (ast, _) in request.asts {
            for node in &ast.nodes {
                let AstKind::Name(name) = &node.kind else { continue };
                let is_bound = |part: &AstId| plain(ast, *part).is_some_and(|letter| found.bound.contains(letter));
                if name.subscript.iter().any(is_bound) {
                    found.members.insert((name.base.clone(), name.subscript.len()));
                }
            }
        }
        let vectors = stand_as_vectors(request);
        for (ast, _) in request.asts {
            for node in &ast.nodes {
                let AstKind::Name(name) = &node.kind else { continue };
                let is_number = |part: &AstId| matches!(ast.node(*part).kind, AstKind::Number(_));
                // `x_1 x_n` of the variable x; `β_0` stands beside a vector, and the xᵢ of `x_1^T A x_n` are vectors.
                if request.wrt.contains(&name.base)
                    && !vectors.contains(name.base.as_str())
                    && !name.subscript.is_empty()
                    && name.subscript.iter().all(is_number)
                    && name.subscript_text != "0"
                {
                    found.members.insert((name.base.clone(), name.subscript.len()));
                }
            }
        }
        found.vectors.extend(vectors.iter().map(|name| (*name).to_owned()));
        // The value that is left out of a range.
        let left_out: Vec<String> = before.intersection(&behind).map(|letter| (*letter).to_owned()).collect();
        found.letters.extend(left_out.into_iter().filter(|letter| !found.bound.contains(letter)));
        for (ast, _) in request.asts {
            for node in &ast.nodes {
                let AstKind::Name(name) = &node.kind else { continue };
                if found.picks(ast, name) {
                    let letters: Vec<String> =
                        name.subscript.iter().filter_map(|part| plain(ast, *part)).map(str::to_owned).collect();
                    found.letters.extend(letters);
                }
            }
        }
        found
    }

    /// Takes a declaration into account, whose sizes have names.
    pub(super) fn declare(&mut self, name: &str, declared: &Declared, size_names: &[String]) {
        let sizes = [&declared.rows, &declared.cols].into_iter().chain(&declared.family);
        let places = sizes.flat_map(|size| size.terms()).flat_map(|(_, places)| places);
        let names = places.filter_map(|place| size_names.get(place as usize).cloned());
        self.sizes.insert(name.to_owned(), names.collect());
        let one = WrittenSize::Number(1);
        let axes = usize::from(declared.rows != one) + usize::from(declared.cols != one);
        match (&declared.family, declared.special) {
            (None, Special::Integer) => {
                self.integers.insert(name.to_owned());
                self.letters.insert(name.to_owned());
            }
            (None, Special::Function | Special::MatrixFunction | Special::Map) => {}
            (None, _) => {
                self.arrays.insert((name.to_owned(), axes));
            }
            (Some(_), _) => {
                self.arrays.insert((name.to_owned(), 1));
                self.arrays.insert((name.to_owned(), 1 + axes));
            }
        }
    }

    /// Whether a letter is a free index and no size.
    pub(super) fn is_free(&self, letter: &str) -> bool {
        self.letters.contains(letter) && !self.ends.contains(letter)
    }

    /// Whether a name picks a member or an entry by letters that no sign binds.
    pub(crate) fn picks(&self, ast: &Ast, name: &Name) -> bool {
        let mut letters = 0;
        let is_integer = |part: &AstId| match &ast.node(*part).kind {
            AstKind::Number(_) => true,
            _ => plain(ast, *part).is_some_and(|letter| self.integers.contains(letter)),
        };
        let is_size = |part: &AstId| {
            let is_part = |id: AstId| match &ast.node(id).kind {
                AstKind::Number(_) => true,
                _ => plain(ast, id).is_some_and(|letter| self.is_size_of(&name.base, letter)),
            };
            match &ast.node(*part).kind {
                AstKind::Sum(terms) => terms.iter().all(|(_, term)| is_part(*term)),
                _ => is_part(*part),
            }
        };
        let is_number = |part: &AstId| matches!(ast.node(*part).kind, AstKind::Number(_));
        if self.arrays.contains(&(name.base.clone(), name.subscript.len()))
            && name.subscript.iter().all(|part| is_integer(part) || is_size(part))
            && !name.subscript.iter().all(is_number)
        {
            return true;
        }
        let is_known =
            self.said.contains(&full_name(name)) || self.members.contains(&(name.base.clone(), name.subscript.len()));
        let is_end = |id: AstId| match &ast.node(id).kind {
            AstKind::Number(_) => true,
            _ => plain(ast, id).is_some_and(|letter| self.ends.contains(letter) && !self.bound.contains(letter)),
        };
        let is_free = |part: &AstId| match &ast.node(*part).kind {
            AstKind::Number(_) => true,
            // `x_{N+1}`
            AstKind::Sum(terms) => {
                letters += 1;
                terms.iter().all(|(_, term)| is_end(*term))
            }
            _ => plain(ast, *part).is_some_and(|letter| {
                letters += 1;
                !self.bound.contains(letter)
                    && !self.is_labelled(name, letter)
                    && (self.ends.contains(letter)
                        || is_counter(letter)
                        || is_index(letter) && !self.operands.contains(letter))
            }),
        };
        is_known && name.base != "e" && name.subscript.iter().all(is_free) && letters > 0
    }

    /// Whether a letter below a vector says which it is, and not where.
    fn is_labelled(&self, name: &Name, letter: &str) -> bool {
        is_label(letter) && self.vectors.contains(&name.base) && !self.said.contains(&full_name(name))
    }

    /// The letter by which a name picks a member, where it might have been a label: a of `z_a`.
    pub(crate) fn unusual<'a>(&self, ast: &'a Ast, name: &Name) -> Option<&'a str> {
        let [part] = name.subscript.as_slice() else { return None };
        let letter = plain(ast, *part).filter(|letter| !is_usual(letter) && !self.ends.contains(*letter))?;
        let is_said = self.integers.contains(letter) || self.is_size_of(&name.base, letter);
        (self.picks(ast, name) && !is_said).then_some(letter)
    }

    /// Whether a letter stands in a size of the declared array of that name.
    fn is_size_of(&self, array: &str, letter: &str) -> bool {
        self.sizes.get(array).is_some_and(|sizes| sizes.contains(letter))
    }

    /// Whether the letter below a unit vector is a free index.
    pub(super) fn is_place(&self, ast: &Ast, name: &Name) -> bool {
        let [part] = name.subscript.as_slice() else { return false };
        name.base == "e" && plain(ast, *part).is_some_and(|letter| self.letters.contains(letter))
    }
}

/// Names with a subscript within what only vectors are: a transpose, a norm, an inner product.
fn stand_as_vectors<'a>(request: &Request<'a>) -> FxHashSet<&'a str> {
    let mut found = FxHashSet::default();
    for (ast, _) in request.asts {
        let ast: &'a Ast = ast;
        for node in &ast.nodes {
            let within = match &node.kind {
                AstKind::Transpose(inner) | AstKind::Norm(_, inner) => vec![*inner],
                AstKind::Inner(one, other) => vec![*one, *other],
                _ => continue,
            };
            for root in within {
                subtree(ast, root, VECTOR_NODES, |id| {
                    if let AstKind::Name(name) = &ast.node(id).kind
                        && !name.subscript.is_empty()
                    {
                        found.insert(name.base.as_str());
                    }
                    true
                });
            }
        }
    }
    found
}

/// A name without a subscript.
fn plain(ast: &Ast, id: AstId) -> Option<&str> {
    match &ast.node(id).kind {
        AstKind::Name(name) if name.subscript.is_empty() && name.subscript_text.is_empty() => Some(&name.base),
        _ => None,
    }
}

/// The i of i − 1 or i + 1.
fn beside(ast: &Ast, id: AstId, sign: Sign) -> Option<&str> {
    let AstKind::Sum(terms) = &ast.node(id).kind else { return None };
    let [(Sign::Plus, letter), (found, number)] = terms.as_slice() else { return None };
    let is_one = matches!(&ast.node(*number).kind, AstKind::Number(number) if number.is_one());
    if is_one && *found == sign { plain(ast, *letter) } else { None }
}

/// Whether a letter is an index wherever it stands.
fn is_counter(letter: &str) -> bool {
    matches!(letter.as_bytes(), [b'i'..=b'n'])
}

/// Whether a letter is one that stands below names as an index, or for the class of an example, more often than as a label.
fn is_usual(letter: &str) -> bool {
    matches!(letter.as_bytes(), [b'i'..=b'n' | b'p'..=b'v' | b'y' | b'c'])
}

fn is_index(letter: &str) -> bool {
    matches!(letter.as_bytes(), [b'a'..=b'z'])
}

/// Letters below a vector that say which it is rather than where: of a background, a desired one, a final one, a goal.
fn is_label(letter: &str) -> bool {
    matches!(letter, "b" | "d" | "f" | "g")
}
