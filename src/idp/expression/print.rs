//! Expressions written out again; what is written parses to the same.

use std::fmt::{self, Display, Formatter};

use super::{Expression, Node, Part, Template};

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.root().fmt(f)
    }
}

impl Display for Template {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            match part {
                Part::Text(text) => f.write_str(text)?,
                Part::Expression(expression) => write!(f, "${{{expression}}}")?,
            }
        }
        Ok(())
    }
}

impl Display for Node {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(flag) => flag.fmt(f),
            Self::Int(number) => number.fmt(f),
            // Always with a point or an exponent, which is what tells it from a whole number.
            Self::Num(number) => write!(f, "{number:?}"),
            Self::Text(text) => quoted(text, f),
            Self::List(items) => {
                f.write_str("{")?;
                separated(items, f)?;
                f.write_str("}")
            }
            Self::Map(entries) => map(entries, f),
            Self::Reference { root, name, .. } => write!(f, "{}.{name}", root.name()),
            Self::Call { function, arguments, .. } => {
                write!(f, "{}(", function.name())?;
                separated(arguments, f)?;
                f.write_str(")")
            }
            Self::Property { of, name } => {
                above(of, RANK_OF_POSTFIX, f)?;
                write!(f, ".{name}")
            }
            Self::Select { of, name } => {
                above(of, RANK_OF_POSTFIX, f)?;
                write!(f, ".![{name}]")
            }
            Self::Not(of) => {
                f.write_str("!")?;
                above(of, RANK_OF_NOT, f)
            }
            Self::Chain { first, rest } => {
                let rank = self.rank();
                above(first, rank + 1, f)?;
                for (operator, node) in rest {
                    write!(f, " {} ", operator.symbol())?;
                    above(node, rank + 1, f)?;
                }
                Ok(())
            }
            Self::Ternary { condition, yes, no } => {
                above(condition, 1, f)?;
                write!(f, " ? {yes} : {no}")
            }
            Self::Elvis { value, otherwise } => {
                above(value, 1, f)?;
                write!(f, " ?: {otherwise}")
            }
        }
    }
}

const RANK_OF_NOT: u8 = 5;
const RANK_OF_POSTFIX: u8 = 6;

impl Node {
    /// How tightly its parts hold together.
    fn rank(&self) -> u8 {
        match self {
            Self::Ternary { .. } | Self::Elvis { .. } => 0,
            Self::Chain { rest, .. } => rest.first().map_or(RANK_OF_NOT, |(first, _)| first.rank()),
            Self::Not(_) => RANK_OF_NOT,
            // A property of a number would read as its fraction, one of a reference as a longer one.
            Self::Int(_) | Self::Num(_) | Self::Reference { .. } => RANK_OF_NOT,
            _ => RANK_OF_POSTFIX,
        }
    }
}

/// The node, in brackets if it holds together less tightly than is needed.
fn above(node: &Node, rank: u8, f: &mut Formatter<'_>) -> fmt::Result {
    if node.rank() < rank { write!(f, "({node})") } else { node.fmt(f) }
}

fn separated(nodes: &[Node], f: &mut Formatter<'_>) -> fmt::Result {
    for (index, node) in nodes.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        write!(f, "{comma}{node}")?;
    }
    Ok(())
}

fn map(entries: &[(String, Node)], f: &mut Formatter<'_>) -> fmt::Result {
    f.write_str("{")?;
    for (index, (key, node)) in entries.iter().enumerate() {
        f.write_str(if index == 0 { "" } else { ", " })?;
        quoted(key, f)?;
        write!(f, ": {node}")?;
    }
    f.write_str("}")
}

fn quoted(text: &str, f: &mut Formatter<'_>) -> fmt::Result {
    write!(f, "\"{}\"", text.replace('"', "\"\""))
}
