use super::*;
use crate::simulator::item::Item;
use crate::simulator::item::{Name, samples};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn placeholders() -> Placeholders {
    let names = json!({"#n": "name", "#dash": "a-b"});
    let values = json!({
        ":s": {"S": "x"}, ":t": {"S": "y"}, ":n": {"N": "5"}, ":ten": {"N": "10"}, ":true": {"BOOL": true}, ":l": {"L": []},
        ":m": {"M": {}}, ":ss": {"SS": ["x"]}, ":type": {"S": "SS"}, ":null": {"NULL": true}, ":b": {"B": "YQ=="},
    });
    Placeholders::of(&names, &values).unwrap()
}

fn refusal(text: &str) -> String {
    match parse(Kind::Condition, text, &mut placeholders()) {
        Err(error) => error
            .to_string()
            .strip_prefix("Invalid ConditionExpression: ")
            .unwrap()
            .to_owned(),
        Ok(_) => format!("accepted: {text}"),
    }
}

fn item(json: &Json) -> Item {
    Item::from_json(json.as_object().unwrap()).unwrap()
}

#[test]
fn refusals_have_the_texts_of_aws() {
    let wrong_type = "Incorrect operand type for operator or function; operator or function:";
    for (text, error) in [
        ("", "The expression can not be empty;".to_owned()),
        ("  ", r#"Syntax error; token: "<EOF>", near: "  ""#.into()),
        ("a", r#"Syntax error; token: "<EOF>", near: "a""#.into()),
        ("a = ", r#"Syntax error; token: "<EOF>", near: "=""#.into()),
        ("a = 5", r#"Syntax error; token: "5", near: "= 5""#.into()),
        ("a = \"x\"", r#"Syntax error; token: """, near: "= "x""#.into()),
        ("a == :s", r#"Syntax error; token: "=", near: "== :s""#.into()),
        ("a = :s = :t", r#"Syntax error; token: "=", near: ":s = :t""#.into()),
        ("a = (b = :s)", r#"Syntax error; token: "=", near: "b = :s""#.into()),
        ("a = :s b", r#"Syntax error; token: "b", near: ":s b""#.into()),
        ("a AND b = :s", r#"Syntax error; token: "AND", near: "a AND b""#.into()),
        ("(a) OR b = :s", r#"Syntax error; token: "OR", near: ") OR b""#.into()),
        ("(a = :s", r#"Syntax error; token: "<EOF>", near: ":s""#.into()),
        ("a = :s)", r#"Syntax error; token: ")", near: ":s)""#.into()),
        ("NOT", r#"Syntax error; token: "<EOF>", near: "NOT""#.into()),
        ("a = NOT b", r#"Syntax error; token: "NOT", near: "= NOT b""#.into()),
        ("a BETWEEN :n OR :ten", r#"Syntax error; token: "OR", near: ":n OR :ten""#.into()),
        ("a IN :s", r#"Syntax error; token: ":s", near: "IN :s""#.into()),
        ("a IN ()", r#"Syntax error; token: ")", near: "()""#.into()),
        ("attribute_exists(a,)", r#"Syntax error; token: ")", near: ",)""#.into()),
        ("l[00] = :s", r#"Syntax error; token: "0", near: "00]""#.into()),
        ("l[a] = :s", r#"Syntax error; token: "a", near: "[a]""#.into()),
        ("((a = :s))", "The expression has redundant parentheses;".into()),
        ("((a = :s)) AND b = :t", "The expression has redundant parentheses;".into()),
        ("((a)) = :s", "The expression has redundant parentheses;".into()),
        ("((a.b)).c = :s", "The expression has redundant parentheses;".into()),
        ("(size(a)).b = :s", "Syntax error; token: \".\", near: \").b\"".into()),
        ("a.(b.c) = :s", "Syntax error; token: \"(\", near: \".(b\"".into()),
        ("exists(a)", "Invalid function name; function: exists".into()),
        ("Attribute_Exists(a)", "Invalid function name; function: Attribute_Exists".into()),
        ("size(a)", "The function is not allowed to be used this way in an expression; function: size".into()),
        ("NOT size(a)", "The function is not allowed to be used this way in an expression; function: size".into()),
        ("attribute_exists(a) = :s", "The function is not allowed to be used this way in an expression; function: attribute_exists".into()),
        ("contains(a, contains(b, :s))", "The function is not allowed to be used this way in an expression; function: contains".into()),
        ("name = :s", "Attribute name is a reserved keyword; reserved keyword: name".into()),
        ("a.Status = :undefined", "Attribute name is a reserved keyword; reserved keyword: Status".into()),
        ("#x = :s", "An expression attribute name used in the document path is not defined; attribute name: #x".into()),
        ("a = :x", "An expression attribute value used in expression is not defined; attribute value: :x".into()),
        (
            "attribute_exists(a, b)",
            "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2".into(),
        ),
        (
            "begins_with(a)",
            "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1".into(),
        ),
        (
            "a = a",
            "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]"
                .into(),
        ),
        (
            "a BETWEEN :n AND a",
            "The first operand must be distinct from the remaining operands for this operator or function; operator: BETWEEN, first operand: [a]"
                .into(),
        ),
        (
            "a IN (b, a)",
            "The first operand must be distinct from the remaining operands for this operator or function; operator: IN, first operand: [a]"
                .into(),
        ),
        (
            "contains(#n[1].b, #n[1].b)",
            "The first operand must be distinct from the remaining operands for this operator or function; operator: contains, first operand: [name, [1], b]".into(),
        ),
        ("attribute_exists(:s)", "Operator or function requires a document path; operator or function: attribute_exists".into()),
        ("begins_with(a, :n)", format!("{wrong_type} begins_with, operand type: N")),
        ("begins_with(size(a), :s)", format!("{wrong_type} begins_with, operand type: N")),
        ("attribute_type(a, :n)", format!("{wrong_type} attribute_type, operand type: N")),
        ("attribute_type(a, b)", format!("{wrong_type} attribute_type, operand type: {{NS,SS,L,BS,N,M,B,BOOL,NULL,S}}")),
        // The order is the one that two recorded of the service in 2026; an older record has another.
        ("attribute_type(a, :s)", "Invalid attribute type name found; type: x, valid types: {N,BS,L,B,NULL,M,S,SS,NS,BOOL}".into()),
        ("if_not_exists(a, :s) = :s", "The function is not allowed in a condition expression; function: if_not_exists".into()),
        ("size(:n) = :n", format!("{wrong_type} size, operand type: N")),
        ("a < :true", format!("{wrong_type} <, operand type: BOOL")),
        ("a BETWEEN :l AND :l", format!("{wrong_type} BETWEEN, operand type: L")),
        (
            "a BETWEEN :s AND :n",
            "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {S:x}, upper bound operand: AttributeValue: {N:5}".into(),
        ),
        (
            "a BETWEEN :ten AND :n",
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:10}, upper bound operand: AttributeValue: {N:5}".into(),
        ),
        ("l[2147483648] = :s", "List index is not within the allowable range; index: [2147483648]".into()),
    ] {
        assert_eq!(refusal(text), error, "{text}");
    }
}

#[test]
fn limits_are_those_of_the_guide() {
    assert_eq!(
        refusal(&format!("{}a = :s", " ".repeat(4091))),
        "Expression size has exceeded the maximum allowed size;"
    );
    let many = |count: usize| vec!["a=:s"; count].join(" OR ");
    assert!(refusal(&many(150)).starts_with("accepted"));
    assert_eq!(
        refusal(&many(151)),
        "The expression contains too many operators; operator count: 301"
    );
    let list = |count: usize| format!("a IN ({})", vec![":s"; count].join(","));
    assert!(refusal(&list(100)).starts_with("accepted"));
    assert_eq!(
        refusal(&list(101)),
        "The IN operator is provided with too many operands; number of operands: 101"
    );
    let path = |levels: usize| format!("attribute_exists(a{})", ".b".repeat(levels - 1));
    assert!(refusal(&path(32)).starts_with("accepted"));
    assert_eq!(
        refusal(&path(33)),
        "The document path has too many nesting levels; nesting levels: 33"
    );
}

#[test]
fn hostile_depth_is_an_answer_and_never_an_overflow() {
    // A small stack, so that recursion that isn't bounded would show.
    let deep = || {
        for depth in [1000, 2000, 4000] {
            let open = "(".repeat(depth);
            assert!(refusal(&open).starts_with("Syntax error"));
            assert!(refusal(&format!("{open}a = :s")).starts_with("Syntax error"));
        }
        let both = format!("{}a = :s{}", "(".repeat(2000), ")".repeat(2000));
        assert_eq!(refusal(&both), "The expression has redundant parentheses;");
        assert_eq!(
            refusal(&format!("{}a = :s", "NOT ".repeat(1000))),
            "The expression contains too many operators; operator count: 301"
        );
        assert!(
            refusal(&format!("{}a{} = :n", "size(".repeat(600), ")".repeat(600)))
                .starts_with("The expression contains too many operators")
        );
        let groups = format!("{}a=:s{}", "(a=:s OR ".repeat(400), ")".repeat(400));
        assert_eq!(
            refusal(&groups),
            "The expression contains too many operators; operator count: 301"
        );
        let nots = format!("{}a = :s", "NOT ".repeat(299));
        let condition = parse(Kind::Filter, &nots, &mut placeholders()).unwrap();
        assert!(condition.holds(&Item::new()) != condition.holds(&item(&json!({"a": {"S": "x"}}))));
    };
    std::thread::Builder::new()
        .stack_size(512 * 1024)
        .spawn(deep)
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn conditions_hold_as_the_guide_says() {
    let item = item(&json!({
        "a": {"S": "x"}, "name": {"S": "Rachel"}, "a-b": {"N": "7"}, "n": {"N": "5.0"}, "l": {"L": [{"N": "5"}, {"M": {"k": {"S": "x"}}}]},
        "ss": {"SS": ["x", "z"]}, "ns": {"NS": ["5", "6"]}, "flag": {"BOOL": true}, "bin": {"B": "YWI="}, "nil": {"NULL": true}, "emoji": {"S": "🐕é"},
    }));
    for (text, holds) in [
        ("a = :s", true),
        ("a <> :s", false),
        ("n = :n", true),
        ("n < :ten AND n >= :n", true),
        ("a < :n", false),
        ("a <> :n", true),
        ("absent = :s", false),
        ("absent <> :s", true),
        ("absent < :s", false),
        ("NOT absent = :s", true),
        ("NOT a = :s OR n = :n", true),
        ("NOT (a = :s OR n = :n)", false),
        ("a = :t OR a = :s AND n = :n", true),
        ("(a = :t OR a = :s) AND n = :ten", false),
        ("(a) = (:s)", true),
        ("#dash BETWEEN :n AND :ten", true),
        ("n BETWEEN #dash AND :ten", false),
        ("a IN (:t, :n, :s)", true),
        ("a IN (:t, :n)", false),
        ("attribute_exists(l[1].k)", true),
        ("attribute_exists(l[2])", false),
        ("attribute_exists((l[1]).k) AND ((l)[1].k) = :s", true),
        ("attribute_not_exists(l[1].q)", true),
        ("attribute_type(ss, :type)", true),
        ("attribute_type(a, :type)", false),
        ("begins_with(#n, :s)", false),
        ("begins_with(l[1].k, :s)", true),
        ("begins_with(bin, :b)", true),
        ("contains(ss, :s)", true),
        ("contains(ns, :n)", true),
        ("contains(l, :n)", true),
        ("contains(a, :s)", true),
        ("contains(bin, :b)", true),
        ("contains(n, :n)", false),
        ("size(#n) > :n", true),
        ("size(emoji) < :n", true),
        ("size(n) < :ten", false),
        ("size(l) < size(#n)", true),
        ("flag = :true", true),
        ("nil = :null", true),
        ("flag < a", false),
        ("begins_with (a, :s) and not contains ( a , :t )", true),
    ] {
        let condition = parse(Kind::Filter, text, &mut placeholders())
            .unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(condition.holds(&item), holds, "{text}");
    }
}

/// A condition as a tree of its own, printed for the parser and judged the slow way.
#[derive(Debug, Clone)]
enum Model {
    Compare(&'static str, String, Value),
    Between(String, Value, Value),
    In(String, Vec<Value>),
    Exists(String),
    Not(Box<Model>),
    And(Box<Model>, Box<Model>),
    Or(Box<Model>, Box<Model>),
}

impl Model {
    fn print(&self, values: &mut Vec<Value>) -> String {
        let mut value = |value: &Value| {
            values.push(value.clone());
            format!(":v{}", values.len() - 1)
        };
        match self {
            Self::Compare(sign, name, right) => format!("{name} {sign} {}", value(right)),
            Self::Between(name, lower, upper) => {
                format!("{name} between {} AND {}", value(lower), value(upper))
            }
            Self::In(name, list) => format!(
                "{name} IN ({})",
                list.iter().map(value).collect::<Vec<_>>().join(", ")
            ),
            Self::Exists(name) => format!("attribute_exists({name})"),
            Self::Not(inner) => format!("NOT {}", inner.print_inside(values)),
            Self::And(one, two) => format!(
                "{} AND {}",
                one.print_inside(values),
                two.print_inside(values)
            ),
            Self::Or(one, two) => format!(
                "{} OR {}",
                one.print_inside(values),
                two.print_inside(values)
            ),
        }
    }

    /// In parentheses only where precedence asks for them, so that precedence is tested.
    fn print_inside(&self, values: &mut Vec<Value>) -> String {
        match self {
            Self::And(..) | Self::Or(..) => format!("({})", self.print(values)),
            _ => self.print(values),
        }
    }

    fn holds(&self, item: &Item) -> bool {
        let sort = |one: &Value, two: &Value| match (one, two) {
            (Value::S(one), Value::S(two)) => Some(one.as_bytes().cmp(two.as_bytes())),
            (Value::N(one), Value::N(two)) => Some(one.cmp(two)),
            (Value::B(one), Value::B(two)) => Some(one.cmp(two)),
            _ => None,
        };
        match self {
            Self::Compare(sign, name, right) => match (item.get(name), *sign) {
                (left, "=") => left == Some(right),
                (left, "<>") => left != Some(right),
                (Some(left), "<") => sort(left, right) == Some(Ordering::Less),
                (Some(left), ">=") => {
                    matches!(sort(left, right), Some(Ordering::Greater | Ordering::Equal))
                }
                _ => false,
            },
            Self::Between(name, lower, upper) => item.get(name).is_some_and(|value| {
                sort(lower, value).is_some_and(Ordering::is_le)
                    && sort(value, upper).is_some_and(Ordering::is_le)
            }),
            Self::In(name, list) => item
                .get(name)
                .is_some_and(|value| list.iter().any(|one| one == value)),
            Self::Exists(name) => item.get(name).is_some(),
            Self::Not(inner) => !inner.holds(item),
            Self::And(one, two) => one.holds(item) & two.holds(item),
            Self::Or(one, two) => one.holds(item) | two.holds(item),
        }
    }
}

fn model() -> impl Strategy<Value = Model> {
    let scalar = || {
        prop_oneof![
            "[ab]{0,2}".prop_map(|text| Value::S(text.into())),
            (-3_i64..3).prop_map(|number| Value::N(number.into()))
        ]
    };
    let leaf = prop_oneof![
        (
            prop::sample::select(vec!["=", "<>", "<", ">="]),
            "[a-e]",
            scalar()
        )
            .prop_map(|(sign, name, value)| Model::Compare(sign, name, value)),
        ("[a-e]", -3_i64..3, 0_i64..3).prop_map(|(name, low, more)| Model::Between(
            name,
            Value::N(low.into()),
            Value::N((low + more).into())
        )),
        ("[a-e]", prop::collection::vec(samples::value(), 1..4))
            .prop_map(|(name, list)| Model::In(name, list)),
        "[a-e]".prop_map(Model::Exists),
    ];
    leaf.prop_recursive(4, 24, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|one| Model::Not(Box::new(one))),
            (inner.clone(), inner.clone())
                .prop_map(|(one, two)| Model::And(Box::new(one), Box::new(two))),
            (inner.clone(), inner).prop_map(|(one, two)| Model::Or(Box::new(one), Box::new(two))),
        ]
    })
}

fn scalar_item() -> impl Strategy<Value = Item> {
    let scalar = prop_oneof![
        "[ab]{0,2}".prop_map(|text| Value::S(text.into())),
        (-3_i64..3).prop_map(|number| Value::N(number.into()))
    ];
    prop::collection::vec(("[a-e]", scalar), 0..5).prop_map(|attributes| {
        attributes
            .into_iter()
            .map(|(name, value)| (Name::new(&name), value))
            .collect()
    })
}

proptest! {
    #[test]
    fn conditions_agree_with_a_naive_evaluator(model in model(), item in prop_oneof![scalar_item(), samples::item()]) {
        let mut values = Vec::new();
        let text = model.print(&mut values);
        let values: serde_json::Map<_, _> = values.iter().enumerate().map(|(index, value)| (format!(":v{index}"), value.to_json())).collect();
        let mut placeholders = Placeholders::of(&Json::Null, &if values.is_empty() { Json::Null } else { Json::Object(values) }).unwrap();
        let condition = parse(Kind::Filter, &text, &mut placeholders).unwrap();
        prop_assert_eq!(placeholders.check_all_used(), Ok(()));
        prop_assert_eq!(condition.holds(&item), model.holds(&item), "{}", text);
    }

    #[test]
    fn any_text_is_an_answer_or_an_error(text in "[ab#:()\\[\\].,<>= 0NOTAND]{0,60}") {
        let _ = parse(Kind::Condition, &text, &mut placeholders());
    }
}
