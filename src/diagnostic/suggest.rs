//! The nearest known name to one that is not known, by edit distance.

/// Longest name that is compared; longer ones are no misspelling of a known name.
const MAX_COMPARED: usize = 40;

/// The candidate nearest to `word`, if one is near: at most a third of its letters differ. Of equals the first wins.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    let length = word.chars().count();
    if !(2..=MAX_COMPARED).contains(&length) {
        return None;
    }
    let allowed = (length.max(3) / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let n = candidate.chars().count();
        if n < 2 || n.abs_diff(length) > allowed || candidate == word {
            continue;
        }
        let distance = edit_distance(word, candidate);
        if distance <= allowed && distance < n && best.is_none_or(|(d, _)| distance < d) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate.to_owned())
}

/// The number of insertions, deletions, replacements and swaps of neighbours between two words; a change of
/// case alone counts as half and is rounded down.
fn edit_distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).map(|k| 2 * k).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut row = vec![2 * (i + 1)];
        for (j, &y) in b.iter().enumerate() {
            let change = if x == y {
                0
            } else if x.eq_ignore_ascii_case(&y) {
                1
            } else {
                2
            };
            let mut cost = (last[j] + change).min(last[j + 1] + 2).min(row[j] + 2);
            if i > 0 && j > 0 && x == b[j - 1] && a[i - 1] == y {
                cost = cost.min(before[j - 1] + 2);
            }
            row.push(cost);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()] / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions() {
        let known = ["softmax", "sigmoid", "sin", "log", "logdet"];
        assert_eq!(nearest("sofmax", known.into_iter()).as_deref(), Some("softmax"));
        assert_eq!(nearest("sigmiod", known.into_iter()).as_deref(), Some("sigmoid"));
        assert_eq!(nearest("SoftMax", known.into_iter()).as_deref(), Some("softmax"));
        assert_eq!(nearest("foobar", known.into_iter()), None);
    }
}
