//! The grammar that condition, filter and key-condition expressions share.
//!
//! ```text
//!   condition   := condition (AND | OR) condition | NOT condition | ( condition )
//!                | operand (= <> < <= > >=) operand | operand BETWEEN operand AND operand
//!                | operand IN ( operand, … ) | function ( operand, … )
//!   operand     := path | :value | function ( operand, … ) | ( operand ) | ( path ) steps
//! ```
//!
//! The parser keeps open groups on a stack of its own, so that a text of a thousand parentheses costs a thousand small entries and no
//! call stack. Nodes refer to each other by index and are made bottom up: a node comes after everything in it.
//! Invariant: a [`Syntax`] that was read obeys the grammar, has no redundant parentheses, no unknown or misplaced function, no reserved word and
//! at most 300 operators. Placeholders aren't looked up yet.

use super::path::Written;
use super::token::{Token, Tokens};
use super::{MAX_IN_OPERANDS, MAX_OPERATORS, Reason, check_length};

/// Index of a node in its [`Syntax`].
pub(super) type Id = usize;

/// Words that can't be names in these expressions.
const KEYWORDS: [&str; 5] = ["BETWEEN", "IN", "AND", "OR", "NOT"];
/// Functions that are known here and belong into updates.
const UPDATE_FUNCTIONS: [&str; 2] = ["if_not_exists", "list_append"];
/// Functions with the number of their operands. Their names are case-sensitive.
const FUNCTIONS: [(&str, usize); 6] = [
    ("attribute_exists", 1),
    ("attribute_not_exists", 1),
    ("attribute_type", 2),
    ("begins_with", 2),
    ("contains", 2),
    ("size", 1),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparator {
    pub(super) const ALL: [Self; 6] = [
        Self::Equal,
        Self::NotEqual,
        Self::Less,
        Self::LessOrEqual,
        Self::Greater,
        Self::GreaterOrEqual,
    ];

    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

#[derive(Debug)]
pub(super) enum Node<'t> {
    Path(Written<'t>),
    Value(&'t str),
    Function { name: &'t str, operands: Vec<Id> },
    Compare { by: Comparator, left: Id, right: Id },
    Between { value: Id, lower: Id, upper: Id },
    In { value: Id, list: Vec<Id> },
    And(Vec<Id>),
    Or(Vec<Id>),
    Not(Id),
}

impl Node<'_> {
    /// The operands or conditions directly in it.
    fn inside(&self) -> impl Iterator<Item = Id> {
        let (few, list): ([Option<Id>; 3], &[Id]) = match self {
            Self::Path(_) | Self::Value(_) => ([None; 3], &[]),
            Self::Function { operands, .. } => ([None; 3], operands),
            Self::Compare { left, right, .. } => ([Some(*left), Some(*right), None], &[]),
            Self::Between {
                value,
                lower,
                upper,
            } => ([Some(*value), Some(*lower), Some(*upper)], &[]),
            Self::In { value, list } => ([Some(*value), None, None], list),
            Self::And(terms) | Self::Or(terms) => ([None; 3], terms),
            Self::Not(term) => ([Some(*term), None, None], &[]),
        };
        few.into_iter().flatten().chain(list.iter().copied())
    }

    fn operators(&self) -> usize {
        match self {
            Self::Path(_) | Self::Value(_) => 0,
            Self::Function { .. }
            | Self::Compare { .. }
            | Self::Between { .. }
            | Self::In { .. }
            | Self::Not(_) => 1,
            Self::And(terms) | Self::Or(terms) => terms.len() - 1,
        }
    }
}

/// One parsed expression.
pub(super) struct Syntax<'t> {
    pub(super) nodes: Vec<Node<'t>>,
    pub(super) root: Id,
}

/// How many operands a function takes, if there is such a function.
pub(super) fn operand_count(function: &str) -> Option<usize> {
    FUNCTIONS
        .iter()
        .find(|(name, _)| *name == function)
        .map(|(_, count)| *count)
}

impl<'t> Syntax<'t> {
    pub(super) fn read(text: &'t str) -> Result<Self, Reason> {
        check_length(text)?;
        let mut levels = Vec::with_capacity(4);
        levels.push(Level::new(Opener::Top, false));
        let mut parser = Parser {
            tokens: Tokens::read(text)?,
            nodes: Vec::with_capacity(16),
            levels,
            redundant: false,
        };
        let root = parser.parse()?;
        if parser.redundant {
            return Err(Reason::RedundantParentheses);
        }
        let syntax = Self {
            nodes: parser.nodes,
            root,
        };
        syntax.check_functions()?;
        syntax.check_words()?;
        Ok(syntax)
    }

    fn check_functions(&self) -> Result<(), Reason> {
        let functions = || {
            self.nodes.iter().filter_map(|node| {
                if let Node::Function { name, .. } = node {
                    Some(*name)
                } else {
                    None
                }
            })
        };
        if functions().next().is_none() {
            return Ok(());
        }
        let known = |name: &str| operand_count(name).is_some() || UPDATE_FUNCTIONS.contains(&name);
        if let Some(unknown) = functions().find(|name| !known(name)) {
            return Err(Reason::UnknownFunction(unknown.to_owned()));
        }
        if let Some(update) = functions().find(|name| UPDATE_FUNCTIONS.contains(name)) {
            return Err(Reason::NotForConditions(update.to_owned()));
        }
        // Of all functions only `size` is an operand, and it is the only one that isn't a condition.
        let misused = |parent_takes_conditions: bool, id: Id| match &self.nodes[id] {
            Node::Function { name, .. } if (*name == "size") == parent_takes_conditions => {
                Some(*name)
            }
            _ => None,
        };
        let inside = self.nodes.iter().find_map(|node| {
            let conditions = matches!(node, Node::And(_) | Node::Or(_) | Node::Not(_));
            node.inside().find_map(|id| misused(conditions, id))
        });
        match inside.or_else(|| misused(true, self.root)) {
            Some(name) => Err(Reason::MisusedFunction(name.to_owned())),
            None => Ok(()),
        }
    }

    fn check_words(&self) -> Result<(), Reason> {
        for node in &self.nodes {
            if let Node::Path(path) = node {
                path.check_reserved()?;
            }
        }
        let operators: usize = self.nodes.iter().map(Node::operators).sum();
        if operators > MAX_OPERATORS {
            return Err(Reason::TooManyOperators);
        }
        let longest = self
            .nodes
            .iter()
            .filter_map(|node| {
                if let Node::In { list, .. } = node {
                    Some(list.len())
                } else {
                    None
                }
            })
            .max();
        match longest {
            Some(count) if count > MAX_IN_OPERANDS => Err(Reason::TooManyInOperands(count)),
            _ => Ok(()),
        }
    }
}

/// What opened a level of the stack.
enum Opener<'t> {
    Top,
    Group,
    Function(&'t str),
    In(Id),
}

/// An operator that waits for its next operand.
enum Pending {
    Compare(Comparator, Id),
    BetweenLower(Id),
    BetweenUpper(Id, Id),
}

/// One open group with what was read of it.
struct Level<'t> {
    opener: Opener<'t>,
    /// Whether the group stands where only an operand can.
    operand_only: bool,
    /// How many NOTs stand before the current term.
    nots: usize,
    and: Vec<Id>,
    or: Vec<Id>,
    pending: Option<Pending>,
    operands: Vec<Id>,
}

impl<'t> Level<'t> {
    const fn new(opener: Opener<'t>, operand_only: bool) -> Self {
        Self {
            opener,
            operand_only,
            nots: 0,
            and: Vec::new(),
            or: Vec::new(),
            pending: None,
            operands: Vec::new(),
        }
    }

    const fn takes_operands(&self) -> bool {
        self.operand_only || matches!(self.opener, Opener::Function(_) | Opener::In(_))
    }

    fn is_single(&self) -> bool {
        self.nots == 0 && self.and.is_empty() && self.or.is_empty()
    }
}

/// What to do after an operand or condition was read.
enum Next {
    /// Another operand or condition begins.
    Begin,
    /// A level was closed: this is it as a whole, and whether it was a group in parentheses.
    Closed(Id, bool),
    Done(Id),
}

struct Parser<'t> {
    tokens: Tokens<'t>,
    nodes: Vec<Node<'t>>,
    levels: Vec<Level<'t>>,
    redundant: bool,
}

