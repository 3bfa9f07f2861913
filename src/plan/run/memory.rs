//! The memory of a run: one array in which buffers stand side by side, each for as long as it is used.

use super::place::Place;

/// Buffers begin at multiples of so many numbers, a line of the cache.
pub(super) const fn line<T>() -> usize {
    BYTES / size_of::<T>()
}

/// The bytes of a line of the cache.
pub(super) const BYTES: usize = 64;

/// Where buffers stand in the array.
#[derive(Clone, Debug, Default)]
pub(super) struct Map {
    /// Where each buffer begins, and how many entries it has.
    places: Vec<(usize, usize)>,
    /// How many entries the array has.
    pub(super) size: usize,
}

/// When a buffer is used: by the steps from the first to the last of these; by none where the first is later than the last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Life {
    pub(super) entries: usize,
    pub(super) first: usize,
    pub(super) last: usize,
}

impl Map {
    /// Places for buffers, at multiples of a line of so many entries, so that those of the same step never overlap: the smallest gap that
    /// one fits in, where one does.
    pub(super) fn new(lives: &[Life], steps: usize, line: usize) -> Self {
        let mut map = Self { places: vec![(0, 0); lives.len()], size: 0 };
        let mut free: Vec<(usize, usize)> = Vec::new();
        let rounded = |entries: usize| entries.next_multiple_of(line);
        let mut begins: Vec<Vec<usize>> = vec![Vec::new(); steps + 1];
        let mut ends: Vec<Vec<usize>> = vec![Vec::new(); steps + 1];
        // What no step uses has no place.
        for (buffer, life) in lives.iter().enumerate().filter(|(_, life)| life.first <= life.last) {
            begins[life.first.min(steps)].push(buffer);
            ends[life.last.min(steps)].push(buffer);
        }
        for step in 0..=steps {
            for buffer in &begins[step] {
                let wanted = rounded(lives[*buffer].entries);
                let fitting = (0..free.len()).filter(|at| free[*at].1 >= wanted).min_by_key(|at| free[*at].1);
                let first = match fitting {
                    Some(at) => {
                        let (first, size) = free[at];
                        if size == wanted {
                            free.remove(at);
                        } else {
                            free[at] = (first + wanted, size - wanted);
                        }
                        first
                    }
                    None => {
                        map.size += wanted;
                        map.size - wanted
                    }
                };
                map.places[*buffer] = (first, lives[*buffer].entries);
            }
            for buffer in &ends[step] {
                free.push((map.places[*buffer].0, rounded(lives[*buffer].entries)));
                free.sort_unstable();
                // Neighboring gaps are one.
                let mut joined: Vec<(usize, usize)> = Vec::with_capacity(free.len());
                for (first, size) in free.drain(..).filter(|(_, size)| *size > 0) {
                    match joined.last_mut() {
                        Some(last) if last.0 + last.1 == first => last.1 += size,
                        _ => joined.push((first, size)),
                    }
                }
                free = joined;
            }
        }
        map
    }

    /// Where a buffer begins, and how many entries it has.
    pub(super) fn place(&self, buffer: usize) -> (usize, usize) {
        self.places[buffer]
    }
}

/// Most buffers that one step writes entry by entry.
pub(super) const MOST_VALUES: usize = 4;

/// What a step reads: arrays that are given, and buffers other than those that it writes.
pub(super) struct Reading<'m, T> {
    map: &'m Map,
    given: &'m [&'m [T]],
    /// What lies between the buffers that are written, by where it begins.
    gaps: [(usize, &'m [T]); MOST_VALUES + 1],
}

impl<'m, T> Reading<'m, T> {
    /// The buffer that a step writes, and all that it may read.
    pub(super) fn opened(
        map: &'m Map,
        given: &'m [&'m [T]],
        memory: &'m mut [T],
        buffer: usize,
    ) -> (&'m mut [T], Self) {
        let ([own, ..], reading) = Self::opened_all(map, given, memory, std::iter::once(buffer));
        (own, reading)
    }

    /// The buffers that a step writes, and all that it may read.
    pub(super) fn opened_all(
        map: &'m Map,
        given: &'m [&'m [T]],
        memory: &'m mut [T],
        buffers: impl Iterator<Item = usize>,
    ) -> ([&'m mut [T]; MOST_VALUES], Self) {
        let mut order = [(usize::MAX, 0, 0); MOST_VALUES];
        let mut count = 0;
        for (number, buffer) in buffers.enumerate() {
            let (first, entries) = map.places[buffer];
            order[number] = (first, entries, number);
            count += 1;
        }
        order[..count].sort_unstable();
        let mut own: [&mut [T]; MOST_VALUES] = std::array::from_fn(|_| Default::default());
        let mut gaps = [(0, &[][..]); MOST_VALUES + 1];
        let (mut rest, mut end) = (memory, 0);
        for ((first, entries, number), gap) in order[..count].iter().zip(&mut gaps) {
            let (before, after) = rest.split_at_mut(first - end);
            *gap = (end, before);
            (own[*number], rest) = after.split_at_mut(*entries);
            end = first + entries;
        }
        gaps[count] = (end, rest);
        (own, Self { map, given, gaps })
    }

    /// All entries of a place from one on.
    #[inline]
    pub(super) fn at(&self, place: Place, from: usize) -> &'m [T] {
        match place {
            Place::Given(input) => &self.given[input][from..],
            Place::Made(buffer) => {
                let (first, entries) = self.map.places[buffer];
                let holds = |(begin, gap): &&(usize, &[T])| *begin <= first && first + entries <= begin + gap.len();
                let (begin, gap) = self.gaps.iter().find(holds).unwrap_or(&self.gaps[0]);
                &gap[first + from - begin..first + entries - begin]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: usize = line::<f64>();

    #[test]
    fn buffers_of_one_step_never_overlap() {
        let lives: Vec<Life> =
            (0..60).map(|at| Life { entries: at * 37 % 50, first: at / 2, last: at / 2 + at * 13 % 7 }).collect();
        let unused = Life { entries: 70, first: usize::MAX, last: 0 };
        let with_unused: Vec<Life> = std::iter::once(unused).chain(lives.iter().copied()).collect();
        assert_eq!(Map::new(&with_unused, 40, LINE).places[1..], Map::new(&lives, 40, LINE).places);
        let map = Map::new(&lives, 40, LINE);
        let all: usize = lives.iter().map(|life| life.entries.next_multiple_of(LINE)).sum();
        assert!(map.size < all, "{} of {all}", map.size);
        for (one, a) in lives.iter().enumerate() {
            for (other, b) in lives.iter().enumerate().skip(one + 1) {
                let ((from_a, of_a), (from_b, of_b)) = (map.place(one), map.place(other));
                let are_apart = from_a + of_a <= from_b || from_b + of_b <= from_a || of_a == 0 || of_b == 0;
                assert!(are_apart || a.last < b.first || b.last < a.first, "{one} and {other}");
            }
        }
    }
}
