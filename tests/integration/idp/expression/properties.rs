//! Whatever comes in: no panic, no hang, and what is printed parses to the same.

use proptest::prelude::*;
use samlproof::idp::expression::{
    Column, Expression, Function, Node, Operator, Root, Template, evaluate,
};

use super::world::{org, scope};

const WORDS: &[&str] = &[
    "user.login",
    "user.teams",
    "user.nothing",
    "appuser.userName",
    "acme_crm_1.role",
    "org.name",
    "session.amr",
    "user.salary",
    "null",
    "true",
    "1",
    "2.5",
    "-3",
    "''",
    "'a,b'",
    "\"x\"",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ".![name]",
    ".",
    ",",
    ":",
    "?",
    "?:",
    "==",
    "!=",
    "<",
    ">=",
    "+",
    "!",
    "AND",
    "or",
    "&&",
    "||",
    "String.len",
    "String.replace(",
    "Arrays.get(",
    "Arrays.flatten(",
    "Time.now(",
    "user.getGroups({'group.id':",
    "isMemberOfGroupNameRegex(",
    "fn:toLowerCase(",
    "Convert.toInt(",
    "Groups.startsWith('OKTA',",
    "${",
    "$",
    "'",
    "\"",
    "ż",
    " ",
    "\n",
    "\\",
];

fn root() -> impl Strategy<Value = Root> {
    prop_oneof![
        Just(Root::User),
        Just(Root::Source),
        Just(Root::AppUser),
        Just(Root::App),
        Just(Root::Org),
        Just(Root::Session),
        Just(Root::Named("acme_crm_1".into())),
        Just(Root::Named("some-app_x-2".into())),
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("login".to_owned()),
        Just("userName".to_owned()),
        Just("teams".to_owned()),
        Just("salary".to_owned()),
        "[a-zA-Z_][a-zA-Z0-9_]{0,8}",
    ]
}

fn leaf() -> impl Strategy<Value = Node> {
    prop_oneof![
        Just(Node::Null),
        any::<bool>().prop_map(Node::Bool),
        any::<i64>().prop_map(Node::Int),
        any::<f64>().prop_filter("literals are finite", |n| n.is_finite()).prop_map(Node::Num),
        "[a-z,'\"{}$ż]{0,12}".prop_map(Node::Text),
        (root(), name()).prop_map(|(root, name)| Node::Reference { root, name, at: Column(0) }),
    ]
}

/// A function with a number of arguments that it takes, out of those that there are.
fn call(index: usize, mut arguments: Vec<Node>) -> Node {
    let all: Vec<Function> = Function::all().collect();
    let function = all[index % all.len()];
    while !function.takes(arguments.len()) {
        if arguments.pop().is_none() {
            let fitting = (0..4).find(|count| function.takes(*count)).unwrap();
            arguments = vec![Node::Int(1); fitting];
        }
    }
    Node::Call { function, arguments, at: Column(0) }
}

fn chain(first: Node, rank: usize, rest: Vec<(usize, Node)>) -> Node {
    let ranks: [&[Operator]; 4] = [
        &[Operator::Or],
        &[Operator::And],
        &[
            Operator::Equal,
            Operator::Unequal,
            Operator::Less,
            Operator::Greater,
            Operator::AtMost,
            Operator::AtLeast,
        ],
        &[Operator::Plus],
    ];
    let operators = ranks[rank % 4];
    let most = if rank % 4 == 2 { 1 } else { rest.len() };
    let rest = rest.into_iter().take(most);
    let rest = rest.map(|(index, node)| (operators[index % operators.len()], node)).collect();
    Node::Chain { first: Box::new(first), rest }
}

fn node() -> impl Strategy<Value = Node> {
    leaf().prop_recursive(4, 40, 4, |inner| {
        let nodes = || prop::collection::vec(inner.clone(), 0..4);
        let boxed = || inner.clone().prop_map(Box::new);
        prop_oneof![
            nodes().prop_map(Node::List),
            prop::collection::vec(("[a-z.']{1,8}", inner.clone()), 1..3).prop_map(Node::Map),
            (any::<usize>(), nodes()).prop_map(|(index, arguments)| call(index, arguments)),
            (inner.clone(), name()).prop_map(|(of, name)| property(of, name, false)),
            (inner.clone(), name()).prop_map(|(of, name)| property(of, name, true)),
            boxed().prop_map(Node::Not),
            (
                inner.clone(),
                any::<usize>(),
                prop::collection::vec((any::<usize>(), inner.clone()), 1..4)
            )
                .prop_map(|(first, rank, rest)| chain(first, rank, rest)),
            (boxed(), boxed(), boxed()).prop_map(|(condition, yes, no)| Node::Ternary {
                condition,
                yes,
                no
            }),
            (boxed(), boxed()).prop_map(|(value, otherwise)| Node::Elvis { value, otherwise }),
        ]
    })
}

fn property(of: Node, name: String, select: bool) -> Node {
    let of = Box::new(of);
    if select { Node::Select { of, name } } else { Node::Property { of, name } }
}

/// Evaluates whatever parses; what comes of it may be an error, but never a panic.
fn run(text: &str) {
    let org = org();
    if let Ok(expression) = Expression::parse(text) {
        let _ = evaluate(&expression, &scope(&org)).map(|value| value.texts());
        let printed = expression.to_string();
        assert_eq!(Expression::parse(&printed).as_ref(), Ok(&expression), "{text} → {printed}");
    }
    if let Ok(template) = Template::parse(text) {
        let _ = template.evaluate(&scope(&org));
        assert_eq!(Template::parse(&template.to_string()), Ok(template));
    }
}

proptest! {
    #[test]
    fn any_text_is_parsed_or_refused(text in "\\PC{0,60}") {
        run(&text);
    }

    #[test]
    fn words_of_the_language_in_any_order_are_too(
        words in prop::collection::vec(prop::sample::select(WORDS), 0..24),
        spaced in any::<bool>(),
    ) {
        run(&words.join(if spaced { " " } else { "" }));
    }

    #[test]
    fn what_is_printed_parses_to_the_same(node in node()) {
        let printed = node.to_string();
        // Some calls are refused for arguments that can never be right.
        if let Ok(parsed) = Expression::parse(&printed) {
            prop_assert_eq!(parsed.root(), &node, "{}", printed);
            let org = org();
            let _ = evaluate(&parsed, &scope(&org)).map(|value| value.texts());
        } else {
            let refused = Expression::parse(&printed).unwrap_err().fault;
            use samlproof::idp::expression::ExpressionFault as Fault;
            let known = matches!(refused, Fault::Argument { .. } | Fault::Regex(_) | Fault::TooLong { .. });
            prop_assert!(known, "{printed}: {refused}");
        }
    }
}
