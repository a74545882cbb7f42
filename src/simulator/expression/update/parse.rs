//! Reading an update expression.
//!
//! Checks come after the whole text is read, in AWS's order: reserved words, functions, sections, names, values, overlapping paths, the
//! operands of ADD and DELETE, and those of functions, the innermost first (observed, by dynalite's suite).

use super::super::path::{Written, check_clashes};
use super::super::syntax::operand_count;
use super::super::token::{Token, Tokens};
use super::super::{
    ExpressionError, Kind, MAX_OPERATORS, Placeholders, Reason, UpdateError, check_length,
};
use super::{Action, Change, Source, Update};
use crate::simulator::item::Type;

const SECTIONS: [&str; 4] = ["SET", "REMOVE", "ADD", "DELETE"];

/// # Errors
/// AWS's own, in the order AWS checks.
pub fn parse(text: &str, placeholders: &mut Placeholders) -> Result<Update, ExpressionError> {
    parse_actions(text, placeholders)
        .map(|actions| Update {
            actions,
            misfit: UpdateError::OperandType,
        })
        .map_err(ExpressionError::because(Kind::Update))
}

/// An action as it was written.
struct Draft<'t> {
    path: Written<'t>,
    change: DraftChange<'t>,
}

enum DraftChange<'t> {
    Set(Node<'t>),
    Remove,
    Add(&'t str),
    Delete(&'t str),
}

/// A value of SET as it was written.
enum Node<'t> {
    Path(Written<'t>),
    Value(&'t str),
    /// A function, `+` or `-`.
    Call(&'t str, Vec<Node<'t>>),
}

fn parse_actions(text: &str, placeholders: &mut Placeholders) -> Result<Vec<Action>, Reason> {
    check_length(text)?;
    let mut reader = Reader {
        tokens: Tokens::read(text)?,
        depth: 0,
        operators: 0,
    };
    let (drafts, sections) = reader.read_sections()?;
    for draft in &drafts {
        draft.path.check_reserved()?;
        if let DraftChange::Set(node) = &draft.change {
            node.check_reserved()?;
        }
    }
    drafts.iter().try_for_each(Draft::check_functions)?;
    if let Some(twice) = SECTIONS
        .into_iter()
        .find(|name| sections.iter().filter(|section| *section == name).count() > 1)
    {
        return Err(Reason::SectionTwice(twice));
    }
    if reader.operators > MAX_OPERATORS {
        return Err(Reason::TooManyOperators);
    }
    drafts
        .iter()
        .try_for_each(|draft| draft.check_names(placeholders))?;
    drafts
        .iter()
        .try_for_each(|draft| draft.check_values(placeholders))?;
    let paths = drafts
        .iter()
        .map(|draft| draft.path.resolve(placeholders))
        .collect::<Result<Vec<_>, _>>()?;
    check_clashes(&paths)?;
    drafts
        .iter()
        .try_for_each(|draft| draft.check_operand(placeholders))?;
    drafts
        .into_iter()
        .zip(paths)
        .map(|(draft, path)| {
            let change = draft.change.resolve(placeholders)?;
            Ok(Action { path, change })
        })
        .collect()
}

struct Reader<'t> {
    tokens: Tokens<'t>,
    /// Open functions and groups: as many as there may be operators at most, so that recursion has an end.
    depth: usize,
    operators: usize,
}

impl<'t> Reader<'t> {
    fn read_sections(&mut self) -> Result<(Vec<Draft<'t>>, Vec<&'static str>), Reason> {
        let (mut drafts, mut sections) = (Vec::new(), Vec::new());
        while sections.is_empty() || self.tokens.peek().is_some() {
            let Some(section) = SECTIONS
                .into_iter()
                .find(|section| self.tokens.take_word(section))
            else {
                return Err(self.tokens.syntax_error());
            };
            sections.push(section);
            loop {
                drafts.push(self.read_action(section)?);
                if !self.tokens.take_sign(",") {
                    break;
                }
            }
        }
        Ok((drafts, sections))
    }

    fn read_action(&mut self, section: &str) -> Result<Draft<'t>, Reason> {
        let path = Written::read(&mut self.tokens, &SECTIONS)?;
        let change = match section {
            "SET" => {
                self.tokens.expect_sign("=")?;
                DraftChange::Set(self.read_value()?)
            }
            "REMOVE" => DraftChange::Remove,
            "ADD" => DraftChange::Add(self.read_placeholder()?),
            _ => DraftChange::Delete(self.read_placeholder()?),
        };
        Ok(Draft { path, change })
    }

    fn read_placeholder(&mut self) -> Result<&'t str, Reason> {
        let Some(Token::Value(name)) = self.tokens.peek() else {
            return Err(self.tokens.syntax_error());
        };
        self.tokens.advance();
        Ok(name)
    }

    fn read_value(&mut self) -> Result<Node<'t>, Reason> {
        let left = self.read_operand()?;
        for sign in ["+", "-"] {
            if self.tokens.take_sign(sign) {
                self.operators += 1;
                let right = self.read_operand()?;
                return Ok(Node::Call(sign, vec![left, right]));
            }
        }
        Ok(left)
    }

    fn read_operand(&mut self) -> Result<Node<'t>, Reason> {
        if self.tokens.take_sign("(") {
            self.open()?;
            let value = self.read_value()?;
            self.tokens.expect_sign(")")?;
            self.depth -= 1;
            return Ok(value);
        }
        match (self.tokens.peek(), self.tokens.peek_at(1)) {
            (Some(Token::Value(name)), _) => {
                self.tokens.advance();
                Ok(Node::Value(name))
            }
            (Some(Token::Word(name)), Some(Token::Sign("("))) => {
                self.tokens.advance();
                self.tokens.advance();
                self.read_call(name)
            }
            _ => Written::read(&mut self.tokens, &SECTIONS).map(Node::Path),
        }
    }

    fn read_call(&mut self, name: &'t str) -> Result<Node<'t>, Reason> {
        self.open()?;
        self.operators += 1;
        let mut operands = vec![self.read_operand()?];
        while self.tokens.take_sign(",") {
            operands.push(self.read_operand()?);
        }
        self.tokens.expect_sign(")")?;
        self.depth -= 1;
        Ok(Node::Call(name, operands))
    }

    fn open(&mut self) -> Result<(), Reason> {
        self.depth += 1;
        if self.depth > MAX_OPERATORS {
            return Err(Reason::TooManyOperators);
        }
        Ok(())
    }
}

