//! From expression to value.

use super::budget::Budget;
use super::function::Call;
use super::operator::{apply, truth};
use super::{EvaluationError, Expression, Function, Node, Operator, Scope, Value};

/// Evaluates an expression.
///
/// # Errors
/// A value that a function or operator cannot take, too many groups, or too much work.
pub fn evaluate(expression: &Expression, scope: &Scope<'_>) -> Result<Value, EvaluationError> {
    Evaluation { scope, budget: Budget::default() }.value(expression.root())
}

struct Evaluation<'e, 'a> {
    scope: &'e Scope<'a>,
    budget: Budget,
}

impl Evaluation<'_, '_> {
    fn value(&mut self, node: &Node) -> Result<Value, EvaluationError> {
        let value = match node {
            Node::Null => Value::Null,
            Node::Bool(flag) => Value::Bool(*flag),
            Node::Int(number) => Value::Int(*number),
            Node::Num(number) => Value::Num(*number),
            Node::Text(text) => Value::Text(text.clone()),
            Node::List(items) => Value::Array(self.values(items)?),
            Node::Map(entries) => {
                let value = |(key, node): &(String, Node)| Ok((key.clone(), self.value(node)?));
                let made: Result<_, EvaluationError> = entries.iter().map(value).collect();
                Value::Record(made?)
            }
            Node::Reference { root, name, .. } => self.scope.property(root, name),
            Node::Call { function, arguments, .. } => self.call(*function, arguments)?,
            Node::Property { of, name } => property(&self.value(of)?, name)?,
            Node::Select { of, name } => select(&self.value(of)?, name)?,
            Node::Not(of) => Value::Bool(!truth("!", &self.value(of)?)?),
            Node::Chain { first, rest } => self.chain(first, rest)?,
            Node::Ternary { condition, yes, no } => {
                // What is chosen was counted when it was evaluated.
                let holds = truth("? :", &self.value(condition)?)?;
                return self.value(if holds { yes } else { no });
            }
            Node::Elvis { value, otherwise } => {
                let value = self.value(value)?;
                return if value.is_blank() { self.value(otherwise) } else { Ok(value) };
            }
        };
        self.budget.charge(&value)?;
        Ok(value)
    }

    fn values(&mut self, nodes: &[Node]) -> Result<Vec<Value>, EvaluationError> {
        nodes.iter().map(|node| self.value(node)).collect()
    }

    fn call(&mut self, function: Function, nodes: &[Node]) -> Result<Value, EvaluationError> {
        let arguments = self.values(nodes)?;
        let (scope, budget) = (self.scope, &mut self.budget);
        function.call(Call { name: function.name(), scope, budget, arguments })
    }

    /// From left to right; `AND` and `OR` look at no more than they need.
    fn chain(&mut self, first: &Node, rest: &[(Operator, Node)]) -> Result<Value, EvaluationError> {
        let mut value = self.value(first)?;
        for (operator, node) in rest {
            if let Operator::And | Operator::Or = operator {
                let known = truth(operator.symbol(), &value)?;
                let settled = known == (*operator == Operator::Or);
                let now = settled || truth(operator.symbol(), &self.value(node)?)?;
                value = Value::Bool(if settled { known } else { now });
            } else {
                let right = self.value(node)?;
                value = apply(*operator, &value, &right, &mut self.budget)?;
            }
        }
        Ok(value)
    }
}

/// A property of an object; null has them all, and all are null.
fn property(value: &Value, name: &str) -> Result<Value, EvaluationError> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::Record(entries) => Ok(entries.get(name).cloned().unwrap_or_default()),
        other => Err(EvaluationError::of_type(".", "an object", other)),
    }
}

fn select(value: &Value, name: &str) -> Result<Value, EvaluationError> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::Array(items) => {
            let selected = items.iter().map(|item| property(item, name));
            Ok(Value::Array(selected.collect::<Result<_, _>>()?))
        }
        other => Err(EvaluationError::of_type(".![]", "an array", other)),
    }
}