impl<'t> Parser<'t> {
    fn parse(&mut self) -> Result<Id, Reason> {
        loop {
            let Some(operand) = self.begin()? else {
                continue;
            };
            let mut read = (operand, false);
            loop {
                match self.follow(read.0, read.1)? {
                    Next::Begin => break,
                    Next::Closed(id, grouped) => read = (id, grouped),
                    Next::Done(root) => return Ok(root),
                }
            }
        }
    }

    fn add(&mut self, node: Node<'t>) -> Id {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn level(&mut self) -> &mut Level<'t> {
        self.levels
            .last_mut()
            .expect("the top level is never closed")
    }

    fn error<T>(&self) -> Result<T, Reason> {
        Err(self.tokens.syntax_error())
    }

    /// Reads what begins an operand or a condition; nothing if that opened a level or was a NOT.
    fn begin(&mut self) -> Result<Option<Id>, Reason> {
        let level = self.level();
        let operand_only = level.takes_operands() || level.pending.is_some();
        if !operand_only && self.tokens.take_word("NOT") {
            self.level().nots += 1;
            return Ok(None);
        }
        if self.tokens.take_sign("(") {
            self.levels.push(Level::new(Opener::Group, operand_only));
            return Ok(None);
        }
        match (self.tokens.peek(), self.tokens.peek_at(1)) {
            (Some(Token::Word(name)), Some(Token::Sign("(")))
                if !KEYWORDS.iter().any(|word| word.eq_ignore_ascii_case(name)) =>
            {
                self.tokens.advance();
                self.tokens.advance();
                self.levels.push(Level::new(Opener::Function(name), false));
                Ok(None)
            }
            (Some(Token::Value(name)), _) => {
                self.tokens.advance();
                Ok(Some(self.add(Node::Value(name))))
            }
            _ => {
                let path = Written::read(&mut self.tokens, &KEYWORDS)?;
                Ok(Some(self.add(Node::Path(path))))
            }
        }
    }

    /// Goes on after an operand or condition; `grouped` when it was in parentheses of its own.
    fn follow(&mut self, read: Id, mut grouped: bool) -> Result<Next, Reason> {
        if let (true, Node::Path(path)) = (grouped, &mut self.nodes[read])
            && matches!(self.tokens.peek(), Some(Token::Sign("." | "[")))
        {
            path.read_steps(&mut self.tokens, &KEYWORDS)?;
            grouped = false;
        }
        let (id, grouped) = match self.level().pending.take() {
            None => (read, grouped),
            Some(Pending::Compare(by, left)) => (
                self.add(Node::Compare {
                    by,
                    left,
                    right: read,
                }),
                false,
            ),
            Some(Pending::BetweenUpper(value, lower)) => (
                self.add(Node::Between {
                    value,
                    lower,
                    upper: read,
                }),
                false,
            ),
            Some(Pending::BetweenLower(value)) => {
                if !self.tokens.take_word("AND") {
                    return self.error();
                }
                self.level().pending = Some(Pending::BetweenUpper(value, read));
                return Ok(Next::Begin);
            }
        };
        if matches!(self.level().opener, Opener::Function(_) | Opener::In(_)) {
            return self.follow_argument(id);
        }
        if self.level().operand_only {
            return if self.tokens.take_sign(")") {
                Ok(self.close_group(id, grouped))
            } else {
                self.error()
            };
        }
        let is_function = matches!(self.nodes[id], Node::Function { .. });
        let is_plain_operand = matches!(self.nodes[id], Node::Path(_) | Node::Value(_));
        if (is_function || is_plain_operand) && self.take_operator(id)? {
            return Ok(Next::Begin);
        }
        if is_plain_operand {
            let closes = matches!(self.level().opener, Opener::Group) && self.level().is_single();
            return if closes && self.tokens.take_sign(")") {
                Ok(self.close_group(id, grouped))
            } else {
                self.error()
            };
        }
        self.follow_condition(id, grouped)
    }

    fn follow_argument(&mut self, operand: Id) -> Result<Next, Reason> {
        let more = self.tokens.take_sign(",");
        if !more && !self.tokens.take_sign(")") {
            return self.error();
        }
        self.level().operands.push(operand);
        if more {
            return Ok(Next::Begin);
        }
        let level = self.levels.pop().expect("an argument has a level");
        let node = match level.opener {
            Opener::In(value) => Node::In {
                value,
                list: level.operands,
            },
            Opener::Function(name) => Node::Function {
                name,
                operands: level.operands,
            },
            Opener::Top | Opener::Group => unreachable!("only lists of operands come here"),
        };
        Ok(Next::Closed(self.add(node), false))
    }

    /// Takes a comparator, BETWEEN or IN after its first operand.
    fn take_operator(&mut self, operand: Id) -> Result<bool, Reason> {
        if let Some(by) = Comparator::ALL
            .into_iter()
            .find(|by| self.tokens.peek() == Some(Token::Sign(by.sign())))
        {
            self.tokens.advance();
            self.level().pending = Some(Pending::Compare(by, operand));
        } else if self.tokens.take_word("BETWEEN") {
            self.level().pending = Some(Pending::BetweenLower(operand));
        } else if self.tokens.take_word("IN") {
            self.tokens.expect_sign("(")?;
            self.levels.push(Level::new(Opener::In(operand), false));
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn close_group(&mut self, id: Id, grouped: bool) -> Next {
        self.redundant |= grouped;
        self.levels.pop();
        Next::Closed(id, true)
    }

    fn follow_condition(&mut self, id: Id, grouped: bool) -> Result<Next, Reason> {
        let single = self.level().is_single();
        let nots = std::mem::take(&mut self.level().nots);
        let term = (0..nots).fold(id, |inner, _| self.add(Node::Not(inner)));
        if self.tokens.take_word("AND") {
            self.level().and.push(term);
            return Ok(Next::Begin);
        }
        let or = self.tokens.take_word("OR");
        let closes =
            !or && matches!(self.level().opener, Opener::Group) && self.tokens.take_sign(")");
        let ends = !or && self.levels.len() == 1 && self.tokens.peek().is_none();
        if !or && !closes && !ends {
            return self.error();
        }
        let before = std::mem::take(&mut self.level().and);
        let conjunction = self.join(before, term, Node::And);
        if or {
            self.level().or.push(conjunction);
            return Ok(Next::Begin);
        }
        let before = std::mem::take(&mut self.level().or);
        let whole = self.join(before, conjunction, Node::Or);
        Ok(if closes {
            self.close_group(whole, grouped && single)
        } else {
            Next::Done(whole)
        })
    }

    /// The last term with those before it, of which there may be none.
    fn join(&mut self, mut before: Vec<Id>, last: Id, operator: fn(Vec<Id>) -> Node<'t>) -> Id {
        if before.is_empty() {
            return last;
        }
        before.push(last);
        self.add(operator(before))
    }
}