impl Draft<'_> {
    fn check_functions(&self) -> Result<(), Reason> {
        match &self.change {
            DraftChange::Set(node) => node.check_functions(),
            _ => Ok(()),
        }
    }

    fn check_names(&self, placeholders: &Placeholders) -> Result<(), Reason> {
        self.path.check_names(placeholders)?;
        match &self.change {
            DraftChange::Set(node) => node.check_names(placeholders),
            _ => Ok(()),
        }
    }

    fn check_values(&self, placeholders: &Placeholders) -> Result<(), Reason> {
        match &self.change {
            DraftChange::Set(node) => node.check_values(placeholders),
            DraftChange::Remove => Ok(()),
            DraftChange::Add(name) | DraftChange::Delete(name) => {
                placeholders.peek_value(name).map(|_| ())
            }
        }
    }

    /// The operand of ADD or DELETE.
    fn check_operand(&self, placeholders: &Placeholders) -> Result<(), Reason> {
        let (section, name) = match self.change {
            DraftChange::Set(_) | DraftChange::Remove => return Ok(()),
            DraftChange::Add(name) => ("ADD", name),
            DraftChange::Delete(name) => ("DELETE", name),
        };
        match placeholders.peek_value(name)?.kind() {
            Type::Ss | Type::Ns | Type::Bs => Ok(()),
            Type::N if section == "ADD" => Ok(()),
            kind => Err(Reason::SectionOperandType {
                section,
                found: section_type(kind),
            }),
        }
    }
}

impl DraftChange<'_> {
    fn resolve(self, placeholders: &mut Placeholders) -> Result<Change, Reason> {
        Ok(match self {
            Self::Set(node) => Change::Set(node.resolve(placeholders)?),
            Self::Remove => Change::Remove,
            Self::Add(name) => Change::Add(placeholders.value(name)?),
            Self::Delete(name) => Change::Delete(placeholders.value(name)?),
        })
    }
}

