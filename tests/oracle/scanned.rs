//! A scan's refusals: ours are in the words of the older validation layer, as us-east-1 was recorded, the oracle's in those of the newer.

/// Why two refusals of a scan may differ, or nothing where they may not.
pub(crate) fn explained(operation: &str, ours: &str, theirs: &str) -> Option<&'static str> {
    if operation != "Scan" || ours.is_empty() || theirs.is_empty() {
        return None;
    }
    if theirs
        .strip_prefix("1 validation error detected: ")
        .is_some_and(|bare| bare == ours)
    {
        return Some("the older layer says what is wrong with Select without the envelope");
    }
    let more = ours.strip_prefix(theirs).unwrap_or_default();
    if more.starts_with(": Segment: ")
        || more == ": The provided key element does not match the schema"
    {
        return Some("the older layer says more of a segment and of a starting key");
    }
    let told_at_once = ours.contains(" validation error") && ours.contains(" detected: Value ");
    if told_at_once {
        return Some(
            "the older layer tells what is wrong with all members at once and echoes them, enumerations among them",
        );
    }
    let words = [
        "Input collection ",
        "cannot be converted to a numeric value",
        "Number underflow. ",
        "Number overflow. ",
        "Empty attribute name",
        "Nesting Levels have exceeded",
    ];
    let about_the_same = words
        .iter()
        .any(|words| ours.contains(words) && theirs.contains(words));
    let reads_as_java = ours.contains("Number underflow. ") && theirs.contains("Number overflow. ");
    (about_the_same || reads_as_java)
        .then_some("the older layer has words of its own for values, and names an expression's")
}
