//! Names and values that are easily taken for one another.

use proptest::sample::select;
use proptest::strategy::{BoxedStrategy, Just, Strategy, Union};

/// How many of 100 values are of each kind, what the kind is, and the values.
pub const VALUE_MIX: [(u32, &str, &[&str]); 10] = [
    (60, "plain", &["ml-team", "ml-ops", "ml-heads"]),
    (6, "the same in other case", &["ML-TEAM", "Ml-Team", "ml-Ops"]),
    (
        8,
        "with blanks around",
        &["ml-team ", " ml-team", "\tml-team", "ml-ops\n", "\u{a0}ml-team", "ml-team\u{a0}"],
    ),
    (4, "with blanks inside", &["ml team", "ml  team", "ml\u{a0}team", "ml-\tteam"]),
    (4, "composed and decomposed", &["ml-\u{e9}", "ml-e\u{301}"]),
    (6, "with a comma or semicolon", &["ml-team,ml-ops", "ml-ops;ml-team", "CN=ml-team,OU=x", ","]),
    (6, "beginning alike", &["ml-teams", "ml", "ml-", "ml-team-leads"]),
    (2, "with XML's own characters", &["ml<team>&\"'", "]]>", "&amp;", "<!--"]),
    (
        2,
        "from right to left, emoji",
        &["ml-\u{5e6}\u{5d5}\u{5d5}\u{5ea}", "\u{202e}ml-team", "ml-\u{1f980}", "ml-\u{fe0f}"],
    ),
    (2, "empty or blank", &["", " ", "\u{a0}", "\n"]),
];

/// One value, of an assertion or of a pair.
pub fn value() -> impl Strategy<Value = String> + Clone {
    let kinds = VALUE_MIX.map(|(weight, _, values)| (weight, select(values)));
    Union::new_weighted(kinds.to_vec()).prop_map(str::to_owned)
}

/// The name of an attribute; `usual` are the names that an SP looks at, the most usual one first.
pub fn attribute_name(usual: &[String]) -> impl Strategy<Value = String> + Clone + use<> {
    let capital = |name: &String| {
        let mut letters = name.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    };
    let usual = if usual.is_empty() { vec!["groups".to_owned()] } else { usual.to_vec() };
    let mut others: Vec<String> = usual.iter().map(|name| format!("{name}2")).collect();
    others.extend(["department", "urn:oid:1.3.6.1.4.1.5923.1.5.1.1"].map(str::to_owned));
    let cases: Vec<String> =
        usual.iter().flat_map(|name| [capital(name), name.to_uppercase()]).collect();
    let kinds: [(u32, BoxedStrategy<String>); 4] = [
        (60, Just(usual[0].clone()).boxed()),
        (20, select(usual).boxed()),
        (12, select(others).boxed()),
        (8, select(cases).boxed()),
    ];
    Union::new_weighted(kinds.to_vec())
}
