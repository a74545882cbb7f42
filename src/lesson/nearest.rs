//! The nearest name to a mistyped one, for every "did you mean".
//!
//! Invariant: a name is offered only when at most a third of its letters would have to change, so
//! an offer is nearly always what was meant.

/// The nearest of the candidates, compared without regard to case; `None` when none is near.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let distance = strsim::damerau_levenshtein(&wanted, &candidate.to_lowercase());
            let letters = wanted.chars().count().max(candidate.chars().count());
            let near = distance <= (letters / 3).max(1) && distance < letters;
            near.then_some((distance, candidate))
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// So many names can be listed on a line or two.
const FEW: usize = 16;

/// What to do about an unknown name: the nearest one, or all there are.
pub(crate) fn offer(name: &str, candidates: &[&str]) -> String {
    match nearest(name, candidates.iter().copied()) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None if candidates.is_empty() => "there are none".to_owned(),
        None if candidates.len() > FEW => {
            format!("there are {}, none by a name like it", candidates.len())
        }
        None => format!("there are: {}", candidates.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_near_names_are_offered() {
        let names = ["request", "seed", "predict"];
        assert_eq!(nearest("requst", names), Some("request"));
        assert_eq!(nearest("SEED", names), Some("seed"));
        assert_eq!(nearest("parking", names), None);
        assert_eq!(nearest("", names), None);
        assert_eq!(offer("pre", &[]), "there are none");
    }
}
