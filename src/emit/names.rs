//! Every name in a function: of arguments, sizes and parts, no two the same.

use rustc_hash::{FxHashMap, FxHashSet};

use super::draft::FunctionName;
use super::error::EmitError;
use super::language::Language;
use super::tree::{Form, Tree};
use crate::codegen::identifier::{Rules, SymbolNames, claim, identifier};
use crate::codegen::symbol_axes;
use crate::expr::{Arena, Func, IndexId, MatrixFunction, SymbolId, SymbolKind};
use crate::plan::{Fold, Map, Matrix, Source};

/// The names.
pub(super) struct Names {
    symbols: SymbolNames,
    differentials: FxHashMap<(SymbolId, u32), String>,
    indices: FxHashMap<IndexId, String>,
    /// Families of vectors that are stacked.
    stacked: FxHashMap<SymbolId, String>,
    pub(super) sizes: FxHashMap<u32, String>,
    taken: FxHashSet<String>,
    rules: Rules,
}

impl Names {
    pub(super) fn new(arena: &Arena, rules: Rules, function: &str, sizes: &[u32]) -> Self {
        let symbols = SymbolNames::new(arena, rules);
        let mut taken = symbols.taken();
        taken.insert(function.to_owned());
        let mut names = Self {
            symbols,
            differentials: FxHashMap::default(),
            indices: FxHashMap::default(),
            stacked: FxHashMap::default(),
            sizes: FxHashMap::default(),
            taken,
            rules,
        };
        for place in sizes {
            let name = arena.size_names().get(*place as usize).map_or("n", String::as_str);
            let name = names.claim(name);
            names.sizes.insert(*place, name);
        }
        names
    }

    /// Gives families of vectors, which are stacked, names for what they are stacked to.
    pub(super) fn stack(&mut self, arena: &Arena) {
        let families = arena
            .symbols()
            .filter(|(id, symbol)| matches!(symbol.kind, SymbolKind::Family(_)) && symbol_axes(arena, *id).len() == 2);
        for (id, _) in families.collect::<Vec<_>>() {
            let name = self.symbol(arena, id);
            let name = self.claim(&format!("{name}_rows"));
            self.stacked.insert(id, name);
        }
    }

    /// A name like this one that is not taken.
    pub(super) fn claim(&mut self, wish: &str) -> String {
        claim(&identifier(wish, self.rules), &mut self.taken)
    }

    /// A name like this one for a part: numbered where it is taken.
    pub(super) fn part(&mut self, wish: &str) -> String {
        let wish = identifier(wish, self.rules);
        let numbered = (2..).map(|number| format!("{wish}{number}"));
        let free =
            std::iter::once(wish.clone()).chain(numbered).find(|name| !self.taken.contains(name)).unwrap_or_default();
        self.taken.insert(free.clone());
        free
    }

    /// Names for the indices of loops, which are not taken outside.
    pub(super) fn indices(&self, count: usize) -> Vec<String> {
        let letters = ["i", "j", "k", "l", "p", "q", "r", "s"].into_iter().map(str::to_owned);
        let numbered = (1..).map(|number| format!("i_{number}"));
        let free = letters
            .chain(numbered)
            .filter(|name| !self.taken.contains(name) && !self.sizes.values().any(|size| size == name));
        free.take(count).collect()
    }

    pub(super) fn symbol(&self, arena: &Arena, symbol: SymbolId) -> String {
        self.symbols.of(&arena.symbol(symbol).name)
    }

    /// The name of an array that is given.
    pub(super) fn source(&mut self, arena: &Arena, source: Source) -> String {
        match source {
            Source::Symbol(symbol) => match self.stacked.get(&symbol) {
                Some(stacked) => stacked.clone(),
                None => self.symbol(arena, symbol),
            },
            Source::Differential(symbol, slot) => {
                if let Some(known) = self.differentials.get(&(symbol, slot)) {
                    return known.clone();
                }
                let name = self.symbol(arena, symbol);
                let wish = if slot == 0 { format!("d{name}") } else { format!("d{name}_{slot}") };
                let name = self.claim(&wish);
                self.differentials.insert((symbol, slot), name.clone());
                name
            }
            Source::Index(index) => {
                if let Some(known) = self.indices.get(&index) {
                    return known.clone();
                }
                let name = self.claim("i");
                self.indices.insert(index, name.clone());
                name
            }
            Source::Direction(number) => format!("direction_{number}"),
        }
    }
}