impl Node<'_> {
    fn check_reserved(&self) -> Result<(), Reason> {
        match self {
            Self::Path(path) => path.check_reserved(),
            Self::Value(_) => Ok(()),
            Self::Call(_, operands) => operands.iter().try_for_each(Self::check_reserved),
        }
    }

    fn check_functions(&self) -> Result<(), Reason> {
        let Self::Call(name, operands) = self else {
            return Ok(());
        };
        operands.iter().try_for_each(Self::check_functions)?;
        if !matches!(*name, "if_not_exists" | "list_append" | "+" | "-") {
            let name = (*name).to_owned();
            return Err(if operand_count(&name).is_some() {
                Reason::NotForUpdates(name)
            } else {
                Reason::UnknownFunction(name)
            });
        }
        // A list can't be appended to what another appending makes (observed), while defaults nest freely.
        let appends = |operand: &Self| matches!(operand, Self::Call("list_append", _));
        if *name == "list_append" && operands.iter().any(appends) {
            return Err(Reason::MisusedFunction((*name).to_owned()));
        }
        Ok(())
    }

    fn check_names(&self, placeholders: &Placeholders) -> Result<(), Reason> {
        match self {
            Self::Path(path) => path.check_names(placeholders),
            Self::Value(_) => Ok(()),
            Self::Call(_, operands) => operands
                .iter()
                .try_for_each(|operand| operand.check_names(placeholders)),
        }
    }

    fn check_values(&self, placeholders: &Placeholders) -> Result<(), Reason> {
        match self {
            Self::Path(_) => Ok(()),
            Self::Value(name) => placeholders.peek_value(name).map(|_| ()),
            Self::Call(_, operands) => operands
                .iter()
                .try_for_each(|operand| operand.check_values(placeholders)),
        }
    }

    /// What is wrong with the operands of functions is found on the way, from the innermost outwards.
    fn resolve(self, placeholders: &mut Placeholders) -> Result<Source, Reason> {
        let (name, operands) = match self {
            Self::Path(path) => return path.resolve(placeholders).map(Source::Path),
            Self::Value(name) => return placeholders.value(name).map(Source::Value),
            Self::Call(name, operands) => (name, operands),
        };
        let operands = operands
            .into_iter()
            .map(|operand| operand.resolve(placeholders))
            .collect::<Result<Vec<_>, _>>()?;
        call(name, operands)
    }
}

/// A function, `+` or `-` of operands that are right in themselves.
fn call(name: &str, operands: Vec<Source>) -> Result<Source, Reason> {
    let count = operands.len();
    let [first, second] = <[Source; 2]>::try_from(operands).map_err(|_| Reason::OperandCount {
        operator: name.to_owned(),
        count,
    })?;
    if name == "if_not_exists" {
        return match first {
            Source::Path(path) if matches!(&second, Source::Path(other) if *other == path) => {
                Err(Reason::SameOperands {
                    operator: "if_not_exists",
                    path: path.to_string(),
                })
            }
            Source::Path(path) => Ok(Source::IfNotExists(path, Box::new(second))),
            _ => Err(Reason::NeedsPath("if_not_exists")),
        };
    }
    let (operator, wanted) = match name {
        "list_append" => ("list_append", Type::L),
        "+" => ("+", Type::N),
        _ => ("-", Type::N),
    };
    check_type(operator, wanted, &first)?;
    check_type(operator, wanted, &second)?;
    let (first, second) = (Box::new(first), Box::new(second));
    Ok(match operator {
        "list_append" => Source::ListAppend(first, second),
        "+" => Source::Plus(first, second),
        _ => Source::Minus(first, second),
    })
}

/// How ADD and DELETE name a type; observed, with its own spelling of binary.
fn section_type(kind: Type) -> &'static str {
    match kind {
        Type::S => "STRING",
        Type::N => "NUMBER",
        Type::B => "Binary",
        Type::L => "LIST",
        Type::M => "MAP",
        Type::Bool | Type::Null | Type::Ss | Type::Ns | Type::Bs => kind.name(),
    }
}

/// Of an operand that is a value; what a function makes is not judged here.
fn check_type(operator: &'static str, wanted: Type, operand: &Source) -> Result<(), Reason> {
    match operand {
        Source::Value(value) if value.kind() != wanted => Err(Reason::OperandType {
            operator,
            found: value.kind().name(),
        }),
        _ => Ok(()),
    }
}
