//! Expressions: their values, and whether they are true.

use std::cmp::Ordering;

use indexmap::IndexMap;

use super::{Evaluator, Interrupt};
use crate::gateway::vtl::ast::{Expression, Operator};
use crate::gateway::vtl::limits::LimitExceeded;
use crate::gateway::vtl::number::{Arithmetic, Number, compute};
use crate::gateway::vtl::value::{ListKind, Value};

impl Evaluator<'_> {
    /// The value of an expression; null where Velocity has none, as for `1 / 0`.
    pub(super) fn value(&mut self, expression: &Expression) -> Result<Value, Interrupt> {
        self.heap.budget.step()?;
        Ok(match expression {
            Expression::Text(text) => Value::Text(text.clone()),
            Expression::Number(number) => Value::Number(*number),
            Expression::Boolean(flag) => Value::Boolean(*flag),
            Expression::Nothing => Value::Null,
            Expression::Reference(reference) => self.reference(reference)?,
            Expression::Not(_) | Expression::Truth(_) => Value::Boolean(self.truth(expression)?),
            Expression::Interpolated { .. }
            | Expression::List(_)
            | Expression::Map(_)
            | Expression::Range(..)
            | Expression::Chain(..) => self.deeper(|this| this.composed(expression))?,
        })
    }

    fn composed(&mut self, expression: &Expression) -> Result<Value, Interrupt> {
        match expression {
            Expression::Interpolated { body, chop } => {
                let mut text = self.capture(body)?;
                if *chop {
                    text.pop();
                }
                Ok(Value::text(text))
            }
            Expression::List(items) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    values.push(self.value(item)?);
                }
                Ok(self.heap.list(ListKind::Plain, values)?)
            }
            Expression::Map(members) => {
                let mut entries = IndexMap::with_capacity(members.len());
                for (key, member) in members {
                    let key = self.value(key)?;
                    let key = self.heap.key(&key)?;
                    entries.insert(key, self.value(member)?);
                }
                Ok(Value::Map(self.heap.map(entries)?))
            }
            Expression::Range(ends) => {
                let (from, to) = (self.value(&ends.0)?, self.value(&ends.1)?);
                self.range(&from, &to)
            }
            Expression::Chain(first, links) => self.chain(first, links),
            _ => Ok(Value::Null),
        }
    }

    /// The whole numbers from one end to the other, upwards or downwards.
    fn range(&mut self, from: &Value, to: &Value) -> Result<Value, Interrupt> {
        let (Value::Number(from), Value::Number(to)) = (from, to) else { return Ok(Value::Null) };
        let (from, to) = (from.as_i32(), to.as_i32());
        let limit = self.heap.budget.limits.range_elements;
        if from.abs_diff(to) as usize >= limit {
            return Err(LimitExceeded::new(limit, "elements of a range").into());
        }
        let number = |n| Value::Number(Number::Int(n));
        let items = if from < to {
            (from..=to).map(number).collect()
        } else {
            (to..=from).rev().map(number).collect()
        };
        Ok(self.heap.list(ListKind::Plain, items)?)
    }

    fn chain(&mut self, first: &Expression, links: &[(Operator, Expression)]) -> Result<Value, Interrupt> {
        if matches!(links.first(), Some((Operator::And | Operator::Or, _))) {
            return Ok(Value::Boolean(self.any_or_all(first, links)?));
        }
        let mut result = self.value(first)?;
        for (operator, operand) in links {
            let operand = self.value(operand)?;
            result = self.binary(*operator, result, operand)?;
        }
        Ok(result)
    }

    fn any_or_all(
        &mut self,
        first: &Expression,
        links: &[(Operator, Expression)],
    ) -> Result<bool, Interrupt> {
        let mut holds = self.truth(first)?;
        for (operator, operand) in links {
            if holds == (*operator == Operator::Or) {
                return Ok(holds);
            }
            holds = self.truth(operand)?;
        }
        Ok(holds)
    }

    fn binary(&mut self, operator: Operator, left: Value, right: Value) -> Result<Value, Interrupt> {
        let order = match (&left, &right) {
            (Value::Number(left), Value::Number(right)) => left.compare(*right),
            _ => None,
        };
        Ok(Value::Boolean(match operator {
            Operator::Arithmetic(operator) => {
                return match (&left, &right) {
                    (Value::Number(left), Value::Number(right)) => {
                        Ok(compute(operator, *left, *right).map_or(Value::Null, Value::Number))
                    }
                    (Value::Text(_), _) | (_, Value::Text(_)) if operator == Arithmetic::Add => {
                        self.concatenated(&left, &right)
                    }
                    _ => Ok(Value::Null),
                };
            }
            Operator::Equal => self.equal(&left, &right)?,
            Operator::NotEqual => !self.equal(&left, &right)?,
            Operator::Less => order == Some(Ordering::Less),
            Operator::Greater => order == Some(Ordering::Greater),
            Operator::LessOrEqual => order.is_some_and(Ordering::is_le),
            Operator::GreaterOrEqual => order.is_some_and(Ordering::is_ge),
            Operator::And | Operator::Or => false,
        }))
    }

    fn equal(&mut self, left: &Value, right: &Value) -> Result<bool, Interrupt> {
        let (left, right) = (self.settled(left)?, self.settled(right)?);
        Ok(self.heap.loosely_equal(&left, &right)?)
    }

    fn concatenated(&mut self, left: &Value, right: &Value) -> Result<Value, Interrupt> {
        let mut text = String::new();
        for side in [left, right] {
            if !matches!(side, Value::Null) {
                let part = self.text(side)?;
                self.heap.budget.string(text.len() + part.len())?;
                text.push_str(&part);
            }
        }
        Ok(Value::text(text))
    }

    /// Whether an expression holds in `#if`. Of values without an operator, only a true boolean and a reference to anything
    /// but false hold: `#if('text')` and `#if(1)` do not.
    pub(super) fn truth(&mut self, expression: &Expression) -> Result<bool, Interrupt> {
        Ok(match expression {
            Expression::Boolean(flag) => *flag,
            Expression::Not(inner) => !self.deeper(|this| this.truth(inner))?,
            Expression::Truth(inner) => self.deeper(|this| this.truth(inner))?,
            Expression::Reference(_) => !matches!(self.value(expression)?, Value::Boolean(false)),
            Expression::Chain(first, links) => match links.first() {
                Some((Operator::And | Operator::Or, _)) => {
                    self.deeper(|this| this.any_or_all(first, links))?
                }
                Some((Operator::Arithmetic(_), _)) | None => false,
                Some(_) => matches!(self.value(expression)?, Value::Boolean(true)),
            },
            _ => false,
        })
    }
}