/// The name of the function itself, which is no word of the language, nothing that the file uses, and no argument.
pub(super) fn function_name(
    arena: &Arena,
    rules: Rules,
    name: FunctionName<'_>,
    language: Language,
) -> Result<String, EmitError> {
    let arguments = SymbolNames::new(arena, rules).taken();
    let is_free = |name: &str| !rules.is_reserved(name) && !arguments.contains(name);
    let free = |wish: &str| {
        let longer = [wish.to_owned(), format!("{wish}_function")].into_iter();
        let mut all = longer.chain((2..).map(|number| format!("{wish}_{number}")));
        all.find(|name| is_free(name)).unwrap_or_default()
    };
    match name {
        FunctionName::Wish(wish) => Ok(free(wish)),
        FunctionName::Given(name) if is_free(name) => Ok(name.to_owned()),
        FunctionName::Given(name) => Err(EmitError::Name {
            name: name.to_owned(),
            language: (!arguments.contains(name)).then_some(language),
            free: free(name),
        }),
    }
}

/// What a part would like to be called, by what it is and what its operands are called.
pub(super) fn wish(tree: &Tree, operands: &[String]) -> String {
    let short =
        |name: &String| !name.is_empty() && name.chars().count() <= 3 && name.chars().all(char::is_alphanumeric);
    let of = |suffix: &str| match operands.first().filter(|name| short(name)) {
        Some(name) => format!("{name}_{suffix}"),
        None => suffix.to_owned(),
    };
    match &tree.form {
        Form::MatMul(left, right) if operands.len() == 2 && operands.iter().all(short) && tree.rank() > 0 => {
            let turned = |is_turned: bool| if is_turned { "t" } else { "" };
            format!("{}{}{}{}", operands[0], turned(*left), operands[1], turned(*right))
        }
        Form::MatMul(..) if tree.rank() == 2 => "product".to_owned(),
        Form::MatMul(..) | Form::Inner(_) | Form::Outer if tree.rank() == 0 => "s".to_owned(),
        Form::Matrix(Matrix::Inverse) | Form::Definite(Matrix::Inverse) => of("inv"),
        Form::Matrix(Matrix::Pinv(_)) => of("pinv"),
        Form::Matrix(Matrix::Det) => of("det"),
        Form::Matrix(Matrix::LogDet) | Form::Definite(Matrix::LogDet) => of("logdet"),
        Form::Matrix(Matrix::Solve { .. }) | Form::Definite(Matrix::Solve { .. }) | Form::Triangular { .. } => {
            "z".to_owned()
        }
        Form::Matrix(Matrix::Function(MatrixFunction::Expm)) => of("exp"),
        Form::Matrix(Matrix::Function(MatrixFunction::Logm)) => of("log"),
        Form::Matrix(Matrix::Function(MatrixFunction::Sqrtm)) => of("sqrt"),
        Form::Matrix(Matrix::UMax) => "u".to_owned(),
        Form::Matrix(Matrix::VMax | Matrix::EigvecMax | Matrix::EigvecMin) => "v".to_owned(),
        Form::Map(Map::Func(Func::Sigmoid | Func::Exp)) if tree.rank() > 0 => "p".to_owned(),
        Form::Map(Map::Sqrt) if tree.rank() == 0 => "norm".to_owned(),
        Form::Map(Map::Func(Func::Log)) => "log".to_owned(),
        Form::Fold(Fold::LogSumExp, _) => "lse".to_owned(),
        Form::Fold(Fold::Max, _) => "largest".to_owned(),
        Form::Fold(Fold::Min, _) => "smallest".to_owned(),
        Form::Sum(_) if tree.rank() == 1 => "r".to_owned(),
        Form::Sum(_) if tree.rank() == 2 => "R".to_owned(),
        Form::Total(_) => "total".to_owned(),
        Form::Zip(crate::plan::Zip::Divide) if tree.rank() > 0 => "ratio".to_owned(),
        _ if tree.rank() == 0 => "s".to_owned(),
        _ if tree.rank() == 1 => "t".to_owned(),
        _ if tree.rank() == 2 => "T".to_owned(),
        _ => "tensor".to_owned(),
    }
}
