//! The guess: which undeclared symbols leave the first kind of their letter.
//!
//! Breadth first over sets of moved symbols, each set grown only by symbols of its own first clash, so that
//! the smallest set that works is found and, of equals, the one that moves those that appear last. Beyond
//! the limits it goes on greedily, one symbol for each clash at a time.

use std::collections::BTreeSet;

use super::check::Try;
use super::limit::{GREEDY_PASSES, MOVED_SYMBOLS, SEARCH_TRIES, SEARCH_WORK};
use super::resolve::Input;

/// An assignment of readings and whether it was found under strictness.
pub(super) struct Guess {
    pub(super) choice: Vec<u8>,
    pub(super) strict: bool,
    pub(super) ok: bool,
}

struct Search<'i> {
    input: &'i Input<'i>,
    /// Rank of each symbol by where it first appears.
    rank: Vec<usize>,
    tries: usize,
    strict: bool,
    strict_clash: bool,
    best: Option<(usize, usize, Vec<u8>, bool)>,
}

/// Finds the readings.
pub(super) fn search(input: &Input<'_>) -> Guess {
    let mut order: Vec<usize> = (0..input.symbols.len()).collect();
    order.sort_by_key(|symbol| input.symbols[*symbol].place);
    let mut rank = vec![0; order.len()];
    for (place, symbol) in order.into_iter().enumerate() {
        rank[symbol] = place;
    }
    let nodes: usize = input.texts.iter().map(|text| text.ast.nodes.len()).sum();
    let tries = (SEARCH_WORK / nodes.max(1)).clamp(SEARCH_TRIES.0, SEARCH_TRIES.1);
    let mut search = Search { input, rank, tries, strict: true, strict_clash: false, best: None };
    for strict in [true, false] {
        search.strict = strict;
        search.tries = tries;
        if let Some(choice) = search.exhaustive().or_else(|| search.greedy()) {
            return Guess { choice, strict, ok: true };
        }
        if !search.strict_clash {
            break;
        }
    }
    match search.best {
        Some((_, _, choice, strict)) => Guess { choice, strict, ok: false },
        None => Guess { choice: vec![0; input.symbols.len()], strict: true, ok: false },
    }
}

impl Search<'_> {
    /// One try: `Ok` where all has a shape, else for each clash the symbols that could remove it.
    fn attempt(&mut self, moved: &[usize]) -> Result<Vec<u8>, Vec<Vec<usize>>> {
        let mut choice = vec![0_u8; self.input.symbols.len()];
        for symbol in moved {
            choice[*symbol] = 1;
        }
        let tried = Try::run(self.input, &choice, self.strict, None);
        self.tries = self.tries.saturating_sub(1);
        if tried.is_ok() {
            return Ok(choice);
        }
        self.strict_clash |= tried.strict_clash;
        let (count, clashes) = (tried.count, tried.clashes);
        let better = match &self.best {
            None => true,
            // Only what clashes without strictness is worth a report.
            Some((least, size, _, strict)) => (self.strict, count, moved.len()) < (*strict, *least, *size),
        };
        if better {
            self.best = Some((count, moved.len(), choice, self.strict));
        }
        Err(clashes.into_iter().map(|clash| clash.movable).collect())
    }

    fn exhaustive(&mut self) -> Option<Vec<u8>> {
        let first = match self.attempt(&[]) {
            Ok(choice) => return Some(choice),
            Err(clashes) => clashes,
        };
        let mut frontier: Vec<(Vec<usize>, Vec<usize>)> = vec![(Vec::new(), first.into_iter().next()?)];
        for _ in 0..MOVED_SYMBOLS {
            // Sets as descending ranks: the greatest moves those that appear last.
            let mut sets: BTreeSet<Vec<(usize, usize)>> = BTreeSet::new();
            for (moved, candidates) in &frontier {
                for candidate in candidates.iter().filter(|candidate| !moved.contains(candidate)) {
                    let mut set: Vec<(usize, usize)> =
                        moved.iter().chain([candidate]).map(|symbol| (self.rank[*symbol], *symbol)).collect();
                    set.sort_unstable_by(|a, b| b.cmp(a));
                    sets.insert(set);
                }
            }
            frontier.clear();
            for set in sets.into_iter().rev() {
                if self.tries == 0 {
                    return None;
                }
                let moved: Vec<usize> = set.into_iter().map(|(_, symbol)| symbol).collect();
                match self.attempt(&moved) {
                    Ok(choice) => return Some(choice),
                    Err(clashes) => frontier.extend(clashes.into_iter().next().map(|first| (moved, first))),
                }
            }
            if frontier.is_empty() {
                return None;
            }
        }
        None
    }

    fn greedy(&mut self) -> Option<Vec<u8>> {
        let mut moved: Vec<usize> = Vec::new();
        for _ in 0..GREEDY_PASSES {
            let clashes = match self.attempt(&moved) {
                Ok(_) => return Some(self.fewer(moved)),
                Err(clashes) => clashes,
            };
            let before = moved.len();
            for movable in clashes {
                let next = movable.into_iter().filter(|symbol| !moved.contains(symbol));
                if let Some(symbol) = next.max_by_key(|symbol| self.rank[*symbol]) {
                    moved.push(symbol);
                }
            }
            if moved.len() == before {
                return None;
            }
        }
        None
    }

    /// Moves back what need not have moved, those that appear first before the others.
    fn fewer(&mut self, mut moved: Vec<usize>) -> Vec<u8> {
        moved.sort_by_key(|symbol| self.rank[*symbol]);
        let mut place = 0;
        while place < moved.len() && self.tries > 0 {
            let symbol = moved.remove(place);
            if self.attempt(&moved).is_err() {
                moved.insert(place, symbol);
                place += 1;
            }
        }
        let mut choice = vec![0_u8; self.input.symbols.len()];
        for symbol in moved {
            choice[symbol] = 1;
        }
        choice
    }
}
